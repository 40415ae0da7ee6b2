package explain

import (
	"fmt"
	"io"
	"strings"

	"github.com/mimifuzz/mimifuzz/reports"
)

const (
	maxParts  = 200 // that are listed
	maxIndent = 16  // levels of indentation

	maxMarkdown = 1 << 13 // octets of a message that are searched for HTML tags: parsing Markdown takes quadratic time at worst
)

// WriteText writes what there is to say about an input for a person.
func WriteText(w io.Writer, f *File) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", reports.Escape(f.Name), count(len(f.octets), "octet"))
	var chosen []Violation
	for i := range f.Verdicts {
		v := &f.Verdicts[i]
		if v.Draft == f.chosen {
			chosen = v.Violations
		}
		if len(v.Violations) == 0 {
			fmt.Fprintf(&b, "%s  %s\n", v.Draft, v.Verdict)
			continue
		}
		fmt.Fprintf(&b, "%s  %s, %s:\n", v.Draft, v.Verdict, count(len(v.Violations)+v.Dropped, "violation"))
		for _, broken := range v.Violations {
			fmt.Fprintf(&b, "  %s (%s) at offset %d, %s: %s\n", broken.Rule, broken.Level, broken.Offset, f.place(broken.Path), reports.Escape(broken.Detail))
		}
		if v.Dropped > 0 {
			fmt.Fprintf(&b, "  … and %d more\n", v.Dropped)
		}
	}
	writeSteps(&b, f.Verdicts)
	if f.kind.ids {
		fmt.Fprintf(&b, "\nMessage IDs:\n")
		for i := range f.Verdicts {
			v := &f.Verdicts[i]
			if v.MessageID != "" {
				fmt.Fprintf(&b, "  %s  %s\n", v.Draft, v.MessageID)
			} else {
				fmt.Fprintf(&b, "  %s  none: %s\n", v.Draft, reports.Escape(v.noID))
			}
		}
	}
	if len(f.parts) > 0 {
		fmt.Fprintf(&b, "\n%s:\n", f.kind.lists)
	}
	for i, p := range f.parts {
		if i == maxParts {
			fmt.Fprintf(&b, "  … and %d more\n", len(f.parts)-i)
			break
		}
		fmt.Fprintf(&b, "  %4d  %s%s: %s\n", p.index, strings.Repeat("  ", min(p.level-1, maxIndent)), p.path, p.text)
	}
	if !f.kind.tls {
		fmt.Fprintf(&b, "\nOctets, with what %s finds marked:\n", f.chosen)
		notation(&b, f.octets, chosen, f.kind.noun)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeSteps writes how the steps ended, draft by draft.
func writeSteps(b *strings.Builder, verdicts []Verdict) {
	for i := range verdicts {
		v := &verdicts[i]
		if len(v.Steps) == 0 {
			continue
		}
		fmt.Fprintf(b, "\nSteps under %s:\n", v.Draft)
		path := ""
		for _, s := range v.Steps {
			if s.Path != path {
				path = s.Path
				fmt.Fprintf(b, "  %s:\n", path)
			}
			fmt.Fprintf(b, "  %-22s %s", s.Step, s.Outcome)
			if s.Reason != "" {
				fmt.Fprintf(b, ": %s", reports.Escape(s.Reason))
			}
			b.WriteByte('\n')
		}
	}
}

func (f *File) place(path string) string {
	if path == "" {
		return "the whole " + f.kind.noun
	}
	return reports.Escape(path)
}
