// Package settings reads what flags, the environment and files in YAML say of a run, by one table: [Run.Rows].
// A flag wins over the environment, and that over a file.
package settings

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/suggest"
)

// A Setting is one row of a table: a flag, a variable of the environment and a key of a file at once.
type Setting struct {
	Name    string // of the flag, without dashes
	Short   string // the flag's letter, curl's where curl has one; may be empty
	Topic   string // settings of one topic are listed together
	Usage   string // the value in backquotes, and what it is: "`N`: jobs started in all"
	Default string // what holds where nothing is said; may be empty

	Switch   bool // it takes no value
	Repeats  bool // it may be given several times
	Replay   bool // it is about judging and reporting: a saved run is told it too
	Command  bool // the command alone takes it; go test ignores it in a file
	Argument bool // the command takes it as its arguments, and not as a flag
	NoFile   bool // it can't stand in a file
	Curl     bool // curl has it under the same name, and needs it to reach the target
	Runs     bool // it runs a command: a file that is read without being named can't say so
	AnyText  bool // its value may have control characters, such as line breaks

	Words     func() []string           // values that a shell completes; nil where there are none
	MoreWords string                    // a regular expression of the values beside Words; empty where there are none
	Apply     func(value string) error  // takes one value; nil for what is read before all others
	Show      func(value string) string // hides secrets in a value; nil where it has none

	first bool // others depend on it
}

// help is the usage with its default, for one line of a help text.
func (s Setting) help() string {
	var notes []string
	if s.Repeats {
		notes = append(notes, "repeatable")
	}
	if s.Default != "" {
		notes = append(notes, "default "+s.Default)
	}
	if len(notes) == 0 {
		return s.Usage
	}
	return s.Usage + " (" + strings.Join(notes, "; ") + ")"
}

// into has a setting put what is read of its value somewhere.
func into[T any](to *T, read func(value string) (T, error)) func(value string) error {
	return func(value string) (err error) {
		*to, err = read(value)
		return err
	}
}

// onto has a repeatable setting append what is read of each value.
func onto[T any](to *[]T, read func(value string) (T, error)) func(value string) error {
	return func(value string) error {
		one, err := read(value)
		*to = append(*to, one)
		return err
	}
}

// Text makes a setting of a text: to gets the default at once, and the value when it is applied.
func (s Setting) Text(to *string) Setting {
	*to = s.Default
	s.Apply = func(value string) error { *to = value; return nil }
	return s
}

// One makes a setting of one of its words: to gets the default at once, and the value when it is applied.
func (s Setting) One(to *string) Setting {
	*to = s.Default
	s.Apply = func(value string) error {
		if words := s.Words(); !slices.Contains(words, value) {
			return fmt.Errorf("%q is not one of %s", value, strings.Join(words, ", "))
		}
		*to = value
		return nil
	}
	return s
}

// List makes a repeatable setting of texts.
func (s Setting) List(to *[]string) Setting {
	s.Repeats = true
	s.Apply = func(value string) error { *to = append(*to, value); return nil }
	return s
}

// On makes a setting that is a switch.
func (s Setting) On(to *bool) Setting {
	s.Switch = true
	s.Apply = func(value string) error { return parseBool(to, value) }
	return s
}

// An Error says which setting is wrong and what would be right. It means that nothing was sent.
type Error struct {
	Setting string // as it was given: "--jobs", "TWO_OH_TWO_JOBS"; empty where the problem says it
	Problem string
}

func (e *Error) Error() string {
	if e.Setting == "" { // the problem begins with a file and a line
		return e.Problem
	}
	return e.Setting + ": " + e.Problem
}

// Sources are where settings come from. The zero value has no flags and no file, and reads the process's environment.
type Sources struct {
	Getenv func(string) string // os.Getenv where nil
	Called map[string]string   // names for messages, where a setting is not given as a flag: base-url is BASE-URL to check

	flags    map[string][]string // values of flags, in order
	layers   []layer             // what files say, the one that wins first
	applying string              // the setting that is being applied, as it was given
}

// Flag is a setting as a flag: what it is given is looked at by [Sources.Apply].
func (s *Sources) Flag(row Setting) *flag.Flag {
	return &flag.Flag{Name: row.Name, Usage: row.help(), Value: &flagValue{s, row}}
}

// Set gives a setting a value, as its flag would.
func (s *Sources) Set(name, value string) {
	if s.flags == nil {
		s.flags = map[string][]string{}
	}
	s.flags[name] = append(s.flags[name], value)
}

// Environment is the name of the variable that sets what a flag sets.
func Environment(name string) string {
	return "TWO_OH_TWO_" + strings.ToUpper(strings.NewReplacer("-", "_", ".", "_").Replace(name))
}

// Given returns the values of a setting and their source: "--jobs", "TWO_OH_TWO_JOBS" or "two-oh-two.yaml:3: jobs". A
// variable of a setting that repeats has a line for each value.
func (s *Sources) Given(row Setting) (values []string, by string) {
	if values := s.flags[row.Name]; len(values) > 0 {
		return values, cmp.Or(s.Called[row.Name], "--"+row.Name)
	}
	by = Environment(row.Name)
	switch value := s.getenv(by); {
	case value != "" && !row.Repeats:
		return []string{value}, by
	case value != "":
		for line := range strings.Lines(value) {
			if line = strings.TrimSpace(line); line != "" {
				values = append(values, line)
			}
		}
		return values, by
	}
	for _, layer := range s.layers {
		if entry, found := layer[row.Name]; found {
			return entry.values, entry.where + ": " + row.Name
		}
	}
	return nil, ""
}

func (s *Sources) getenv(name string) string {
	if s.Getenv == nil {
		return os.Getenv(name)
	}
	return s.Getenv(name)
}

// checked is Given for a caller that uses the values: it refuses too many of them, and control characters.
func (s *Sources) checked(row Setting) (values []string, by string, err error) {
	values, by = s.Given(row)
	if repeated := s.flags[row.Name] != nil && row.Switch; len(values) > 1 && !row.Repeats && !repeated {
		return nil, by, &Error{by, fmt.Sprintf("it is given %d times, and takes one value", len(values))}
	}
	for _, value := range values {
		if i := strings.IndexFunc(value, isControl); i >= 0 && !row.AnyText {
			return nil, by, &Error{by, fmt.Sprintf("its value has a control character, such as a line break, after %d bytes: remove it", i)}
		}
	}
	return values, by, nil
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

// Apply applies what the sources say of these settings. An error is an [Error].
func (s *Sources) Apply(rows []Setting) error {
	for _, first := range []bool{true, false} {
		for _, row := range rows {
			if row.first != first || row.Apply == nil {
				continue
			}
			values, by, err := s.checked(row)
			if err != nil {
				return err
			}
			for _, value := range values {
				s.applying = by
				if err := row.Apply(value); err != nil {
					return &Error{by, err.Error()}
				}
			}
		}
	}
	return nil
}

// UnknownVariables returns an error for a variable that looks like one of these settings' and is misspelt. Others may use the
// same prefix: names that resemble none are ignored.
func UnknownVariables(environ, names []string) error {
	prefix := Environment("")
	var known []string
	for _, name := range names {
		known = append(known, strings.TrimPrefix(Environment(name), prefix))
	}
	for _, variable := range environ {
		name, _, _ := strings.Cut(variable, "=")
		bare, ours := strings.CutPrefix(name, prefix)
		if !ours || slices.Contains(known, bare) || bare == "PORT" || strings.HasPrefix(bare, "PORT_") || strings.HasPrefix(bare, "SERVICE_") {
			continue // Kubernetes sets the latter for a service that is called two-oh-two
		}
		if near := suggest.Nearest(bare, known); near != "" {
			return &Error{name, fmt.Sprintf("there is no such setting: did you mean %s%s?", prefix, near)}
		}
	}
	return nil
}

// DidYouMean ends a sentence about an unknown name: with the nearest known name, else with all of them if they are few,
// else with the text given.
func DidYouMean(name string, known []string, otherwise string) string {
	return suggest.DidYouMean(name, known, otherwise)
}

// A flagValue keeps what a flag is given.
type flagValue struct {
	sources *Sources
	row     Setting
}

func (f *flagValue) String() string   { return "" }
func (f *flagValue) IsBoolFlag() bool { return f.row.Switch }
func (f *flagValue) Set(value string) error {
	f.sources.Set(f.row.Name, value)
	return nil
}

// Type is what pflag calls the value where the usage names none.
func (f *flagValue) Type() string { return "value" }
