package settings

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
)

func TestDialects(t *testing.T) {
	all, err := readDialects("dialects.yaml", dialectsText, mostDocuments)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var again dialect.Dialect
		if err := json.Unmarshal(text, &again); err != nil || !reflect.DeepEqual(again, d) {
			t.Errorf("%s is not the same once written and read: %v\n%s", d.Name, err, text)
		}
	}
}

func TestTwoOhTwoIsItsDocument(t *testing.T) {
	if d := Dialects()[0]; !reflect.DeepEqual(d, dialect.TwoOhTwo) {
		t.Errorf("got  %+v\nwant %+v", d, dialect.TwoOhTwo)
	}
}

// Each answer of each dialect is told as what it is and lacks nothing.
func TestPhases(t *testing.T) {
	for _, d := range Dialects() {
		m := d.Monitor
		for phase, r := range map[dialect.Phase]*dialect.Reply{
			dialect.Pending: &m.Pending, dialect.Done: &m.Done, dialect.Failed: m.Failed, dialect.Cancelled: m.Cancelled, dialect.Unknown: m.Unknown,
		} {
			if r == nil {
				continue
			}
			a := said(t, d, *r)
			if got := d.Phase(a); got != phase {
				t.Errorf("%s: %s is told as %q, and is %q", d.Name, r, got, phase)
			}
			if must, _ := r.Faults(a); len(must) > 0 {
				t.Errorf("%s: %s: %q", d.Name, r, must)
			}
		}
		want := dialect.Unrecognised // an error page of somebody else is no failed job, unless the source says that any error is one
		if slices.Contains([]string{"fhir-bulk", "github-retry"}, d.Name) {
			want = dialect.Failed
		}
		if got := d.Phase(dialect.Answer{Status: 502, Fields: http.Header{}.Values}); got != want {
			t.Errorf("%s: a bare 502 is told as %q", d.Name, got)
		}
	}
}

// said is an answer that says a reply, as a recorder has it.
func said(t *testing.T, d dialect.Dialect, r dialect.Reply) dialect.Answer {
	t.Helper()
	answer, err := r.Say(func(_ string, p dialect.Pattern, _ bool) any {
		switch p.Kind {
		case dialect.Monitors, dialect.Results:
			return "http://h/x"
		case dialect.Time:
			return "2026-11-26T20:00:00Z"
		case dialect.Seconds:
			return max(1, p.From)
		case dialect.Percent:
			return 50
		}
		return "x"
	})
	if err != nil {
		t.Fatal(err)
	}
	fields := http.Header{}
	for name, value := range answer.Fields {
		fields.Set(name, value)
	}
	return dialect.Answer{Status: answer.Status, Fields: fields.Values, Values: dialect.Read(answer.Body, d.Wanted()), Empty: len(answer.Body) == 0}
}

// What a dialect asks is asked once, and can be taken away again; what the caller asks stays.
func TestAsk(t *testing.T) {
	for _, d := range Dialects() {
		for _, start := range []string{"http://h/s", "http://h/s?a=b", "http://h/s?a=b&a=c"} {
			asked := d.Start.Ask.Asked(start)
			for name, value := range d.Start.Ask.Query {
				if !strings.Contains(asked, name+"="+value) {
					t.Errorf("%s: %s does not ask %s", d.Name, asked, name)
				}
			}
			if again, before := d.Start.Ask.Asked(asked), d.Start.Ask.Unasked(asked); again != asked || before != start {
				t.Errorf("%s: %s is asked %s, then %s, and unasked %s", d.Name, start, asked, again, before)
			}
		}
	}
	ask := dialect.Ask{Query: map[string]string{"async": "true"}}
	if got := ask.Asked("http://h/s?async=false"); got != "http://h/s?async=false" {
		t.Errorf("what the caller says is overruled: %s", got)
	}
}
