package settings

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
)

// Flags win over the environment, and that over a file; and each value knows where it is from.
func TestPrecedence(t *testing.T) {
	g := NewWithT(t)
	inFolder(t, map[string]string{"c": "jobs: 3\nmax-jobs: 30\nstart-path: /jobs\nbase-url: [http://a, http://b]\nquiet: true\n"})
	s, err := given([]string{"-config=c", "-jobs=1"}, map[string]string{"TWO_OH_TWO_JOBS": "2", "TWO_OH_TWO_MAX_JOBS": "20"}, "")
	g.Expect(err).NotTo(HaveOccurred())
	targets, _, err := s.Targets()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(targets).To(Equal([]conformance.Target{
		{BaseURL: "http://a", Jobs: 1, MaxJobs: 20, StartPath: "/jobs", Dialects: Dialects()}, {BaseURL: "http://b", Jobs: 1, MaxJobs: 20, StartPath: "/jobs", Dialects: Dialects()},
	}))
	g.Expect(s.Command).To(Equal(Command{Quiet: true, Color: ColorAuto}))
	for name, want := range map[string]string{"jobs": "--jobs", "max-jobs": "TWO_OH_TWO_MAX_JOBS", "start-path": "c:3: start-path", "quiet": "c:5: quiet"} {
		_, by := s.Given(Setting{Name: name})
		g.Expect(by).To(Equal(want))
	}
}

func TestConfigsMistakes(t *testing.T) {
	for file, says := range map[string]string{
		"jobs: 0":      `c:1: jobs: "0" is no number of jobs`,
		"jobs: [1, 2]": `c:1: jobs: it is given 2 times`,
		"header: A":    `c:1: header: there is no colon`,
		"quiet: maybe": `c:1: quiet: "maybe" is neither true nor false`,
		"jobbs: 1":     `--config: c:1: there is no setting "jobbs" here: did you mean "jobs"?`,
	} {
		g := NewWithT(t)
		inFolder(t, map[string]string{"c": file})
		s, err := given([]string{"-config=c"}, nil, "")
		g.Expect(err).NotTo(HaveOccurred())
		_, _, err = s.Targets()
		g.Expect(err).To(MatchError(HavePrefix(says)))
	}
	s, _ := given([]string{"-config="}, nil, "")
	_, _, err := s.Targets()
	NewWithT(t).Expect(err).NotTo(HaveOccurred(), "an empty name is none")
}

// Each target of a file has what is said of all, and what is said of it alone in place of that; flags win all the same.
func TestTargetsOfAFile(t *testing.T) {
	g := NewWithT(t)
	inFolder(t, map[string]string{
		"c":     "start-path: /all\nheader: 'A: all'\n",
		"t":     "- http://u:p@one\n- base-url: http://two\n  name: the second\n  start-path: /two\n  header: 'B: two'\n  max-jobs: 1\n",
		"wrong": "- nonsense\n",
	})
	args := []string{"-config=c", "-max-jobs=9", "-data=@-"}
	s, err := given(append(args, "-targets=t"), map[string]string{"TWO_OH_TWO_BASE_URL": "http://env"}, "a body")
	g.Expect(err).NotTo(HaveOccurred())
	targets, _, err := s.Targets()
	g.Expect(err).NotTo(HaveOccurred())
	body := func(target conformance.Target) conformance.Target {
		target.Body, target.BodyType, target.StartMethod, target.MaxJobs = []byte("a body"), "application/x-www-form-urlencoded", "POST", 9
		target.Dialects = Dialects()
		return target
	}
	g.Expect(targets).To(Equal([]conformance.Target{
		body(conformance.Target{BaseURL: "http://env", StartPath: "/all", Header: http.Header{"A": {"all"}}}),
		body(conformance.Target{BaseURL: "http://one", StartPath: "/all", Header: http.Header{"A": {"all"}, "Authorization": {"Basic dTpw"}}}),
		body(conformance.Target{BaseURL: "http://two", Name: "the second", StartPath: "/two", Header: http.Header{"B": {"two"}}}),
	}))
	s, err = given(append(args, "-targets=wrong"), nil, "a body")
	g.Expect(err).NotTo(HaveOccurred())
	_, _, err = s.Targets()
	g.Expect(err).To(MatchError(HavePrefix(`wrong:1: base-url: "nonsense"`)))
}

// A variable is expanded where its name is allowed, and nowhere by surprise; what it brought is a secret.
func TestExpand(t *testing.T) {
	g := NewWithT(t)
	environ := map[string]string{"TOKEN": "s3cret $OTHER", "OTHER": "no"}
	s, err := given([]string{"-header=A: $TOKEN", "-header=B: x${TOKEN}y $TOKENS $OTHER", "-other-header=C: $TOKEN", "-header=D: d", "-expand=TOKEN"}, environ, "")
	g.Expect(err).NotTo(HaveOccurred())
	targets, _, err := s.Targets()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(targets[0].Header).To(Equal(http.Header{"A": {"s3cret $OTHER"}, "B": {"xs3cret $OTHERy $TOKENS $OTHER"}, "D": {"d"}}))
	g.Expect(targets[0].OtherHeader).To(Equal(http.Header{"C": {"s3cret $OTHER"}}))
	g.Expect(targets[0].Secrets).To(ConsistOf("A", "B", "C"))
	g.Expect(aTarget(t, "", "-header=A: $TOKEN").Header).To(Equal(http.Header{"A": {"$TOKEN"}}))
}

func TestHeadersOfAFile(t *testing.T) {
	g := NewWithT(t)
	path := filepath.Join(t.TempDir(), "headers")
	g.Expect(os.WriteFile(path, []byte("A: 1\r\n\nB: 2"), 0o600)).To(Succeed())
	got := aTarget(t, "", "-header=@"+path)
	g.Expect(got.Header).To(Equal(http.Header{"A": {"1"}, "B": {"2"}}))
	g.Expect(got.Secrets).To(ConsistOf("A", "B"))
}

func TestReachSettings(t *testing.T) {
	for _, row := range []struct {
		arg  string
		want observe.Reach
	}{
		{"-resolve=Jobs.Example:443:127.0.0.1", observe.Reach{Resolve: map[string][]string{"jobs.example:443": {"127.0.0.1"}}}},
		{"-resolve=+*:80:[::1],127.0.0.1", observe.Reach{Resolve: map[string][]string{"*:80": {"::1", "127.0.0.1"}}}},
		{"-unix-socket=/run/x", observe.Reach{UnixSocket: "/run/x"}},
		{"-http1.1", observe.Reach{HTTP: observe.HTTP11}},
		{"-http2", observe.Reach{HTTP: observe.HTTP2}},
		{"-http2=false", observe.Reach{}},
		{"-http2-prior-knowledge", observe.Reach{HTTP: observe.HTTP2WithoutAsking}},
	} {
		reach := aTarget(t, "", row.arg).Reach
		if row.arg != "-http2=false" {
			NewWithT(t).Expect(reach.Curl).To(Equal(strings.SplitN("-"+row.arg, "=", 2)), "curl has it too")
			reach.Curl = nil
		}
		NewWithT(t).Expect(reach).To(Equal(row.want), row.arg)
	}
	NewWithT(t).Expect(aTarget(t, "", "-wait=0s").Wait).To(BeZero())
}

// inFolder runs a test in a folder of its own, with these files.
func inFolder(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
