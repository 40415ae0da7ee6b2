package rooms

import "fmt"

// canLeave looks for participants who cannot leave, even if they first bring a
// client or change their own role. That the last one in a group cannot leave,
// for want of someone to commit it, is so in every room and no finding.
var canLeave = Check{
	ID: "roompolicy/can-leave", Severity: Medium, Source: "room-policy-04 section 8.1.2",
	Statement: "A participant who is not banned can leave by its own doing.",
	look: func(q *query) []looked {
		m := q.m
		var roles [numReasons]uint32
		reasonIn := func(s state, who int) class {
			o := s.of(who)
			if !o.listed() || o.slot() == m.bannedAt {
				return noClass
			}
			// What the user can do first leads to a state that is looked at as well.
			c := m.count(s)
			reason := m.trapped(s, who, 0)
			if reason == free || reason == lastClient || reason != m.whyStays(s, &c, who) {
				return noClass
			}
			roles[reason] |= 1 << o.slot()
			return class(reason)
		}
		w := &watch{phases: 1, focus: true, start: reasonIn, step: func(e *event, p phase) (phase, class) {
			return 0, reasonIn(e.after, e.focus)
		}}
		return []looked{{w, func(found map[class]history) (hits []hit) {
			for _, c := range sharpest(found) {
				h := found[c]
				hits = append(hits, hit{history: &h, denied: &denial{kind: leave}, summary: fmt.Sprintf(
					"A participant with the role %s cannot leave: %s.", m.rolesIn(roles[c], "or"), reasons[c])})
			}
			return hits
		}}}
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
	lastClient // no one else is in the group to commit it
	otherReason
	numReasons
)

var reasons = [numReasons]string{
	noCapability: "the role has not canRemoveSelf",
	noChange:     "the role has no authorized change from itself to zero",
	noClient:     "it has no client in the group, and can bring none",
	lastOfRole:   "the role would fall below a minimum",
	otherReason:  "the base policy does not let it",
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
