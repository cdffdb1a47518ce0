package settings

import (
	"fmt"
	"io"
	"regexp"
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

// Write writes these settings as a configuration to be edited: each with what it is for, those that are given with their values, and the others as
// comments. A value that may be a secret is not written.
func (s *Sources) Write(w io.Writer, rows []Setting) error {
	var b strings.Builder
	topic := ""
	for _, row := range rows {
		if row.NoFile {
			continue
		}
		if row.Topic != topic {
			topic = row.Topic
			fmt.Fprintf(&b, "\n# ---- %s\n", topic)
		}
		word, usage := row.valueAndUsage()
		fmt.Fprintf(&b, "\n# %s\n", usage)
		values, by := s.Given(row)
		switch {
		case len(values) == 0:
			fmt.Fprintf(&b, "#%s: %s\n", row.Name, row.example(word))
		case slices.ContainsFunc(values, func(value string) bool { return s.hides(row, value) }):
			fmt.Fprintf(&b, "# It is given by %s, and not written here, as it may hold a secret: put $NAME in its place, and NAME under expand.\n", by)
		default:
			text, err := yaml.Dump(mapping(row.Name, values, ""))
			if err != nil {
				return err
			}
			b.Write(text)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// hides reports whether a value may hold a secret. One that names a variable holds none; a body is the caller's to keep.
func (s *Sources) hides(row Setting, value string) bool {
	if row.Show == nil || row.AnyText || row.Show(value) == value {
		return false
	}
	names, _ := s.Given(Setting{Name: settingExpand, Repeats: true})
	return !slices.ContainsFunc(names, func(name string) bool {
		return regexp.MustCompile(`\$(\{` + regexp.QuoteMeta(name) + `\}|` + regexp.QuoteMeta(name) + `\b)`).MatchString(value)
	})
}

// example is a value for a setting that has none: its default, or the word for it in the help.
func (s Setting) example(word string) string {
	word, _, _ = strings.Cut(word, "|")
	word, _, _ = strings.Cut(word, "[") // what may be left out
	switch {
	case s.Switch:
		return "true"
	case s.Default != "" && !strings.Contains(s.Default, " "): // and not words about it
		return s.Default
	case s.Repeats:
		return "[" + word + "]"
	}
	return word
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
	key, comment := &yaml.Node{Kind: yaml.ScalarNode, Value: name}, ""
	if by != "" {
		comment = "# " + by
	}
	if len(values) == 1 {
		value := scalarOf(values[0])
		value.LineComment = comment
		return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{key, value}}
	}
	key.LineComment = comment
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
