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

// An error page of somebody else is no failed job, unless the source says that any error is one.
func TestErrorOfSomebodyElse(t *testing.T) {
	for _, d := range Dialects() {
		want := dialect.Unrecognised
		if slices.Contains([]string{"fhir-bulk", "github-retry"}, d.Name) {
			want = dialect.Failed
		}
		if got := d.Phase(dialect.Answer{Status: 502, Fields: http.Header{}.Values}); got != want {
			t.Errorf("%s: a bare 502 is told as %q", d.Name, got)
		}
	}
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
