package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// SARIF writes a report for code scanning, as SARIF 2.1.0: a run a target, a rule a requirement, a result for
// each failure. Known failures are suppressed; a target of which nothing can be told is an invocation that did
// not succeed. The errors are the writer's.
func SARIF(w io.Writer, r Report) error {
	log := sarifLog{Schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", Version: "2.1.0"}
	how := map[string]string{}
	for _, known := range contract.Catalogue() {
		how[known.ID] = known.How
	}
	for i, title := range r.titles() {
		log.Runs = append(log.Runs, newSARIFRun(r, r.Targets[i], title, how))
	}
	if len(r.Targets) == 0 {
		nothing := Target{Verdict: VerdictInconclusive, Why: nothingJudged}
		log.Runs = append(log.Runs, newSARIFRun(r, nothing, "", how))
	}
	text, err := json.MarshalIndent(log, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(harmlessJSON(text), '\n'))
	return err
}

func newSARIFRun(r Report, t Target, title string, how map[string]string) sarifRun {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "two-oh-two", Version: r.Tool.Version, Language: "en-GB", Rules: []sarifRule{}}},
		Language:   "en-GB",
		Automation: sarifAutomation{ID: "two-oh-two/" + title + "/" + t.Run}, // up to the last slash it is what GitHub tells runs apart by
		Invocations: []sarifInvocation{{
			Successful: t.Verdict != VerdictInconclusive,
			Start:      r.Started.UTC().Format("2006-01-02T15:04:05.000Z"),
			End:        r.Started.Add(t.Duration.Duration()).UTC().Format("2006-01-02T15:04:05.000Z"),
		}},
		Results:    []sarifResult{},
		Properties: sarifFacts{Target: t.BaseURL, Verdict: t.Verdict, Why: t.Why, Contract: r.Contract, Strict: t.Strict},
	}
	told := &run.Invocations[0]
	if t.Verdict == VerdictInconclusive {
		told.Notifications = []sarifNotification{{"error", sarifMessage(t.Why)}}
	} else if t.Stopped != "" {
		told.Notifications = []sarifNotification{{"warning", sarifMessage(t.Stopped)}}
	}
	for i, q := range t.Requirements {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, newSARIFRule(q, how[q.ID]))
		if q.unwell(t) {
			run.Results = append(run.Results, newSARIFResult(t, q, i))
		}
	}
	return run
}

// sarifLevel is how weighty a failure of a level is.
func sarifLevel(level contract.Level) string {
	switch level {
	case contract.Must:
		return "error"
	case contract.Should:
		return "warning"
	}
	return "note"
}

func newSARIFRule(r Requirement, how string) sarifRule {
	rule := sarifRule{
		ID: r.ID, Short: sarifMessage(r.Says), Full: sarifMessage(r.Means), Default: sarifConfiguration{sarifLevel(r.Level)},
		Properties: sarifTags{[]string{r.group(), string(r.Level)}},
	}
	if r.Means == "" {
		rule.Full = rule.Short
	}
	lines := []string{r.Means}
	if how != "" {
		lines = append(lines, "How it is judged: "+how)
	}
	lines = append(lines, "Source: "+r.Source)
	rule.Help = sarifMessage(strings.Join(lines, " "))
	for i, line := range lines {
		lines[i] = sarifBraces.Replace(plain(line))
	}
	rule.Help.Markdown = strings.Join(lines, "\n\n")
	return rule
}

func newSARIFResult(t Target, r Requirement, rule int) sarifResult {
	out := sarifResult{
		RuleID: r.ID, RuleIndex: rule, Kind: "fail", Level: sarifLevel(r.Level), Message: sarifMessage(strings.ReplaceAll(r.annotation(), "\n", " · ")),
		Locations: []sarifLocation{newSARIFLocation(t, r)}, Fingerprints: newSARIFFingerprints(t, r),
		Properties: sarifTags{[]string{r.group(), string(r.Level), string(r.Outcome)}},
	}
	switch {
	case r.Counts(t.Strict) == CountsAgainst:
		out.Level = "error"
	case r.ExpectedFailure:
		out.Suppressions = []sarifSuppression{{"external", "accepted", harmless(r.Known.Says(r.ID))}}
	}
	if len(r.Exchanges) > 0 {
		if e := t.exchange(r.Exchanges[0]); e != nil {
			out.Request, out.Response = newSARIFRequest(*e), newSARIFResponse(*e)
		}
	}
	return out
}

// newSARIFLocation is where a failure is: at a resource of a server. GitHub shows none without a file, though, so there is
// one that stands for the requirement, under the same name each time.
func newSARIFLocation(t Target, r Requirement) sarifLocation {
	var l sarifLocation
	l.Physical.Artifact.URI = "two-oh-two/" + uriPart(r.ID)
	l.Physical.Region.StartLine = 1
	l.Logical = []sarifLogical{{Name: r.group(), Full: harmless(t.BaseURL + " " + r.ID), Kind: "resource"}}
	return l
}

// uriPart writes what can't stand in a path as %-escapes; ids of ours have nothing of the kind.
func uriPart(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c == '-' || c == '.' || c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + strings.ToUpper(hex.EncodeToString([]byte{c})))
		}
	}
	return b.String()
}

// newSARIFFingerprints is the same for the same failure in each run: what differs from run to run, ids and times, is not in it. The
// first name is ours, the second is the one that GitHub reads.
func newSARIFFingerprints(t Target, r Requirement) map[string]string {
	whose := t.BaseURL
	if t.Name != "" {
		whose = t.Name // whoever has one may be served under another port each time
	}
	sum := sha256.Sum256([]byte(r.ID + "\x00" + whose))
	print := hex.EncodeToString(sum[:16])
	return map[string]string{"requirementOfTarget/v1": print, "primaryLocationLineHash": print + ":1"}
}

// Braces are doubled, as they are placeholders otherwise (SARIF 2.1.0, 3.11.5); brackets are links (3.11.6).
var (
	sarifBraces   = strings.NewReplacer("{", "{{", "}", "}}")
	sarifBrackets = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`)
)

// sarifMessage is a plain text, with nothing in it that is a placeholder or an embedded link.
func sarifMessage(text string) sarifText {
	return sarifText{Text: sarifBraces.Replace(sarifBrackets.Replace(harmless(text)))}
}
