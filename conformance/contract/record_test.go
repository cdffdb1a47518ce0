package contract

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A handwritten is an observation written by hand, one line an exchange:
//
//	r.start(1, 202, "Location: /monitor/1")
//	r.read(1, 200, at(100*ms))
//
// Whatever is not said is as a healthy server would have it. Monitors and results are asked for
// where the record's own Locations say, and not at all where they say nothing.
type handwritten struct {
	record.Observation
	bound map[*record.Exchange]bool // those whose URL was given: no Location moves them
	last  map[int]time.Duration
	echo  map[*record.Exchange]record.Exchange // those that are answered as the GET before them, unless a case says otherwise
}

const ms = time.Millisecond

const base = "http://api.example.org/v1"

// clockZero is the instant at which every record begins, by the server's clock too.
var clockZero = time.Date(2026, time.March, 4, 5, 6, 7, 0, time.UTC)

func newRecord() *handwritten {
	r := &handwritten{bound: map[*record.Exchange]bool{}, last: map[int]time.Duration{}, echo: map[*record.Exchange]record.Exchange{}}
	r.Began = clockZero
	r.Target = record.Target{BaseURL: base, StartURL: base + "/deferredjob", StartMethod: "GET", JobTimeout: 5 * time.Minute,
		Credentials: true, OtherIdentity: true, Origin: "https://app.example.org"}
	return r
}

// id is what a server that can't be guessed would call a job.
func id(job int) string {
	sum := sha256.Sum256(fmt.Append(nil, "job ", job))
	return hex.EncodeToString(sum[:8])
}

func (r *handwritten) start(job, status int, said ...any) *record.Exchange {
	e := r.exchange(record.RoleStart, job, status, said)
	e.Request.URL = r.Target.StartURL
	e.Request.Method = r.Target.StartMethod
	if status == 202 && !e.Has("Location") {
		with("Location: /v1/monitor/" + id(job))(e)
	}
	if e.Way == "" {
		e.Way = record.WayAlone
	}
	return e
}

func (r *handwritten) read(job, status int, said ...any) *record.Exchange {
	e := r.exchange(record.RoleMonitor, job, status, said)
	if status == 200 && !e.Has("Cache-Control") {
		with("Cache-Control: no-store")(e)
	}
	return e
}

func (r *handwritten) done(job int, said ...any) *record.Exchange {
	e := r.read(job, 201, said...)
	if !e.Has("Location") {
		with("Location: /v1/result/" + id(job))(e)
	}
	return e
}

func (r *handwritten) result(job int, said ...any) *record.Exchange {
	return r.resultOf(job, 200, said...)
}

func (r *handwritten) resultOf(job, status int, said ...any) *record.Exchange {
	e := r.exchange(record.RoleResult, job, status, said)
	if e.Body.Hash == "" {
		body(`{"job":"` + id(job) + `"}`)(e)
		e.Body.Mentions = []record.Mention{{Job: job, Before: `{"job":"`}}
	}
	return e
}

func (r *handwritten) exchange(role record.Role, job, status int, said []any) *record.Exchange {
	e := &record.Exchange{Role: role, Job: job, Status: status, Sent: r.last[job] + ms, Protocol: "HTTP/1.1", Connection: job}
	e.Request.Method = http.MethodGet
	e.Received = e.Sent + 5*ms
	for _, s := range said {
		switch s := s.(type) {
		case string:
			with(s)(e)
		case change:
			s(e)
		}
	}
	e.Ended = e.Received + ms
	r.last[job] = e.Ended
	if !e.Has("Date") && e.Answered() {
		with("Date: " + httpTime(e.Received))(e)
	}
	if !e.Has("Content-Type") && e.Answered() {
		with("Content-Type: application/json")(e)
	}
	if r.Target.Origin != "" && e.Answered() {
		with("Access-Control-Allow-Origin: *")(e)
		with("Access-Control-Expose-Headers: Location, retry-after")(e)
	}
	r.bound[e] = e.Request.URL != ""
	r.Exchanges = append(r.Exchanges, e)
	return e
}

func httpTime(at time.Duration) string { return clockZero.Add(at).Format(http.TimeFormat) }

// arranged is the observation, with every URL as the Locations have it.
func (r *handwritten) arranged() *record.Observation {
	slices.SortStableFunc(r.Exchanges, func(a, b *record.Exchange) int { return cmp.Compare(a.Sent, b.Sent) })
	monitors, results := map[int]string{}, map[int]string{}
	r.Exchanges = slices.DeleteFunc(r.Exchanges, func(e *record.Exchange) bool {
		if e.Role == record.RoleMonitor && !r.bound[e] {
			e.Request.URL = monitors[e.Job]
		}
		if e.Role == record.RoleResult && !r.bound[e] {
			e.Request.URL = results[e.Job]
		}
		location, one := record.TwoOhTwo.Monitor.One(e)
		switch {
		case starts(e) && e.Status == 202 && one:
			monitors[e.Job] = uri.Resolve(e.Request.URL, location)
		case dones(e) && one && results[e.Job] == "":
			results[e.Job] = uri.Resolve(e.Request.URL, location)
		}
		return e.Request.URL == ""
	})
	r.echoes()
	for i, e := range r.Exchanges {
		e.Number = i + 1
	}
	r.Arrange()
	return &r.Observation
}

func (r *handwritten) echoes() {
	type resource struct {
		role record.Role
		job  int
	}
	before := map[resource]*record.Exchange{}
	for _, e := range r.Exchanges {
		as := before[resource{e.Role, e.Job}]
		if e.Probe == "" {
			before[resource{e.Role, e.Job}] = e
		}
		said, echoes := r.echo[e]
		if !echoes || as == nil || e.Status != said.Status || e.Value("Location") != said.Value("Location") {
			continue
		}
		e.Status, e.Failure = as.Status, as.Failure
		without("Location")(e)
		for _, location := range as.Values("Location") {
			with("Location: " + location)(e)
		}
	}
}

// A change is one thing that is different about an exchange.
type change func(*record.Exchange)

func with(line string) change {
	name, value, _ := strings.Cut(line, ":")
	return func(e *record.Exchange) {
		e.Fields = append(e.Fields, record.Field{Name: name, Value: strings.TrimSpace(value)})
	}
}

func without(name string) change {
	return func(e *record.Exchange) {
		e.Fields = slices.DeleteFunc(slices.Clone(e.Fields), func(f record.Field) bool { return strings.EqualFold(f.Name, name) })
	}
}

// field has a value instead of what it had.
func field(line string) change {
	name, _, _ := strings.Cut(line, ":")
	return func(e *record.Exchange) { without(name)(e); with(line)(e) }
}

func at(sent time.Duration) change {
	return func(e *record.Exchange) {
		took := e.Received - e.Sent
		e.Sent, e.Received, e.Ended = sent, sent+took, sent+took+ms
	}
}

func took(d time.Duration) change {
	return func(e *record.Exchange) { e.Received, e.Ended = e.Sent+d, e.Sent+d+ms }
}

// later puts an exchange off.
func later(d time.Duration) change { return func(e *record.Exchange) { at(e.Sent + d)(e) } }

func status(code int) change { return func(e *record.Exchange) { e.Status = code } }

func url(u string) change { return func(e *record.Exchange) { e.Request.URL = u } }

func begun(way record.Way) change { return func(e *record.Exchange) { e.Way = way } }

func body(text string) change {
	sum := sha256.Sum256([]byte(text))
	return func(e *record.Exchange) {
		e.Body = record.Body{Length: int64(len(text)), Hash: hex.EncodeToString(sum[:]), Beginning: []byte(text)}
	}
}

func cutOff(e *record.Exchange) {
	body(`{"job":`)(e)
	e.Body.Cut = "the connection ended after 7 bytes of the 30 that Content-Length declares"
}

func notJSON(e *record.Exchange) {
	body(`{"a":`)(e)
	e.Body.NotJSON = "unexpected end of JSON input"
}

// carries has a result mention a job's id at a place.
func carries(before string, job int) change {
	return func(e *record.Exchange) {
		e.Body.Mentions = append(e.Body.Mentions, record.Mention{Job: job, Before: before})
	}
}

func fails(kind record.FailureKind, text string) change {
	return func(e *record.Exchange) {
		e.Status, e.Fields, e.Failure = 0, nil, record.Failure{Kind: kind, Text: text}
	}
}
