package reference

import (
	"fmt"
	"slices"
)

// A Fault breaks one thing. It is named for the misbehaviour, and says which
// requirements of the contract it breaks: those and no others, of every level;
// of a MAY requirement it changes the answer. None is ever random.
type Fault struct {
	// Name is what the fault is called in [Options], kebab-case.
	Name string
	// Says is what the server does, in one sentence.
	Says string
	// Breaks lists requirements, as the contract's catalogue names them ("monitor.ready").
	Breaks []string
	// Needs lists what a target or a run must have for the fault to show. Most need nothing.
	Needs []Need

	setup func(*Server)                // as the server is made: where things are, what ids look like
	begin func(*exchange, *job, *past) // as a job begins: how long it lasts, what its id is
	look  func(*exchange)              // before the answer: what the server believes
	edit  func(x *exchange, a *answer) // after it: what is sent
}

// A Need is something without which a fault can't be seen.
type Need string

// What faults need.
const (
	NeedsBasePath     Need = "base-path"         // a base path that is not empty
	NeedsTLS          Need = "tls"               // a target on https
	NeedsCredentials  Need = "credentials"       // Authorize, and a client that is let in
	NeedsOther        Need = "other-credentials" // a second identity that is let in too
	NeedsOrigin       Need = "origin"            // AllowOrigins, and a run with an Origin
	NeedsForgedHost   Need = "forged-host"       // the probe of that name
	NeedsConnections  Need = "connections"       // a server made by [Server.HTTPServer]
	NeedsSecondsToRun Need = "seconds"           // jobs of two seconds or more
	NeedsBody         Need = "body"              // starts by POST, with a body
)

// Faults lists what can be broken, in the order of the contract's groups.
func Faults() []Fault {
	return slices.Concat(startFaults, locationFaults, monitorFaults, doneFaults, cacheFaults,
		probeFaults, resultFaults, resultProbeFaults, jobsFaults, frontFaults, httpFaults, accessFaults, browserFaults)
}

// install finds the faults by name.
func (s *Server) install(names []string) error {
	all := Faults()
	for _, name := range names {
		at := slices.IndexFunc(all, func(f Fault) bool { return f.Name == name })
		if at < 0 {
			return fmt.Errorf("there is no fault %q: did you mean %q?", name, nearest(name, all))
		}
		s.faults = append(s.faults, all[at])
		if setup := all[at].setup; setup != nil {
			setup(s)
		}
	}
	return nil
}

// spoil lets the faults edit an answer.
func (s *Server) spoil(x *exchange, a *answer) {
	for _, f := range s.faults {
		if f.edit != nil {
			f.edit(x, a)
		}
	}
}

// nearest is the fault whose name takes the fewest edits to reach.
func nearest(name string, all []Fault) string {
	best := slices.MinFunc(all, func(a, b Fault) int {
		return edits(name, a.Name) - edits(name, b.Name)
	})
	return best.Name
}

// edits counts the insertions, deletions and replacements from one word to
// the other (Levenshtein's distance).
func edits(from, to string) int {
	row := make([]int, len(to)+1)
	for k := range row {
		row[k] = k
	}
	for i := range len(from) {
		diagonal := row[0]
		row[0] = i + 1
		for k := range len(to) {
			cost := diagonal
			if from[i] != to[k] {
				cost++
			}
			diagonal = row[k+1]
			row[k+1] = min(cost, row[k]+1, row[k+1]+1)
		}
	}
	return row[len(to)]
}
