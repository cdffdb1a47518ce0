package reference

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
)

// answer is [Server.answer] in another dialect: made of its replies.
func (s *speech) answer(x *exchange) *answer {
	switch {
	case x.role == cancel, x.role == monitor && x.method == s.Cancel.Method:
		return s.callOff(x)
	case x.role == start:
		return s.start(x)
	case x.role == monitor:
		return s.say(x, s.phase(x))
	}
	return s.result(x)
}

func (s *speech) start(x *exchange) *answer {
	switch {
	case x.hidden:
		return problem(http.StatusConflict, "There is a job "+x.id+" already.")
	case x.job != nil && s.phase(x) == dialect.Done && len(s.Start.Sync) > 0: // there is nothing left to do
		return s.fill(x, &dialect.Reply{Status: s.Start.Sync}, plain(outcome(x)))
	case x.job != nil: // the request was sent once more: its client chose the id
		return s.accepted(x)
	}
	if _, refused := x.server.begin(x); refused != nil {
		return refused
	}
	return s.accepted(x)
}

func (s *speech) accepted(x *exchange) *answer {
	return s.fill(x, &s.Start.Reply, plain(jobBody{x.job.id})).hint(x, s.Start.Reply)
}

// phase is what the monitor of a job says.
func (s *speech) phase(x *exchange) dialect.Phase {
	switch {
	case x.job == nil:
		return dialect.Unknown
	case x.calledOff && s.Monitor.Cancelled != nil:
		return dialect.Cancelled
	case x.calledOff && s.Monitor.Failed != nil:
		return dialect.Failed
	case !x.done:
		return dialect.Pending
	case x.job.fails && s.Monitor.Failed != nil:
		return dialect.Failed
	}
	return dialect.Done
}

// say answers for a monitor.
func (s *speech) say(x *exchange, phase dialect.Phase) *answer {
	switch phase {
	case dialect.Pending:
		return s.fill(x, &s.Monitor.Pending, plain(jobBody{"still working..."})).hint(x, s.Monitor.Pending)
	case dialect.Done:
		if s.Result.At.By(dialect.Inline) {
			return s.fill(x, &s.Monitor.Done, plain(outcome(x)))
		}
		return s.fill(x, &s.Monitor.Done, plain(jobBody{x.id}))
	case dialect.Failed:
		return s.fill(x, s.Monitor.Failed, trouble(422, "Job "+x.id+" failed. It has no result, and will have none."))
	case dialect.Cancelled:
		return s.fill(x, s.Monitor.Cancelled, plain(jobBody{x.id}))
	}
	return s.fill(x, s.Monitor.Unknown, trouble(404, "Job "+x.id+" was not found."))
}

// result answers where a result has a URL of its own.
func (s *speech) result(x *exchange) *answer {
	absent := trouble(404, "Job "+x.id+" failed to complete or was not found.")
	switch s.phase(x) {
	case dialect.Unknown:
		return s.fill(x, s.likeFailed(s.Result.Unknown), absent)
	case dialect.Pending:
		return s.fill(x, s.likeFailed(s.Result.Pending), absent)
	case dialect.Done:
		if !x.job.fails {
			return s.fill(x, s.Result.Done, plain(outcome(x))).set("Cache-Control", "private")
		}
	}
	return s.fill(x, s.Result.Failed, trouble(404, "Job "+x.id+" failed. It has no result, and will have none."))
}

// likeFailed has a result that is not there yet, or of no job, answered as one that will never be: by the same status, where the dialect lets it.
func (s *speech) likeFailed(r *dialect.Reply) *dialect.Reply {
	if failed := s.Result.Failed; r != nil && failed != nil && len(failed.Status) > 0 && r.Status.Has(failed.Status[0].From) {
		same := *r
		same.Status = failed.Status
		return &same
	}
	return r
}

// callOff calls a job off. One that is done stays so, unless what is called off is forgotten.
func (s *speech) callOff(x *exchange) *answer {
	switch {
	case x.job == nil:
		return s.say(x, dialect.Unknown)
	case s.phase(x) != dialect.Pending && s.Cancel.Then != dialect.ThenUnknown:
		return problem(http.StatusConflict, "Job "+x.id+" has ended.")
	}
	if err := x.server.callOff(x); err != nil {
		return unstored(err)
	}
	return s.fill(x, &s.Cancel.Reply, plain(jobBody{x.id}))
}

// callOff records that a job was called off: in a store, as a job of its own, for nothing in a job changes there.
func (s *Server) callOff(x *exchange) error {
	x.job.calledOff.Store(true)
	err := s.keep(x, &job{id: calledOffID(x.job.id), owner: x.job.owner, began: x.job.began, lasts: x.job.lasts})
	if errors.Is(err, ErrExists) {
		return nil
	}
	return err
}

func calledOffID(id string) string { return id + " called off" }

// lookUpEnd finds out whether a job was called off.
func (s *Server) lookUpEnd(x *exchange) {
	if s.speech.Cancel.Method == "" || x.job == nil {
		return
	}
	x.calledOff = x.job.calledOff.Load()
	if !x.calledOff && s.options.Store != nil {
		var record *job
		record, x.storeError = s.lookUp(x, calledOffID(x.job.id))
		x.calledOff = record != nil
	}
	if x.calledOff && s.speech.Cancel.Then == dialect.ThenUnknown {
		x.job = nil
	}
}

// A body is for people, where the dialect says nothing of one; its status is for answers of which it says nothing at all.
type body func(status int) *answer

func plain(value any) body { return func(status int) *answer { return document(status, value) } }

func trouble(otherwise int, detail string) body {
	return func(status int) *answer {
		if status < 400 {
			status = otherwise
		}
		return problem(status, detail)
	}
}

// fill makes the answer of a reply, or the one for people where there is none.
func (s *speech) fill(x *exchange, r *dialect.Reply, people body) *answer {
	if r == nil {
		return people(0) // only what is in trouble has none
	}
	said, err := r.Say(func(place string, p dialect.Pattern, optional bool) any { return s.value(x, place, p, optional) })
	if err != nil {
		panic(err) // can't happen: all values are texts, numbers and structs of them
	}
	a := people(said.Status)
	a.status = said.Status
	switch {
	case r.Empty:
		a.body = nil
		a.header.Del("Content-Type")
	case said.Body != nil:
		a.body = said.Body
		a.set("Content-Type", "application/json")
	}
	for name, value := range said.Fields {
		a.set(name, value)
	}
	return a
}

// value is what a placeholder is filled with. What a reply only allows is said where it leads somewhere.
func (s *speech) value(x *exchange, place string, p dialect.Pattern, optional bool) any {
	prefer := x.request.Header.Get("Prefer")
	switch holds, known := s.holds[place]; {
	case known:
		return holds(x)
	case p.Kind == dialect.Monitors:
		return x.server.url(x, monitor, x.idOfJob(), p.Absolute)
	case p.Kind == dialect.Results && (!optional || s.places[result] != ""):
		return x.server.url(x, result, x.idOfJob(), p.Absolute)
	case strings.EqualFold(place, "Preference-Applied") && (prefer != "" || !optional):
		return cmp.Or(prefer, s.Start.Ask.Headers["Prefer"], "respond-async")
	case optional:
		return nil
	}
	switch p.Kind {
	case dialect.Content:
		return outcome(x)
	case dialect.ID:
		return x.idOfJob()
	case dialect.Percent:
		return int(100 * min(1, x.now.Sub(x.began()).Seconds()/max(x.ends.Sub(x.began()).Seconds(), 1e-9)))
	case dialect.Seconds:
		seconds := max(x.seconds(), p.From)
		if p.To > 0 {
			seconds = min(seconds, p.To)
		}
		return seconds
	}
	return s.words(x, place, p)
}

// words fills what the dialect leaves open: a date where the name of the place is one's, and else what the job does.
func (s *speech) words(x *exchange, place string, p dialect.Pattern) any {
	name := strings.ToLower(place)
	at := time.Time{}
	switch {
	case strings.Contains(name, "creat"):
		at = x.began()
	case strings.Contains(name, "expir"):
		at = x.ends.Add(x.server.options.Expiry)
	case strings.Contains(name, "updat"), p.Kind == dialect.Time:
		at = x.began()
		if x.done {
			at = x.ends
		}
	case x.job != nil && x.done && x.job.fails:
		return "JobFailed"
	default:
		return "Running"
	}
	if strings.HasPrefix(place, "/") {
		return at.UTC().Format(time.RFC3339)
	}
	return at.UTC().Format(http.TimeFormat)
}

// seconds is for a dialect that requires a number where the contract's own would leave it out: the time left, to the nearest second,
// so that a client which obeys is late by half a second at most.
func (x *exchange) seconds() int {
	if fixed, err := strconv.Atoi(string(x.server.options.RetryAfter)); err == nil {
		return fixed
	}
	return max(0, int((x.left()+time.Second/2-1)/time.Second))
}

// hint adds Retry-After as the options have it, where the dialect lets them: it says no number itself, and sets no bounds that are missed.
func (a *answer) hint(x *exchange, r dialect.Reply) *answer {
	said := a.header.Get("Retry-After") != ""
	if said && (x.server.options.RetryAfter != RetryAtDate || x.left() < time.Second) {
		return a
	}
	if r.May != nil {
		if p := r.May.Headers["Retry-After"]; p.To > 0 && (x.seconds() < p.From || x.seconds() > p.To) {
			return a
		}
	}
	return a.retryAfter(x)
}

// idOfJob is the id of the exchange's job, or the one that was asked for.
func (x *exchange) idOfJob() string {
	if x.job != nil {
		return x.job.id
	}
	return x.id
}

func (x *exchange) began() time.Time {
	if x.job != nil {
		return x.job.began
	}
	return x.now
}
