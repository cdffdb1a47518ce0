package proof

import (
	"encoding/json"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

const module = harness.Module

// An arrow says what a package may import: of ours, and of others beside the standard library. Of several that match a package, the first holds.
type arrow struct {
	from         string // a package, or a pattern as [path.Match] has it, of ours likewise
	ours, others []string
	never        []string // not even from the standard library
	because      string
}

// outside is what packages have no use for that read values, and write to a writer.
var outside = []string{"net", "net/http", "os"}

// aFormat is what a format may import of ours.
var aFormat = []string{"conformance/contract", "conformance/record", "conformance/report", "conformance/report/compare", "conformance/report/text"}

var house = []arrow{
	{"conformance/internal/uri", nil, nil, outside, "it reads texts as RFC 3986 does, and knows nothing of jobs"},
	{"conformance/internal/suggest", nil, nil, outside, "it compares names, and knows nothing of them"},
	{"conformance/dialect", nil, nil, outside, "it has the dialects as data, with the standard library alone"},
	{"conformance/record", []string{"conformance/dialect", "conformance/internal/uri"}, nil, outside, "it has what was seen, as plain values"},
	{"conformance/contract", []string{"conformance/dialect", "conformance/internal/uri", "conformance/record"}, []string{"github.com/onsi/gomega"}, outside, "it judges values: no sockets, no files, no Ginkgo"},
	{"conformance/observe", []string{"conformance/dialect", "conformance/contract", "conformance/internal/uri", "conformance/record"}, nil, nil, "it records and never judges"},
	{"conformance/har", []string{"conformance/dialect", "conformance/contract", "conformance/record"}, nil, outside, "it knows records and one form of file: who opens files is the command"},
	{"conformance/report", []string{"conformance/dialect", "conformance/contract", "conformance/internal/suggest", "conformance/internal/uri", "conformance/record"}, nil, outside, "it holds what was found, and looks for nothing"},
	{"conformance/report/compare", []string{"conformance/contract", "conformance/report"}, nil, outside, "it compares values: who reads files is the command"},
	{"conformance/report/formats", []string{"conformance/internal/suggest", "conformance/report", "conformance/report/*"}, nil, []string{"net", "net/http"}, "it knows every format, and alone writes files"},
	{"conformance/report/sarif", aFormat, []string{"github.com/owenrumney/go-sarif/v3"}, outside, "a format reads a report; SARIF's own elements are a library's, which whoever imports conformance need not"},
	{"conformance/report/junit", aFormat, []string{"github.com/jstemmer/go-junit-report/v2/junit"}, outside, "a format reads a report; its failures are text, and JUnit's own elements are a library's"},
	{"conformance/report/*", aFormat, nil, outside, "a format reads a report, and no other format's code but text's"},
	{"conformance/internal/input", nil, nil, []string{"net", "net/http"}, "it reads files, and knows nothing of what is in them"},
	{"conformance", []string{"conformance/dialect", "conformance/contract", "conformance/internal/suggest", "conformance/observe", "conformance/record", "conformance/report", "conformance/report/text"}, nil, nil, "whoever imports it gets Gomega and no more"},
	{"conformance/settings", []string{"conformance/dialect", "conformance", "conformance/contract", "conformance/internal/input", "conformance/internal/suggest", "conformance/observe", "conformance/record", "conformance/report"}, []string{"go.yaml.in/yaml/v4", "github.com/google/jsonschema-go", "golang.org/x/net/http/httpguts"}, nil, "it alone reads YAML, and describes it to editors: whoever imports conformance need not; httpguts knows what a field may be"},
	{"conformance/specs", []string{"conformance/dialect", "conformance", "conformance/contract", "conformance/record", "conformance/report"}, []string{"github.com/onsi/ginkgo/v2"}, nil, "it alone imports Ginkgo, which puts flags on everybody's command line"},
	{"conformance/proof", nil, nil, nil, "it holds tests alone"},
	{"conformance/proof/harness", []string{"conformance/dialect", "conformance", "conformance/contract", "conformance/report", "conformance/report/text", "reference"}, nil, nil, "it is what tests share: no other package imports it"},
	{"reference", []string{"conformance/dialect"}, nil, nil, "it stands alone, to be read from top to bottom; the words of a dialect are data"},
	{"reference/natsstore", []string{"reference"}, []string{"github.com/nats-io/nats.go"}, nil, "it keeps the reference's jobs on a NATS server"},
	{"reference/natsstore/engine", []string{"reference/natsstore"}, []string{"github.com/nats-io/nats.go", "github.com/nats-io/nats-server/v2", "github.com/gofrs/flock"}, nil, "it alone imports the NATS server"},
	{"cmd/two-oh-two", []string{"conformance/dialect", "conformance", "conformance/contract", "conformance/har", "conformance/observe", "conformance/record", "conformance/report", "conformance/report/compare", "conformance/report/formats",
		"conformance/report/markdown", "conformance/report/text", "conformance/settings", "reference"},
		[]string{"github.com/google/jsonschema-go", "github.com/prometheus/client_golang", "github.com/spf13/cobra", "github.com/spf13/pflag", "github.com/fatih/color", "github.com/mattn/go-isatty", "golang.org/x/term"}, nil, "the command has its libraries for itself"},
}

// TestHouse holds the packages' imports against the arrows of the design.
func TestHouse(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		if len(p.GoFiles) == 0 && strings.HasPrefix(name, "conformance/proof/") {
			continue // tests alone
		}
		i := slices.IndexFunc(house, func(a arrow) bool { return matches(a.from, name) })
		if i < 0 {
			t.Errorf("%s has no place in the house: give it one", name)
			continue
		}
		seen[house[i].from] = true
		for _, imported := range p.Imports {
			if !house[i].allows(imported) {
				t.Errorf("%s imports %s: %s", name, imported, house[i].because)
			}
		}
	}
	for _, a := range house {
		if !seen[a.from] {
			t.Errorf("%s is not there", a.from)
		}
	}
}

func (a arrow) allows(imported string) bool {
	if ours, is := strings.CutPrefix(imported, module+"/"); is {
		return slices.ContainsFunc(a.ours, func(pattern string) bool { return matches(pattern, ours) })
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return !slices.Contains(a.never, imported)
	}
	return slices.ContainsFunc(a.others, func(other string) bool { return imported == other || strings.HasPrefix(imported, other+"/") })
}

func matches(pattern, name string) bool {
	is, err := path.Match(pattern, name)
	return is && err == nil
}

type listed struct {
	ImportPath string
	GoFiles    []string
	Imports    []string
	Deps       []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,GoFiles,Imports,Deps", module+"/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); decoder.More(); {
		var p listed
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// TestNoStore shows that the engine of the store reaches no ordinary build, and nobody who imports the suite.
func TestNoStore(t *testing.T) {
	for _, p := range packages(t) {
		if i := slices.IndexFunc(p.Deps, func(d string) bool { return strings.Contains(d, "nats-io") }); i >= 0 && !strings.Contains(p.ImportPath, "/natsstore") {
			t.Errorf("%s depends on %s", p.ImportPath, p.Deps[i])
		}
	}
}

// TestNoGinkgo shows that Ginkgo reaches nobody but those who ask for specs.
func TestNoGinkgo(t *testing.T) {
	for _, p := range packages(t) {
		if p.ImportPath == module+"/conformance/specs" {
			continue
		}
		if i := slices.IndexFunc(p.Deps, func(d string) bool { return strings.Contains(d, "onsi/ginkgo") }); i >= 0 {
			t.Errorf("%s depends on %s", p.ImportPath, p.Deps[i])
		}
	}
}
