package main

import (
	_ "embed"
	"errors"
	"strings"
	"text/template"
)

//go:embed section.md
var sectionText string

// section is the page's text about the measurement.
func (m *measurement) section() (string, error) {
	t, err := template.New("section").Funcs(template.FuncMap{"figure": m.figure}).Parse(sectionText)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, m)
	return b.String(), err
}

// derive adds ratios of what was measured.
func (m *measurement) derive() {
	const judge = "BenchmarkJudge"
	for i, ns := range m.samples[judge]["ns/op"] {
		if of := m.samples[judge]; i < len(of["requirements"]) && i < len(of["exchanges"]) {
			m.add(judge, "judged/s", of["requirements"][i]*of["exchanges"][i]/ns*1e9)
		}
	}
	for _, name := range []string{"BenchmarkJobs", "BenchmarkJobsJudged"} {
		for i, ms := range m.samples[name+"/10000"]["ms/job"] {
			if few := m.samples[name+"/100"]["ms/job"]; i < len(few) {
				m.add(name, "of-few", ms/few[i])
			}
		}
	}
	for _, ns := range m.samples["BenchmarkCommand/many"]["ns/op"] {
		m.add("BenchmarkCommand/many", "jobs/op", ns/float64(manyTake))
	}
	for _, name := range []string{"BenchmarkCommand/http2", "BenchmarkOthers/h2spec", "BenchmarkOthers/csi-sanity"} {
		for i, ns := range m.samples[name]["ns/op"] {
			m.add(name, "ms/case", ns/1e6/m.samples[name]["cases"][i])
		}
	}
}

const opening, closing = "<!-- figures -->", "<!-- /figures -->"

// putSection puts the section between the two comments that mark its place.
func putSection(text, section string) (string, error) {
	before, rest, opened := strings.Cut(text, opening)
	_, after, closed := strings.Cut(rest, closing)
	if !opened || !closed {
		return "", errors.New("it has no place for figures: " + opening + " and then " + closing)
	}
	return before + opening + "\n" + section + closing + after, nil
}
