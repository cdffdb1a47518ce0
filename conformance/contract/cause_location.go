package contract

import (
	"fmt"
	"net/netip"
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
	missingSlash repairKind = "missing-slash" // it was meant to begin with one
	missingQuery repairKind = "missing-query" // the query that was asked is needed here too
	decodedPlus  repairKind = "decoded-plus"  // a + in it is read as a space
	decodedSlash repairKind = "decoded-slash" // a %2F in it is read as a slash
	cutID        repairKind = "cut-id"        // the id in it is the beginning of the body's
	roundedID    repairKind = "rounded-id"    // or a number that is not exact
	foldedID     repairKind = "case-of-id"    // or in another case
)

// repairMends says what to do about each.
var repairMends = map[repairKind]string{
	wrongOrigin:  forwardedHost,
	lostBase:     "build {locations} below the base path (X-Forwarded-Prefix, root_path, a proxy's rewriting of {field}){or-relative}",
	repeatedBase: "add the base path in one place alone: the proxy or the server",
	doubledSlash: "join base and path with one slash",
	gluedToAsked: "begin the {field} with a slash",
	missingSlash: "begin the {field} with a slash",
	missingQuery: "repeat the query in the {field}",
	decodedPlus:  "decode + in form data alone, not in paths; or make ids without +",
	decodedSlash: "let the proxy pass paths on as they are (nginx: proxy_pass without a path; Apache: AllowEncodedSlashes NoDecode); or make ids without slashes",
	cutID:        "keep the id at its full length wherever it is stored or copied (a column that is too short?)",
	roundedID:    "hand ids on as text: a number above 2^53 is not exact in JSON and JavaScript",
	foldedID:     "hand the id on as it is, in the case that it has",
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
	s.paths()
	s.ids(body)
	if mayBegin := (t.StartMethod == "GET" || t.StartMethod == "") && strings.HasPrefix(s.url.Path, s.asked.Path); s.asked.Query != "" && !s.url.HasQuery && !mayBegin {
		s.url.HasQuery = true // the path of a program that is told by its query what to do is left out above: a GET of it may begin a job
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
	if strings.Contains(path, "+") {
		add(decodedPlus, strings.ReplaceAll(path, "+", "%2B"), "a + in the path is read as a space on the way: with %2B in its place it answers")
	}
	if encoded := strings.NewReplacer("%2F", "%252F", "%2f", "%252f").Replace(path); encoded != path {
		add(decodedSlash, encoded, "a %2F in the path is read as a slash on the way: with %252F in its place it answers")
	}
	if r := s.reference; !r.HasScheme && !r.HasAuthority && r.Path != "" && r.Path[0] != '/' && r.Path[0] != '.' {
		add(missingSlash, "/"+r.Path, "the {field} lacks its leading slash, so that it is resolved below the path that was asked: with the slash it answers")
	}
	if s.base != "" && !strings.HasPrefix(path, s.base+"/") {
		add(lostBase, s.base+path, fmt.Sprintf("the {field} lost the base path %s: the same path below it answers", s.base))
	}
	if rest, twice := strings.CutPrefix(path, s.base+s.base+"/"); s.base != "" && twice {
		add(repeatedBase, s.base+"/"+rest, fmt.Sprintf("the {field} has the base path %s twice: with one of them it answers", s.base))
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

func (s *brokenLocation) add(kind repairKind, path, query, says string) {
	if s.mayBegin(path) {
		return
	}
	url := s.url
	url.Path, url.Query = path, query
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
				return cited(string(s.Kind), s.Says, repairMends[s.Kind], e)
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

// whyOrigin says what an answer on the target's own origin shows of a Location that names another one.
func whyOrigin(home, url string) string {
	hereScheme, hereHost, _ := strings.Cut(uri.Origin(home), "://")
	thereScheme, thereHost, _ := strings.Cut(uri.Origin(url), "://")
	hereName, herePort := uri.SplitPort(hereHost)
	thereName, therePort := uri.SplitPort(thereHost)
	const answers = "the same path on the target's own origin answers: "
	switch {
	case hereName == thereName && herePort == therePort:
		return answers + "the scheme is wrong. TLS ends at a proxy, and the server builds its URLs from its own side of it: X-Forwarded-Proto is not sent or not honoured"
	case hereName == thereName:
		return answers + fmt.Sprintf("the port is wrong (%s, not %s). Behind a proxy the server builds its URLs with its own", portText(thereScheme, therePort), portText(hereScheme, herePort))
	case inward(thereName) && !inward(hereName):
		return answers + "the {field} names the server's own bind address. Behind a proxy, X-Forwarded-Host is not sent or not honoured"
	}
	return answers + fmt.Sprintf("the host is wrong (%s). Behind a proxy, X-Forwarded-Host is not sent or not honoured", thereName)
}

func portText(scheme, port string) string {
	switch {
	case port != "":
		return port
	case scheme == "https":
		return "443"
	}
	return "80"
}

// inward reports whether a host name is one that only the server itself, or its network, knows.
func inward(name string) bool {
	if address, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		address = address.Unmap()
		return address.IsLoopback() || address.IsPrivate() || address.IsLinkLocalUnicast() || address.IsUnspecified()
	}
	return strings.HasSuffix(name, ".local") || strings.HasSuffix(name, ".internal") || strings.HasSuffix(name, ".localhost") || !strings.Contains(name, ".")
}

// whyDowngraded and whyForeign say what an answer on the target's own origin shows and, where none was asked for, what the Location itself does.
func whyDowngraded(o *view, l locationRef) cause {
	if c := o.explainBrokenLocation(l.by, l.value); c.says != "" {
		return c
	}
	if uri.Origin(o.Target.BaseURL) == "https"+strings.TrimPrefix(uri.Origin(l.url), "http") {
		return cause{name: "forwarded-proto", says: "TLS ends at a proxy, and the server builds its URLs from its own side of it", mend: "send X-Forwarded-Proto at the proxy, and honour it in the server{or-relative}"}
	}
	return whyForeign(o, l)
}

func whyForeign(o *view, l locationRef) cause {
	if c := o.explainBrokenLocation(l.by, l.value); c.says != "" {
		return c
	}
	hereName, herePort := uri.SplitPort(hostOf(o.Target.BaseURL))
	thereName, therePort := uri.SplitPort(hostOf(l.url))
	switch {
	case hereName == thereName && herePort != therePort:
		return cause{name: "forwarded-host", says: fmt.Sprintf("the port is another (%q, not %q): behind a proxy the server builds its URLs with its own", therePort, herePort), mend: forwardedHost}
	case inward(thereName) && !inward(hereName):
		return cause{name: "forwarded-host", says: "the {field} names the server's own bind address", mend: forwardedHost}
	}
	return cause{}
}

const forwardedHost = "send X-Forwarded-Host at the proxy, and honour it in the server{or-relative}"

func hostOf(url string) string {
	_, host, _ := strings.Cut(uri.Origin(url), "://")
	return host
}
