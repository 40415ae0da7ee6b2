package oracle

import (
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// procedure is how one kind of action is decided.
type procedure struct {
	// effect changes the list of the participants afterwards. It is false if there
	// is nothing that could change.
	effect func(*question) bool
	// conditions must all hold. Those on bounds see the list after the effect.
	conditions []condition
}

// condition is one demand of the draft.
type condition struct {
	name  string
	holds func(*question) bool
}

func holder(capability roompolicy.Capability) condition {
	return condition{"holder of " + capability.String(), func(q *question) bool { return has(q.acting(), capability) }}
}

// ofOwnRole is for what only a participant can do: its role is that in the list.
func ofOwnRole(capability roompolicy.Capability) condition {
	return condition{"participant with " + capability.String(), func(q *question) bool {
		return q.entry(q.action.Actor) != nil && has(q.acting(), capability)
	}}
}

// change holds if the role of the actor has an authorized change.
func change(from, to func(*question) uint32) condition {
	return condition{"authorized role change", func(q *question) bool { return leads(q.acting(), from(q), to(q)) }}
}

func zero(*question) uint32          { return roompolicy.NoRole }
func banned(*question) uint32        { return roompolicy.BannedRole }
func newRole(q *question) uint32     { return q.action.Role }
func ownRole(q *question) uint32     { return roleOf(q.before, q.action.Actor) }
func targetsRole(q *question) uint32 { return roleOf(q.before, q.action.Target) }

// The conditions.
var (
	another = condition{"not on oneself", func(q *question) bool { return q.action.Actor != q.action.Target }}

	targetListed   = condition{"target in the list", func(q *question) bool { return q.entry(q.action.Target) != nil }}
	targetUnlisted = condition{"target not in the list", func(q *question) bool { return !q.listed(q.action.Target) }}
	actorUnlisted  = condition{"actor not in the list", func(q *question) bool { return !q.listed(q.action.Actor) }}

	// Who comes gets a role that there is; zero is that of those outside.
	roleExists = condition{"new role exists", func(q *question) bool { return q.to() != roompolicy.NoRole && q.role(q.to()) != nil }}
	otherRole  = condition{"another role", func(q *question) bool { return q.from() != q.to() }}

	// A role whose active maximum is zero is without clients.
	clientsAllowed = condition{"role with clients", func(q *question) bool {
		return clientsOf(q.after, q.subject) == 0 || !q.without(q.to())
	}}
	minima       = condition{"minimum of participants", func(q *question) bool { return q.overMinimum(true) }}
	minimaActive = condition{"minimum of active participants", func(q *question) bool { return q.overMinimum(false) }}
	maxima       = condition{"maximum of participants", func(q *question) bool { return q.underMaximum(true) }}
	maximaActive = condition{"maximum of active participants", func(q *question) bool { return q.underMaximum(false) }}

	committer = condition{"a client that can commit", func(q *question) bool {
		for i := range q.before {
			p := &q.before[i]
			left := p.Clients
			if p.User == q.subject {
				left = min(left, clientsOf(q.after, q.subject))
			}
			if left > 0 && !slices.Contains(q.state.Removing, p.User) {
				return true
			}
		}
		return false
	}}

	notFixed = condition{"membership not fixed", func(q *question) bool { return q.base == nil || !q.base.FixedMembership }}
	parent   = condition{"strict subset of the parent", func(q *question) bool {
		if q.base == nil || !q.base.ParentDependent {
			return true
		}
		if !slices.Contains(q.state.ParentParticipants, q.subject) {
			return false
		}
		return slices.ContainsFunc(q.state.ParentParticipants, func(u roompolicy.User) bool {
			return !slices.ContainsFunc(q.after, func(p roompolicy.Participant) bool { return p.User == u })
		})
	}}
	maxUsers = condition{"max_users", func(q *question) bool {
		if q.draft < spec.RoomPolicy03 || q.base == nil || !q.base.MaxUsers.Present {
			return true
		}
		before, after := q.notBanned(q.before), q.notBanned(q.after)
		return after <= before || after <= int(q.base.MaxUsers.Value)
	}}
	maxClients = condition{"max_clients", func(q *question) bool {
		if q.draft < spec.RoomPolicy03 || q.base == nil || !q.base.MaxClients.Present {
			return true
		}
		before, after := allClients(q.before), allClients(q.after)
		return after <= before || after <= uint64(q.base.MaxClients.Value)
	}}
	oneDevice = condition{"multi_device", func(q *question) bool {
		if q.base == nil || q.base.MultiDevice {
			return true
		}
		after := clientsOf(q.after, q.subject)
		return after <= clientsOf(q.before, q.subject) || after <= 1
	}}

	externalCommit = condition{"external commits allowed", func(q *question) bool {
		return q.operational == nil || q.operational.ExternalCommitAllowed
	}}
	// A room that is not persistent ends with its group.
	group = condition{"a group to join", func(q *question) bool {
		return allClients(q.before) > 0 || q.base == nil || q.base.PersistentRoom
	}}

	bannedExists = condition{"role 1 is named banned", func(q *question) bool { return q.isBanned(roompolicy.BannedRole) }}
	kicksAsWell  = condition{"clients of the target go with canKick only", func(q *question) bool {
		return clientsOf(q.before, q.subject) <= clientsOf(q.after, q.subject) || has(q.acting(), roompolicy.CanKick)
	}}

	never = condition{"no capability allows it", func(*question) bool { return false }}
)

var (
	joinBounds  = []condition{maxima, maximaActive, clientsAllowed, notFixed, parent, maxUsers, maxClients, oneDevice}
	joinOutside = append([]condition{actorUnlisted, externalCommit, group, roleExists}, joinBounds...)
	leaveBounds = []condition{minima, minimaActive, notFixed, committer}
	moveBounds  = []condition{roleExists, otherRole, minima, minimaActive, maxima, maximaActive, maxUsers, committer}
)

func with(first []condition, then ...[]condition) []condition {
	return slices.Concat(append([][]condition{first}, then...)...)
}

// one is the number of clients where an action names none.
func (q *question) one() uint32 { return max(1, q.action.Clients) }

var procedures = map[roompolicy.ActionKind]procedure{
	roompolicy.ActionAdd: {
		effect: func(q *question) bool { return q.enter(q.action.Target, q.action.Role, q.action.Clients) },
		conditions: with([]condition{holder(roompolicy.CanAddParticipant), another, targetUnlisted, roleExists, change(zero, newRole),
			committer}, joinBounds),
	},
	roompolicy.ActionAddClient: {conditions: []condition{never}},
	roompolicy.ActionAddOwnClient: {
		effect: func(q *question) bool { return q.more(q.action.Actor, q.one()) },
		conditions: []condition{
			{"participant with canAddOwnClient", func(q *question) bool {
				own := q.entry(q.action.Actor)
				return own != nil && has(q.role(own.Role), roompolicy.CanAddOwnClient)
			}},
			{"first client by oneself", func(q *question) bool {
				if clientsOf(q.before, q.action.Actor) > 0 {
					return true
				}
				return q.one() == 1 && externalCommit.holds(q) && group.holds(q)
			}},
			clientsAllowed, maxClients, oneDevice,
		},
	},
	roompolicy.ActionOpenJoin: {
		effect: func(q *question) bool { return q.enter(q.action.Actor, q.action.Role, 1) },
		conditions: with([]condition{
			{"role zero has canOpenJoin", func(q *question) bool {
				return has(q.role(roompolicy.NoRole), roompolicy.CanOpenJoin) && leads(q.role(roompolicy.NoRole), 0, q.action.Role)
			}},
		}, joinOutside),
	},
	roompolicy.ActionJoinPreauthorized: {
		effect: func(q *question) bool { return q.enter(q.action.Actor, q.preauthorized(false), 1) },
		conditions: with([]condition{
			{"preauthorized role has canJoinIfPreauthorized", func(q *question) bool {
				role := q.role(q.to())
				if q.draft < spec.RoomPolicy03 {
					// One canAddSelf stands for both, whichever number it is given.
					return (has(role, roompolicy.CanAddSelf) || has(role, roompolicy.CanJoinIfPreauthorized)) && leads(role, 0, q.to())
				}
				return has(role, roompolicy.CanJoinIfPreauthorized)
			}},
		}, joinOutside),
	},
	roompolicy.ActionJoinCode: {
		effect: func(q *question) bool { return q.enter(q.action.Actor, q.codeRole(), 1) },
		conditions: with([]condition{
			{"role zero has canUseJoinCode", func(q *question) bool { return has(q.role(roompolicy.NoRole), roompolicy.CanUseJoinCode) }},
			{"code refers to a role open to role zero", func(q *question) bool {
				return leads(q.role(roompolicy.NoRole), 0, q.to()) && !q.isBanned(q.to())
			}},
		}, joinOutside),
	},
	roompolicy.ActionRemove: {
		effect: func(q *question) bool { return q.exit(q.action.Target) },
		conditions: with([]condition{holder(roompolicy.CanRemoveParticipant), another, targetListed, change(targetsRole, zero)},
			leaveBounds),
	},
	roompolicy.ActionRemoveOwnClient: {
		effect:     func(q *question) bool { return q.fewer(q.action.Actor, q.one()) },
		conditions: []condition{ofOwnRole(roompolicy.CanRemoveOwnClient), minimaActive, committer},
	},
	roompolicy.ActionLeave: {
		effect:     func(q *question) bool { return q.exit(q.action.Actor) },
		conditions: with([]condition{ofOwnRole(roompolicy.CanRemoveSelf), change(ownRole, zero)}, leaveBounds),
	},
	roompolicy.ActionKick: {
		effect: func(q *question) bool {
			kicked := q.action.Clients
			if kicked == 0 {
				kicked = clientsOf(q.before, q.action.Target)
			}
			return kicked > 0 && q.fewer(q.action.Target, kicked)
		},
		conditions: []condition{holder(roompolicy.CanKick), another, targetListed, minimaActive, committer},
	},
	roompolicy.ActionChangeRole: {
		effect: func(q *question) bool { return q.move(q.action.Target, q.action.Role) },
		conditions: with([]condition{holder(roompolicy.CanChangeUserRole), another, targetListed, change(targetsRole, newRole),
			kicksAsWell}, moveBounds),
	},
	roompolicy.ActionChangeOwnRole: {
		effect:     func(q *question) bool { return q.move(q.action.Actor, q.preauthorized(true)) },
		conditions: with([]condition{ofOwnRole(roompolicy.CanChangeOwnRole)}, moveBounds),
	},
	roompolicy.ActionBan: {
		effect: func(q *question) bool {
			if q.listed(q.action.Target) {
				return q.move(q.action.Target, roompolicy.BannedRole) && q.drop()
			}
			return q.enter(q.action.Target, roompolicy.BannedRole, 0) && notFixed.holds(q) && parent.holds(q)
		},
		conditions: []condition{holder(roompolicy.CanBan), another, bannedExists, otherRole, change(targetsRole, banned), minima,
			minimaActive, committer},
	},
	roompolicy.ActionUnban: {
		effect: func(q *question) bool { return q.move(q.action.Target, q.action.Role) },
		conditions: with([]condition{holder(roompolicy.CanUnBan), another, targetListed, bannedExists,
			{"target is banned", func(q *question) bool { return q.from() == roompolicy.BannedRole }},
			change(banned, newRole), clientsAllowed}, moveBounds),
	},
	roompolicy.ActionUpdate: {
		effect:     nothing,
		conditions: []condition{{"holder of the capability for the component", mayReplace}, committer},
	},
	roompolicy.ActionRemoveComponent: {
		effect: nothing,
		conditions: []condition{
			{"removable", func(q *question) bool {
				switch q.action.Component {
				case roompolicy.RolesListID, roompolicy.ParticipantListID, roompolicy.RoomMetadataID, roompolicy.BaseRoomPolicyID:
					return false
				}
				return true
			}},
			{"holder of the capability for the component", mayReplace}, committer,
		},
	},
}

func nothing(*question) bool { return true }

// mayReplace looks for the capability for a component (section 8.6).
func mayReplace(q *question) bool {
	switch q.action.Component {
	case roompolicy.RolesListID:
		return has(q.acting(), roompolicy.CanChangeRoleDefinitions)
	case roompolicy.PreauthListID:
		return has(q.acting(), roompolicy.CanChangePreauthorizedUserList)
	case roompolicy.BaseRoomPolicyID:
		return has(q.acting(), roompolicy.CanChangeRoomMembershipStyle)
	}
	return false
}
