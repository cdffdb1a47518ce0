package config

import (
	"fmt"
	"iter"
	"regexp"
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
	if len(strings.TrimSpace(string(text))) == 0 {
		return nil, nil
	}
	var document yaml.Node
	if err := yaml.Load(text, &document); err != nil {
		return nil, fmt.Errorf("%s is not YAML: %s", path, oneLine(err))
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) == 0 {
		return nil, nil
	}
	root = resolved(document.Content[0])
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return nil, nil
	}
	return root, duplicate(path, root)
}

var spaces = regexp.MustCompile(`\s*\n\s*`)

func oneLine(err error) string {
	return spaces.ReplaceAllString(strings.TrimSpace(strings.TrimPrefix(err.Error(), "yaml: ")), "; ")
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
			if !yield(node.Content[i], resolved(node.Content[i+1])) {
				return
			}
		}
	}
}

// resolved follows an alias to what it stands for.
func resolved(node *yaml.Node) *yaml.Node {
	for range 8 { // more is a circle
		if node.Kind != yaml.AliasNode || node.Alias == nil {
			return node
		}
		node = node.Alias
	}
	return node
}

func where(path string, node *yaml.Node) string { return fmt.Sprintf("%s:%d", path, node.Line) }
