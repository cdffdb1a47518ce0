package report

import (
	"cmp"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Options are what a report needs beside the judgements.
type Options struct {
	Version  string         // of the tool
	Contract string         // the version that was judged by; the newest where empty
	Strict   bool           // a failed SHOULD and an unobserved MUST fail the gate too
	Known    []KnownFailure // are expected, and do not fail the verdict
}

// A Finding is one target's observation and its rulings: none where the target was unreachable.
type Finding struct {
	Observation *record.Observation
	Rulings     []contract.Ruling
}

// New makes the report of a run from what was found of each of its targets.
func New(options Options, findings ...Finding) Report {
	r := Report{
		Schema:   Schema,
		Tool:     Tool{Version: cmp.Or(options.Version, "devel")},
		Contract: judgedBy(cmp.Or(options.Contract, contract.Version), dialect.TwoOhTwo),
		Targets:  []Target{},
	}
	if len(findings) > 0 {
		r.Contract = judgedBy(r.Contract.Version, findings[0].Observation.Protocol.Dialect)
	}
	for i, finding := range findings {
		target := newTarget(options, finding)
		if began := finding.Observation.Began; i == 0 || began.Before(r.Started) {
			r.Started = began.Round(0) // by the calendar: a saved run knows no other clock
		}
		r.Duration = max(r.Duration, target.Duration)
		r.Targets = append(r.Targets, target)
	}
	r.Verdict = overall(r.Targets)
	return r
}

// judgedBy describes a version of the contract in a dialect. One that is not known has no words, and so no digest.
func judgedBy(version string, d dialect.Dialect) ContractInfo {
	info := ContractInfo{Name: cmp.Or(d.Name, dialect.TwoOhTwo.Name), Version: version}
	if words, err := contract.AsOf(contract.Of(d), version); err == nil {
		info.Digest = contract.Digest(words)
	}
	return info
}

func newTarget(options Options, finding Finding) Target {
	o := finding.Observation
	t := Target{
		Name: o.Target.Name, BaseURL: o.Target.BaseURL, Run: o.Run, Duration: SecondsOf(o.Duration),
		Strict: options.Strict, Stopped: cmp.Or(o.Stopped, contract.CouldNotTell(finding.Rulings)),
		Counts: newCounts(finding.Rulings), Requirements: []Requirement{}, Exchanges: []Exchange{}, Core: contract.CoreOf(o.Protocol.Dialect),
	}
	if name := o.Protocol.Dialect.Name; name != dialect.TwoOhTwo.Name {
		t.Dialect = name
	}
	for _, ruling := range finding.Rulings {
		r := newRequirement(o, ruling)
		r.know(t, options.Known)
		t.Requirements = append(t.Requirements, r)
	}
	t.thin(o)
	t.fit(mostBytes)
	for _, p := range o.Parts {
		t.Phases = append(t.Phases, Phase{p.Name, SecondsOf(p.From), SecondsOf(p.To)})
		if p.Name == record.PartRestart || p.Name == record.PartRollout {
			t.Jobs.Across = across(o, p)
		}
	}
	t.Distribution, t.Notes = newDistribution(o), contract.Notes(o)
	t.Jobs.Requests = len(o.Exchanges)
	for _, j := range o.Jobs {
		if !j.Accepted(o.Protocol) {
			continue
		}
		t.Jobs.Begun++
		if j.Done != nil {
			t.Jobs.Done++
		}
	}
	t.Verdict, t.Why = t.verdict(o.Unreachable)
	return t
}

func newRequirement(o *record.Observation, r contract.Ruling) Requirement {
	out := Requirement{
		ID: r.ID, Level: r.Level, Says: r.Says, Source: r.Source, Outcome: r.Outcome, Reason: r.Reason, BlockedBy: r.BlockedBy,
		Got: Truncate(r.Got, longWords), Want: Truncate(r.Want, longWords), Means: cmp.Or(r.Effect, r.Means),
		Cause: r.Cause, Likely: Truncate(r.Likely, longWords), Mend: Truncate(r.Mend, longWords), Needs: r.Needs, How: r.How,
		Exchanges: r.Judgement.Exchanges, Jobs: r.Jobs,
	}
	if r.Outcome == contract.Fail && len(r.Judgement.Exchanges) > 0 {
		out.Curl = Curl(o.Target, o.Exchange(r.Judgement.Exchanges[0]))
	}
	return out
}

// kindOf tells what an answer is, by the protocol's constants alone.
func kindOf(p *record.Protocol, e *record.Exchange) string {
	switch {
	case !e.Answered():
		return "failed"
	case e.Role == record.RoleStart && p.Accepted.On(e):
		return "start"
	case e.Role == record.RoleMonitor && p.Done.On(e):
		return "done"
	case e.Role == record.RoleMonitor && p.Pending.On(e):
		return "pending"
	case e.Role == record.RoleResult && (p.Result.On(e) || p.Failure.On(e)):
		return "result"
	case e.Failed():
		return "failed"
	}
	return "other"
}

func newExchange(p *record.Protocol, e *record.Exchange) Exchange {
	out := Exchange{
		Number: e.Number, Role: string(e.Role), Probe: string(e.Probe), Job: e.Job, Way: string(e.Way), Late: e.Late,
		Request: e.Request,
		Status:  e.Status, StatusText: e.StatusText(), Fields: e.Fields, MoreFields: e.MoreFields,
		Sent: SecondsOf(e.Sent), Received: SecondsOf(e.Received), Ended: SecondsOf(e.Ended),
		Connection: e.Connection, Fresh: e.Fresh, Peer: e.Peer, Protocol: e.Protocol, Kind: kindOf(p, e),
	}
	if e.Failure.Kind != record.FailureNone {
		out.Failure = &e.Failure
	}
	for _, pointer := range []record.Pointer{p.Monitor, p.Product} {
		if value, one := pointer.One(e); one && !pointer.Is("Location") && !slices.Contains(out.Leads, record.Field{Name: pointer.String(), Value: value}) {
			out.Leads = append(out.Leads, record.Field{Name: pointer.String(), Value: value})
		}
	}
	if e.Body.Length > 0 || e.Body.Cut != "" {
		out.Body = &Body{
			Length: e.Body.Length, Hash: e.Body.Hash, Beginning: string(e.Body.Beginning), Cut: e.Body.Cut,
			Bounded: e.Body.Bounded, NotJSON: e.Body.NotJSON,
		}
	}
	return out
}

func newCounts(rulings []contract.Ruling) Counts {
	unjudged := []contract.Outcome{contract.Blocked, contract.NotObserved, contract.NotApplicable}
	counts := Counts{}
	for level, judged := range map[contract.Level][]contract.Outcome{
		contract.Must:   {contract.Pass, contract.Fail},
		contract.Should: {contract.Pass, contract.Fail},
		contract.May:    {contract.Yes, contract.No},
	} {
		counts[level] = map[contract.Outcome]int{}
		for _, outcome := range slices.Concat(judged, unjudged) {
			counts[level][outcome] = 0
		}
	}
	for _, ruling := range rulings {
		counts[ruling.Level][ruling.Outcome]++
	}
	return counts
}
