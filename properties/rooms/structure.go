package rooms

import (
	"fmt"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Violation is a rule on structure that a policy breaks.
type Violation struct {
	Rule      string     `json:"rule"`
	Level     spec.Level `json:"level"`
	Path      string     `json:"path"`
	Offset    int        `json:"offset"` // in octets from the start of the input
	Found     string     `json:"found"`
	Expected  string     `json:"expected,omitempty"`
	Statement string     `json:"statement"`
}

// place says where the rule is broken. Examples have no octets.
func (v *Violation) place() string {
	if v.Offset == 0 {
		return plain(v.Path)
	}
	return fmt.Sprintf("%s, offset %d", plain(v.Path), v.Offset)
}

// Structure returns the rules on structure that a policy breaks, and whether one
// of them is more than odd, so that a search would not know what the policy
// means.
func Structure(in *roompolicy.Input, draft spec.Draft) (list []Violation, broken bool, err error) {
	violations, err := in.Check(draft)
	list = []Violation{}
	for _, v := range violations {
		broken = broken || v.Rule.Level != spec.Should
		list = append(list, Violation{v.Rule.ID, v.Rule.Level, v.Path, v.Offset, v.Found, v.Limit, v.Rule.Statement})
	}
	return list, broken, err
}

// Unsearched returns the report on a room that was not searched.
func Unsearched(room *Room, violations []Violation) *Report {
	return &Report{
		Draft: room.Draft.String(), Readings: chosen(room.Readings), Users: room.Users, Senders: []string{}, Findings: []Finding{}, Unfinished: []string{},
		Stopped: "the policy breaks rules on structure", Violations: violations,
		Coverage: &Coverage{DeadCapabilities: []DeadCapability{}, DeadRoleChanges: []DeadRoleChange{}, DeadRoles: []uint32{}}, Reach: []Reach{}, BanEnds: []BanEnd{},
	}
}

// writeViolations writes the rules on structure that are broken. What is only
// odd takes one line for each rule.
func writeViolations(b *strings.Builder, violations []Violation) {
	odd := map[string]int{}
	for _, v := range violations {
		if v.Level != spec.Should {
			fmt.Fprintf(b, "%s  %s at %s\n", v.Level, v.Rule, v.place())
			writeProse(b, "  ", v.Statement)
			text := "Found " + plain(v.Found)
			if v.Expected != "" {
				text += ", expected " + v.Expected
			}
			writeProse(b, "  ", text+".")
			continue
		}
		odd[v.Rule]++
	}
	for _, v := range violations {
		if n := odd[v.Rule]; n > 0 {
			delete(odd, v.Rule)
			writeProse(b, "  ", fmt.Sprintf("%s in %s, first at %s, which has %s: %s", v.Rule, plural(n, "place"), v.place(), plain(v.Found), v.Statement))
		}
	}
}
