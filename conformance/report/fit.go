package report

import (
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// However much a server sends, a report can be opened: in no format it is larger than 20 MB, of all its targets together.
const (
	mostBytes  = 14 << 20 // of exchanges, as weight counts them
	heavy      = 16 << 10 // of one of them, once there is no room for all
	slimFields = 16       // what is kept of one that is heavy
	slimText   = 200
	slimValue  = 100
	slimURL    = 1000
	longWords  = 2000 // characters of what a judgement says
)

// fit leaves out what makes a target's exchanges more than so many bytes: of long texts their ends, and then exchanges, those that no
// judgement rests on before others.
func (t *Target) fit(room int) {
	all := 0
	for i := range t.Exchanges {
		all += t.Exchanges[i].weight()
	}
	if all <= room {
		return
	}
	t.Exchanges = slices.Clone(t.Exchanges) // they may be another report's too
	at := map[int]int{}
	for i := range t.Exchanges {
		if e := &t.Exchanges[i]; e.weight() > heavy {
			e.slim()
		}
		at[t.Exchanges[i].Number] = i
	}
	kept := map[int]bool{}
	first, others := t.byWorth()
	for k, number := range slices.Concat(first, others) {
		i, there := at[number]
		if !there || kept[i] {
			continue
		}
		if room -= t.Exchanges[i].weight(); room > 0 || k < len(first) {
			kept[i] = true
		}
	}
	t.leaveOut(kept)
}

// byWorth lists the numbers of exchanges: those that judgements rest on most, and the others that they rest on before all.
func (t *Target) byWorth() (first, others []int) {
	for _, r := range t.Requirements {
		if len(r.Exchanges) > 0 {
			first = append(first, r.Exchanges[0])
			others = append(others, r.Exchanges[1:min(len(r.Exchanges), mostEvidence)]...)
		}
	}
	for _, e := range t.Exchanges {
		others = append(others, e.Number)
	}
	return first, others
}

// leaveOut takes the exchanges off that are not kept, by their places, and counts them.
func (t *Target) leaveOut(kept map[int]bool) {
	others, of := t.Others(func(i int, _ Exchange) bool { return kept[i] })
	var exchanges []Exchange
	there := map[int]bool{}
	for i, e := range t.Exchanges {
		if kept[i] {
			exchanges = append(exchanges, e)
			there[e.Number] = true
		}
	}
	t.Exchanges = exchanges
	if len(others) > 0 {
		t.Omitted = &Omitted{Exchanges: of - len(exchanges), Of: of, Answers: others}
	}
	t.Requirements = slices.Clone(t.Requirements)
	for i := range t.Requirements {
		r := &t.Requirements[i]
		all := len(r.Exchanges)
		r.Exchanges = slices.DeleteFunc(slices.Clone(r.Exchanges), func(number int) bool { return !there[number] })
		r.MoreExchanges += all - len(r.Exchanges)
	}
}

// weight is about how many bytes an exchange has in the JSON report.
func (e *Exchange) weight() int {
	const each, eachField = 700, 110
	n := each + record.Written(e.Request.URL)
	for _, fields := range [][]record.Field{e.Request.Fields, e.Fields} {
		for _, f := range fields {
			n += eachField + record.Written(f.Name) + record.Written(f.Value)
		}
	}
	if e.Body != nil {
		n += record.Written(e.Body.Beginning) + record.Written(e.Body.Cut) + record.Written(e.Body.NotJSON)
	}
	if e.Failure != nil {
		n += record.Written(e.Failure.Text)
	}
	return n
}

// slim leaves the beginnings of an exchange's texts, and the fields that are judged before others.
func (e *Exchange) slim() {
	e.Request.Method = record.Shorten(e.Request.Method, slimValue)
	e.Request.URL = record.Shorten(e.Request.URL, slimURL)
	e.Request.Fields, _ = slimmed(e.Request.Fields)
	more := 0
	e.Fields, more = slimmed(e.Fields)
	e.MoreFields += more
	if e.Body != nil {
		body := *e.Body
		body.Beginning = body.Beginning[:min(len(body.Beginning), slimText)]
		body.Cut, body.NotJSON = record.Shorten(body.Cut, slimText), record.Shorten(body.NotJSON, slimText)
		e.Body = &body
	}
	if e.Failure != nil {
		e.Failure = &record.Failure{Kind: e.Failure.Kind, Text: record.Shorten(e.Failure.Text, slimText)}
	}
}

// slimmed are the first few of a message's fields, those that are judged before others.
func slimmed(fields []record.Field) (kept []record.Field, more int) {
	for _, judged := range []bool{true, false} {
		for _, f := range fields {
			if len(kept) < slimFields && slices.Contains(record.JudgedFields(), f.Name) == judged {
				kept = append(kept, record.Field{Name: record.Shorten(f.Name, slimValue), Value: record.Shorten(f.Value, slimValue)})
			}
		}
	}
	return kept, len(fields) - len(kept)
}
