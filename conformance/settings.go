package conformance

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
)

// A Setting is one thing that a run can be told, by a flag of the command, by the same flag of
// go test, or by the environment. All there are are listed by [AllSettings].
type Setting struct {
	Name    string // of the flag, without dashes
	Short   string // curl's letter for it; empty where it has none
	Topic   string // what it is about: settings of one topic are listed together
	Usage   string // what the value is, in backquotes, and in a few words what it is for: "`N`: jobs begun in all"
	Switch  bool   // it takes no value
	Repeats bool   // it may be given several times
	Judging bool   // it says how a record is judged, and not how it is made: saved records are told it too

	apply func(*plan, string) error
}

// topics of settings, in the order in which they are listed.
const (
	topicStart  = "How a job is started"
	topicTarget = "How the target is reached"
	topicBounds = "Within which bounds"
	topicJudged = "What is judged"
)

// AllSettings returns every setting, topic by topic. A setting is a row here and nothing elsewhere.
func AllSettings() []Setting {
	return []Setting{
		{Name: "base-url", Topic: topicTarget, Repeats: true, Usage: "`URL`: the target, absolute; it may have a path", apply: setBaseURL},

		{Name: "request", Short: "X", Topic: topicStart, Usage: "`METHOD`: of a start (GET; POST where there is a body)", apply: setRequest},
		{Name: "data", Short: "d", Topic: topicStart, Usage: "`BODY|@FILE|@-`: of a start; means POST", apply: setData},
		{Name: "json", Topic: topicStart, Usage: "`BODY|@FILE|@-`: of a start, in JSON; means POST", apply: setJSON},
		{Name: "start-path", Topic: topicStart, Usage: "`PATH`: of the start resource (/deferredjob); {n} and {uuid} in it differ from start to start", apply: setStartPath},

		{Name: "header", Short: "H", Topic: topicTarget, Repeats: true, Usage: "`'Name: value'`: sent with every request to the target's origin", apply: setHeader},
		{Name: "other-header", Topic: topicTarget, Repeats: true, Usage: "`'Name: value'` of a second identity, in place of the first's: judges access.others", apply: setOtherHeader},
		{Name: "origin", Topic: topicTarget, Usage: "`URL` of the browser origin that is to be allowed: judges browser", apply: setOrigin},
		{Name: "secret", Topic: topicTarget, Repeats: true, Usage: "`NAME`: of a header whose value is a secret, as Authorization's and Cookie's are", apply: setSecret},
		{Name: "allow-origin", Topic: topicTarget, Repeats: true, Usage: "`URL`: another origin that Locations may lead to", apply: setAllowOrigin},
		{Name: "cacert", Topic: topicTarget, Usage: "`FILE`: certificates (PEM) to trust, in place of the system's", apply: setCACert},
		{Name: "cert", Topic: topicTarget, Usage: "`FILE`: the client's certificate (PEM)", apply: setCert},
		{Name: "key", Topic: topicTarget, Usage: "`FILE`: its key (PEM), where that is not in the same file", apply: setKey},
		{Name: "insecure", Short: "k", Topic: topicTarget, Switch: true, Usage: "trust any certificate", apply: setInsecure},

		{Name: "jobs", Topic: topicBounds, Usage: "`N`: jobs begun at the same instant (8)", apply: count(func(t *Target) *int { return &t.Jobs })},
		{Name: "max-jobs", Topic: topicBounds, Usage: "`N`: jobs begun in all, at most", apply: count(func(t *Target) *int { return &t.MaxJobs })},
		{Name: "rate", Topic: topicBounds, Usage: "`N`: requests a second, at most", apply: setRate},
		{Name: "request-timeout", Topic: topicBounds, Usage: "`DURATION`: for one answer (10s)", apply: span(func(t *Target) *time.Duration { return &t.RequestTimeout })},
		{Name: "job-timeout", Topic: topicBounds, Usage: "`DURATION`: for one job (5m)", apply: span(func(t *Target) *time.Duration { return &t.JobTimeout })},
		{Name: "timeout", Topic: topicBounds, Usage: "`DURATION`: for everything (15m)", apply: span(func(t *Target) *time.Duration { return &t.Timeout })},
		{Name: "max-body", Topic: topicBounds, Usage: "`SIZE`: of a result, up to which it is read (64MiB)", apply: setMaxBody},

		{Name: "only", Topic: topicJudged, Repeats: true, Judging: true, Usage: "`ID|GROUP`: judged, in place of all", apply: setOnly},
		{Name: "skip", Topic: topicJudged, Repeats: true, Judging: true, Usage: "`ID|GROUP`: not judged", apply: setSkip},
		{Name: "probe", Topic: topicJudged, Repeats: true, Usage: "also judged, though off by default: `NAME` forged-host", apply: setProbe},
		{Name: "no-probes", Topic: topicJudged, Switch: true, Usage: "nothing is asked but what the jobs' own lives need", apply: setNoProbes},
		{Name: "strict", Topic: topicJudged, Switch: true, Judging: true, Usage: "failed SHOULDs and unobserved MUSTs fail the verdict too", apply: setStrict},
	}
}

// Settings gather what a run is told. The zero value has been told nothing, and looks into the process's environment
// and standard input.
type Settings struct {
	Getenv func(string) string // looks up the environment; os.Getenv where nil
	Stdin  io.Reader           // what @- reads; os.Stdin where nil

	flags map[string][]string // what was given by flag, in order
	read  []byte              // what @- brought
	by    string              // which setting read it
}

// A SettingError says which setting is wrong and what would be right. It means that nothing was sent.
type SettingError struct {
	Setting string // as it was given: "--jobs", "TWO_OH_TWO_JOBS"
	Problem string
}

func (e *SettingError) Error() string { return e.Setting + ": " + e.Problem }

// Bind makes a flag of every setting. The values are looked at by [Settings.Targets]
// only, so that they are judged alike wherever they come from.
func (s *Settings) Bind(fs *flag.FlagSet) {
	for _, setting := range AllSettings() {
		fs.Var(&given{s, setting}, setting.Name, setting.Usage)
	}
}

// Set tells a setting something, as its flag would.
func (s *Settings) Set(name, value string) {
	if s.flags == nil {
		s.flags = map[string][]string{}
	}
	s.flags[name] = append(s.flags[name], value)
}

// Environment is the name of the variable that sets what a flag sets.
func Environment(name string) string {
	return "TWO_OH_TWO_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// Given returns what a setting was told, and by what: "--jobs" or "TWO_OH_TWO_JOBS". A flag
// wins over the environment, where a setting that repeats has a line for each value.
func (s *Settings) Given(setting Setting) (values []string, by string) {
	if values := s.flags[setting.Name]; len(values) > 0 {
		return values, "--" + setting.Name
	}
	getenv := s.Getenv
	if getenv == nil {
		getenv = os.Getenv
	}
	by = Environment(setting.Name)
	value := getenv(by)
	switch {
	case value == "":
		return nil, ""
	case !setting.Repeats:
		return []string{value}, by
	}
	for line := range strings.Lines(value) {
		if line = strings.TrimSpace(line); line != "" {
			values = append(values, line)
		}
	}
	return values, by
}

// Targets returns whom to judge, one for each base URL, and how. Where no base URL was given
// there is one target without, for the caller to fill in. An error is a [SettingError].
func (s *Settings) Targets() ([]Target, []Option, error) {
	p := &plan{settings: s}
	if err := p.tell(AllSettings()); err != nil {
		return nil, nil, err
	}
	return p.finish()
}

// Options returns what the settings say of judging alone: all that a saved observation needs. Others are not looked at.
func (s *Settings) Options() ([]Option, error) {
	p := &plan{settings: s}
	judging := slices.DeleteFunc(AllSettings(), func(setting Setting) bool { return !setting.Judging })
	if err := p.tell(judging); err != nil {
		return nil, err
	}
	return p.options()
}

// UnknownVariables returns an error for a variable that looks like a setting's and is misspelt. Names that resemble
// none are let be: others may use the same prefix. extra are further names of flags.
func UnknownVariables(environ []string, extra ...string) error {
	known := map[string]bool{}
	for _, setting := range AllSettings() {
		known[Environment(setting.Name)] = true
	}
	for _, name := range extra {
		known[Environment(name)] = true
	}
	names := slices.Sorted(maps.Keys(known))
	for _, variable := range environ {
		name, _, _ := strings.Cut(variable, "=")
		bare, ours := strings.CutPrefix(name, Environment(""))
		if !ours || known[name] || bare == "PORT" || strings.HasPrefix(bare, "PORT_") || strings.HasPrefix(bare, "SERVICE_") {
			continue // Kubernetes sets the latter for a service that is called two-oh-two
		}
		if near := nearVariable(name, names); near != "" {
			return &SettingError{name, fmt.Sprintf("there is no such setting: did you mean %s?", near)}
		}
	}
	return nil
}

// given is a setting as a flag: it keeps what it is told.
type given struct {
	settings *Settings
	setting  Setting
}

func (g *given) String() string   { return "" }
func (g *given) IsBoolFlag() bool { return g.setting.Switch }
func (g *given) Set(value string) error {
	g.settings.Set(g.setting.Name, value)
	return nil
}

// Type is what pflag calls the value where the usage names none.
func (g *given) Type() string { return "value" }
