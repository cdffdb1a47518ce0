// Package specs has the requirements of the two-oh-two contract as Ginkgo specs, for
// a suite of yours: [Add] them, or [AddFunc] where the suite starts the server itself.
// It is the only package that imports Ginkgo.
package specs

import (
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// Label is on every spec of this package. The id, the group and the level of a requirement are labels too, so that
// --label-filter='monitor.ready' or 'MUST && location' select.
const Label = "two-oh-two"

// judgedEntry names the report entry of a spec whose requirement was judged, whatever came of it.
const judgedEntry = "two-oh-two judged"

// Add adds the requirements to the suite that is being built, as specs about a target whose
// URL is known already. It returns true, so that it can stand at the top of a file:
//
//	var _ = specs.Add(conformance.Target{BaseURL: "http://localhost:8080"})
func Add(target conformance.Target, options ...conformance.Option) bool {
	return AddFunc(target.BaseURL, func() conformance.Target { return target }, append(options, conformance.InDialect(target.Dialect))...)
}

// AddFunc is Add for a target that is known only once the suite runs, as a
// server is that BeforeSuite starts. The name stands for it in the tree. Where it speaks another dialect than two-oh-two,
// [conformance.InDialect] is among the options.
//
// The specs are one Ordered container that goes on after failures: one process makes one observation, when
// the first of them needs it, however many processes there are. A requirement that was not judged is
// skipped with its reason, and a failed SHOULD with its message, unless the options are strict.
func AddFunc(name string, target func() conformance.Target, options ...conformance.Option) bool {
	requirements, err := conformance.Requirements(options...)
	s := &subject{target: target, options: options}
	return ginkgo.Describe("two-oh-two "+name, ginkgo.Ordered, ginkgo.ContinueOnFailure, ginkgo.Label(Label), func() {
		if err != nil {
			ginkgo.It("is given options that can be followed", func() { ginkgo.Fail(err.Error()) })
			return
		}
		for _, group := range contract.ByGroup(requirements) {
			ginkgo.Context(group[0].Group(), ginkgo.Label(group[0].Group()), func() {
				for _, r := range group {
					s.add(r)
				}
			})
		}
		ginkgo.It("gives evidence", ginkgo.Label("evidence"), s.evidence)
	})
}

// A subject is a target and the one observation that is made of it.
type subject struct {
	target   func() conformance.Target
	options  []conformance.Option
	once     sync.Once
	found    report.Target
	broken   string // why nothing could be observed
	reported bool   // whether a spec has failed for that: once is enough
}

func (s *subject) add(r contract.Requirement) {
	where := types.CodeLocation{FileName: r.File, LineNumber: r.Line}
	ginkgo.It(r.ID+": "+r.Says, ginkgo.Label(r.ID, string(r.Level)), where, func(ctx ginkgo.SpecContext) {
		s.observe(ctx)
		judged, _ := s.found.Find(r.ID)
		if judged.Outcome.Judged() {
			ginkgo.AddReportEntry(judgedEntry, r.ID+" "+string(judged.Outcome), ginkgo.ReportEntryVisibilityNever)
		}
		switch message := conformance.Message(s.found, judged); judged.Status(s.found.Strict).Count {
		case report.CountsAgainst:
			ginkgo.Fail(message)
		case report.CountsNot:
			ginkgo.Skip(message)
		}
	})
}

func (s *subject) observe(ctx ginkgo.SpecContext) {
	s.once.Do(func() {
		r, err := conformance.Check(ctx, s.target(), s.options...)
		if err != nil {
			s.broken = conformance.InFields(err.Error())
			return
		}
		if s.found = r.Targets[0]; len(s.found.Requirements) == 0 {
			s.broken = conformance.InFields(s.found.Why)
		}
	})
	switch {
	case s.broken == "":
	case s.reported:
		ginkgo.Skip("not judged: the first of these specs says why")
	default:
		s.reported = true
		ginkgo.Fail(s.broken)
	}
}

// evidence fails where too little was seen to tell anything of the target.
func (s *subject) evidence(ctx ginkgo.SpecContext) {
	s.observe(ctx)
	ginkgo.AddReportEntry("two-oh-two", s.found.Headline()+": "+s.found.Title(), ginkgo.ReportEntryVisibilityAlways)
	if s.found.Verdict == report.VerdictInconclusive {
		ginkgo.Fail(conformance.InFields(s.found.Inconclusive()))
	}
}

// RequireEvidence makes the suite fail where it ran and not one requirement was judged, as happens where a
// filter matches nothing: Ginkgo takes a suite in which everything was skipped for a success. It has to be called at the
// top level of a suite, and is for suites that are there for conformance alone.
func RequireEvidence() bool {
	return ginkgo.ReportAfterSuite("two-oh-two: something was judged", func(r ginkgo.Report) {
		if r.SuiteConfig.DryRun {
			return
		}
		for _, spec := range r.SpecReports {
			for _, entry := range spec.ReportEntries {
				if entry.Name == judgedEntry {
					return
				}
			}
		}
		ginkgo.Fail("no requirement was judged: is a filter in the way, or the target unreachable?")
	})
}
