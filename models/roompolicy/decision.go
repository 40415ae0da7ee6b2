package roompolicy

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Decision says whether an action is allowed, and why.
type Decision struct {
	Allowed bool
	// Rule is what decided: what allows the action, or the first rule against it.
	Rule *spec.Rule
	// Capability is the one that was asked for last, and Role the role in which it
	// was looked up. They mean nothing where HasRole is not set: the decision did
	// not get that far.
	Capability Capability
	Role       uint32
	HasRole    bool
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
	if c.Kind.ofRole() {
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

// MarshalJSON returns the decision with its rules by their IDs. What a denied
// action would change is left out.
func (d Decision) MarshalJSON() ([]byte, error) {
	form := struct {
		Allowed     bool          `json:"allowed"`
		Rule        string        `json:"rule,omitempty"`
		Reason      string        `json:"reason,omitempty"`
		Capability  string        `json:"capability,omitempty"`
		Role        *uint32       `json:"role_index,omitempty"`
		Constraints []Constraint  `json:"constraints,omitempty"`
		Change      *changeInJSON `json:"change,omitempty"`
	}{Allowed: d.Allowed, Reason: d.Reason, Constraints: d.Constraints}
	if d.Rule != nil {
		form.Rule = d.Rule.ID
	}
	if d.HasRole {
		form.Capability, form.Role = d.Capability.String(), &d.Role
	}
	if d.Change != (Change{}) {
		change := changeInJSON(d.Change)
		form.Change = &change
	}
	return json.Marshal(form)
}

type changeInJSON struct {
	User          User   `json:"user"`
	From          uint32 `json:"from_role_index"`
	To            uint32 `json:"to_role_index"`
	ClientsBefore uint64 `json:"clients_before"`
	ClientsAfter  uint64 `json:"clients_after"`
}

// MarshalJSON returns the bound with its numbers and the ID of its rule. A role
// is there only if it is the bound of one.
func (c Constraint) MarshalJSON() ([]byte, error) {
	form := struct {
		Rule   string         `json:"rule"`
		Kind   ConstraintKind `json:"kind"`
		Role   *uint32        `json:"role_index,omitempty"`
		Bound  uint64         `json:"bound"`
		Before uint64         `json:"before"`
		After  uint64         `json:"after"`
		Holds  bool           `json:"holds"`
	}{Kind: c.Kind, Bound: c.Bound, Before: c.Before, After: c.After, Holds: c.Holds}
	if c.Rule != nil {
		form.Rule = c.Rule.ID
	}
	if c.Kind.ofRole() {
		form.Role = &c.Role
	}
	return json.Marshal(form)
}

// ofRole reports whether a bound is one of a role.
func (k ConstraintKind) ofRole() bool {
	return k == Minimum || k == MinimumActive || k == Maximum || k == MaximumActive
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
