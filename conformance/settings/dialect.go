package settings

import (
	_ "embed" // of the dialects, and of their schema
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"github.com/google/jsonschema-go/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/internal/input"
	"github.com/two-oh-two/two-oh-two/conformance/internal/suggest"
)

//go:embed dialects.yaml
var dialectsText []byte

//go:embed dialect_schema.yaml
var schemaText []byte

// DialectSchema is the JSON Schema of a document of a dialect.
func DialectSchema() (*jsonschema.Schema, error) {
	var value any
	if err := yaml.Load(schemaText, &value); err != nil {
		return nil, err
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	schema := new(jsonschema.Schema)
	return schema, json.Unmarshal(text, schema)
}

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
	return dialect.Dialect{}, fmt.Errorf("there is no dialect %q: %s", name,
		suggest.DidYouMean(name, DialectNames(), "two-oh-two list --dialects shows them, and a file of one's own ends in .yaml"))
}

// readDialects reads documents of dialects. An error names the line.
func readDialects(path string, text []byte, most int) (all []dialect.Dialect, err error) {
	roots, err := documents(path, text, most)
	for _, root := range roots {
		value, err := plain(path, root)
		if err != nil {
			return nil, err
		}
		d, err := dialect.Parse(value)
		if wrong, ok := errors.AsType[*dialect.Error](err); ok {
			return nil, fmt.Errorf("%s:%d: %w", path, lineOf(root, wrong.Path), err)
		}
		all = append(all, d)
	}
	return all, err
}

// plain makes a plain value of a node, so that nothing is told apart by how a library decodes it: what is written ~ is there, and nil.
func plain(path string, node *yaml.Node) (any, error) {
	switch node.Kind {
	case yaml.MappingNode:
		entries := map[string]any{}
		for name, of := range pairs(node) {
			value, err := plain(path, of)
			if name.Kind != yaml.ScalarNode {
				err = fmt.Errorf("%s: a key is text", where(path, name))
			}
			if err != nil {
				return nil, err
			}
			entries[name.Value] = value
		}
		return entries, duplicate(path, node)
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range node.Content {
			value, err := plain(path, item)
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
		return nil, fmt.Errorf("%s: %q is neither text nor a number, true, false or ~", where(path, node), node.Value)
	}
	return scalar, nil
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
