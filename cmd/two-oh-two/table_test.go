package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

// tables are the settings of each command that has some.
func tables(c *command) map[string][]settings.Setting {
	run := newReporting(c).settings.Rows()
	var replay []settings.Setting
	for _, row := range run {
		if row.Replay {
			replay = append(replay, row)
		}
	}
	diff := &diffing{reporting: newReporting(c)}
	return map[string][]settings.Setting{
		"check": run, "replay": replay, "serve": c.sections()[settings.Serve], "diff": diff.rows(), "list": listRows(&listChoice{}), "explain": {wordsRow(new(string))},
	}
}

// Everything about a setting comes from its row: the schema, the help, the manual, the completion and the environment know every flag, and no flag is in
// none of the tables.
func TestEverySettingIsEverywhere(t *testing.T) {
	t.Parallel()
	c := &command{}
	all := tables(c)
	for _, cmd := range c.root().Commands() {
		if flags := flagNames(cmd); all[cmd.Name()] == nil && len(flags) > 0 {
			t.Errorf("%s has flags, and no table: %q", cmd.Name(), flags)
		}
	}
	for name, rows := range all {
		help, manual := call(name, "--help").Stdout, strings.ReplaceAll(call("manual", name).Stdout, `\-`, "-")
		flags := call("__complete", name, "--").Stdout
		schema, known := schemaOfSettings(t, name), map[string]bool{"help": true}
		for _, row := range rows {
			known[row.Name] = true
			t.Run(name+" "+row.Name, func(t *testing.T) {
				g := NewWithT(t)
				if !row.NoFile && schema != nil {
					g.Expect(schema).To(HaveKey(row.Name), "the schema knows it")
				}
				if row.Argument {
					return
				}
				g.Expect(help).To(MatchRegexp(`(?m)^  (-., |    )--`+row.Name+`( |$)`), "the help")
				g.Expect(manual).To(ContainSubstring(`--`+row.Name+`\fR`), "the manual")
				g.Expect(flags).To(MatchRegexp(`(?m)^--`+row.Name+`=?\t`), "the completion")
				if row.Words != nil {
					words := call("__complete", name, "--"+row.Name, "").Stdout
					g.Expect(strings.Split(words, "\n")).To(ContainElements(row.Words()), "the completion of its values")
				}
			})
		}
		cmd, _, err := c.root().Find([]string{name})
		NewWithT(t).Expect(err).NotTo(HaveOccurred())
		for _, flag := range flagNames(cmd) {
			NewWithT(t).Expect(known).To(HaveKey(flag), "%s --%s has no row", name, flag)
		}
	}
}

// schemaOfSettings is what the schema of the configuration says of the settings of check, or of a section; nil where a command has no configuration.
func schemaOfSettings(t *testing.T, command string) map[string]json.RawMessage {
	t.Helper()
	var config, section struct{ Properties map[string]json.RawMessage }
	if err := json.Unmarshal([]byte(call("schema", "config").Stdout), &config); err != nil {
		t.Fatal(err)
	}
	if command == "check" {
		return config.Properties
	}
	if text := config.Properties[command]; command == settings.Serve {
		if err := json.Unmarshal(text, &section); err != nil {
			t.Fatal(err)
		}
	}
	return section.Properties
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	for _, topic := range flagTopics(cmd) {
		for _, f := range topic.flags {
			names = append(names, f.Name)
		}
	}
	return names
}

// The environment sets what a flag sets, for every one of them: a value that no setting takes is refused under the variable's name.
func TestEverySettingIsInTheEnvironment(t *testing.T) {
	t.Parallel()
	for name, rows := range tables(&command{}) {
		for _, row := range rows {
			variable := settings.Environment(row.Name)
			t.Run(name+" "+variable, func(t *testing.T) {
				if row.AnyText {
					t.Skip("it takes any text")
				}
				args := map[string][]string{"check": {name, "--reference", "--show-config"}, "replay": {name, "none.har"}, "serve": {name}, "diff": {name, "a", "b"}, "list": {name}, "explain": {name, "start"}}[name]
				args = slices.DeleteFunc(args, func(arg string) bool { return arg == "--"+row.Name }) // a flag would win
				NewWithT(t).Expect(callIn([]string{variable + "=a\x01b"}, args...)).To(And(HaveField("Code", exitUsage), HaveField("Stderr", HavePrefix("two-oh-two: "+variable+": "))))
			})
		}
	}
}
