package settings

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/two-oh-two/two-oh-two/conformance/internal/input"
	"github.com/two-oh-two/two-oh-two/conformance/internal/suggest"
)

// DefaultPath is where the command looks for a configuration by itself, and otherPath where it looks too.
const (
	DefaultPath = "two-oh-two.yaml"
	otherPath   = "two-oh-two.yml"
)

// Serve is the section of a configuration that is for the reference, and no concern of a run's.
const Serve = "serve"

// targetName is what a file of targets may say of each beside settings: what reports call it.
const targetName = "name"

const mostBytes = 1 << 20 // of a file: nobody writes a longer one by hand

// A layer is what a file says of settings, by their names.
type layer map[string]entry

// An entry is what a file says of one setting.
type entry struct {
	values []string
	where  string // file and line: "two-oh-two.yaml:3"
}

// Here is the configuration in the working directory; empty where there is none. An error is an [Error]: there are two, and nobody knows which is meant.
func Here() (string, error) {
	found := ""
	for _, path := range []string{DefaultPath, otherPath} {
		switch _, err := os.Stat(path); {
		case err != nil:
		case found != "":
			return "", &Error{Problem: fmt.Sprintf("there are %s and %s here: remove one of them, or name the one that is meant with --config", found, path)}
		default:
			found = path
		}
	}
	return found, nil
}

// readConfig reads settings under their names: a scalar, or a list for a setting that repeats. A setting of header fields may have
// a mapping, and so may json, whose value is written in YAML as well then. Of sections only the names in them are looked at.
func readConfig(path string, rows []Setting, sections map[string][]Setting) (layer, error) {
	root, err := load(path)
	if err != nil || root == nil {
		return layer{}, err
	}
	for name, value := range pairs(root) {
		if own := sections[name.Value]; own != nil {
			if _, err := readLayer(path, value, inFile(own)); err != nil {
				return nil, err
			}
		}
	}
	read, err := readLayer(path, root, append(inFile(rows), Serve))
	delete(read, Serve)
	return read, err
}

// readSection reads what a configuration says in a section of its own. It is empty where there is none.
func readSection(path, section string, rows []Setting) (layer, error) {
	root, err := load(path)
	if err != nil || root == nil {
		return layer{}, err
	}
	for name, value := range pairs(root) {
		if name.Value == section {
			return readLayer(path, value, inFile(rows))
		}
	}
	return layer{}, nil
}

// readTargets reads a list of targets: each a base URL, or a mapping that has one and settings of its own beside.
func readTargets(path string, rows []Setting) ([]layer, error) {
	root, err := load(path)
	if err != nil {
		return nil, err
	}
	if root == nil || root.Kind != yaml.SequenceNode || len(root.Content) == 0 {
		return nil, fmt.Errorf("%s has no list of targets: '- https://example.com/api' would begin one", path)
	}
	names := append(inFile(ofTargets(rows)), targetName)
	var targets []layer
	for _, item := range root.Content {
		if item.Kind == yaml.ScalarNode && item.Tag != "!!null" {
			targets = append(targets, layer{settingBaseURL: {[]string{item.Value}, where(path, item)}})
			continue
		}
		target, err := readLayer(path, item, names)
		if err != nil {
			return nil, err
		}
		if urls := target[settingBaseURL].values; len(urls) != 1 {
			return nil, fmt.Errorf("%s: a target needs one base-url, and this one has %d", where(path, item), len(urls))
		}
		targets = append(targets, target)
	}
	return targets, nil
}

// inFile are the names that a file may use.
func inFile(rows []Setting) []string {
	var names []string
	for _, row := range rows {
		if !row.NoFile {
			names = append(names, row.Name)
		}
	}
	return names
}

// readLayer reads a mapping of settings.
func readLayer(path string, node *yaml.Node, names []string) (layer, error) {
	if node.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: settings are expected, such as 'jobs: 8'", where(path, node))
	}
	read := layer{}
	for name, value := range pairs(node) {
		if !slices.Contains(names, name.Value) {
			return nil, fmt.Errorf("%s: there is no setting %q here: %s", where(path, name), name.Value,
				suggest.DidYouMean(name.Value, names, "two-oh-two check --help lists them"))
		}
		if name.Value == Serve {
			continue
		}
		values, err := valuesOf(name.Value, value)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", where(path, name), name.Value, err)
		}
		read[name.Value] = entry{values, where(path, name)}
	}
	return read, nil
}

// valuesOf are the values that a node gives a setting.
func valuesOf(name string, node *yaml.Node) ([]string, error) {
	if name == settingJSON && node.Kind != yaml.ScalarNode {
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
			values, err := valuesOf(name, item)
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
