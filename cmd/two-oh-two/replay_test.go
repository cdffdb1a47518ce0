package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/reference"
)

// Whatever check says with the flags that replay has too, replay says in the same bytes, and ends as it does.
func TestReplaySaysTheSame(t *testing.T) {
	t.Parallel()
	good, bad, should, dead := serve(t), serve(t, mustFault), serve(t, shouldFault), nobody(t)
	for _, row := range []struct {
		flags string
		urls  []string
	}{
		{"-v", []string{good}}, {"-v", nil}, {"--report=json=-", []string{dead}}, {"-q --strict", []string{should}}, {"--report=json=-", []string{dead, bad, should, good}},
		{"-v", []string{bad}}, {"-q", []string{bad}}, {"--strict", []string{bad}}, {"--only=start --skip=start.head", []string{bad}},
	} {
		t.Run(row.flags, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			record := filepath.Join(t.TempDir(), "run.har")
			flags := strings.Fields(row.flags)
			was := call(slices.Concat([]string{"check", "--save", record}, flags, row.urls)...)
			is := call(slices.Concat([]string{"replay"}, flags, []string{record})...)
			g.Expect(is.Stdout).To(Equal(was.Stdout))
			g.Expect(is.Code).To(Equal(was.Code))
			g.Expect(is.Stderr).To(BeEmpty())
		})
	}
}

func TestReplayFromStdin(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "report.txt")
	saved := call("check", "--save=-", "--report=text="+file, "--only=start", serve(t))
	g.Expect(saved.Stdout).To(HavePrefix(`{"log": {`), "the record is all that standard output has")
	again := callWith(t.Context(), saved.Stdout, nil, "replay", "--only=start", "-")
	g.Expect(again.Code).To(Equal(saved.Code), again.Stderr)
	g.Expect(os.ReadFile(file)).To(BeEquivalentTo(again.Stdout))
}

// What was given as a secret is nowhere in the record, though the server says it back.
func TestSavedRecordHasNoSecrets(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	server, err := reference.New(reference.Options{JobDuration: 100 * time.Millisecond})
	g.Expect(err).NotTo(HaveOccurred())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-You-Said", r.Header.Get("Authorization"))
		w.Header().Set("Set-Cookie", "session="+r.Header.Get("X-Mine"))
		server.ServeHTTP(w, r)
	}))
	defer s.Close()
	record := filepath.Join(t.TempDir(), "run.har")
	got := call("check", "--save", record, "-H", "Authorization: Bearer hunter2hunter2", "-H", "X-Mine: swordfish", "--secret", "X-Mine",
		"--other-header", "Authorization: Basic bWU6b3BlbnNlc2FtZQ==", s.URL)
	saved, err := os.ReadFile(record)
	g.Expect(err).NotTo(HaveOccurred(), got.Stderr)
	for _, secret := range []string{"hunter2", "swordfish", "bWU6b3BlbnNlc2FtZQ", "opensesame"} {
		g.Expect(string(saved)).NotTo(ContainSubstring(secret))
	}
	g.Expect(string(saved)).To(ContainSubstring("$AUTHORIZATION"))
}

func TestReplayLeavesTheRecordAlone(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	folder := t.TempDir()
	record, link := filepath.Join(folder, "run.har"), filepath.Join(folder, "link")
	g.Expect(call("check", "--save", record, nobody(t)).Code).To(Equal(exitInconclusive))
	if err := os.Symlink(record, link); err != nil {
		t.Skip("links need a right here: ", err) // on Windows
	}
	for _, flag := range []string{"--report=json=" + record, "--report=json=" + link, "--add-report=html=" + record, "--write-known-failures=" + record} {
		got := call("replay", flag, record)
		g.Expect(got).To(And(HaveField("Code", exitUsage), HaveField("Stderr", ContainSubstring("take the place of the record"))))
	}
	g.Expect(call("replay", record).Code).To(Equal(exitInconclusive))
}

func TestSaving(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	record := filepath.Join(t.TempDir(), "run.har")
	g.Expect(os.WriteFile(record, []byte("stale"), 0o644)).To(Succeed())
	g.Expect(call("check", "--save", record, "--jobs=0", nobody(t)).Code).To(Equal(exitUsage))
	g.Expect(os.ReadFile(record)).To(Equal([]byte("stale")), "a wrong call changes nothing")
	g.Expect(call("check", "--save", record, nobody(t)).Code).To(Equal(exitInconclusive))
	g.Expect(os.ReadFile(record)).To(ContainSubstring("is refused"))
	if _, err := os.Stat("/dev/full"); err == nil {
		got := call("check", "--save", "/dev/full", nobody(t))
		g.Expect(got).To(And(HaveField("Code", exitBroken), HaveField("Stderr", MatchRegexp("^two-oh-two: the record could not be saved: .*\n$"))))
		g.Expect(got.Stdout).To(HavePrefix("? could not tell"), "the report is written all the same")
	}
}

// What check would be told by the environment is no concern of replay's, but for what it shares.
func TestReplayInTheEnvironmentOfCheck(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	record := saved(t, "")
	environ := []string{"TWO_OH_TWO_CACERT=/nowhere", "TWO_OH_TWO_BASE_URL=nonsense", "TWO_OH_TWO_SAVE=/nowhere/run.har"}
	g.Expect(callIn(environ, "replay", record).Code).To(Equal(exitConformant))
	g.Expect(callIn(append(environ, "TWO_OH_TWO_ONLY=monitor.redy"), "replay", record)).To(And(HaveField("Code", exitUsage), HaveField("Stderr", ContainSubstring("TWO_OH_TWO_ONLY: "))))
}
