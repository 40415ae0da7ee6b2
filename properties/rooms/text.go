package rooms

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// textWidth is how wide prose is set, in columns.
const textWidth = 96

// WriteText writes the report for a reader: the findings as stories, the gravest
// first, and who can do what to whom.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s under %s", r.Policy, r.Draft)
	for _, name := range sortedKeys(r.Readings) {
		fmt.Fprintf(&b, ", %s=%s", name, r.Readings[name])
	}
	if r.Matrix == nil {
		fmt.Fprintf(&b, " was not searched: %s.\n\n", r.Stopped)
		writeViolations(&b, r.Violations)
		_, err := io.WriteString(w, b.String())
		return err
	}
	fmt.Fprintf(&b, ", with %s: %s\n", plural(r.Users, "user"), r.extent())
	fmt.Fprintf(&b, "It starts with %s (\"+\" marks who has a client in the MLS group).", r.Initial)
	if len(r.Senders) > 0 {
		fmt.Fprintf(&b, " From outside acts %s.", list(r.Senders, "and"))
	}
	b.WriteString("\n")
	if len(r.Unfinished) > 0 {
		writeProse(&b, "NOT LOOKED AT TO THE END: ", fmt.Sprintf("%s (%s). What is told below is so, but there may be more.", list(r.Unfinished, "and"), r.Stopped))
	}
	if len(r.Violations) > 0 {
		b.WriteString("\nIts structure:\n\n")
		writeViolations(&b, r.Violations)
	}
	r.writeFindings(&b)
	r.writeOtherReadings(&b)
	b.WriteString("\nWho can do what to whom, by capabilities and authorized role changes (→ new roles):\n\n")
	r.Matrix.text(&b)
	if len(r.Reach) > 0 {
		b.WriteString("\nWhich roles participants of one role can come to have, with whoever they bring and no one else there:\n\n")
		for _, reach := range r.Reach {
			fmt.Fprintf(&b, "  %d %s: %s\n", reach.Role, plain(reach.Name), strings.Trim(fmt.Sprint(reach.Reaches), "[]"))
		}
	}
	if len(r.BanEnds) > 0 {
		b.WriteString("\nWho can end a ban:\n\n")
		for _, end := range r.BanEnds {
			actions := make([]string, len(end.Actions))
			for i, action := range end.Actions {
				actions[i] = string(action)
			}
			fmt.Fprintf(&b, "  %d %s: %s\n", end.Role, plain(end.Name), strings.Join(actions, ", "))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// extent says how much was searched, such as "1,234 states, all of them".
func (r *Report) extent() string {
	which, end := "all of them", "."
	switch {
	case !r.AllStates:
		which, end = "NOT ALL OF THEM", ": "+r.Stopped+". What never happens is not judged."
	case !r.Exhausted:
		end = "."
	}
	return fmt.Sprintf("%s, %s, by %s, in %s KiB%s", plural(r.States, "state"), which, plural(int(r.Decisions), "decision"), thousands(kib(r.Octets)), end)
}

// kib turns octets into units of 1024, rounded up.
func kib(octets int64) uint64 { return uint64(octets+1023) / 1024 }

func (r *Report) writeFindings(b *strings.Builder) {
	if len(r.Findings) == 0 {
		b.WriteString("\nNothing was found.\n")
		return
	}
	var counts []string
	for _, severity := range severities {
		n := 0
		for i := range r.Findings {
			n += oneIf(r.Findings[i].Severity == severity)
		}
		switch {
		case severity == Note && n > 1:
			counts = append(counts, fmt.Sprintf("%d notes", n))
		case n > 0:
			counts = append(counts, fmt.Sprintf("%d %s", n, severity))
		}
	}
	fmt.Fprintf(b, "\n%s: %s.\n", plural(len(r.Findings), "finding"), list(counts, "and"))
	for i := range r.Findings {
		r.Findings[i].text(b)
	}
}

// writeOtherReadings says what other readings change.
func (r *Report) writeOtherReadings(b *strings.Builder) {
	if r.OtherReadings == nil {
		return
	}
	b.WriteString("\nUnder other readings, one place at a time:\n\n")
	var same []string
	for i := range r.OtherReadings {
		o := &r.OtherReadings[i]
		var parts []string
		for _, part := range []struct {
			what       string
			properties []string
		}{{"new", o.New}, {"gone", o.Gone}, {"otherwise", o.Changed}} {
			if len(part.properties) > 0 {
				names := make([]string, len(part.properties))
				for j, id := range part.properties {
					names[j] = strings.TrimPrefix(id, "roompolicy/")
				}
				parts = append(parts, part.what+" "+list(names, "and"))
			}
		}
		if o.Stopped != "" {
			parts = append(parts, "not searched to the end ("+o.Stopped+")")
		}
		if parts == nil {
			same = append(same, o.Reading)
			continue
		}
		writeProse(b, "  "+o.Reading+": ", strings.Join(parts, "; ")+".")
	}
	if same != nil {
		writeProse(b, "  No difference: ", list(same, "and")+".")
	}
}

// text tells a finding as a story.
func (f *Finding) text(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s  %s\n", strings.ToUpper(string(f.Severity)), f.Property)
	writeProse(b, "  ", f.Summary)
	if f.Initial != "" {
		fmt.Fprintf(b, "     0. %s\n", f.Initial)
	}
	for i := range f.Trace {
		s := &f.Trace[i]
		who := plain(string(s.Actor))
		switch {
		case s.Sender:
			who += ", from outside as " + s.ActorRole
		case s.ActorRole != "":
			who += ", " + s.ActorRole
		}
		fmt.Fprintf(b, "    %2d. %s: %s\n", i+1, who, s.does)
		fmt.Fprintf(b, "        %s   by %s, %s\n", orEmpty(s.State), s.Capability, s.Rule)
	}
	if f.Denied != "" {
		writeProse(b, "    => ", f.Denied+".")
	}
	writeProse(b, "  Expected: ", f.Statement)
	if f.Rule != "" {
		text := f.Rule
		if rule := ruleByID(f.Rule); rule != "" {
			text += ". " + rule
		}
		writeProse(b, "  At fault: ", text)
	}
	if len(f.GoneUnder) > 0 {
		writeProse(b, "  Not under: ", list(f.GoneUnder, "or")+".")
	}
}

// orEmpty names a room without participants.
func orEmpty(state string) string {
	if state == "" {
		return "(no one)"
	}
	return state
}

// ruleByID returns the statement of a rule on decisions.
func ruleByID(id string) string {
	for _, rule := range roompolicy.DecisionRules() {
		if rule.ID == id {
			return rule.Statement
		}
	}
	return ""
}

// writeProse writes a paragraph after a lead; further lines are indented as far.
func writeProse(b *strings.Builder, lead, text string) {
	indent := strings.Repeat(" ", utf8.RuneCountInString(lead))
	line := lead
	for _, word := range strings.Fields(text) {
		if utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > textWidth && strings.TrimSpace(line) != "" && line != lead {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = indent
		}
		if line != lead && line != indent {
			line += " "
		}
		line += word
	}
	b.WriteString(line + "\n")
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
