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

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// A Setting is one thing that a run can be told, by a flag of the command, by the same flag of
// go test, by the environment or by a file. All there are are listed by [AllSettings].
type Setting struct {
	Name    string // of the flag, without dashes
	Short   string // curl's letter for it; empty where it has none
	Topic   string // what it is about: settings of one topic are listed together
	Usage   string // what the value is, in backquotes, and in a few words what it is for: "`N`: jobs begun in all"
	Default string // what holds where nothing is said; empty where that is nothing
	Switch  bool   // it takes no value
	Repeats bool   // it may be given several times
	Judging bool   // it says how a record is judged, and not how it is made: saved records are told it too

	first bool                      // others read what it says
	apply func(*plan, string) error // nil for what says where settings are, and is read before all others
}

// topics of settings, in the order in which they are listed.
const (
	topicStart  = "How a job is started"
	topicTarget = "How the target is reached"
	topicBounds = "Within which bounds"
	topicJudged = "What is judged"
	topicFiles  = "Where settings come from"
)

// AllSettings returns every setting, topic by topic. A setting is a row here and nothing elsewhere.
func AllSettings() []Setting {
	return []Setting{
		{Name: settingBaseURL, Topic: topicTarget, Repeats: true, Usage: "`URL`: the target, absolute; it may have a path", apply: setBaseURL},

		{Name: "request", Short: "X", Topic: topicStart, Usage: "`METHOD`: of a start", Default: "GET, or POST where there is a body", apply: setRequest},
		{Name: "data", Short: "d", Topic: topicStart, Usage: "`BODY|@FILE|@-`: of a start; means POST", apply: setData},
		{Name: "json", Topic: topicStart, Usage: "`BODY|@FILE|@-`: of a start, in JSON; means POST", apply: setJSON},
		{Name: "start-path", Topic: topicStart, Usage: "`PATH`: of the start resource; {n} and {uuid} in it differ from start to start", Default: observe.DefaultStartPath, apply: setStartPath},

		{Name: "header", Short: "H", Topic: topicTarget, Repeats: true, Usage: "`'Name: value'|@FILE`: sent with every request to the target's origin; of a file, each line", apply: setHeader},
		{Name: "other-header", Topic: topicTarget, Repeats: true, Usage: "`'Name: value'|@FILE`: of a second identity, in place of the first's: judges access.others", apply: setOtherHeader},
		{Name: "origin", Topic: topicTarget, Usage: "`URL`: of the browser origin that is to be allowed: judges browser", apply: setOrigin},
		{Name: "secret", Topic: topicTarget, Repeats: true, Usage: "`NAME`: of a header whose value is a secret, as Authorization's and Cookie's are", apply: setSecret},
		{Name: "allow-origin", Topic: topicTarget, Repeats: true, Usage: "`URL`: another origin that Locations may lead to", apply: setAllowOrigin},
		{Name: "cacert", Topic: topicTarget, Usage: "`FILE`: certificates (PEM) to trust, in place of the system's", apply: setCACert},
		{Name: "cert", Topic: topicTarget, Usage: "`FILE`: the client's certificate (PEM)", apply: setCert},
		{Name: "key", Topic: topicTarget, Usage: "`FILE`: its key (PEM), where that is not in the same file", apply: setKey},
		{Name: "insecure", Short: "k", Topic: topicTarget, Switch: true, Usage: "trust any certificate", apply: setInsecure},
		{Name: "resolve", Topic: topicTarget, Repeats: true, Usage: "`HOST:PORT:ADDR[,ADDR]`: where that host is, whatever its name resolves to", apply: setResolve},
		{Name: "unix-socket", Topic: topicTarget, Usage: "`PATH`: of the socket on which the target listens", apply: setUnixSocket},
		{Name: "http1.1", Topic: topicTarget, Switch: true, Usage: "speak HTTP/1.1 alone", apply: setHTTP(observe.HTTP11)},
		{Name: "http2", Topic: topicTarget, Switch: true, Usage: "speak HTTP/2 where TLS agrees on it, as by default", apply: setHTTP(observe.HTTP2)},
		{Name: "http2-prior-knowledge", Topic: topicTarget, Switch: true, Usage: "speak HTTP/2 alone, in clear text too", apply: setHTTP(observe.HTTP2WithoutAsking)},

		{Name: "wait", Topic: topicBounds, Usage: "`DURATION`: for a target that is still coming up", Default: "0s", apply: spanOrNone(func(t *Target) *time.Duration { return &t.Wait })},
		{Name: "jobs", Topic: topicBounds, Usage: "`N`: jobs begun at the same instant", Default: "8", apply: count(func(t *Target) *int { return &t.Jobs })},
		{Name: "max-jobs", Topic: topicBounds, Usage: "`N`: jobs begun in all, at most", apply: count(func(t *Target) *int { return &t.MaxJobs })},
		{Name: "rate", Topic: topicBounds, Usage: "`N`: requests a second, at most", apply: setRate},
		{Name: "request-timeout", Topic: topicBounds, Usage: "`DURATION`: for one answer", Default: "10s", apply: span(func(t *Target) *time.Duration { return &t.RequestTimeout })},
		{Name: "job-timeout", Topic: topicBounds, Usage: "`DURATION`: for one job", Default: "5m", apply: span(func(t *Target) *time.Duration { return &t.JobTimeout })},
		{Name: "retention", Topic: topicBounds, Usage: "`DURATION`: how long jobs are kept: they are read again that long after the last end", Default: "0s", apply: spanOrNone(func(t *Target) *time.Duration { return &t.Retention })},
		{Name: "timeout", Topic: topicBounds, Usage: "`DURATION`: for everything", Default: "15m", apply: span(func(t *Target) *time.Duration { return &t.Timeout })},
		{Name: "max-body", Topic: topicBounds, Usage: "`SIZE`: of a result, up to which it is read", Default: "64MiB", apply: setMaxBody},

		{Name: "expect", Topic: topicJudged, Usage: "`success|failure|either`: what a job comes to", Default: string(record.ExpectSuccess), apply: setExpect},
		{Name: "only", Topic: topicJudged, Repeats: true, Judging: true, Usage: "`ID|GROUP`: judged, in place of all", apply: setOnly},
		{Name: "skip", Topic: topicJudged, Repeats: true, Judging: true, Usage: "`ID|GROUP`: not judged", apply: setSkip},
		{Name: "probe", Topic: topicJudged, Repeats: true, Usage: "`NAME`: also judged, though off by default: forged-host", apply: setProbe},
		{Name: "no-probes", Topic: topicJudged, Switch: true, Usage: "nothing is asked but what the jobs' own lives need", apply: setNoProbes},
		{Name: "strict", Topic: topicJudged, Switch: true, Judging: true, Usage: "failed SHOULDs and unobserved MUSTs fail the verdict too", apply: setStrict},
		{Name: "known-failures", Topic: topicJudged, Judging: true, Usage: "`FILE`: in YAML, failures that are expected: shown, and not held against the target", apply: setKnownFailures},
		{Name: "contract", Topic: topicJudged, Judging: true, Usage: "`VERSION`: of the contract", Default: contract.Version, apply: setContract},

		{Name: settingConfig, Topic: topicFiles, Judging: true, Usage: "`FILE`: in YAML, with these settings under their names", Default: "two-oh-two.yaml, if it is there"},
		{Name: settingTargets, Topic: topicFiles, Usage: "`FILE`: in YAML, a list of targets: URLs, or each with settings of its own"},
		{Name: "expand", Topic: topicFiles, Repeats: true, Usage: "`NAME`: of a variable that $NAME stands for in headers and base URLs; others stay as they are", first: true, apply: setExpand},
	}
}

// Settings that say where others are.
const (
	settingConfig  = "config"
	settingTargets = "targets"
	settingBaseURL = "base-url"
)

// Settings gather what a run is told. The zero value has been told nothing, and looks into the process's environment
// and standard input.
type Settings struct {
	Getenv func(string) string // looks up the environment; os.Getenv where nil
	Stdin  io.Reader           // what @- reads; os.Stdin where nil
	Files  Files               // reads the files that settings name; where nil, such settings are refused

	WritesKnown string // the path that known failures are written to after the run: they may be read from it before it is there

	flags  map[string][]string // what was given by flag, in order
	layers []File              // what files said, the one that wins first
	config bool                // the configuration was read
	in     *standardInput
}

// Files read the files that settings name. The package config has one for YAML.
type Files interface {
	// Config reads settings under their names.
	Config(path string) (File, error)
	// Targets reads a list of targets, each with what is said of it alone.
	Targets(path string) ([]File, error)
	// KnownFailures reads failures that are expected.
	KnownFailures(path string) ([]report.KnownFailure, error)
}

// A File is what a file says of settings, by their names.
type File map[string]Told

// Told is what a file tells one setting.
type Told struct {
	Values []string
	Where  string // file and line: "two-oh-two.yaml:3"
}

// A SettingError says which setting is wrong and what would be right. It means that nothing was sent.
type SettingError struct {
	Setting string // as it was given: "--jobs", "TWO_OH_TWO_JOBS"; empty where the problem says it
	Problem string
}

func (e *SettingError) Error() string {
	if e.Setting == "" {
		return e.Problem
	}
	return e.Setting + ": " + e.Problem
}

// Bind makes a flag of every setting. The values are looked at by [Settings.Targets]
// only, so that they are judged alike wherever they come from.
func (s *Settings) Bind(fs *flag.FlagSet) {
	for _, setting := range AllSettings() {
		usage := setting.Usage
		if setting.Default != "" {
			usage += " (" + setting.Default + ")"
		}
		fs.Var(&given{s, setting}, setting.Name, usage)
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
	return "TWO_OH_TWO_" + strings.ToUpper(strings.NewReplacer("-", "_", ".", "_").Replace(name))
}

// Given returns what a setting was told, and by what: "--jobs", "TWO_OH_TWO_JOBS" or "two-oh-two.yaml:3: jobs". A flag
// wins over the environment, where a setting that repeats has a line for each value, and that over files.
func (s *Settings) Given(setting Setting) (values []string, by string) {
	if values := s.flags[setting.Name]; len(values) > 0 {
		return values, "--" + setting.Name
	}
	by = Environment(setting.Name)
	value := s.getenv(by)
	switch {
	case value == "":
		return s.filed(setting.Name)
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

// filed returns what files said.
func (s *Settings) filed(name string) (values []string, by string) {
	for _, layer := range s.layers {
		if told, found := layer[name]; found {
			return told.Values, told.Where + ": " + name
		}
	}
	return nil, ""
}

func (s *Settings) getenv(name string) string {
	if s.Getenv == nil {
		return os.Getenv(name)
	}
	return s.Getenv(name)
}

// Targets returns whom to judge, one for each base URL and each target of a file, and how. Where none was given
// there is one without a base URL, for the caller to fill in. An error is a [SettingError].
func (s *Settings) Targets() ([]Target, []Option, error) {
	if _, err := s.ReadConfig(""); err != nil {
		return nil, nil, err
	}
	listed, err := s.listed()
	if err != nil {
		return nil, nil, err
	}
	p := &plan{settings: s}
	if err := p.tell(AllSettings()); err != nil {
		return nil, nil, err
	}
	targets, how, err := p.finish()
	if err != nil || len(listed) == 0 {
		return targets, how, err
	}
	if len(p.urls) == 0 {
		targets = nil
	}
	return append(targets, listed...), how, nil
}

// Options returns what the settings say of judging alone: all that a saved observation needs. Others are not looked at.
func (s *Settings) Options() ([]Option, error) {
	if _, err := s.ReadConfig(""); err != nil {
		return nil, err
	}
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
