package uri

import (
	"slices"
	"strings"
)

// A Shape is what the URLs of one kind of resource have in common, and where they differ: learnt
// by comparing those of several jobs.
type Shape struct {
	parts   []string // of the first URL: texts and separators in turn
	varying []int    // the parts that differ from job to job
	values  [][]string
}

const (
	separators = "/?&=;#"
	mostParts  = 400 // of a URL that is compared: those of a thousand URLs made of slashes alone take a quarter of a gigabyte
)

// NewShape compares URLs. It reports false where fewer than two differ, or they are not alike enough to compare.
func NewShape(urls []string) (Shape, bool) {
	var s Shape
	var all [][]string
	for _, url := range urls {
		parts := cutParts(url)
		if len(parts) > mostParts {
			continue
		}
		if len(all) == 0 || len(parts) == len(all[0]) {
			all = append(all, parts)
		}
	}
	if len(all) < 2 {
		return s, false
	}
	s.parts = all[0]
	for i := range s.parts {
		if slices.ContainsFunc(all, func(parts []string) bool { return parts[i] != s.parts[i] }) {
			s.varying = append(s.varying, i)
		}
	}
	for _, parts := range all {
		values := make([]string, len(s.varying))
		for k, i := range s.varying {
			values[k] = parts[i]
		}
		s.values = append(s.values, values)
	}
	return s, len(s.varying) > 0
}

func cutParts(url string) []string {
	var parts []string
	from := 0
	for i := range len(url) {
		if strings.IndexByte(separators, url[i]) >= 0 {
			parts = append(parts, url[from:i], url[i:i+1])
			from = i + 1
		}
	}
	return append(parts, url[from:])
}

// Parts is how many parts vary.
func (s Shape) Parts() int { return len(s.varying) }

// Values lists what one varying part is, URL by URL.
func (s Shape) Values(part int) []string {
	list := make([]string, len(s.values))
	for i, values := range s.values {
		list[i] = values[part]
	}
	return list
}

// Parameter is the name of the query parameter whose value a varying part is, "" where it is none.
func (s Shape) Parameter(part int) string {
	i := s.varying[part]
	if i < 2 || s.parts[i-1] != "=" {
		return ""
	}
	return s.parts[i-2]
}

// With is the URL of that shape in which the varying parts are these.
func (s Shape) With(values []string) string {
	parts := slices.Clone(s.parts)
	for k, i := range s.varying {
		parts[i] = values[k]
	}
	return strings.Join(parts, "")
}

// Fit returns the varying parts of another URL of the same shape.
func (s Shape) Fit(url string) ([]string, bool) {
	parts := cutParts(url)
	if len(parts) != len(s.parts) {
		return nil, false
	}
	values := make([]string, len(s.varying))
	next := 0
	for i, part := range parts {
		switch {
		case next < len(s.varying) && s.varying[next] == i:
			values[next] = part
			next++
		case part != s.parts[i]:
			return nil, false
		}
	}
	return values, true
}

// Derive tells where the result of a job is, from where its monitor is and where those of done jobs were. It reports
// false where the results' URLs do not follow from the monitors'.
func Derive(monitors, results []string, monitor string) (string, bool) {
	m, known := NewShape(append([]string{monitor}, monitors...))
	r, compared := NewShape(results)
	if !known {
		return "", false
	}
	if !compared { // one done job: what its URLs have in common is taken for what varies
		r = Shape{parts: cutParts(results[0])}
		for i, part := range r.parts {
			if !strings.Contains(separators, part) && slices.Contains(m.values[1], part) {
				r.varying = append(r.varying, i)
			}
		}
	}
	own, _ := m.Fit(monitor)
	values := make([]string, len(r.varying))
	for k, i := range r.varying {
		from := slices.Index(m.values[1], cutParts(results[0])[i])
		if from < 0 {
			return "", false
		}
		values[k] = own[from]
	}
	url := r.With(values)
	return url, len(r.varying) > 0 && url != results[0]
}
