package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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
	harness.SideBySide()
	os.Exit(m.Run())
}

// A result is what one call of the command came to.
type result struct {
	Code           int
	Stdout, Stderr string
}

// call calls the command in an empty environment: where these tests run is not what they are about.
func call(args ...string) result { return callIn(nil, args...) }

// callIn calls the command in an environment.
func callIn(environ []string, args ...string) result {
	return callWith(context.Background(), "", environ, args...)
}

// callWith calls the command with all that it may be given.
func callWith(ctx context.Context, stdin string, environ []string, args ...string) result {
	var stdout, stderr bytes.Buffer
	c := &command{stdin: strings.NewReader(stdin), stdout: &stdout, stderr: &stderr, environ: environ}
	code := c.run(ctx, args)
	return result{code, stdout.String(), stderr.String()}
}

var records sync.Map

// saved is a file with the record of a run against the reference with a fault, or without one: one run is recorded for all tests.
func saved(t *testing.T, fault string) string {
	t.Helper()
	record, _ := records.LoadOrStore(fault, sync.OnceValue(func() string {
		faults := slices.DeleteFunc([]string{fault}, func(name string) bool { return name == "" })
		return call("check", "--save=-", "--report=text="+filepath.Join(t.TempDir(), "report.txt"), serve(t, faults...)).Stdout
	}))
	file := filepath.Join(t.TempDir(), "run.har")
	if err := os.WriteFile(file, []byte(record.(func() string)()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
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
	t.Parallel()
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
	t.Parallel()
	for _, fault := range []string{"", mustFault, shouldFault} {
		t.Run("fault "+fault, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			folder := t.TempDir()
			text, file := filepath.Join(folder, "report.txt"), filepath.Join(folder, "report.json")
			got := call("replay", "--report", "text="+text, "--report", "json="+file, saved(t, fault))

			written, err := os.ReadFile(text)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(string(written)).To(Equal(got.Stdout), "the file and standard output")
			var r report.Report
			content, err := os.ReadFile(file)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(json.Unmarshal(content, &r)).To(Succeed())
			g.Expect(outcome{verdict: r.Verdict}.code()).To(Equal(got.Code), "the exit")
			g.Expect(got.Stdout).To(ContainSubstring(": " + r.Targets[0].BaseURL + "\n"))
			for _, requirement := range r.Targets[0].Requirements {
				shown := strings.Contains(got.Stdout, " "+requirement.ID+"  "+string(requirement.Level)+"\n")
				g.Expect(shown).To(Equal(requirement.Outcome == "fail"), requirement.ID)
			}
		})
	}
}

func TestReportToStdout(t *testing.T) {
	t.Parallel()
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
	record := saved(t, mustFault)
	g.Expect(call("replay", "-v", record).Stdout).To(And(ContainSubstring("all requests"), ContainSubstring("#1  ")))
	quiet := call("replay", "-q", record).Stdout
	g.Expect(strings.Count(quiet, "\n")).To(BeNumerically("<", 6), quiet)
	g.Expect(call("replay", "-q", saved(t, "")).Stdout).To(MatchRegexp(`^✓ conformant[^\n]*\n$`))
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
			for _, args := range [][]string{{"check", nobody(t)}, {"list"}} {
				var stderr bytes.Buffer
				g.Expect((&command{stdout: out, stderr: &stderr}).run(t.Context(), args)).To(Equal(exitBroken))
				g.Expect(stderr.String()).To(MatchRegexp(`^two-oh-two: .*(no space left|out of order).*\n$`))
			}
		})
	}
}

func TestSettingsComeFromTheEnvironment(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	environ := []string{"TWO_OH_TWO_BASE_URL=" + nobody(t), fmt.Sprintf("TWO_OH_TWO_REPORT=json=%s\ntext=-", filepath.Join(t.TempDir(), "report.json")), "TWO_OH_TWO_QUIET=true"}
	g.Expect(callIn(environ, "check")).To(And(HaveField("Code", exitInconclusive), HaveField("Stdout", HavePrefix("? could not tell"))))
	g.Expect(callIn(environ, "check", "--report=json=-").Stdout).To(HavePrefix("{"), "flags win")
	environ[2] = "TWO_OH_TWO_QUIET=perhaps"
	g.Expect(callIn(environ, "check")).To(And(HaveField("Code", exitUsage), HaveField("Stderr", HavePrefix(`two-oh-two: TWO_OH_TWO_QUIET: "perhaps"`))))
	environ[2] = "TWO_OH_TWO_STRIKT=1"
	for _, args := range [][]string{{"check"}, {"replay", "x"}, {"serve"}, {"list"}, {"explain", "start"}, {"diff", "a", "b"}} {
		g.Expect(callIn(environ, args...)).To(And(HaveField("Code", exitUsage), HaveField("Stderr", ContainSubstring("did you mean TWO_OH_TWO_STRICT?"))))
	}
}

// The line to try a failure with can be run as it stands, and says so where a secret is needed.
func TestTryLineRuns(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl here")
	}
	harness.Full(t)
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
