package contract

import (
	"fmt"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A cause is the likeliest cause of a failure. The zero value says nothing: a cause is told only where an exchange of the record shows it.
type cause struct {
	name  string           // stable, for machines: "rate-limit"
	says  string           // what happened, in a sentence
	mend  string           // what to do about it: a flag to try, a setting, an edit; "" where the sentence says it
	shown *record.Exchange // the exchange that shows it; nil where the judgement rests on that one already
}

// cited is a cause with the exchange that shows it.
func cited(name, says, mend string, e *record.Exchange) cause {
	return cause{name: name, says: fmt.Sprintf("%s (#%d: %s)", says, e.Number, e.StatusText()), mend: mend, shown: e}
}

// explained is because, for a cause that takes a while to find: it is looked for once the judgement is told.
func (j Judgement) explained(why func() cause) Judgement {
	j.why = why
	return j
}

// told adds the cause that is still to be found, where there is anything to explain.
func (j Judgement) told() Judgement {
	why := j.why
	j.why = nil
	if why == nil || j.Outcome == Pass {
		return j
	}
	return j.because(why())
}

// because adds the likeliest cause, and the exchange that shows it where the judgement does not rest on it anyway.
func (j Judgement) because(c cause) Judgement {
	j.Cause, j.Likely, j.Mend = c.name, c.says, c.mend
	if c.shown != nil && !slices.Contains(j.Exchanges, c.shown.Number) {
		j.Exchanges = slices.Insert(j.Exchanges, min(len(j.Exchanges), 2), c.shown.Number) // behind what tells: reports show the first few
	}
	return j
}
