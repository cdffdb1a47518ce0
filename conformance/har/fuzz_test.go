package har_test

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/har"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
)

func FuzzRead(f *testing.F) {
	whole := written(f, recorded(), silent())
	f.Add(whole)
	f.Add(written(f, recorded()))
	f.Add(written(f))
	f.Add([]byte(foreign))
	f.Add(bytes.Replace(whole, []byte("Location"), []byte("Link"), 1))
	f.Add(bytes.Replace(whole, []byte("http://jobs.example/api"), []byte("x:%"), 3))
	f.Add([]byte(`{"log":{"version":"1.2","_twoOhTwo":{"schema":"two-oh-two/observation/1"},"entries":[{"pageref":"","_twoOhTwo":{"number":1,"role":"start"}}],"pages":[{"id":"","_twoOhTwo":{"began":"0001-01-01T00:00:00Z","baseURL":"x","protocol":{"name":"x","monitor":"x","product":"x"}}}]}}`))
	f.Fuzz(func(t *testing.T, text []byte) { holdsTogether(t, text, true) })
}

// holdsTogether shows that whatever is read can be judged, reported, and written to be read again as the same; in every
// format, where that is asked for: some are slow.
func holdsTogether(t *testing.T, text []byte, everyFormat bool) {
	observations, err := har.Read(bytes.NewReader(text))
	if err != nil {
		if strings.ContainsAny(err.Error(), "\n\x1b") || !strings.HasPrefix(err.Error(), "it") || len(err.Error()) > 300 {
			t.Errorf("%q", err)
		}
		return
	}
	chosen := formats.All()
	if !everyFormat {
		chosen = slices.DeleteFunc(chosen, func(f formats.Format) bool { return f.Name != "json" && f.Name != "text" })
	}
	told := tell(t, observations, chosen)
	again := written(t, observations...)
	if back := tell(t, read(t, again), chosen); back != told {
		t.Errorf("%s\nis told as\n%s\nand then as\n%s", again, told, back)
	}
}

// tell is all that is said of observations.
func tell(t *testing.T, observations []*record.Observation, chosen []formats.Format) string {
	var out strings.Builder
	var reports []report.Report
	for _, o := range observations {
		r, err := conformance.Judge(o)
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, r)
	}
	for _, format := range chosen {
		if err := format.Write(&out, report.Combine(reports...)); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// others are what values of a record may be exchanged for: fuzzing bytes seldom leaves JSON whole, this does.
var others = []string{
	`""`, `0`, `1`, `2`, `7`, `-1`, `200`, `201`, `202`, `404`, `503`, `null`, `true`, `{}`, `[]`, `9223372036854775807`, `2305843009213693951`,
	`"\ud800"`, `"\u0000"`, `"a\nb"`, `"//["`, `{"base64":"/w=="}`, `"99999999999"`, `"http://jobs.example/api/monitor/1"`,
	`"monitor"`, `"result"`, `"other"`, `"early"`, `"head"`, `"unknown"`, `"hostile"`, `"conditional"`, `"cors-preflight"`, `"preflight"`, `"withheld"`,
	`"Location"`, `"Retry-After"`, `"Date"`, `"Age"`, `"ETag"`, `"Cache-Control"`,
}

func TestEditedRecords(t *testing.T) {
	whole := string(written(t, recorded(), silent()))
	values := regexp.MustCompile(`"[^"]*"|-?\d+|true|false`)
	for round := range uint64(300) {
		r := rand.New(rand.NewPCG(round, 202))
		holdsTogether(t, []byte(values.ReplaceAllStringFunc(whole, func(value string) string {
			if r.IntN(300) > 0 {
				return value
			}
			return others[r.IntN(len(others))]
		})), round%20 == 0)
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
}
