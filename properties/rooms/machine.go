package rooms

import (
	"fmt"
	"math"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Machine is a room in a form that answers quickly. It is made by [Compile] and
// does not change.
type Machine struct {
	room    *Room
	policy  *roompolicy.Policy // that the definition is asked with
	start   *roompolicy.State
	users   []roompolicy.User
	senders []sender

	roles    []role // by slot; slot 0 is role zero
	slots    map[uint32]int
	bannedAt int // slot of the role of the banned, -1 if there is none
	alike    uint8
	kin      [MaxUsers]uint8 // number of the class of a user; those alike share it
	pre      [MaxUsers]preauthorization
	outside  [MaxUsers]int // the slot with which a user who is not listed acts on others, -1 if it cannot
	inParent uint8         // a bit for each user in the list of the parent room
	// parentElsewhere is set where others than these users are in the parent room.
	parentElsewhere bool
	codes           uint32

	rules readings
	base  baseLimits
	// Whether external proposals and external commits are allowed.
	proposals, commits bool
}

// role is one role, by slots.
type role struct {
	index                          uint32
	name                           string
	kinds                          uint32           // the kinds of moves that its capabilities are for
	targets                        [maxRoles]uint32 // authorized role changes: a mask of targets for each source
	min, max, minActive, maxActive int
	active                         bool // maximum_active_participants_constraint is not 0
	capabilities                   []roompolicy.Capability
}

func (r *role) has(k kind) bool { return r.kinds>>k&1 == 1 }

func (r *role) allows(from, to int) bool { return r.targets[from]>>to&1 == 1 }

// preauthorization is what the list of preauthorized users holds for one user,
// by slots: the first entry that matches and the first for another role than
// zero; -1 is none.
type preauthorization struct{ first, nonZero int }

// sender is an external sender and the slot of the role with which it acts, -1
// if it is preauthorized for none.
type sender struct {
	name roompolicy.User
	slot int
}

// baseLimits are those of the base policy.
type baseLimits struct {
	fixed, parent, oneClient bool
	persistent               bool // a new group may be made where there is none
	maxClients, maxUsers     int
}

// noLimit is larger than any count.
const noLimit = math.MaxInt32

// Compile makes the machine of a room. It fails with [*Error] where the room
// makes no sense, is too large for the machine, or asks for a reading that the
// machine does not follow.
func Compile(r *Room) (*Machine, error) {
	m := &Machine{room: r, slots: map[uint32]int{}, bannedAt: -1, proposals: true, commits: true}
	var err error
	if m.rules, err = followed(r.Readings); err != nil {
		return nil, err
	}
	if m.policy, m.start, m.users, err = r.concrete(); err != nil {
		return nil, err
	}
	if err := m.compileRoles(); err != nil {
		return nil, err
	}
	m.compileRoom()
	if err := m.compileUsers(); err != nil {
		return nil, err
	}
	return m, nil
}

// compileRoles gives every role a slot, role zero the first.
func (m *Machine) compileRoles() error {
	data := m.policy.Roles
	m.roles = []role{{index: roompolicy.NoRole, name: "not in the room", max: noLimit, maxActive: noLimit}}
	m.slots[roompolicy.NoRole] = 0
	indexes := []uint32{}
	for i := range data.Roles {
		if index := data.Roles[i].RoleIndex; index != roompolicy.NoRole {
			indexes = append(indexes, index)
		}
	}
	slices.Sort(indexes)
	for i, index := range indexes {
		if i > 0 && index == indexes[i-1] {
			return &Error{"Policy", fmt.Sprintf("two roles have the index %d: a search needs to know which is meant", index)}
		}
		m.slots[index] = len(m.roles)
		m.roles = append(m.roles, role{index: index})
	}
	if len(m.roles) > maxRoles {
		return &Error{"Policy", fmt.Sprintf("%d roles: a search takes at most %d, role zero included", len(m.roles), maxRoles)}
	}
	for i := range data.Roles {
		from := &data.Roles[i]
		to := &m.roles[m.slots[from.RoleIndex]]
		to.name = from.RoleName
		to.capabilities = from.RoleCapabilities
		for k := range numKinds {
			if from.Has(kinds[k].capability) {
				to.kinds |= 1 << k
			}
		}
		to.min, to.minActive = int(from.MinimumParticipantsConstraint), int(from.MinimumActiveParticipantsConstraint)
		to.max, to.maxActive = limit(from.MaximumParticipantsConstraint), limit(from.MaximumActiveParticipantsConstraint)
		m.compileTargets(from, to)
	}
	for i := range m.roles {
		m.roles[i].active = m.roles[i].maxActive > 0
	}
	if at, ok := m.slots[roompolicy.BannedRole]; ok && (m.roles[at].name == roompolicy.BannedName || m.rules.oneAnyName) {
		m.bannedAt = at
	}
	return nil
}

func (m *Machine) compileTargets(from *roompolicy.Role, to *role) {
	seen := map[uint32]bool{}
	for _, change := range from.AuthorizedRoleChanges {
		at, ok := m.slots[change.FromRoleIndex]
		if !ok || m.rules.fromFirst && seen[change.FromRoleIndex] {
			continue
		}
		seen[change.FromRoleIndex] = true
		for _, target := range change.TargetRoleIndexes {
			if slot, ok := m.slots[target]; ok {
				to.targets[at] |= 1 << slot
			}
		}
	}
}

func limit(maximum roompolicy.Optional[uint32]) int {
	if !maximum.Present || maximum.Value > noLimit {
		return noLimit
	}
	return int(maximum.Value)
}

// compileRoom takes what the policy says of the room as a whole.
func (m *Machine) compileRoom() {
	m.base = baseLimits{maxClients: noLimit, maxUsers: noLimit, persistent: true}
	if base := m.policy.Base; base != nil {
		m.base.fixed, m.base.parent, m.base.oneClient = base.FixedMembership, base.ParentDependent, !base.MultiDevice
		m.base.persistent = base.PersistentRoom
		if m.room.Draft >= spec.RoomPolicy03 {
			m.base.maxClients, m.base.maxUsers = limit(base.MaxClients), limit(base.MaxUsers)
		}
	}
	if m.base.oneClient && m.rules.deviceRoom {
		m.base.maxClients = min(m.base.maxClients, 1)
	}
	if operational := m.policy.Operational; operational != nil && m.room.Draft >= spec.RoomPolicy02 {
		m.proposals = operational.ExternalProposalAllowed
		m.commits = operational.ExternalCommitAllowed || m.proposals && m.rules.commitsOrProposal
	}
	for _, code := range m.start.JoinCodes {
		if slot, ok := m.slots[code.Role]; ok && slot > 0 {
			m.codes |= 1 << slot
		}
	}
}

// compileUsers sorts the users into classes of those who are alike, and finds
// whom the list of preauthorized users speaks of.
func (m *Machine) compileUsers() error {
	type class struct {
		pre      preauthorization
		inParent bool
	}
	of := func(user roompolicy.User) class {
		return class{m.preauthorized(user), slices.Contains(m.start.ParentParticipants, user)}
	}
	var classes []class
	for _, user := range m.users {
		if c := of(user); !slices.Contains(classes, c) {
			classes = append(classes, c)
		}
	}
	slices.SortStableFunc(m.users, func(a, b roompolicy.User) int {
		return slices.Index(classes, of(a)) - slices.Index(classes, of(b))
	})
	for i, user := range m.users {
		c := of(user)
		m.pre[i], m.kin[i] = c.pre, uint8(slices.Index(classes, c))
		m.outside[i] = m.fromOutside(user)
		if c.inParent {
			m.inParent |= 1 << i
		}
		if i > 0 && m.kin[i] == m.kin[i-1] {
			m.alike |= 1 << i
		}
	}
	m.parentElsewhere = slices.ContainsFunc(m.start.ParentParticipants, func(u roompolicy.User) bool { return !slices.Contains(m.users, u) })
	for _, name := range m.start.ExternalSenders {
		m.senders = append(m.senders, sender{name, m.fromOutside(name)})
	}
	for i := range m.start.Participants {
		p := &m.start.Participants[i]
		if slot, ok := m.slots[p.Role]; !ok || slot == 0 {
			return &Error{"From", fmt.Sprintf("%q has the role %d, which the policy does not define", p.User, p.Role)}
		}
	}
	return nil
}

// fromOutside returns the slot of the role with which someone who is not in the
// list acts on others, -1 if there is none. That does not depend on who is in
// the room, so the definition is asked once.
func (m *Machine) fromOutside(user roompolicy.User) int {
	state := *m.start
	state.Participants = nil
	judge, err := roompolicy.NewJudge(m.room.Draft, m.room.Readings)
	if err != nil {
		return -1
	}
	decision := judge.Decide(m.policy, &state, roompolicy.Action{Actor: user, Kind: roompolicy.ActionUse, Capability: roompolicy.CanSendMessage})
	if slot, ok := m.slots[decision.Role]; ok && decision.HasRole {
		return slot
	}
	return -1
}

// preauthorized finds the entries of the list of preauthorized users that match
// a user: every claim is met (room-policy-04 section 4).
func (m *Machine) preauthorized(user roompolicy.User) preauthorization {
	found := preauthorization{-1, -1}
	if m.policy.PreAuth == nil {
		return found
	}
	claims, matched := m.start.Claims(user), false
	for _, entry := range m.policy.PreAuth.PreauthorizedEntries {
		if len(entry.Claimset) == 0 && m.rules.preauthNobody {
			continue
		}
		if slices.ContainsFunc(entry.Claimset, func(c roompolicy.Claim) bool { return !slices.Contains(claims, c) }) {
			continue
		}
		slot, ok := m.slots[entry.TargetRole.RoleIndex]
		if !ok {
			slot = -1
		}
		if !matched {
			found.first, matched = slot, true
		}
		if slot != 0 {
			found.nonZero = slot
			break
		}
	}
	return found
}

// unsorted returns the state that the room starts in, in the order of the users.
func (m *Machine) unsorted() state {
	var s state
	for i := range m.start.Participants {
		p := &m.start.Participants[i]
		s = s.with(slices.Index(m.users, p.User), octetOf(m.slots[p.Role], p.Active()))
	}
	return s
}

// initial returns the state that the room starts in.
func (m *Machine) initial() state { return m.unsorted().canonical(len(m.users), m.alike) }

// census counts who is in a state.
type census struct {
	participants, active [maxRoles]int8
	clients              int
	unbanned             int // participants who are not banned
	parent               int // participants who are in the parent room
}

func (m *Machine) count(s state) (c census) {
	for i := range m.users {
		o := s.of(i)
		if !o.listed() {
			continue
		}
		c.parent += int(m.inParent >> i & 1)
		c.participants[o.slot()]++
		if o.slot() != m.bannedAt {
			c.unbanned++
		}
		if o.active() {
			c.active[o.slot()]++
			c.clients++
		}
	}
	return c
}

// actor says in which role the actor of a move on another user acts: the slot,
// or -1 if it cannot act on others. It needs a client in the group, or may
// send external proposals.
func (m *Machine) actor(s state, who int) (slot int, external bool) {
	if who >= len(m.users) {
		if !m.proposals {
			return -1, true
		}
		return m.senders[who-len(m.users)].slot, true
	}
	o := s.of(who)
	switch {
	case o.active():
		return o.slot(), false
	case !m.proposals || m.rules.proposalsNamed:
		return -1, true
	case o.listed() && (m.rules.proposalsHolders || !m.roles[o.slot()].active):
		return o.slot(), true
	case !o.listed() && m.rules.proposalsHolders:
		return m.outside[who], true
	}
	return -1, true
}

// actors returns how many users and senders can act.
func (m *Machine) actors() int { return len(m.users) + len(m.senders) }
