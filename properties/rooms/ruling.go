package rooms

import (
	"fmt"
	"io"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Ruling is one decision with its reasons, to be read or written as JSON.
type Ruling struct {
	Draft       string            `json:"draft"`
	Readings    map[string]string `json:"readings"` // those that are not the default
	State       string            `json:"state"`
	Action      roompolicy.Action `json:"action"`
	Text        string            `json:"text"` // the action, as [roompolicy.ParseAction] reads it
	Allowed     bool              `json:"allowed"`
	Rule        string            `json:"rule"` // that decided
	Section     string            `json:"section"`
	Statement   string            `json:"statement"`
	Reason      string            `json:"reason,omitempty"`
	Capability  string            `json:"capability,omitempty"` // that was asked for
	Role        *uint32           `json:"role,omitempty"`       // in which it was looked up
	RoleName    string            `json:"roleName,omitempty"`
	Constraints []Bound           `json:"constraints"`
	Change      *RulingChange     `json:"change,omitempty"` // of an allowed action
	After       string            `json:"after,omitempty"`
}

// Bound is a bound that was compared.
type Bound struct {
	Rule   string  `json:"rule"`
	Kind   string  `json:"kind"`
	Role   *uint32 `json:"role,omitempty"`
	Bound  uint64  `json:"bound"`
	Before uint64  `json:"before"`
	After  uint64  `json:"after"`
	Holds  bool    `json:"holds"`

	text string
}

// RulingChange is what an allowed action does to one user.
type RulingChange struct {
	User          roompolicy.User `json:"user"`
	From          uint32          `json:"from"` // a role; 0 is not in the participant list
	To            uint32          `json:"to"`
	ClientsBefore uint64          `json:"clientsBefore"`
	ClientsAfter  uint64          `json:"clientsAfter"`
}

// Rule decides an action by the definition. It fails with
// [*roompolicy.NotRoomPolicyError].
func Rule(draft spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, action roompolicy.Action) (*Ruling, error) {
	judge, err := roompolicy.NewJudge(draft, readings)
	if err != nil {
		return nil, err
	}
	d := judge.Decide(policy, state, action)
	r := &Ruling{
		Draft: draft.String(), Readings: chosen(readings), State: state.String(), Action: action, Text: action.Describe(policy.Roles),
		Allowed: d.Allowed, Rule: d.Rule.ID, Section: d.Rule.Section, Statement: d.Rule.Statement, Reason: d.Reason, Constraints: []Bound{},
	}
	if d.HasRole {
		r.Capability, r.Role = d.Capability.Name(draft), &d.Role
		if role := policy.Roles.Role(d.Role); role != nil {
			r.RoleName = role.RoleName
		}
	}
	for _, c := range d.Constraints {
		bound := Bound{Rule: c.Rule.ID, Kind: string(c.Kind), Bound: c.Bound, Before: c.Before, After: c.After, Holds: c.Holds, text: c.String()}
		switch c.Kind {
		case roompolicy.Minimum, roompolicy.MinimumActive, roompolicy.Maximum, roompolicy.MaximumActive:
			bound.Role = &c.Role
		}
		r.Constraints = append(r.Constraints, bound)
	}
	if change := d.Change; d.Allowed && change != (roompolicy.Change{}) {
		r.Change = &RulingChange{change.User, change.From, change.To, change.ClientsBefore, change.ClientsAfter}
		r.After = after(state, &change).String()
	}
	return r, nil
}

// after returns a state with a change.
func after(state *roompolicy.State, c *roompolicy.Change) *roompolicy.State {
	next := *state
	next.Participants = []roompolicy.Participant{}
	for _, p := range state.Participants {
		if p.User != c.User {
			next.Participants = append(next.Participants, p)
		} else if c.To != roompolicy.NoRole {
			next.Participants = append(next.Participants, roompolicy.Participant{User: p.User, Role: c.To, Clients: uint32(c.ClientsAfter)})
		}
	}
	if c.From == roompolicy.NoRole && c.To != roompolicy.NoRole {
		next.Participants = append(next.Participants, roompolicy.Participant{User: c.User, Role: c.To, Clients: uint32(c.ClientsAfter)})
	}
	return &next
}

// WriteText writes the ruling for a reader.
func (r *Ruling) WriteText(w io.Writer) error {
	var b strings.Builder
	verdict := "DENIED"
	if r.Allowed {
		verdict = "ALLOWED"
	}
	fmt.Fprintf(&b, "%s under %s", verdict, r.Draft)
	for _, name := range sortedKeys(r.Readings) {
		fmt.Fprintf(&b, ", %s=%s", name, r.Readings[name])
	}
	fmt.Fprintf(&b, ": %s\n", r.Text)
	fmt.Fprintf(&b, "  in        %s\n", orEmpty(r.State))
	writeProse(&b, "  by        ", fmt.Sprintf("%s (section %s). %s", r.Rule, r.Section, r.Statement))
	if r.Reason != "" {
		writeProse(&b, "  because   ", r.Reason)
	}
	if r.Role != nil {
		fmt.Fprintf(&b, "  asks for  %s, in role %d %s\n", r.Capability, *r.Role, plain(r.RoleName))
	}
	for _, c := range r.Constraints {
		holds := "holds"
		if !c.Holds {
			holds = "broken"
		}
		fmt.Fprintf(&b, "  %-8s  %s (%s)\n", holds, c.text, c.Rule)
	}
	if r.Change != nil {
		fmt.Fprintf(&b, "  then      %s\n", orEmpty(r.After))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
