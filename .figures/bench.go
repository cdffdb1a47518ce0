package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Samples are what benchmarks measured, by their names and units: as many as the benchmark was run times.
type samples map[string]map[string][]float64

// read reads what go test -bench prints, and returns the processor that it names. What is no benchmark's line is passed over.
func (s samples) read(r io.Reader) (cpu string, err error) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if name, is := strings.CutPrefix(lines.Text(), "cpu: "); is {
			cpu = name
		}
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		if _, err := strconv.Atoi(fields[1]); err != nil {
			continue
		}
		name := withoutProcs(fields[0])
		for i := 2; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return cpu, fmt.Errorf("%s: %w", name, err)
			}
			s.add(name, fields[i+1], value)
		}
	}
	return cpu, lines.Err()
}

func (s samples) add(name, unit string, value float64) {
	if s[name] == nil {
		s[name] = map[string][]float64{}
	}
	s[name][unit] = append(s[name][unit], value)
}

// withoutProcs takes off the GOMAXPROCS that go test puts behind a name, unless it is 1.
func withoutProcs(name string) string {
	at := strings.LastIndexByte(name, '-')
	if at < 0 {
		return name
	}
	if _, err := strconv.Atoi(name[at+1:]); err != nil {
		return name
	}
	return name[:at]
}

// figure is the median of the samples times a factor, with the least and the most where there are several: "1.04 (1.03–1.10)".
func (s samples) figure(name, unit string, factor float64) string {
	values := slices.Sorted(slices.Values(s[name][unit]))
	if len(values) == 0 {
		return "–"
	}
	least, most := number(values[0]*factor), number(values[len(values)-1]*factor)
	if least == most {
		return number(s.median(name, unit) * factor)
	}
	return fmt.Sprintf("%s (%s–%s)", number(s.median(name, unit)*factor), least, most)
}

func (s samples) median(name, unit string) float64 {
	values := slices.Sorted(slices.Values(s[name][unit]))
	if len(values) == 0 {
		return math.NaN()
	}
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

// number has three digits that count, or none behind the point where it is whole, and groups of three where it is large.
func number(v float64) string {
	if size := math.Abs(v); size < 100 && v != math.Trunc(v) {
		return strconv.FormatFloat(v, 'f', max(0, 2-int(math.Floor(math.Log10(size)))), 64)
	}
	return grouped(int64(math.Round(v)))
}

func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
