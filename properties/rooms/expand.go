package rooms

import "math/bits"

// noFocus stands for no user in particular.
const noFocus = -1

// same reports whether a user is like the one before in a state, so that what
// one can do and suffer is what the other can. The focus, which stands first
// among those like it, is like no one.
func (m *Machine) same(s state, user, focus int) bool {
	return user > 0 && user < len(m.users) && m.alike>>user&1 == 1 && s.of(user) == s.of(user-1) && user-1 != focus
}

// settled returns a state with its users sorted, and where a user comes to
// stand: first among those like it.
func (m *Machine) settled(s state, focus int) (state, int) {
	sorted := s.canonical(len(m.users), m.alike)
	if focus == noFocus {
		return sorted, noFocus
	}
	for at := range m.users {
		if m.kin[at] == m.kin[focus] && sorted.of(at) == s.of(focus) {
			return sorted, at
		}
	}
	return sorted, focus
}

// Masks of kinds.
const (
	ownKinds    = 1<<addOwnClient | 1<<removeOwnClient | 1<<leave | 1<<changeOwnRole
	targetKinds = 1<<add | 1<<addClient | 1<<changeRole | 1<<unban | 1<<kick | 1<<remove | 1<<ban
)

// expand calls visit with every move that is allowed in a state and the state
// that it leads to, not yet sorted. Of users who are the same it takes one, and
// a second where the first is the actor. It returns how many decisions that
// took; what the tables of a role exclude at a glance is not counted.
func (m *Machine) expand(s state, focus int, visit func(mv move, next state)) (decisions uint64) {
	c := m.count(s)
	try := func(mv move) {
		decisions++
		if next, ok := m.next(s, &c, mv); ok {
			visit(mv, next)
		}
	}
	for who := range m.actors() {
		if m.same(s, who, focus) {
			continue
		}
		if who < len(m.users) {
			m.ownMoves(s, who, try)
		}
		slot, _ := m.actor(s, who)
		if slot < 0 || m.roles[slot].kinds&targetKinds == 0 {
			continue
		}
		first := 0 // of a run of users who are the same
		for on := range m.users {
			if !m.same(s, on, focus) {
				first = on
			}
			if on != who && (on == first || first == who && on == who+1) {
				m.movesOn(s, &m.roles[slot], move{actor: uint8(who), subject: uint8(on)}, try)
			}
		}
	}
	return decisions
}

// ownMoves tries what a user can do to itself.
func (m *Machine) ownMoves(s state, who int, try func(move)) {
	mv := move{actor: uint8(who), subject: uint8(who)}
	o := s.of(who)
	if !o.listed() {
		for _, k := range [...]kind{openJoin, joinCode} {
			if !m.roles[0].has(k) {
				continue
			}
			mv.kind = k
			for slot := 1; slot < len(m.roles); slot++ {
				mv.slot = uint8(slot)
				try(mv)
			}
		}
		mv.slot = 0
		if mv.kind = joinPreauthorized; m.pre[who].nonZero > 0 {
			try(mv)
		}
		return
	}
	mask := m.roles[o.slot()].kinds & ownKinds
	if m.rules.ownTargetRole {
		mask |= 1 << changeOwnRole
	}
	for ; mask != 0; mask &= mask - 1 {
		mv.kind = kind(bits.TrailingZeros32(mask))
		try(mv)
	}
}

// movesOn tries what the holder of a role can do to another user.
func (m *Machine) movesOn(s state, holder *role, mv move, try func(move)) {
	before := s.of(int(mv.subject))
	mask := holder.kinds & targetKinds
	if before.listed() {
		mask &^= 1 << add
	} else {
		mask &= 1<<add | 1<<ban
	}
	for ; mask != 0; mask &= mask - 1 {
		mv.kind, mv.slot, mv.clients = kind(bits.TrailingZeros32(mask)), 0, false
		if !mv.kind.names() {
			try(mv)
			continue
		}
		targets := holder.targets[before.slot()]
		if mv.kind == changeRole && m.rules.sameAllowed {
			targets |= 1 << before.slot()
		}
		for targets &^= 1; targets != 0; targets &= targets - 1 {
			mv.slot, mv.clients = uint8(bits.TrailingZeros32(targets)), false
			try(mv)
			if mv.kind == add {
				mv.clients = true
				try(mv)
			}
		}
	}
}
