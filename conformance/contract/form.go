package contract

import (
	"cmp"
	"fmt"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// What a dialect says of its answers beyond the signs by which they are told: its form.

var startForm = require(Requirement{
	ID: "start.form", Level: Must, Source: "seed",
	Says:  "The answer to a start has what the dialect says that it has, besides its signs.",
	Means: "A client of this dialect misses what it reads in the answer, or reads it wrongly.",
	How: `Each accepted start is held against the dialect: its fields, what its body holds, and that there is none where none is to be. Where it names the
		monitor is judged by start.location.`,
	Needs: []string{"start.accepted"}, ofForm: true, applies: isAnother,
	judge: everyJob(formOf(startReplies, mustOf), "no start was accepted"),
})

var startHints = require(Requirement{
	ID: "start.hints", Level: Should, Source: "seed",
	Says:  "The answer to a start has what the dialect recommends, and what it allows as it allows it.",
	Means: "A client has to do without what would help it.",
	How:   "Each accepted start is held against what the dialect says that it should, or may, hold.",
	Needs: []string{"start.accepted"}, applies: hints(func(d dialect.Dialect) []*dialect.Reply { return []*dialect.Reply{&d.Start.Reply} }),
	judge: everyJob(formOf(startReplies, shouldOf), "no start was accepted"),
})

var monitorForm = require(Requirement{
	ID: "monitor.form", Level: Must, Source: "seed",
	Says:  "Each answer of a monitor has what the dialect says that it has, besides its signs.",
	Means: "A client of this dialect misses what it reads in the answer, or reads it wrongly.",
	How: `Pending, done, failed and cancelled answers are held against the dialect: their fields, what their bodies hold, and that there is none where
		none is to be. Where they name the result is judged by monitor.created, where they name the monitor by monitor.pending-pointer.`,
	Needs: []string{"monitor.ready"}, ofForm: true, applies: isAnother,
	judge: everyJob(formOf(monitorReplies, mustOf), "no monitor was read"),
})

var monitorHints = require(Requirement{
	ID: "monitor.hints", Level: Should, Source: "seed",
	Says:  "Each answer of a monitor has what the dialect recommends, and what it allows as it allows it.",
	Means: "A client has to do without what would help it.",
	How:   "Pending, done, failed and cancelled answers are held against what the dialect says that they should, or may, hold.",
	Needs: []string{"monitor.ready"}, applies: hints(func(d dialect.Dialect) []*dialect.Reply {
		m := d.Monitor
		return []*dialect.Reply{&m.Pending, &m.Done, m.Failed, m.Cancelled}
	}),
	judge: everyJob(formOf(monitorReplies, shouldOf), "no monitor was read"),
})

var monitorPendingPointer = require(Requirement{
	ID: "monitor.pending-pointer", Level: Must, Source: "seed",
	Says:  "Every pending answer names a monitor, where this dialect's clients look for the next one to ask.",
	Means: "A client that goes where the answer says has nowhere to go.",
	How:   "Pending answers are looked at; one that names another monitor than before is fine, and the run follows it.",
	Needs: []string{"monitor.pending"}, ofForm: true, applies: namesMonitor,
	judge: everyJob(pendingPointer, "no job was seen pending"),
})

var resultForm = require(Requirement{
	ID: "result.form", Level: Must, Source: "seed",
	Says:  "The result has what the dialect says that it has, besides its status.",
	Means: "A client of this dialect misses what it reads in the answer, or reads it wrongly.",
	How:   "Good reads of results are held against the dialect: their fields, and what their bodies hold.",
	Needs: []string{"result.ok"}, ofForm: true, applies: func(p *record.Protocol) bool { return isAnother(p) && hasResultURL(p) },
	judge: ofResultURLs(everyJob(formOf(resultReplies, mustOf), "no result was read")),
})

func hints(of func(dialect.Dialect) []*dialect.Reply) func(*record.Protocol) bool {
	return func(p *record.Protocol) bool {
		for _, r := range of(p.Dialect) {
			if r != nil && (r.Should != nil || r.May != nil) {
				return isAnother(p)
			}
		}
		return false
	}
}

func mustOf(must, _ []string) []string     { return must }
func shouldOf(_, should []string) []string { return should }

// An expected answer is one with the reply that it was to be like.
type expected struct {
	exchange *record.Exchange
	reply    dialect.Reply
}

// formOf holds a job's answers against the replies that they bear the signs of.
func formOf(answers func(*view, *jobView) []expected, which func(must, should []string) []string) jobRule {
	return func(o *view, j *jobView) Judgement {
		verdict := unjudged
		for _, a := range answers(o, j) {
			reply := a.reply
			if a.exchange.Has("Retry-After") && !hasRetryAfter(o, a.exchange) {
				reply = reply.WithoutField("Retry-After") // monitor.retry-after judges it
			}
			if wrong := which(reply.Faults(a.exchange.Answer())); len(wrong) > 0 {
				return failed(fmt.Sprintf("job %d: the %s has %s", j.Number, a.exchange.Role, wrong[0]), "what "+cmp.Or(o.Protocol.Dialect.Title, o.Protocol.Dialect.Name)+" says of it", a.exchange)
			}
			verdict = passed(a.exchange)
		}
		return verdict
	}
}

func startReplies(o *view, j *jobView) []expected {
	if !j.Accepted(o.Protocol) {
		return nil
	}
	d := o.Protocol.Dialect
	reply := d.Start.Reply.Without(d.Monitor.At, dialect.Monitors)
	if _, one := o.Protocol.Monitor.One(j.Start); reply.Should != nil && (!one || o.hasInvalidLocation(o.Protocol.Monitor, j.Start)) {
		should := reply.Should.Without(d.Monitor.At, dialect.Monitors) // start.location and the location group judge it
		reply.Should = &should
	}
	return []expected{{j.Start, reply}}
}

func monitorReplies(o *view, j *jobView) []expected {
	var list []expected
	d := o.Protocol.Dialect
	for _, e := range j.Reads {
		if !e.Answered() {
			continue
		}
		switch phase, reply := d.Told(e.Answer()); phase {
		case dialect.Pending:
			list = append(list, expected{e, reply.Without(d.Monitor.At, dialect.Monitors)})
		case dialect.Done:
			list = append(list, expected{e, reply.Without(d.Result.At, dialect.Results)})
		case dialect.Failed, dialect.Cancelled:
			list = append(list, expected{e, *reply})
		}
	}
	return list
}

func resultReplies(o *view, j *jobView) []expected {
	var list []expected
	for _, e := range j.ownResults(o) {
		for _, r := range []*dialect.Reply{o.Protocol.Dialect.Result.Done, o.Protocol.Dialect.Result.Failed} {
			if r != nil && e.Role == record.RoleResult && r.Signs(e.Answer()) {
				list = append(list, expected{e, *r})
				break
			}
		}
	}
	return list
}

func pendingPointer(o *view, j *jobView) Judgement {
	return eachPending(o, j, func(e *record.Exchange) Judgement {
		if _, one := o.Protocol.Monitor.One(e); !one {
			return failed(fmt.Sprintf("job %d: a pending answer with %s", j.Number, pointerText(e, o.Protocol.Monitor)), "one {monitor-field}, not empty", e)
		}
		return passed(e)
	})
}
