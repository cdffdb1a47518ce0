package faults

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
)

// A telling is what a format tells of one target. What it leaves out is nil.
type telling struct {
	verdict report.Verdict
	failed  []string       // the ids of what failed, of every level, sorted
	against []string       // those of them that count
	number  string         // how many count, where it tells no more
	counts  map[string]int // "MUST fail": 2
}

// readers read each format back, as its own readers do: with parsers, or by what stands in the lines that people read first.
var readers = map[string]func(string) (telling, error){
	"text":     readText,
	"json":     readJSON,
	"html":     readHTML,
	"junit":    readJUnit,
	"markdown": readMarkdown,
	"sarif":    readSARIF,
	"badge":    readBadge,
	"github":   readGitHub,
}

func TestEveryFormatIsRead(t *testing.T) {
	for _, format := range formats.All() {
		if readers[format.Name] == nil {
			t.Errorf("nobody reads %s back: write a reader for it", format.Name)
		}
	}
}

// agree shows that a report of one target tells the same in every format: the verdict, what failed, how much.
func agree(t *testing.T, r report.Report) {
	t.Helper()
	r = withTelling(r)
	want := toldBy(r)
	for _, format := range formats.All() {
		read, known := readers[format.Name]
		if !known {
			continue // TestEveryFormatIsRead says so
		}
		text := written(t, format, r)
		got, err := read(text)
		if err != nil {
			t.Errorf("%s: %v\n%s", format.Name, err, text)
			continue
		}
		if got.verdict != want.verdict {
			t.Errorf("%s says %q, the report %q", format.Name, got.verdict, want.verdict)
		}
		if got.failed != nil && !slices.Equal(got.failed, want.failed) {
			t.Errorf("%s says that %v failed, the report %v", format.Name, got.failed, want.failed)
		}
		if got.against != nil && !slices.Equal(got.against, want.against) {
			t.Errorf("%s says that %v count, the report %v", format.Name, got.against, want.against)
		}
		if got.number != "" && got.number != strconv.Itoa(len(want.against)) {
			t.Errorf("%s says that %s count, the report %v", format.Name, got.number, want.against)
		}
		if got.counts != nil && !maps.Equal(got.counts, want.counts) {
			t.Errorf("%s counts %v, the report %v", format.Name, got.counts, want.counts)
		}
	}
}

// withTelling is a report with those exchanges alone that failures rest on: the others say nothing here, and are most of the JSON.
func withTelling(r report.Report) report.Report {
	telling := map[int]bool{}
	for _, q := range r.Targets[0].Requirements {
		for _, number := range q.Exchanges {
			telling[number] = telling[number] || q.Outcome == contract.Fail
		}
	}
	target := r.Targets[0]
	target.Exchanges = slices.DeleteFunc(slices.Clone(target.Exchanges), func(e report.Exchange) bool { return !telling[e.Number] })
	r.Targets = []report.Target{target}
	return r
}

// toldBy is what the report's own requirements say, counted anew.
func toldBy(r report.Report) telling {
	told := telling{verdict: r.Verdict, failed: []string{}, against: []string{}, counts: map[string]int{}}
	for _, q := range r.Targets[0].Requirements {
		if q.Level != contract.May {
			told.counts[string(q.Level)+" "+string(q.Outcome)]++
		}
		if q.Outcome == contract.Fail {
			told.failed = append(told.failed, q.ID)
			if q.Level == contract.Must || r.Targets[0].Strict {
				told.against = append(told.against, q.ID)
			}
		}
	}
	return told.sorted()
}

func (t telling) sorted() telling {
	slices.Sort(t.failed)
	slices.Sort(t.against)
	return t
}
