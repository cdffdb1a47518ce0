package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"go.yaml.in/yaml/v4"
)

// parse reads one document; nil where there is none.
func parse(path string, text []byte) (root *yaml.Node, err error) {
	defer func() { // whatever the library makes of odd bytes, they are somebody's mistake and not ours
		if p := recover(); p != nil {
			root, err = nil, fmt.Errorf("%s is not YAML that can be read: %v", path, p)
		}
	}()
	loader, err := yaml.NewLoader(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	var document, second yaml.Node
	switch err := loader.Load(&document); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, notYAML(path, err)
	}
	if err := loader.Load(&second); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s has more than one document, or ends in what is no YAML: one document is read", path)
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) == 0 {
		return nil, nil
	}
	if err := simple(path, &document, deepest); err != nil {
		return nil, err
	}
	root = document.Content[0]
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return nil, nil
	}
	return root, duplicate(path, root)
}

func notYAML(path string, err error) error {
	var wrong *yaml.LoadError
	if errors.As(err, &wrong) && wrong.Mark.Line > 0 {
		return fmt.Errorf("%s:%d: this is not YAML: %s", path, wrong.Mark.Line, wrong.Message)
	}
	return fmt.Errorf("%s is not YAML: %s", path, strings.Join(strings.Fields(err.Error()), " "))
}

// deepest is how many levels a file may have: settings have four at most, and a body that starts a job is seldom deeper than ten.
const deepest = 100

// simple refuses what lets a small file stand for an endless one: aliases, which may name what holds them, and depth.
func simple(path string, node *yaml.Node, levels int) error {
	switch {
	case node.Kind == yaml.AliasNode:
		return fmt.Errorf("%s: *%s is an alias, and these are not followed: write the value out", where(path, node), node.Value)
	case levels == 0:
		return fmt.Errorf("%s: there are more than %d levels here", where(path, node), deepest)
	}
	for _, child := range node.Content {
		if err := simple(path, child, levels-1); err != nil {
			return err
		}
	}
	return nil
}

// duplicate says where a key stands twice: one of them would be lost.
func duplicate(path string, node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode {
		for _, item := range node.Content {
			if err := duplicate(path, item); err != nil {
				return err
			}
		}
	}
	seen := map[string]int{}
	for name := range pairs(node) {
		if first, twice := seen[name.Value]; twice {
			return fmt.Errorf("%s: %s stands in line %d already", where(path, name), name.Value, first)
		}
		seen[name.Value] = name.Line
	}
	return nil
}

// pairs goes through a mapping.
func pairs(node *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(name, value *yaml.Node) bool) {
		if node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if !yield(node.Content[i], node.Content[i+1]) {
				return
			}
		}
	}
}

func where(path string, node *yaml.Node) string { return fmt.Sprintf("%s:%d", path, node.Line) }
