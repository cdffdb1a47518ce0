package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	neturl "net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const (
	leastID        = 8  // characters of an id that is worth a comparison
	roundedDigits  = 12 // of a number, at least, that may have been rounded on the way: 2^53 has sixteen
	maxBodyStrings = 40 // of a body, that are compared with the Location
)

// ids lists what the Location would name if the id in it were the one that the body of the same answer has, or the URL that was asked.
func (s *brokenLocation) ids(said []byte) {
	s.idsOf("the body of the same answer", bodyTexts(said))
	s.idsOf("the URL that was asked", urlParts(s.asked))
}

func (s *brokenLocation) idsOf(source string, texts []string) {
	named := urlParts(s.url)
	for _, whole := range texts {
		for _, part := range named {
			kind, says := alteredID(part, whole)
			if kind == "" || slices.Contains(named, whole) || strings.Contains(whole, "/") {
				continue
			}
			replaced := strings.NewReplacer(part, neturl.PathEscape(whole))
			s.add(kind, replaced.Replace(s.url.Path), replaced.Replace(s.url.Query), fmt.Sprintf("%s has the id %s, %s; with that id, the {field} answers", source, whole, says))
		}
	}
}

// urlParts lists what may be ids in a URL.
func urlParts(url uri.Reference) []string {
	return strings.FieldsFunc(url.Path+"?"+url.Query, func(r rune) bool { return strings.ContainsRune("/?&=", r) })
}

// alteredID tells how an id became another one on the way, where it may have.
func alteredID(part, whole string) (kind repairKind, says string) {
	switch {
	case part == whole || len(whole) < leastID:
	case digits(part) && digits(whole) && strings.TrimLeft(whole, "0") == part:
		return rewrittenID, "and the {field} has it without its leading zeros (" + part + ")"
	case digits(whole) && sameFloat(part, whole):
		return roundedID, "and the {field} has it as a floating-point number (" + part + ")"
	case digits(whole) && in32Bits(whole) == part:
		return roundedID, "and the {field} has it as a number of 32 bits (" + part + ")"
	case len(part) < leastID:
	case strings.ReplaceAll(whole, "-", "") == strings.ReplaceAll(part, "-", ""):
		return rewrittenID, "and the {field} has it with other dashes (" + part + ")"
	case strings.HasPrefix(whole, part):
		return cutID, fmt.Sprintf("and the {field} only its first %d characters", len(part))
	case strings.HasSuffix(whole, part):
		return cutID, fmt.Sprintf("and the {field} only its last %d characters", len(part))
	case strings.EqualFold(whole, part):
		return foldedID, "and the {field} has it in another case (" + part + ")"
	case len(part) == len(whole) && len(part) >= roundedDigits && digits(part) && digits(whole) && part[:len(part)/2] == whole[:len(part)/2]:
		return roundedID, "and the {field} has it rounded, as numbers above 2^53 are (" + part + ")"
	}
	return "", ""
}

// sameFloat reports whether two numbers are the same to who reads them as floating-point numbers, and are not both written in digits.
func sameFloat(part, whole string) bool {
	a, err := strconv.ParseFloat(part, 64)
	b, _ := strconv.ParseFloat(whole, 64)
	return err == nil && a == b && !digits(part)
}

// in32Bits is a number as who has 32 bits for it writes it.
func in32Bits(whole string) string {
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return ""
	}
	return strconv.Itoa(int(int32(n)))
}

func digits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// bodyTexts lists the strings and numbers of a JSON body, as they are written there; nil where it is none.
func bodyTexts(body []byte) (texts []string) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	for len(texts) < maxBodyStrings {
		token, err := decoder.Token()
		if err != nil {
			break
		}
		switch value := token.(type) {
		case string:
			texts = append(texts, value)
		case json.Number:
			texts = append(texts, value.String())
		}
	}
	return texts
}

// whyWithoutID shows a Location that ends where an id should stand, or has there what programs write for nothing: another job was given the same one.
func whyWithoutID(o *view, j *jobView, role record.Role) cause {
	given := func(j *jobView) (string, *record.Exchange) { return j.MonitorURL, j.Start }
	field := "{monitor-field}"
	if role == record.RoleResult {
		given, field = func(j *jobView) (string, *record.Exchange) { return j.ResultURL, j.Done }, "{result-field}"
	}
	url, _ := given(j)
	written, lacks := withoutID(url)
	if url == "" || !lacks {
		return cause{}
	}
	for _, other := range o.jobs {
		if same, by := given(other); other != j && same == url && by != nil {
			says := fmt.Sprintf("the %s has no id where one should stand", field)
			if written != "" {
				says = fmt.Sprintf("the %s has %q where an id should stand", field, written)
			}
			return cause{name: "no-id", says: fmt.Sprintf("%s: job %d was given the same one (#%d)", says, other.Number, by.Number),
				mend: fmt.Sprintf("put the job's id into the %s, once it is known", field), shown: by}
		}
	}
	return cause{}
}

// withoutID reports whether a URL's last part is no id, and what is written there.
func withoutID(url string) (written string, lacks bool) {
	last := url[strings.LastIndexAny(url, "/=")+1:]
	written, err := neturl.PathUnescape(last)
	if err != nil {
		return "", false
	}
	return written, nothing.MatchString(written)
}

// nothing is what programs write for a value that they don't have, or for a template that was not filled in.
var nothing = regexp.MustCompile(`(?i)^(|[0-]+|undefined|null|none|nil|nan|<nil>|\[object \w+\]|\{\w+\}|:\w+|.*\(''\))$`)
