package har

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Write writes observations as one archive, with a page for each: [Read] returns the same again.
// An entry is a line. The error is the writer's, or says that a time is beyond what a date can tell.
func Write(w io.Writer, observations ...*record.Observation) error {
	out := &writer{out: bufio.NewWriter(w)}
	out.text("{\"log\": {\n\"version\": \"" + version + "\",\n\"creator\": ")
	out.value(creator{"two-oh-two", contract.Version, "the version is the contract's"})
	out.text(",\n\"_twoOhTwo\": ")
	out.value(logRecord{Schema})
	out.text(",\n\"pages\": [")
	for i, o := range observations {
		p, err := newPage(pageID(i), o)
		if err != nil {
			return err
		}
		out.element(i, p)
	}
	out.text("\n],\n\"entries\": [")
	n := 0
	for i, o := range observations {
		for _, e := range o.Exchanges {
			out.element(n, newEntry(pageID(i), o.Began, e))
			n++
		}
	}
	out.text("\n]}}\n")
	if out.err != nil {
		return out.err
	}
	return out.out.Flush()
}

// A writer keeps the first error.
type writer struct {
	out *bufio.Writer
	err error
}

func (w *writer) text(text string) {
	if w.err == nil {
		_, w.err = w.out.WriteString(text)
	}
}

func (w *writer) value(v any) {
	text, err := json.Marshal(v)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.text(string(asciiOnly(text)))
}

func (w *writer) element(i int, v any) {
	if i > 0 {
		w.text(",")
	}
	w.text("\n")
	w.value(v)
}

func pageID(i int) string { return fmt.Sprintf("target-%d", i+1) }

func newPage(id string, o *record.Observation) (page, error) {
	began, err := o.Began.MarshalText()
	if err != nil {
		return page{}, fmt.Errorf("when the run of %s began can't be written: %w", o.Target.BaseURL, err)
	}
	t, p := o.Target, o.Protocol
	title := t.BaseURL
	if t.Name != "" {
		title = fmt.Sprintf("%s (%s)", t.Name, t.BaseURL)
	}
	ours := &pageRecord{
		Name: exact(t.Name), BaseURL: exact(t.BaseURL), StartURL: exact(t.StartURL), StartMethod: exact(t.StartMethod),
		JobTimeout: t.JobTimeout, Credentials: t.Credentials, OtherIdentity: t.OtherIdentity, Origin: exact(t.Origin), Body: exact(t.Body),
		Run: exact(o.Run), Began: string(began), Duration: o.Duration, Stopped: exact(o.Stopped), Unreachable: exact(o.Unreachable),
		Protocol: newProtocol(&p),
	}
	ours.AllowOrigins, ours.Curl = converted[exact](t.AllowOrigins), converted[exact](t.Curl)
	for _, p := range o.Parts {
		ours.Phases = append(ours.Phases, phase{exact(p.Name), p.From, p.To})
	}
	return page{Started: date(o.Began), ID: id, Title: showable(title), Ours: ours}, nil
}

// newProtocol writes two-oh-two as it was written before there were dialects, so that older tools read it.
func newProtocol(p *record.Protocol) protocol {
	if !reflect.DeepEqual(p.Dialect, dialect.TwoOhTwo) {
		return protocol{Dialect: &p.Dialect, Expect: p.Expect}
	}
	out := protocol{
		Name: p.Dialect.Name, Accepted: []int{202}, Pending: []int{200}, Done: []int{201}, Success: []int{200}, Result: []int{200}, Failure: []int{422},
		Monitor: "Location", Product: "Location",
	}
	switch p.Expect {
	case record.ExpectFailure:
		out.Result = out.Failure
	case record.ExpectEither:
		out.Result = slices.Concat(out.Success, out.Failure)
	}
	return out
}

// date is an instant as HAR has it: ISO 8601, with milliseconds.
func date(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z07:00") }

func newEntry(id string, began time.Time, e *record.Exchange) entry {
	// HAR has no time below zero, and a request that was never sent has none at all.
	wait, receive := max(0, e.Received-e.Sent), max(0, e.Ended-e.Received)
	out := entry{
		Page: id, Started: date(began.Add(e.Sent)), Request: newRequest(e), Response: newResponse(e),
		Time: milliseconds(wait + receive), Timings: timings{Wait: milliseconds(wait), Receive: milliseconds(receive)},
		Ours: &entryRecord{
			Number: e.Number, Role: e.Role, Probe: e.Probe, Job: e.Job, Way: e.Way, Late: e.Late,
			Credentials: e.Request.Credentials, Sent: e.Sent, Received: e.Received, Ended: e.Ended,
			Connection: e.Connection, Fresh: e.Fresh, Peer: exact(e.Peer), Body: newBody(e.Body), MoreFields: e.MoreFields,
			Failure: failure{e.Failure.Kind, exact(e.Failure.Text)},
		},
	}
	if e.Connection > 0 {
		out.Connection = fmt.Sprintf("%s/%d", id, e.Connection)
	}
	return out
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func newRequest(e *record.Exchange) request {
	return request{
		Method: showable(e.Request.Method), ExactMethod: unshowable(e.Request.Method),
		URL: showable(e.Request.URL), ExactURL: unshowable(e.Request.URL), Query: newQuery(e.Request.URL),
		HTTPVersion: showable(e.Protocol), Cookies: []field{}, Headers: newFields(e.Request.Fields),
		HeadersSize: -1, BodySize: e.Request.BodyLength,
	}
}

func newResponse(e *record.Exchange) response {
	out := response{
		Status: e.Status, HTTPVersion: showable(e.Protocol), Cookies: []field{},
		Headers: newFields(e.Fields), RedirectURL: showable(e.Value("Location")), HeadersSize: -1, BodySize: e.Body.Length,
		Content: newContent(e), Error: showable(e.Failure.Text),
	}
	if e.Answered() {
		_, name, _ := strings.Cut(e.StatusText(), " ")
		out.StatusText = name
	}
	if e.Status == 0 {
		out.BodySize = -1
	}
	return out
}

func newFields(fields []record.Field) []field {
	out := make([]field, len(fields))
	for i, f := range fields {
		out[i] = field{showable(f.Name), showable(f.Value), unshowable(f.Name), unshowable(f.Value)}
	}
	return out
}

// newQuery tells the parameters of a URL apart, decoded where they can be.
func newQuery(text string) []field {
	out := []field{}
	text, _, _ = strings.Cut(text, "#")
	_, query, _ := strings.Cut(text, "?")
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		out = append(out, field{Name: decoded(name), Value: decoded(value)})
	}
	return out
}

func decoded(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		text = plain
	}
	return showable(text)
}

// newContent tells the beginning of a body, in HAR's own base64 where it is no text.
func newContent(e *record.Exchange) content {
	b := e.Body
	out := content{Size: b.Length, MimeType: showable(e.Value("Content-Type")), Text: string(b.Beginning)}
	if !utf8.Valid(b.Beginning) {
		out.Text, out.Encoding = base64.StdEncoding.EncodeToString(b.Beginning), "base64"
	}
	if len(b.Beginning) > 0 && int64(len(b.Beginning)) < b.Length {
		out.Comment = fmt.Sprintf("the first %d bytes of %d", len(b.Beginning), b.Length)
	}
	return out
}

func newBody(b record.Body) body {
	out := body{Hash: b.Hash, Cut: exact(b.Cut), Bounded: b.Bounded, NotJSON: exact(b.NotJSON)}
	for _, m := range b.Mentions {
		out.Mentions = append(out.Mentions, mention{m.Job, exact(m.Before)})
	}
	for pointer, value := range b.Values {
		if out.Values == nil {
			out.Values = map[string]exact{}
		}
		out.Values[pointer] = exact(value)
	}
	return out
}

// converted is a list of texts as another type has it; nil where it is empty.
func converted[To, From ~string](list []From) []To {
	var all []To
	for _, text := range list {
		all = append(all, To(text))
	}
	return all
}
