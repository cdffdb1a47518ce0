package contract

import (
	neturl "net/url"
	"regexp"
	"strings"
)

// escapes lists what the Location would name if its characters had been escaped once, as a URL's are (RFC 3986 2.1).
func (s *brokenLocation) escapes() {
	s.rewritten(decodedPlus, strings.NewReplacer("+", "%2B"), "a + in it is read as a space on the way: with %2B in its place it answers")
	s.rewritten(spaceAsPlus, strings.NewReplacer("+", "%20"), "a space in it is written as +, as in form data alone: with %20 in its place it answers")
	s.rewritten(decodedSlash, strings.NewReplacer("%2F", "%252F", "%2f", "%252f"), "a %2F in the path is read as a slash on the way: with %252F in its place it answers")
	s.rewritten(unescapedID, strings.NewReplacer(";", "%3B"), "what follows a ; in it is cut off on the way: with %3B in its place it answers")
	s.rewritten(escapedForHTML, strings.NewReplacer("&amp;", "&"), "it is escaped as HTML is (&amp; stands for &): with & in its place it answers")
	once := func(text string) string { return escapedEscape.ReplaceAllString(text, "%$1") }
	s.add(escapedTwice, once(s.url.Path), once(s.url.Query), "it is escaped twice (%25 stands for a %): escaped once, it answers")
	s.add(notUnescaped, escape.ReplaceAllStringFunc(s.url.Path, unescapedInPath), s.url.Query, "its escapes are looked up as they are written: with the characters themselves in their place it answers")
	switch {
	case s.reference.HasFragment && s.url.HasQuery:
		s.add(unescapedID, s.url.Path, s.url.Query+"%23"+s.reference.Fragment, unescaped("#", "%23"))
	case s.reference.HasFragment:
		s.add(unescapedID, s.url.Path+"%23"+s.reference.Fragment, "", unescaped("#", "%23"))
	}
	if s.url.Query != "" && !strings.Contains(s.url.Query, "=") { // it may be no query
		s.add(unescapedID, s.url.Path+"%3F"+s.url.Query, "", unescaped("?", "%3F"))
	}
}

// escapedEscape is an escape whose % was escaped again.
var escapedEscape = regexp.MustCompile(`%25([0-9A-Fa-f]{2})`)

var escape = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// unescapedInPath is the character that an escape stands for, if that may stand in a path as it is (RFC 3986 3.3).
func unescapedInPath(escape string) string {
	character, err := neturl.PathUnescape(escape)
	if err != nil || !mayStand.MatchString(character) {
		return escape
	}
	return character
}

var mayStand = regexp.MustCompile(`^[\w.~!$&'()*+,;=:@-]$`)

func unescaped(character, escape string) string {
	return "a " + character + " in it ends the path, as in any URL: with " + escape + " in its place it answers"
}

func (s *brokenLocation) rewritten(kind repairKind, with *strings.Replacer, says string) {
	s.add(kind, with.Replace(s.url.Path), with.Replace(s.url.Query), says)
}
