package settings

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
)

// whole is a dialect of which each row below breaks one thing.
const whole = `name: mine
start: {methods: [POST], reply: {status: 202, headers: {Location: "{monitor}"}}}
monitor:
  at: header Location
  pending: {status: 200, body: {/state: [queued, running]}}
  done: {status: 200, body: {/state: ok}, headers: {Link: "{result}"}}
  failed: {status: 200, body: {/state: bad}}
result: {at: header Link, done: {status: 200}}
cancel: {method: DELETE, at: monitor, reply: {status: 204}, then: any}
`

func TestBrokenDialects(t *testing.T) {
	for _, row := range []struct{ old, new, says string }{
		{"name: mine", "name: My API", `1: name: "My API" is no name: small letters`},
		{"name: mine", "nmae: mine", `1: nmae: "nmae" is no key here: there are name, title`},
		{"name: mine", "name: mine\ntitle: \"a\\nb\"", `2: title: a text has no control characters`},
		{"name: mine", "name: mine\nname: other", `2: `},
		{"name: mine", "name: mine\n\"a\\nb\": c", `a text has no control characters`},
		{"/state: [queued", "\"/a\\nb\": x, /state: [queued", `monitor.pending.body: a text has no control characters`},
		{"name: mine", "name: mine\n" + strings.Repeat("x", 2000) + ": c", `and 1000 bytes at most`},
		{"name: mine", "name: mine\ntitle: [a, b]", `2: title: text is needed here, and not a list`},
		{"name: mine", "name: mine\nlevel: MAY", `2: level: "MAY" is no level: MUST or SHOULD`},
		{"name: mine", "name: mine\ntitle: !!binary aGk=", `2: `},
		{"[POST]", "[post]", `2: start.methods: "post" is no method`},
		{"[POST]", "[]", `2: start.methods: the list is empty`},
		{"[POST]", "[HEAD]", `2: start.methods: "HEAD" is no method`},
		{"methods: [POST], ", "", `2: start.methods: the methods that begin a job are needed`},
		{"status: 202", "status: 99", `2: start.reply.status: 99 is no status of an answer: 200 to 599`},
		{"status: 202", "status: 1xx", `"1xx" is no status`},
		{"status: 202, ", "", `2: start.reply.status: the status is needed`},
		{"status: 202", `status: "202"`, `"202" is no status`},
		{`Location: "{monitor}"`, `Location: "{monitr}"`, `{monitr} is no placeholder`},
		{`Location: "{monitor}"`, `Location: "{monitor"`, `"{monitor" is no constant`},
		{`Location: "{monitor}"`, `Location: "{monitor}", location: "{any}"`, `it is in start.reply already`},
		{`Location: "{monitor}"`, `"Loca tion": "{monitor}"`, `is no name of a header field`},
		{`Location: "{monitor}"`, `Location: "{any}"`, `4: monitor.at: start.reply has no {monitor} at Location`},
		{`Location: "{monitor}"`, `Location: "{secs 600-10}"`, `{secs 600-10} has no bounds as in {secs 10-600}`},
		{"at: header Location", "at: heder Location", `4: monitor.at: "heder Location" is no reference: header NAME`},
		{"at: header Location", "at: inline", `4: monitor.at: a monitor has a URL`},
		{"at: header Location", "at: url jobs/{/id}", `"jobs/{/id}" begins with no place`},
		{"at: header Location", `at: "url {base}/{/id"`, `has a brace without its other`},
		{"at: header Location", `at: "url {base}/{id}"`, `{id} can't be filled in`},
		{"  at: header Location\n", "", `3: monitor.at: the place is needed`},
		{"[queued, running]", `ok`, `5: monitor.pending: it can't be told from monitor.done, which is tried first`},
		{"[queued, running]", `"!"`, `excludes no word`},
		{"[queued, running]", `["{id}", a]`, `is no constant: a placeholder`},
		{"[queued, running]", `1.5`, `1.5 is no constant`},
		{"[queued, running]", `{a: b}`, `a map is no constant`},
		{"/state: [queued", "state: [queued", `"state" is no JSON pointer: it begins with a slash`},
		{"/state: [queued", "/~x: [queued", `~ is written ~0`},
		{"/state: [queued, running]", "/state: queued, /state/of: x", `5: monitor.pending: no answer can be as it says: one that says all of it has /state: {"of":"x"}, and not queued`},
		{"/state: [queued, running]", `/state: queued, /r: "{value}"`, `{value} is the result itself`},
		{"/state: [queued, running]}", `/state: queued}, should: {status: 200}`, `should has headers and body alone`},
		{"/state: [queued, running]}", `/state: queued}, may: {}`, `may says nothing`},
		{"/state: [queued, running]}", `/state: queued}, may: {body: {/state: x}}`, `it is in monitor.pending already`},
		{"  failed: {status: 200", "  failed: {status: 200, body: ~", `7: `},
		{"  failed: {status: 200, body: {/state: bad}}", "  failed: ~", `7: monitor.failed: a map is needed here, and not nothing (~)`},
		{`{Link: "{result}"}`, `{Link: "{any}"}`, `result.at: monitor.done has no {result} at Link`},
		{", done: {status: 200}}", "}", `8: result.done: it is needed`},
		{"at: header Link", "at: inline", `{result} is where the result is`},
		{"then: any", "then: gone", `cancel.then: "gone" is not what follows`},
		{"then: any", "then: cancelled", `there is no monitor.cancelled that could follow`},
		{"method: DELETE, ", "", `9: cancel: a cancellation needs a method`},
		{"at: monitor", "at: inline", `9: cancel.at: a cancel has a URL`},
		{"name: mine", "<<: 3\nname: mine", `"<<" is no key here`},
		{"name: mine", "[a]: b\nname: mine", `1: a key is text`},
		{"name: mine", "name: &a [*a]", `1: `},
		{"then: any}", "then: any}\n---\nname: other", `11: another document begins here, and there may be 1`},
		{whole, "", `1: there is no dialect`},
		{whole, "# nothing\n", `1: there is no dialect`},
		{whole, "\x00\x01\x02", `m.yaml`},
		{whole, "\xff\xfe\xfd", `m.yaml`},
		{whole, "a: [", `m.yaml:`},
		{whole, strings.Repeat("[", 100_000), `m.yaml`},
		{whole, "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d]\n", `2: *a is an alias, and these are not followed`},
		{whole, strings.Repeat(" ", 1<<20) + "\n", `is larger than a megabyte`},
	} {
		t.Chdir(t.TempDir())
		text := strings.Replace(whole, row.old, row.new, 1)
		if err := os.WriteFile("m.yaml", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Dialect("m.yaml")
		if err == nil || !strings.Contains(err.Error(), row.says) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "m.yaml") {
			t.Errorf("%.60q in place of %.30q: %v\nwant %s", row.new, row.old, err, row.says)
		}
	}
	for _, text := range []string{whole, "\ufeff" + whole, strings.ReplaceAll(whole, "\n", "\r\n")} {
		if _, err := readDialects("m.yaml", []byte(text), 1); err != nil {
			t.Error(err)
		}
	}
	for name, says := range map[string]string{"odata": "there is no dialect", "odata-4.1": `did you mean "odata-4.01"?`, "./": "is a directory", "no.yaml": "no such file"} {
		if _, err := Dialect(name); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %s", name, err, says)
		}
	}
}

// A body needs a method that may have one; a method that the dialect does not list is refused.
func TestDialectOfTarget(t *testing.T) {
	if got := aTarget(t, "", "-dialect=open-service-broker", "-data=x"); got.Dialect.Name != "open-service-broker" || got.StartMethod != "PUT" || len(got.Dialects) != 27 {
		t.Errorf("%s %s %d", got.Dialect.Name, got.StartMethod, len(got.Dialects))
	}
	if got := aTarget(t, "", "-dialect=odata-4.01", "-data=x"); got.StartMethod != "POST" {
		t.Error(got.StartMethod)
	}
	s, _ := given([]string{"-dialect=json-api", "-request=PUT"}, nil, "")
	if _, _, err := s.Targets(); err == nil || err.Error() != "--request: PUT begins no job in json-api: POST may" {
		t.Error(err)
	}
	if got := aTarget(t, "", "-dialect=two-oh-two", "-request=PURGE"); got.StartMethod != "PURGE" {
		t.Error(got.StartMethod)
	}
}

func FuzzDialects(f *testing.F) {
	f.Add([]byte(whole), 200, []byte(`{"state":"ok"}`), "/m")
	for text := range bytes.SplitSeq(dialectsText, []byte("\n---\n")) {
		f.Add(text, 200, []byte(`{"status":"Running","error":{"code":1}}`), "http://h/m")
	}
	f.Fuzz(func(t *testing.T, text []byte, status int, body []byte, field string) {
		all, err := readDialects("f", text, mostDocuments)
		if err != nil {
			return
		}
		for _, d := range all {
			written, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			var again dialect.Dialect
			if err := json.Unmarshal(written, &again); err != nil || !reflect.DeepEqual(again, d) {
				t.Fatalf("%v\n%s", err, written)
			}
			tellAnswer(t, d, dialect.Answer{Status: status, Fields: func(string) []string { return []string{field} }, Values: dialect.Read(body, d.Wanted())})
		}
	})
}

// tellAnswer asks a dialect all that a judge asks of an answer. What is told twice is the same.
func tellAnswer(t *testing.T, d dialect.Dialect, a dialect.Answer) {
	t.Helper()
	if first, second := d.Phase(a), d.Phase(a); first != second {
		t.Errorf("%q, and then %q", first, second)
	}
	for _, r := range []dialect.Reply{d.Start.Reply, d.Monitor.Pending, d.Monitor.Done} {
		r.Faults(a)
	}
	base := dialect.Base{Target: "http://h", Start: d.Start.Ask.Asked("http://h/s?a=b"), Here: "http://h/m"}
	if got := d.Start.Ask.Asked(base.Start); got != base.Start {
		t.Errorf("asked twice: %q, and before %q", got, base.Start)
	}
	for _, refs := range []dialect.Refs{d.Monitor.At, d.Result.At, d.Cancel.At} {
		refs.Reference(a, a, base)
	}
}
