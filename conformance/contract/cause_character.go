package contract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// mark is a character, or an escape, that routers, proxies and stores may read in a way of their own.
var mark = regexp.MustCompile(`%[0-9A-Fa-f]{2}|[^0-9A-Za-z/]`)

// marksOf lists the marks of a path, and whether it has capital letters.
func marksOf(path string) []string {
	marks := mark.FindAllString(path, -1)
	if strings.ContainsFunc(mark.ReplaceAllString(path, ""), unicode.IsUpper) {
		marks = append(marks, "capital letters")
	}
	return marks
}

// whyCharacter shows marks that are in the URLs of all monitors, or results, that could never be had, and in no other's. Some of the others are as long: else
// somebody else may have made them.
func whyCharacter(o *view, role record.Role) cause {
	lost, had := o.paths(role)
	length, lengths := func(path string) int { return len(mark.ReplaceAllString(path, "-")) }, map[int]bool{}
	for _, path := range lost {
		lengths[length(path)] = true
	}
	if !slices.ContainsFunc(had, func(path string) bool { return lengths[length(path)] }) {
		return cause{}
	}
	marks := marksOf(strings.Join(slices.Concat(lost, had), "/"))
	slices.Sort(marks)
	marks = slices.Compact(marks)
	tried := len(marks)
	marks = slices.DeleteFunc(marks, func(m string) bool {
		has := func(path string) bool { return slices.Contains(marksOf(path), m) }
		lacks := func(path string) bool { return !has(path) }
		return slices.ContainsFunc(lost, lacks) || slices.ContainsFunc(had, has) || !contrast(len(lost), 0, 0, len(had), tried)
	})
	if len(marks) == 0 {
		return cause{}
	}
	return cause{name: "character-in-id", says: fmt.Sprintf("the %s is never there where its URL has %s in it (%s), and is where it has not (%s)",
		role, strings.Join(marks, " and "), plural(len(lost), "job"), plural(len(had), "job")),
		mend: "follow one of these from the start to the look-up: what proxies, routers and stores make of such an id; or make ids of digits and small letters"}
}

// paths lists the paths and queries of the monitors, or results, that could never be had, and of those that could.
func (o *view) paths(role record.Role) (lost, had []string) {
	for _, j := range o.jobs {
		url, there, asked := j.MonitorURL, j.firstGoodRead(o), len(j.Reads) > 0
		if role == record.RoleResult {
			url, there, asked = j.ResultURL, j.firstResult(o), len(j.Results) > 0
		}
		path := strings.TrimPrefix(url, uri.Origin(url))
		switch {
		case !asked:
		case there == nil:
			lost = append(lost, path)
		default:
			had = append(had, path)
		}
	}
	return lost, had
}
