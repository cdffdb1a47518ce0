package settings

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
)

// A Run is what one run is told. The zero value has been told nothing, and looks into the process's environment
// and standard input.
type Run struct {
	Sources
	Stdin   io.Reader        // what @- reads; os.Stdin where nil
	Formats []string         // names of the formats of --report; empty where there is no command
	Now     func() time.Time // by which known failures expire; time.Now where nil

	Sections map[string][]Setting // settings of other commands in the configuration, by the names of their sections: typos there are found too

	Command Command // filled in by Targets and Options

	config bool   // the configuration was read
	found  string // the configuration that was read without being named; empty where there is none
	in     *standardInput
}

// Targets returns whom to judge, one for each base URL and each target of a file, and how. Where none was given
// there is one without a base URL, for the caller to fill in. An error is an [Error].
func (r *Run) Targets() ([]conformance.Target, []conformance.Option, error) {
	if _, err := r.ReadConfig(nil); err != nil {
		return nil, nil, err
	}
	listed, err := r.listed()
	if err != nil {
		return nil, nil, err
	}
	p, err := r.tell(func(Setting) bool { return true })
	if err != nil {
		return nil, nil, err
	}
	targets, how, err := p.finish()
	if err != nil {
		return nil, nil, err
	}
	if len(p.urls) == 0 && len(listed) > 0 {
		targets = nil
	}
	targets = append(targets, listed...)
	for _, target := range targets { // each has the requirements of its dialect
		if _, err := conformance.Requirements(append(how[:len(how):len(how)], conformance.InDialect(target.Dialect))...); err != nil {
			return nil, nil, &Error{"--only, --skip", err.Error()}
		}
	}
	return targets, how, nil
}

// Options returns what is said of judging and reporting: all that a saved run needs. Other settings are not looked at.
func (r *Run) Options() ([]conformance.Option, error) {
	if _, err := r.ReadConfig(nil); err != nil {
		return nil, err
	}
	p, err := r.tell(func(row Setting) bool { return row.Replay })
	if err != nil {
		return nil, err
	}
	return p.options()
}

// Take applies some of the settings, for a command that has few of them.
func (r *Run) Take(chosen func(Setting) bool) error {
	_, err := r.tell(chosen)
	return err
}

// tell makes a plan of the settings that are chosen.
func (r *Run) tell(chosen func(Setting) bool) (*plan, error) {
	r.Command = Command{}
	p := &plan{run: r}
	rows := slices.DeleteFunc(r.rows(p), func(row Setting) bool { return !chosen(row) })
	return p, r.Apply(rows)
}

// ReadConfig reads the file that --config names, or else the one that otherwise finds; nil finds none. It returns the path of
// what it read; empty where it read nothing. The names ignored are taken from elsewhere only. Once is enough: later calls do nothing.
func (r *Run) ReadConfig(otherwise func() (string, error), ignored ...string) (path string, err error) {
	if r.config {
		return "", nil
	}
	path, by, err := r.configPath(otherwise)
	if err != nil || path == "" {
		return "", err
	}
	read, err := readConfig(path, r.Rows(), r.Sections)
	if err != nil {
		return "", &Error{by, err.Error()}
	}
	maps.DeleteFunc(read, func(name string, _ entry) bool { return slices.Contains(ignored, name) })
	if by == "" {
		r.found = path
		if err := r.runsNothing(read); err != nil {
			return "", err
		}
	}
	r.config = true
	r.layers = append(r.layers, read)
	return path, nil
}

// Found is the path of the configuration that was read without being named; empty where there is none.
func (r *Run) Found() string { return r.found }

// runsNothing refuses commands in a configuration that was found and not named, and in what it names: whoever works in a strange folder has not
// asked for its commands.
func (r *Run) runsNothing(read layer) error {
	for _, row := range r.Rows() {
		if said, there := read[row.Name]; row.Runs && there {
			return &Error{said.where + ": " + row.Name, fmt.Sprintf("a file that was not named runs no command: name it with --config %s", r.found)}
		}
	}
	return nil
}

// listed returns the targets of the file that --targets names. The base URL that a configuration has is for runs without such a list.
func (r *Run) listed() ([]conformance.Target, error) {
	paths, by, err := r.checked(Setting{Name: settingTargets})
	if err != nil || len(paths) == 0 {
		return nil, err
	}
	entries, err := readTargets(paths[0], r.Rows())
	if err != nil {
		return nil, &Error{by, err.Error()}
	}
	var targets []conformance.Target
	for _, entry := range entries {
		if r.found != "" && strings.HasPrefix(by, r.found+":") {
			if err := r.runsNothing(entry); err != nil {
				return nil, err
			}
		}
		target, err := r.entry(entry)
		if err != nil {
			return nil, err
		}
		targets = append(targets, target)
	}
	for _, said := range r.layers {
		delete(said, settingBaseURL)
	}
	return targets, nil
}

// ofTargets are the settings that may differ from target to target.
func ofTargets(rows []Setting) []Setting {
	return slices.DeleteFunc(slices.Clone(rows), func(row Setting) bool { return !ofTarget(row) })
}

// ofTarget reports whether a setting may differ from target to target: it says who is judged and how the record is made.
func ofTarget(row Setting) bool { return !row.Replay && !row.Command && row.Apply != nil }

// entry makes a target of what a file says of it, and of what is said of all.
func (r *Run) entry(said layer) (conformance.Target, error) {
	url := said[settingBaseURL] // it wins over those of flags and the environment
	own := &Run{Sources: Sources{Getenv: r.Getenv, flags: maps.Clone(r.flags)}, Stdin: r.Stdin, config: true, in: r.input()}
	delete(own.flags, settingBaseURL)
	own.Set(settingBaseURL, url.values[0])
	own.Called = map[string]string{settingBaseURL: url.where + ": " + settingBaseURL}
	own.layers = append([]layer{said}, r.layers...)
	p, err := own.tell(ofTarget)
	if err != nil {
		return conformance.Target{}, err
	}
	targets, _, err := p.finish()
	if err != nil {
		return conformance.Target{}, err
	}
	target := targets[0]
	if name := said[targetName]; len(name.values) > 0 {
		target.Name = name.values[0]
	}
	return target, nil
}

// configPath is the file that --config names, or else the one that is found otherwise, and what names it.
func (s *Sources) configPath(otherwise func() (string, error)) (path, by string, err error) {
	values, by, err := s.checked(Setting{Name: settingConfig})
	switch {
	case err != nil:
		return "", by, err
	case len(values) > 0:
		return values[0], by, nil
	case otherwise != nil:
		path, err = otherwise()
	}
	return path, "", err
}

// ReadSection reads what the configuration says in a section of its own, for a command that has its own table.
func (s *Sources) ReadSection(otherwise func() (string, error), section string, rows []Setting) error {
	path, by, err := s.configPath(otherwise)
	if err != nil || path == "" {
		return err
	}
	read, err := readSection(path, section, rows)
	if err != nil {
		return &Error{by, err.Error()}
	}
	s.layers = append(s.layers, read)
	return nil
}
