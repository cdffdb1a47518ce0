package contract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A RepairCandidate is a way in which a Location that leads nowhere may have been broken, and the URL
// that answers if it was. Observer and judge take it from here, so that what the one asks the other can read.
type RepairCandidate struct {
	Kind repairKind
	URL  string // on the target's own origin
	Says string // what an answer there shows
}

// A repairKind is the name of the cause that an answer shows.
type repairKind string

const (
	wrongOrigin  repairKind = "wrong-origin"       // it names another scheme, host or port
	lostBase     repairKind = "lost-base-path"     // it lacks the path under which the target lies
	repeatedBase repairKind = "repeated-base-path" // or has it twice
	doubledSlash repairKind = "doubled-slash"
	gluedToAsked repairKind = "glued-to-path" // the path that was asked stands before its own
	joinedURLs   repairKind = "joined-urls"   // a whole URL stands behind another
	missingSlash repairKind = "missing-slash" // it was meant to begin with one
	missingQuery repairKind = "missing-query" // the query that was asked is needed here too
	decodedPlus  repairKind = "decoded-plus"  // a + in it is read as a space
	decodedSlash repairKind = "decoded-slash" // a %2F in it is read as a slash
	spaceAsPlus  repairKind = "space-as-plus" // a space in it was written as +
	escapedTwice repairKind = "escaped-twice" // its escapes were escaped again
	notUnescaped repairKind = "not-unescaped" // its escapes are taken for the characters that they are made of
	unescapedID  repairKind = "unescaped-id"  // a character that means something in a URL was not escaped
	cutID        repairKind = "cut-id"        // the id in it is the beginning of the body's, or the end
	roundedID    repairKind = "rounded-id"    // or a number that is not exact
	foldedID     repairKind = "case-of-id"    // or in another case
	rewrittenID  repairKind = "rewritten-id"  // or without its dashes or leading zeros

	escapedForHTML repairKind = "escaped-for-html" // its & are written as &amp;
	relativeToBase repairKind = "relative-to-base" // it was meant to be resolved against the base URL
)

// repairMends says what to do about each.
var repairMends = map[repairKind]string{
	wrongOrigin:  forwardedHost,
	lostBase:     "build {locations} below the base path (X-Forwarded-Prefix, root_path, a proxy's rewriting of {field}){or-relative}",
	repeatedBase: "add the base path in one place alone: the proxy or the server",
	doubledSlash: "join base and path with one slash",
	gluedToAsked: "begin the {field} with a slash",
	joinedURLs:   "put a base before a path alone, and not before a whole URL",
	missingSlash: "begin the {field} with a slash",
	missingQuery: "repeat the query in the {field}",
	decodedPlus:  "escape a + as %2B in the {field}; decode + in form data alone, not in paths; or make ids without +",
	decodedSlash: "let the proxy pass paths on as they are (nginx: proxy_pass without a path; Apache: AllowEncodedSlashes NoDecode); or make ids without slashes",
	spaceAsPlus:  "escape ids as a path's parts are, with %20 for a space (encodeURIComponent, url.PathEscape, not a form's encoder)",
	escapedTwice: "escape ids once: the {field} is escaped again after its parts were",
	notUnescaped: "unescape each part of a path once before it is looked up, or make ids of letters, digits, - and _",
	unescapedID:  "escape ids before they are put into the {field} (encodeURIComponent, url.PathEscape), or make ids of letters, digits, - and _",
	cutID:        "keep the id at its full length wherever it is stored or copied (a column that is too short?)",
	roundedID:    "hand ids on as text, and not as numbers: one above 2^53 is not exact in JSON and JavaScript",
	foldedID:     "hand the id on as it is, in the case that it has",
	rewrittenID:  "hand the id on as it is: write it in one form everywhere, or look it up in both",

	escapedForHTML: "write the {field} as it is: it is no HTML, and needs none of its escapes",
	relativeToBase: "begin the {field} with a slash and the base path, or make it relative to the path that is asked",
}

const (
	maxRepairCandidates = 4                    // asked of one Location: more would be guesswork
	controlFolder       = "two-oh-two-nowhere" // a folder that no server has
)

// RepairCandidates lists how a Location may have been broken, the likeliest first. It was given in answer to a request for asked, beside a body.
// None of them leads to the start, which could begin a job, nor to what the Location itself names.
func RepairCandidates(t record.Target, asked, reference string, body []byte) []RepairCandidate {
	s := brokenLocation{target: t, asked: uri.Split(asked), reference: uri.Split(reference)}
	s.base = strings.TrimSuffix(uri.Split(t.BaseURL).Path, "/")
	s.named = uri.Resolve(asked, reference)
	s.url = uri.Split(s.named)
	if !uri.SameOrigin(s.named, t.BaseURL) {
		home := uri.Split(t.BaseURL)
		s.url.Scheme, s.url.Authority = home.Scheme, home.Authority
		s.add(wrongOrigin, s.url.Path, s.url.Query, whyOrigin(t.BaseURL, s.named))
	}
	s.escapes()
	s.paths()
	s.ids(body)
	if mayBegin := startsByGET(t) && strings.HasPrefix(s.url.Path, s.asked.Path); s.asked.Query != "" && !s.url.HasQuery && !mayBegin {
		// the path of a program that is told by its query what to do is left out above: a GET of it may begin a job
		s.add(missingQuery, s.url.Path, s.asked.Query, fmt.Sprintf("with the query of the request that led to it (?%s) it answers: the {field} left that out", s.asked.Query))
	}
	return s.list[:min(len(s.list), maxRepairCandidates)]
}

// A brokenLocation is a Location that led nowhere.
type brokenLocation struct {
	target           record.Target
	asked, reference uri.Reference
	base             string
	named            string        // what it names
	url              uri.Reference // the same, on the target's own origin
	list             []RepairCandidate
}

// paths lists how the path may have been broken.
func (s *brokenLocation) paths() {
	path := s.url.Path
	add := func(kind repairKind, path, says string) { s.add(kind, path, s.url.Query, says) }
	if r := s.reference; !r.HasScheme && !r.HasAuthority && r.Path != "" && r.Path[0] != '/' && r.Path[0] != '.' {
		add(missingSlash, "/"+r.Path, "the {field} lacks its leading slash, so that it is resolved below the path that was asked: with the slash it answers")
		add(relativeToBase, s.base+"/"+r.Path, fmt.Sprintf("the {field} is meant to stand below the base path %s, and is resolved against the path that was asked, %s: below the base path it answers", s.base, s.asked.Path))
	}
	if s.base != "" && !strings.HasPrefix(path, s.base+"/") {
		whole, lost := belowBase(s.base, path)
		of := ""
		if lost != s.base {
			of = fmt.Sprintf("%s of ", lost)
		}
		add(lostBase, whole, fmt.Sprintf("the {field} lost %sthe base path %s: the same path below it answers", of, s.base))
	}
	for at := range s.base {
		part := s.base[at:]
		if rest, twice := strings.CutPrefix(path, s.base+part+"/"); twice && part[0] == '/' {
			add(repeatedBase, s.base+"/"+rest, fmt.Sprintf("the {field} has the base path %s twice: with one of them it answers", part))
		}
	}
	s.joins()
}

// joins are the paths of what may be wrong where a base, the path that was asked and a path were joined.
func (s *brokenLocation) joins() {
	path := s.url.Path
	add := func(kind repairKind, path, says string) { s.add(kind, path, s.url.Query, says) }
	if r := s.reference; r.HasAuthority && !r.HasScheme {
		add(doubledSlash, "/"+r.Authority+r.Path, fmt.Sprintf("the {field} begins with two slashes, so that %q is read as a host: with one it answers", r.Authority))
	}
	if whole := behindAnother.FindString(path); whole != "" {
		add(joinedURLs, uri.Split(whole).Path, "the {field} is a whole URL behind another one: the path of the last one answers")
	}
	if strings.Contains(path, "//") {
		single := path
		for strings.Contains(single, "//") {
			single = strings.ReplaceAll(single, "//", "/")
		}
		add(doubledSlash, single, "the {field} has a doubled slash where a base and a path were joined: with one it answers")
	}
	if rest, glued := strings.CutPrefix(path, strings.TrimSuffix(s.asked.Path, "/")+"/"); glued && strings.Trim(s.asked.Path, "/") != "" {
		below := s.base + "/" + rest
		if s.base != "" && strings.HasPrefix("/"+rest, s.base+"/") {
			below = "/" + rest
		}
		add(gluedToAsked, below, fmt.Sprintf("the {field} is glued to the path that was asked, %s: without it, it answers", s.asked.Path))
	}
}

// behindAnother is a URL at the end of a path.
var behindAnother = regexp.MustCompile(`https?://[^/]+/.*$`)

// belowBase is a path below the base path, of which it has the first parts alone, the last alone, or none; and what it lacks.
func belowBase(base, path string) (whole, lost string) {
	for at := 1; at < len(base); at++ {
		if base[at] != '/' {
			continue
		}
		first, last := base[:at], base[at:]
		if rest, has := strings.CutPrefix(path, first+"/"); has {
			return base + "/" + rest, last
		}
		if strings.HasPrefix(path, last+"/") {
			return first + path, first
		}
	}
	return base + path, base
}

func (s *brokenLocation) add(kind repairKind, path, query, says string) {
	if s.mayBegin(path) {
		return
	}
	url := s.url
	url.Path, url.Query, url.HasQuery = path, query, query != "" || url.HasQuery && url.Query == ""
	text := url.String()
	if known := slices.ContainsFunc(s.list, func(other RepairCandidate) bool { return other.URL == text }); text != s.named && !known {
		s.list = append(s.list, RepairCandidate{kind, text, says})
	}
}

// mayBegin reports whether a path is the start's: to ask for it could begin a job.
func (s *brokenLocation) mayBegin(path string) bool {
	tidy := func(path string) string { return strings.Trim(strings.ToLower(path), "/") }
	start, _, template := strings.Cut(tidy(uri.Split(s.target.StartURL).Path), "{")
	if template {
		return strings.HasPrefix(tidy(path), start)
	}
	return tidy(path) == start || tidy(path) == tidy(s.base)
}

// ControlURL is a URL beside another one at which nobody can be: a server that answers there answers everywhere, and
// that the other is answered shows nothing.
func ControlURL(t record.Target, url string) string {
	r, base := uri.Split(url), strings.TrimSuffix(uri.Split(t.BaseURL).Path, "/")
	rest, below := strings.CutPrefix(r.Path, base+"/")
	if !below {
		base, rest = "", strings.TrimPrefix(r.Path, "/")
	}
	r.Path = base + "/" + controlFolder + "/" + rest
	return r.String()
}

// explainBrokenLocation names the way in which a Location was broken, where the record shows it: one explainBrokenLocation in the same way was
// given to a job, what it should have been was asked for, and answered, and what nobody can have was not.
func (o *view) explainBrokenLocation(by *record.Exchange, value string) cause {
	role := record.RoleMonitor
	if by.Role == record.RoleMonitor {
		role = record.RoleResult
	}
	own := RepairCandidates(o.Target, by.Request.URL, value, by.Body.Beginning)
	for _, e := range o.probes(record.ProbeDiagnosis, role) {
		if !o.Protocol.Answers(e) || !o.controlUnanswered(role, e) {
			continue
		}
		kind := o.candidateAskedFor(role, e)
		for _, s := range own {
			if s.Kind == kind {
				mend := repairMends[s.Kind]
				if s.Kind == wrongOrigin && otherSchemeAlone(o.Target.BaseURL, uri.Resolve(by.Request.URL, value)) {
					mend = forwardedProto
				}
				return cited(string(s.Kind), s.Says, mend, e)
			}
		}
	}
	return cause{}
}

// candidateAskedFor is the way of being broken that an exchange asked about; empty where it did not.
func (o *view) candidateAskedFor(role record.Role, e *record.Exchange) repairKind {
	j := o.jobNumbered(e.Job)
	by, pointer := j.Start, o.Protocol.Monitor
	if role == record.RoleResult {
		by, pointer = j.Done, o.Protocol.Product
	}
	if by == nil {
		return ""
	}
	value, _ := pointer.One(by)
	for _, s := range RepairCandidates(o.Target, by.Request.URL, value, by.Body.Beginning) {
		if s.URL == e.Request.URL {
			return s.Kind
		}
	}
	return ""
}

// controlUnanswered reports whether the place where nobody can be was asked for, and not answered as this one was.
func (o *view) controlUnanswered(role record.Role, e *record.Exchange) bool {
	control := ControlURL(o.Target, e.Request.URL)
	for _, other := range o.probes(record.ProbeDiagnosis, role) {
		if other.Request.URL == control {
			return !o.Protocol.Answers(other)
		}
	}
	return false
}
