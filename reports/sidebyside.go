package reports

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	_ "embed"
)

// SideBySide shows implementations beside each other, rule by rule.
type SideBySide struct {
	Names []string        `json:"names"`
	Rows  []SideBySideRow `json:"rows"`
}

// SideBySideRow is what implementations make of one rule.
type SideBySideRow struct {
	Rule  string           `json:"rule"` // "" for cases that break none
	Level string           `json:"level"`
	Cells []SideBySideCell `json:"cells"` // one for each implementation
}

// SideBySideCell is what one implementation makes of a rule.
type SideBySideCell struct {
	Cases  int `json:"cases"`
	Agrees int `json:"agrees"`
	// Worst is the most frequent outcome beside "agrees", "" if there is none.
	Worst string `json:"worst,omitempty"`
}

// NotConformanceError says that a record is not one of mimifuzz conform.
type NotConformanceError struct{ Index int }

func (e *NotConformanceError) Error() string {
	return fmt.Sprintf("record %d is not one of mimifuzz conform", e.Index+1)
}

// Beside puts records of mimifuzz conform beside each other. It fails with
// [*NotConformanceError] for another record.
func Beside(records []*Record) (*SideBySide, error) {
	if len(records) == 0 {
		return nil, errors.New("no record")
	}
	s := &SideBySide{Names: []string{}, Rows: []SideBySideRow{}}
	for i, r := range records {
		if r.Conformance == nil {
			return nil, &NotConformanceError{Index: i}
		}
		s.Names = append(s.Names, r.Conformance.Implementation)
		rules, _ := r.Conformance.byRule()
		for _, of := range rules {
			row := s.row(of.rule, of.level, len(records))
			c := &row.Cells[i]
			c.Cases, c.Agrees = of.cases-of.outcomes[outcomeUnsupported], of.outcomes[outcomeAgrees]
			for _, column := range outcomeColumns[1 : len(outcomeColumns)-1] {
				if n := of.outcomes[column.outcome]; n > 0 && n > of.outcomes[c.Worst] {
					c.Worst = column.outcome
				}
			}
		}
	}
	slices.SortFunc(s.Rows, func(a, b SideBySideRow) int { return cmp.Compare(a.Rule, b.Rule) })
	return s, nil
}

func (s *SideBySide) row(rule, level string, of int) *SideBySideRow {
	for i := range s.Rows {
		if s.Rows[i].Rule == rule {
			return &s.Rows[i]
		}
	}
	s.Rows = append(s.Rows, SideBySideRow{Rule: rule, Level: level, Cells: make([]SideBySideCell, of)})
	return &s.Rows[len(s.Rows)-1]
}

// same reports whether every implementation that was asked agrees.
func (r *SideBySideRow) same() bool {
	return !slices.ContainsFunc(r.Cells, func(c SideBySideCell) bool { return c.Worst != "" })
}

// word is what stands in a cell.
func (c *SideBySideCell) word() (string, mood) {
	switch {
	case c.Cases == 0:
		return "-", moodNone
	case c.Worst == "":
		return "agrees", moodGood
	case c.Worst == "other-reading" || c.Worst == "wrong-reason":
		return outcomeHead(c.Worst), moodUnsure
	}
	return fmt.Sprintf("%s %d %%", outcomeHead(c.Worst), max(1, 100*(c.Cases-c.Agrees)/c.Cases)), moodBad
}

// WriteText writes the rules about which an implementation does not agree.
func (s *SideBySide) WriteText(w io.Writer) error {
	var b strings.Builder
	const rule, cell = 42, 18
	line := pad("", rule)
	for _, of := range s.Names {
		line += " " + pad(fit(name(of), cell), cell)
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
	same := 0
	for i := range s.Rows {
		row := &s.Rows[i]
		if row.same() {
			same++
			continue
		}
		line := pad(fit(ruleName(row.Rule), rule), rule)
		for j := range row.Cells {
			word, _ := row.Cells[j].word()
			line += " " + pad(fit(word, cell), cell)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if same > 0 {
		fmt.Fprintf(&b, "%s about which all agree, not shown\n", plural(same, "rule"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

//go:embed sidebyside.html.tmpl
var sideBySideTemplate string

var sideBySideTmpl = template.Must(template.New("beside").Parse(sideBySideTemplate))

// WriteHTML writes a page, which loads nothing and runs nothing.
func (s *SideBySide) WriteHTML(w io.Writer) error {
	type cell struct {
		Word  string
		Mood  mood
		Cases string
	}
	type row struct {
		Rule, Level string
		Cells       []cell
	}
	page := struct {
		Style     template.CSS
		StyleHash string
		Names     []string
		Rows      []row
	}{Style: template.CSS(pageStyle), StyleHash: integrity(pageStyle)}
	for _, of := range s.Names {
		page.Names = append(page.Names, clipName(of, pageName))
	}
	for i := range s.Rows {
		r := row{Rule: ruleName(s.Rows[i].Rule), Level: clipName(s.Rows[i].Level, pageName)}
		for j := range s.Rows[i].Cells {
			c := &s.Rows[i].Cells[j]
			word, mood := c.word()
			r.Cells = append(r.Cells, cell{Word: word, Mood: mood, Cases: plural(c.Cases, "case")})
		}
		page.Rows = append(page.Rows, r)
	}
	var out bytes.Buffer
	if err := sideBySideTmpl.Execute(&out, &page); err != nil {
		return fmt.Errorf("the matrix cannot be written as a page: %w", err)
	}
	_, err := w.Write(out.Bytes())
	return err
}
