package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Level says how binding a rule is.
type Level string

// The levels, from the most to the least binding.
const (
	Syntax   Level = "syntax"   // the grammar (CDDL or TLS presentation language): what breaks it is no message at all
	Must     Level = "MUST"     // an absolute demand, whether or not the draft uses the keyword
	Should   Level = "SHOULD"   // a recommendation
	Nonsense Level = "nonsense" // on a draft's "log and discard" list
	Legit    Level = "legit"    // on a draft's list of what must not be called malicious
)

// Rule is one checkable statement of a draft, in our own words.
type Rule struct {
	ID        string // stable, such as "content/salt-length"
	Level     Level
	Section   string // of the newest draft in Drafts that has the rule
	Drafts    Drafts // in which the rule is in force
	Statement string // one sentence
}

// Violation is one rule broken at one place.
type Violation struct {
	Rule   *Rule
	Offset int    // in octets from the start of the input, of the item that breaks the rule
	Path   string // such as "nestedPart.parts[2].contentType"; "" is the whole input
	Found  string // what stands there
	Limit  string // what the rule allows
}

// Error names the rule, the place, what was found and what is allowed.
func (v *Violation) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s) at octet %d", v.Rule.ID, v.Rule.Level, v.Offset)
	if v.Path != "" {
		fmt.Fprintf(&b, " (%s)", v.Path)
	}
	if v.Found != "" {
		fmt.Fprintf(&b, ": found %s", v.Found)
	}
	if v.Limit != "" {
		fmt.Fprintf(&b, ", expected %s", v.Limit)
	}
	return b.String()
}

// Violations is a set of violations. An empty set is no error: return it
// through [Violations.Err].
type Violations []Violation

// Err returns the set as an error, nil if it is empty.
func (vs Violations) Err() error {
	if len(vs) == 0 {
		return nil
	}
	return vs
}

// Error lists the violations, one a line.
func (vs Violations) Error() string {
	lines := make([]string, len(vs))
	for i := range vs {
		lines[i] = vs[i].Error()
	}
	return strings.Join(lines, "\n")
}

// Sort orders the violations by offset, then by rule.
func (vs Violations) Sort() {
	slices.SortStableFunc(vs, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Rule.ID, b.Rule.ID))
	})
}

// Ambiguity is a place where a draft can be read in more than one way. Each
// reading is executable; the first is the default.
type Ambiguity struct {
	ID       string // stable, such as "content/part-depth-base"
	Section  string
	Drafts   Drafts
	Question string
	Readings []Reading
}

// Reading is one way to read an ambiguous text.
type Reading struct {
	Name      string
	Statement string
}
