package conformance_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// files are what a test's files say, by their paths.
type files struct {
	config  map[string]conformance.File
	targets []conformance.File
	known   []report.KnownFailure
}

func (f files) Config(path string) (conformance.File, error) {
	if file, found := f.config[path]; found {
		return file, nil
	}
	return nil, errors.New("no such file: " + path)
}
func (f files) Targets(string) ([]conformance.File, error)          { return f.targets, nil }
func (f files) KnownFailures(string) ([]report.KnownFailure, error) { return f.known, nil }

func says(where string, values ...string) conformance.Told {
	return conformance.Told{Values: values, Where: where}
}

// Flags win over the environment, and that over a file; and each value knows where it is from.
func TestPrecedence(t *testing.T) {
	g := NewWithT(t)
	s, err := told([]string{"-config=c", "-jobs=1"}, map[string]string{"TWO_OH_TWO_JOBS": "2", "TWO_OH_TWO_MAX_JOBS": "20"}, "")
	g.Expect(err).NotTo(HaveOccurred())
	s.Files = files{config: map[string]conformance.File{"c": {
		"jobs": says("c:1", "3"), "max-jobs": says("c:2", "30"), "start-path": says("c:3", "/jobs"), "base-url": says("c:4", "http://a", "http://b"),
	}}}
	targets, _, err := s.Targets()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(targets).To(Equal([]conformance.Target{
		{BaseURL: "http://a", Jobs: 1, MaxJobs: 20, StartPath: "/jobs"}, {BaseURL: "http://b", Jobs: 1, MaxJobs: 20, StartPath: "/jobs"},
	}))
	for name, want := range map[string]string{"jobs": "--jobs", "max-jobs": "TWO_OH_TWO_MAX_JOBS", "start-path": "c:3: start-path"} {
		_, by := s.Given(conformance.Setting{Name: name})
		g.Expect(by).To(Equal(want))
	}
}

func TestConfigsMistakes(t *testing.T) {
	for _, row := range []struct {
		args []string
		file conformance.File
		says string
	}{
		{[]string{"-config=nothing"}, nil, "--config: no such file: nothing"},
		{[]string{"-config=c"}, conformance.File{"jobs": says("c:1", "0")}, `c:1: jobs: "0" is no number of jobs`},
		{[]string{"-config=c"}, conformance.File{"jobs": says("c:1", "1", "2")}, `c:1: jobs: it is given 2 times`},
		{[]string{"-config=c"}, conformance.File{"header": says("c:1", "A")}, `c:1: header: there is no colon`},
	} {
		g := NewWithT(t)
		s, err := told(row.args, nil, "")
		g.Expect(err).NotTo(HaveOccurred())
		s.Files = files{config: map[string]conformance.File{"c": row.file}}
		_, _, err = s.Targets()
		g.Expect(err).To(MatchError(HavePrefix(row.says)))
	}
	s, _ := told([]string{"-config=c"}, nil, "")
	_, _, err := s.Targets()
	NewWithT(t).Expect(err).To(MatchError("--config: nothing here reads such files"))
	s, _ = told([]string{"-config="}, nil, "")
	_, _, err = s.Targets()
	NewWithT(t).Expect(err).NotTo(HaveOccurred(), "an empty name is none")
}

// Each target of a file has what is said of all, and what is said of it alone in place of that; flags win all the same.
func TestTargetsOfAFile(t *testing.T) {
	g := NewWithT(t)
	s, err := told([]string{"-targets=t", "-config=c", "-max-jobs=9", "-data=@-"}, map[string]string{"TWO_OH_TWO_BASE_URL": "http://env"}, "a body")
	g.Expect(err).NotTo(HaveOccurred())
	s.Files = files{
		config: map[string]conformance.File{"c": {"start-path": says("c:1", "/all"), "header": says("c:2", "A: all")}},
		targets: []conformance.File{
			{"base-url": says("t:1", "http://u:p@one")},
			{"base-url": says("t:2", "http://two"), "name": says("t:3", "the second"), "start-path": says("t:4", "/two"), "header": says("t:5", "B: two"), "max-jobs": says("t:6", "1")},
		},
	}
	targets, _, err := s.Targets()
	g.Expect(err).NotTo(HaveOccurred())
	body := func(target conformance.Target) conformance.Target {
		target.Body, target.BodyType, target.StartMethod, target.MaxJobs = []byte("a body"), "application/x-www-form-urlencoded", "POST", 9
		return target
	}
	g.Expect(targets).To(Equal([]conformance.Target{
		body(conformance.Target{BaseURL: "http://env", StartPath: "/all", Header: http.Header{"A": {"all"}}}),
		body(conformance.Target{BaseURL: "http://one", StartPath: "/all", Header: http.Header{"A": {"all"}, "Authorization": {"Basic dTpw"}}}),
		body(conformance.Target{BaseURL: "http://two", Name: "the second", StartPath: "/two", Header: http.Header{"B": {"two"}}}),
	}))
	s.Files = files{config: map[string]conformance.File{"c": {}}, targets: []conformance.File{{"base-url": says("t:1", "nonsense")}}}
	_, _, err = s.Targets()
	g.Expect(err).To(MatchError(HavePrefix(`t:1: base-url: "nonsense"`)))
}

// A variable is expanded where its name is allowed, and nowhere by surprise; what it brought is a secret.
func TestExpand(t *testing.T) {
	g := NewWithT(t)
	environ := map[string]string{"TOKEN": "s3cret $OTHER", "OTHER": "no"}
	s, err := told([]string{"-header=A: $TOKEN", "-header=B: x${TOKEN}y $TOKENS $OTHER", "-other-header=C: $TOKEN", "-header=D: d", "-expand=TOKEN"}, environ, "")
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
		NewWithT(t).Expect(aTarget(t, "", row.arg).Reach).To(Equal(row.want), row.arg)
	}
	NewWithT(t).Expect(aTarget(t, "", "-wait=0s").Wait).To(BeZero())
}
