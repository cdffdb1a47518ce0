package reference

import (
	"fmt"
	"sync/atomic"
)

// Faults of who may see what.
var accessFaults = []Fault{
	{
		Name: "access-start-open", Says: "Clients without credentials may begin jobs.",
		Breaks: []string{"access.start"}, Needs: []Need{NeedsCredentials},
		look: admit(start),
	}, {
		Name: "access-monitor-open", Says: "Clients without credentials may read any monitor.",
		Breaks: []string{"access.monitor"}, Needs: []Need{NeedsCredentials},
		look: admit(monitor),
	}, {
		Name: "access-result-open", Says: "Clients without credentials may read any result.",
		Breaks: []string{"access.result"}, Needs: []Need{NeedsCredentials},
		dialect: []trait{resultApart},
		look:    admit(result),
	},
	fault("access-401-without-challenge", "A 401 has no WWW-Authenticate field.",
		"access.challenge", on(func(x *exchange) bool { return !x.authorized }, drop("WWW-Authenticate"))).with(NeedsCredentials),
	{
		Name: "access-owner-unchecked", Says: "Clients with any accepted credentials may read everybody's monitors and results.",
		Breaks: []string{"access.others"}, Needs: []Need{NeedsCredentials, NeedsOther},
		look: func(x *exchange) { x.allOwners = x.authorized },
	}, {
		Name: "access-result-owner-unchecked", Says: "Clients with any accepted credentials may read everybody's results.",
		Breaks: []string{"access.others"}, Needs: []Need{NeedsCredentials, NeedsOther},
		dialect: []trait{resultApart},
		look:    func(x *exchange) { x.allOwners = x.authorized && x.role == result },
	}, {
		Name: "access-sequential-ids", Says: "Ids are consecutive numbers.",
		Breaks:  []string{"access.unguessable"},
		dialect: []trait{serverIDs},
		setup: func(s *Server) {
			var last atomic.Int64
			s.newID = func() string { return fmt.Sprintf("job%023d", 100_000+last.Add(1)) }
		},
	},
}

// admit lets in who has no credentials.
func admit(to role) func(*exchange) {
	return func(x *exchange) {
		if x.role == to && !x.authorized {
			x.authorized, x.allOwners = true, true
		}
	}
}
