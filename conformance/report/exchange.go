package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
)

// Exchange returns the exchange of that number; nil where the report has none.
func (t Target) Exchange(number int) *Exchange {
	i, found := slices.BinarySearchFunc(t.Exchanges, number, func(e Exchange, n int) int { return e.Number - n })
	if !found {
		return nil
	}
	return &t.Exchanges[i]
}

// InTime returns the exchanges of these numbers in the order in which they were sent, each once.
func (t Target) InTime(numbers []int) []Exchange {
	numbers = slices.Clone(numbers)
	slices.Sort(numbers)
	var list []Exchange
	for _, number := range slices.Compact(numbers) {
		if e := t.Exchange(number); e != nil {
			list = append(list, *e)
		}
	}
	slices.SortStableFunc(list, func(a, b Exchange) int { return cmp.Compare(a.Sent, b.Sent) })
	return list
}

// Asked is a request in short: method and URL, the URL without the target's own origin.
func (t Target) Asked(e Exchange) string {
	url := e.Request.URL
	if uri.SameOrigin(url, t.BaseURL) {
		_, rest, _ := strings.Cut(url, "://")
		url = "/"
		if i := strings.IndexAny(rest, "/?"); i >= 0 {
			url = rest[i:]
		}
	}
	return Truncate(e.Request.Method, MaxMethod) + " " + TruncateMiddle(url, MaxURL)
}

// Answer is an answer in short: its status, and where wanted the Location that leads on from it.
func (e Exchange) Answer(withLocation bool) string {
	text := Truncate(e.StatusText, maxValue)
	if !withLocation || e.Status >= 400 {
		return text
	}
	var locations []string
	for _, f := range e.Fields {
		if strings.EqualFold(f.Name, "Location") {
			locations = append(locations, f.Value)
		}
	}
	if len(locations) > 0 {
		text += ", Location: " + TruncateMiddle(strings.Join(locations, " and "), MaxURL)
	}
	for _, lead := range e.Leads {
		text += ", " + lead.Name + ": " + TruncateMiddle(lead.Value, MaxURL)
	}
	return text
}

// Whose says to what an exchange belongs: "job 3 (together)", "job 3, probe head".
func (e Exchange) Whose() string {
	whose := e.Probe
	switch {
	case e.Probe != "" && e.Job != 0:
		whose = fmt.Sprintf("job %d, probe %s", e.Job, e.Probe)
	case e.Probe != "":
		whose = "probe " + e.Probe
	case e.Job != 0 && e.Way != "":
		whose = fmt.Sprintf("job %d (%s)", e.Job, e.Way)
	case e.Job != 0:
		whose = fmt.Sprintf("job %d", e.Job)
	}
	if e.Late {
		whose += ", late"
	}
	return whose
}

// facts are the connection, the protocol and the time that the answer took.
func (e Exchange) facts() string {
	var facts []string
	switch {
	case e.Connection == 0:
	case e.Fresh:
		facts = append(facts, fmt.Sprintf("fresh connection %d", e.Connection))
	default:
		facts = append(facts, fmt.Sprintf("kept-alive connection %d", e.Connection))
	}
	if e.Peer != "" {
		facts = append(facts, "to replica "+e.Peer)
	}
	if e.Protocol != "" {
		facts = append(facts, e.Protocol)
	}
	switch {
	case e.Status != 0:
		facts = append(facts, fmt.Sprintf("answered after %s", Took(e.Received-e.Sent)))
	case e.Ended > e.Sent:
		facts = append(facts, fmt.Sprintf("given up after %s", Took(e.Ended-e.Sent)))
	}
	return strings.Join(facts, ", ")
}
