package contract

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// wordsOf are the words of a protocol with which sentences are filled in. For two-oh-two they are those of its own page.
func wordsOf(p *record.Protocol) *strings.Replacer {
	d := p.Dialect
	words := map[string]string{
		"accepted": d.Start.Reply.Status.String(), "pending": p.Pending.String(), "done": p.Done.String(), "success": p.Success.String(), "failure": "the answer of a failed job",
		"monitor-field": p.Monitor.String(), "result-field": "name of a result", "field": p.Monitor.String(), "naming-result": "", "naming-field": "", "of-same-result": "", "or-elsewhere": "", "and-result-field": "", "pending-status": d.Monitor.Pending.Status.String(),
		"unknown": "404 or 410", "result-unknown": "404, 410 or 422",
	}
	if !p.Monitor.AreSaid() {
		words["monitor-field"] = "name"
	}
	words["accepted-in-full"] = words["accepted"]
	if words["accepted"] == "202" {
		words["accepted-in-full"] = "202 Accepted"
	}
	if !p.Failure.None() {
		words["failure"] = p.Failure.String()
	}
	if p.Product.AreSaid() {
		words["result-field"] = p.Product.String()
		words["or-elsewhere"] = fmt.Sprintf(", or with a %s that leads to something else", p.Product)
		if p.Product.InField() {
			words["and-result-field"] = ", " + p.Product.String()
		}
		if !p.Monitor.AreSaid() {
			words["field"] = p.Product.String()
		} else if p.Product.String() != p.Monitor.String() {
			words["field"] = p.Monitor.String() + " or " + p.Product.String()
		}
	}
	if p.NamesResult() {
		words["naming-result"] = fmt.Sprintf(" with exactly one %s, not empty", p.Product)
		words["naming-field"] = fmt.Sprintf(" with exactly one %s field, not empty", p.Product)
		words["of-same-result"] = fmt.Sprintf(" with the %s of the same result", p.Product)
	}
	if d.Monitor.Unknown != nil {
		words["unknown"] = d.Monitor.Unknown.String()
	}
	if d.Result.Unknown != nil {
		words["result-unknown"] = d.Result.Unknown.String()
	}
	words["result-there"] = "The " + words["done"] + " is, or holds, what the job was done for"
	switch {
	case p.Product.AreSaid():
		words["result-there"] = fmt.Sprintf("The %s's %s is answered %s as soon as the %s is received", words["done"], words["result-field"], words["success"], words["done"])
	case hasResultURL(p):
		words["result-there"] = fmt.Sprintf("The result (%s) is answered %s as soon as the %s is received", p.Product, words["success"], words["done"])
	case len(d.Result.At) == 0:
		words["result-there"] = "The " + words["done"] + " says that the job succeeded, as it was to"
	}
	var pairs []string
	for name, word := range words {
		pairs = append(pairs, "{"+name+"}", word)
	}
	return strings.NewReplacer(pairs...)
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
	for _, part := range strings.Split(source, "; ") {
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
	for _, text := range []*string{&j.Reason, &j.Got, &j.Want, &j.Likely, &j.Mend} {
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
