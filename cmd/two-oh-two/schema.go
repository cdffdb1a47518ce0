package main

import (
	"reflect"
	"strings"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

// schemaBase is where the schemas are found, for editors that look by themselves.
const schemaBase = "https://raw.githubusercontent.com/two-oh-two/two-oh-two/main/.schema/"

// A schemaOf is a JSON Schema of a file that we read or write.
type schemaOf struct {
	name, title string
	make        func() (*jsonschema.Schema, error)
}

func (c *command) schemas() []schemaOf {
	rows := newReporting(c).settings.Rows()
	return []schemaOf{
		{"config", "two-oh-two.yaml, the configuration of two-oh-two", func() (*jsonschema.Schema, error) {
			return settings.ConfigSchema(rows, c.sections()), nil
		}},
		{"targets", "targets of two-oh-two, for --targets", func() (*jsonschema.Schema, error) { return settings.TargetsSchema(rows), nil }},
		{"known-failures", "known failures, for --known-failures of two-oh-two", func() (*jsonschema.Schema, error) { return settings.KnownFailuresSchema(), nil }},
		{"dialect", "a dialect of the 202 pattern, for --dialect of two-oh-two", settings.DialectSchema},
		{"report", "the JSON report of two-oh-two", reportSchema},
	}
}

func (c *command) schema() *cobra.Command {
	var names []string
	for _, s := range c.schemas() {
		names = append(names, s.name)
	}
	return &cobra.Command{
		Use:   "schema " + strings.Join(names, "|"),
		Short: "Write the JSON Schema of a file: configuration, targets, known failures, dialect or report",
		Long: `Writes the JSON Schema (2020-12) of a file that two-oh-two reads or writes. Editors complete and check
a file by the schema that its first line names.`,
		Example:           "  two-oh-two schema config > two-oh-two.schema.json",
		Annotations:       map[string]string{"after": "The first line of a configuration, for an editor:\n# yaml-language-server: $schema=" + schemaBase + "config.json"},
		ValidArgsFunction: complete(names),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return helpf("one name of a schema is needed: %s", strings.Join(names, ", "))
			}
			for _, s := range c.schemas() {
				if s.name == args[0] {
					return c.writeSchema(s)
				}
			}
			return usagef("there is no schema %q: %s", args[0], settings.DidYouMean(args[0], names, ""))
		},
	}
}

func (c *command) writeSchema(of schemaOf) error {
	s, err := of.make()
	if err != nil {
		return err
	}
	s.Schema, s.ID, s.Title = "https://json-schema.org/draft/2020-12/schema", schemaBase+of.name+".json", of.title
	return writeJSON(c.stdout, s)
}

// reportSchema describes the JSON report by the types that it is written from.
func reportSchema() (*jsonschema.Schema, error) {
	s, err := jsonschema.For[report.Report](&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[time.Time]():         {Type: "string", Format: "date-time"},
		reflect.TypeFor[report.Verdict]():    oneOf(report.VerdictPass, report.VerdictFail, report.VerdictInconclusive),
		reflect.TypeFor[report.KnownState](): oneOf(report.KnownFailed, report.KnownPassed, report.KnownOtherwise, report.KnownUnjudged),
		reflect.TypeFor[contract.Level]():    oneOf(contract.Levels...),
		reflect.TypeFor[contract.Outcome]():  oneOf(report.Outcomes...),
	}})
	if err != nil {
		return nil, err
	}
	s.Properties["schema"] = oneOf(report.Schema)
	loosen(s)
	return s, nil
}

func oneOf[T ~string](words ...T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, word := range words {
		s.Enum = append(s.Enum, string(word))
	}
	return s
}

// loosen takes off what the library derives from types of Go and what does not hold of a report: null is never written, and fields may be added.
func loosen(s *jsonschema.Schema) {
	if len(s.Types) == 2 && s.Types[0] == "null" {
		s.Type, s.Types = s.Types[1], nil
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Not != nil {
		s.AdditionalProperties = nil
	}
	for _, inner := range s.Properties {
		loosen(inner)
	}
	for _, inner := range []*jsonschema.Schema{s.Items, s.AdditionalProperties} {
		if inner != nil {
			loosen(inner)
		}
	}
}
