package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/config"
)

// supplement gives flags that were not given what the environment says, and then, but for those left alone, what the
// configuration says: the one that --config names, or the one in the working directory.
func (c *command) supplement(cmd *cobra.Command, settings *conformance.Settings, leftAlone ...string) error {
	if err := c.environment(cmd); err != nil {
		return err
	}
	byItself := configHere()
	path, err := settings.ReadConfig(byItself)
	if err != nil {
		return err
	}
	c.configured = path
	look := func(name string) (conformance.Told, bool) {
		told, found := settings.Filed(name)
		return told, found && !slices.Contains(leftAlone, name)
	}
	if err := c.filed(cmd, look); err != nil {
		return err
	}
	if quiet := cmd.Flags().Lookup("quiet"); path == byItself && path != "" && quiet.Value.String() != "true" {
		fmt.Fprintf(c.stderr, "two-oh-two: settings are taken from %s, which is here\n", path)
	}
	return nil
}

// configHere is the configuration in the working directory; empty where there is none.
func configHere() string {
	if _, err := os.Stat(config.DefaultPath); err != nil {
		return ""
	}
	return config.DefaultPath
}

// section gives flags of serve that were not given what the section of a configuration says.
func (s *serving) section(cmd *cobra.Command) error {
	path, by := s.config, "--config: "
	if variable := conformance.Environment("config"); !cmd.Flags().Changed("config") {
		if path, by = s.getenv(variable), variable+": "; path == "" {
			path, by = configHere(), ""
		}
	}
	if path == "" {
		return nil
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "config" && f.Name != "help" {
			names = append(names, f.Name)
		}
	})
	file, err := config.Files{}.Section(path, config.Serve, names)
	if err != nil {
		return usagef("%s%v", by, err)
	}
	return s.filed(cmd, func(name string) (conformance.Told, bool) {
		told, found := file[name]
		return told, found
	})
}

// environment gives the flags that were not given what the environment says, under the names that the
// shared settings have there too.
func (c *command) environment(cmd *cobra.Command) error {
	var names []string
	for _, other := range cmd.Root().Commands() { // what is meant for another command is no mistake
		other.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	}
	var wrong error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		variable := conformance.Environment(f.Name)
		value := c.getenv(variable)
		if f.Changed || value == "" || isSetting(f.Name) || f.Name == "help" || wrong != nil {
			return
		}
		wrong = c.fill(cmd, f, lines(f, value), variable)
	})
	if wrong != nil {
		return wrong
	}
	return conformance.UnknownVariables(c.environ, names...)
}

// filed gives the flags that were not given, and that are no shared settings, what a file says.
func (c *command) filed(cmd *cobra.Command, look func(string) (conformance.Told, bool)) error {
	var wrong error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		told, found := look(f.Name)
		if !found || f.Changed || isSetting(f.Name) || wrong != nil {
			return
		}
		if _, repeats := f.Value.(pflag.SliceValue); len(told.Values) != 1 && !repeats {
			wrong = usagef("%s: %s: one value is needed, and there are %d", told.Where, f.Name, len(told.Values))
			return
		}
		wrong = c.fill(cmd, f, told.Values, told.Where+": "+f.Name)
	})
	return wrong
}

// fill sets a flag, and remembers by what it was set.
func (c *command) fill(cmd *cobra.Command, f *pflag.Flag, values []string, by string) error {
	for _, value := range values {
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			return usagef("%s: %q is not a value for it", by, value)
		}
	}
	if c.origins == nil {
		c.origins = map[string]string{}
	}
	c.origins[f.Name] = by
	return nil
}

// lines are the values of a flag that repeats, one a line; else there is one.
func lines(f *pflag.Flag, value string) []string {
	if _, repeats := f.Value.(pflag.SliceValue); repeats {
		return strings.FieldsFunc(value, func(r rune) bool { return r == '\n' || r == '\r' })
	}
	return []string{value}
}

func isSetting(name string) bool {
	for _, setting := range conformance.AllSettings() {
		if setting.Name == name {
			return true
		}
	}
	return false
}

func (c *command) getenv(name string) string {
	for _, variable := range c.environ {
		if value, found := strings.CutPrefix(variable, name+"="); found {
			return value
		}
	}
	return ""
}
