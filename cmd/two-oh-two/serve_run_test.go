package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// A standIn is serve, running within the test.
type standIn struct {
	url, metrics string
	said         string
	stderr       *lockedBuffer
	stop         func()
}

type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// serveWith runs serve with flags, as text split at spaces, and environment, until the test ends.
func serveWith(t *testing.T, flags string, environ ...string) *standIn {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	s := &standIn{stderr: new(lockedBuffer)}
	c := &command{stdin: strings.NewReader(""), stdout: in, stderr: s.stderr, environ: environ}
	ended := make(chan int, 1)
	go func() {
		ended <- c.run(ctx, append([]string{"serve", "--addr=127.0.0.1:0"}, strings.Fields(flags)...))
		in.Close()
	}()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if code := <-ended; code != exitConformant {
			t.Errorf("serve %s: exit %d, %s", flags, code, s.stderr)
		}
	})
	t.Cleanup(s.stop)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		s.said += lines.Text() + "\n"
		if strings.Contains(lines.Text(), "two-oh-two check") {
			break
		}
	}
	s.url = regexp.MustCompile(`http://\S+`).FindString(s.said[strings.LastIndex(s.said, "check")+1:])
	s.metrics = strings.TrimSuffix(regexp.MustCompile(`http://\S+/metrics`).FindString(s.said), "/metrics")
	if s.url == "" {
		t.Fatalf("serve %s said %q", flags, s.said)
	}
	return s
}

// get answers with status, body and header; the request has header fields "Name: value".
func get(t *testing.T, url string, fields ...string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ": ")
		r.Header.Set(name, value)
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body), response.Header
}
