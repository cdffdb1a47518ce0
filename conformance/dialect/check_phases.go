package dialect

import "net/textproto"

// checkPhases finds a reply that no answer can be, and one that is told as another: an answer that says all of it, with its first status and words, has to be
// told as what it is. So it is served, too.
func (d *Dialect) checkPhases() *Error {
	for _, s := range d.object().spots() {
		if r, isReply := s.at.(*Reply); isReply && len(s.path) == 2 && len(r.Status) > 0 {
			if must, should := r.Faults(d.example(r)); len(must)+len(should) > 0 {
				return &Error{s.path, "no answer can be as it says: one that says all of it has " + append(must, should...)[0]}
			}
		}
	}
	for _, p := range d.replies() {
		if p.reply == nil {
			continue
		}
		if told := d.Phase(d.example(p.reply)); told != p.phase {
			return wrong("monitor."+string(p.phase), "it can't be told from monitor.%s, which is tried first: its signs are there too", told)
		}
	}
	return nil
}

// example is an answer that says all of a reply.
func (d *Dialect) example(r *Reply) Answer {
	said, _ := r.Say(func(_ string, p Pattern, _ bool) any { // what it is filled with can be written
		switch p.Kind {
		case Time:
			return "2026-11-26T20:00:00Z"
		case Seconds:
			return p.From
		case Percent:
			return 0
		}
		return "http://h/x"
	})
	fields := textproto.MIMEHeader{}
	for name, value := range said.Fields {
		fields.Set(name, value)
	}
	return Answer{Status: said.Status, Fields: fields.Values, Values: Read(said.Body, d.Wanted()), Empty: said.Body == nil}
}
