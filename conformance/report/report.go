// Package report says what was found, for people and for machines. Every
// format is a function of one value, [Report].
package report

import (
	"cmp"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// Schema names the form of the JSON report. Its field names are fixed; fields may be added.
const Schema = "two-oh-two/report/1"

// A Report is what a run found, of one target or of several.
type Report struct {
	Schema   string       `json:"schema"`
	Tool     Tool         `json:"tool"`
	Contract ContractInfo `json:"contract"`
	Started  time.Time    `json:"started"`
	Duration Seconds      `json:"duration"`
	Verdict  Verdict      `json:"verdict"`
	Targets  []Target     `json:"targets"`
}

// A Tool is who made the report.
type Tool struct {
	Version string `json:"version"`
}

// ContractInfo says by which words was judged.
type ContractInfo struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Digest  string `json:"digest"`
}

// A Target is what was found of one target.
type Target struct {
	BaseURL      string        `json:"baseURL"`
	Verdict      Verdict       `json:"verdict"`
	Why          string        `json:"why,omitempty"` // why the verdict is what it is, where it is not pass
	Stopped      string        `json:"stopped,omitempty"`
	Run          string        `json:"run,omitempty"` // the run's name, as the User-Agent gave it
	Duration     Seconds       `json:"duration"`
	Jobs         Jobs          `json:"jobs"`
	Counts       Counts        `json:"counts"`
	Requirements []Requirement `json:"requirements"`
	Exchanges    []Exchange    `json:"exchanges"`
}

// Jobs counts what was begun and what came of it.
type Jobs struct {
	Begun    int `json:"begun"`
	Done     int `json:"done"`
	Requests int `json:"requests"`
}

// Counts counts outcomes by level.
type Counts map[contract.Level]map[contract.Outcome]int

// A Requirement is one requirement and its judgement.
type Requirement struct {
	ID              string           `json:"id"`
	Level           contract.Level   `json:"level"`
	Says            string           `json:"says"`
	Source          string           `json:"source"`
	Outcome         contract.Outcome `json:"outcome"`
	Reason          string           `json:"reason,omitempty"` // why it is blocked, not observed or not applicable
	BlockedBy       string           `json:"blockedBy,omitempty"`
	ExpectedFailure bool             `json:"expectedFailure,omitempty"`
	Got             string           `json:"got,omitempty"`
	Want            string           `json:"want,omitempty"`
	Means           string           `json:"means,omitempty"`
	Likely          string           `json:"likely,omitempty"`
	Needs           []string         `json:"needs,omitempty"`
	Exchanges       []int            `json:"exchanges,omitempty"`
	Curl            string           `json:"curl,omitempty"`
}

// An Exchange is one request and its answer. Times are seconds since the target's observation began.
type Exchange struct {
	Number     int      `json:"number"`
	Role       string   `json:"role"`
	Probe      string   `json:"probe,omitempty"`
	Job        int      `json:"job,omitempty"`
	Way        string   `json:"way,omitempty"` // how the job was begun, on its start
	Late       bool     `json:"late,omitempty"`
	Request    Request  `json:"request"`
	Status     int      `json:"status"` // 0 where no answer came
	StatusText string   `json:"statusText"`
	Fields     []Field  `json:"fields,omitempty"`
	Body       *Body    `json:"body,omitempty"`
	Failure    *Failure `json:"failure,omitempty"`
	Sent       Seconds  `json:"sent"`
	Received   Seconds  `json:"received"`
	Ended      Seconds  `json:"ended"`
	Connection int      `json:"connection,omitempty"`
	Fresh      bool     `json:"fresh,omitempty"`
	Protocol   string   `json:"protocol,omitempty"`
}

// A Request is what was asked.
type Request struct {
	Method string  `json:"method"`
	URL    string  `json:"url"`
	Fields []Field `json:"fields,omitempty"`
}

// A Field is one header field line.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A Body is the content of an answer: its beginning, and facts about all of it.
type Body struct {
	Length    int64  `json:"length"`
	Hash      string `json:"sha256,omitempty"`
	Beginning string `json:"beginning,omitempty"`
	Cut       string `json:"cut,omitempty"`
	Bounded   bool   `json:"bounded,omitempty"`
	NotJSON   string `json:"notJSON,omitempty"`
}

// A Failure is why no answer came.
type Failure struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// Seconds is a duration, written as a number of seconds.
type Seconds float64

// SecondsOf converts a duration.
func SecondsOf(d time.Duration) Seconds { return Seconds(d.Seconds()) }

// Options are what a report needs beside the judgements.
type Options struct {
	Version string // of the tool
	Strict  bool   // a failed SHOULD and an unobserved MUST fail the gate too
}

// A Finding is one target's observation and its rulings. Where the target could not be
// observed at all, Unreachable says why, and there are no rulings.
type Finding struct {
	Observation *contract.Observation
	Rulings     []contract.Ruling
	Unreachable string
}

// New makes the report of a run from what was found of each of its targets.
func New(options Options, findings ...Finding) Report {
	r := Report{
		Schema:   Schema,
		Tool:     Tool{Version: cmp.Or(options.Version, "devel")},
		Contract: ContractInfo{Name: contract.TwoOhTwo.Name, Version: contract.Version, Digest: contract.Digest(contract.Catalogue())},
	}
	for i, finding := range findings {
		target := newTarget(options, finding)
		if began := finding.Observation.Began; i == 0 || began.Before(r.Started) {
			r.Started = began
		}
		r.Duration = max(r.Duration, target.Duration)
		r.Targets = append(r.Targets, target)
	}
	r.Verdict = overall(r.Targets)
	return r
}

func newTarget(options Options, finding Finding) Target {
	o := finding.Observation
	t := Target{
		BaseURL: o.Target.BaseURL, Stopped: o.Stopped, Run: o.Run, Duration: SecondsOf(o.Duration),
		Counts: Counts{}, Requirements: []Requirement{}, Exchanges: []Exchange{},
	}
	for _, ruling := range finding.Rulings {
		t.Requirements = append(t.Requirements, newRequirement(o, ruling))
		if t.Counts[ruling.Level] == nil {
			t.Counts[ruling.Level] = map[contract.Outcome]int{}
		}
		t.Counts[ruling.Level][ruling.Outcome]++
	}
	for _, e := range o.Exchanges {
		t.Exchanges = append(t.Exchanges, newExchange(e))
	}
	t.Jobs.Requests = len(o.Exchanges)
	for _, j := range o.Jobs {
		t.Jobs.Begun++
		if j.Done != nil {
			t.Jobs.Done++
		}
	}
	t.Verdict, t.Why = verdict(options, finding)
	return t
}

func newRequirement(o *contract.Observation, r contract.Ruling) Requirement {
	out := Requirement{
		ID: r.ID, Level: r.Level, Says: r.Says, Source: r.Source, Outcome: r.Outcome, Reason: r.Reason, BlockedBy: r.BlockedBy,
		Got: r.Got, Want: r.Want, Means: r.Means, Likely: r.Likely, Needs: r.Needs, Exchanges: r.Judgement.Exchanges,
	}
	if r.Outcome == contract.Fail && len(r.Judgement.Exchanges) > 0 {
		out.Curl = Curl(o.Exchange(r.Judgement.Exchanges[0]))
	}
	return out
}

func newExchange(e *contract.Exchange) Exchange {
	out := Exchange{
		Number: e.Number, Role: string(e.Role), Probe: string(e.Probe), Job: e.Job, Way: string(e.Way), Late: e.Late,
		Request: Request{Method: e.Request.Method, URL: e.Request.URL, Fields: newFields(e.Request.Fields)},
		Status:  e.Status, StatusText: e.StatusText(), Fields: newFields(e.Fields),
		Sent: SecondsOf(e.Sent), Received: SecondsOf(e.Received), Ended: SecondsOf(e.Ended),
		Connection: e.Connection, Fresh: e.Fresh, Protocol: e.Protocol,
	}
	if e.Failure.Kind != contract.FailureNone {
		out.Failure = &Failure{Kind: string(e.Failure.Kind), Text: e.Failure.Text}
	}
	if e.Body.Length > 0 || e.Body.Cut != "" {
		out.Body = &Body{
			Length: e.Body.Length, Hash: e.Body.Hash, Beginning: string(e.Body.Beginning), Cut: e.Body.Cut,
			Bounded: e.Body.Bounded, NotJSON: e.Body.NotJSON,
		}
	}
	return out
}

func newFields(fields []contract.Field) []Field {
	out := make([]Field, len(fields))
	for i, f := range fields {
		out[i] = Field(f)
	}
	return out
}
