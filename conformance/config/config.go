// Package config reads the files that settings name: a configuration, a list of targets, the known failures. They are
// written in YAML. What is wrong in one is told in a sentence with its line.
package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/internal/input"
)

// DefaultPath is where the command looks for a configuration by itself.
const DefaultPath = "two-oh-two.yaml"

// Serve is the section of a configuration that is for the reference, and no concern of a run's.
const Serve = "serve"

// CommandNames are what a configuration may set beside the shared settings: flags of the command alone. They are let
// be where there is no command.
var CommandNames = []string{"report", "verbose", "quiet", "no-color", "save", "write-known-failures", "reference"}

const mostBytes = 1 << 20 // of a file: nobody writes a longer one by hand

// Files reads YAML. The zero value is ready; it implements [conformance.Files].
type Files struct {
	Now func() time.Time // by which known failures expire; time.Now where nil
}

// Config reads settings under their names: a scalar, or a list for a setting that repeats. A setting of header fields may have
// a mapping, and so may json, whose value is written in YAML as well then.
func (f Files) Config(path string) (conformance.File, error) {
	root, err := load(path)
	if err != nil || root == nil {
		return conformance.File{}, err
	}
	names := slices.Concat(conformance.SettingNames(), CommandNames)
	names = slices.DeleteFunc(names, func(name string) bool { return name == "config" })
	return settings(path, root, append(names, Serve), names)
}

// Section reads what a configuration says in a section of its own, under these names. It is empty where there is none.
func (f Files) Section(path, section string, names []string) (conformance.File, error) {
	root, err := load(path)
	if err != nil || root == nil {
		return conformance.File{}, err
	}
	for name, value := range pairs(root) {
		if name.Value == section {
			return settings(path, value, names, names)
		}
	}
	return conformance.File{}, nil
}

// Targets reads a list of targets: each a base URL, or a mapping that has one and settings of its own beside.
func (f Files) Targets(path string) ([]conformance.File, error) {
	root, err := load(path)
	if err != nil {
		return nil, err
	}
	if root == nil || root.Kind != yaml.SequenceNode || len(root.Content) == 0 {
		return nil, fmt.Errorf("%s has no list of targets: '- https://example.com/api' would begin one", path)
	}
	var targets []conformance.File
	for _, item := range root.Content {
		if item.Kind == yaml.ScalarNode && item.Tag != "!!null" {
			targets = append(targets, conformance.File{"base-url": {Values: []string{item.Value}, Where: where(path, item)}})
			continue
		}
		names := conformance.OfTargets()
		target, err := settings(path, item, names, names)
		if err != nil {
			return nil, err
		}
		if urls := target["base-url"].Values; len(urls) != 1 {
			return nil, fmt.Errorf("%s: a target needs one base-url, and this one has %d", where(path, item), len(urls))
		}
		targets = append(targets, target)
	}
	return targets, nil
}

// settings reads a mapping of settings. Keys have to be among those known; of these the ones to take are taken.
func settings(path string, node *yaml.Node, known, take []string) (conformance.File, error) {
	if node.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: settings are expected, such as 'jobs: 8'", where(path, node))
	}
	file := conformance.File{}
	for name, value := range pairs(node) {
		if !slices.Contains(known, name.Value) {
			return nil, fmt.Errorf("%s: %w", where(path, name), conformance.UnknownSetting(name.Value, known))
		}
		if !slices.Contains(take, name.Value) {
			continue
		}
		values, err := told(name.Value, value)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", where(path, name), name.Value, err)
		}
		file[name.Value] = conformance.Told{Values: values, Where: where(path, name)}
	}
	return file, nil
}

// told is what a value tells a setting.
func told(name string, node *yaml.Node) ([]string, error) {
	if name == "json" && node.Kind != yaml.ScalarNode {
		return asJSON(node)
	}
	switch node.Kind {
	case yaml.ScalarNode:
		text, err := scalar(node)
		return []string{text}, err
	case yaml.MappingNode:
		return fields(node)
	case yaml.SequenceNode:
		var all []string
		for _, item := range node.Content {
			values, err := told(name, item)
			if err != nil {
				return nil, err
			}
			all = append(all, values...)
		}
		return all, nil
	}
	return nil, fmt.Errorf("it has no value that can be read")
}

// fields reads 'Name: value' as YAML takes it where it is not quoted: for a mapping.
func fields(node *yaml.Node) ([]string, error) {
	var all []string
	for name, value := range pairs(node) {
		text, err := scalar(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name.Value, err)
		}
		all = append(all, name.Value+": "+text)
	}
	return all, nil
}

func scalar(node *yaml.Node) (string, error) {
	switch {
	case node.Kind != yaml.ScalarNode:
		return "", fmt.Errorf("one value is needed, and not several")
	case node.Tag == "!!null":
		return "", fmt.Errorf("it has no value: remove the line, or give it one")
	}
	return node.Value, nil
}

func asJSON(node *yaml.Node) ([]string, error) {
	var value any
	if err := node.Decode(&value); err != nil {
		return nil, err
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("it can't be written as JSON: %w", err)
	}
	return []string{string(text)}, nil
}

// load reads the one document of a file; nil where there is nothing but comments.
func load(path string) (*yaml.Node, error) {
	text, err := input.ReadFile(path, mostBytes)
	if err != nil {
		return nil, err
	}
	return parse(path, text)
}
