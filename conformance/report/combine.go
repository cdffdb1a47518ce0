package report

// Combine makes one report of several: the targets in the order given, the verdict on all of
// them. No reports make one that is inconclusive.
func Combine(reports ...Report) Report {
	if len(reports) == 0 {
		return New(Options{})
	}
	all := reports[0]
	all.Targets = nil
	began, ended := all.Started, all.Started
	for _, r := range reports {
		all.Targets = append(all.Targets, r.Targets...)
		if r.Started.Before(began) {
			began = r.Started
		}
		if end := r.Started.Add(r.Duration.Duration()); end.After(ended) {
			ended = end
		}
	}
	for i := range all.Targets {
		all.Targets[i].fit(mostBytes / len(all.Targets))
	}
	all.Started, all.Duration = began, SecondsOf(ended.Sub(began))
	all.Verdict = overall(all.Targets)
	return all
}
