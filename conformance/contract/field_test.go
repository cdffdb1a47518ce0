package contract

import (
	"regexp"
	"testing"

	. "github.com/onsi/gomega"
)

func TestFieldReports(t *testing.T) {
	repository := regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$`)
	url := regexp.MustCompile(`^https://github\.com/[A-Za-z0-9-]+/[A-Za-z0-9._-]+/(issues|pull)/[1-9][0-9]*$`)
	for id, reports := range fieldReports() {
		_, known := Find(id)
		if !known {
			t.Errorf("there is no requirement %q", id)
		}
		if len(reports) < 1 || len(reports) > 5 {
			t.Errorf("%s has %d reports: one to five are told", id, len(reports))
		}
		seen := map[string]bool{}
		for _, r := range reports {
			if !repository.MatchString(r.Repository) || !url.MatchString(r.URL()) || seen[r.URL()] {
				t.Errorf("%s: %s, %s: not a repository, not a link, or there twice", id, r.Title(), r.URL())
			}
			if len(r.Says) < 10 || len(r.Says) > 120 {
				t.Errorf("%s: %s: %q: a few words, please", id, r.Title(), r.Says)
			}
			seen[r.URL()] = true
		}
	}
}

func TestFieldReportNames(t *testing.T) {
	g := NewWithT(t)
	first := FieldReports("monitor.ready")[0]
	g.Expect(first.Title()).To(Equal("Azure/azure-functions-durable-extension#143"))
	g.Expect(first.URL()).To(Equal("https://github.com/Azure/azure-functions-durable-extension/issues/143"))
	g.Expect(FieldReports("monitor.redy")).To(BeEmpty())
}
