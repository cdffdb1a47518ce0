package reference

import (
	"fmt"
	"slices"
)

// A Fault is one way to break the contract. A server with the fault fails the
// requirements in Breaks and no others; of a MAY requirement, the observed
// answer changes. No fault acts at random.
type Fault struct {
	// Name selects the fault in [Options], in kebab-case: "monitor-late".
	Name string
	// Says is what the server does, in one sentence.
	Says string
	// Breaks lists the ids of the requirements that fail: "monitor.ready".
	Breaks []string
	// Needs lists what the server or the run must have for the fault to show. Most faults need nothing.
	Needs []Need

	// What the server's dialect must have. [Fault.Applies] asks it.
	dialect []trait

	// Hooks; most faults have one. README.md says when to use which.
	setup func(*Server)                // once, when the server is made: paths, form of ids
	begin func(*exchange, *job, *past) // when a job begins: its length, its id
	look  func(*exchange)              // before the server answers: what it takes to be true
	edit  change                       // after that: the answer that is sent
}

// A Need is something that a fault needs in order to show.
type Need string

// The needs of faults.
const (
	NeedsBasePath     Need = "base-path"         // a base path that is not empty
	NeedsTLS          Need = "tls"               // a target on https
	NeedsCredentials  Need = "credentials"       // Options.Authorize, and a client with accepted credentials
	NeedsOther        Need = "other-credentials" // a second accepted identity
	NeedsOrigin       Need = "origin"            // Options.AllowOrigins, and requests with Origin
	NeedsForgedHost   Need = "forged-host"       // requests with X-Forwarded-Host or Forwarded
	NeedsConnections  Need = "connections"       // a server made by [Server.HTTPServer]
	NeedsSecondsToRun Need = "seconds"           // jobs of two seconds or more
	NeedsBody         Need = "body"              // starts by POST, with a body
	NeedsReplica      Need = "replica"           // Options.Store, shared with another server
	NeedsAddresses    Need = "addresses"         // a client that asks each of the servers that share a store, by its own address
	NeedsRestart      Need = "restart"           // Options.Store, and a run that restarts the server
	NeedsRollout      Need = "rollout"           // a run with a rollout
)

// Faults lists all faults, in the order of the contract's groups.
func Faults() []Fault {
	return slices.Concat(startFaults, locationFaults, monitorFaults, doneFaults, cacheFaults,
		probeFaults, resultFaults, resultProbeFaults, jobsFaults, frontFaults, replicaFaults, httpFaults, accessFaults, browserFaults)
}

// The functions below make rows of the tables: what a fault needs of the dialect follows from what it does.

// fault breaks one requirement by its edit of answers. The dialect must have the traits.
func fault(name, says, breaks string, edit change, traits ...trait) Fault {
	return Fault{Name: name, Says: says, Breaks: []string{breaks}, dialect: traits, edit: edit}
}

// with says what the fault needs to show.
func (f Fault) with(needs ...Need) Fault {
	f.Needs = needs
	return f
}

// errorAtMonitor has a monitor answered with an error page.
func errorAtMonitor(name, says, breaks string, when condition, status int) Fault {
	return fault(name, says, breaks, on(when, fail(status)), silent(status))
}

// errorAtResult has a result answered with an error page, in a dialect whose results have URLs of their own.
func errorAtResult(name, says, breaks string, when condition, status int) Fault {
	return fault(name, says, breaks, on(when, fail(status)), resultApart)
}

// wrongStatus gives an answer a status that the dialect never has there.
func wrongStatus(name, says, breaks string, when condition, status int, never func(int) trait) Fault {
	return fault(name, says, breaks, on(when, setStatus(status)), never(status))
}

// wrongMonitor has a start name another URL than the monitor's. [locate] fills it.
func wrongMonitor(name, says, breaks, url string) Fault {
	return fault(name, says, breaks, on(started, locate(url)), namesMonitor)
}

// wrongResult has a done answer name another URL than the result's.
func wrongResult(name, says, breaks, url string) Fault {
	return fault(name, says, breaks, on(created, locate(url)), namesResult)
}

// install finds the faults by name and runs their setup.
func (s *Server) install(names []string) error {
	all := Faults()
	for _, name := range names {
		at := slices.IndexFunc(all, func(f Fault) bool { return f.Name == name })
		if at < 0 {
			return fmt.Errorf("there is no fault %q; Faults lists them all", name)
		}
		if err := all[at].Applies(s.speech.Dialect); err != nil {
			return err
		}
		s.faults = append(s.faults, all[at])
		if setup := all[at].setup; setup != nil {
			setup(s)
		}
	}
	return nil
}

// applyFaults lets the faults change an answer before it is sent.
func (s *Server) applyFaults(x *exchange, a *answer) {
	for _, f := range s.faults {
		if f.edit != nil {
			f.edit(x, a)
		}
	}
}
