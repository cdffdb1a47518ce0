package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// wordsOf are the words of a protocol with which sentences are filled in. For two-oh-two they are those of its own page.
func wordsOf(p *record.Protocol) *strings.Replacer {
	d := p.Dialect
	accepted := d.Start.Reply.Status.String()
	words := map[string]string{
		"accepted": accepted, "accepted-in-full": accepted, "pending": p.Pending.String(), "pending-status": d.Monitor.Pending.Status.String(), "done": p.Done.String(),
		"success": p.Success.String(), "failure": "the answer of a failed job", "unknown": "404 or 410", "result-unknown": "404, 410 or 422",
	}
	if accepted == "202" {
		words["accepted-in-full"] = "202 Accepted"
	}
	if !p.Failure.None() {
		words["failure"] = p.Failure.String()
	}
	if d.Monitor.Unknown != nil {
		words["unknown"] = d.Monitor.Unknown.String()
	}
	if d.Result.Unknown != nil {
		words["result-unknown"] = d.Result.Unknown.String()
	}
	maps.Copy(words, pointerWords(p))
	words["result-there"] = resultThereIn(p, words)
	var pairs []string
	for name, word := range words {
		pairs = append(pairs, "{"+name+"}", word)
	}
	return strings.NewReplacer(pairs...)
}

// pointerWords are those for where answers name the monitor and the result.
func pointerWords(p *record.Protocol) map[string]string {
	monitor, result := p.Monitor.String(), p.Product.String()
	words := map[string]string{
		"monitor-field": "name", "result-field": "name of a result", "field": monitor,
		"locations": "URLs", "or-relative": "", "naming-result": "", "naming-field": "", "of-same-result": "", "of-the-result": "", "or-elsewhere": "", "and-result-field": "",
	}
	if p.Monitor.AreSaid() {
		words["monitor-field"] = monitor
	}
	if fields := p.PointerFields(); len(fields) == 1 {
		words["locations"] = fields[0] + "s"
	}
	if !p.WantsWhole(p.Monitor) && !p.WantsWhole(p.Product) {
		words["or-relative"] = "; or make " + words["locations"] + " relative"
	}
	if p.Product.AreSaid() {
		words["result-field"] = result
		words["or-elsewhere"] = fmt.Sprintf(", or with a %s that leads to something else", result)
		if p.Product.InField() {
			words["and-result-field"] = ", " + result
		}
		if !p.Monitor.AreSaid() {
			words["field"] = result
		} else if result != monitor {
			words["field"] = monitor + " or " + result
		}
	}
	if p.NamesResult() {
		words["naming-result"] = fmt.Sprintf(" with exactly one %s, not empty", result)
		words["naming-field"] = fmt.Sprintf(" with exactly one %s field, not empty", result)
		words["of-the-result"] = fmt.Sprintf(" with the %s of the result", result)
		words["of-same-result"] = fmt.Sprintf(" with the %s of the same result", result)
	}
	return words
}

// resultThereIn is what result.ok says: it depends on where a dialect has its results.
func resultThereIn(p *record.Protocol, words map[string]string) string {
	switch {
	case p.Product.AreSaid():
		return fmt.Sprintf("The %s's %s is answered %s as soon as the %s is received", words["done"], words["result-field"], words["success"], words["done"])
	case hasResultURL(p):
		return fmt.Sprintf("The result (%s) is answered %s as soon as the %s is received", p.Product, words["success"], words["done"])
	case !hasResult(p):
		return "The " + words["done"] + " says that the job succeeded, as it was to"
	}
	return "The " + words["done"] + " is, or holds, what the job was done for"
}

// wordsIn are those of a protocol; those of two-oh-two are made once.
func wordsIn(p *record.Protocol) *strings.Replacer {
	if isTwoOhTwo(p) {
		return ownWords()
	}
	return wordsOf(p)
}

var ownWords = sync.OnceValue(func() *strings.Replacer { return wordsOf(&record.TwoOhTwo) })

// sourceIn is where a requirement is written for a dialect: what the seed says of two-oh-two, its own source says of it.
func sourceIn(source string, d dialect.Dialect) string {
	own := d.Source
	if own == "" {
		own = d.Name
	}
	var parts []string
	for part := range strings.SplitSeq(source, "; ") {
		if part == "seed" || strings.HasPrefix(part, "seed ") || part == "" {
			part = own
		}
		if !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}

// inWords fills the dialect's words into what a judgement says.
func (o *view) inWords(j Judgement) Judgement {
	for _, text := range []*string{&j.Reason, &j.Got, &j.Want, &j.Likely, &j.Mend, &j.Effect} {
		*text = o.words.Replace(*text)
	}
	return j
}

// What a requirement may depend on in a dialect.

func isTwoOhTwo(p *record.Protocol) bool  { return p.Dialect.Name == dialect.TwoOhTwo.Name }
func isAnother(p *record.Protocol) bool   { return !isTwoOhTwo(p) }
func saysMonitor(p *record.Protocol) bool { return p.Monitor.AreSaid() }
func saysAny(p *record.Protocol) bool     { return p.Monitor.AreSaid() || p.Product.AreSaid() }
func hasFields(p *record.Protocol) bool {
	return p.Dialect.Monitor.At.By(dialect.Header) || p.Dialect.Result.At.By(dialect.Header)
}
func choosesMonitor(p *record.Protocol) bool { return !p.StartIsMonitor() }
func hasResult(p *record.Protocol) bool      { return len(p.Dialect.Result.At) > 0 }
func hasResultURL(p *record.Protocol) bool {
	return p.Product.AreSaid() || p.Dialect.Result.At.By(dialect.URL)
}
func hasBodies(p *record.Protocol) bool {
	return hasResultURL(p) || p.Dialect.Result.At.By(dialect.Inline)
}
func canCancel(p *record.Protocol) bool { return p.Dialect.Cancel.Method != "" }

// namesResultAlone reports whether the end is told by a pointer that pending answers have not.
func namesResultAlone(p *record.Protocol) bool { return p.NamesResult() && !p.NamesMonitor() }

func namesMonitor(p *record.Protocol) bool { return p.NamesMonitor() }

// heuristic are the statuses that caches may store without being told to (RFC 9110 15.1).
var heuristic = []int{200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501}

func pendingIsCacheable(p *record.Protocol) bool {
	return slices.ContainsFunc(heuristic, p.Dialect.Monitor.Pending.Status.Has)
}
