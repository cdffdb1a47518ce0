// Package sarif writes a report for code scanning, as SARIF 2.1.0.
package sarif

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// Write writes a report for code scanning, as SARIF 2.1.0: a run a target, a rule a requirement, a result for
// each failure. Known failures are suppressed; an inconclusive target is an invocation that did
// not succeed. The errors are the writer's.
func Write(w io.Writer, r report.Report) error {
	log := log{Schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", Version: "2.1.0"}
	how := map[string]string{}
	for _, known := range contract.Catalogue() {
		how[known.ID] = known.How
	}
	for i, title := range r.Titles() {
		log.Runs = append(log.Runs, newRun(r, r.Targets[i], title, how))
	}
	if len(r.Targets) == 0 {
		nothing := report.Target{Verdict: report.VerdictInconclusive, Why: report.NothingJudged}
		log.Runs = append(log.Runs, newRun(r, nothing, "", how))
	}
	return report.WriteJSON(w, log)
}

func newRun(r report.Report, t report.Target, title string, how map[string]string) run {
	run := run{
		Tool:       tool{driver{Name: "two-oh-two", Version: r.Tool.Version, Language: "en-GB", Rules: []rule{}}},
		Language:   "en-GB",
		Automation: automation{ID: "two-oh-two/" + title + "/" + t.Run}, // up to the last slash it is what GitHub tells runs apart by
		Invocations: []invocation{{
			Successful: t.Verdict != report.VerdictInconclusive,
			Start:      r.Started.UTC().Format("2006-01-02T15:04:05.000Z"),
			End:        r.Started.Add(t.Duration.Duration()).UTC().Format("2006-01-02T15:04:05.000Z"),
		}},
		Results:    []result{},
		Properties: facts{Target: t.BaseURL, Verdict: t.Verdict, Why: t.Why, Contract: r.Contract, Strict: t.Strict},
	}
	invoked := &run.Invocations[0]
	if t.Verdict == report.VerdictInconclusive {
		invoked.Notifications = []notification{{"error", newMessage(t.Why)}}
	} else if t.Stopped != "" {
		invoked.Notifications = []notification{{"warning", newMessage(t.Stopped)}}
	}
	for i, q := range t.Requirements {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, newRule(q, how[q.ID]))
		switch q.Status(t.Strict).State {
		case report.Passed, report.NotJudged:
		default:
			run.Results = append(run.Results, newResult(t, q, i))
		}
	}
	return run
}

// levelOf is how weighty a failure of a level is.
func levelOf(level contract.Level) string {
	switch level {
	case contract.Must:
		return "error"
	case contract.Should:
		return "warning"
	}
	return "note"
}

func newRule(r report.Requirement, how string) rule {
	rule := rule{
		ID: r.ID, Short: newMessage(r.Says), Full: newMessage(r.Means), Default: configuration{levelOf(r.Level)},
		Properties: tags{[]string{r.Group(), string(r.Level)}},
	}
	if r.Means == "" {
		rule.Full = rule.Short
	}
	lines := []string{r.Means}
	if how != "" {
		lines = append(lines, "How it is judged: "+how)
	}
	lines = append(lines, "Source: "+r.Source)
	rule.Help = newMessage(strings.Join(lines, " "))
	for i, line := range lines {
		lines[i] = braces.Replace(report.EscapeMarkdown(line))
	}
	rule.Help.Markdown = strings.Join(lines, "\n\n")
	return rule
}

func newResult(t report.Target, r report.Requirement, rule int) result {
	out := result{
		RuleID: r.ID, RuleIndex: rule, Kind: "fail", Level: levelOf(r.Level), Message: newMessage(strings.ReplaceAll(r.Annotation(), "\n", " · ")),
		Locations: []location{newLocation(t, r)}, Fingerprints: newFingerprints(t, r),
		Properties: tags{[]string{r.Group(), string(r.Level), string(r.Outcome)}},
	}
	switch status := r.Status(t.Strict); {
	case status.Count == report.CountsAgainst:
		out.Level = "error"
	case status.State == report.Expected:
		out.Suppressions = []suppression{{"external", "accepted", report.EscapeUnsafe(r.Known.Says(r.ID))}}
	}
	if len(r.Exchanges) > 0 {
		if e := t.Exchange(r.Exchanges[0]); e != nil {
			out.Request, out.Response = newRequest(*e), newResponse(*e)
		}
	}
	return out
}

// newLocation is where a failure is: at a resource of a server. GitHub shows none without a file, though, so there is
// one that stands for the requirement, under the same name each time.
func newLocation(t report.Target, r report.Requirement) location {
	var l location
	l.Physical.Artifact.URI = "two-oh-two/" + uriPart(r.ID)
	l.Physical.Region.StartLine = 1
	l.Logical = []logical{{Name: r.Group(), Full: report.EscapeUnsafe(t.BaseURL + " " + r.ID), Kind: "resource"}}
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

// newFingerprints is the same for the same failure in each run: what differs from run to run, ids and times, is not in it. The
// first name is ours, the second is the one that GitHub reads.
func newFingerprints(t report.Target, r report.Requirement) map[string]string {
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
	braces   = strings.NewReplacer("{", "{{", "}", "}}")
	brackets = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`)
)

// newMessage is a plain text, with nothing in it that is a placeholder or an embedded link.
func newMessage(text string) message {
	return message{Text: braces.Replace(brackets.Replace(report.EscapeUnsafe(text)))}
}
