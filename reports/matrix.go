package reports

import (
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// matrix is the results for the drafts of one document.
type matrix struct {
	document spec.Document
	drafts   []spec.Draft
	rows     []matrixRow
}

type matrixRow struct {
	property       string
	implementation string
	statement      string
	source         string
	cells          []cell // one for each draft
}

// cell is what became of a property under a draft.
type cell struct {
	word   string // the outcome, with a mark; "-" if the property is not claimed of the draft
	mood   mood
	result *PropertyResult // nil if there is none
}

// The marks behind outcomes.
const (
	markExpected = "*" // refuted, and every finding is expected
	markNew      = "!" // refuted, and not every finding is expected
	markMissed   = "?" // an expected finding was not found
)

// matrices arranges the results by document, property and draft, in the order
// of the record.
func (r *Record) matrices() []matrix {
	var list []matrix
	for i := range r.Properties {
		p := &r.Properties[i]
		at := slices.IndexFunc(list, func(m matrix) bool { return m.document == p.Draft.Document() })
		if at < 0 {
			list = append(list, matrix{document: p.Draft.Document()})
			at = len(list) - 1
		}
		m := &list[at]
		if !slices.Contains(m.drafts, p.Draft) {
			m.drafts = append(m.drafts, p.Draft)
		}
	}
	for i := range list {
		m := &list[i]
		slices.Sort(m.drafts)
		for j := range r.Properties {
			if p := &r.Properties[j]; p.Draft.Document() == m.document {
				m.add(p, r.cell(p))
			}
		}
	}
	return list
}

func (m *matrix) add(p *PropertyResult, c cell) {
	at := slices.IndexFunc(m.rows, func(row matrixRow) bool {
		return row.property == p.ID && row.implementation == p.Implementation
	})
	if at < 0 {
		cells := make([]cell, len(m.drafts))
		for i := range cells {
			cells[i].word = "-"
		}
		m.rows = append(m.rows, matrixRow{property: p.ID, implementation: p.Implementation, statement: p.Statement, source: p.Source, cells: cells})
		at = len(m.rows) - 1
	}
	m.rows[at].cells[slices.Index(m.drafts, p.Draft)] = c
}

func (r *Record) cell(p *PropertyResult) cell {
	c := cell{word: fit(clipName(p.Outcome, 20), 12), result: p}
	switch p.Outcome {
	case OutcomeHolds:
		c.mood = moodGood
	case OutcomeRefuted:
		if r.Conformance != nil && strings.HasPrefix(p.ID, conformPrefix) {
			mark, found := r.Conformance.outcomeOfBugs(p.ID, p.Draft)
			c.word, c.mood = c.word+mark, found
			break
		}
		found := 0
		for i := range r.Findings {
			if f := &r.Findings[i]; f.Property == p.ID && f.Draft == p.Draft && f.Implementation == p.Implementation {
				found++
				if !f.Expected {
					found = 0
					break
				}
			}
		}
		if found > 0 {
			c.word, c.mood = c.word+markExpected, moodUnsure
		} else {
			c.word, c.mood = c.word+markNew, moodBad
		}
	case OutcomeUntried:
		c.mood = moodUnsure
	}
	for _, e := range r.NotFound {
		_, _, implementation := cutSignature(e.Signature)
		if e.Property() == p.ID && implementation == p.Implementation && slices.Contains(e.Drafts, p.Draft) {
			c.word, c.mood = c.word+markMissed, moodBad
		}
	}
	return c
}

// implementations returns the names of what was checked.
func (r *Record) implementations() []string {
	var names []string
	for _, p := range r.Properties {
		if !slices.Contains(names, p.Implementation) {
			names = append(names, p.Implementation)
		}
	}
	return names
}

// counts returns the number of properties and of drafts that were checked.
func (r *Record) counts() (properties, drafts int) {
	ids, revisions := map[string]bool{}, map[spec.Draft]bool{}
	for _, p := range r.Properties {
		ids[p.ID], revisions[p.Draft] = true, true
	}
	return len(ids), len(revisions)
}
