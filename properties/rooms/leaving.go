package rooms

import "fmt"

// canLeave looks for participants who cannot leave, even if they first bring a
// client or change their own role.
var canLeave = Check{
	ID: "roompolicy/can-leave", Severity: Medium, Source: "room-policy-04 section 8.1.2",
	Statement: "A participant who is not banned can leave by its own doing.",
	find: func(q *query) []hit {
		m := q.m
		var roles [numReasons]uint32
		w := watch{phases: 1, focus: true, step: func(e *event, p phase) (phase, class) {
			o := e.of()
			if !o.listed() || o.slot() == m.bannedAt {
				return 0, noClass
			}
			// What the user can do first leads to a state that is looked at as well.
			c := m.count(e.after)
			reason := m.trapped(e.after, e.focus, 0)
			if reason == free || reason != m.whyStays(e.after, &c, e.focus) {
				return 0, noClass
			}
			roles[reason] |= 1 << o.slot()
			return 0, class(reason)
		}}
		found := q.space.follow(q.ctx, &w)
		// The first state is the end of no step.
		for who := range m.users {
			o := q.space.states[0].of(who)
			if !o.listed() || o.slot() == m.bannedAt || m.same(q.space.states[0], who, noFocus) {
				continue
			}
			if reason := m.trapped(q.space.states[0], who, 0); reason != free {
				roles[reason] |= 1 << o.slot()
				found[class(reason)] = history{focus: who}
			}
		}
		var hits []hit
		for _, c := range sharpest(found) {
			h := found[c]
			reason := reasons[c]
			hits = append(hits, hit{severity: reason.severity, history: &h, denied: &denial{leave}, summary: fmt.Sprintf(
				"A participant with the role %s cannot leave: %s.", m.rolesIn(roles[c], "or"), reason.text)})
		}
		return hits
	},
}

// reason says why someone cannot leave.
type reason uint8

const (
	free reason = iota // it can
	noCapability
	noChange
	noClient
	lastOfRole
	lastClient
	otherReason
	numReasons
)

var reasons = [numReasons]struct {
	severity Severity
	text     string
}{
	noCapability: {Medium, "the role has not canRemoveSelf"},
	noChange:     {Medium, "the role has no authorized change from itself to zero"},
	noClient:     {Medium, "it has no client in the group, and can bring none"},
	lastOfRole:   {Medium, "the role would fall below a minimum"},
	lastClient:   {Low, "no one else is in the group to commit it"},
	otherReason:  {Medium, "the base policy does not let it"},
}

// trapped returns why a participant cannot leave in a state, whatever it does
// itself before. Depth counts what it did.
func (m *Machine) trapped(s state, who, depth int) reason {
	c := m.count(s)
	own := move{actor: uint8(who), subject: uint8(who)}
	try := func(k kind) (state, bool) {
		own.kind = k
		return m.next(s, &c, own)
	}
	if _, ok := try(leave); ok {
		return free
	}
	best := m.whyStays(s, &c, who)
	if depth == 2 {
		return best
	}
	for _, k := range [...]kind{addOwnClient, changeOwnRole} {
		if next, ok := try(k); ok {
			if r := m.trapped(next, who, depth+1); r == free || best == noClient {
				best = r
			}
			if best == free {
				break
			}
		}
	}
	return best
}

func (m *Machine) whyStays(s state, c *census, who int) reason {
	o := s.of(who)
	r := &m.roles[o.slot()]
	slot, _ := m.actor(s, who)
	switch {
	case !r.has(leave):
		return noCapability
	case !r.allows(o.slot(), 0):
		return noChange
	case slot < 0:
		return noClient
	case !m.bounded(c, o, 0, minima):
		return lastOfRole
	case c.clients == 1 && o.active():
		return lastClient
	}
	return otherReason
}
