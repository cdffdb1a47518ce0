package dialect

import "slices"

// checkPhases finds a reply that can never be told, since one that is tried before it has its signs too.
func (d *Dialect) checkPhases() *Error {
	tried := d.replies()
	for i, later := range tried {
		for _, earlier := range tried[:i] {
			if later.reply != nil && earlier.reply != nil && earlier.reply.covers(*later.reply) {
				return wrong("monitor."+string(later.phase), "it can't be told from monitor.%s, which is tried first: its signs are there too", earlier.phase)
			}
		}
	}
	return nil
}

// covers reports whether every answer with the signs of the other reply has the signs of this one.
func (r Reply) covers(other Reply) bool {
	lowest := 599
	for _, s := range other.Status {
		lowest = min(lowest, s.From)
		for status := s.From; status <= s.To; status++ {
			if !r.Status.Has(status) {
				return false
			}
		}
	}
	signs := slices.DeleteFunc(other.places(), func(q place) bool { return !q.pattern.isSign(lowest) })
	for _, p := range r.places() {
		implies := func(q place) bool {
			return q.header == p.header && q.canonical() == p.canonical() && p.pattern.impliedBy(q.pattern)
		}
		if p.pattern.isSign(lowest) && !slices.ContainsFunc(signs, implies) {
			return false
		}
	}
	return true
}

// impliedBy reports whether what fits q fits p too.
func (p Pattern) impliedBy(q Pattern) bool {
	in := func(list []any, asText bool) func(any) bool {
		return func(word any) bool {
			return slices.ContainsFunc(list, func(w any) bool { return w == word || isWord(w, word, word != nil, asText) })
		}
	}
	not := func(is func(any) bool) func(any) bool { return func(word any) bool { return !is(word) } }
	switch {
	case p.Kind == Constant:
		return q.Kind == Constant && !slices.ContainsFunc(q.Words, not(in(p.Words, false)))
	case q.Kind == Constant && slices.Contains(q.Words, nil):
		return false
	case p.Kind == Except && q.Kind == Constant:
		return !slices.ContainsFunc(q.Words, in(p.Words, true))
	case p.Kind == Except:
		return q.Kind == Except && !slices.ContainsFunc(p.Words, not(in(q.Words, true)))
	}
	return p.Kind == Any || p.Kind == q.Kind
}
