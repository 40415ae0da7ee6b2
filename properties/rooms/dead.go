package rooms

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// DeadCapability is a capability that a role has and no one can ever use by it.
type DeadCapability struct {
	Role       uint32 `json:"role"`
	RoleName   string `json:"roleName"`
	Capability string `json:"capability"`
	Reason     string `json:"reason"`
	Rule       string `json:"rule,omitempty"`
}

// DeadRoleChange is an authorized role change that no one can ever use.
type DeadRoleChange struct {
	Role     uint32 `json:"role"` // whose change it is
	RoleName string `json:"roleName"`
	From     uint32 `json:"from"`
	To       uint32 `json:"to"`
}

// Coverage is what no reachable state uses. It is nothing but a list of what was
// not seen where the search was not exhausted.
type Coverage struct {
	DeadCapabilities []DeadCapability `json:"deadCapabilities"`
	DeadRoleChanges  []DeadRoleChange `json:"deadRoleChanges"`
	DeadRoles        []uint32         `json:"deadRoles"`
}

// acting returns the roles in which someone acts: a participant with a client,
// an external sender, or a participant whose role allows no clients.
func (s *Space) acting() uint32 {
	mask := s.coverage.acted | 1
	for slot := range s.m.roles {
		if s.coverage.held>>slot&1 == 1 && !s.m.roles[slot].active && s.m.proposals {
			mask |= 1 << slot
		}
	}
	for who := range s.m.users {
		mask |= uint32(oneIf(s.states[0].of(who).active())) << s.states[0].of(who).slot()
	}
	for _, sender := range s.m.senders {
		if sender.slot > 0 && s.m.proposals {
			mask |= 1 << sender.slot
		}
	}
	return mask
}

// held returns the roles that participants have.
func (s *Space) held() uint32 {
	mask := s.coverage.held
	for who := range s.m.users {
		mask |= 1 << s.states[0].of(who).slot()
	}
	return mask
}

// Coverage returns what no reachable state uses.
func (s *Space) Coverage() *Coverage {
	m := s.m
	c := &Coverage{DeadCapabilities: []DeadCapability{}, DeadRoleChanges: []DeadRoleChange{}, DeadRoles: []uint32{}}
	held, acting := s.held(), s.acting()
	for slot := range m.roles {
		r := &m.roles[slot]
		if slot > 0 && (held|acting)>>slot&1 == 0 {
			c.DeadRoles = append(c.DeadRoles, r.index)
		}
		for _, capability := range r.capabilities {
			if reason, rule := s.deadCapability(slot, capability, acting); reason != "" {
				c.DeadCapabilities = append(c.DeadCapabilities, DeadCapability{r.index, r.name, capability.Name(m.room.Draft), reason, rule})
			}
		}
		for from := range m.roles {
			for left := r.targets[from] &^ s.coverage.changes[slot][from]; left != 0; left &= left - 1 {
				c.DeadRoleChanges = append(c.DeadRoleChanges, DeadRoleChange{r.index, r.name, m.roles[from].index, m.roles[bits.TrailingZeros32(left)].index})
			}
		}
	}
	return c
}

// components are the capabilities for components.
var components = map[roompolicy.Capability]roompolicy.ComponentID{
	roompolicy.CanChangeRoleDefinitions:        roompolicy.RolesListID,
	roompolicy.CanChangePreauthorizedUserList:  roompolicy.PreauthListID,
	roompolicy.CanChangeRoomMembershipStyle:    roompolicy.BaseRoomPolicyID,
	roompolicy.CanChangeMlsOperationalPolicies: roompolicy.MlsOperationalPolicyID,
	roompolicy.CanCreateJoinCode:               roompolicy.JoinLinksID,
	roompolicy.CanChangeOtherPolicyAttribute:   roompolicy.AssetPolicyID,
}

// Reasons why a capability is of no use.
const (
	unheld    = "no one who can act ever has the role"
	unreached = "no reachable state allows it"
)

// preauthorizes reports whether a user is preauthorized for a role.
func (m *Machine) preauthorizes() bool {
	return slices.ContainsFunc(m.pre[:len(m.users)], func(p preauthorization) bool { return p.nonZero > 0 })
}

// deadCapability returns why a capability of a role is never used, and the rule
// behind that if there is one.
func (s *Space) deadCapability(slot int, capability roompolicy.Capability, acting uint32) (reason, rule string) {
	m := s.m
	if at := slices.IndexFunc(kinds[:], func(k struct {
		action     roompolicy.ActionKind
		capability roompolicy.Capability
	}) bool {
		return k.capability == capability
	}); at >= 0 {
		used := s.coverage.used[slot]>>at&1 == 1
		if kind(at) == joinPreauthorized || kind(at) == openJoin && m.joins(joinPreauthorized, slot) {
			used = used || s.coverage.used[slot]>>joinPreauthorized&1 == 1
		}
		if used {
			return "", ""
		}
		switch {
		case acting>>slot&1 == 0 && kind(at) != joinPreauthorized:
			return unheld, ""
		case (kind(at) == joinPreauthorized || kind(at) == changeOwnRole) && !m.preauthorizes():
			return "no user is preauthorized", ""
		}
		return unreached, ""
	}
	if acting>>slot&1 == 0 {
		return unheld, ""
	}
	judge, err := roompolicy.NewJudge(m.room.Draft, m.room.Readings)
	if err != nil {
		return "", ""
	}
	// Such a decision asks for the role of the actor only.
	state := &roompolicy.State{Participants: []roompolicy.Participant{{User: "actor", Role: m.roles[slot].index, Clients: 1}}}
	if slot == 0 {
		state.Participants[0] = roompolicy.Participant{User: "other", Role: m.roles[len(m.roles)-1].index, Clients: 1}
	}
	action := roompolicy.Action{Actor: "actor", Kind: roompolicy.ActionUse, Capability: capability}
	if id, ok := components[capability]; ok {
		action = roompolicy.Action{Actor: "actor", Kind: roompolicy.ActionUpdate, Component: id}
	}
	decision := judge.Decide(m.policy, state, action)
	if decision.Allowed {
		return "", ""
	}
	if capability.Reserved() {
		return "reserved", decision.Rule.ID
	}
	return decision.Reason, decision.Rule.ID
}

// deadRoles looks for roles that no one can ever have.
var deadRoles = Check{
	ID: "roompolicy/dead-role", Severity: Low, Source: "room-policy-04 section 3",
	Statement: "Every role can come to be held.",
	find: func(q *query) []hit {
		if q.space.stopped != nil {
			return nil
		}
		m := q.m
		var never, unlisted uint32
		for slot := 1; slot < len(m.roles); slot++ {
			switch {
			case (q.space.held()|q.space.acting())>>slot&1 == 0:
				never |= 1 << slot
			case q.space.held()>>slot&1 == 0:
				unlisted |= 1 << slot
			}
		}
		var hits []hit
		if never != 0 {
			hits = append(hits, hit{summary: fmt.Sprintf("No one can ever have the role %s.", m.rolesIn(never, "or"))})
		}
		for slot := range m.roles {
			if unlisted>>slot&1 == 0 {
				continue
			}
			text := fmt.Sprintf("No participant can ever have the role %s: only external senders act with it.", m.name(slot))
			if least := m.roles[slot].min; least > 0 {
				text += fmt.Sprintf(" Its minimum of %d is never met.", least)
			}
			hits = append(hits, hit{severity: Note, summary: text})
		}
		return hits
	},
}

// deadCapabilities looks for capabilities that no reachable state uses.
var deadCapabilities = Check{
	ID: "roompolicy/dead-capability", Severity: Note, Source: "room-policy-04 section 8",
	Statement: "Every capability of a role is of use in some state.",
	find: func(q *query) []hit {
		if q.space.stopped != nil {
			return nil
		}
		byReason := map[string][]DeadCapability{}
		var order []string
		for _, d := range q.space.Coverage().DeadCapabilities {
			if byReason[d.Reason] == nil {
				order = append(order, d.Reason)
			}
			byReason[d.Reason] = append(byReason[d.Reason], d)
		}
		var hits []hit
		for _, reason := range order {
			byName := map[string]uint32{}
			var names []string
			for _, d := range byReason[reason] {
				if byName[d.Capability] == 0 {
					names = append(names, d.Capability)
				}
				byName[d.Capability] |= 1 << q.m.slots[d.Role]
			}
			var parts []string
			for _, name := range names {
				parts = append(parts, fmt.Sprintf("%s of %s", name, q.m.rolesIn(byName[name], "and")))
			}
			severity := Note
			if reason == unreached {
				severity = Low
			}
			hits = append(hits, hit{severity: severity, keyRule: byReason[reason][0].Rule, summary: fmt.Sprintf(
				"These capabilities do nothing (%s): %s.", reason, list(parts, "and"))})
		}
		return hits
	},
}

// deadChanges looks for authorized role changes that no reachable state uses.
var deadChanges = Check{
	ID: "roompolicy/dead-role-change", Severity: Note, Source: "room-policy-04 section 3",
	Statement: "Every authorized role change is of use in some state.",
	find: func(q *query) []hit {
		if q.space.stopped != nil {
			return nil
		}
		var parts []string
		m := q.m
		for slot := range m.roles {
			var changes []string
			for _, d := range q.space.Coverage().DeadRoleChanges {
				if m.slots[d.Role] == slot {
					changes = append(changes, fmt.Sprintf("%d to %d", d.From, d.To))
				}
			}
			if len(changes) > 0 {
				name := m.name(slot)
				if slot == 0 {
					name = "role zero"
				}
				parts = append(parts, "of "+name+" from "+list(changes, "and"))
			}
		}
		if len(parts) == 0 {
			return nil
		}
		return []hit{{summary: "These authorized role changes do nothing: " + list(parts, "and") + "."}}
	},
}

// swallowed looks for capabilities that add nothing to others of their role.
var swallowed = Check{
	ID: "roompolicy/capability-swallowed", Severity: Note, Source: "room-policy-04 section 8.1",
	Statement: "Every capability of a role allows something that the other ones of the role do not.",
	find: func(q *query) []hit {
		if q.space.stopped != nil {
			return nil
		}
		m, c := q.m, &q.space.coverage
		type pair struct{ swallowed, by kind }
		roles := map[pair]uint32{}
		var order []pair
		for slot := range m.roles {
			for k := range numKinds {
				if c.used[slot]>>k&1 == 0 {
					continue
				}
				for left := c.swallowed[slot][k]; left != 0; left &= left - 1 {
					p := pair{k, kind(bits.TrailingZeros32(left))}
					if kinds[p.by].capability == kinds[k].capability {
						continue
					}
					if roles[p] == 0 {
						order = append(order, p)
					}
					roles[p] |= 1 << slot
				}
			}
		}
		var hits []hit
		for _, p := range order {
			hits = append(hits, hit{summary: fmt.Sprintf("All that %s allows a holder of %s is allowed by its %s as well.",
				kinds[p.swallowed].capability.Name(m.room.Draft), m.rolesIn(roles[p], "or"), kinds[p.by].capability.Name(m.room.Draft))})
		}
		return hits
	},
}
