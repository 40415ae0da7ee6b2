package rooms

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// Step is one action of a history, as the definition decided it.
type Step struct {
	Actor    roompolicy.User       `json:"actor"`
	Action   roompolicy.ActionKind `json:"action"`
	Target   roompolicy.User       `json:"target,omitempty"`
	Role     *uint32               `json:"role,omitempty"` // the new role
	RoleName string                `json:"roleName,omitempty"`
	// State is the participant list after the action, as [roompolicy.ParseState]
	// reads it: "+" marks who has a client in the group.
	State string `json:"state"`
	// ActorRole is the role with which the actor acts, before the action, and
	// Sender is set if it is an external sender.
	ActorRole string `json:"actorRole,omitempty"`
	Sender    bool   `json:"externalSender,omitempty"`
	// Capability and Rule are what the decision rests on.
	Capability string `json:"capability"`
	Rule       string `json:"rule"`
	Text       string `json:"text"` // the action, as [roompolicy.ParseAction] reads it

	does string // the action without its actor
}

// trace is a history with names, which the definition allows.
type trace struct {
	initial string
	steps   []Step
	focus   roompolicy.User // the user it is about, if it is about one
	final   *roompolicy.State
}

// seats says which user stands where in a sorted state.
type seats [MaxUsers]uint8

// sort sorts a state as [state.canonical] does, and the users with it.
func (t *seats) sort(s state, m *Machine) state {
	for i := 1; i < len(m.users); i++ {
		for j := i; j > 0 && m.alike>>j&1 == 1; j-- {
			a, b := s.of(j-1), s.of(j)
			if a >= b {
				break
			}
			s = s.with(j-1, b).with(j, a)
			t[j-1], t[j] = t[j], t[j-1]
		}
	}
	return s
}

// trace tells a history with names, and has the definition decide every step. It
// fails with [*Disagreement] if the definition does not allow it.
func (m *Machine) trace(h history) (*trace, error) {
	judge, err := roompolicy.NewJudge(m.room.Draft, m.room.Readings)
	if err != nil {
		return nil, err
	}
	var at seats
	for i := range m.users {
		at[i] = uint8(i)
	}
	s := at.sort(m.unsorted(), m)
	named := func(s state) *roompolicy.State { return m.named(s, &at) }
	t := &trace{initial: named(s).String(), final: named(s)}
	focus := -1
	inFocus := func(i int) {
		focus = int(at[i])
		t.focus = m.users[focus]
	}
	if h.focus != noFocus && (!h.late || len(h.moves) == 0) {
		inFocus(h.focus)
	}
	for i, p := range h.moves {
		mv := p.move()
		if h.focus != noFocus && h.late && i == len(h.moves)-1 {
			inFocus(h.focus)
		}
		c := m.count(s)
		next, ok := m.next(s, &c, mv)
		who := mv
		who.subject = at[mv.subject]
		if int(mv.actor) < len(m.users) {
			who.actor = at[mv.actor]
		}
		action, _ := m.action(who)
		concrete := named(s)
		decision := judge.Decide(m.policy, concrete, action)
		after := named(next)
		if !ok || !decision.Allowed {
			return nil, &Disagreement{concrete, action, decision, after.String()}
		}
		step := Step{
			Actor: action.Actor, Action: action.Kind, Target: action.Target, State: after.String(), Sender: int(mv.actor) >= len(m.users),
			Capability: decision.Capability.Name(m.room.Draft), Rule: decision.Rule.ID, Text: action.Describe(m.policy.Roles),
		}
		anonymous := action
		anonymous.Actor = "x"
		step.does = strings.TrimPrefix(anonymous.Describe(m.policy.Roles), "x ")
		if slot := m.roleOf(s, int(mv.actor)); slot > 0 {
			step.ActorRole = m.name(slot)
		}
		if change := decision.Change; change.To != change.From && change.To != roompolicy.NoRole {
			step.Role, step.RoleName = &change.To, m.roles[m.slots[change.To]].name
		}
		t.steps = append(t.steps, step)
		s = at.sort(next, m)
		if focus >= 0 {
			at.seat(m, s, focus)
		}
		t.final = named(s)
	}
	return t, nil
}

// roleOf returns the slot of the role that a user has in a state, or with which
// an external sender acts.
func (m *Machine) roleOf(s state, who int) int {
	if who >= len(m.users) {
		return m.senders[who-len(m.users)].slot
	}
	return s.of(who).slot()
}

// seat puts a user first among those like it, where a search looks for the
// user in focus.
func (t *seats) seat(m *Machine, s state, user int) {
	at := slices.Index(t[:len(m.users)], uint8(user))
	_, first := m.settled(s, at)
	t[at], t[first] = t[first], t[at]
}

// named returns a state with its users, in the order of their names.
func (m *Machine) named(s state, at *seats) *roompolicy.State {
	var unsorted state
	for i := range m.users {
		unsorted = unsorted.with(int(at[i]), s.of(i))
	}
	return m.concrete(unsorted)
}

// name returns the name of a role with its index, such as "group_admin (3)".
func (m *Machine) name(slot int) string {
	r := &m.roles[slot]
	if slot == 0 {
		return "no role"
	}
	return fmt.Sprintf("%s (%d)", plain(r.name), r.index)
}
