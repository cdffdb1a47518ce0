// Package report says what was found, for people and for machines. Every
// format is a function of one value, [Report].
package report

import (
	"math"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
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

	Baseline *Report `json:"-"` // an earlier run's, to be shown beside this one; nil for none
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
	Name         string        `json:"name,omitempty"`    // what it is called, where its URL tells little
	Dialect      string        `json:"dialect,omitempty"` // in which it speaks the pattern, where that is not two-oh-two
	Core         []string      `json:"-"`                 // what has to be judged before anything is known of it; two-oh-two's where nil
	Strict       bool          `json:"strict,omitempty"`  // failed SHOULDs and unobserved MUSTs fail it too
	Verdict      Verdict       `json:"verdict"`
	Why          string        `json:"why,omitempty"` // why the verdict is what it is, where it is not pass
	Stopped      string        `json:"stopped,omitempty"`
	Run          string        `json:"run,omitempty"` // the run's name, as the User-Agent gave it
	Duration     Seconds       `json:"duration"`
	Phases       []Phase       `json:"phases,omitempty"` // the parts of the run, as they began; they may overlap
	Jobs         Jobs          `json:"jobs"`
	Notes        []string      `json:"notes,omitempty"` // what a reader should know of the run, whatever came of it
	Distribution *Distribution `json:"distribution,omitempty"`
	Counts       Counts        `json:"counts"`
	Requirements []Requirement `json:"requirements"`
	Exchanges    []Exchange    `json:"exchanges"`
	Omitted      *Omitted      `json:"omitted,omitempty"` // what is not kept of the exchanges of a large run; nil where all are
}

// A Phase is a part of a run, in seconds since the target's observation began.
type Phase struct {
	Name string  `json:"name"`
	From Seconds `json:"from"`
	To   Seconds `json:"to"`
}

// Jobs counts what was begun and what happened to it.
type Jobs struct {
	Begun    int `json:"begun"` // whose start was accepted
	Done     int `json:"done"`  // of them, seen done: a few are begun late, to be looked at while they run, and nobody waits for them
	Requests int `json:"requests"`
	Across   int `json:"across,omitempty"` // begun before a restart or a rollout of ours, and known after it
}

// Counts counts outcomes by level: every outcome that a level knows is there, with 0 too.
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
	ExpectedFailure bool             `json:"expectedFailure,omitempty"` // it failed as the known failures say, and does not fail the verdict
	Known           *Known           `json:"known,omitempty"`           // what the known failures say of it; nil where they don't
	Got             string           `json:"got,omitempty"`
	Want            string           `json:"want,omitempty"`
	Means           string           `json:"means,omitempty"`
	Cause           string           `json:"cause,omitempty"` // the stable name of the likeliest cause, where one is shown
	Likely          string           `json:"likely,omitempty"`
	Mend            string           `json:"mend,omitempty"` // what to do about it
	Needs           []string         `json:"needs,omitempty"`
	Exchanges       []int            `json:"exchanges,omitempty"`
	MoreExchanges   int              `json:"moreExchanges,omitempty"` // on which it rests too, and which the report of a large run leaves out
	Curl            string           `json:"curl,omitempty"`
	How             string           `json:"-"` // how it is judged
	Jobs            []int            `json:"-"` // those that broke it, by number: of a large run too many to list
}

// An Exchange is one request and its answer. Times are seconds since the target's observation began.
type Exchange struct {
	Number     int             `json:"number"`
	Role       string          `json:"role"`
	Probe      string          `json:"probe,omitempty"`
	Job        int             `json:"job,omitempty"`
	Way        string          `json:"way,omitempty"` // how the job was begun, on its start
	Late       bool            `json:"late,omitempty"`
	Request    record.Request  `json:"request"`
	Status     int             `json:"status"` // 0 where no answer came
	StatusText string          `json:"statusText"`
	Fields     []record.Field  `json:"fields,omitempty"`
	MoreFields int             `json:"moreFields,omitempty"` // of the answer, which are not in the record or the report
	Body       *Body           `json:"body,omitempty"`
	Failure    *record.Failure `json:"failure,omitempty"`
	Sent       Seconds         `json:"sent"`
	Received   Seconds         `json:"received"`
	Ended      Seconds         `json:"ended"`
	Connection int             `json:"connection,omitempty"`
	Fresh      bool            `json:"fresh,omitempty"`
	Peer       string          `json:"peer,omitempty"` // the address of the replica that was asked
	Protocol   string          `json:"protocol,omitempty"`
	Leads      []record.Field  `json:"-"` // where the answer names another resource, by whatever place but Location
	Kind       string          `json:"-"` // start, pending, done, result, failed or other, by what the dialect says of it
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

// Seconds is a duration, written as a number of seconds.
type Seconds float64

// SecondsOf converts a duration.
func SecondsOf(d time.Duration) Seconds { return Seconds(d.Seconds()) }

// Duration converts it back.
func (s Seconds) Duration() time.Duration {
	return time.Duration(math.Round(float64(s) * float64(time.Second)))
}
