package rooms

import (
	"fmt"
	"math/bits"
)

// boundsHold looks for steps after which a bound of a role fails that held
// before.
var boundsHold = Check{
	ID: "roompolicy/bounds-hold", Severity: Medium, Source: "room-policy-04 section 3",
	Statement: "A bound of a role that holds still holds after every action.",
	look: func(q *query) []looked {
		m := q.m
		const numBounds = 4
		names := [numBounds]string{"minimum", "maximum", "minimum of active participants", "maximum of active participants"}
		holds := func(c *census, slot int) [numBounds]bool {
			r := &m.roles[slot]
			n, active := int(c.participants[slot]), int(c.active[slot])
			return [numBounds]bool{n >= r.min, n <= r.max, active >= r.minActive, active <= r.maxActive}
		}
		roles := map[class]uint32{}
		w := &watch{phases: 1, step: func(e *event, p phase) (phase, class) {
			was, is := m.count(e.before), m.count(e.after)
			for _, slot := range [...]int{e.was.slot(), e.is.slot()} {
				if slot == 0 {
					continue
				}
				before, after := holds(&was, slot), holds(&is, slot)
				for b := range numBounds {
					if before[b] && !after[b] {
						c := class(e.mv.kind)*numBounds + class(b) + 1
						roles[c] |= 1 << slot
						return 0, c
					}
				}
			}
			return 0, noClass
		}}
		return []looked{{w, func(found map[class]history) (hits []hit) {
			for _, c := range sharpest(found) {
				h := found[c]
				hits = append(hits, hit{history: &h, summary: fmt.Sprintf("The action %q breaks the %s of the role %s, which held before.",
					kinds[(c-1)/numBounds].action, names[(c-1)%numBounds], m.rolesIn(roles[c], "or"))})
			}
			return hits
		}}}
	},
}

// baseBinds looks for states that the base policy forbids.
var baseBinds = Check{
	ID: "roompolicy/base-limits-bind", Severity: High, Source: "room-policy-04 section 5",
	Statement: "No action leads beyond what the base policy allows a room as a whole.",
	look: func(q *query) []looked {
		m := q.m
		const numLimits = 4
		texts := [numLimits]string{
			"the room has more participants who are not banned than max_users",
			"the group has more clients than max_clients",
			"the participants of a room with fixed membership change",
			"the participants are not some but not all of those of the parent room",
		}
		strict := func(s state) bool {
			var listed uint8
			for who := range m.users {
				listed |= uint8(oneIf(s.of(who).listed())) << who
			}
			all := bits.OnesCount8(listed&m.inParent) == bits.OnesCount8(m.inParent) && !m.parentElsewhere
			return listed&^m.inParent == 0 && !all
		}
		kindsOf := map[class]uint32{}
		w := &watch{phases: 1, step: func(e *event, p phase) (phase, class) {
			was, is := m.count(e.before), m.count(e.after)
			broken := [numLimits]bool{
				was.unbanned <= m.base.maxUsers && is.unbanned > m.base.maxUsers,
				was.clients <= m.base.maxClients && is.clients > m.base.maxClients,
				m.base.fixed && e.was.listed() != e.is.listed(),
				m.base.parent && strict(e.before) && !strict(e.after),
			}
			for i, b := range broken {
				if b {
					kindsOf[class(i)+1] |= 1 << e.mv.kind
					return 0, class(i) + 1
				}
			}
			return 0, noClass
		}}
		return []looked{{w, func(found map[class]history) (hits []hit) {
			for _, c := range sharpest(found) {
				h := found[c]
				hits = append(hits, hit{history: &h, summary: fmt.Sprintf("By %s, %s.", kindsIn(kindsOf[c]), texts[c-1])})
			}
			return hits
		}}}
	},
}
