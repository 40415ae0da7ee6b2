package reports

import (
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// defect is one defect as found under one or more drafts.
type defect struct {
	findings []*Finding // at least one, all of one signature
}

// first returns the finding that speaks for the defect.
func (d *defect) first() *Finding { return d.findings[0] }

// drafts returns the names of the drafts under which the defect was found.
func (d *defect) drafts() []string {
	names := make([]string, len(d.findings))
	for i, f := range d.findings {
		names[i] = f.Draft.String()
	}
	return names
}

// ranges returns the drafts under which the defect was found, those in a row as
// one.
func (d *defect) ranges() string {
	var drafts []spec.Draft
	for _, f := range d.findings {
		drafts = append(drafts, f.Draft)
	}
	return draftRanges(drafts)
}

// kind says whether the defect is new.
func (d *defect) kind() (string, mood) {
	if d.first().Expected {
		return "Expected", moodUnsure
	}
	return "New", moodBad
}

// defects groups the findings by signature, new ones first, otherwise in the
// order of the record. What is expected under one draft and new under another
// is two groups.
func (r *Record) defects() []defect {
	var list []defect
	for _, expected := range []bool{false, true} {
		start := len(list)
		for i := range r.Findings {
			f := &r.Findings[i]
			if f.Expected != expected {
				continue
			}
			at := slices.IndexFunc(list[start:], func(d defect) bool { return d.first().Signature == f.Signature })
			if at < 0 {
				list = append(list, defect{})
				at = len(list) - 1 - start
			}
			list[start+at].findings = append(list[start+at].findings, f)
		}
	}
	return list
}

// property returns the result of a property, an empty one if the record has none.
func (r *Record) property(id string) PropertyResult {
	for _, p := range r.Properties {
		if p.ID == id {
			return p
		}
	}
	return PropertyResult{}
}
