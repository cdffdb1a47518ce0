package main

import (
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
)

// A shown setting is what one is set to, and by what.
type shown struct {
	name   string
	values []string
	by     string
}

// showConfig prints every setting of check with its value and where that comes from, in YAML that --config reads. Secrets
// are left out.
func (k *checking) showConfig(cmd *cobra.Command) error {
	var b strings.Builder
	b.WriteString("# What check is told, and by what. Nothing was sent.\n")
	for _, topic := range flagTopics(cmd) {
		if topic.name == "Flags" {
			continue // help alone
		}
		fmt.Fprintf(&b, "\n# %s\n", topic.name)
		for _, f := range topic.flags {
			if f.Name != "show-config" {
				k.shown(f).write(&b)
			}
		}
		if topic.name == topicOfTarget {
			k.shown(cmd.Flags().Lookup("base-url")).write(&b)
		}
	}
	_, err := io.WriteString(k.stdout, b.String())
	return err
}

// topicOfTarget is where the base URL belongs, which is no flag for people.
const topicOfTarget = "How the target is reached"

func (k *checking) shown(f *pflag.Flag) shown {
	for _, setting := range conformance.AllSettings() {
		if setting.Name != f.Name {
			continue
		}
		values, by := k.settings.Given(setting)
		if len(values) == 0 {
			return shown{f.Name, nil, byDefault(setting.Default)}
		}
		if setting.Name == "base-url" && by == "--base-url" {
			by = "the arguments"
		}
		return shown{f.Name, k.withoutSecrets(setting, values), by}
	}
	by := k.origins[f.Name]
	switch {
	case !f.Changed:
		return shown{f.Name, nil, byDefault("")}
	case by == "":
		by = "--" + f.Name
	}
	if list, repeats := f.Value.(pflag.SliceValue); repeats {
		return shown{f.Name, list.GetSlice(), by}
	}
	return shown{f.Name, []string{f.Value.String()}, by}
}

func byDefault(value string) string {
	if value == "" {
		return "not set"
	}
	return "by default: " + value
}

// withoutSecrets shows a header without its value where that is a secret, a URL without a password, and of a body its size.
func (k *checking) withoutSecrets(setting conformance.Setting, values []string) []string {
	out := slices.Clone(values)
	for i, value := range out {
		switch {
		case strings.HasSuffix(setting.Name, "header"):
			out[i] = k.withoutSecret(value)
		case setting.Name == "data" || setting.Name == "json":
			if !strings.HasPrefix(value, "@") {
				out[i] = fmt.Sprintf("(a body of %d bytes)", len(value))
			}
		case strings.HasSuffix(setting.Name, "url") || setting.Name == "origin":
			if u, err := url.Parse(value); err == nil {
				out[i] = u.Redacted()
			}
		}
	}
	return out
}

func (k *checking) withoutSecret(field string) string {
	name, _, found := strings.Cut(field, ":")
	if !found || strings.HasPrefix(field, "@") {
		return field
	}
	secrets, _ := k.settings.Given(conformance.Setting{Name: "secret", Repeats: true})
	listed := slices.ContainsFunc(secrets, func(secret string) bool { return strings.EqualFold(secret, name) })
	if listed || observe.IsSecret(name) {
		return name + ": (a secret)"
	}
	return field
}

// plainYAML is what needs no quotes in YAML.
var plainYAML = regexp.MustCompile(`^[A-Za-z0-9/._][A-Za-z0-9/._=-]*(:[A-Za-z0-9/._=-]+)*$`)

func (s shown) write(b *strings.Builder) {
	switch len(s.values) {
	case 0:
		fmt.Fprintf(b, "# %-22s # %s\n", s.name+":", s.by)
	case 1:
		fmt.Fprintf(b, "%-24s # %s\n", s.name+": "+quotedYAML(s.values[0]), s.by)
	default:
		fmt.Fprintf(b, "%-24s # %s\n", s.name+":", s.by)
		for _, value := range s.values {
			fmt.Fprintf(b, "  - %s\n", quotedYAML(value))
		}
	}
}

func quotedYAML(value string) string {
	if plainYAML.MatchString(value) {
		return value
	}
	return strconv.Quote(value)
}
