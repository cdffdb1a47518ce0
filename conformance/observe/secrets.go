package observe

import (
	"maps"
	"slices"
	"strings"
)

// leastSecret is the least length of a value that is hidden wherever it occurs: shorter ones
// would tear holes into innocent text.
const leastSecret = 6

// Secrets are values and what stands for them. Signed URLs bring a value for each job: they are found
// by their first bytes, so that a text is looked through once, however many there are.
type secrets struct {
	placeholders map[string]string
	lengths      map[string][]int // of those long enough, by their first leastSecret bytes, the longest first
}

func newSecrets() secrets {
	return secrets{placeholders: map[string]string{}, lengths: map[string][]int{}}
}

func (s secrets) clone() secrets {
	c := secrets{maps.Clone(s.placeholders), map[string][]int{}}
	for head, lengths := range s.lengths {
		c.lengths[head] = slices.Clone(lengths)
	}
	return c
}

func (s secrets) add(value, placeholder string) {
	if _, known := s.placeholders[value]; known || value == "" {
		return
	}
	s.placeholders[value] = placeholder
	if len(value) < leastSecret {
		return
	}
	head := value[:leastSecret]
	if lengths := s.lengths[head]; !slices.Contains(lengths, len(value)) {
		lengths = append(lengths, len(value))
		slices.SortFunc(lengths, func(a, b int) int { return b - a })
		s.lengths[head] = lengths
	}
}

// hide replaces every secret that occurs in a text; at one place the longest.
func (s secrets) hide(text string) string {
	if len(s.lengths) == 0 {
		return text
	}
	var hidden strings.Builder
	from := 0
	for i := 0; i+leastSecret <= len(text); {
		length, placeholder := s.at(text[i:])
		if length == 0 {
			i++
			continue
		}
		hidden.WriteString(text[from:i])
		hidden.WriteString(placeholder)
		i += length
		from = i
	}
	if from == 0 {
		return text
	}
	hidden.WriteString(text[from:])
	return hidden.String()
}

// at is the longest secret with which a text begins, and what stands for it; zero where none does.
func (s secrets) at(text string) (length int, placeholder string) {
	for _, length := range s.lengths[text[:leastSecret]] {
		if length <= len(text) {
			if placeholder, known := s.placeholders[text[:length]]; known {
				return length, placeholder
			}
		}
	}
	return 0, ""
}
