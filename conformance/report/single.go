package report

// Explain tells one requirement's failure in plain text, as the text report would: for a
// test's output. It is empty for a requirement that did not fail.
func (t Target) Explain(r Requirement) string {
	if r.Got == "" && r.Want == "" {
		return ""
	}
	return printed(96, func(p *printer) { p.failure(t, r, true) })
}

// Find returns the requirement of that id as it was judged.
func (t Target) Find(id string) (Requirement, bool) {
	for _, r := range t.Requirements {
		if r.ID == id {
			return r, true
		}
	}
	return Requirement{}, false
}
