package rooms

// coverage is what the moves of a search made use of, by slots of roles.
type coverage struct {
	held    uint32                     // roles that a participant has
	acted   uint32                     // roles that a participant with a client has
	used    [maxRoles]uint32           // kinds of moves, by the role whose capability they need
	changes [maxRoles][maxRoles]uint32 // authorized role changes: masks of targets
	// lifted are the kinds of moves that end a ban, by the role that they rest on.
	lifted [maxRoles]uint32
	// swallowed are, for a role and a kind, the other kinds that could have done the
	// same, every time.
	swallowed [maxRoles][numKinds]uint32

	// What the current actor does: the kinds that lead to the same, by the user who
	// changes and how.
	same  [MaxUsers][2 * maxRoles]uint32
	touch []move
	after []octet
	slot  []uint8
}

func (c *coverage) reset() {
	for i := range c.swallowed {
		for k := range c.swallowed[i] {
			c.swallowed[i][k] = 1<<numKinds - 1
		}
	}
}

// note counts one move.
func (c *coverage) note(m *Machine, before state, mv move, next state) {
	was, is := before.of(int(mv.subject)), next.of(int(mv.subject))
	slot := m.capabilityOf(before, mv, is)
	c.used[slot] |= 1 << mv.kind
	if at, from, to, ok := m.changeOf(slot, mv, was, is); ok {
		c.changes[at][from] |= 1 << to
	}
	if was.listed() && was.slot() == m.bannedAt && is.slot() != m.bannedAt {
		c.lifted[slot] |= 1 << mv.kind
	}
	c.held |= 1 << is.slot()
	c.acted |= uint32(is&1) << is.slot()
	c.same[mv.subject][is] |= 1 << mv.kind
	c.touch, c.after, c.slot = append(c.touch, mv), append(c.after, is), append(c.slot, uint8(slot))
}

// settle is called when all moves of one actor are noted.
func (c *coverage) settle() {
	for i, mv := range c.touch {
		mask := c.same[mv.subject][c.after[i]]
		c.swallowed[c.slot[i]][mv.kind] &= mask &^ (1 << mv.kind)
	}
	for i, mv := range c.touch {
		c.same[mv.subject][c.after[i]] = 0
	}
	c.touch, c.after, c.slot = c.touch[:0], c.after[:0], c.slot[:0]
}

func (c *coverage) merge(other *coverage) {
	c.held |= other.held
	c.acted |= other.acted
	for i := range c.used {
		c.used[i] |= other.used[i]
		c.lifted[i] |= other.lifted[i]
		for j := range c.changes[i] {
			c.changes[i][j] |= other.changes[i][j]
		}
		for k := range c.swallowed[i] {
			c.swallowed[i][k] &= other.swallowed[i][k]
		}
	}
}

// capabilityOf returns the role whose capability an allowed move rests on.
func (m *Machine) capabilityOf(before state, mv move, after octet) int {
	switch mv.kind {
	case openJoin, joinCode:
		return 0
	case joinPreauthorized:
		return after.slot()
	case addOwnClient, removeOwnClient, leave, changeOwnRole:
		if mv.kind == changeOwnRole && m.rules.ownTargetRole {
			return after.slot()
		}
		return before.of(int(mv.actor)).slot()
	}
	slot, _ := m.actor(before, int(mv.actor))
	return slot
}

// changeOf returns the authorized role change that an allowed move rests on, and
// the role that has it; false if it rests on none.
func (m *Machine) changeOf(slot int, mv move, was, is octet) (at, from, to int, ok bool) {
	switch mv.kind {
	case kick, addOwnClient, removeOwnClient, changeOwnRole, joinPreauthorized:
		return 0, 0, 0, false
	case addClient:
		return slot, 0, is.slot(), true
	case leave, remove:
		return slot, was.slot(), 0, true
	}
	return slot, was.slot(), is.slot(), m.roles[slot].allows(was.slot(), is.slot())
}
