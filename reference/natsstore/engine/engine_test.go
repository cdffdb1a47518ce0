package engine

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/reference"
)

var _ reference.Store = (*Store)(nil)

// What is stored is there for the next process, and for one process at a time.
func TestStoreOutlivesItsProcess(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	began := time.Now().Round(0).UTC()
	want := reference.Job{ID: "abc", Owner: "ann", Began: began, Lasts: time.Second, Fails: true}
	odd := reference.Job{ID: "a b/.. *>\xff"}
	for _, j := range []reference.Job{want, odd} {
		if err := s.Put(t.Context(), j, time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Put(t.Context(), reference.Job{ID: "abc"}, time.Minute); !errors.Is(err, reference.ErrExists) {
		t.Errorf("the same id again: %v", err)
	}
	if _, err := Open(t.Context(), folder); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("open twice: %v", err)
	}
	s.Close()
	s = open(t, folder)
	defer s.Close()
	if got, err := s.Get(t.Context(), "abc"); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := s.Get(t.Context(), odd.ID); err != nil {
		t.Errorf("%q: %v", odd.ID, err)
	}
	for _, id := range []string{"", "none", ">", strings.Repeat("x", 1<<20)} {
		if _, err := s.Get(t.Context(), id); !errors.Is(err, reference.ErrUnknown) {
			t.Errorf("%.9q: %v", id, err)
		}
	}
}

// No answer is not the answer that there is no such job.
func TestClosedStoreIsNotEmpty(t *testing.T) {
	s := open(t, t.TempDir())
	s.Close()
	if _, err := s.Get(t.Context(), "abc"); err == nil || errors.Is(err, reference.ErrUnknown) {
		t.Error(err)
	}
	if err := s.Put(t.Context(), reference.Job{ID: "abc"}, time.Minute); err == nil {
		t.Error("a closed store took a job")
	}
}

func open(t testing.TB, folder string) *Store {
	t.Helper()
	s, err := Open(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func BenchmarkPut(b *testing.B) {
	s := open(b, b.TempDir())
	defer s.Close()
	for b.Loop() {
		if err := s.Put(b.Context(), reference.Job{ID: time.Now().String()}, time.Hour); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	s := open(b, b.TempDir())
	defer s.Close()
	if err := s.Put(b.Context(), reference.Job{ID: "abc"}, time.Hour); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Get(b.Context(), "abc"); err != nil {
			b.Fatal(err)
		}
	}
}
