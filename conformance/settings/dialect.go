package settings

import (
	"bytes"
	_ "embed" // of the dialects
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"go.yaml.in/yaml/v4"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/internal/input"
	"github.com/two-oh-two/two-oh-two/conformance/internal/suggest"
)

//go:embed dialects.yaml
var dialectsText []byte

const mostDocuments = 100 // of a file of dialects

// dialectFile is what names a file, and not a dialect that is built in.
var dialectFile = regexp.MustCompile(`[/\\]|\.(ya?ml|json)$`)

// DialectNames are the names of those that are built in.
func DialectNames() []string {
	var names []string
	for _, d := range Dialects() {
		names = append(names, d.Name)
	}
	return names
}

// Dialects returns the dialects that are built in, two-oh-two first.
func Dialects() []dialect.Dialect { return slices.Clone(builtIn()) }

var builtIn = sync.OnceValue(func() []dialect.Dialect {
	all, err := readDialects("dialects.yaml", dialectsText, mostDocuments)
	if err != nil {
		panic(err) // it is built in, and a test reads it
	}
	return all
})

// Dialect returns the dialect of that name, or the one that a file holds: what has a slash or ends in .yaml, .yml or .json is a file.
// The error names what was meant, or the line that is wrong.
func Dialect(name string) (dialect.Dialect, error) {
	if dialectFile.MatchString(name) {
		text, err := input.ReadFile(name, mostBytes)
		if err != nil {
			return dialect.Dialect{}, err
		}
		all, err := readDialects(name, text, 1)
		if err == nil && len(all) == 0 {
			err = fmt.Errorf("%s:1: there is no dialect: 'name: mine' would begin one", name)
		}
		if err != nil {
			return dialect.Dialect{}, err
		}
		return all[0], nil
	}
	for _, d := range Dialects() {
		if d.Name == name {
			return d, nil
		}
	}
	return dialect.Dialect{}, fmt.Errorf("there is no dialect %q: %s", name, suggest.DidYouMean(name, DialectNames(), "two-oh-two list --dialects shows them, and a file of one's own ends in .yaml"))
}

// readDialects reads documents of dialects. An error names the line.
func readDialects(path string, text []byte, most int) (all []dialect.Dialect, err error) {
	defer func() { // whatever the library makes of odd bytes, they are somebody's mistake and not ours
		if p := recover(); p != nil {
			all, err = nil, fmt.Errorf("%s is not YAML that can be read: %v", path, p)
		}
	}()
	loader, err := yaml.NewLoader(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	for {
		var document yaml.Node
		switch err := loader.Load(&document); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, notYAML(path, err)
		case len(document.Content) == 0:
			continue
		case len(all) == most:
			return nil, fmt.Errorf("%s: another document begins here, and there may be %d", where(path, document.Content[0]), most)
		}
		d, err := readDialect(path, document.Content[0])
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
}

func readDialect(path string, root *yaml.Node) (dialect.Dialect, error) {
	t := &treeReader{path: path, left: 10_000}
	value, err := t.value(root, 20)
	if err != nil {
		return dialect.Dialect{}, err
	}
	d, err := dialect.Parse(value)
	var wrong *dialect.Error
	if errors.As(err, &wrong) {
		return d, fmt.Errorf("%s:%d: %w", path, lineOf(root, wrong.Path), err)
	}
	return d, err
}

// A treeReader makes plain values of nodes, so that nothing is told apart by how a library decodes it: what is written ~ is there, and nil.
type treeReader struct {
	path string
	left int // nodes that may be read still: aliases make a small file a large one
}

func (t *treeReader) value(node *yaml.Node, levels int) (any, error) {
	t.left--
	if t.left < 0 || levels == 0 {
		return nil, fmt.Errorf("%s: this is larger than any dialect, or deeper", where(t.path, node))
	}
	switch node.Kind {
	case yaml.AliasNode:
		return t.value(node.Alias, levels-1)
	case yaml.MappingNode:
		return t.mapping(node, levels)
	case yaml.SequenceNode:
		list := make([]any, 0, len(node.Content))
		for _, item := range node.Content {
			value, err := t.value(item, levels-1)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	}
	if node.Tag == "!!timestamp" {
		return node.Value, nil
	}
	var scalar any
	if err := node.Decode(&scalar); err != nil || !slices.Contains([]string{"!!str", "!!int", "!!float", "!!bool", "!!null"}, node.ShortTag()) {
		return nil, fmt.Errorf("%s: %q is neither text nor a number, true, false or ~", where(t.path, node), node.Value)
	}
	return scalar, nil
}

// mapping reads a mapping; what it is merged with (<<) first.
func (t *treeReader) mapping(node *yaml.Node, levels int) (any, error) {
	if err := duplicate(t.path, node); err != nil {
		return nil, err
	}
	entries := map[string]any{}
	for _, merged := range []bool{true, false} {
		for name, of := range pairs(node) {
			if (name.Tag == "!!merge") != merged {
				continue
			}
			if name.Kind != yaml.ScalarNode {
				return nil, fmt.Errorf("%s: a key is text", where(t.path, name))
			}
			value, err := t.value(of, levels-1)
			if err != nil {
				return nil, err
			}
			if !merged {
				entries[name.Value] = value
				continue
			}
			from, isMap := value.(map[string]any)
			if !isMap {
				return nil, fmt.Errorf("%s: << takes a mapping", where(t.path, name))
			}
			for key, value := range from {
				entries[key] = value
			}
		}
	}
	return entries, nil
}

// lineOf is the line of a place in a document, or of what is nearest above it.
func lineOf(node *yaml.Node, path []string) int {
	line := node.Line
	for _, key := range path {
		var next *yaml.Node
		for name, value := range pairs(node) {
			if name.Value == key {
				line, next = name.Line, value
			}
		}
		if i, err := strconv.Atoi(key); err == nil && node.Kind == yaml.SequenceNode && i < len(node.Content) {
			next = node.Content[i]
			line = next.Line
		}
		if next == nil {
			return line
		}
		node = next
	}
	return line
}
