// Package sarif writes a report for code scanning, as SARIF 2.1.0.
package sarif

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

const language = "en-GB"

// Write writes a report for code scanning, as SARIF 2.1.0: a run a target, a rule a requirement, a result for
// each failure. Known failures are suppressed; an inconclusive target is an invocation that did
// not succeed. The errors are the writer's.
func Write(w io.Writer, r report.Report) error {
	log := sarif.NewReport()
	log.Schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	for i, title := range r.Titles() {
		log.AddRun(newRun(r, r.Targets[i], title))
	}
	if len(r.Targets) == 0 {
		nothing := report.Target{Verdict: report.VerdictInconclusive, Why: report.NothingJudged}
		log.AddRun(newRun(r, nothing, ""))
	}
	return report.WriteJSON(w, log)
}

func newRun(r report.Report, t report.Target, title string) *sarif.Run {
	const form = "2006-01-02T15:04:05.000Z"
	invoked := sarif.NewInvocation().WithExecutionSuccessful(t.Verdict != report.VerdictInconclusive).
		WithStartTimeUtc(r.Started.UTC().Format(form)).WithEndTimeUtc(r.Started.Add(t.Duration.Duration()).UTC().Format(form))
	if t.Verdict == report.VerdictInconclusive {
		invoked.AddToolExecutionNotification(sarif.NewNotification().WithLevel("error").WithMessage(newMessage(t.Why)))
	} else if t.Stopped != "" {
		invoked.AddToolExecutionNotification(sarif.NewNotification().WithMessage(newMessage(t.Stopped)))
	}
	tool := sarif.NewToolComponent().WithName("two-oh-two").WithVersion(r.Tool.Version).WithLanguage(language)
	run := sarif.NewRun().WithTool(sarif.NewTool().WithDriver(tool)).WithLanguage(language).AddInvocation(invoked).
		WithAutomationDetails(sarif.NewRunAutomationDetails().WithID("two-oh-two/" + title + "/" + t.Run)). // up to the last slash it is what GitHub tells runs apart by
		WithProperties(sarif.NewPropertyBag().Add("target", t.BaseURL).Add("verdict", t.Verdict).Add("why", t.Why).Add("strict", t.Strict).Add("contract", r.Contract))
	for i, q := range t.Requirements {
		tool.AddRule(newRule(q))
		if q.Status(t.Strict).State.Open() {
			run.AddResult(newResult(t, q, i))
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

func newRule(r report.Requirement) *sarif.ReportingDescriptor {
	lines := []string{r.Means}
	if r.How != "" {
		lines = append(lines, "How it is judged: "+r.How)
	}
	lines = append(lines, "Source: "+r.Source)
	plain := safe(strings.Join(lines, " "))
	for i, line := range lines {
		lines[i] = braces.Replace(report.EscapeMarkdown(line))
	}
	return sarif.NewRule(r.ID).WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(levelOf(r.Level))).
		WithShortDescription(sarif.NewMultiformatMessageString().WithText(safe(r.Says))).
		WithFullDescription(sarif.NewMultiformatMessageString().WithText(safe(cmp.Or(r.Means, r.Says)))).
		WithHelp(sarif.NewMultiformatMessageString().WithText(plain).WithMarkdown(strings.Join(lines, "\n\n"))).
		WithProperties(sarif.NewPropertyBag().WithTags([]string{r.Group(), string(r.Level)}))
}

func newResult(t report.Target, r report.Requirement, rule int) *sarif.Result {
	out := sarif.NewRuleResult(r.ID).WithRuleIndex(rule).WithKind("fail").WithLevel(levelOf(r.Level)).
		WithMessage(newMessage(strings.ReplaceAll(r.Annotation(), "\n", " · "))).
		AddLocation(newLocation(t, r)).WithPartialFingerprints(newFingerprints(t, r)).
		WithProperties(sarif.NewPropertyBag().WithTags([]string{r.Group(), string(r.Level), string(r.Outcome)}))
	switch status := r.Status(t.Strict); {
	case status.Count == report.CountsAgainst:
		out.Level = "error"
	case status.State == report.Expected:
		out.AddSuppression(sarif.NewSuppression().WithKind("external").WithStatus("accepted").WithJustification(report.EscapeUnsafe(r.Known.Says(r.ID))))
	}
	if len(r.Exchanges) > 0 {
		if e := t.Exchange(r.Exchanges[0]); e != nil {
			out.WithWebRequest(newRequest(*e)).WithWebResponse(newResponse(*e))
		}
	}
	return out
}

// newLocation is where a failure is: at a resource of a server. GitHub shows none without a file, though, so there is
// one that stands for the requirement, under the same name each time.
func newLocation(t report.Target, r report.Requirement) *sarif.Location {
	file := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation("two-oh-two/" + url.PathEscape(r.ID))).
		WithRegion(sarif.NewRegion().WithStartLine(1))
	resource := sarif.NewLogicalLocation().WithName(r.Group()).WithFullyQualifiedName(report.EscapeUnsafe(t.BaseURL + " " + r.ID)).WithKind("resource")
	return sarif.NewLocationWithPhysicalLocation(file).WithLogicalLocations([]*sarif.LogicalLocation{resource})
}

func newRequest(e report.Exchange) *sarif.WebRequest {
	protocol, version, _ := strings.Cut(e.Protocol, "/")
	return sarif.NewWebRequest().WithProtocol(protocol).WithVersion(version).WithMethod(e.Request.Method).WithTarget(e.Request.URL).
		WithHeaders(headersOf(e.Request.Fields))
}

func newResponse(e report.Exchange) *sarif.WebResponse {
	if e.Status == 0 {
		return sarif.NewWebResponse().WithNoResponseReceived(true)
	}
	protocol, version, _ := strings.Cut(e.Protocol, "/")
	_, reason, _ := strings.Cut(e.StatusText, " ")
	r := sarif.NewWebResponse().WithProtocol(protocol).WithVersion(version).WithStatusCode(e.Status).WithReasonPhrase(reason).WithHeaders(headersOf(e.Fields))
	if e.Body != nil {
		r.WithBody(sarif.NewArtifactContent().WithText(e.Body.Beginning))
	}
	return r
}

// headersOf are the fields of a message by name. Several of one name are one value here, as RFC 9110 5.3 joins them.
func headersOf(fields []record.Field) map[string]string {
	headers := map[string]string{}
	for _, f := range fields {
		if before, there := headers[f.Name]; there {
			headers[f.Name] = before + ", " + f.Value
		} else {
			headers[f.Name] = f.Value
		}
	}
	return headers
}

// newFingerprints is the same for the same failure in each run: what differs from run to run, ids and times, is not in it. The
// first name is ours, the second is the one that GitHub reads.
func newFingerprints(t report.Target, r report.Requirement) map[string]string {
	sum := sha256.Sum256([]byte(r.ID + "\x00" + cmp.Or(t.Name, t.BaseURL))) // whoever has a name may be served under another port each time
	print := hex.EncodeToString(sum[:16])
	return map[string]string{"requirementOfTarget/v1": print, "primaryLocationLineHash": print + ":1"}
}

// Braces are doubled, as they are placeholders otherwise (SARIF 2.1.0, 3.11.5); brackets are links (3.11.6).
var (
	braces   = strings.NewReplacer("{", "{{", "}", "}}")
	brackets = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`)
)

// safe is a plain text, with nothing in it that is a placeholder or an embedded link.
func safe(text string) string { return braces.Replace(brackets.Replace(report.EscapeUnsafe(text))) }

func newMessage(text string) *sarif.Message { return sarif.NewTextMessage(safe(text)) }
