package contract

import (
	_ "embed" // of the causes
	"encoding/json"
	"slices"
	"sync"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A KnownCause is a name that Judgement.Cause may have.
type KnownCause struct {
	Name  string   // stable: "rate-limit"
	Of    []string // the requirements that are told with it, but for jobs.concurrent and jobs.survive-disconnect, which may have the cause of another
	Shown string   // what a record shows where it is told
}

// CausesOf lists the causes that there are for the requirements of a dialect, in its words.
func CausesOf(d dialect.Dialect) []KnownCause {
	p := record.TwoOhTwo
	if d.Name != "" {
		p = record.Bind(d, "", "")
	}
	words, here := wordsIn(&p), Of(d)
	absent := func(id string) bool {
		return !slices.ContainsFunc(here, func(r Requirement) bool { return r.ID == id })
	}
	var list []KnownCause
	for _, c := range knownCauses() {
		c.Of, c.Shown = slices.DeleteFunc(slices.Clone(c.Of), absent), words.Replace(c.Shown)
		if len(c.Of) > 0 {
			list = append(list, c)
		}
	}
	return list
}

//go:embed causes.json
var causeData []byte

var knownCauses = sync.OnceValue(func() []KnownCause {
	var all []KnownCause
	if err := json.Unmarshal(causeData, &all); err != nil {
		panic("causes.json: " + err.Error()) // it is built in, and a test reads it
	}
	return all
})
