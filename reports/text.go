package reports

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// TextOptions say how [Record.WriteText] renders.
type TextOptions struct {
	Color      bool   // whether w is a terminal that wants colours
	ReportPath string // of the report, "" if none was written
}

const (
	textColumns = 100 // that a line may have; only commands are longer
	textLabel   = 10  // columns of a label, the space behind it included
	textOctets  = 192 // of a value that are shown
	textProse   = 600 // octets of a sentence that are shown
	textName    = 60  // octets of a name that are shown
)

// WriteText writes a summary for a reader at a terminal. What came from an
// input is escaped.
func (r *Record) WriteText(w io.Writer, o TextOptions) error {
	t := textWriter{record: r, color: o.Color}
	if r.Conformance != nil {
		t.conformance()
	}
	if !r.onlyConformance() {
		if r.Conformance != nil {
			t.line("")
		}
		t.head()
		for _, m := range r.matrices() {
			t.matrix(&m)
		}
		t.legend()
		for _, d := range r.defects() {
			t.defect(&d)
		}
	}
	for i := range r.NotFound {
		t.notFound(&r.NotFound[i])
	}
	t.layouts()
	t.mutants()
	if o.ReportPath != "" {
		t.line("")
		t.line("The report lies in " + prose(o.ReportPath))
	}
	t.line("")
	t.line(t.paint(r.Verdict(), r.mood()))
	_, err := io.WriteString(w, t.out.String())
	return err
}

// textWriter puts the lines of a summary together.
type textWriter struct {
	record *Record
	color  bool
	out    strings.Builder
}

func (t *textWriter) line(s string) {
	t.out.WriteString(strings.TrimRight(s, " "))
	t.out.WriteByte('\n')
}

// prose writes text over as many lines as it needs, all indented.
func (t *textWriter) prose(indent int, text string) {
	for _, line := range wrap(text, textColumns-indent) {
		t.line(strings.Repeat(" ", indent) + line)
	}
}

// entry writes text behind a label.
func (t *textWriter) entry(label, text string) {
	if text == "" {
		return
	}
	const indent = 2
	for i, line := range wrap(text, textColumns-indent-textLabel) {
		if i > 0 {
			label = ""
		}
		t.line(strings.Repeat(" ", indent) + pad(label, textLabel) + line)
	}
}

// paint colours escaped text, if colours are wanted.
func (t *textWriter) paint(s string, m mood) string {
	codes := map[mood]string{moodGood: "32", moodUnsure: "33", moodBad: "1;31"}
	if !t.color || codes[m] == "" {
		return s
	}
	return "\x1b[" + codes[m] + "m" + s + "\x1b[0m"
}

// name renders a name of the record.
func name(s string) string { return clipName(s, textName) }

func (t *textWriter) head() {
	r := t.record
	properties, drafts := r.counts()
	what := fmt.Sprintf("%d properties", properties)
	if properties == 1 {
		what = "1 property"
	}
	of := plural(len(r.implementations()), "implementation")
	if list := r.implementations(); len(list) == 1 {
		of = "the implementation " + name(list[0])
	}
	t.prose(0, fmt.Sprintf("Checked %s of %s under %s: %s in %s, seed %d.",
		what, of, plural(drafts, "draft"), plural(r.Cases(), "case"), duration(r.DurationMS), r.Seed))
	if memory := r.memory(); memory != "" {
		t.prose(0, "Memory: "+memory+".")
	}
	if !r.Complete {
		t.prose(0, t.paint("The run was stopped before its end.", moodUnsure))
	}
}

// rowName names a row of a matrix.
func (t *textWriter) rowName(row *matrixRow) string {
	if len(t.record.implementations()) > 1 {
		return fit(name(row.property), 36) + " " + fit(name(row.implementation), 20)
	}
	return fit(name(row.property), 40)
}

func (t *textWriter) matrix(m *matrix) {
	t.line("")
	if len(t.record.matrices()) > 1 {
		t.line("Drafts of " + Escape(string(m.document)) + ":")
	}
	names, cells, between := 0, make([]int, len(m.drafts)), 2
	for i := range m.rows {
		names = max(names, columns(t.rowName(&m.rows[i])))
		for j, c := range m.rows[i].cells {
			cells[j] = max(cells[j], len("00 ")+columns(c.word))
		}
	}
	length := func() int {
		n := names
		for _, cell := range cells {
			n += between + cell
		}
		return n
	}
	if length() > textColumns {
		between = 1 // rather than a second line for every row
	}
	perLine := len(cells)
	if length() > textColumns {
		widest := slices.Max(cells)
		perLine = max(1, (textColumns-names)/(between+widest))
		for j := range cells { // one below the other
			cells[j] = widest
		}
	}
	for i := range m.rows {
		row := &m.rows[i]
		line := pad(t.rowName(row), names)
		for j, c := range row.cells {
			if j > 0 && j%perLine == 0 {
				t.line(line)
				line = pad("", names)
			}
			draft := m.drafts[j].String()
			revision := draft[strings.LastIndexAny(draft, "- ")+1:]
			line += strings.Repeat(" ", between) + revision + " " + t.paint(c.word, c.mood)
			if j < len(row.cells)-1 {
				line += strings.Repeat(" ", max(0, cells[j]-len(revision)-1-columns(c.word)))
			}
		}
		t.line(line)
	}
}

// legend explains the marks that occur.
func (t *textWriter) legend() {
	var seen []string
	for _, m := range t.record.matrices() {
		for _, row := range m.rows {
			for _, c := range row.cells {
				seen = append(seen, strings.TrimLeft(c.word, "abcdefghijklmnopqrstuvwxyz"))
			}
		}
	}
	marks := strings.Join(seen, "")
	var lines []string
	for _, l := range []struct{ mark, meaning string }{
		{markExpected, "refuted as expected: known and explained below"},
		{markNew, "refuted by a new finding"},
		{markMissed, "an expected finding was not found"},
		{"-", "the property is not claimed of that draft"},
	} {
		if strings.Contains(marks, l.mark) {
			lines = append(lines, l.mark+" "+l.meaning)
		}
	}
	if len(lines) > 0 {
		t.line("")
	}
	for _, line := range lines {
		t.line(line)
	}
}

func (t *textWriter) defect(d *defect) {
	f := d.first()
	kind, m := "NEW FINDING", moodBad
	if f.Expected {
		kind, m = "EXPECTED FINDING", moodUnsure
	}
	t.line("")
	t.heading(kind, m, fmt.Sprintf("%s (%s) under %s", name(f.Property), name(f.Class), strings.Join(d.drafts(), ", ")))
	t.entry("refuted", clipProse(t.record.property(f.Property).Statement, textProse, ""))
	t.entry("rule", name(f.Rule))
	if t.record.implementations() == nil || len(t.record.implementations()) > 1 {
		t.entry("of", name(f.Implementation))
	}
	t.input(f)
	t.entry("detail", clipProse(f.Detail, textProse, f.File))
	for _, r := range f.Mending {
		t.entry("reading", fmt.Sprintf("It holds under %s=%s: %s", name(r.Ambiguity), name(r.Name), clipProse(r.Statement, textProse, "")))
	}
	t.entry("why", clipProse(f.Explanation, textProse, ""))
	t.entry("fix", clipProse(f.Fix, textProse, ""))
	for i, f := range d.findings {
		// One command shows an expected finding; each new one has its own.
		if f.Repeat != "" && (i == 0 || !f.Expected) {
			t.command("repeat", f.Repeat)
		}
	}
}

// heading writes a first line of a block, its first words coloured.
func (t *textWriter) heading(kind string, m mood, rest string) {
	for i, line := range wrap(kind+" "+rest, textColumns) {
		if after, ok := strings.CutPrefix(line, kind); ok && i == 0 {
			line = t.paint(kind, m) + after
		}
		t.line(line)
	}
}

// value writes one value of an input: its name and size, then the value.
func (t *textWriter) value(label string, v shownValue) {
	const pathColumns = 16
	head := pad(v.Path, pathColumns)
	if v.Size != "" {
		head = pad(head+" "+v.Size, pathColumns+13)
	}
	text := v.Text
	if v.More != "" {
		text += " " + v.More
	}
	if columns(head)+1+columns(text) <= textColumns-2-textLabel {
		t.entry(label, head+" "+text)
		return
	}
	t.entry(label, strings.TrimRight(head, " "))
	for _, line := range wrap(text, textColumns-4-textLabel) {
		t.line(strings.Repeat(" ", 4+textLabel) + line)
	}
}

// command writes a command on a line of its own, unbroken, to be copied.
func (t *textWriter) command(label, command string) {
	kept, more := clip(command, textProse)
	t.line("  " + pad(label, textLabel) + strings.TrimRight(prose(kept), " ") + strings.Repeat("…", min(more, 1)))
}

// input writes the values of a finding's input.
func (t *textWriter) input(f *Finding) {
	for i, v := range showInput(f, textOctets) {
		label := "input"
		if i > 0 {
			label = ""
		}
		t.value(label, v)
	}
}

// WriteInput writes the input of a finding for a reader at a terminal: each
// value, and what is CBOR in notation.
func (f *Finding) WriteInput(w io.Writer) error {
	var t textWriter
	t.input(f)
	for _, n := range f.Notations {
		t.entry("notation", clipName(n.Path, inputName))
		for line := range strings.Lines(clipLines(n.Text, pageOctets, f.File)) {
			t.line("    " + strings.TrimSuffix(line, "\n"))
		}
	}
	_, err := io.WriteString(w, t.out.String())
	return err
}

func (t *textWriter) notFound(e *Expected) {
	property, class, _ := cutSignature(e.Signature)
	t.line("")
	t.heading("EXPECTED AND NOT FOUND", moodBad, fmt.Sprintf("%s (%s) under %s", name(property), name(class), draftNames(e.Drafts)))
	t.entry("known as", clipProse(e.Explanation, textProse, ""))
	t.entry("since", name(e.FirstSeen))
	if strings.HasPrefix(property, conformPrefix) {
		t.entry("so", clipProse(e.Fix, textProse, ""))
		return
	}
	t.entry("so", "the defect is mended and the ledger is stale, or the harness went blind")
}

func (t *textWriter) layouts() {
	if len(t.record.Layouts) == 0 {
		return
	}
	t.line("")
	t.line("Layouts of the hash input, by the domain of the URIs:")
	for _, l := range t.record.Layouts {
		t.prose(2, clipName(l.Name, textName)+": "+clipName(l.Layout, 2*textName))
		for _, bound := range []bool{false, true} {
			verdicts := slices.DeleteFunc(slices.Clone(l.Verdicts), func(v LayoutVerdict) bool { return v.Bound != bound })
			if len(verdicts) == 0 {
				continue
			}
			label := ""
			if bound {
				label = "with the URIs in the message: "
			}
			t.prose(4, label+domainsByVerdict(verdicts, func(v LayoutVerdict) string { return v.Verdict }))
		}
		wraps := slices.DeleteFunc(slices.Clone(l.Verdicts), func(v LayoutVerdict) bool { return v.Wraps == nil || v.Bound })
		if len(wraps) > 0 {
			t.prose(4, "if lengths wrap: "+domainsByVerdict(wraps, func(v LayoutVerdict) string { return v.Wraps.Verdict }))
		}
	}
}

// domainsByVerdict lists the domains behind each verdict, or only the verdict
// if it is the same for all.
func domainsByVerdict(list []LayoutVerdict, of func(LayoutVerdict) string) string {
	var verdicts []string
	domains := make(map[string][]string)
	for _, v := range list {
		if !slices.Contains(verdicts, of(v)) {
			verdicts = append(verdicts, of(v))
		}
		domains[of(v)] = append(domains[of(v)], name(v.URI))
	}
	if len(verdicts) == 1 && len(list) > 1 {
		return name(verdicts[0]) + " for all"
	}
	var parts []string
	for _, v := range verdicts {
		parts = append(parts, name(v)+" for "+strings.Join(domains[v], ", "))
	}
	return strings.Join(parts, "; ")
}

func (t *textWriter) mutants() {
	if len(t.record.Mutants) == 0 {
		return
	}
	survivors := t.record.Survivors()
	t.line("")
	t.line(fmt.Sprintf("Mutants: %d of %d killed.", len(t.record.Mutants)-len(survivors), len(t.record.Mutants)))
	for _, m := range survivors {
		how := "reached and not killed"
		if !m.Reached {
			how = "never reached"
		}
		t.prose(2, fmt.Sprintf("%s %s in %s, by %s under %s: %s",
			name(m.ID), how, plural(m.Cases, "case"), name(m.Property), m.Draft, clipProse(m.Fault, textProse, "")))
	}
}
