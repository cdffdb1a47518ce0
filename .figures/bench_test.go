package main

import (
	"strings"
	"testing"
)

// printed is what go test printed, with what may stand between.
const printed = `goos: linux
goarch: amd64
cpu: A Processor 3000
BenchmarkCheck/2s-2         	       1	2071000000 ns/op	         1.036 jobs/op	       215.0 requests/op
BenchmarkCheck/2s-2         	       1	2093000000 ns/op	         1.047 jobs/op	       219.0 requests/op
BenchmarkCheck/2s-2         	       1	2074000000 ns/op	         1.038 jobs/op	       217.0 requests/op
--- BENCH: BenchmarkCheck/2s-2
    BenchmarkCheck is not a line of figures
BenchmarkJobs/10000         	       3	5 ns/op
BenchmarkOdd/of-bare-16     	 1000000	0.5 ns/op
Benchmark says something else
PASS
`

func TestRead(t *testing.T) {
	s := samples{}
	cpu, err := s.read(strings.NewReader(printed))
	if err != nil || cpu != "A Processor 3000" || len(s) != 3 {
		t.Errorf("%q, %v, %v", cpu, err, s)
	}
	for _, row := range []struct {
		name, unit string
		factor     float64
		want       string
	}{
		{"BenchmarkCheck/2s", "jobs/op", 1, "1.04 (1.04–1.05)"},
		{"BenchmarkCheck/2s", "ns/op", 1e-9, "2.07 (2.07–2.09)"},
		{"BenchmarkCheck/2s", "requests/op", 1, "217 (215–219)"},
		{"BenchmarkJobs/10000", "ns/op", 1, "5"},
		{"BenchmarkOdd/of-bare", "ns/op", 1, "0.500"},
		{"BenchmarkOdd/of-bare", "MB/op", 1, "–"},
		{"BenchmarkGone", "ns/op", 1, "–"},
	} {
		if got := s.figure(row.name, row.unit, row.factor); got != row.want {
			t.Errorf("%s, %s: %s, want %s", row.name, row.unit, got, row.want)
		}
	}
	if _, err := s.read(strings.NewReader("BenchmarkTorn-2 1 many ns/op")); err == nil {
		t.Error("a figure that is none is read")
	}
}

func TestNumber(t *testing.T) {
	for _, row := range []struct {
		v    float64
		want string
	}{
		{0, "0"}, {0.123456, "0.123"}, {0.00123456, "0.00123"}, {1.5, "1.50"}, {1.0004, "1.00"}, {2, "2"}, {99.94, "99.9"}, {20, "20"},
		{100, "100"}, {999.6, "1,000"}, {1234567.8, "1,234,568"}, {-1234, "-1,234"}, {-123, "-123"},
	} {
		if got := number(row.v); got != row.want {
			t.Errorf("%v: %s, want %s", row.v, got, row.want)
		}
	}
}

func TestPutSection(t *testing.T) {
	for _, row := range []struct{ before, want string }{
		{"a\n<!-- figures -->\nold\n<!-- /figures -->\nb\n", "a\n<!-- figures -->\nnew\n<!-- /figures -->\nb\n"},
		{"<!-- figures --><!-- /figures -->", "<!-- figures -->\nnew\n<!-- /figures -->"},
		{"<!-- /figures --><!-- figures -->", ""},
		{"<!-- figures -->", ""},
		{"", ""},
	} {
		got, err := putSection(row.before, "new\n")
		if got != row.want || (err == nil) != (row.want != "") {
			t.Errorf("%q: %q, %v", row.before, got, err)
		}
	}
}

func TestSection(t *testing.T) {
	s := samples{}
	s.add("BenchmarkHeldJob", "B/job", 177)
	m := &measurement{samples: s, Suites: []suite{{Name: "theirs", Why: "it could not be run"}}}
	m.derive()
	got, err := m.section()
	if err != nil || !strings.Contains(got, "costs 177 bytes") || !strings.Contains(got, "it could not be run") {
		t.Errorf("%v\n%s", err, got)
	}
}
