package settings

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// ConfigSchema is the JSON Schema of a configuration that says these settings, and others in sections of their own. Editors complete and check by it.
func ConfigSchema(rows []Setting, sections map[string][]Setting) *jsonschema.Schema {
	s := mappingSchema(rows)
	for name, own := range sections {
		section := mappingSchema(own)
		section.Description = "settings of two-oh-two " + name
		s.Properties[name] = section
		s.PropertyOrder = append(s.PropertyOrder, name)
	}
	return s
}

// TargetsSchema is the JSON Schema of the file that --targets names.
func TargetsSchema(rows []Setting) *jsonschema.Schema {
	one := mappingSchema(ofTargets(rows))
	one.Required = []string{settingBaseURL}
	one.Properties[settingBaseURL] = &jsonschema.Schema{Type: "string", Description: one.Properties[settingBaseURL].Description}
	one.Properties[targetName] = &jsonschema.Schema{Type: "string", Description: "what reports call the target"}
	one.PropertyOrder = append(one.PropertyOrder, targetName)
	return &jsonschema.Schema{Type: "array", MinItems: new(1), Items: anyOf(&jsonschema.Schema{Type: "string"}, one)}
}

// KnownFailuresSchema is the JSON Schema of the file that --known-failures names.
func KnownFailuresSchema() *jsonschema.Schema {
	entry := newMapping()
	for _, part := range entryParts {
		s := &jsonschema.Schema{Type: "string", Pattern: part.pattern, Description: part.usage}
		if part.required {
			s.MinLength = new(1)
			entry.Required = append(entry.Required, part.name)
		}
		entry.Properties[part.name] = s
		entry.PropertyOrder = append(entry.PropertyOrder, part.name)
	}
	for _, r := range contract.Catalogue() {
		entry.Properties["id"].Enum = append(entry.Properties["id"].Enum, r.ID)
	}
	return &jsonschema.Schema{Types: []string{"array", "null"}, Items: entry}
}

func newMapping() *jsonschema.Schema {
	nothing := &jsonschema.Schema{Not: &jsonschema.Schema{}}
	return &jsonschema.Schema{Type: "object", Properties: map[string]*jsonschema.Schema{}, AdditionalProperties: nothing}
}

// mappingSchema describes a mapping of settings.
func mappingSchema(rows []Setting) *jsonschema.Schema {
	s := newMapping()
	for _, row := range rows {
		if !row.NoFile {
			s.Properties[row.Name] = row.schema()
			s.PropertyOrder = append(s.PropertyOrder, row.Name)
		}
	}
	return s
}

// schema describes what a file may say of a setting, as [valuesOf] reads it.
func (s Setting) schema() *jsonschema.Schema {
	value, usage := s.valueAndUsage()
	ways := []*jsonschema.Schema{s.valueSchema(value)}
	switch {
	case s.Name == settingJSON:
		ways = []*jsonschema.Schema{{}} // it may be written in YAML
	case strings.HasPrefix(value, "'Name: value'"):
		ways = append(ways, &jsonschema.Schema{Type: "object", AdditionalProperties: text()})
	}
	if s.Repeats {
		ways = append(ways, &jsonschema.Schema{Type: "array", Items: anyOf(ways...).CloneSchemas()})
	}
	all := anyOf(ways...)
	all.Description = usage
	return all
}

// valueAndUsage splits the help, "`N`: jobs started in all", into the word for the value and the rest.
func (s Setting) valueAndUsage() (value, usage string) {
	before, rest, found := strings.Cut(strings.TrimPrefix(s.help(), "`"), "`: ")
	if !found {
		return "", before
	}
	return before, rest
}

const (
	durationPattern = `^([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h)(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h))*$`
	sizePattern     = `^ *([0-9]+(\.[0-9]*)?|\.[0-9]+) *([kKmMgG]?[bB]?|[kKmMgG][iI][bB]?) *$`
)

// valueSchema describes one value, by the word for it in the help.
func (s Setting) valueSchema(value string) *jsonschema.Schema {
	switch {
	case s.Switch:
		return &jsonschema.Schema{Type: "boolean"}
	case s.Words != nil:
		return s.wordsSchema()
	case value == "N":
		return s.numberSchema()
	case value == "PART":
		return &jsonschema.Schema{Type: "number", Minimum: new(0.), Maximum: new(1.)}
	case value == "DURATION":
		return anyOf(&jsonschema.Schema{Type: "string", Pattern: durationPattern}, &jsonschema.Schema{Enum: []any{0}})
	case value == "SIZE":
		return anyOf(&jsonschema.Schema{Type: "string", Pattern: sizePattern}, &jsonschema.Schema{Type: "integer", Minimum: new(1.)})
	}
	return text()
}

// numberSchema describes a number: the setting itself says whether it takes zero and parts.
func (s Setting) numberSchema() *jsonschema.Schema {
	number := &jsonschema.Schema{Type: "integer"}
	if s.Apply("0.5") == nil {
		number.Type = "number"
	}
	if s.Apply("0") == nil {
		number.Minimum = new(0.)
	} else {
		number.ExclusiveMinimum = new(0.)
	}
	return number
}

// wordsSchema describes a value that is one of a few words, or begins with one where these end in an equals sign. YAML takes 1.0 for a number.
func (s Setting) wordsSchema() *jsonschema.Schema {
	var words []any
	var prefixes []string
	for _, word := range s.Words() {
		if name, is := strings.CutSuffix(word, "="); is {
			prefixes = append(prefixes, regexp.QuoteMeta(name))
			continue
		}
		words = append(words, word)
		if number, err := strconv.ParseFloat(word, 64); err == nil {
			words = append(words, number)
		}
	}
	switch {
	case prefixes != nil:
		return &jsonschema.Schema{Type: "string", Pattern: "^(" + strings.Join(prefixes, "|") + ")=."}
	case s.MoreWords != "":
		return anyOf(&jsonschema.Schema{Enum: words}, &jsonschema.Schema{Types: []string{"string", "number"}, Pattern: s.MoreWords})
	}
	return &jsonschema.Schema{Enum: words}
}

// text describes a value that is taken as it is written: YAML takes some for numbers or switches.
func text() *jsonschema.Schema {
	return &jsonschema.Schema{Types: []string{"string", "number", "boolean"}}
}

func anyOf(ways ...*jsonschema.Schema) *jsonschema.Schema {
	if len(ways) == 1 {
		return ways[0]
	}
	return &jsonschema.Schema{AnyOf: ways}
}
