package reports

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

//go:embed ledger.json
var ledgerJSON []byte

// Ledger is the list of findings that are known and explained. A run fails on
// a finding that is not in it, and on an entry that is no longer found.
type Ledger []Expected

// Expected is one entry of the ledger.
type Expected struct {
	Signature   string       `json:"signature"`
	Drafts      []spec.Draft `json:"drafts"` // under each of which it is found
	Explanation string       `json:"explanation"`
	Fix         string       `json:"fix"`       // what would mend the draft, or did
	FirstSeen   string       `json:"firstSeen"` // YYYY-MM-DD
}

// EmbeddedLedger returns the project's own ledger.
func EmbeddedLedger() Ledger {
	ledger, err := ParseLedger(ledgerJSON)
	if err != nil {
		panic("the embedded ledger is damaged: " + err.Error())
	}
	return ledger
}

// ParseLedger reads a ledger. It fails on entries that are incomplete or occur
// twice.
func ParseLedger(data []byte) (Ledger, error) {
	var ledger Ledger
	if err := json.Unmarshal(data, &ledger); err != nil {
		return nil, fmt.Errorf("not a ledger: %w", err)
	}
	seen := make(map[string]bool)
	for i, e := range ledger {
		switch {
		case e.Signature == "" || len(e.Drafts) == 0 || e.Explanation == "" || e.Fix == "" || e.FirstSeen == "":
			return nil, fmt.Errorf("entry %d of the ledger lacks a field", i+1)
		case seen[e.Signature]:
			return nil, fmt.Errorf("the ledger has %q twice", e.Signature)
		}
		seen[e.Signature] = true
	}
	return ledger, nil
}

// Compare marks the findings of a record that the ledger expects, and notes
// the expected ones that the record lacks. Only properties and drafts that the
// record tells of count: what was not checked, or not to the end, cannot be
// missed, nor can anything in a run that was stopped early. An entry is missed as
// well if the property that it names is not known at all.
func (l Ledger) Compare(r *Record, known func(property string) bool) {
	r.NotFound = []Expected{}
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Expected, f.Explanation, f.Fix = false, "", "" // what an earlier ledger said
		if e := l.entry(f); e != nil {
			f.Expected, f.Explanation, f.Fix = true, e.Explanation, e.Fix
		}
	}
	if !r.Complete {
		return // what was cut short cannot be missed
	}
	for _, e := range l {
		missed := e
		missed.Drafts = nil
		for _, d := range e.Drafts {
			found := slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Signature == e.Signature && f.Draft == d })
			checked := slices.ContainsFunc(r.Properties, func(p PropertyResult) bool {
				return p.ID == e.Property() && p.Draft == d && p.Outcome != OutcomeUntried && !p.Partial && Signature(p.ID, e.class(), p.Implementation) == e.Signature
			})
			if !found && (checked || !known(e.Property())) {
				missed.Drafts = append(missed.Drafts, d)
			}
		}
		if len(missed.Drafts) > 0 {
			r.NotFound = append(r.NotFound, missed)
		}
	}
}

// Expects reports whether the ledger has a finding.
func (l Ledger) Expects(f *Finding) bool { return l.entry(f) != nil }

func (l Ledger) entry(f *Finding) *Expected {
	for i := range l {
		if l[i].Signature == f.Signature && slices.Contains(l[i].Drafts, f.Draft) {
			return &l[i]
		}
	}
	return nil
}

// Property returns the property that the entry is about.
func (e *Expected) Property() string {
	property, _, _ := cutSignature(e.Signature)
	return property
}

func (e *Expected) class() string {
	_, class, _ := cutSignature(e.Signature)
	return class
}
