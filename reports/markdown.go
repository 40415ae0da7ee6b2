package reports

import (
	"fmt"
	"io"
	"strings"
)

const (
	markdownOctets   = 1 << 10 // of a value or sentence that are shown
	markdownFindings = 50      // that are told in full: a job summary holds 1 MiB
	markdownList     = 500     // rows of a table
)

// WriteMarkdown writes the record as GitHub-flavoured Markdown, for the
// summary of a CI job or an issue: what is new comes first. What came from an
// input stands in code and is escaped, so that it neither formats anything nor
// mentions anyone.
func (r *Record) WriteMarkdown(w io.Writer) error {
	m := markdownWriter{record: r}
	m.line("# mimifuzz: %s", markdownText(r.Verdict()))
	properties, drafts := r.counts()
	m.line("")
	m.line("%s under %s: %s in %s, seed %d, started %s.", plural(properties, "statement"), plural(drafts, "draft"),
		plural(r.Cases(), "case"), duration(r.DurationMS), r.Seed, r.Started.UTC().Format("2006-01-02 15:04:05 UTC"))
	if memory := r.memory(); memory != "" {
		m.line("\nMemory: %s.", memory)
	}
	m.findings()
	m.notFound()
	m.mutants()
	m.results()
	m.layouts()
	_, err := io.WriteString(w, m.out.String())
	return err
}

type markdownWriter struct {
	record *Record
	out    strings.Builder
}

func (m *markdownWriter) line(format string, values ...any) {
	fmt.Fprintf(&m.out, format+"\n", values...)
}

func (m *markdownWriter) heading(text string) {
	m.line("\n## %s\n", text)
}

func (m *markdownWriter) findings() {
	var known []defect
	told, untold := 0, 0
	for _, d := range m.record.defects() {
		switch {
		case d.first().Expected:
			known = append(known, d)
		case told == markdownFindings:
			untold++
		default:
			if told == 0 {
				m.heading("New findings")
			}
			told++
			m.finding(&d)
		}
	}
	if untold > 0 {
		m.line("\nAnd %s more, in %s.", plural(untold, "new finding"), markdownCode(recordFile))
	}
	if len(known) == 0 {
		return
	}
	m.heading("Expected findings")
	m.line("| finding | under | why | what would mend it |\n| --- | --- | --- | --- |")
	for _, d := range known[:min(len(known), markdownList)] {
		f := d.first()
		m.line("| %s | %s | %s | %s |", markdownCode(name(f.Property+"#"+f.Class)), strings.Join(d.drafts(), ", "),
			markdownText(clipProse(f.Explanation, markdownOctets, "")), markdownText(clipProse(f.Fix, markdownOctets, "")))
	}
	m.rest(len(known))
}

func (m *markdownWriter) finding(d *defect) {
	f := d.first()
	property := m.record.property(f.Property)
	m.line("### %s\n", markdownCode(name(f.Property+"#"+f.Class)))
	m.line("%s\n", markdownText(clipProse(property.Statement, markdownOctets, "")))
	m.line("- under: %s", strings.Join(d.drafts(), ", "))
	if property.Source != "" {
		m.line("- source: %s", markdownText(clipProse(property.Source, markdownOctets, "")))
	}
	m.line("- rule: %s", markdownCode(name(f.Rule)))
	m.line("- implementation: %s", markdownCode(name(f.Implementation)))
	if f.File != "" {
		m.line("- case: %s", markdownCode(name(f.File)))
	}
	var block strings.Builder
	block.WriteString(clipProse(f.Detail, markdownOctets, f.File) + "\n")
	for _, v := range showInput(f, markdownOctets) {
		fmt.Fprintf(&block, "%s (%s): %s %s\n", v.Path, v.Size, v.Text, v.More)
	}
	m.block(block.String())
	for _, n := range f.Notations {
		m.line("%s, annotated:", markdownCode(clipName(n.Path, inputName)))
		m.block(strings.TrimSuffix(clipLines(n.Text, markdownOctets, f.File), "\n") + "\n")
	}
	for _, r := range f.Mending {
		m.line("The text can be read two ways (%s, section %s): %s\n", markdownCode(name(r.Ambiguity)), markdownText(name(r.Section)), markdownText(clipProse(r.Question, markdownOctets, "")))
		m.line("- refuted: %s", markdownText(clipProse(r.Found, markdownOctets, "")))
		m.line("- holds: %s\n", markdownText(clipProse(r.Statement, markdownOctets, "")))
	}
	if f.Repeat != "" {
		m.line("Repeat it:")
		m.block(clipProse(f.Repeat, markdownOctets, "") + "\n")
	}
}

// issue returns one defect in Markdown, to be pasted into an issue.
func (r *Record) issue(d *defect) string {
	m := markdownWriter{record: r}
	m.finding(d)
	if f := d.first(); f.Explanation+f.Fix != "" {
		m.line("%s %s", markdownText(clipProse(f.Explanation, markdownOctets, "")), markdownText(clipProse(f.Fix, markdownOctets, "")))
	}
	return m.out.String()
}

func (m *markdownWriter) notFound() {
	if len(m.record.NotFound) == 0 {
		return
	}
	m.heading("Expected and not found")
	m.line("Either the defect is mended and the ledger is stale, or the harness went blind.\n")
	for _, e := range m.record.NotFound {
		m.line("- %s under %s: %s", markdownCode(name(e.Signature)), draftNames(e.Drafts), markdownText(clipProse(e.Explanation, markdownOctets, "")))
	}
}

func (m *markdownWriter) mutants() {
	if len(m.record.Mutants) == 0 {
		return
	}
	survivors := m.record.Survivors()
	m.heading(fmt.Sprintf("Mutants: %s of %s killed", number(len(m.record.Mutants)-len(survivors)), number(len(m.record.Mutants))))
	for _, s := range survivors[:min(len(survivors), markdownList)] {
		m.line("- %s survived %s of %s under %s: %s", markdownCode(name(s.ID)), plural(s.Cases, "case"), markdownCode(name(s.Property)), s.Draft,
			markdownText(clipProse(s.Fault, markdownOctets, "")))
	}
	m.rest(len(survivors))
}

func (m *markdownWriter) results() {
	for _, table := range m.record.matrices() {
		m.heading("Drafts of " + string(table.document))
		head, under := "| property |", "| --- |"
		for _, d := range table.drafts {
			head, under = head+" "+d.String()+" |", under+" --- |"
		}
		m.line("%s\n%s", head, under)
		several := len(m.record.implementations()) > 1
		for _, row := range table.rows[:min(len(table.rows), markdownList)] {
			id := row.property
			if several {
				id += "@" + row.implementation
			}
			line := "| " + markdownCode(name(id)) + " |"
			for _, c := range row.cells {
				line += " " + markdownText(c.word) + " |"
			}
			m.line("%s", line)
		}
		m.rest(len(table.rows))
	}
}

func (m *markdownWriter) layouts() {
	if len(m.record.Layouts) == 0 {
		return
	}
	m.heading("Layouts of the hash input")
	m.line("| layout | fields | URIs | verdict | why |\n| --- | --- | --- | --- | --- |")
	for _, l := range m.record.Layouts {
		for _, v := range l.Verdicts {
			uri := name(v.URI)
			if v.Bound {
				uri += ", bound"
			}
			m.line("| %s | %s | %s | %s | %s |", markdownText(name(l.Name)), markdownCode(name(l.Layout)), markdownText(uri),
				markdownText(name(v.Verdict)), markdownText(clipProse(v.Reason, markdownOctets, "")))
		}
	}
}

// rest says how much of a list was not shown.
func (m *markdownWriter) rest(n int) {
	if n > markdownList {
		m.line("\nAnd %s more, in %s.", number(n-markdownList), markdownCode(recordFile))
	}
}

// block writes escaped lines as a fenced block that they cannot end.
func (m *markdownWriter) block(text string) {
	fence := strings.Repeat("`", max(3, longestRun(text, '`')+1))
	m.line("\n%stext\n%s%s\n", fence, text, fence)
}

// markdownCode renders escaped text as a code span, also in a table.
func markdownCode(text string) string {
	if text == "" {
		return ""
	}
	fence := strings.Repeat("`", longestRun(text, '`')+1)
	space := ""
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		space = " "
	}
	return fence + space + strings.ReplaceAll(text, "|", `\|`) + space + fence
}

// markdownText escapes text that is not to format anything. An @ or # next to a
// word would mention people and issues.
func markdownText(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '@':
			b.WriteString("&#64;")
		case r == '#':
			b.WriteString("&#35;")
		case r == ':':
			// Keeps https:// and the like from becoming links.
			b.WriteString("&#58;")
		case strings.ContainsRune("\\`*_{}[]()+-!|>~$", r):
			b.WriteRune('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// longestRun returns the length of the longest run of c in text.
func longestRun(text string, c byte) int {
	longest, run := 0, 0
	for i := range len(text) {
		if text[i] != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
