package settings

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/two-oh-two/two-oh-two/conformance/observe"
)

// Show writes these settings with their values and their sources, topic by topic, in YAML that --config reads. Secrets are hidden.
func (s *Sources) Show(w io.Writer, rows []Setting) error {
	var b strings.Builder
	b.WriteString("# The settings, and where each comes from. Nothing was sent.\n")
	topic := ""
	for _, row := range rows {
		if row.Topic != topic {
			topic = row.Topic
			fmt.Fprintf(&b, "\n# %s\n", topic)
		}
		values, by := s.Given(row)
		if len(values) == 0 || row.NoFile {
			fmt.Fprintf(&b, "# %-22s # %s\n", row.Name+":", source(row, values, by))
			continue
		}
		if row.Show != nil {
			values = slices.Clone(values)
			for i := range values {
				values[i] = row.Show(values[i])
			}
		}
		text, err := yaml.Dump(mapping(row.Name, values, by))
		if err != nil {
			return err
		}
		b.Write(text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// source says where the value of a setting comes from that is not written as one.
func source(row Setting, values []string, by string) string {
	switch {
	case len(values) > 0:
		return strings.Join(values, ", ") + ", by " + by
	case row.Default != "":
		return "by default: " + row.Default
	}
	return "not set"
}

// mapping is one setting in YAML, with a comment that says where its values come from.
func mapping(name string, values []string, by string) *yaml.Node {
	key := &yaml.Node{Kind: yaml.ScalarNode, Value: name}
	if len(values) == 1 {
		value := scalarOf(values[0])
		value.LineComment = "# " + by
		return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{key, value}}
	}
	key.LineComment = "# " + by
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, value := range values {
		list.Content = append(list.Content, scalarOf(value))
	}
	return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{key, list}}
}

// scalarOf is a text that YAML gives back as it is. Numbers and switches need no quotes, as settings are read as text.
func scalarOf(value string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
	if _, err := strconv.ParseFloat(value, 64); err == nil || value == "true" || value == "false" {
		node.Tag = ""
	}
	return node
}

func shownBody(value string) string {
	if strings.HasPrefix(value, "@") {
		return value
	}
	return fmt.Sprintf("(a body of %d bytes)", len(value))
}

// hidden stands for a value that is a secret as a whole.
func hidden(string) string { return "(a secret)" }

// shownField is a header field without its value where that is a secret.
func (r *Run) shownField(value string) string {
	name, _, found := strings.Cut(value, ":")
	if !found || strings.HasPrefix(value, "@") {
		return value
	}
	secrets, _ := r.Given(Setting{Name: settingSecret, Repeats: true})
	listed := slices.ContainsFunc(secrets, func(secret string) bool { return strings.EqualFold(secret, name) })
	if listed || observe.IsSecret(name) {
		return name + ": (a secret)"
	}
	return value
}
