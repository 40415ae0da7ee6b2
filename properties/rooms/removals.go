package rooms

import "fmt"

// removalLasts follows a user who was removed from the list.
var removalLasts = Check{
	ID: "roompolicy/removal-lasts", Severity: Medium, Source: "room-policy-04 section 8.1.2",
	Statement: "A user who was removed comes back only by the will of someone not outranked by the remover.",
	find: func(q *query) []hit {
		m := q.m
		var removers [numKinds]uint32
		added := pairs{}
		w := watch{phases: 1 + len(m.roles), focus: true, step: func(e *event, p phase) (phase, class) {
			if !e.onFocus() {
				return p, noClass
			}
			if e.mv.kind == remove && e.was.slot() != m.bannedAt {
				return 1 + phase(e.slot), noClass
			}
			if p == 0 || e.is.slot() == m.bannedAt {
				return 0, noClass
			}
			remover := int(p - 1)
			if e.mv.kind == add {
				if !m.outranks(remover, e.slot) {
					return dead, noClass
				}
				added[[2]int{remover, e.slot}] = true
			}
			removers[e.mv.kind] |= 1 << remover
			return dead, class(e.mv.kind) + 1
		}}
		found := q.follow(q.space, &w)
		var hits []hit
		for _, c := range sharpest(found) {
			h, k := found[c], kind(c-1)
			if k == add {
				hits = append(hits, hit{severity: Low, history: &h, summary: fmt.Sprintf(
					"A removed user is added again by someone whom the remover outranks. One removed by %s.", added.text(m, "is added again by"))})
				continue
			}
			hits = append(hits, hit{history: &h, summary: fmt.Sprintf(
				"A user removed by %s comes back alone, by %q: a removal does not last.", m.rolesIn(removers[k], "or"), kinds[k].action)})
		}
		return hits
	},
}

// canReturn looks for participants who are left without a client and cannot
// bring one.
var canReturn = Check{
	ID: "roompolicy/can-return", Severity: Medium, Source: "room-policy-04 sections 2.1, 8.1.1 and 8.1.3",
	Statement: "A participant without a client in the group, who is not banned, can come back into it by its own doing.",
	look: func(q *query) []looked {
		m := q.m
		var roles [numKinds]uint32
		w := &watch{phases: 1, focus: true, step: func(e *event, p phase) (phase, class) {
			is := e.is
			if !e.onFocus() || !is.listed() || is.active() || is.slot() == m.bannedAt || !m.roles[is.slot()].active {
				return 0, noClass
			}
			c := m.count(e.after)
			if _, ok := m.next(e.after, &c, move{kind: addOwnClient, actor: uint8(e.focus), subject: uint8(e.focus)}); ok {
				return 0, noClass
			}
			roles[e.mv.kind] |= 1 << is.slot()
			return 0, class(e.mv.kind) + 1
		}}
		return []looked{{w, func(found map[class]history) (hits []hit) {
			for _, c := range sharpest(found) {
				h, k := found[c], kind(c-1)
				severity := Low
				if k == kick || k == unban {
					severity = Medium
				}
				hits = append(hits, hit{severity: severity, history: &h, denied: &denial{kind: addOwnClient}, summary: fmt.Sprintf(
					"After %q a participant with the role %s stays in the list and cannot come back into the group by its own doing.",
					kinds[k].action, m.rolesIn(roles[k], "or"))})
			}
			return hits
		}}}
	},
}
