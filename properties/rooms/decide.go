package rooms

import (
	"math/bits"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// next returns the state that a move leads to, before it is sorted; false if
// the move is denied. It is [roompolicy.Judge.Decide] for rooms whose users
// have one client at most.
func (m *Machine) next(s state, c *census, mv move) (state, bool) {
	before := s.of(int(mv.subject))
	after, ok := m.decide(s, c, mv, before)
	if !ok {
		return s, false
	}
	return s.with(int(mv.subject), after), true
}

// checked says which bounds a kind of move respects.
type checked uint8

const (
	minima        checked = 1 << iota // both minima of the old role
	maxima                            // both maxima of the new role
	minimumActive                     // of the old role
	maximumActive                     // of the new role
)

func (m *Machine) decide(s state, c *census, mv move, before octet) (octet, bool) {
	if mv.kind.own() {
		return m.decideOwn(s, c, mv, before)
	}
	if mv.actor == mv.subject {
		return 0, false
	}
	slot, _ := m.actor(s, int(mv.actor))
	if slot < 0 {
		return 0, false
	}
	holder := &m.roles[slot]
	if !holder.has(mv.kind) {
		return 0, false
	}
	from, to := before.slot(), int(mv.slot)
	switch mv.kind {
	case add:
		if before.listed() || !holder.allows(0, to) {
			return 0, false
		}
		return m.settle(c, mv, before, octetOf(to, mv.clients), maxima)
	case addClient:
		if !m.rules.clientsLater || !before.listed() || before.active() || !holder.allows(0, from) {
			return 0, false
		}
		return m.settle(c, mv, before, octetOf(from, true), maximumActive)
	case changeRole:
		if !before.listed() || !m.entry(holder, from, to) || to == m.bannedAt && m.rules.changeOnlyBan {
			return 0, false
		}
		if before.active() && !m.roles[to].active && !holder.has(kick) && !m.rules.changeWithoutKick {
			return 0, false
		}
		return m.settle(c, mv, before, m.moved(before, to), minima|maxima)
	case unban:
		if m.bannedAt < 0 || from != m.bannedAt || to == m.bannedAt || !holder.allows(from, to) {
			return 0, false
		}
		return m.settle(c, mv, before, m.moved(before, to), minima|maxima)
	case kick:
		if !before.active() {
			return 0, false
		}
		return m.settle(c, mv, before, octetOf(from, false), minimumActive)
	case remove:
		if !before.listed() || !holder.allows(from, 0) || from == m.bannedAt && m.rules.removalNeedsUnban && !holder.has(unban) {
			return 0, false
		}
		return m.settle(c, mv, before, 0, minima)
	case ban:
		if m.bannedAt < 0 || !before.listed() && m.rules.banListedOnly || !m.entry(holder, from, m.bannedAt) {
			return 0, false
		}
		var bounds checked
		if before.listed() {
			bounds = minima
		}
		if m.rules.banChecked {
			bounds |= maxima
		}
		return m.settle(c, mv, before, octetOf(m.bannedAt, false), bounds)
	}
	return 0, false
}

// decideOwn decides what a user does to itself.
func (m *Machine) decideOwn(s state, c *census, mv move, before octet) (octet, bool) {
	who, from, to := int(mv.actor), before.slot(), int(mv.slot)
	current := &m.roles[from]
	switch mv.kind {
	case openJoin, joinPreauthorized, joinCode:
		if before.listed() || !m.commits {
			return 0, false
		}
		if mv.kind == joinPreauthorized {
			if to = m.pre[who].first; m.rules.preauthNonZero {
				to = m.pre[who].nonZero
			}
		}
		if to <= 0 || !m.joins(mv.kind, to) {
			return 0, false
		}
		return m.settle(c, mv, before, octetOf(to, true), maxima)
	case addOwnClient:
		if !before.listed() || before.active() || !current.has(addOwnClient) || !m.commits {
			return 0, false
		}
		var bounds checked
		if m.rules.addOwnChecked {
			bounds = maximumActive
		}
		return m.settle(c, mv, before, octetOf(from, true), bounds)
	}
	// The rest is proposed by who is in the list and in the group, or may send
	// external proposals.
	if slot, _ := m.actor(s, who); slot < 0 || !before.listed() {
		return 0, false
	}
	switch mv.kind {
	case removeOwnClient:
		if !before.active() || !current.has(removeOwnClient) {
			return 0, false
		}
		return m.settle(c, mv, before, octetOf(from, false), minimumActive)
	case leave:
		if !current.has(leave) || !current.allows(from, 0) {
			return 0, false
		}
		return m.settle(c, mv, before, 0, minima)
	case changeOwnRole:
		to = m.pre[who].nonZero
		if to < 0 || to == from && !m.rules.sameNeedsEntry && !m.rules.sameAllowed {
			return 0, false
		}
		holder := current
		if m.rules.ownTargetRole {
			holder = &m.roles[to]
		}
		if !holder.has(changeOwnRole) {
			return 0, false
		}
		return m.settle(c, mv, before, m.moved(before, to), minima|maxima)
	}
	return 0, false
}

// joins reports whether role zero, or the new role where the joiner is
// preauthorized, lets a user join with the new role.
func (m *Machine) joins(k kind, to int) bool {
	zero := &m.roles[0]
	switch k {
	case openJoin:
		return zero.has(openJoin) && zero.allows(0, to)
	case joinPreauthorized:
		if m.room.Draft <= spec.RoomPolicy02 { // one canAddSelf stands for both
			return (m.roles[to].has(openJoin) || m.roles[to].has(joinPreauthorized)) && m.roles[to].allows(0, to)
		}
		return m.roles[to].has(joinPreauthorized)
	}
	return zero.has(joinCode) && !m.rules.zeroNobody && m.codes>>to&1 == 1 &&
		(m.rules.joinCodeAny || to != m.bannedAt && zero.allows(0, to))
}

// entry reports whether a role has an authorized change. What happens where the
// role stays the same is open.
func (m *Machine) entry(holder *role, from, to int) bool {
	if from == to && !m.rules.sameNeedsEntry {
		return m.rules.sameAllowed
	}
	return holder.allows(from, to)
}

// moved gives a user another role. Its client stays, unless the role allows
// none.
func (m *Machine) moved(before octet, to int) octet {
	return octetOf(to, before.active() && m.roles[to].active)
}

// settle checks what holds for every change, and the bounds that the kind of
// move respects.
func (m *Machine) settle(c *census, mv move, before, after octet, bounds checked) (octet, bool) {
	from, to := before.slot(), after.slot()
	goes, comes := before.active() && !after.active(), !before.active() && after.active()
	if after.active() && (from != to || comes) && !m.roles[to].active {
		return 0, false
	}
	// A client that stays commits, or the one that comes by itself. The latter makes
	// a new group where there is none, in persistent rooms only (section 5).
	switch stay := c.clients; {
	case comes && mv.kind.own():
		if stay == 0 && !m.base.persistent {
			return 0, false
		}
	case stay == 0 || goes && stay == 1:
		return 0, false
	}
	if m.base.fixed && !m.staysFixed(mv, from, to) || m.base.parent && from == 0 && to != 0 && !m.staysBelow(c, mv) {
		return 0, false
	}
	if comes && c.clients >= m.base.maxClients {
		return 0, false
	}
	if c.unbanned >= m.base.maxUsers && m.unbanned(to) && !m.unbanned(from) && (from == 0 || !m.rules.maxUsersAdditions) {
		return 0, false
	}
	if m.rules.allRoles && !m.allBounded(c, before, after) {
		return 0, false
	}
	return after, bounds == 0 || m.bounded(c, before, after, bounds)
}

// allBounded compares the bounds of every role with the counts around the
// change.
func (m *Machine) allBounded(c *census, before, after octet) bool {
	for slot := range m.roles {
		r := &m.roles[slot]
		was, wasActive := int(c.participants[slot]), int(c.active[slot])
		is, isActive := was, wasActive
		if slot > 0 && before.slot() == slot {
			is, isActive = is-1, isActive-oneIf(before.active())
		}
		if slot > 0 && after.slot() == slot {
			is, isActive = is+1, isActive+oneIf(after.active())
		}
		if !m.enough(r.min, was, is) || !m.enough(r.minActive, wasActive, isActive) || !m.notMore(r.max, was, is) || !m.notMore(r.maxActive, wasActive, isActive) {
			return false
		}
	}
	return true
}

// unbanned reports whether users with a role count for max_users.
func (m *Machine) unbanned(slot int) bool { return slot != 0 && slot != m.bannedAt }

// staysFixed keeps the list of a room with fixed membership (section 5).
func (m *Machine) staysFixed(mv move, from, to int) bool {
	switch {
	case from == 0 && to != 0:
		return m.rules.fixedCapability && mv.kind != add
	case to == 0:
		return from == 0
	}
	return from == m.bannedAt || to != m.bannedAt || !m.rules.fixedNoBans
}

// staysBelow keeps the participants some of those of the parent room (section
// 5).
func (m *Machine) staysBelow(c *census, mv move) bool {
	if m.inParent>>mv.subject&1 == 0 {
		return false
	}
	if m.rules.parentEqual || m.parentElsewhere {
		return true
	}
	// All of the parent would be in the list if all but this user are.
	return c.parent+1 < bits.OnesCount8(m.inParent)
}

// bounded compares bounds with the counts around the change (section 3).
func (m *Machine) bounded(c *census, before, after octet, bounds checked) bool {
	from, to := before.slot(), after.slot()
	old, new := &m.roles[from], &m.roles[to]
	if from != 0 && bounds&minima != 0 {
		if was := int(c.participants[from]); !m.enough(old.min, was, was-oneIf(from != to)) {
			return false
		}
	}
	if from != 0 && bounds&(minima|minimumActive) != 0 {
		was := int(c.active[from])
		is := was - oneIf(before.active()) + oneIf(after.active() && from == to)
		if !m.enough(old.minActive, was, is) {
			return false
		}
	}
	if bounds&maxima != 0 {
		if was := int(c.participants[to]); !m.notMore(new.max, was, was+oneIf(from != to)) {
			return false
		}
	}
	if bounds&(maxima|maximumActive) != 0 {
		was := int(c.active[to])
		is := was + oneIf(after.active()) - oneIf(before.active() && from == to)
		if !m.notMore(new.maxActive, was, is) {
			return false
		}
	}
	return true
}

// oneIf is 1 for true.
func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// enough reports whether a minimum holds around a change.
func (m *Machine) enough(minimum, was, is int) bool {
	switch {
	case minimum == 0 || m.rules.boundsDelta && is >= was:
		return true
	case m.rules.boundsBefore:
		return was >= minimum
	}
	return is >= minimum
}

// notMore reports whether a maximum holds around a change.
func (m *Machine) notMore(maximum, was, is int) bool {
	switch {
	case m.rules.boundsDelta && is <= was:
		return true
	case m.rules.boundsBefore:
		return was <= maximum
	}
	return is <= maximum
}
