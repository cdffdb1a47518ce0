package har

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// longest is the longest time after the beginning that a record may tell of: judgements add a few of them up.
const longest = time.Duration(math.MaxInt64 / 4)

// observations makes the observations of what was read, each with its views.
func (f *file) observations() ([]*record.Observation, error) {
	switch {
	case f.schema == "":
		return nil, errForeign
	case f.version != version:
		return nil, fmt.Errorf("it is HAR %s, and two-oh-two reads %s", shown(f.version), version)
	}
	var all []*record.Observation
	for i, p := range f.pages {
		o, err := p.observation()
		if err != nil {
			return nil, fmt.Errorf("its page %d makes no sense: %w", i+1, err)
		}
		o.Exchanges = f.exchanges[p.ID]
		delete(f.exchanges, p.ID)
		o.Arrange()
		if err := lived(o); err != nil {
			return nil, fmt.Errorf("its page %d makes no sense: %w", i+1, err)
		}
		all = append(all, o)
	}
	for id := range f.exchanges {
		return nil, fmt.Errorf("it has entries of the page %s, and no such page", shown(id))
	}
	return all, nil
}

// lived holds the jobs against what every run does: nobody knows a monitor before the start told it.
func lived(o *record.Observation) error {
	for _, j := range o.Jobs {
		if j.Start == nil && len(j.Reads)+len(j.Results) > 0 {
			return fmt.Errorf("job %d was read, and never begun", j.Number)
		}
	}
	return nil
}

func (p page) observation() (*record.Observation, error) {
	t, says := p.Ours, &p.Ours.Protocol
	began, err := time.Parse(time.RFC3339Nano, t.Began)
	if err != nil {
		return nil, fmt.Errorf("%s is no instant at which a run begins", shown(t.Began))
	}
	if err := cmp.Or(t.possible(), says.possible()); err != nil {
		return nil, err
	}
	o := &record.Observation{
		Run: string(t.Run), Began: began, Duration: t.Duration, Stopped: string(t.Stopped), Unreachable: string(t.Unreachable),
		Target: record.Target{
			Name: string(t.Name), BaseURL: string(t.BaseURL), StartURL: string(t.StartURL), StartMethod: string(t.StartMethod),
			JobTimeout: t.JobTimeout, Credentials: t.Credentials, OtherIdentity: t.OtherIdentity, Origin: string(t.Origin),
			AllowOrigins: converted[string](t.AllowOrigins), Curl: converted[string](t.Curl), Body: string(t.Body),
		},
	}
	if o.Protocol, err = says.bound(t.BaseURL); err != nil {
		return nil, err
	}
	for _, p := range t.Phases {
		o.Parts = append(o.Parts, record.Part{Name: string(p.Name), From: p.From, To: p.To})
	}
	return o, nil
}

// possible says what in a run can't have been; nil where all can.
func (t *pageRecord) possible() error {
	for _, p := range t.Phases {
		if p.From < 0 || p.To < p.From || p.To > longest {
			return fmt.Errorf("a part of it from %v to %v there can't be", p.From, p.To)
		}
	}
	switch {
	case t.BaseURL == "":
		return errors.New("it has no base URL")
	case t.Duration < 0 || t.Duration > longest || t.JobTimeout < 0:
		return fmt.Errorf("a run of %v, with jobs of up to %v, there can't be", t.Duration, t.JobTimeout)
	}
	return nil
}

// bound is the protocol again. One that was written as statuses and fields is two-oh-two with those in place of its own.
func (p *protocol) bound(base exact) (record.Protocol, error) {
	if p.Dialect != nil {
		return record.Bind(*p.Dialect, string(base), p.Expect), nil
	}
	d, own := dialect.TwoOhTwo, newProtocol(&record.TwoOhTwo)
	own.Name, own.Result, own.Expect = p.Name, p.Result, p.Expect
	if p.Success == nil {
		own.Success = nil
	}
	if !reflect.DeepEqual(*p, own) {
		d = p.asDialect()
	}
	expect := record.ExpectSuccess
	switch fails := slices.ContainsFunc(p.Result, func(status int) bool { return slices.Contains(p.Failure, status) }); {
	case fails && len(p.Result) > len(p.Failure):
		expect = record.ExpectEither
	case fails:
		expect = record.ExpectFailure
	}
	if err := d.Check(); err != nil {
		return record.Protocol{}, fmt.Errorf("its protocol: %w", err)
	}
	return record.Bind(d, string(base), expect), nil
}

// asDialect is the protocol of an older record as a dialect.
func (p *protocol) asDialect() dialect.Dialect {
	exactly := func(statuses []int) (s dialect.Statuses) {
		for _, status := range statuses {
			s = append(s, dialect.Range{From: status, To: status})
		}
		return s
	}
	d := dialect.TwoOhTwo
	d.Name, d.Monitor.Unknown, d.Result.Unknown, d.Result.Pending = p.Name, nil, nil, nil
	names := func(field string, what dialect.Kind) map[string]dialect.Pattern {
		return map[string]dialect.Pattern{field: {Kind: what}}
	}
	d.Start.Reply = dialect.Reply{Status: exactly(p.Accepted), Headers: names(p.Monitor, dialect.Monitors)}
	d.Monitor.Pending = dialect.Reply{Status: exactly(p.Pending)}
	d.Monitor.Done = dialect.Reply{Status: exactly(p.Done), Headers: names(p.Product, dialect.Results)}
	d.Monitor.At, d.Result.At = dialect.Refs{{Form: dialect.Header, Arg: p.Monitor}}, dialect.Refs{{Form: dialect.Header, Arg: p.Product}}
	success := p.Success
	if success == nil {
		success = p.Result
	}
	d.Result.Done, d.Result.Failed = &dialect.Reply{Status: exactly(success)}, &dialect.Reply{Status: exactly(p.Failure)}
	return d
}

// possible holds the statuses of a protocol against each other: by sets that overlap, or that hold every status, a record would
// be judged as its writer likes. A dialect was held against itself when it was read.
func (p *protocol) possible() error {
	switch {
	case p.Dialect != nil && !slices.Contains(append(record.Expectations(), ""), p.Expect):
		return fmt.Errorf("its jobs are expected to end in %s", shown(string(p.Expect)))
	case p.Dialect != nil:
		return nil
	case p.Name == "" || p.Monitor == "" || p.Product == "":
		return errors.New("its protocol does not say where the monitor and the result are named")
	}
	for _, set := range [][]int{p.Accepted, p.Pending, p.Done, p.Success, p.Result, p.Failure} {
		for _, status := range set {
			if status < 200 || status > 599 {
				return fmt.Errorf("its protocol has the status %d: 200 to 599 can be expected of an answer", status)
			}
		}
	}
	for _, pair := range []struct {
		a, b     []int
		meanings string
	}{{p.Pending, p.Done, "pending and done"}, {p.Success, p.Failure, "success and failure"}} {
		for _, status := range pair.a {
			if slices.Contains(pair.b, status) {
				return fmt.Errorf("its protocol has %d both for %s", status, pair.meanings)
			}
		}
	}
	return nil
}

// exchange makes an exchange of an entry, or says why there can't be such a one.
func (e *entry) exchange() (*record.Exchange, error) {
	ours := e.Ours
	out := &record.Exchange{
		Number: ours.Number, Role: ours.Role, Probe: ours.Probe, Job: ours.Job, Way: ours.Way, Late: ours.Late,
		Request: record.Request{
			Method: either(e.Request.Method, e.Request.ExactMethod), URL: either(e.Request.URL, e.Request.ExactURL),
			Fields: fields(e.Request.Headers), BodyLength: e.Request.BodySize, Credentials: ours.Credentials,
		},
		Status: e.Response.Status, Fields: fields(e.Response.Headers),
		Sent: ours.Sent, Received: ours.Received, Ended: ours.Ended,
		Failure:    record.Failure{Kind: ours.Failure.Kind, Text: string(ours.Failure.Text)},
		Connection: ours.Connection, Fresh: ours.Fresh, Peer: string(ours.Peer), Protocol: e.Response.HTTPVersion, MoreFields: ours.MoreFields,
	}
	if err := e.body(&out.Body); err != nil {
		return nil, err
	}
	return out, possible(out)
}

func (e *entry) body(to *record.Body) error {
	to.Length = e.Response.Content.Size
	switch c := e.Response.Content; {
	case c.Encoding == "base64":
		text, err := base64.StdEncoding.DecodeString(c.Text)
		if err != nil {
			return errors.New("its content is said to be in base64, and is not")
		}
		to.Beginning = text
	case c.Encoding != "":
		return fmt.Errorf("its content is in the encoding %s", shown(c.Encoding))
	case c.Text != "":
		to.Beginning = []byte(c.Text)
	}
	to.Beginning = slices.Clone(to.Beginning[:min(len(to.Beginning), beginningKept)])
	b := e.Ours.Body
	to.Hash, to.Cut, to.Bounded, to.NotJSON = b.Hash, string(b.Cut), b.Bounded, string(b.NotJSON)
	for pointer, value := range b.Values {
		if to.Values == nil {
			to.Values = map[string]string{}
		}
		to.Values[pointer] = string(value)
	}
	for _, m := range b.Mentions {
		to.Mentions = append(to.Mentions, record.Mention{Job: m.Job, Before: string(m.Before)})
	}
	return nil
}

func fields(list []field) []record.Field {
	if len(list) == 0 {
		return nil
	}
	out := make([]record.Field, len(list))
	for i, f := range list {
		out[i] = record.Field{Name: either(f.Name, f.ExactName), Value: either(f.Value, f.ExactValue)}
	}
	return out
}

// possible says what in an exchange can't have been; nil where all can.
func possible(e *record.Exchange) error {
	if err := cmp.Or(
		isOne(e.Role, "role", roles), isOne(e.Way, "way", ways), isOne(e.Probe, "probe", probes),
		isOne(e.Request.Credentials, "credentials", identities), isOne(e.Failure.Kind, "failure", failures),
	); err != nil {
		return err
	}
	nameless := func(f record.Field) bool { return f.Name == "" }
	switch {
	case e.Number < 1:
		return fmt.Errorf("it has the number %d", e.Number)
	case e.Job < 0 || slices.ContainsFunc(e.Body.Mentions, func(m record.Mention) bool { return m.Job < 1 }):
		return errors.New("it is about a job of a number below 1")
	case e.Connection < 0 || e.MoreFields < 0 || e.Request.BodyLength < 0 || e.Body.Length < 0:
		return errors.New("a number in it is too small")
	case e.Status < 0 || e.Status > 999:
		return fmt.Errorf("it has the status %d", e.Status)
	case slices.ContainsFunc(e.Fields, nameless) || slices.ContainsFunc(e.Request.Fields, nameless):
		return errors.New("it has a field without a name")
	}
	return ordered(e)
}

func isOne[T ~string](word T, what string, known []T) error {
	if slices.Contains(known, word) {
		return nil
	}
	return fmt.Errorf("there is no %s %s", what, shown(string(word)))
}

// ordered holds the times against each other. A request that was never sent has a first one only.
func ordered(e *record.Exchange) error {
	before := time.Duration(0)
	for _, at := range []time.Duration{e.Sent, e.Received, e.Ended} {
		if at == 0 && before == e.Sent {
			continue
		}
		if at < before || at > longest {
			return fmt.Errorf("it was sent at %v, received at %v and ended at %v", e.Sent, e.Received, e.Ended)
		}
		before = at
	}
	return nil
}
