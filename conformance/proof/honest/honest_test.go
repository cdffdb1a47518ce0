package honest

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

// An oddity is a server that keeps the contract in a way that a hasty judge would take for breaking it.
type oddity struct {
	name   string
	traits []trait
}

func odd(name string, traits ...trait) oddity { return oddity{name, traits} }

// TestHonest shows that no honest server is bitten, however odd it is.
func TestHonest(t *testing.T) {
	for i, o := range oddities {
		if i%harness.Rows(t) > 0 {
			continue
		}
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { o.hold(t) })
		})
	}
}

func (o oddity) hold(t *testing.T) {
	t.Helper()
	s, found := o.judged(t)
	s.alarms(t, found)
	for _, problem := range s.missed(found) {
		t.Error(problem)
	}
}

func (o oddity) judged(t *testing.T) (*oddServer, report.Target) {
	t.Helper()
	s := &oddServer{honest: newHonest(), listen: inMemory}
	for _, trait := range o.traits {
		trait(s)
	}
	return s, checked(t, s.serve(t))
}

func checked(t *testing.T, target conformance.Target) report.Target {
	t.Helper()
	return harness.Check(t, target).Targets[0]
}

func (s *oddServer) serve(t *testing.T) conformance.Target {
	var handler http.Handler = s.honest
	for _, front := range s.front {
		handler = front(handler)
	}
	server := &http.Server{Handler: handler}
	for _, prepare := range s.server {
		prepare(server)
	}
	target := s.listen(t, server, s.tls)
	target.Jobs = 4 // enough to be together
	for _, prepare := range s.target {
		prepare(&target)
	}
	return target
}

// missed tells what should have been judged otherwise, or at all.
func (s *oddServer) missed(found report.Target) (problems []string) {
	core := false
	for _, q := range found.Requirements {
		core = core || slices.Contains(s.unseen, q.ID) && slices.Contains(contract.Core(), q.ID)
		switch {
		case q.Outcome == contract.Fail || slices.Contains(s.unless, q.ID):
		case slices.Contains(harness.Watched(), q.ID) && (q.Outcome != contract.Pass) != slices.Contains(s.unseen, q.ID):
			problems = append(problems, fmt.Sprintf("%s is %s: %s", q.ID, q.Outcome, q.Reason))
		}
	}
	want := report.VerdictPass
	if core {
		want = report.VerdictInconclusive
	}
	if found.Verdict != want || found.Stopped != "" {
		problems = append(problems, fmt.Sprintf("verdict %s, not %s: %s", found.Verdict, want, found.Why))
	}
	return problems
}

// alarms reports what fails, but for the SHOULDs that may.
func (s *oddServer) alarms(t *testing.T, found report.Target) {
	t.Helper()
	for _, id := range slices.Concat(s.may, s.unseen, s.unless) {
		if _, known := contract.Find(id); !known {
			t.Errorf("there is no requirement %q", id)
		}
	}
	for _, q := range found.Requirements {
		if q.Outcome == contract.Fail && !(q.Level == contract.Should && slices.Contains(s.may, q.ID)) {
			t.Errorf("%s %s fails: %s", q.Level, q.ID, text.Explain(found, q))
		}
	}
}
