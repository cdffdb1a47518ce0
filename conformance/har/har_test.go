package har_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/har"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	const path = "testdata/run.har"
	g := NewWithT(t)
	got := written(t, recorded(), silent())
	if *update {
		g.Expect(os.WriteFile(path, got, 0o644)).To(Succeed())
	}
	want, err := os.ReadFile(path)
	g.Expect(err).NotTo(HaveOccurred(), "go test -update writes it")
	g.Expect(string(got)).To(Equal(string(want)), "go test -update refreshes it")
	for i, c := range got {
		if c != '\n' && (c < ' ' || c > '~') {
			t.Fatalf("a terminal would obey %q: …%q", c, got[max(0, i-30):i])
		}
	}
}

// What was written is read as it was, whatever bytes it has.
func TestRoundTrip(t *testing.T) {
	for name, observations := range map[string][]*record.Observation{
		"none": {}, "one": {recorded()}, "several": {recorded(), silent(), recorded()}, "every field": {filled(t)},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			text := written(t, observations...)
			back := read(t, text)
			g.Expect(back).To(HaveLen(len(observations)))
			for i, o := range observations {
				g.Expect(back[i].Began).To(BeTemporally("==", o.Began))
				back[i].Began = o.Began
				if !reflect.DeepEqual(back[i], o) {
					g.Expect(back[i]).To(Equal(o))
				}
			}
			g.Expect(written(t, back...)).To(Equal(text))
			g.Expect(read(t, append([]byte("\xef\xbb\xbf"), text...))).To(HaveLen(len(observations)), "with a byte order mark")
		})
	}
}

// filled is an observation no field of which is zero, so that one added later is not forgotten here.
func filled(t *testing.T) *record.Observation {
	t.Helper()
	o := &record.Observation{}
	n := 0
	fill(reflect.ValueOf(o).Elem(), &n)
	o.Protocol, o.Jobs = record.Bind(spoken, o.Target.BaseURL, record.ExpectEither), nil
	o.Dialects = nil // who reads the record knows them
	o.Arrange()
	return o
}

// spoken is a dialect other than two-oh-two.
var spoken = dialect.Dialect{
	Name: "spoken", Start: dialect.Start{Methods: []string{"POST"}, Reply: dialect.Reply{
		Status: dialect.Statuses{{From: 202, To: 202}}, Body: map[string]dialect.Pattern{"/href": {Kind: dialect.Monitors}},
	}},
	Monitor: dialect.Monitor{
		At: dialect.Refs{{Form: dialect.Link, Arg: "/href"}}, Pending: dialect.Reply{Status: dialect.Statuses{{From: 200, To: 200}}},
		Done: dialect.Reply{Status: dialect.Statuses{{From: 303, To: 303}}}, Failed: &dialect.Reply{Status: dialect.Statuses{{From: 400, To: 499}}, Empty: true},
	},
}

func fill(v reflect.Value, n *int) {
	*n++
	words := map[reflect.Type]string{
		reflect.TypeFor[record.Role](): string(record.RoleMonitor), reflect.TypeFor[record.Way](): string(record.WayUnread),
		reflect.TypeFor[record.ProbeName](): string(record.ProbeCORS), reflect.TypeFor[record.Identity](): string(record.IdentityOther),
		reflect.TypeFor[record.FailureKind](): string(record.FailureFlood),
	}
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(began))
	case words[v.Type()] != "":
		v.SetString(words[v.Type()])
	case v.Type() == reflect.TypeFor[record.Protocol]():
	case v.Type() == reflect.TypeFor[map[string]string]():
		v.Set(reflect.ValueOf(map[string]string{"/status": `"Running"`}))
	case v.Type() == reflect.TypeFor[*record.Job](), v.Type() == reflect.TypeFor[dialect.Dialect](), !v.CanSet():
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case v.Kind() == reflect.Struct:
		for _, field := range v.Fields() {
			fill(field, n)
		}
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt():
		v.SetInt(int64(*n))
	case v.CanUint():
		v.SetUint(uint64(*n) % 256)
	}
}

// failing is a writer to which only so much can be written.
type failing struct{ room int }

func (f *failing) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, errors.New("no space left")
	}
	return len(b), nil
}

func TestWriteFails(t *testing.T) {
	g := NewWithT(t)
	for _, room := range []int{0, 5000} {
		g.Expect(har.Write(&failing{room}, recorded())).To(MatchError("no space left"))
	}
	o := recorded()
	o.Began = time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)
	g.Expect(har.Write(&bytes.Buffer{}, o)).To(MatchError(ContainSubstring("can't be written")))
}

// required are the fields that HAR 1.2 does not call optional, and of what kind they are.
var required = map[string]map[string]any{
	"log":      {"version": "", "creator": map[string]any{}, "entries": []any{}},
	"creator":  {"name": "", "version": ""},
	"pages":    {"startedDateTime": time.Time{}, "id": "", "title": "", "pageTimings": map[string]any{}},
	"entries":  {"startedDateTime": time.Time{}, "time": 0.0, "request": map[string]any{}, "response": map[string]any{}, "cache": map[string]any{}, "timings": map[string]any{}},
	"request":  {"method": "", "url": "", "httpVersion": "", "cookies": []any{}, "headers": []any{}, "queryString": []any{}, "headersSize": 0.0, "bodySize": 0.0},
	"response": {"status": 0.0, "statusText": "", "httpVersion": "", "cookies": []any{}, "headers": []any{}, "content": map[string]any{}, "redirectURL": "", "headersSize": 0.0, "bodySize": 0.0},
	"headers":  {"name": "", "value": ""}, "queryString": {"name": "", "value": ""},
	"content": {"size": 0.0, "mimeType": ""},
	"timings": {"send": 0.0, "wait": 0.0, "receive": 0.0},
}

// optional are those that it does.
var optional = map[string][]string{
	"log": {"pages"}, "creator": {"comment"}, "entries": {"pageref", "connection"}, "content": {"text", "encoding", "comment"},
}

func TestIsHAR(t *testing.T) {
	var file map[string]any
	NewWithT(t).Expect(json.Unmarshal(written(t, recorded(), silent()), &file)).To(Succeed())
	NewWithT(t).Expect(file).To(HaveLen(1))
	holds(t, "log", file["log"])
	for _, e := range file["log"].(map[string]any)["entries"].([]any) {
		e := e.(map[string]any)
		sum := 0.0
		for _, part := range e["timings"].(map[string]any) {
			NewWithT(t).Expect(part).To(BeNumerically(">=", 0.0))
			sum += part.(float64)
		}
		NewWithT(t).Expect(e["time"]).To(BeNumerically("~", sum, 1e-9), "time is the sum of the timings")
	}
}

// holds holds a value against the form of that name, and its members against theirs.
func holds(t *testing.T, name string, value any) {
	t.Helper()
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			holds(t, name, element)
		}
	case map[string]any:
		for field, kind := range required[name] {
			got := value[field]
			if _, date := kind.(time.Time); date {
				text, _ := got.(string)
				parsed, err := time.Parse("2006-01-02T15:04:05.000Z07:00", text)
				NewWithT(t).Expect(err).NotTo(HaveOccurred(), "%s.%s", name, field)
				got = parsed
			}
			if reflect.TypeOf(got) != reflect.TypeOf(kind) {
				t.Errorf("%s.%s is %T, not %T", name, field, got, kind)
			}
		}
		for field, member := range value {
			if _, is := required[name][field]; !is && field[0] != '_' && required[name] != nil {
				NewWithT(t).Expect(optional[name]).To(ContainElement(field), "%s.%s", name, field)
			}
			if field[0] != '_' {
				holds(t, field, member)
			}
		}
	}
}
