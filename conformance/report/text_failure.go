package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
)

// Where long values end. They are whole in the JSON report.
const (
	longText    = 700  // of got, want
	longMethod  = 20   // of a request
	longURL     = 64   // in a line about an exchange
	longValue   = 160  // of a header field
	longBody    = 160  // of a body's beginning
	longCommand = 1200 // of curl
	longTitle   = 200  // of a target
	mostFields  = 14   // header fields shown of one exchange
	mostHeads   = 5    // exchanges shown of one failure
)

// failed is how the failure of a requirement of a level is marked.
func failed(level contract.Level) (mark string, role Role) {
	if level == contract.Must {
		return "✗", RoleBad
	}
	return "!", RoleWarning
}

// mark is how a requirement that failed, or was expected to, is marked.
func (r Requirement) mark() (mark string, role Role) {
	switch {
	case r.ExpectedFailure:
		return "~", RoleFaint
	case r.Counts(false) == CountsAgainst:
		return "✗", RoleBad
	}
	return failed(r.Level)
}

// headline names a failure: the mark, the id, the level.
func (p *printer) headline(r Requirement) {
	mark, role := r.mark()
	p.line(0, word{role, mark + " " + r.ID}, word{"", "  "}, word{RoleFaint, string(r.Level)})
	says := r.Says
	if r.Known != nil && r.Known.State != KnownOtherwise {
		says = r.Known.Says(r.ID)
	}
	p.wrap(RoleStrong, "  ", "  ", says)
}

// expected tells of a failure that is known, or was until it was mended: what was got, and no more.
func (p *printer) expected(t Target, r Requirement) {
	p.gap()
	p.headline(r)
	if r.Outcome == contract.Fail {
		p.gap()
		p.entry("got", shortened(r.Got, longText))
		p.gap()
		p.exchanges(t, r, false)
	}
}

// failure tells one failure: in full, or, where that is enough, without the exchanges around it.
func (p *printer) failure(t Target, r Requirement, full bool) {
	p.gap()
	p.headline(r)
	p.gap()
	if r.Known != nil {
		p.entry("known", shortened(r.Known.Says(r.ID), longText))
	}
	p.entry("got", shortened(r.Got, longText))
	p.entry("want", shortened(r.Want, longText))
	p.entry("likely", shortened(r.Likely, longText))
	p.entry("fix", shortened(r.Mend, longText))
	if full {
		p.entry("means", r.Means)
	}
	p.gap()
	p.exchanges(t, r, full)
	p.gap()
	if r.Curl != "" {
		p.line(5, word{RoleFaint, "try  "}, word{"", shortened(r.Curl, longCommand)})
	}
	p.entry("source", r.Source)
}

// exchanges shows what a failure rests on, in the order of time: the telling exchange in
// full, the ones around it as headings; or, in short, the telling one's heading.
func (p *printer) exchanges(t Target, r Requirement, full bool) {
	if len(r.Exchanges) == 0 {
		return
	}
	if e := t.exchange(r.Exchanges[0]); !full && e != nil {
		p.heading(t, *e, "  ▸ ", "")
		return
	}
	telling := r.Exchanges[0]
	numbers := slices.Clone(r.Exchanges)
	slices.Sort(numbers)
	shown := t.inTime(r.Exchanges[:min(len(r.Exchanges), mostHeads)])
	for _, e := range shown {
		if e.Number == telling {
			p.heading(t, e, "  ▸ ", RoleStrong)
			p.details(e, r)
		} else {
			p.heading(t, e, "    ", "")
		}
	}
	if more := len(slices.Compact(numbers)) + r.MoreExchanges - len(shown); more > 0 {
		p.line(4, word{RoleFaint, fmt.Sprintf("and %d more", more)})
	}
}

// inTime returns the exchanges of these numbers in the order in which they were sent, each once.
func (t Target) inTime(numbers []int) []Exchange {
	numbers = slices.Clone(numbers)
	slices.Sort(numbers)
	var list []Exchange
	for _, number := range slices.Compact(numbers) {
		if e := t.exchange(number); e != nil {
			list = append(list, *e)
		}
	}
	slices.SortStableFunc(list, func(a, b Exchange) int { return cmp.Compare(a.Sent, b.Sent) })
	return list
}

func (t Target) exchange(number int) *Exchange {
	i, found := slices.BinarySearchFunc(t.Exchanges, number, func(e Exchange, n int) int { return e.Number - n })
	if !found {
		return nil
	}
	return &t.Exchanges[i]
}

// heading is an exchange in one line, or in two where the answer does not fit beside the request.
func (p *printer) heading(t Target, e Exchange, indent string, role Role) {
	asked, answer := harmless(t.asked(e)), harmless("→ "+e.answer(role != RoleStrong))
	if utf8.RuneCountInString(indent+asked+" "+answer) <= p.style.Width {
		p.line(0, word{"", indent}, word{role, asked + " " + answer})
		return
	}
	p.line(0, word{"", indent}, word{role, asked})
	p.line(10, word{role, answer})
}

// asked names a request: number, when, whose, method, URL.
func (t Target) asked(e Exchange) string {
	return fmt.Sprintf("#%-3d %.3f s  %s  %s %s", e.Number, float64(e.Sent), e.who(),
		shortened(e.Request.Method, longMethod), abridged(t.relative(e.Request.URL), longURL))
}

// answer names what came back; where told to, with the Location that leads on from it.
func (e Exchange) answer(leading bool) string {
	text := shortened(e.StatusText, longValue)
	if locations := e.values("Location"); leading && len(locations) > 0 && e.Status < 400 {
		text += ", Location: " + abridged(strings.Join(locations, " and "), longURL)
	}
	return text
}

func (e Exchange) values(name string) []string {
	var values []string
	for _, f := range e.Fields {
		if strings.EqualFold(f.Name, name) {
			values = append(values, f.Value)
		}
	}
	return values
}

// who says whose an exchange is: "job 3 (together):", "job 3, probe head:".
func (e Exchange) who() string {
	who := e.Probe
	switch {
	case e.Probe != "" && e.Job != 0:
		who = fmt.Sprintf("job %d, probe %s", e.Job, e.Probe)
	case e.Probe != "":
		who = "probe " + e.Probe
	case e.Job != 0 && e.Way != "":
		who = fmt.Sprintf("job %d (%s)", e.Job, e.Way)
	case e.Job != 0:
		who = fmt.Sprintf("job %d", e.Job)
	}
	if e.Late {
		who += ", late"
	}
	return who + ":"
}

// relative is a URL without the origin where that is the target's own: as the request line has it.
func (t Target) relative(url string) string {
	if !uri.SameOrigin(url, t.BaseURL) {
		return url
	}
	_, rest, _ := strings.Cut(url, "://")
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		return rest[i:]
	}
	return "/"
}

// details are what matters of the telling exchange: connection, times, fields, body.
func (p *printer) details(e Exchange, r Requirement) {
	const indent = 10
	if facts := e.facts(); facts != "" {
		p.wrap(RoleFaint, strings.Repeat(" ", indent), strings.Repeat(" ", indent), facts)
	}
	for _, f := range relevant(e.Request.Fields, r, requestFields) {
		p.line(indent, word{RoleFaint, "> "}, word{"", f.Name + ": " + shortened(f.Value, longValue)})
	}
	for _, f := range relevant(e.Fields, r, answerFields(e)) {
		p.line(indent, word{RoleFaint, "< "}, word{"", f.Name + ": " + shortened(f.Value, longValue)})
	}
	if e.Body != nil {
		beginning := strings.Join(strings.Fields(e.Body.Beginning), " ")
		if beginning != "" {
			size := fmt.Sprintf("  (%s)", counted(int(e.Body.Length), "byte"))
			room := min(longBody, p.style.Width-indent-len(size))
			p.line(indent, word{"", shortened(harmless(beginning), max(room, 20))}, word{RoleFaint, size})
		}
		if e.Body.Cut != "" {
			p.wrap(RoleBad, strings.Repeat(" ", indent), strings.Repeat(" ", indent), "cut off: "+e.Body.Cut)
		}
	}
}

func (e Exchange) facts() string {
	var facts []string
	switch {
	case e.Connection == 0:
	case e.Fresh:
		facts = append(facts, fmt.Sprintf("fresh connection %d", e.Connection))
	default:
		facts = append(facts, fmt.Sprintf("kept-alive connection %d", e.Connection))
	}
	if e.Protocol != "" {
		facts = append(facts, e.Protocol)
	}
	switch {
	case e.Status != 0:
		facts = append(facts, fmt.Sprintf("answered after %s", span(e.Received-e.Sent)))
	case e.Ended > e.Sent:
		facts = append(facts, fmt.Sprintf("given up after %s", span(e.Ended-e.Sent)))
	}
	return strings.Join(facts, ", ")
}
