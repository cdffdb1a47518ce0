package faults

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/onsi/ginkgo/v2/reporters"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// verdicts are the words for them.
var verdicts = map[string]report.Verdict{
	"✓ conformant": report.VerdictPass, "✗ not conformant": report.VerdictFail, "? could not tell": report.VerdictInconclusive,
}

var (
	textHeadline = regexp.MustCompile(`(?m)^([✗!]) (\S+)  (MUST|SHOULD)$`)
	textTally    = regexp.MustCompile(`(?m)^  (MUST|SHOULD) +(.*)$`)
)

func readText(text string) (telling, error) {
	headline, _, _ := strings.Cut(text, ":")
	verdict, _, _ := strings.Cut(headline, ",")
	told := telling{verdict: verdicts[verdict], failed: []string{}, against: []string{}, counts: map[string]int{}}
	for _, line := range textHeadline.FindAllStringSubmatch(text, -1) {
		told.failed = append(told.failed, line[2])
		if line[1] == "✗" {
			told.against = append(told.against, line[2])
		}
	}
	outcomes := map[string]string{"passed": "pass", "failed": "fail", "not observed": "not-observed", "not applicable": "not-applicable", "blocked": "blocked"}
	for _, line := range textTally.FindAllStringSubmatch(text, -1) {
		for part := range strings.SplitSeq(line[2], ", ") {
			number, outcome, _ := strings.Cut(part, " ")
			n, err := strconv.Atoi(number)
			if err != nil {
				return told, err
			}
			told.counts[line[1]+" "+outcomes[outcome]] = n
		}
	}
	return told.sorted(), nil
}

func readJSON(text string) (telling, error) {
	var r report.Report
	err := json.Unmarshal([]byte(text), &r)
	if err != nil {
		return telling{}, err
	}
	told := toldBy(r)
	told.counts = map[string]int{}
	for level, outcomes := range r.Targets[0].Counts {
		for outcome, n := range outcomes {
			if n > 0 && level != contract.May {
				told.counts[string(level)+" "+string(outcome)] = n
			}
		}
	}
	return told, nil
}

var (
	htmlVerdict     = regexp.MustCompile(`<h1><span class="mark" aria-hidden="true">(.)</span> <span class="says">([^<]*)</span>`)
	htmlRequirement = regexp.MustCompile(`<details class="requirement ([^"]+)" id="(\S+)" data-outcome="(\S+)" data-level="(\S+)"`)
)

// readHTML reads what the page's own filters read.
func readHTML(text string) (telling, error) {
	verdict := htmlVerdict.FindStringSubmatch(text)
	if verdict == nil {
		return telling{}, errors.New("there is no heading")
	}
	told := telling{verdict: verdicts[verdict[1]+" "+verdict[2]], failed: []string{}, against: []string{}, counts: map[string]int{}}
	for _, found := range htmlRequirement.FindAllStringSubmatch(text, -1) {
		class, id, outcome, level := found[1], found[2], found[3], found[4]
		if level != string(contract.May) {
			told.counts[level+" "+outcome]++
		}
		if outcome == "fail" {
			told.failed = append(told.failed, id)
			if class == "fail" {
				told.against = append(told.against, id)
			}
		}
	}
	return told.sorted(), nil
}

// readJUnit draws the verdict from the cases, as a reader of test results does: an error is neither a pass nor a failure.
func readJUnit(text string) (telling, error) {
	var suites reporters.JUnitTestSuites
	if err := xml.Unmarshal([]byte(text), &suites); err != nil {
		return telling{}, err
	}
	told := telling{verdict: report.VerdictPass, failed: []string{}, against: []string{}}
	for _, c := range suites.TestSuites[0].TestCases {
		id, _, _ := strings.Cut(c.Name, ":")
		switch {
		case c.Failure != nil:
			told.failed, told.against = append(told.failed, id), append(told.against, id)
		case c.Skipped != nil && strings.HasPrefix(c.Skipped.Message, "a SHOULD failed"):
			told.failed = append(told.failed, id)
		}
	}
	switch {
	case suites.Errors > 0:
		told.verdict = report.VerdictInconclusive
	case suites.Failures > 0:
		told.verdict = report.VerdictFail
	}
	return told.sorted(), nil
}

var (
	markdownVerdict = regexp.MustCompile("^## ([^:,]+)[^`]*: `")
	markdownIDs     = regexp.MustCompile("`([^`]+)`")
	markdownCounts  = regexp.MustCompile(`(?m)^\| (MUST|SHOULD) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$`)
)

func readMarkdown(text string) (telling, error) {
	verdict := markdownVerdict.FindStringSubmatch(text)
	if verdict == nil {
		return telling{}, fmt.Errorf("it does not begin with a verdict")
	}
	told := telling{verdict: verdicts[verdict[1]], failed: []string{}, against: []string{}, counts: map[string]int{}}
	for line := range strings.SplitSeq(text, "\n") {
		what, list, _ := strings.Cut(line, ": ")
		if what != "Failed" && what != "Failures that do not fail the verdict" {
			continue
		}
		for _, id := range markdownIDs.FindAllStringSubmatch(list, -1) {
			if what == "Failed" {
				told.against = append(told.against, id[1])
			}
			told.failed = append(told.failed, id[1])
		}
	}
	for _, row := range markdownCounts.FindAllStringSubmatch(text, -1) {
		for i, outcome := range []string{"fail", "pass", "blocked", "not-observed", "not-applicable"} {
			if n, err := strconv.Atoi(row[2+i]); err == nil && n > 0 {
				told.counts[row[1]+" "+outcome] = n
			}
		}
	}
	return told.sorted(), nil
}

func readSARIF(text string) (telling, error) {
	log, err := sarif.FromBytes([]byte(text))
	if err != nil {
		return telling{}, err
	}
	told := telling{verdict: report.VerdictPass, failed: []string{}, against: []string{}}
	for _, result := range log.Runs[0].Results {
		told.failed = append(told.failed, *result.RuleID)
		if result.Level == "error" {
			told.against, told.verdict = append(told.against, *result.RuleID), report.VerdictFail
		}
	}
	if !*log.Runs[0].Invocations[0].ExecutionSuccessful {
		told.verdict = report.VerdictInconclusive
	}
	return told.sorted(), nil
}

// readBadge knows how many count, and not which.
func readBadge(text string) (telling, error) {
	var picture struct {
		Title string `xml:"title"`
	}
	if err := xml.Unmarshal([]byte(text), &picture); err != nil {
		return telling{}, err
	}
	for mark, verdict := range verdicts {
		_, says, _ := strings.Cut(mark, " ")
		if rest, found := strings.CutPrefix(picture.Title, "two-oh-two: "+says); found {
			return telling{verdict: verdict, number: strings.TrimPrefix(rest, ": ")}, nil
		}
	}
	return telling{}, fmt.Errorf("its title is %q", picture.Title)
}

func readGitHub(text string) (telling, error) {
	told := telling{verdict: report.VerdictPass, failed: []string{}, against: []string{}}
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		command, title, _ := strings.Cut(line, " title=")
		id, _, _ := strings.Cut(title, " (")
		switch {
		case line == "":
		case strings.HasPrefix(title, "two-oh-two%3A could not tell"):
			told.verdict = report.VerdictInconclusive
		case command == "::error":
			told.against, told.failed = append(told.against, id), append(told.failed, id)
		case command == "::warning":
			told.failed = append(told.failed, id)
		}
	}
	if told.verdict == report.VerdictPass && len(told.against) > 0 {
		told.verdict = report.VerdictFail
	}
	return told.sorted(), nil
}
