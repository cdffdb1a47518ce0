package conformance

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

var errNoFiles = errors.New("nothing here reads such files")

// TargetName is what a file of targets may say of each beside settings: what reports call it.
const TargetName = "name"

// ReadConfig reads the file that --config names, or else the one at the path given, if there is a path. It returns where
// settings came from; empty where they came from no file. Once is enough: later calls do nothing.
func (s *Settings) ReadConfig(otherwise string) (path string, err error) {
	if s.config {
		return "", nil
	}
	path, by := otherwise, ""
	if values, said := s.Given(Setting{Name: settingConfig}); len(values) > 0 {
		path, by = values[len(values)-1], said
	}
	if path == "" {
		return "", nil
	}
	if s.Files == nil {
		return "", &SettingError{by, errNoFiles.Error()}
	}
	file, err := s.Files.Config(path)
	if err != nil {
		return "", &SettingError{by, err.Error()}
	}
	s.config = true
	s.layers = append(s.layers, file)
	return path, nil
}

// Filed returns what files say under a name, of a setting or of something else that the caller knows.
func (s *Settings) Filed(name string) (told Told, found bool) {
	for _, layer := range s.layers {
		if told, found := layer[name]; found {
			return told, true
		}
	}
	return Told{}, false
}

// listed returns the targets of the file that --targets names. The base URL that a configuration has is for runs without such a list.
func (s *Settings) listed() ([]Target, error) {
	paths, by := s.Given(Setting{Name: settingTargets})
	if len(paths) == 0 {
		return nil, nil
	}
	if s.Files == nil {
		return nil, &SettingError{by, errNoFiles.Error()}
	}
	entries, err := s.Files.Targets(paths[len(paths)-1])
	if err != nil {
		return nil, &SettingError{by, err.Error()}
	}
	var targets []Target
	for _, entry := range entries {
		target, err := s.entry(entry)
		if err != nil {
			return nil, err
		}
		targets = append(targets, target)
	}
	s.layers = withoutURLs(s.layers)
	return targets, nil
}

// entry makes a target of what a file says of it, and of what is said of all.
func (s *Settings) entry(entry File) (Target, error) {
	if s.in == nil {
		s.in = &standardInput{}
	}
	own := &Settings{Getenv: s.unlisted, Stdin: s.Stdin, Files: s.Files, config: true, in: s.in, flags: maps.Clone(s.flags)}
	delete(own.flags, settingBaseURL)
	own.layers = append([]File{entry}, withoutURLs(s.layers)...)
	p := &plan{settings: own}
	if err := p.tell(slices.DeleteFunc(AllSettings(), func(setting Setting) bool { return setting.Judging })); err != nil {
		return Target{}, err
	}
	targets, _, err := p.finish()
	if err != nil {
		return Target{}, err
	}
	target := targets[0]
	if name := entry[TargetName]; len(name.Values) > 0 {
		target.Name = name.Values[0]
	}
	return target, nil
}

// unlisted is the environment without the base URL: an entry has its own.
func (s *Settings) unlisted(name string) string {
	if name == Environment(settingBaseURL) {
		return ""
	}
	return s.getenv(name)
}

func withoutURLs(layers []File) []File {
	var rest []File
	for _, layer := range layers {
		layer = maps.Clone(layer)
		delete(layer, settingBaseURL)
		rest = append(rest, layer)
	}
	return rest
}

// OfTargets returns the names that an entry of a file of targets may use: settings that say who is judged and how the
// record is made, and the target's name.
func OfTargets() []string {
	names := []string{TargetName}
	for _, setting := range AllSettings() {
		if !setting.Judging && setting.apply != nil {
			names = append(names, setting.Name)
		}
	}
	return names
}

// SettingNames returns the names of all settings.
func SettingNames() []string {
	var names []string
	for _, setting := range AllSettings() {
		names = append(names, setting.Name)
	}
	return names
}

// UnknownSetting is the error about a name that a file uses and that is none of those known.
func UnknownSetting(name string, known []string) error {
	if near := contract.Nearest(name, known); near != "" {
		return fmt.Errorf("there is no setting %q: did you mean %q?", name, near)
	}
	return fmt.Errorf("there is no setting %q here: two-oh-two check --help lists them", name)
}
