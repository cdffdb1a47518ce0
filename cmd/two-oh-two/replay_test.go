package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/reference"
)

// Whatever check says with the flags that replay has too, replay says in the same bytes, and ends as it does.
func TestReplaySaysTheSame(t *testing.T) {
	good, bad, should, dead := serve(t), serve(t, mustFault), serve(t, shouldFault), nobody(t)
	for name, urls := range map[string][]string{
		"good": {good}, "bad": {bad}, "should": {should}, "dead": {dead}, "several": {dead, bad, should, good}, "embedded": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			record := filepath.Join(t.TempDir(), "run.har")
			for _, flags := range []string{"--report=json=-", "-v", "-q", "--strict", "--only=start --skip=start.head"} {
				given := strings.Fields(flags)
				was := call(append(append([]string{"check", "--save", record}, given...), urls...)...)
				is := call(append(append([]string{"replay"}, given...), record)...)
				g.Expect(is.Stdout).To(Equal(was.Stdout), flags)
				g.Expect(is.Code).To(Equal(was.Code), flags)
				g.Expect(is.Stderr).To(BeEmpty())
			}
		})
	}
}

func TestReplayFromStdin(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "report.txt")
	saved := call("check", "--save=-", "--report=text="+file, "--only=start", serve(t))
	g.Expect(saved.Stdout).To(HavePrefix(`{"log": {`), "the record is all that standard output has")
	var stdout, stderr bytes.Buffer
	g.Expect(run([]string{"replay", "--only=start", "-"}, strings.NewReader(saved.Stdout), &stdout, &stderr)).To(Equal(saved.Code), stderr.String())
	g.Expect(os.ReadFile(file)).To(Equal(stdout.Bytes()))
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
	for _, path := range []string{record, link} {
		got := call("replay", "--report=json="+path, record)
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
	g := NewWithT(t)
	record := filepath.Join(t.TempDir(), "run.har")
	g.Expect(call("check", "--save", record, serve(t)).Code).To(Equal(exitConformant))
	t.Setenv("TWO_OH_TWO_CACERT", "/nowhere")
	t.Setenv("TWO_OH_TWO_BASE_URL", "nonsense")
	t.Setenv("TWO_OH_TWO_SAVE", "/nowhere/run.har")
	g.Expect(call("replay", record).Code).To(Equal(exitConformant))
	t.Setenv("TWO_OH_TWO_ONLY", "monitor.redy")
	g.Expect(call("replay", record)).To(And(HaveField("Code", exitUsage), HaveField("Stderr", ContainSubstring("TWO_OH_TWO_ONLY: "))))
}
