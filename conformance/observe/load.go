package observe

import (
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

const (
	inFlight     = 128                   // requests, and connections of one kind, at once
	fewInFlight  = 32                    // as many as any server has to bear: what fails among no more of them is its own fault
	loadWait     = 50 * time.Millisecond // before what our own load kept from being answered is asked again; then twice as long
	loadPatience = 8                     // times that it is asked
)

// ownLoad takes a failure on us where it may be our doing: this machine has no more connections to give, or so many
// requests of ours were under way at once that a server may refuse some, or be slow. They are fewer from then on.
func (r *run) ownLoad(passed pass, err error, failure contract.Failure) contract.Failure {
	for _, limit := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL} {
		if errors.Is(err, limit) {
			r.gate.fewer(passed)
			return contract.Failure{Kind: contract.FailureLoad, Text: "this machine has no more connections to give (" + limit.Error() + "): see ulimit -n"}
		}
	}
	switch failure.Kind {
	case contract.FailureConnect, contract.FailureTimeout, contract.FailureBroken:
		if under := r.gate.fewer(passed); under > fewInFlight {
			return contract.Failure{Kind: contract.FailureLoad, Text: fmt.Sprintf("%s; %d requests of this run were under way", failure.Text, under)}
		}
	}
	return failure
}

// mayAgain reports whether a request may be made again: one that may have begun a job counts as another.
func (r *run) mayAgain(a ask) bool { return a.role != contract.RoleStart || r.mayBegin() }

// fewer lets half as many requests be under way at once from now on, once for all those that fail together. It returns
// how many were while the one that failed was, at most.
func (g *gate) fewer(failed pass) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	under := max(g.under, failed.under)
	if under > fewInFlight/2 && failed.at.After(g.narrow) {
		g.narrow = time.Now()
		g.most = max(min(g.most, under)/2, fewInFlight/2)
	}
	return under
}
