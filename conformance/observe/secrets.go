package observe

import (
	"slices"
	"strings"
)

// leastSecret is the least length of a value that is hidden wherever it occurs: shorter ones
// would tear holes into innocent text.
const leastSecret = 6

// What is learnt from a server has bounds, and so has the work of looking for it: else a server could make a run slow by what
// it sends. A value beyond them is hidden where it stands, and not looked for elsewhere.
const (
	longestLearnt = 4 << 10 // bytes of a value: a token with many claims has two thousand
	mostLearnt    = 8 << 20 // bytes of all
	lengthsLearnt = 64      // of values that begin alike
	workEach      = 64      // bytes compared for each byte of a text: honest texts take one or two
	workFree      = 1 << 16
)

// tooAlike stands for what is left of a text when looking for secrets in it would take too long.
const tooAlike = "… (the rest is hidden: too much of it is like a secret)"

// Secrets are values and what stands for them. Signed URLs bring a value for each job: they are found
// by their first bytes, so that a text is looked through once, however many there are.
type secrets struct {
	placeholders map[string]string
	learnt       *int             // bytes of values that were learnt from a server
	lengths      map[string][]int // of those long enough, by their first leastSecret bytes, the longest first
}

func newSecrets() secrets {
	return secrets{placeholders: map[string]string{}, learnt: new(int), lengths: map[string][]int{}}
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

// learn adds a value that came from a server, and reports whether the bounds allow it. What they refused once they refuse always.
func (s secrets) learn(value, placeholder string) bool {
	if len(value) > longestLearnt || *s.learnt+len(value) > mostLearnt || len(value) >= leastSecret && len(s.lengths[value[:leastSecret]]) >= lengthsLearnt {
		return false
	}
	*s.learnt += len(value)
	s.add(value, placeholder)
	return true
}

// hide replaces every secret that occurs in a text; at one place the longest.
func (s secrets) hide(text string) string { return s.hideBefore(text, len(text)) }

// hideBefore returns what a text has before a place, with every secret replaced that begins there, also where it ends behind it.
func (s secrets) hideBefore(text string, end int) string {
	if end = min(end, len(text)); len(s.lengths) == 0 {
		return text[:end]
	}
	var hidden strings.Builder
	from, work := 0, workEach*len(text)+workFree
	for i := 0; i < end && i+leastSecret <= len(text); {
		length, placeholder := s.at(text[i:], &work)
		switch {
		case work < 0:
			return hidden.String() + text[from:i] + tooAlike
		case length == 0:
			i++
			continue
		}
		hidden.WriteString(text[from:i])
		hidden.WriteString(placeholder)
		i += length
		from = i
	}
	if from < end {
		hidden.WriteString(text[from:end])
	}
	return hidden.String()
}

// at is the longest secret with which a text begins, and what stands for it; zero where none does. It takes what it compares from work.
func (s secrets) at(text string, work *int) (length int, placeholder string) {
	for _, length := range s.lengths[text[:leastSecret]] {
		if length <= len(text) {
			if *work -= length; *work < 0 {
				return 0, ""
			}
			if placeholder, known := s.placeholders[text[:length]]; known {
				return length, placeholder
			}
		}
	}
	return 0, ""
}
