package contract

import (
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A Requirement is one sentence of the contract, and how it is judged.
type Requirement struct {
	ID       string // stable, dotted: "monitor.ready"
	Level    Level
	Says     string   // the requirement, in one sentence
	Means    string   // what it does to a client where it is broken: Judgement.Effect says it of one case
	How      string   // how it is judged, and what is not held against a server
	Source   string   // where it is written, with sections
	Needs    []string // the requirements without which it may have nothing to be judged on: where it is written the direct ones, in the catalogue all
	DefersTo []string // those that the same answers are reported under first: where one of them failed, this one is blocked
	Since    string   // the version of the contract in which it entered; empty for the first
	Line     int      // where it is written here: filled in by the catalogue
	File     string   // likewise

	judge   func(*view) Judgement
	applies func(*record.Protocol) bool // the dialects whose contract it is a part of; nil for all
	ofForm  bool                        // it is a sentence of the dialect's own, and as strong as those are
}

// A Level says how much depends on a requirement.
type Level string

const (
	Must   Level = "MUST"   // a failure fails the gate
	Should Level = "SHOULD" // a failure fails the gate only where it is strict
	May    Level = "MAY"    // an observation: yes or no, never a failure
)

// Levels are all levels, in the order in which they are shown.
var Levels = []Level{Must, Should, May}

// An Outcome is what became of a requirement.
type Outcome string

const (
	Pass          Outcome = "pass"           // what was seen keeps it
	Fail          Outcome = "fail"           // what was seen breaks it
	Blocked       Outcome = "blocked"        // it could not be judged because another one failed
	NotObserved   Outcome = "not-observed"   // what it speaks of was not seen
	NotApplicable Outcome = "not-applicable" // it does not apply to this target or run
	Yes           Outcome = "yes"            // of a MAY
	No            Outcome = "no"             // of a MAY
)

// Judged reports whether the outcome rests on evidence about the requirement itself.
func (o Outcome) Judged() bool { return o == Pass || o == Fail || o == Yes || o == No }

// A Judgement is the outcome of one requirement and what it rests on.
// The zero value is not a judgement: Outcome is always set.
type Judgement struct {
	Outcome   Outcome
	Reason    string // why it is blocked, not observed or not applicable
	BlockedBy string // the id of the requirement that failed, where blocked
	Got, Want string // where it failed: what was seen, what the contract says
	Cause     string // the stable name of the likeliest cause ("rate-limit"), where an exchange of the record shows one
	Likely    string // that cause, in a sentence
	Mend      string // what to do about it; may be empty
	Effect    string // what it does to a client, where Requirement.Means speaks of more than happened; else empty
	Exchanges []int  // the numbers of the exchanges it rests on, the telling one first
	Jobs      []int  // where it failed, the jobs that broke it, by number: what else is cited did not

	why func() cause // finds the cause, of one of many jobs perhaps: it is looked for where the judgement is told
}

// A Ruling is a requirement with its judgement.
type Ruling struct {
	Requirement
	Judgement
}

// Core lists the requirements without which nothing is known of a target: a run
// in which one of them was not judged is no evidence.
func Core() []string { return CoreOf(dialect.TwoOhTwo) }

// CoreOf lists those of a dialect. Where a done answer is the result itself, it has no sign that others lack, so that a job has to be
// seen pending too.
func CoreOf(d dialect.Dialect) []string {
	core := []string{"start.accepted", "start.location", "monitor.ready", "monitor.created", "result.ok"}
	if d.Result.At.By(dialect.Inline) {
		core = append(core, idMonitorPending)
	}
	return core
}

func passed(exchanges ...*record.Exchange) Judgement {
	return Judgement{Outcome: Pass, Exchanges: numbers(exchanges)}
}

func failed(got, want string, exchanges ...*record.Exchange) Judgement {
	return Judgement{Outcome: Fail, Got: got, Want: want, Exchanges: numbers(exchanges), Jobs: jobNumbers(exchanges)}
}

func notObserved(reason string) Judgement {
	return Judgement{Outcome: NotObserved, Reason: reason}
}

// unjudged is what a rule says of one job that shows nothing of it: the requirement as a whole says why.
var unjudged = Judgement{Outcome: NotObserved}

func blocked(cause string) Judgement {
	return Judgement{Outcome: Blocked, BlockedBy: cause, Reason: "blocked by " + cause + ", which failed"}
}

func notApplicable(reason string) Judgement {
	return Judgement{Outcome: NotApplicable, Reason: reason}
}

// jobNumbers are the jobs that exchanges are about, each once.
func jobNumbers(exchanges []*record.Exchange) []int {
	var jobs []int
	for _, e := range exchanges {
		if e != nil && e.Job != 0 {
			jobs = append(jobs, e.Job)
		}
	}
	slices.Sort(jobs)
	return slices.Compact(jobs)
}

func numbers(exchanges []*record.Exchange) []int {
	var list []int
	for _, e := range exchanges {
		if e != nil {
			list = append(list, e.Number)
		}
	}
	return list
}
