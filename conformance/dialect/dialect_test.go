package dialect

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// fields are those of an answer in which names are as they were said.
func fields(said map[string]string) func(string) []string {
	return func(name string) (list []string) {
		for key, value := range said {
			if strings.EqualFold(key, name) {
				list = append(list, value)
			}
		}
		return list
	}
}

// Each kind of placeholder takes what is right, and nothing else.
func TestFits(t *testing.T) {
	for _, row := range []struct {
		kind         Pattern
		right, wrong string // values of JSON, parted by spaces
	}{
		{Pattern{Kind: Monitors}, `"/m" "http://h/m"`, `""`},
		{Pattern{Kind: Monitors, Absolute: true}, `"https://h/m"`, `"/m" "ftp://h"`},
		{Pattern{Kind: ID}, `"a" 7`, `"" true {} []`},
		{Pattern{Kind: Time}, `"2026-11-26T20:00:00Z"`, `"2026-11-26" 7`},
		{Pattern{Kind: Seconds}, `0 5`, `-1 1.5 "soon"`},
		{Pattern{Kind: Seconds, From: 10, To: 600}, `10 600`, `9 601`},
		{Pattern{Kind: Percent}, `0 100 33.3`, `-1 101 "x"`},
		{Pattern{Kind: Any}, `1 "a" {} false`, `""`},
		{Pattern{Words: []any{"a", 1, true, "4xx"}}, `"a" 1 true 404 "404"`, `"b" 2 false 500 "1"`},
		{Pattern{Kind: Except, Words: []any{"1", "b"}}, `"a" 2`, `"b" 1`},
	} {
		for _, values := range []struct {
			list  string
			right bool
		}{{row.right, true}, {row.wrong, false}} {
			for value := range strings.FieldsSeq(values.list) {
				if row.kind.fits(decoded(value), true, false) != values.right {
					t.Errorf("%v: %s is right: %v is wanted", row.kind, value, values.right)
				}
			}
		}
	}
}

// What is not there is told from what is, and null is not there.
func TestAbsent(t *testing.T) {
	r := Reply{Status: exactly(200), Body: map[string]Pattern{"/done": {Words: []any{false, nil}}, "/error": {Words: []any{nil}}}}
	for body, signs := range map[string]bool{`{}`: true, `{"done":false,"error":null}`: true, `{"done":true}`: false, `{"error":{}}`: false, `{"done":"false"}`: false} {
		a := Answer{Status: 200, Fields: fields(nil), Values: Read([]byte(body), []string{"/done", "/error"})}
		if r.Signs(a) != signs {
			t.Errorf("%s: %v is wanted", body, signs)
		}
	}
}

// An answer that is served is told as what it was served as, and lacks nothing.
func TestSayIsRead(t *testing.T) {
	r := Reply{Status: exactly(200), Headers: map[string]Pattern{"Retry-After": {Kind: Seconds, From: 10, To: 600}, "Location": {Kind: Monitors, Absolute: true}},
		Body: map[string]Pattern{"/id": {Kind: ID}, "/at": {Kind: Time}, "/list/0/part": {Kind: Percent}, "/state": {Words: []any{"ok"}}}}
	said, err := r.Say(func(_ string, p Pattern, _ bool) any {
		return map[Kind]any{Monitors: "http://h/m", ID: "7", Time: time.Unix(0, 0).UTC().Format(time.RFC3339), Percent: 5, Seconds: 10}[p.Kind]
	})
	if err != nil {
		t.Fatal(err)
	}
	a := Answer{Status: said.Status, Fields: fields(said.Fields), Values: Read(said.Body, sortedKeys(r.Body))}
	if must, should := r.Faults(a); !r.Signs(a) || must != nil || should != nil {
		t.Errorf("%v %v %s", must, should, said.Body)
	}
	delete(said.Fields, "Location")
	if must, _ := r.Faults(a); len(must) != 1 || must[0] != "no Location, which is to be an absolute URL" {
		t.Error(must)
	}
}

// Templates are filled from the answer and from the URLs at hand; the first place that says something wins.
func TestReference(t *testing.T) {
	base := Base{Target: "http://h/v1/", Start: "http://h/v1/jobs?a=b", Here: "http://h/v1/m/7?k=v"}
	a := Answer{Fields: fields(map[string]string{"Location": "/field"}), Values: map[string]string{"/name": `"x/y z"`, "/null": "null"}}
	start := Answer{Fields: fields(map[string]string{"Location": "/start"})}
	for _, row := range []struct {
		refs Refs
		want string
	}{
		{Refs{{Form: Header, Arg: "location"}}, "/field"},
		{Refs{{Start: true, Form: Header, Arg: "Location"}}, "/start"},
		{Refs{{Form: Link, Arg: "/null"}, {Form: Link, Arg: "/name"}}, "x/y z"},
		{Refs{{Form: URL, Arg: "{base}/{/name}"}}, "http://h/v1/x/y%20z"},
		{Refs{{Form: URL, Arg: "{monitor}/results"}}, "http://h/v1/m/7/results?k=v"},
		{Refs{{Form: URL, Arg: "{start}/last?op={/name}"}}, "http://h/v1/jobs/last?op=x/y%20z&a=b"},
		{Refs{{Form: URL, Arg: "{base}/{/null}"}, {Form: URL, Arg: "{start}"}}, "http://h/v1/jobs?a=b"},
		{Refs{{Form: URL, Arg: "{base}/{/null}"}}, ""},
	} {
		if got, _ := row.refs.Reference(a, start, base); got != row.want {
			t.Errorf("%v: %q, want %q", row.refs, got, row.want)
		}
	}
}

func FuzzPhase(f *testing.F) {
	f.Add(200, []byte(`{"done":true,"error":{"code":1}}`), "/m")
	f.Fuzz(func(t *testing.T, status int, text []byte, field string) {
		d := TwoOhTwo
		d.Monitor.Failed = &Reply{Status: Statuses{{200, 599}}, Body: map[string]Pattern{"/error/code": {Kind: Any}, "/done": {Words: []any{true, "4xx"}}}}
		a := Answer{Status: status, Fields: fields(map[string]string{"Location": field}), Values: Read(text, d.Wanted())}
		for _, value := range a.Values {
			if !json.Valid([]byte(value)) {
				t.Errorf("%q is no JSON", value)
			}
		}
		d.Phase(a)
		for _, r := range []*Reply{&d.Monitor.Pending, &d.Monitor.Done, d.Monitor.Failed, d.Monitor.Unknown} {
			r.Faults(a)
		}
	})
}
