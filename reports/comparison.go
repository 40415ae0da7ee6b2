package reports

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Comparison is what differs between an older and a newer record.
type Comparison struct {
	Appeared []Difference `json:"appeared"` // findings that only the newer record has
	Went     []Difference `json:"went"`     // findings that only the older record has
	Changed  []Change     `json:"changed"`  // properties, layouts and mutants whose verdict changed
	// NoLonger and Newly are what only one of the two records tells of:
	// properties under a draft, layouts for a domain, mutants.
	NoLonger []string `json:"noLongerChecked"`
	Newly    []string `json:"newlyChecked"`
}

// Difference is a finding that one of two records has.
type Difference struct {
	Signature string     `json:"signature"`
	Draft     spec.Draft `json:"draft"`
	Detail    string     `json:"detail"`
	Expected  bool       `json:"expected"` // by the ledger of the run that has it
}

// Change is a verdict that differs between two records.
type Change struct {
	Of  string `json:"of"` // such as "messageid/order under content-08"
	Old string `json:"old"`
	New string `json:"new"`
}

// Compare returns what differs between two records.
func Compare(old, new *Record) *Comparison {
	c := &Comparison{Appeared: findingsMissing(old, new), Went: findingsMissing(new, old), Changed: []Change{}, NoLonger: []string{}, Newly: []string{}}
	before, after := old.verdicts(), new.verdicts()
	for of, was := range before {
		switch is, ok := after[of]; {
		case !ok:
			c.NoLonger = append(c.NoLonger, of)
		case is != was:
			c.Changed = append(c.Changed, Change{Of: of, Old: was, New: is})
		}
	}
	for of := range after {
		if _, ok := before[of]; !ok {
			c.Newly = append(c.Newly, of)
		}
	}
	slices.Sort(c.NoLonger)
	slices.Sort(c.Newly)
	slices.SortFunc(c.Changed, func(a, b Change) int { return cmp.Compare(a.Of, b.Of) })
	return c
}

// Equal reports whether nothing differs.
func (c *Comparison) Equal() bool {
	return len(c.Appeared)+len(c.Went)+len(c.Changed)+len(c.NoLonger)+len(c.Newly) == 0
}

// findingsMissing returns the findings of b that a lacks.
func findingsMissing(a, b *Record) []Difference {
	type key struct {
		signature string
		draft     spec.Draft
	}
	known := make(map[key]bool)
	for _, f := range a.Findings {
		known[key{f.Signature, f.Draft}] = true
	}
	list := []Difference{}
	for _, f := range b.Findings {
		if k := (key{f.Signature, f.Draft}); !known[k] {
			known[k] = true
			list = append(list, Difference{Signature: f.Signature, Draft: f.Draft, Detail: f.Detail, Expected: f.Expected})
		}
	}
	slices.SortFunc(list, func(x, y Difference) int {
		return cmp.Or(cmp.Compare(x.Signature, y.Signature), cmp.Compare(x.Draft, y.Draft))
	})
	return list
}

// verdicts returns each verdict of the record by what it is about.
func (r *Record) verdicts() map[string]string {
	all := make(map[string]string)
	for _, p := range r.Properties {
		of := p.ID + " under " + p.Draft.String()
		if p.Implementation != "reference" {
			of += " of " + p.Implementation
		}
		all[of] = p.Outcome
	}
	for _, l := range r.Layouts {
		for _, v := range l.Verdicts {
			of := fmt.Sprintf("layout %s for URIs of %s", l.Layout, v.URI)
			if v.Bound {
				of += ", bound"
			}
			all[of] = v.Verdict
		}
	}
	for _, m := range r.Mutants {
		all["mutant "+m.ID] = map[bool]string{true: "killed", false: "survived"}[m.Killed]
	}
	return all
}

// WriteText writes the comparison for a reader at a terminal.
func (c *Comparison) WriteText(w io.Writer) error {
	var b strings.Builder
	line := func(s string) {
		for i, part := range wrap(s, textColumns-2) {
			if i > 0 {
				b.WriteString("    ")
			}
			b.WriteString(strings.TrimRight(part, " ") + "\n")
		}
	}
	differences := func(title string, list []Difference) {
		if len(list) == 0 {
			return
		}
		b.WriteString(title + ":\n")
		for _, d := range list {
			expected := ""
			if d.Expected {
				expected = " (expected)"
			}
			line(fmt.Sprintf("  %s under %s%s: %s", name(d.Signature), d.Draft, expected, clipProse(d.Detail, textProse, "")))
		}
	}
	names := func(title string, list []string) {
		if len(list) == 0 {
			return
		}
		b.WriteString(title + ":\n")
		for _, s := range list {
			line("  " + clipName(s, textProse))
		}
	}
	differences("Findings that appeared", c.Appeared)
	differences("Findings that went", c.Went)
	if len(c.Changed) > 0 {
		b.WriteString("Verdicts that changed:\n")
		for _, change := range c.Changed {
			line(fmt.Sprintf("  %s: %s, was %s", clipName(change.Of, textProse), name(change.New), name(change.Old)))
		}
	}
	names("No longer checked", c.NoLonger)
	names("Newly checked", c.Newly)
	if c.Equal() {
		b.WriteString("Nothing differs.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
