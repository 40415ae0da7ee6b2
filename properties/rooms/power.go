package rooms

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// outOfReach looks for what is done to users whom the authorized role changes
// of the actor say nothing of.
var outOfReach = Check{
	ID: "roompolicy/out-of-reach", Severity: High, Source: "room-policy-04 sections 3 and 8.1.2",
	Statement: "No one acts on a participant whose role the authorized role changes of the actor do not start from.",
	look: func(q *query) []looked {
		m := q.m
		reached := map[kind]pairs{}
		w := &watch{phases: 1, step: func(e *event, p phase) (phase, class) {
			if e.mv.kind.own() || e.mv.kind == addClient || !e.was.listed() || m.roles[e.slot].targets[e.was.slot()] != 0 {
				return 0, noClass
			}
			if reached[e.mv.kind] == nil {
				reached[e.mv.kind] = pairs{}
			}
			reached[e.mv.kind][[2]int{e.slot, e.was.slot()}] = true
			return 0, class(e.mv.kind) + 1
		}}
		return []looked{{w, func(found map[class]history) (hits []hit) {
			for _, c := range sharpest(found) {
				h := found[c]
				hits = append(hits, hit{history: &h, summary: fmt.Sprintf(
					"The action %q works on participants whom the authorized role changes put out of reach: %s.",
					kinds[c-1].action, reached[kind(c-1)].text(m, "on"))})
			}
			return hits
		}}}
	},
}

// less reports whether all capabilities of a role are among those of another,
// which has more.
func (r *role) less(other *role) bool {
	for _, c := range r.capabilities {
		if !slices.Contains(other.capabilities, c) {
			return false
		}
	}
	return slices.ContainsFunc(other.capabilities, func(c roompolicy.Capability) bool { return !slices.Contains(r.capabilities, c) })
}

// demotionLasts follows a user to whom another gave a lesser role.
var demotionLasts = Check{
	ID: "roompolicy/demotion-lasts", Severity: High, Source: "room-policy-04 sections 4 and 8.1.3",
	Statement: "A user to whom another gave a lesser role does not take the old one again by its own doing.",
	find: func(q *query) []hit {
		m := q.m
		var taken [numKinds]uint32
		w := watch{phases: 1 + len(m.roles), focus: true, step: func(e *event, p phase) (phase, class) {
			if !e.onFocus() {
				return p, noClass
			}
			if !e.byFocus() {
				if e.mv.kind == changeRole && e.was.slot() != m.bannedAt && m.roles[e.is.slot()].less(&m.roles[e.was.slot()]) {
					return 1 + phase(e.was.slot()), noClass
				}
				return 0, noClass
			}
			if old := int(p) - 1; p > 0 && e.is.slot() == old {
				taken[e.mv.kind] |= 1 << old
				return dead, class(e.mv.kind) + 1
			}
			return p, noClass
		}}
		found := q.follow(q.space, &w)
		var hits []hit
		for _, c := range sharpest(found) {
			h, k := found[c], kind(c-1)
			hits = append(hits, hit{history: &h, summary: fmt.Sprintf(
				"A user whose role was changed from %s to a lesser one takes it again alone, by %q.", m.rolesIn(taken[k], "or"), kinds[k].action)})
		}
		return hits
	},
}

// administers reports whether the holders of a role can give roles, or change
// what roles are.
func (m *Machine) administers(slot int) bool {
	r := &m.roles[slot]
	for _, c := range r.capabilities {
		if c == roompolicy.CanChangeRoleDefinitions {
			return true
		}
	}
	if slot == 0 || !r.has(changeRole) {
		return false
	}
	banned := uint32(1)
	if m.bannedAt >= 0 {
		banned |= 1 << m.bannedAt
	}
	for from, targets := range r.targets {
		if targets&^banned&^(1<<from) != 0 {
			return true
		}
	}
	return false
}

// administrable looks for rooms that no participant can ever administer again.
var administrable = Check{
	ID: "roompolicy/administrable", Severity: High, Source: "room-policy-04 sections 3 and 8.1.2",
	Statement: "A room that had a participant who can give roles always has one, or can get one.",
	find: func(q *query) []hit {
		m, s := q.m, q.space
		administered := func(at state, _ int) bool {
			for who := range m.users {
				if slot, _ := m.actor(at, who); slot > 0 && at.of(who).listed() && m.administers(slot) {
					return true
				}
			}
			return false
		}
		if s.stopped != nil || !administered(s.states[0], noFocus) {
			return nil
		}
		again := s.futures(q.ctx, false, administered, func(*event) bool { return true })
		if q.ctx.Err() != nil {
			return nil
		}
		for at := range s.states {
			if again.has(at, noFocus) {
				continue
			}
			h := s.to(at)
			return []hit{{history: &h, summary: "The room comes to where no participant can give roles or change what roles are, and none can ever get such a role again."}}
		}
		return nil
	},
}

// unremovable looks for participants whom no one else can take out of the room.
var unremovable = Check{
	ID: "roompolicy/unremovable", Severity: Medium, Source: "room-policy-04 sections 3 and 8.1.2",
	Statement: "No participant becomes one whom the others can never remove or ban.",
	look: func(q *query) []looked {
		m, s := q.m, q.space
		if s.stopped != nil {
			return nil
		}
		out := func(at state, focus int) bool {
			o := at.of(focus)
			return !o.listed() || o.slot() == m.bannedAt
		}
		removable := s.futures(q.ctx, true, out, func(e *event) bool { return !e.byFocus() })
		if q.ctx.Err() != nil {
			return nil
		}
		others := func(at state, focus int) bool {
			for who := range m.users {
				if who != focus && at.of(who).active() {
					return true
				}
			}
			return false
		}
		index := func(at state, focus int) (int, int) {
			sorted, moved := m.settled(at, focus)
			i, _ := s.find(sorted)
			return i, moved
		}
		var roles [2]uint32
		w := &watch{phases: 1, focus: true, step: func(e *event, p phase) (phase, class) {
			if out(e.after, e.focus) || !others(e.after, e.focus) {
				return 0, noClass
			}
			if i, moved := index(e.after, e.focus); removable.has(i, moved) {
				return 0, noClass
			}
			if i, moved := index(e.before, e.focus); out(e.before, e.focus) || !removable.has(i, moved) {
				return 0, noClass
			}
			by := oneIf(e.byFocus())
			roles[by] |= 1 << e.of().slot()
			return 0, class(by) + 1
		}}
		made := looked{w, func(found map[class]history) (hits []hit) {
			for _, c := range sharpest(found) {
				h := found[c]
				if c == 2 {
					hits = append(hits, hit{history: &h, denied: &denial{kind: remove, another: true}, summary: fmt.Sprintf(
						"A participant with the role %s makes itself one whom the others can never remove or ban.", m.rolesIn(roles[1], "or"))})
					continue
				}
				hits = append(hits, hit{severity: Low, history: &h, denied: &denial{kind: remove, another: true}, summary: fmt.Sprintf(
					"Others make a participant with the role %s one whom they can never remove or ban.", m.rolesIn(roles[0], "or"))})
			}
			return hits
		}}
		return []looked{made, unremovableRoles(q, removable, others)}
	},
}

// unremovableRoles looks for roles no holder of which can be removed or banned
// by others in any state with others in the group.
func unremovableRoles(q *query, removable *future, others func(state, int) bool) looked {
	m, s := q.m, q.space
	var can uint32
	for at := range s.states {
		for who := range m.users {
			if o := s.states[at].of(who); o.listed() && !m.same(s.states[at], who, noFocus) && removable.has(at, who) {
				can |= 1 << o.slot()
			}
		}
	}
	roleIn := func(at state, focus int) class {
		slot := at.of(focus).slot()
		if slot == 0 || slot == m.bannedAt || can>>slot&1 == 1 || !others(at, focus) {
			return noClass
		}
		return class(slot)
	}
	w := &watch{phases: 1, focus: true, start: roleIn, step: func(e *event, p phase) (phase, class) {
		return 0, roleIn(e.after, e.focus)
	}}
	return looked{w, func(found map[class]history) (hits []hit) {
		for _, c := range sharpest(found) {
			h := found[c]
			hits = append(hits, hit{history: &h, denied: &denial{kind: remove, another: true}, summary: fmt.Sprintf(
				"No one else can ever remove or ban a participant with the role %s, in any state.", m.name(int(c)))})
		}
		return hits
	}}
}
