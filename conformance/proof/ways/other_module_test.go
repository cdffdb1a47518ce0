package ways

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// theirs is a project of somebody else's, in a module of its own: a handler, a plain test, a Ginkgo suite, and flags
// with names that we use too.
var theirs = map[string]string{
	"server.go": `package theirs

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

// New returns a server of jobs that take a tenth of a second.
func New() http.Handler {
	var mu sync.Mutex
	began := map[string]time.Time{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /deferredjob", func(w http.ResponseWriter, r *http.Request) {
		id := fmt.Sprintf("%032x", time.Now().UnixNano()*7919)
		mu.Lock()
		for began[id] != (time.Time{}) {
			id += "0"
		}
		began[id] = time.Now()
		mu.Unlock()
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Location", "/monitor/"+id)
		w.WriteHeader(202)
	})
	done := func(id string) (known, done bool) {
		mu.Lock()
		defer mu.Unlock()
		at, known := began[id]
		return known, known && time.Since(at) > 100*time.Millisecond
	}
	mux.HandleFunc("GET /monitor/{id}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		switch known, done := done(r.PathValue("id")); {
		case !known:
			w.WriteHeader(404)
		case done:
			w.Header().Set("Location", "/result/"+r.PathValue("id"))
			w.WriteHeader(201)
		}
	})
	mux.HandleFunc("GET /result/{id}", func(w http.ResponseWriter, r *http.Request) {
		if _, done := done(r.PathValue("id")); !done {
			w.WriteHeader(404)
			return
		}
		fmt.Fprintln(w, "the result of "+r.PathValue("id"))
	})
	return mux
}
`,
	"plain/plain_test.go": `package plain

import (
	"flag"
	"net/http/httptest"
	"testing"

	"example.com/theirs"
	"github.com/two-oh-two/two-oh-two/conformance"
)

var url = flag.String("base-url", "", "theirs")

func TestTheirs(t *testing.T) {
	if *url != "mine" {
		t.Errorf("their flag is %q", *url)
	}
}

func TestConformance(t *testing.T) {
	server := httptest.NewServer(theirs.New())
	defer server.Close()
	conformance.Run(t, conformance.Target{BaseURL: server.URL})
}
`,
	"suite/suite_test.go": `package suite

import (
	"flag"
	"net/http/httptest"
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/theirs"
	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/specs"
)

var _ = flag.String("jobs", "", "theirs")

var server *httptest.Server

var _ = BeforeSuite(func() {
	server = httptest.NewServer(theirs.New())
	DeferCleanup(server.Close)
})

var _ = Describe("theirs", Label("theirs"), func() {
	It("has a server", func() { Expect(server.URL).NotTo(BeEmpty()) })
	It("has another spec", func() {})
	It("has a third", func() {})
})

var _ = specs.AddFunc("their server", func() conformance.Target {
	if url := os.Getenv("THEIR_URL"); url != "" {
		return conformance.Target{BaseURL: url}
	}
	return conformance.Target{BaseURL: server.URL}
})

func TestSuite(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "their suite")
}
`,
}

// theirModule writes their project, with ours in its go.mod, and returns the folder.
func theirModule(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	root := harness.Root(t)
	ours, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"go.sum": string(sums),
		"go.mod": strings.Replace(string(ours), "module "+harness.Module, "module example.com/theirs", 1) +
			"\nrequire " + harness.Module + " v0.0.0\n\nreplace " + harness.Module + " => " + root + "\n",
	}
	maps.Copy(files, theirs)
	for name, text := range files {
		put(t, filepath.Join(folder, name), text)
	}
	return folder
}

// inTheirs runs a command in their project.
func inTheirs(t *testing.T, folder string, environ []string, command string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(command, args...)
	cmd.Dir = folder
	cmd.Env = append(append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod"), environ...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestOtherModule shows that a project of another module uses us as a plain test, in its own Ginkgo suite, and in
// several processes at once, and that nothing of its own is taken over.
func TestOtherModule(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	folder := theirModule(t)
	if out, err := inTheirs(t, folder, nil, "go", "test", "-c", "./suite"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Run("a plain test, in JSON", func(t *testing.T) { plainTest(t, folder) })
	t.Run("their suite", func(t *testing.T) {
		out, err := inTheirs(t, folder, nil, "./suite.test", "-test.v", "-ginkgo.v", "-jobs=mine", "-ginkgo.no-color")
		if err != nil || !strings.Contains(out, "has another spec") || !strings.Contains(out, "monitor.ready") {
			t.Errorf("%v\n%s", err, out)
		}
	})
	t.Run("a part of their suite", func(t *testing.T) {
		out, err := inTheirs(t, folder, nil, "./suite.test", "-test.v", "-ginkgo.label-filter=theirs", "-ginkgo.no-color")
		if err != nil || !strings.Contains(out, "Ran 3 of ") {
			t.Errorf("%v\n%s", err, out)
		}
	})
	t.Run("in parallel", func(t *testing.T) { inParallel(t, folder) })
}

// plainTest shows that a plain test of theirs judges every requirement, beside a test and a flag of their own.
func plainTest(t *testing.T, folder string) {
	out, err := inTheirs(t, folder, nil, "go", "test", "-json", "-count=1", "./plain", "-args", "-base-url=mine")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ended := map[string]string{}
	for decoder := json.NewDecoder(strings.NewReader(out)); decoder.More(); {
		var event struct{ Action, Test string }
		if err := decoder.Decode(&event); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if event.Action == "pass" || event.Action == "skip" || event.Action == "fail" {
			ended[event.Test] = event.Action
		}
	}
	if ended["TestTheirs"] != "pass" || ended["TestConformance"] != "pass" {
		t.Errorf("%v", ended)
	}
	for _, r := range contract.Catalogue() {
		if got := ended["TestConformance/"+r.Group()+"/"+r.ID]; got != "pass" && got != "skip" {
			t.Errorf("%s: %q", r.ID, got)
		}
	}
	for _, id := range contract.Core() {
		if r, _ := contract.Find(id); ended["TestConformance/"+r.Group()+"/"+id] != "pass" {
			t.Errorf("%s did not pass", id)
		}
	}
}

// inParallel shows that one run is made, however many processes there are: it is named in every User-Agent.
func inParallel(t *testing.T, folder string) {
	var mu sync.Mutex
	runs := map[string]int{}
	name := regexp.MustCompile(`\(run ([a-z0-9]+);`)
	server := harness.Faulty(t, "")
	target := harness.Loopback(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if found := name.FindStringSubmatch(r.UserAgent()); found != nil && r.URL.Path == "/deferredjob" && r.Method == http.MethodGet {
			mu.Lock()
			runs[found[1]]++
			mu.Unlock()
		}
		server.ServeHTTP(w, r)
	}))
	out, err := inTheirs(t, folder, []string{"THEIR_URL=" + target.BaseURL}, "go", "run", "github.com/onsi/ginkgo/v2/ginkgo", "-p", "-procs=3", "--no-color", "suite.test")
	if err != nil || !strings.Contains(out, "Running in parallel across 3 processes") {
		t.Errorf("%v\n%s", err, out)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(runs) != 1 {
		t.Errorf("runs, and the jobs of each: %v", runs)
	}
}

// TestOutputIsTheirs shows that nothing but the test's own output is written where we are imported.
func TestOutputIsTheirs(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	var stderr bytes.Buffer
	cmd := exec.Command(os.Args[0], "-test.run=^TestOneTarget$")
	cmd.Env = append(os.Environ(), targetVariable+"="+harness.Loopback(t, harness.Faulty(t, "")).BaseURL)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || string(out) != "PASS\n" || stderr.Len() > 0 {
		t.Errorf("%v\n%s%s", err, out, stderr.String())
	}
}
