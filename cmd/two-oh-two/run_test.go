package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// asCommand makes the test binary the command, for tests of what happens to a process.
const asCommand = "RUN_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	for _, name := range []string{onGitHub, "GITLAB_CI", "CI", "TWO_OH_TWO_FULL", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"} { // where these tests run is not what they are about
		_ = os.Unsetenv(name)
	}
	harness.SideBySide()
	os.Exit(m.Run())
}

// A result is what one call of the command came to.
type result struct {
	Code           int
	Stdout, Stderr string
}

func call(args ...string) result {
	var stdout, stderr bytes.Buffer
	code := run(args, strings.NewReader(""), &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// serve serves the reference, and returns its base URL.
func serve(t *testing.T, faults ...string) string {
	t.Helper()
	server, err := reference.New(reference.Options{JobDuration: 150 * time.Millisecond, Faults: faults})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(nil)
	s.Config = server.HTTPServer()
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

// nobody is a URL where nothing listens.
func nobody(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return "http://" + l.Addr().String()
}

const (
	mustFault   = "start-one-job-for-all"
	shouldFault = "pending-without-cache-control"
)

// Every row of the table of exits, and which wins where several apply.
func TestExits(t *testing.T) {
	good, bad, should, dead := serve(t), serve(t, mustFault), serve(t, shouldFault), nobody(t)
	for _, row := range []struct {
		name  string
		args  []string
		code  int
		first string // of standard output
	}{
		{"good", []string{good}, exitConformant, "✓ conformant"},
		{"a MUST failed", []string{bad}, exitBreaks, "✗ not conformant"},
		{"a SHOULD failed", []string{should}, exitConformant, "✓ conformant"},
		{"a SHOULD failed, strictly", []string{"--strict", should}, exitBreaks, "✗ not conformant"},
		{"what failed is skipped", []string{"--skip", "start.own-job", bad}, exitConformant, "✓ conformant"},
		{"what failed is alone", []string{"--only", "start.own-job", bad}, exitBreaks, "✗ not conformant"},
		{"nobody there", []string{dead}, exitInconclusive, "? could not tell"},
		{"nobody there, and good", []string{dead, good}, exitInconclusive, "? 2 targets: 1 could not tell, 1 conformant"},
		{"nobody there, and bad", []string{dead, bad}, exitBreaks, "✗ 2 targets: 1 not conformant, 1 could not tell"},
		{"wrong and bad", []string{bad, "nonsense"}, exitUsage, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			got := call(append([]string{"check"}, row.args...)...)
			g.Expect(got.Code).To(Equal(row.code), got.Stdout+got.Stderr)
			g.Expect(got.Stdout).To(HavePrefix(row.first))
		})
	}
}

func TestOutcomesInOrder(t *testing.T) {
	for _, row := range []struct {
		outcome outcome
		code    int
	}{
		{outcome{true, true, report.VerdictFail}, exitInterrupted},
		{outcome{false, true, report.VerdictFail}, exitBroken},
		{outcome{false, false, report.VerdictFail}, exitBreaks},
		{outcome{false, false, report.VerdictInconclusive}, exitInconclusive},
		{outcome{false, false, ""}, exitInconclusive},
		{outcome{false, false, report.VerdictPass}, exitConformant},
	} {
		NewWithT(t).Expect(row.outcome.code()).To(Equal(row.code), "%+v", row.outcome)
	}
}

func TestEmbedded(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	got := call("check")
	g.Expect(got.Code).To(Equal(exitConformant), got.Stdout)
	g.Expect(got.Stdout).To(MatchRegexp(`^✓ conformant(, but [^:]+)?: the embedded reference \(http://127\.0\.0\.1:`))
	g.Expect(got.Stderr).To(ContainSubstring("no BASE-URL is given"), "an empty variable must not pass unseen")
}

// Whatever way a run is told, it is told alike.
func TestOutputsAgree(t *testing.T) {
	for _, fault := range []string{"", mustFault, shouldFault} {
		t.Run("fault "+fault, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			var faults []string
			if fault != "" {
				faults = []string{fault}
			}
			url, folder := serve(t, faults...), t.TempDir()
			text, file := filepath.Join(folder, "report.txt"), filepath.Join(folder, "report.json")
			got := call("check", "--report", "text="+text, "--report", "json="+file, url)

			written, err := os.ReadFile(text)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(string(written)).To(Equal(got.Stdout), "the file and standard output")
			var r report.Report
			content, err := os.ReadFile(file)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(json.Unmarshal(content, &r)).To(Succeed())
			g.Expect(outcome{verdict: r.Verdict}.code()).To(Equal(got.Code), "the exit")
			g.Expect(r.Targets[0].BaseURL).To(Equal(url))
			for _, requirement := range r.Targets[0].Requirements {
				shown := strings.Contains(got.Stdout, " "+requirement.ID+"  "+string(requirement.Level)+"\n")
				g.Expect(shown).To(Equal(requirement.Outcome == "fail"), requirement.ID)
			}
		})
	}
}

func TestReportToStdout(t *testing.T) {
	g := NewWithT(t)
	got := call("check", "--report=json=-", "--only=start", serve(t))
	var r report.Report
	g.Expect(json.Unmarshal([]byte(got.Stdout), &r)).To(Succeed(), got.Stdout)
	g.Expect(got.Code).To(Equal(outcome{verdict: r.Verdict}.code()))
	g.Expect(got.Stderr).To(BeEmpty())
}

func TestStaleReportsGo(t *testing.T) {
	g := NewWithT(t)
	stale := filepath.Join(t.TempDir(), "report.json")
	g.Expect(os.WriteFile(stale, []byte("stale"), 0o644)).To(Succeed())
	g.Expect(call("check", "--report=json="+stale, "--jobs=0", nobody(t)).Code).To(Equal(exitUsage))
	g.Expect(os.ReadFile(stale)).To(Equal([]byte("stale")), "a wrong call changes nothing")
	g.Expect(call("check", "--report=json="+stale, nobody(t)).Code).To(Equal(exitInconclusive))
	g.Expect(os.ReadFile(stale)).To(ContainSubstring(`"verdict": "inconclusive"`))
}

func TestVerboseAndQuiet(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	url := serve(t, mustFault)
	g.Expect(call("check", "-v", url).Stdout).To(And(ContainSubstring("all requests"), ContainSubstring("#1  ")))
	quiet := call("check", "-q", url).Stdout
	g.Expect(strings.Count(quiet, "\n")).To(BeNumerically("<", 6), quiet)
	g.Expect(call("check", "-q", serve(t)).Stdout).To(MatchRegexp(`^✓ conformant[^\n]*\n$`))
}

// closed is a writer that nothing can be written to.
type closed struct{ err error }

func (c closed) Write([]byte) (int, error) {
	if c.err == nil {
		panic("out of order")
	}
	return 0, c.err
}

func TestOurOwnFaults(t *testing.T) {
	for name, out := range map[string]io.Writer{"a full disk": closed{errors.New("no space left")}, "a panic": closed{}} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			var stderr bytes.Buffer
			g.Expect(run([]string{"check", nobody(t)}, nil, out, &stderr)).To(Equal(exitBroken))
			g.Expect(stderr.String()).To(MatchRegexp(`^two-oh-two: .*(no space left|out of order).*\n$`))
			stderr.Reset()
			g.Expect(run([]string{"list"}, nil, out, &stderr)).To(Equal(exitBroken))
			g.Expect(stderr.String()).To(MatchRegexp(`^two-oh-two: .*(no space left|out of order).*\n$`))
		})
	}
}

func TestSettingsComeFromTheEnvironment(t *testing.T) {
	g := NewWithT(t)
	t.Setenv("TWO_OH_TWO_BASE_URL", nobody(t))
	t.Setenv("TWO_OH_TWO_QUIET", "true")
	t.Setenv("TWO_OH_TWO_REPORT", fmt.Sprintf("json=%s\ntext=-", filepath.Join(t.TempDir(), "report.json")))
	g.Expect(call("check")).To(And(HaveField("Code", exitInconclusive), HaveField("Stdout", HavePrefix("? could not tell"))))
	g.Expect(call("check", "--report=json=-").Stdout).To(HavePrefix("{"), "flags win")
	t.Setenv("TWO_OH_TWO_QUIET", "perhaps")
	g.Expect(call("check")).To(And(HaveField("Code", exitUsage), HaveField("Stderr", HavePrefix(`two-oh-two: TWO_OH_TWO_QUIET: "perhaps"`))))
	t.Setenv("TWO_OH_TWO_QUIET", "")
	t.Setenv("TWO_OH_TWO_STRIKT", "1")
	g.Expect(call("check")).To(And(HaveField("Code", exitUsage), HaveField("Stderr", ContainSubstring("did you mean TWO_OH_TWO_STRICT?"))))
}

// The line to try a failure with can be run as it stands, and says so where a secret is needed.
func TestTryLineRuns(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl here")
	}
	t.Parallel()
	g := NewWithT(t)
	server, err := reference.New(reference.Options{JobDuration: 150 * time.Millisecond, Faults: []string{mustFault}, StartMethods: []string{"POST"}})
	g.Expect(err).NotTo(HaveOccurred())
	s := httptest.NewServer(server)
	defer s.Close()
	port := s.URL[strings.LastIndex(s.URL, ":")+1:]
	args := []string{"check", "--only=start", "--report=json=-", `--json={"work": {n}}`, "--resolve=jobs.example:" + port + ":127.0.0.1", "http://jobs.example:" + port}
	try := func(args []string, environ string) (string, error) {
		var r report.Report
		g.Expect(json.Unmarshal([]byte(call(args...).Stdout), &r)).To(Succeed())
		failed, _ := r.Targets[0].Find("start.own-job")
		g.Expect(failed.Curl).To(ContainSubstring(`--data-raw '{"work": `))
		cmd := exec.Command("sh", "-c", failed.Curl)
		cmd.Env = append(os.Environ(), environ)
		output, err := cmd.CombinedOutput()
		return string(output), err
	}
	g.Expect(try(args, "X=y")).To(ContainSubstring("HTTP/1.1 202 Accepted"))
	args = append(args, "--user=me:opensesame")
	g.Expect(try(args, "AUTHORIZATION=Basic x")).To(ContainSubstring("HTTP/1.1 202 Accepted"))
	said, err := try(args, "X=y")
	g.Expect(err).To(HaveOccurred())
	g.Expect(said).To(ContainSubstring("AUTHORIZATION: a secret, which is not recorded"))
}
