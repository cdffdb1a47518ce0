package text

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

const (
	maxHeadings = 5  // exchanges shown of one failure
	inside      = 10 // the column in which details of an exchange begin
)

// roles are what marks mean to whoever gives them a colour.
var roles = map[string]Role{"✓": RoleGood, "✗": RoleBad, "!": RoleWarning, "?": RoleWarning, "~": RoleFaint, "·": RoleFaint, "–": RoleFaint}

func marked(mark, text string) word { return word{roles[mark], mark + text} }

// headline names a failure: the mark, the id, the level.
func (p *printer) headline(r report.Requirement, status report.Status) {
	p.line(0, marked(status.Mark, " "+r.ID), word{"", "  "}, word{RoleFaint, string(r.Level)})
	says := r.Says
	if status.State == report.Outdated || status.State == report.Expected {
		says = r.Known.Says(r.ID)
	}
	p.wrap(RoleStrong, "  ", "  ", says)
}

// requirement tells of one that has to be looked at: in full where it fails the verdict, without the exchanges around the
// telling one where it does not, and in short where it is known.
func (p *printer) requirement(t report.Target, r report.Requirement, status report.Status) {
	p.gap()
	p.headline(r, status)
	p.gap()
	switch status.State {
	case report.Outdated: // the headline has said it
	case report.Expected:
		p.entry("got", report.Truncate(r.Got, report.MaxText))
		p.gap()
		p.exchanges(t, r, false)
	default:
		full := status.Count == report.CountsAgainst
		p.entries(r, report.MaxText, full)
		p.gap()
		p.evidence(t, r, full)
	}
}

// entries are what was got, wanted and so on, each with so many characters at most; what it means in full alone.
func (p *printer) entries(r report.Requirement, most int, full bool) {
	for _, e := range r.Entries() {
		switch e.Label {
		case "source": // it stands below the evidence
		case "means":
			if full {
				p.entry(e.Label, e.Text)
			}
		default:
			p.entry(e.Label, report.Truncate(e.Text, most))
		}
	}
}

// evidence is what a failure rests on, how to see it oneself, and where the rule is written.
func (p *printer) evidence(t report.Target, r report.Requirement, full bool) {
	p.exchanges(t, r, full)
	p.gap()
	if r.Curl != "" {
		p.line(5, word{RoleFaint, "try  "}, word{"", report.Truncate(r.Curl, report.MaxCommand)})
	}
	p.entry("source", r.Source)
}

// exchanges shows what a failure rests on, in the order of time: the telling exchange in
// full, the ones around it as headings; or, in short, the telling one's heading.
func (p *printer) exchanges(t report.Target, r report.Requirement, full bool) {
	if len(r.Exchanges) == 0 {
		return
	}
	telling := r.Exchanges[0]
	if e := t.Exchange(telling); !full && e != nil {
		p.heading(t, *e, "  ▸ ", "")
		return
	}
	numbers := slices.Clone(r.Exchanges)
	slices.Sort(numbers)
	shown := t.InTime(r.Exchanges[:min(len(r.Exchanges), maxHeadings)])
	for _, e := range shown {
		if e.Number == telling {
			p.heading(t, e, "  ▸ ", RoleStrong)
			p.details(e.Details(r))
		} else {
			p.heading(t, e, "    ", "")
		}
	}
	if more := len(slices.Compact(numbers)) + r.MoreExchanges - len(shown); more > 0 {
		p.line(4, word{RoleFaint, fmt.Sprintf("and %d more", more)})
	}
}

// heading is an exchange in one line, or in two where the answer does not fit beside the request.
func (p *printer) heading(t report.Target, e report.Exchange, indent string, role Role) {
	asked, answer := report.EscapeUnsafe(asked(t, e)), report.EscapeUnsafe("→ "+e.Answer(role != RoleStrong))
	if utf8.RuneCountInString(indent+asked+" "+answer) <= p.style.Width {
		p.line(0, word{"", indent}, word{role, asked + " " + answer})
		return
	}
	p.line(0, word{"", indent}, word{role, asked})
	p.line(inside, word{role, answer})
}

// asked names a request: number, when, whose, method, URL.
func asked(t report.Target, e report.Exchange) string {
	return fmt.Sprintf("#%-3d %.3f s  %s:  %s", e.Number, float64(e.Sent), e.Whose(), t.Asked(e))
}

// details are what matters of the telling exchange.
func (p *printer) details(details []report.Detail) {
	indent := strings.Repeat(" ", inside)
	for _, d := range details {
		switch d.Kind {
		case report.DetailFacts:
			p.wrap(RoleFaint, indent, indent, d.Text)
		case report.DetailRequest:
			p.line(inside, word{RoleFaint, "> "}, word{"", d.Text})
		case report.DetailAnswer:
			p.line(inside, word{RoleFaint, "< "}, word{"", d.Text})
		case report.DetailBody:
			size := "  (" + d.Note + ")"
			room := min(report.MaxBody, p.style.Width-inside-len(size))
			p.line(inside, word{"", report.Truncate(report.EscapeUnsafe(d.Text), max(room, 20))}, word{RoleFaint, size})
		case report.DetailFailure:
			p.wrap(RoleBad, indent, indent, d.Text)
		}
	}
}
