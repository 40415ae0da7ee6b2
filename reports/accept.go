package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// ErrIncomplete is the error of [Ledger.Accept] for a run that was stopped
// early.
var ErrIncomplete = errors.New("the run was stopped early: it cannot tell what is no longer found")

// BySignature returns the entry with a signature.
func (l Ledger) BySignature(signature string) (*Expected, error) {
	for i := range l {
		if l[i].Signature == signature {
			return &l[i], nil
		}
	}
	names := make([]string, len(l))
	for i, e := range l {
		names[i] = e.Signature
	}
	return nil, fmt.Errorf("the ledger has no %q: it has %s", signature, strings.Join(names, ", "))
}

// Accept returns the ledger with the entry of one signature as a run found it,
// and says what became of the entry. The entry is expected under the drafts
// under which the run found it, and stays expected under those that the run
// did not check. A new entry takes its explanation and fix from the argument;
// one that is there keeps its own where the argument has none. The ledger
// itself is not changed.
//
// It fails with [ErrIncomplete] on a run that was stopped early, and on one
// that has nothing to say of the signature.
func (l Ledger) Accept(r *Record, given Expected) (Ledger, string, error) {
	if !r.Complete {
		return nil, "", ErrIncomplete
	}
	var found, checked []spec.Draft
	for _, f := range r.Findings {
		if f.Signature == given.Signature && !slices.Contains(found, f.Draft) {
			found = append(found, f.Draft)
		}
	}
	property, _, implementation := cutSignature(given.Signature)
	for _, p := range r.Properties {
		if p.ID == property && p.Implementation == implementation && p.Outcome != OutcomeUntried {
			checked = append(checked, p.Draft)
		}
	}
	entry, at := given, slices.IndexFunc(l, func(e Expected) bool { return e.Signature == given.Signature })
	if at >= 0 {
		entry = l[at]
		for _, d := range entry.Drafts {
			if !slices.Contains(checked, d) && !slices.Contains(found, d) {
				found = append(found, d)
			}
		}
		if given.Explanation != "" {
			entry.Explanation = given.Explanation
		}
		if given.Fix != "" {
			entry.Fix = given.Fix
		}
	}
	slices.Sort(found)
	next := slices.Clone(l)
	switch {
	case len(found) == 0 && at < 0:
		return nil, "", fmt.Errorf("the run has no finding %q", given.Signature)
	case len(found) == 0:
		return slices.Delete(next, at, at+1), "removed: it is no longer found", nil
	case entry.Explanation == "" || entry.Fix == "":
		return nil, "", errors.New("a new entry needs an explanation and a fix")
	}
	outcome := fmt.Sprintf("expected under %v, was %v", found, entry.Drafts)
	entry.Drafts = found
	if at < 0 {
		outcome = fmt.Sprintf("expected under %v", found)
		entry.FirstSeen = r.Started.UTC().Format("2006-01-02")
		next = append(next, entry)
	} else {
		next[at] = entry
	}
	slices.SortFunc(next, func(a, b Expected) int { return strings.Compare(a.Signature, b.Signature) })
	return next, outcome, nil
}

// WriteFile writes the ledger. The file is whole whenever it is there.
func (l Ledger) WriteFile(path string) error {
	var data bytes.Buffer
	encoder := json.NewEncoder(&data)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(orEmpty(l)); err != nil {
		return fmt.Errorf("the ledger cannot be written as JSON: %w", err)
	}
	if err := WriteFile(path, data.Bytes()); err != nil {
		return fmt.Errorf("cannot write the ledger: %w", err)
	}
	return nil
}
