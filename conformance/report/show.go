package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// How many characters formats show of long texts, unless they say otherwise. The JSON report has them whole.
const (
	MaxText    = 700  // of what was got and wanted
	MaxMethod  = 20   // of a request's method
	MaxURL     = 64   // of a URL in a line about an exchange
	maxValue   = 160  // of a header field
	MaxBody    = 160  // of a body's beginning
	MaxCommand = 1200 // of a curl command
	MaxTitle   = 200  // of a target's title
)

// NothingJudged is what a report without targets says.
const NothingJudged = "nothing was judged: there is no target"

// Outcomes are all outcomes, the most important first.
var Outcomes = []contract.Outcome{
	contract.Fail, contract.Pass, contract.Blocked, contract.NotObserved, contract.NotApplicable, contract.Yes, contract.No,
}

var verdicts = map[Verdict]struct{ mark, says string }{
	VerdictPass:         {"✓", "conformant"},
	VerdictFail:         {"✗", "not conformant"},
	VerdictInconclusive: {"?", "could not tell"},
}

// Mark is a verdict as one sign.
func (v Verdict) Mark() string { return verdicts[v].mark }

// Says is a verdict in words.
func (v Verdict) Says() string { return verdicts[v].says }

// Headline is the verdict on several targets in words: "2 targets: 1 not conformant, 1 conformant".
func (r Report) Headline() string {
	count := map[Verdict]int{}
	for _, t := range r.Targets {
		count[t.Verdict]++
	}
	var parts []string
	for _, v := range []Verdict{VerdictFail, VerdictInconclusive, VerdictPass} {
		if count[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[v], v.Says()))
		}
	}
	if len(parts) == 0 {
		parts = []string{"nothing was judged"}
	}
	return Counted(len(r.Targets), "target") + ": " + strings.Join(parts, ", ")
}

// Title names a target: by its name, where it has one, and its URL.
func (t Target) Title() string {
	if t.Name != "" {
		return fmt.Sprintf("%s (%s)", t.Name, t.BaseURL)
	}
	return t.BaseURL
}

// Titles name the targets, each differently. They are safe to show.
func (r Report) Titles() []string {
	var titles []string
	seen := map[string]int{}
	for _, t := range r.Targets {
		title := Truncate(EscapeUnsafe(t.Title()), MaxTitle)
		seen[title]++
		if n := seen[title]; n > 1 {
			title = fmt.Sprintf("%s (%d)", title, n)
		}
		titles = append(titles, title)
	}
	return titles
}

// Reason is why the verdict is what it is, without the target's URL in front.
func (t Target) Reason() string { return strings.TrimPrefix(t.Why, t.BaseURL+": ") }

// Inconclusive says why nothing is known of a target.
func (t Target) Inconclusive() string {
	return "inconclusive: " + TruncateMiddle(t.Title(), MaxTitle) + ": " + Truncate(t.Reason(), MaxText)
}

// Ran is the run in numbers.
func (t Target) Ran() string {
	return fmt.Sprintf("%s begun, %d followed to the end; %s in %s", Counted(t.Jobs.Begun, "job"), t.Jobs.Done, Counted(t.Jobs.Requests, "request"), Took(t.Duration))
}

// Find returns the requirement of that id as it was judged.
func (t Target) Find(id string) (Requirement, bool) {
	for _, r := range t.Requirements {
		if r.ID == id {
			return r, true
		}
	}
	return Requirement{}, false
}

// Group is the first part of a requirement's id.
func (r Requirement) Group() string {
	group, _, _ := strings.Cut(r.ID, ".")
	return group
}

// Sentence tells in one line what became of a requirement that did not pass.
func (r Requirement) Sentence() string {
	switch {
	case r.Known != nil && r.Known.State == KnownPassed:
		return r.Known.Says(r.ID)
	case r.ExpectedFailure:
		return r.Known.Says(r.ID) + ": got " + Truncate(r.Got, MaxText)
	case r.Outcome == contract.Fail:
		text := "got " + Truncate(r.Got, MaxText)
		if r.Want != "" {
			text += "; want " + Truncate(r.Want, MaxText)
		}
		return text
	case r.Outcome == contract.Blocked && r.Reason != "": // the reason says so itself
		return Truncate(r.Reason, MaxText)
	}
	return OutcomeText(r.Outcome) + ": " + Truncate(r.Reason, MaxText)
}

// An Entry is a labelled text, such as what was got.
type Entry struct{ Label, Text string }

// Entries are the texts about a requirement in the order in which they are read, without the empty ones.
func (r Requirement) Entries() []Entry {
	known := ""
	if r.Known != nil {
		known = r.Known.Says(r.ID)
	}
	var list []Entry
	for _, e := range []Entry{
		{"known", known}, {"reason", r.Reason}, {"got", r.Got}, {"want", r.Want}, {"likely", r.Likely}, {"fix", r.Mend}, {"means", r.Means}, {"source", r.Source},
	} {
		if e.Text != "" {
			list = append(list, e)
		}
	}
	return list
}

// Annotation is what is to be known of a failure where there is no room for its exchanges. It is safe to show.
func (r Requirement) Annotation() string {
	lines := []string{r.Says}
	switch {
	case r.Got == "":
		lines = append(lines, r.Sentence())
	default:
		for _, part := range []Entry{{"got", r.Got}, {"want", r.Want}, {"likely", r.Likely}, {"fix", r.Mend}, {"means", r.Means}} {
			if part.Text != "" {
				lines = append(lines, part.Label+": "+Truncate(part.Text, MaxText))
			}
		}
		if r.Known != nil {
			lines = append(lines, r.Known.Says(r.ID))
		}
	}
	for i, line := range lines {
		lines[i] = EscapeUnsafe(line)
	}
	return strings.Join(lines, "\n")
}

// Counted is a number with its noun: "1 job", "2 jobs".
func Counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Took writes a duration for people: as exactly as it matters.
func Took(s Seconds) string {
	switch d := s.Duration(); {
	case d < 10*time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	case d < 10*time.Second:
		return d.Round(time.Millisecond).String()
	default:
		return d.Round(100 * time.Millisecond).String()
	}
}
