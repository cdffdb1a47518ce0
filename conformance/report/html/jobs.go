package html

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// A job is one job: its exchanges, in the order sent. Job 0 is what belongs to none.
type job struct {
	Number    int
	Anchor    string
	Title     string // "job 3"
	Says      string // what became of it, in words
	Failing   bool   // it broke a requirement
	Exchanges []exchangeView
	LeftOut   string // which of its exchanges are not listed, in words

	life [2]report.Seconds // from its start's answer to the first read that found it done, or to the last exchange
	done bool
}

// An exchangeView is one exchange, in full.
type exchangeView struct {
	report.Exchange
	Anchor string
	What   string // "monitor, pending"
	Kind   string // what kind of answer: the name of its mark
	Class  string // the same for the style, where a probe that failed is no matter
	Asked  string // the request line
	Answer string // the status
	When   string // in seconds since the run began
	Took   string
	On     string // the connection
	Ask    string // the request, in full
	Reply  string // the answer, in full
}

// job makes a job of its exchanges: whole, or of those that are cited alone.
func (h *targetView) job(number int, exchanges []report.Exchange, cited map[int]bool, whole bool) job {
	slices.SortStableFunc(exchanges, func(a, b report.Exchange) int { return cmp.Compare(a.Sent, b.Sent) })
	j := job{Number: number, Anchor: fmt.Sprintf("t%d-job%d", h.Number, number), Title: fmt.Sprintf("job %d", number)}
	if number == 0 {
		j.Title = "no job"
	}
	j.follow(exchanges)
	left := 0
	for _, e := range exchanges {
		if !cited[e.Number] && (!whole || len(j.Exchanges) >= mostListed) {
			left++
			continue
		}
		h.shown[e.Number] = true
		j.Exchanges = append(j.Exchanges, h.full(e))
	}
	if left > 0 {
		j.LeftOut = fmt.Sprintf("%s not listed here", report.Counted(left, "exchange"))
	}
	return j
}

// follow looks what became of a job: how it was begun, how often it was read, when it was done.
func (j *job) follow(exchanges []report.Exchange) {
	way, reads, failed, results, probes := "", 0, 0, 0, 0
	for i, e := range exchanges {
		kind := e.Kind
		switch {
		case e.Probe != "":
			probes++
			continue
		case e.Role == string(record.RoleStart):
			way, j.life[0] = e.Way, end(e)
		case e.Role == string(record.RoleMonitor):
			reads++
		case e.Role == string(record.RoleResult):
			results++
		}
		if kind == "failed" {
			failed++
		}
		if i == 0 && j.life[0] == 0 {
			j.life[0] = e.Sent
		}
		if !j.done {
			j.life[1] = end(e)
			j.done = kind == "done"
		}
	}
	j.Says = j.story(way, reads, results, probes, failed)
}

// story is what became of a job, in words.
func (j *job) story(way string, reads, results, probes, failed int) string {
	var parts []string
	add := func(n int, says string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf(says, n))
		}
	}
	if way != "" {
		parts = append(parts, fmt.Sprintf("begun %s at %.3f s", way, float64(j.life[0])))
	}
	add(reads, "monitor read %d×")
	if j.done {
		parts = append(parts, fmt.Sprintf("done at %.3f s", float64(j.life[1])))
	} else if j.Number != 0 {
		parts = append(parts, "not seen done")
	}
	add(results, "result read %d×")
	add(probes, "%d probes")
	add(failed, "%d failed")
	return strings.Join(parts, ", ")
}

// end is when an answer came, or was given up.
func end(e report.Exchange) report.Seconds {
	if e.Received > 0 {
		return e.Received
	}
	return max(e.Ended, e.Sent)
}

// full is an exchange with all that is known of it.
func (h *targetView) full(e report.Exchange) exchangeView {
	out := exchangeView{
		Exchange: e, Anchor: fmt.Sprintf("t%d-e%d", h.Number, e.Number), Kind: e.Kind, Class: e.Kind,
		Asked: h.Target.Asked(e), Answer: e.Answer(false),
		When: fmt.Sprintf("%.3f", float64(e.Sent)), Took: report.Took(end(e) - e.Sent),
	}
	out.What = report.Truncate(report.Answers{Role: e.Role, Probe: e.Probe}.What(), longWhat)
	if e.Probe != "" {
		out.Class += " probe"
	} else if out.Kind == "pending" || out.Kind == "done" {
		out.What += ", " + out.Kind
	}
	if e.Late {
		out.What += ", late"
	}
	if e.Connection != 0 {
		out.On = fmt.Sprintf("kept %d", e.Connection)
		if e.Fresh {
			out.On = fmt.Sprintf("fresh %d", e.Connection)
		}
		if e.Peer != "" {
			out.On += ", " + e.Peer
		}
	}
	out.Ask = message(e.Request.Method+" "+e.Request.URL, e.Request.Fields)
	out.Reply = message(strings.TrimSpace(e.Protocol+" "+e.StatusText), e.Fields)
	if e.MoreFields > 0 {
		out.Reply += fmt.Sprintf("\n(and %s more, not kept)", report.Counted(e.MoreFields, "field"))
	}
	return out
}

func message(first string, fields []record.Field) string {
	var b strings.Builder
	b.WriteString(first)
	for _, f := range fields {
		b.WriteString("\n" + f.Name + ": " + f.Value)
	}
	return b.String()
}

// Facts are what is known of the exchange beside the messages themselves.
func (e exchangeView) Facts() string {
	facts := []string{fmt.Sprintf("sent at %.6f s", float64(e.Sent))}
	if e.Received > 0 {
		facts = append(facts, fmt.Sprintf("answered after %s", report.Took(e.Received-e.Sent)))
	}
	if e.Ended > 0 {
		facts = append(facts, fmt.Sprintf("ended after %s", report.Took(e.Ended-e.Sent)))
	}
	if e.Body != nil {
		says := report.Counted(int(e.Body.Length), "byte")
		if e.Body.Hash != "" {
			says += fmt.Sprintf(" (SHA-256 %s)", report.Truncate(e.Body.Hash, 13))
		}
		facts = append(facts, says)
		if e.Body.Bounded {
			facts = append(facts, "reading stopped at a bound of ours")
		}
		if e.Body.Cut != "" {
			facts = append(facts, "cut off: "+e.Body.Cut)
		}
		if e.Body.NotJSON != "" {
			facts = append(facts, "not JSON: "+e.Body.NotJSON)
		}
	}
	if e.Failure != nil {
		facts = append(facts, string(e.Failure.Kind)+": "+e.Failure.Text)
	}
	return strings.Join(facts, "; ")
}
