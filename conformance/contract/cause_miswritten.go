package contract

import "regexp"

// miswritten are ways in which a Location is no reference to a URL of HTTP, as its value alone shows. They are tried in this order.
var miswritten = []struct {
	value            *regexp.Regexp
	name, says, mend string
}{
	{regexp.MustCompile(`^[^\s,]+,\s+(https?:/)?/[^\s,]+$`), "joined-locations", "two URLs, joined with a comma, as two fields of one name are on the way", "send one {field} field"},
	{regexp.MustCompile(`\{\w*\}|\$\{|\{\{`), "unfilled-template", "a template was not filled in", "fill it in before the {field} is sent (Python: an f before the text; JavaScript: backticks)"},
	{regexp.MustCompile(`^\s*(<.*>|".*"|'.*')`), "quoted-location", "the URL is in quotes, or in angle brackets as in a Link field", "write the URL alone"},
	{regexp.MustCompile(`^[A-Za-z0-9.-]+:[0-9]+(/|$)`), "no-scheme", "it begins with a host and a port, and no scheme stands before them", "begin the {field} with http:// or https://, or make it a path that begins with a slash"},
	{regexp.MustCompile(`^https?://[^/]*:[A-Za-z]`), "no-port", "what stands for the port is no number, as where a setting is missing", "leave the port out where there is none to name"},
	{regexp.MustCompile(`^(https?://[^/]+)?/[^?#]*([ \x00-\x1f\x7f-\xff]|[^\x00-\xff]|%([^0-9A-Fa-f]|.[^0-9A-Fa-f]))`), string(unescapedID), "a character that a URL can't have as it is stands in its path", repairMends[unescapedID]},
}

// whyMiswritten tells how a Location's value was written that no client of HTTP can follow as it is.
func whyMiswritten(_ *view, l locationRef) cause {
	for _, m := range miswritten {
		if m.value.MatchString(l.value) {
			return cause{name: m.name, says: m.says, mend: m.mend}
		}
	}
	return cause{}
}
