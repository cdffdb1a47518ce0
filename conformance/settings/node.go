package settings

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"go.yaml.in/yaml/v4"
)

// parse reads the one document of a file; nil where there is none.
func parse(path string, text []byte) (*yaml.Node, error) {
	roots, err := documents(path, text, 1)
	if len(roots) == 0 {
		return nil, err
	}
	return roots[0], err
}

// documents reads the documents of a file that say something. An error names the line.
func documents(path string, text []byte, most int) (roots []*yaml.Node, err error) {
	defer func() { // whatever the library makes of odd bytes, they are somebody's mistake and not ours
		if p := recover(); p != nil {
			roots, err = nil, fmt.Errorf("%s is not YAML that can be read: %v", path, p)
		}
	}()
	loader, err := yaml.NewLoader(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	for {
		var document yaml.Node
		err := loader.Load(&document)
		if errors.Is(err, io.EOF) {
			return roots, nil
		}
		switch {
		case err != nil:
			return nil, notYAML(path, err)
		case len(document.Content) == 0 || document.Content[0].Tag == "!!null" && document.Content[0].Kind == yaml.ScalarNode:
			continue
		case len(roots) == most:
			return nil, fmt.Errorf("%s: another document begins here, and there may be %d", where(path, document.Content[0]), most)
		}
		if err := cmp.Or(simple(path, &document, deepest), duplicate(path, document.Content[0])); err != nil {
			return nil, err
		}
		roots = append(roots, document.Content[0])
	}
}

func notYAML(path string, err error) error {
	if wrong, ok := errors.AsType[*yaml.LoadError](err); ok && wrong.Mark.Line > 0 {
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
