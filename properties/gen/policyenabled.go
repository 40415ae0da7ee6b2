package gen

import (
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// A room and an action that are drawn apart seldom fit: most actions are denied for
// several reasons at once, and a fault in one of them shows in none. So half of the
// drawn rooms are made fit for their action, each condition with a small chance to
// be left as it was drawn.

// enabler makes a room fit for an action.
type enabler struct {
	t      *Tape
	room   *Room
	action *roompolicy.Action
}

// enable is drawn last, so that a tape of zeros leaves the room as it is.
func enable(r *Room, a *roompolicy.Action, t *Tape) {
	t.Begin()
	defer t.End()
	if !t.Bool() {
		return
	}
	e := enabler{t, r, a}
	switch a.Kind {
	case roompolicy.ActionOpenJoin, roompolicy.ActionJoinPreauthorized, roompolicy.ActionJoinCode:
		e.join()
	default:
		e.act()
	}
	listed := r.State.Participants
	if t.OneIn(12) && r.State.Lists(a.Actor) {
		r.State.Removing = append(r.State.Removing, a.Actor)
	}
	if t.OneIn(12) && len(listed) > 0 { // some counts do not fit in fewer bits
		if p := &listed[t.Choose(len(listed))]; p.Active() {
			p.Clients = [...]uint32{255, 256, 1 << 16, 1<<31 + 1}[t.Choose(4)]
		}
	}
}

// most is true most of the time.
func (e *enabler) most() bool { return e.t.Choose(8) > 0 }

// needed are the capabilities that kinds of actions need. What a component needs is
// told apart.
var needed = map[roompolicy.ActionKind]roompolicy.Capability{
	roompolicy.ActionAdd: roompolicy.CanAddParticipant, roompolicy.ActionRemove: roompolicy.CanRemoveParticipant,
	roompolicy.ActionChangeRole: roompolicy.CanChangeUserRole, roompolicy.ActionKick: roompolicy.CanKick,
	roompolicy.ActionBan: roompolicy.CanBan, roompolicy.ActionUnban: roompolicy.CanUnBan,
	roompolicy.ActionLeave: roompolicy.CanRemoveSelf, roompolicy.ActionAddOwnClient: roompolicy.CanAddOwnClient,
	roompolicy.ActionRemoveOwnClient: roompolicy.CanRemoveOwnClient, roompolicy.ActionChangeOwnRole: roompolicy.CanChangeOwnRole,
	roompolicy.ActionOpenJoin: roompolicy.CanOpenJoin, roompolicy.ActionJoinPreauthorized: roompolicy.CanJoinIfPreauthorized,
	roompolicy.ActionJoinCode: roompolicy.CanUseJoinCode,
}

var neededFor = map[roompolicy.ComponentID]roompolicy.Capability{
	roompolicy.RolesListID:      roompolicy.CanChangeRoleDefinitions,
	roompolicy.PreauthListID:    roompolicy.CanChangePreauthorizedUserList,
	roompolicy.BaseRoomPolicyID: roompolicy.CanChangeRoomMembershipStyle,
}

// grant gives a role a capability, and a change from one role to another.
func (e *enabler) grant(index uint32, capability roompolicy.Capability, from, to uint32) {
	roles := e.room.Policy.Roles.Roles
	at := slices.IndexFunc(roles, func(r roompolicy.Role) bool { return r.RoleIndex == index })
	if at < 0 {
		return
	}
	if capability != 0 || e.action.Kind == roompolicy.ActionAdd { // canAddParticipant is zero
		if e.most() && !roles[at].Has(capability) {
			roles[at].RoleCapabilities = append(roles[at].RoleCapabilities, capability)
		}
	}
	if from != to && e.most() && !roles[at].Allows(from, to) {
		changes := roles[at].AuthorizedRoleChanges
		i := slices.IndexFunc(changes, func(c roompolicy.SingleSourceRoleChangeTargets) bool { return c.FromRoleIndex == from })
		if i < 0 {
			changes, i = append(changes, roompolicy.SingleSourceRoleChangeTargets{FromRoleIndex: from}), len(changes)
		}
		changes[i].TargetRoleIndexes = append(changes[i].TargetRoleIndexes, to)
		roles[at].AuthorizedRoleChanges = changes
	}
}

// list puts a user into the list, in the role that it has or in the one given, with
// a client if its role allows one, and returns its role. The hub is never listed.
func (e *enabler) list(user roompolicy.User, role uint32) uint32 {
	s := e.room.State
	if user == Hub {
		return roompolicy.NoRole
	}
	at := slices.IndexFunc(s.Participants, func(p roompolicy.Participant) bool { return p.User == user })
	if at < 0 {
		if !e.most() {
			return roompolicy.NoRole
		}
		s.Participants, at = append(s.Participants, roompolicy.Participant{User: user, Role: role}), len(s.Participants)
	}
	p := &s.Participants[at]
	maximum := definedRole(e.room.Policy.Roles, p.Role).MaximumActiveParticipantsConstraint
	if p.Clients == 0 && !(maximum.Present && maximum.Value == 0) && e.most() {
		p.Clients = 1
	}
	return s.Participants[at].Role
}

// unlist takes a user out of the list, and what is accepted but not committed of
// its removal with it.
func (e *enabler) unlist(user roompolicy.User) {
	if s := e.room.State; e.most() {
		s.Participants = slices.DeleteFunc(s.Participants, func(p roompolicy.Participant) bool { return p.User == user })
		s.Removing = slices.DeleteFunc(s.Removing, func(u roompolicy.User) bool { return u == user })
	}
}

// act makes the room fit for an action of a participant.
func (e *enabler) act() {
	a := e.action
	own := roompolicy.NoRole
	if a.Actor != Hub { // which is never in the list
		own = e.list(a.Actor, definedRole(e.room.Policy.Roles, 3).RoleIndex)
	}
	from, to := roompolicy.NoRole, a.Role
	switch a.Kind {
	case roompolicy.ActionAdd:
		e.unlist(a.Target)
	case roompolicy.ActionRemove:
		from, to = e.list(a.Target, 2), roompolicy.NoRole
	case roompolicy.ActionChangeRole:
		from = e.list(a.Target, 2)
	case roompolicy.ActionKick:
		from = e.list(a.Target, 2)
		to = from
	case roompolicy.ActionBan:
		from, to = e.list(a.Target, 2), roompolicy.BannedRole
	case roompolicy.ActionUnban:
		from = e.banned(a.Target)
	case roompolicy.ActionLeave:
		from, to = own, roompolicy.NoRole
	case roompolicy.ActionUpdate, roompolicy.ActionRemoveComponent:
		e.grant(own, neededFor[a.Component], 0, 0)
		return
	case roompolicy.ActionChangeOwnRole:
		e.preauthorize(a.Actor)
	}
	e.grant(own, needed[a.Kind], from, to)
}

// banned bans a user, if there is a role for that, and returns its role.
func (e *enabler) banned(user roompolicy.User) uint32 {
	s := e.room.State
	if !e.most() || user == Hub || e.room.Policy.Roles.Role(roompolicy.BannedRole) == nil {
		return e.list(user, 2)
	}
	e.unlist(user)
	s.Participants = append(s.Participants, roompolicy.Participant{User: user, Role: roompolicy.BannedRole})
	return roompolicy.BannedRole
}

// join makes the room fit for an action that lets its actor in. Now and then the
// actor is banned instead.
func (e *enabler) join() {
	a := e.action
	if e.t.OneIn(6) {
		e.banned(a.Actor)
	} else {
		e.unlist(a.Actor)
	}
	to := a.Role
	switch a.Kind {
	case roompolicy.ActionJoinPreauthorized:
		to = e.preauthorize(a.Actor)
		e.grant(to, needed[a.Kind], roompolicy.NoRole, to)
		return
	case roompolicy.ActionJoinCode:
		to = definedRole(e.room.Policy.Roles, 2).RoleIndex
		at := slices.IndexFunc(e.room.State.JoinCodes, func(c roompolicy.JoinCode) bool { return c.Code == a.Code })
		if at >= 0 {
			to = e.room.State.JoinCodes[at].Role
		} else if e.most() {
			e.room.State.JoinCodes = append(e.room.State.JoinCodes, roompolicy.JoinCode{Code: a.Code, Role: to})
		}
	}
	e.grant(roompolicy.NoRole, needed[a.Kind], roompolicy.NoRole, to)
}

// preauthorize lets the credential of a user match an entry, of which now and then
// one claim does not match, and returns the role that the entry leads to.
func (e *enabler) preauthorize(user roompolicy.User) uint32 {
	p := e.room.Policy
	if p.PreAuth == nil {
		if !e.most() {
			return roompolicy.NoRole
		}
		p.PreAuth = drawPreAuth(p.Roles, e.t)
	}
	entry := p.PreAuth.PreauthorizedEntries[e.t.Choose(len(p.PreAuth.PreauthorizedEntries))]
	s := e.room.State
	s.Credentials = slices.DeleteFunc(s.Credentials, func(c roompolicy.Credential) bool { return c.User == user })
	var claims []roompolicy.Claim
	for _, claim := range entry.Claimset {
		if e.most() {
			claims = append(claims, claim)
		}
	}
	if claims != nil {
		s.Credentials = append(s.Credentials, roompolicy.Credential{User: user, Claims: claims})
	}
	return entry.TargetRole.RoleIndex
}
