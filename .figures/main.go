// Figures measures this project and writes the results into .figures/README.md, between two comments. It runs the benchmarks, the
// command itself, and two other suites for context. The text around the figures is in section.md.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Steps are the benchmarks that are run, in this order.
var steps = []struct {
	name, folder, benchtime string
	most                    int // times that it is run
}{
	{"Check", "./conformance", "1x", 5},
	{"SeedsWay", "./.figures", "1x", 5},
	{"FaultsSeen", "./.figures", "1x", 1}, // it counts
	{"Judge", "./conformance/contract", "0.5s", 5},
	{"Reference", "./reference", "0.5s", 5},
	{"HeldJob", "./reference", "1000000x", 3},
	{"Jobs", "./conformance", "1x", 3},
	{"JobsJudged", "./conformance", "5x", 3},
}

// limit bounds everything.
const limit = 20 * time.Minute

// A measurement is one run of everything.
type measurement struct {
	samples
	Machine machine
	Suites  []suite // of others

	work   string    // a folder for what is built; it is removed
	raw    io.Writer // all figures as go test prints them: benchstat reads it
	count  int       // times that a figure is measured, at most
	stderr io.Writer
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("figures", flag.ContinueOnError)
	flags.SetOutput(stderr)
	out := flags.String("o", filepath.Join(".figures", "README.md"), "the file whose section is written; - for standard output")
	count := flags.Int("count", 5, "times that a figure is measured, at most")
	noOthers := flags.Bool("no-others", false, "leave out the suites of others")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := figures(ctx, *out, *count, !*noOthers, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

func figures(ctx context.Context, out string, count int, others bool, stdout, stderr io.Writer) error {
	began := time.Now()
	work, err := os.MkdirTemp("", "figures-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	raw, err := os.CreateTemp("", "two-oh-two-figures-*.txt")
	if err != nil {
		return err
	}
	defer raw.Close()
	fmt.Fprintf(stderr, "all figures, for benchstat: %s\n", raw.Name())
	m := &measurement{samples: samples{}, work: work, raw: raw, count: count, stderr: stderr, Machine: thisMachine()}
	if err := m.measure(ctx, others); err != nil {
		return err
	}
	section, err := m.section()
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "\n%s; all figures, for benchstat: %s\n", time.Since(began).Round(time.Second), raw.Name())
	if out == "-" {
		_, err = io.WriteString(stdout, section)
		return err
	}
	return writeSection(out, section)
}

func (m *measurement) measure(ctx context.Context, others bool) error {
	for _, s := range steps {
		if err := m.benchmark(ctx, s.name, s.folder, s.benchtime, min(s.most, m.count)); err != nil {
			return fmt.Errorf("in Benchmark%s: %w", s.name, err)
		}
	}
	if err := m.commands(ctx); err != nil {
		return err
	}
	if others {
		m.others(ctx)
	}
	m.derive()
	return ctx.Err()
}

// benchmark runs one of the benchmarks.
func (m *measurement) benchmark(ctx context.Context, name, folder, benchtime string, count int) error {
	fmt.Fprintf(m.stderr, "\n== Benchmark%s\n", name)
	var out bytes.Buffer
	cmd := program(ctx, "go", "test", folder, "-run=^$", "-bench=^Benchmark"+name+"$",
		"-benchtime="+benchtime, "-count="+strconv.Itoa(count), "-timeout="+limit.String())
	cmd.Stdout, cmd.Stderr = io.MultiWriter(&out, m.raw, m.stderr), m.stderr
	if err := cmd.Run(); err != nil {
		return err
	}
	cpu, err := m.read(&out)
	if cpu != "" {
		m.Machine.CPU = cpu
	}
	if !bytes.Contains(out.Bytes(), []byte("\nBenchmark"+name)) {
		return errors.New("it is not there")
	}
	return err
}

// tellRun adds one run of a program to the samples, in the form of go test's.
func (m *measurement) tellRun(name string, took time.Duration, figures string) error {
	line := strings.TrimSpace(fmt.Sprintf("Benchmark%s 1 %d ns/op %s", name, took.Nanoseconds(), figures)) + "\n"
	fmt.Fprint(io.MultiWriter(m.raw, m.stderr), line)
	_, err := m.read(strings.NewReader(line))
	return err
}

// writeSection puts the section into the file.
func writeSection(path, section string) error {
	before, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	after, err := putSection(string(before), section)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, []byte(after), 0o644)
}
