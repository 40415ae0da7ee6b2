package reports

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// WriteLayoutTable prints the verdicts of layouts, one layout a line, with a
// column for each domain of URIs.
func WriteLayoutTable(w io.Writer, results []LayoutResult) error {
	if len(results) == 0 || len(results[0].Verdicts) == 0 {
		return nil
	}
	var b strings.Builder
	names := len("layout")
	for _, r := range results {
		names = max(names, len(r.Name))
	}
	const column = 13
	bound := ""
	if results[0].Verdicts[0].Bound {
		bound = ", which the message carries in its extensions 1 and 2"
	}
	fmt.Fprintf(&b, "Is the layout of the hash input injective? By what the URIs range over%s:\n\n", bound)
	fmt.Fprintf(&b, "%-*s", names+2, "layout")
	for _, v := range results[0].Verdicts {
		fmt.Fprintf(&b, "%-*s", column, Escape(v.URI))
	}
	b.WriteByte('\n')
	for _, r := range results {
		fmt.Fprintf(&b, "%-*s", names+2, Escape(r.Name))
		for _, v := range r.Verdicts {
			fmt.Fprintf(&b, "%-*s", column, Escape(v.Verdict))
		}
		fmt.Fprintf(&b, "\n    %s\n", Escape(r.Layout))
	}
	b.WriteString("\nThe proof or the colliding messages of one layout: mimifuzz vet framing 'LAYOUT'\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteLayout prints the verdicts of one layout, each with its argument or its
// two colliding tuples.
func WriteLayout(w io.Writer, r LayoutResult) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", Escape(r.Layout))
	if r.Name != "" {
		fmt.Fprintf(&b, "   (%s)", Escape(r.Name))
	}
	b.WriteByte('\n')
	for _, v := range r.Verdicts {
		carried := ""
		if v.Bound {
			carried = ", carried by the message"
		}
		fmt.Fprintf(&b, "\nURIs %s%s: %s\n", v.URI, carried, strings.ToUpper(v.Verdict))
		writeProse(&b, "  ", v.Reason)
		for _, step := range v.Argument {
			writeProse(&b, "    - ", step)
		}
		writeTuples(&b, v.Witness)
		if v.Wraps != nil {
			writeProse(&b, "  ", fmt.Sprintf("If lengths wrap: %s. %s", v.Wraps.Verdict, v.Wraps.Reason))
			writeTuples(&b, v.Wraps.Witness)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeTuples(b *strings.Builder, tuples []Tuple) {
	for i, t := range tuples {
		fmt.Fprintf(b, "  message %d:\n", i+1)
		fmt.Fprintf(b, "    sender   %s\n    room     %s\n", showOctets(t.Sender), showOctets(t.Room))
		fmt.Fprintf(b, "    message  %s\n    salt     %s\n", showOctets(t.Message), showOctets(t.Salt))
	}
}

// maxShown is how many octets of a value the text output shows.
const maxShown = 128

// showOctets shows octets as quoted text where they are text, else in
// hexadecimal, and says what it leaves out.
func showOctets(octets []byte) string {
	shown, cut := octets, ""
	if len(shown) > maxShown {
		shown = shown[:maxShown]
		cut = fmt.Sprintf("… (%d octets in all; the whole is in the JSON output)", len(octets))
	}
	if utf8.Valid(octets) && !strings.ContainsFunc(string(octets), func(r rune) bool { return r < ' ' }) {
		return `"` + strings.ReplaceAll(Escape(strings.ToValidUTF8(string(shown), "")), `"`, `\"`) + `"` + cut
	}
	return fmt.Sprintf("0x%x%s", shown, cut)
}

// writeProse writes text behind a prefix, further lines indented as deep.
func writeProse(b *strings.Builder, prefix, text string) {
	for i, line := range wrap(Escape(text), textColumns-len(prefix)) {
		if i > 0 {
			prefix = strings.Repeat(" ", len(prefix))
		}
		b.WriteString(prefix + line + "\n")
	}
}
