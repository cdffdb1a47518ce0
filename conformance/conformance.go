// Package conformance judges servers of the two-oh-two contract: a start is answered
// 202, a monitor 200 while the job runs and 201 once it is done, and the result 200.
//
// [Check] judges a server by its base URL and returns a report. [Run] does the same as
// a plain Go test, with one subtest a requirement. For a Ginkgo suite, the package specs
// has the requirements as specs.
package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/internal/suggest"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// An Option says what is judged, and how strictly.
type Option func(*options)

type options struct {
	only, skip []string
	strict     bool
	known      []report.KnownFailure
	contract   string // its version
	version    string // of the tool
	keep       func(*record.Observation)
	deadline   time.Time
	dialect    dialect.Dialect
}

// Only restricts what is judged to the requirements or groups named: "monitor.ready", "location".
func Only(names ...string) Option { return func(o *options) { o.only = append(o.only, names...) } }

// Skip leaves the requirements or groups named unjudged.
func Skip(names ...string) Option { return func(o *options) { o.skip = append(o.skip, names...) } }

// Strict makes failed SHOULDs and unobserved MUSTs fail the verdict too.
func Strict() Option { return func(o *options) { o.strict = true } }

// Known has failures that are expected not to fail the verdict, and to fail it once they pass or fail otherwise.
func Known(failures ...report.KnownFailure) Option {
	return func(o *options) { o.known = append(o.known, failures...) }
}

// Contract pins the version of the contract that is judged by: [contract.Versions] lists them. The newest, where it is not
// said, may have requirements that an older one had not.
func Contract(version string) Option { return func(o *options) { o.contract = version } }

// InDialect has [Requirements] list the contract in a dialect. What is judged goes by the dialect of the target.
func InDialect(d dialect.Dialect) Option { return func(o *options) { o.dialect = d } }

// Version names the tool's version in the report.
func Version(version string) Option { return func(o *options) { o.version = version } }

// Keep hands over the observation before it is judged, so that it can be saved, or its target be called by a name.
func Keep(keep func(*record.Observation)) Option { return func(o *options) { o.keep = keep } }

// Deadline has a run end before the test that it is a part of is killed. It takes what the test says of that:
// Deadline(t.Deadline()). [Run] does so by itself.
func Deadline(deadline time.Time, limited bool) Option {
	return func(o *options) {
		if limited {
			o.deadline = deadline
		}
	}
}

// margin is how long before a test's deadline a run ends, so that there is time to close what is under way and to report, on a
// busy machine too. Of a short time it is the half.
const margin = 10 * time.Second

// within shortens a target's Timeout so that the run ends the margin before the deadline, if there is one.
func (o options) within(target Target) Target {
	if o.deadline.IsZero() {
		return target
	}
	left := time.Until(o.deadline)
	left -= min(margin, left/2)
	target.Timeout = max(min(cmp.Or(target.Timeout, observe.DefaultTimeout), left), 1)
	return target
}

// Check observes a target and judges it. The error is not nil only where the call itself
// is wrong, a bad URL or a requirement that does not exist, and nothing was sent
// then. That a target can't be reached is a report, whose verdict is inconclusive and says why. When ctx
// ends, what was seen until then is judged.
func Check(ctx context.Context, target Target, opts ...Option) (report.Report, error) {
	settings, _, err := evaluate(opts, target.Dialect)
	if err != nil {
		return report.Report{}, err
	}
	observation, err := observe.Observe(ctx, observe.Target(settings.within(target)))
	if err != nil {
		return report.Report{}, err
	}
	return Judge(observation, opts...)
}

// Judge judges an observation that was made before, a saved one perhaps: it says the same each time. The error is not
// nil only where the options name a requirement that does not exist.
func Judge(observation *record.Observation, opts ...Option) (report.Report, error) {
	settings, requirements, err := evaluate(opts, observation.Protocol.Dialect)
	if err != nil {
		return report.Report{}, err
	}
	if settings.keep != nil {
		settings.keep(observation)
	}
	finding := report.Finding{Observation: observation}
	if observation.Unreachable == "" {
		finding.Rulings = contract.Judge(observation, requirements)
	}
	return report.New(report.Options{
		Version: settings.version, Contract: settings.contract, Strict: settings.strict, Known: settings.known,
	}, finding), nil
}

// evaluate makes the options one value, and selects what they name of the contract in a dialect.
func evaluate(opts []Option, d dialect.Dialect) (options, []contract.Requirement, error) {
	var settings options
	for _, option := range opts {
		option(&settings)
	}
	settings.contract = cmp.Or(settings.contract, contract.Version)
	if d.Name == "" {
		d = settings.dialect
	}
	catalogue, err := contract.AsOf(contract.Of(d), settings.contract)
	if err != nil {
		return settings, nil, err
	}
	for _, name := range slices.Concat(settings.only, settings.skip) {
		switch byName := func(r contract.Requirement) bool { return named(r, name) }; {
		case slices.ContainsFunc(catalogue, byName):
		case contract.Anywhere(byName):
			return settings, nil, fmt.Errorf("%s does not apply to the dialect %s", name, cmp.Or(d.Name, dialect.TwoOhTwo.Name))
		default:
			return settings, nil, unknown(name, catalogue)
		}
	}
	requirements := slices.DeleteFunc(catalogue, func(r contract.Requirement) bool { return !settings.selects(r) })
	if len(requirements) == 0 {
		return settings, nil, errors.New("nothing is left to judge: every selected requirement is skipped")
	}
	return settings, requirements, nil
}

// selects reports whether a requirement is one of only, or of all where that is empty, and none of skip. A name is an id or a group.
func (o options) selects(r contract.Requirement) bool {
	byName := func(name string) bool { return named(r, name) }
	return (len(o.only) == 0 || slices.ContainsFunc(o.only, byName)) && !slices.ContainsFunc(o.skip, byName)
}

func named(r contract.Requirement, name string) bool { return r.ID == name || r.Group() == name }

func unknown(name string, catalogue []contract.Requirement) error {
	var names []string
	for _, r := range catalogue {
		names = append(names, r.ID, r.Group())
	}
	return fmt.Errorf("there is no requirement or group %q: %s", name, suggest.DidYouMean(name, names, "`two-oh-two list` shows them all"))
}
