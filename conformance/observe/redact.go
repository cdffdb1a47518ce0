package observe

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// credentialNames are the fields whose values are secrets wherever they are given.
var credentialNames = []string{"Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key"}

// secretNamePattern matches names of fields whose values are likely to be secrets.
var secretNamePattern = regexp.MustCompile(`(?i)token|secret|passw|auth|credential|session|signature|(api|access|private|subscription|function|app)[-_]?key`)

// IsSecret reports whether the value of a field is taken for a secret because of its name: it is in no output. Only
// what carries credentials everywhere, and what Secrets names, is left out of requests that are made without any.
func IsSecret(name string) bool {
	return slices.Contains(credentialNames, http.CanonicalHeaderKey(name)) || secretNamePattern.MatchString(name)
}

// A redactor replaces secrets by placeholders that stay the same, so that the record
// can be kept and judged without them.
type redactor struct {
	mu           sync.RWMutex
	names        []string // of the fields that carry credentials, in canonical form
	hidden       []string // of those whose values are in no output: these, and the caller's fields with a name like a secret's
	givenSecrets secrets  // of the caller's header
	values       secrets  // those, and the signatures and tokens met in URLs
	signed       int      // placeholders given to query values
	key          []byte   // of this run alone: a placeholder made from a value must not reveal it
}

func newRedactor(t Target) *redactor {
	r := &redactor{givenSecrets: newSecrets(), values: newSecrets(), key: []byte(rand.Text())}
	for _, name := range slices.Concat(credentialNames, []string{"Set-Cookie"}, t.Secrets) {
		r.names = append(r.names, http.CanonicalHeaderKey(name))
	}
	r.hidden = slices.Clone(r.names)
	for _, name := range slices.Concat(slices.Collect(maps.Keys(t.Header)), slices.Collect(maps.Keys(t.OtherHeader))) {
		if IsSecret(name) {
			r.hidden = append(r.hidden, name)
		}
	}
	r.learn(t.Header, "")
	r.learn(t.OtherHeader, "OTHER_")
	return r
}

// giveAll takes all fields of a header for credentials, whatever their names.
func (r *redactor) giveAll(header http.Header) {
	r.mu.Lock()
	for name := range header {
		if !slices.Contains(r.names, name) {
			r.names, r.hidden = append(slices.Clip(r.names), name), append(slices.Clip(r.hidden), name)
		}
	}
	r.mu.Unlock()
	r.learn(header, "")
}

// credentialFields are the names of the fields that carry credentials.
func (r *redactor) credentialFields() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.names
}

// hides reports whether the values of a field are in no output.
func (r *redactor) hides(name string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Contains(r.hidden, name)
}

func (r *redactor) learn(header http.Header, prefix string) {
	for name, values := range header {
		if !r.hides(name) {
			continue
		}
		for _, value := range values {
			r.hide(value, "$"+prefix+variable(name))
			if name == "Cookie" {
				for pair := range strings.SplitSeq(value, ";") {
					_, cookie, _ := strings.Cut(strings.TrimSpace(pair), "=")
					r.add(cookie, "$"+prefix+variable(name))
				}
			}
		}
	}
}

// variable is the name of the shell variable that stands for a field's value.
func variable(name string) string {
	return strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// hide hides a value and its secret parts: the credentials after the scheme, and what they decode to.
func (r *redactor) hide(value, placeholder string) {
	r.add(value, placeholder)
	scheme, credentials, found := strings.Cut(value, " ")
	if !found {
		return
	}
	r.add(credentials, placeholder)
	if !strings.EqualFold(scheme, "Basic") {
		return
	}
	if plain, err := base64.StdEncoding.DecodeString(credentials); err == nil {
		r.add(string(plain), placeholder)
		if _, password, found := strings.Cut(string(plain), ":"); found {
			r.add(password, placeholder)
		}
	}
}

func (r *redactor) add(value, placeholder string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, known := range []secrets{r.givenSecrets, r.values} {
		known.add(value, placeholder)
		if len(value) < leastSecret {
			continue
		}
		for _, form := range forms(value) {
			if len(form) >= leastSecret {
				known.add(form, placeholder)
			}
		}
	}
}

// learnFromTarget has a value hidden in texts that come from now on, and reports whether the bounds allow it. URLs stay as they were: see link.
func (r *redactor) learnFromTarget(value, placeholder string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.values.learn(value, placeholder)
}

// field returns a field's value as it may be kept.
func (r *redactor) field(name, value string) string {
	switch name = http.CanonicalHeaderKey(name); {
	case name == "Location" || name == "Content-Location":
		return r.link(value)
	case !r.hides(name):
		return r.text(r.url(value))
	}
	if cookie, _, found := strings.Cut(value, "="); name == "Set-Cookie" && found { // its name tells what ties a client to a replica
		return r.text(strings.TrimSpace(cookie)) + "=$SET_COOKIE"
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	if placeholder, known := r.values.placeholders[value]; known {
		return placeholder
	}
	return "$" + variable(name)
}

// text replaces every secret that occurs in a text.
func (r *redactor) text(text string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.values.hide(text)
}

// beginning returns the first bytes of a text as they may be kept.
func (r *redactor) beginning(text string, bytes int) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.values.hideBefore(text, bytes)
}

// link returns a URL, or a reference to one, as it may be kept. It comes out the same whenever it is
// asked for: what was learnt from other URLs since then changes nothing in it, so that one read
// before and one read after compare as equal.
func (r *redactor) link(reference string) string {
	reference = r.url(reference)
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.givenSecrets.hide(reference)
}

// url replaces the userinfo of a URL, and signatures, tokens and keys in its query.
func (r *redactor) url(url string) string { return eachSecret(url, r.signature) }

// userinfo is what stands before the host of a URL that gives credentials.
var userinfo = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//([^/?#@]+)@`)

// HideQuery replaces signatures, tokens and keys in the query of a URL, or of a reference to one, by one placeholder.
func HideQuery(reference, placeholder string) string {
	return eachSecret(reference, func(string) string { return placeholder })
}

// eachSecret replaces the userinfo, and the value of each query parameter that is a secret because of its name.
func eachSecret(url string, replace func(value string) string) string {
	if at := userinfo.FindStringSubmatchIndex(url); at != nil {
		url = url[:at[2]] + replace(url[at[2]:at[3]]) + url[at[3]:]
	}
	before, query, found := strings.Cut(url, "?")
	if !found {
		return url
	}
	query, fragment, hasFragment := strings.Cut(query, "#")
	parts := strings.Split(query, "&")
	for i, part := range parts {
		if name, value, _ := strings.Cut(part, "="); value != "" && secretParameter(name) {
			parts[i] = name + "=" + replace(value)
		}
	}
	url = before + "?" + strings.Join(parts, "&")
	if hasFragment {
		url += "#" + fragment
	}
	return url
}

var secretParameterPattern = regexp.MustCompile(`(?i)sig|token|secret|password|credential|(api|_|-)key$|^(key|code)$`)

func secretParameter(name string) bool {
	return secretParameterPattern.MatchString(name)
}

// signature returns what stands for a value. A + in it is told, escaped or not: it is what readers of URLs may take for a space.
func (r *redactor) signature(value string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if placeholder, known := r.values.placeholders[value]; known {
		return placeholder
	}
	placeholder := fmt.Sprint(contract.Hidden, r.signed+1)
	plus, escaped := strings.Contains(value, "+"), strings.NewReplacer("+", "%2B")
	if plus {
		placeholder += "+"
	}
	if r.values.learn(value, placeholder) {
		r.signed++
		if plus {
			r.values.learn(escaped.Replace(value), escaped.Replace(placeholder))
		}
		return placeholder
	}
	mac := hmac.New(sha256.New, r.key) // what is not learnt has to come out the same each time too: two reads of one URL are compared
	mac.Write([]byte(value))
	return fmt.Sprintf("%s%x", contract.Hidden, mac.Sum(nil)[:12])
}
