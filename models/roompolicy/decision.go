package roompolicy

import (
	"fmt"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Decision says whether an action is allowed, and why.
type Decision struct {
	Allowed bool
	// Rule is what decided: what allows the action, or the first rule against it.
	Rule *spec.Rule
	// Capability is the one that was asked for, and Role the role in which it was
	// looked up. They mean nothing where AnyRole is not set: the decision did not
	// get that far.
	Capability Capability
	Role       uint32
	AnyRole    bool
	// Reason says in one sentence what was found.
	Reason string
	// Constraints are the bounds that were compared, whether they hold or not.
	Constraints []Constraint
	// Change is what an allowed action does to the participant list and the group.
	Change Change
}

// Constraint is one bound with its numbers.
type Constraint struct {
	Rule  *spec.Rule
	Kind  ConstraintKind
	Role  uint32 // whose bound it is; not for those of the room
	Bound uint64
	// Before and After are the counts around the action. Bounds of a message have
	// what it says in After.
	Before, After uint64
	Holds         bool
}

// ConstraintKind says what a constraint bounds.
type ConstraintKind string

// The kinds of constraints: those of roles, then those of the room.
const (
	Minimum       ConstraintKind = "minimum"
	MinimumActive ConstraintKind = "minimum active"
	Maximum       ConstraintKind = "maximum"
	MaximumActive ConstraintKind = "maximum active"
	MaxUsers      ConstraintKind = "max_users"
	MaxClients    ConstraintKind = "max_clients"
	MaxPerUser    ConstraintKind = "clients of one user"
)

// The bounds of messages, in seconds and octets.
const (
	MinExpiration ConstraintKind = "min_expiration_duration"
	MaxExpiration ConstraintKind = "max_expiration_duration"
	MaxAsset      ConstraintKind = "size of an asset"
)

// String writes the bound and the counts, such as "minimum of role 3: 1, before:
// 1, after: 0".
func (c Constraint) String() string {
	of := ""
	switch c.Kind {
	case Minimum, MinimumActive, Maximum, MaximumActive:
		of = fmt.Sprintf(" of role %d", c.Role)
	}
	switch c.Kind {
	case MinExpiration, MaxExpiration, MaxAsset:
		return fmt.Sprintf("%s: %d, found: %d", c.Kind, c.Bound, c.After)
	}
	return fmt.Sprintf("%s%s: %d, before: %d, after: %d", c.Kind, of, c.Bound, c.Before, c.After)
}

// String writes the decision in one line.
func (d Decision) String() string {
	var b strings.Builder
	if d.Allowed {
		b.WriteString("allowed")
	} else {
		b.WriteString("denied")
	}
	if d.Rule != nil {
		fmt.Fprintf(&b, " by %s", d.Rule.ID)
	}
	if d.Reason != "" {
		fmt.Fprintf(&b, ": %s", d.Reason)
	}
	for _, c := range d.Constraints {
		fmt.Fprintf(&b, "; %s", c)
		if !c.Holds {
			b.WriteString(" (broken)")
		}
	}
	return b.String()
}

// Change is what an action does to one user: its role and its clients before
// and after. A role of zero is no entry in the list. The zero value changes
// nothing.
type Change struct {
	User                        User
	From, To                    uint32
	ClientsBefore, ClientsAfter uint64
}

// counts returns how many participants of a state hold a role, and how many of
// them are active, once the change is made.
func (c *Change) counts(s *State, role uint32) (participants, active uint64) {
	participants, active = s.Count(role)
	if c.From == role && role != NoRole {
		participants--
		if c.ClientsBefore > 0 {
			active--
		}
	}
	if c.To == role && role != NoRole {
		participants++
		if c.ClientsAfter > 0 {
			active++
		}
	}
	return participants, active
}
