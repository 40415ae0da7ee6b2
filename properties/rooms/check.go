package rooms

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Severity says how much a finding matters.
type Severity string

// The severities, the gravest first.
const (
	High   Severity = "high"   // someone gets round what the policy is there for
	Medium Severity = "medium" // the policy does not do what its words suggest
	Low    Severity = "low"    // a surprise
	Note   Severity = "note"   // words of the policy that do nothing
)

var severities = []Severity{High, Medium, Low, Note}

// Check is one question about a policy, answered by the search.
type Check struct {
	ID        string // such as "roompolicy/ban-sticks"
	Statement string // what a room operator takes for granted
	Source    string
	Severity  Severity // of most findings
	find      func(q *query) []hit
	// look does what find does, for checks that remember nothing of a history: it
	// returns what to watch for, and what to make of what was found.
	look func(q *query) []looked
}

// looked is what a check watches for in every step, and what it makes of what
// was found.
type looked struct {
	watch *watch
	tell  func(found map[class]history) []hit
}

// checks holds every check.
var checks = []Check{
	banSticks, banOutranks, outOfReach, escalation, demotionLasts, administrable,
	removalLasts, canReturn, canLeave, unremovable, boundsHold, baseBinds,
	deadRoles, deadCapabilities, deadChanges, swallowed,
}

// Checks returns what [Vet] looks for.
func Checks() []Check { return slices.Clone(checks) }

// query is what a check works with.
type query struct {
	ctx    context.Context
	m      *Machine
	space  *Space
	memory int64    // octets that the check may keep
	reach  *[]Reach // what coalitions can come to, found by the check of escalation
	// stopped is why the check did not come to its end, nil if it did.
	stopped error
}

// stop notes why a check stops early; nil is no reason.
func (q *query) stop(err error) { q.stopped = cmp.Or(q.stopped, err) }

// hit is one finding of a check, before it is told.
type hit struct {
	severity Severity // "" is that of the check
	history  *history // nil if there is no history to tell
	in       *Machine // that the history is of; nil is that of the query
	// key is the step whose deciding rule is at fault, counted from the end: 0 is
	// the last. denied, if set, is a move after the history whose denial is at
	// fault instead.
	key     int
	keyRule string // the rule, where no step shows it
	denied  *denial
	summary string
}

// denial is a move of the user in focus that is denied, or of another
// participant on it.
type denial struct {
	kind    kind
	another bool
}

// pairs collects who did something to whom, by slots of roles.
type pairs map[[2]int]bool

// text lists the pairs: "group_admin (3) on super_admin (4)".
func (p pairs) text(m *Machine, between string) string {
	keys := make([][2]int, 0, len(p))
	for key := range p {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	byFirst := map[int][]string{}
	var order []int
	for _, key := range keys {
		if byFirst[key[0]] == nil {
			order = append(order, key[0])
		}
		byFirst[key[0]] = append(byFirst[key[0]], m.name(key[1]))
	}
	var parts []string
	for _, first := range order {
		parts = append(parts, m.name(first)+" "+between+" "+list(byFirst[first], "and"))
	}
	return strings.Join(parts, "; ")
}

// rolesIn lists the roles of a mask.
func (m *Machine) rolesIn(mask uint32, last string) string {
	var names []string
	for slot := range m.roles {
		if mask>>slot&1 == 1 {
			names = append(names, m.name(slot))
		}
	}
	return list(names, last)
}

// list joins words as a sentence does.
func list(words []string, last string) string {
	switch len(words) {
	case 0:
		return "none"
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}

// plain returns a name as it can be printed: in quotation marks if anything in
// it is not a letter, digit or sign.
func plain(name string) string {
	if quoted := strconv.QuoteToGraphic(name); quoted != `"`+name+`"` || name == "" {
		return quoted
	}
	return name
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%s %ss", thousands(uint64(n)), noun)
}

// thousands writes a number with commas.
func thousands(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// mayAct reports whether a role can move users of another by its role changes,
// with a capability that works on users in the list.
func (m *Machine) mayAct(slot, on int) bool {
	r := &m.roles[slot]
	to := r.targets[on]
	away := to &^ (1 | 1<<on)
	if m.bannedAt >= 0 && r.has(ban) && to>>m.bannedAt&1 == 1 {
		return true
	}
	return r.has(remove) && to&1 == 1 || r.has(changeRole) && away != 0
}

// outranks reports whether a role can act on another that cannot act back.
func (m *Machine) outranks(slot, other int) bool {
	return m.mayAct(slot, other) && !m.mayAct(other, slot)
}

// unbans reports whether a role can unban someone.
func (m *Machine) unbans(slot int) bool {
	r := &m.roles[slot]
	return m.bannedAt >= 0 && r.has(unban) && r.targets[m.bannedAt]&^(1|1<<m.bannedAt) != 0
}

// sharpest returns the classes of histories, the shortest first.
func sharpest(found map[class]history) []class {
	classes := make([]class, 0, len(found))
	for c := range found {
		classes = append(classes, c)
	}
	slices.SortFunc(classes, func(a, b class) int {
		if d := len(found[a].moves) - len(found[b].moves); d != 0 {
			return d
		}
		return int(a) - int(b)
	})
	return classes
}
