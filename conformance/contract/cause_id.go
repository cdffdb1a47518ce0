package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	neturl "net/url"
	"slices"
	"strings"
)

const (
	leastID        = 8  // characters of an id that is worth a comparison
	roundedDigits  = 12 // of a number, at least, that may have been rounded on the way: 2^53 has sixteen
	maxBodyStrings = 40 // of a body, that are compared with the Location
)

// ids lists what the Location would name if the id in it were the one that the body of the same answer has.
func (s *brokenLocation) ids(said []byte) {
	named := strings.FieldsFunc(s.url.Path+"?"+s.url.Query, func(r rune) bool { return strings.ContainsRune("/?&=", r) })
	for _, whole := range bodyTexts(said) {
		for _, part := range named {
			kind, says := alteredID(part, whole)
			if kind == "" || slices.Contains(named, whole) {
				continue
			}
			replaced := strings.NewReplacer(part, neturl.PathEscape(whole))
			s.add(kind, replaced.Replace(s.url.Path), replaced.Replace(s.url.Query), fmt.Sprintf("the body of the same answer has the id %s, %s; with the id of the body, the {field} answers", whole, says))
		}
	}
}

// alteredID tells how an id became another one on the way, where it may have.
func alteredID(part, whole string) (kind repairKind, says string) {
	switch {
	case part == whole || len(part) < leastID:
	case strings.HasPrefix(whole, part):
		return cutID, fmt.Sprintf("and the {field} only its first %d characters", len(part))
	case strings.EqualFold(whole, part):
		return foldedID, "and the {field} has it in another case (" + part + ")"
	case len(part) == len(whole) && len(part) >= roundedDigits && digits(part) && digits(whole) && part[:len(part)/2] == whole[:len(part)/2]:
		return roundedID, "and the {field} has it rounded, as numbers above 2^53 are (" + part + ")"
	}
	return "", ""
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
