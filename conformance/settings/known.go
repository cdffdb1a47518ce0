package settings

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/internal/suggest"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

const dayForm = "2006-01-02"

// An entryPart is a key of an entry, and where its value goes.
type entryPart struct {
	name, usage string
	pattern     string // of its value; empty for any
	required    bool
	place       func(*report.KnownFailure) *string
}

var entryParts = []entryPart{
	{"id", "requirement that fails", "", true, func(k *report.KnownFailure) *string { return &k.ID }},
	{"reason", "why that is accepted", "", true, func(k *report.KnownFailure) *string { return &k.Reason }},
	{"link", "where that is followed up", "", false, func(k *report.KnownFailure) *string { return &k.Link }},
	{"until", "last day on which it is accepted: 2027-01-31", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", false, func(k *report.KnownFailure) *string { return &k.Until }},
	{"message", "part of what was got, which has to be there", "", false, func(k *report.KnownFailure) *string { return &k.Message }},
	{"target", "base URL, or name, of the target that is meant, in place of all", "", false, func(k *report.KnownFailure) *string { return &k.Target }},
}

// knownFailures reads the failures that are expected: a list, each with the id of a requirement and a reason, and perhaps a
// link, the last day on which it is accepted, a part of the message that has to match, and the target that is meant. An
// empty file has none.
func knownFailures(path string, now time.Time) ([]report.KnownFailure, error) {
	root, err := load(path)
	if err != nil || root == nil {
		return nil, err
	}
	if root.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("%s: a list of known failures is expected: '- id: monitor.no-store' would begin one", where(path, root))
	}
	var all []report.KnownFailure
	for _, item := range root.Content {
		known, err := readKnown(item, now)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", where(path, item), err)
		}
		known.Where = where(path, item)
		twice := slices.ContainsFunc(all, func(k report.KnownFailure) bool {
			return k.ID == known.ID && (k.Target == known.Target || k.Target == "" || known.Target == "")
		})
		if twice {
			return nil, fmt.Errorf("%s: %s is listed already", where(path, item), known.ID)
		}
		all = append(all, known)
	}
	return all, nil
}

func readKnown(item *yaml.Node, now time.Time) (report.KnownFailure, error) {
	var k report.KnownFailure
	if item.Kind != yaml.MappingNode {
		return k, fmt.Errorf("an entry needs an id and a reason, as 'id: monitor.no-store' and 'reason: …'")
	}
	for name, value := range pairs(item) {
		i := slices.IndexFunc(entryParts, func(part entryPart) bool { return part.name == name.Value })
		if i < 0 {
			var names []string
			for _, part := range entryParts {
				names = append(names, part.name)
			}
			return k, fmt.Errorf("there is no %q in an entry: %s", name.Value, suggest.DidYouMean(name.Value, names, ""))
		}
		text, err := scalar(value)
		if err != nil {
			return k, fmt.Errorf("%s: %w", name.Value, err)
		}
		*entryParts[i].place(&k) = strings.TrimSpace(text)
	}
	return k, sound(k, now)
}

// sound says what is wrong with an entry; nil where nothing is.
func sound(k report.KnownFailure, now time.Time) error {
	switch {
	case k.ID == "":
		return fmt.Errorf("an entry needs an id and a reason, and this one has no id")
	case k.Reason == "":
		return fmt.Errorf("an entry needs an id and a reason, and this one, of %s, has no reason", k.ID)
	}
	if _, found := contract.Find(k.ID); !found {
		var ids []string
		for _, r := range contract.Catalogue() {
			if r.Group() == k.ID {
				return fmt.Errorf("%s is a group: each requirement is listed by itself, such as %s", k.ID, r.ID)
			}
			ids = append(ids, r.ID)
		}
		return fmt.Errorf("there is no requirement %q: %s", k.ID, suggest.DidYouMean(k.ID, ids, "two-oh-two list shows them all"))
	}
	if k.Until == "" {
		return nil
	}
	until, err := time.Parse(dayForm, k.Until)
	if err != nil {
		return fmt.Errorf("until: %q is no date: one such as 2027-01-31 is needed", k.Until)
	}
	if today, _ := time.Parse(dayForm, now.UTC().Format(dayForm)); today.After(until) {
		return fmt.Errorf("%s was accepted until %s: fix it, or set a new date", k.ID, k.Until)
	}
	return nil
}

// WriteKnownFailures writes the list that makes a run pass which came to this report: what is expected and still fails, as it
// was given, what was not judged, and whatever else counts against a target, for a person to give reasons for.
func WriteKnownFailures(w io.Writer, r report.Report) error {
	list := []report.KnownFailure{}
	for _, t := range r.Targets {
		only := ""
		if len(r.Targets) > 1 {
			only = t.BaseURL
		}
		for _, q := range t.Requirements {
			if k, listed := entryOf(q, t.Strict, r.Started); listed {
				k.Target = cmp.Or(k.Target, only)
				list = append(list, k)
			}
		}
	}
	text, err := yaml.Dump(list)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "# Failures that are expected: shown, and not gating. An entry whose requirement passes fails the gate.\n"+
		"# Say why each is accepted. link, until (the last day) and message (a part that has to match) may be added.\n%s", text)
	return err
}

// entryOf is what the list is to say of a requirement, if anything.
func entryOf(q report.Requirement, strict bool, seen time.Time) (report.KnownFailure, bool) {
	var k report.KnownFailure
	if q.Known != nil {
		k = q.Known.KnownFailure
	}
	k.ID = q.ID
	switch {
	case q.Known != nil && (q.Known.State == report.KnownFailed || q.Known.State == report.KnownUnjudged):
		return k, true
	case q.Outcome != contract.Fail || q.Status(strict).Count != report.CountsAgainst:
		return k, false
	}
	k.Message = ""
	if k.Reason == "" {
		k.Reason = "it failed on " + seen.UTC().Format(dayForm) + ", and nobody has said yet why that is accepted"
	}
	return k, true
}
