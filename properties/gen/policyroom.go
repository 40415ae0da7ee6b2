package gen

import (
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Room is a policy and a state, and the readings under which it is judged; none
// are the defaults.
type Room struct {
	Readings roompolicy.Readings `json:"readings,omitzero"`
	// Refuting is set for a known room in which a property does not hold, for its
	// readings are others than those under which the property is claimed.
	Refuting bool               `json:"refuting,omitempty"`
	Policy   *roompolicy.Policy `json:"policy"`
	State    *roompolicy.State  `json:"state"`
}

// RoomAction is an action in a room.
type RoomAction struct {
	Room
	Action roompolicy.Action `json:"action"`
}

// Hub is an external sender in drawn rooms, and never in the participant list.
const Hub = roompolicy.User("hub")

// roomUsers are the users of drawn rooms. Two differ by case only.
var roomUsers = []roompolicy.User{"a", "b", "B", "c"}

// membershipCapabilities are those of section 8.1 that are in use, the ones that
// rooms have most first.
var membershipCapabilities = []roompolicy.Capability{
	roompolicy.CanAddParticipant, roompolicy.CanRemoveParticipant, roompolicy.CanChangeUserRole, roompolicy.CanKick,
	roompolicy.CanBan, roompolicy.CanUnBan, roompolicy.CanAddOwnClient, roompolicy.CanRemoveOwnClient, roompolicy.CanRemoveSelf,
	roompolicy.CanJoinIfPreauthorized, roompolicy.CanOpenJoin, roompolicy.CanUseJoinCode, roompolicy.CanChangeOwnRole,
}

// policyCapabilities are the others that roles of drawn rooms may have.
var policyCapabilities = []roompolicy.Capability{
	roompolicy.CanChangeRoleDefinitions, roompolicy.CanChangePreauthorizedUserList, roompolicy.CanChangeRoomMembershipStyle,
	roompolicy.CanSendMessage, roompolicy.CanDestroyRoom, roompolicy.CanChangeRoomName, roompolicy.CanCreateJoinCode,
	roompolicy.CanSendMLSExternalCommit, 0x0012, roompolicy.PrivateUse,
}

// drawnRoles are the indexes and names of the roles of drawn rooms.
var drawnRoles = []struct {
	index uint32
	name  string
}{{2, "user"}, {3, "admin"}, {roompolicy.BannedRole, roompolicy.BannedName}, {roompolicy.NoRole, "none"}, {7, "guest"}}

// AnyRoom draws a small room. A tape of zeros is one of a role without rights
// and no participants.
func AnyRoom(d spec.Draft, t *Tape) Room {
	policy := drawPolicy(d, t)
	return Room{Policy: policy, State: drawState(policy, t)}
}

// AnyRoomAction draws a small room and an action in it.
func AnyRoomAction(d spec.Draft, t *Tape) RoomAction {
	r := AnyRoom(d, t)
	a := DrawAction(r.Policy, t)
	enable(&r, &a, t)
	return RoomAction{Room: r, Action: a}
}

func drawPolicy(d spec.Draft, t *Tape) *roompolicy.Policy {
	p := new(roompolicy.Policy)
	if t.OneIn(6) {
		p.Roles = drawExample(t)
	} else {
		p.Roles = drawRoles(t)
	}
	t.Begin()
	if t.OneIn(3) {
		p.PreAuth = drawPreAuth(p.Roles, t)
	}
	t.End()
	t.Begin()
	if t.OneIn(4) {
		p.Base = &roompolicy.BaseRoomPolicy{
			MultiDevice: !t.OneIn(3), PersistentRoom: !t.OneIn(3),
			FixedMembership: t.OneIn(8), ParentDependent: t.OneIn(8),
		}
		if t.Bool() {
			p.Base.MaxUsers = roompolicy.Some(uint32(t.Choose(4)))
		}
		if t.Bool() {
			p.Base.MaxClients = roompolicy.Some(uint32(t.Choose(4)))
		}
		if p.Base.ParentDependent {
			p.Base.ParentRoom = []roompolicy.Uri{"mimi://hub.example/r/parent"}
		}
	}
	t.End()
	t.Begin()
	if d >= spec.RoomPolicy02 && t.OneIn(10) {
		p.Operational = &roompolicy.OperationalParameters{ExternalProposalAllowed: t.Bool(), ExternalCommitAllowed: t.Bool()}
	}
	t.End()
	return p
}

// drawExample draws most of an example policy: of its roles, what bears on
// membership and policy. Whatever is drawn as zero is left out.
func drawExample(t *Tape) *roompolicy.RoleData {
	data := new(roompolicy.RoleData)
	kept := func() bool { return t.Choose(40) > 0 }
	for _, r := range roompolicy.Examples()[t.Choose(4)].Policy.Roles.Roles {
		t.Begin()
		if r.RoleIndex == 2 || kept() {
			role := roompolicy.Role{RoleIndex: r.RoleIndex, RoleName: r.RoleName}
			for _, c := range r.RoleCapabilities {
				if (c < roompolicy.CanSendMessage || c >= roompolicy.CanCreateRoom) && kept() {
					role.RoleCapabilities = append(role.RoleCapabilities, c)
				}
			}
			for _, from := range r.AuthorizedRoleChanges {
				t.Begin()
				change := roompolicy.SingleSourceRoleChangeTargets{FromRoleIndex: from.FromRoleIndex}
				for _, target := range from.TargetRoleIndexes {
					if kept() {
						change.TargetRoleIndexes = append(change.TargetRoleIndexes, target)
					}
				}
				if change.TargetRoleIndexes != nil {
					role.AuthorizedRoleChanges = append(role.AuthorizedRoleChanges, change)
				}
				t.End()
			}
			if kept() {
				role.MinimumParticipantsConstraint = r.MinimumParticipantsConstraint
				role.MaximumParticipantsConstraint = r.MaximumParticipantsConstraint
				role.MinimumActiveParticipantsConstraint = r.MinimumActiveParticipantsConstraint
				role.MaximumActiveParticipantsConstraint = r.MaximumActiveParticipantsConstraint
			}
			data.Roles = append(data.Roles, role)
		}
		t.End()
	}
	return data
}

// drawRoles draws some of the drawn roles, at least the first. Bounds are mostly
// open, and one role may do everything to everyone.
func drawRoles(t *Tape) *roompolicy.RoleData {
	data := new(roompolicy.RoleData)
	var indexes []uint32
	kept := make([]bool, len(drawnRoles))
	for i, r := range drawnRoles {
		if kept[i] = i == 0 || t.Choose(4) > 0; kept[i] {
			indexes = append(indexes, r.index)
		}
	}
	for i, r := range drawnRoles {
		if !kept[i] {
			continue
		}
		t.Begin()
		role := roompolicy.Role{RoleIndex: r.index, RoleName: r.name}
		if r.index == roompolicy.BannedRole && t.OneIn(10) {
			role.RoleName = "guest"
		}
		role.RoleCapabilities = drawCapabilities(t)
		role.AuthorizedRoleChanges = drawChanges(indexes, t)
		if r.index != roompolicy.NoRole {
			drawBounds(&role, t)
		}
		data.Roles = append(data.Roles, role)
		t.End()
	}
	return data
}

func drawCapabilities(t *Tape) []roompolicy.Capability {
	var list []roompolicy.Capability
	switch t.Choose(4) {
	case 1, 2:
		for range t.Choose(5) {
			t.Begin()
			list = append(list, membershipCapabilities[t.Choose(len(membershipCapabilities))])
			t.End()
		}
	case 3:
		for _, c := range membershipCapabilities {
			if t.Choose(8) > 0 {
				list = append(list, c)
			}
		}
	}
	t.Begin()
	if t.OneIn(3) {
		list = append(list, policyCapabilities[t.Choose(len(policyCapabilities))])
	}
	t.End()
	return list
}

// drawChanges draws authorized role changes among roles and zero: none, a few,
// or all.
func drawChanges(indexes []uint32, t *Tape) []roompolicy.SingleSourceRoleChangeTargets {
	roles := []uint32{roompolicy.NoRole}
	for _, index := range indexes {
		if index != roompolicy.NoRole {
			roles = append(roles, index)
		}
	}
	one := func() uint32 {
		if r := drawnRoles[t.Choose(len(drawnRoles))].index; slices.Contains(indexes, r) {
			return r
		}
		return roompolicy.NoRole
	}
	var list []roompolicy.SingleSourceRoleChangeTargets
	switch t.Choose(4) {
	case 1, 2:
		for range t.Choose(4) {
			t.Begin()
			change := roompolicy.SingleSourceRoleChangeTargets{FromRoleIndex: one()}
			for range 1 + t.Choose(2) {
				t.Begin()
				change.TargetRoleIndexes = append(change.TargetRoleIndexes, one())
				t.End()
			}
			list = append(list, change)
			t.End()
		}
	case 3:
		for _, from := range roles {
			change := roompolicy.SingleSourceRoleChangeTargets{FromRoleIndex: from}
			for _, target := range roles {
				if t.Choose(8) > 0 {
					change.TargetRoleIndexes = append(change.TargetRoleIndexes, target)
				}
			}
			if change.TargetRoleIndexes != nil {
				list = append(list, change)
			}
		}
	}
	return list
}

func drawBounds(role *roompolicy.Role, t *Tape) {
	t.Begin()
	defer t.End()
	if t.OneIn(3) {
		role.MinimumParticipantsConstraint = uint32(t.Choose(3))
	}
	if t.OneIn(4) {
		role.MinimumActiveParticipantsConstraint = uint32(t.Choose(3))
	}
	if t.OneIn(3) {
		role.MaximumParticipantsConstraint = roompolicy.Some(uint32(t.Choose(4)))
	}
	if t.OneIn(3) || role.RoleIndex == roompolicy.BannedRole && t.Bool() {
		role.MaximumActiveParticipantsConstraint = roompolicy.Some(uint32(t.Choose(3)))
	}
}

func drawClaims(t *Tape) []roompolicy.Claim {
	var list []roompolicy.Claim
	for i, value := range []roompolicy.Octets{"hr", "de"} {
		if t.Bool() {
			id := [...]roompolicy.Octets{"dept", "country"}[i]
			list = append(list, roompolicy.Claim{ClaimId: roompolicy.ClaimId{CredentialType: 2, Id: id}, ClaimValue: value})
		}
	}
	return list
}

func drawPreAuth(roles *roompolicy.RoleData, t *Tape) *roompolicy.PreAuthData {
	data := new(roompolicy.PreAuthData)
	for range 1 + t.Choose(3) {
		t.Begin()
		data.PreauthorizedEntries = append(data.PreauthorizedEntries, roompolicy.PreAuthRoleEntry{
			Claimset: drawClaims(t), TargetRole: roompolicy.RoleReference{RoleIndex: drawRole(roles, t)},
		})
		t.End()
	}
	return data
}

// definedRole returns the role with an index, or the first one. A role that is
// left out so changes no other.
func definedRole(roles *roompolicy.RoleData, index uint32) *roompolicy.Role {
	if role := roles.Role(index); role != nil && index != roompolicy.NoRole {
		return role
	}
	return roles.Role(2) // which every drawn room has
}

// drawRole draws the index of a role, seldom zero or one that is not defined.
func drawRole(roles *roompolicy.RoleData, t *Tape) uint32 {
	switch index := uint32(t.Choose(13)); index {
	case 11:
		return roompolicy.NoRole
	case 12:
		return 99
	default:
		return definedRole(roles, index).RoleIndex
	}
}

// drawState draws participants with defined roles, and clients only where
// their role allows some.
func drawState(policy *roompolicy.Policy, t *Tape) *roompolicy.State {
	s := &roompolicy.State{ExternalSenders: []roompolicy.User{Hub}}
	for _, user := range roomUsers {
		t.Begin()
		if at := t.Choose(13); at > 2 {
			role := definedRole(policy.Roles, uint32(at-3))
			clients := uint32(0)
			if maximum := role.MaximumActiveParticipantsConstraint; !(maximum.Present && maximum.Value == 0) {
				clients = [...]uint32{1, 1, 0, 2}[t.Choose(4)]
			}
			s.Participants = append(s.Participants, roompolicy.Participant{User: user, Role: role.RoleIndex, Clients: clients})
		}
		t.End()
	}
	t.Begin()
	if policy.PreAuth != nil {
		for _, user := range append([]roompolicy.User{Hub}, roomUsers...) {
			if claims := drawClaims(t); claims != nil {
				s.Credentials = append(s.Credentials, roompolicy.Credential{User: user, Claims: claims})
			}
		}
	}
	t.End()
	t.Begin()
	if t.OneIn(3) {
		s.JoinCodes = append(s.JoinCodes, roompolicy.JoinCode{Code: "code", Role: drawRole(policy.Roles, t)})
	}
	t.End()
	t.Begin()
	if t.OneIn(24) && len(s.Participants) > 0 {
		s.Removing = append(s.Removing, s.Participants[t.Choose(len(s.Participants))].User)
	}
	t.End()
	if policy.Base != nil && policy.Base.ParentDependent {
		for _, user := range roomUsers {
			if t.Bool() {
				s.ParentParticipants = append(s.ParentParticipants, user)
			}
		}
	}
	return s
}

// drawnKinds are the kinds of actions, the plainest first.
var drawnKinds = []roompolicy.ActionKind{
	roompolicy.ActionAdd, roompolicy.ActionRemove, roompolicy.ActionChangeRole, roompolicy.ActionKick, roompolicy.ActionBan,
	roompolicy.ActionUnban, roompolicy.ActionLeave, roompolicy.ActionAddOwnClient, roompolicy.ActionRemoveOwnClient,
	roompolicy.ActionOpenJoin, roompolicy.ActionJoinPreauthorized, roompolicy.ActionJoinCode, roompolicy.ActionChangeOwnRole,
	roompolicy.ActionAddClient, roompolicy.ActionUpdate, roompolicy.ActionRemoveComponent,
}

// DrawAction draws an action among the users of drawn rooms.
func DrawAction(policy *roompolicy.Policy, t *Tape) roompolicy.Action {
	a := roompolicy.Action{Kind: drawnKinds[t.Choose(len(drawnKinds))]}
	drawUser := func() roompolicy.User {
		if at := t.Choose(len(roomUsers) + 1); at < len(roomUsers) {
			return roomUsers[at]
		}
		return Hub
	}
	a.Actor = drawUser()
	switch a.Kind {
	case roompolicy.ActionAdd:
		a.Target, a.Role, a.Clients = drawUser(), drawRole(policy.Roles, t), uint32(t.Choose(2))
	case roompolicy.ActionChangeRole, roompolicy.ActionUnban:
		a.Target, a.Role = drawUser(), drawRole(policy.Roles, t)
	case roompolicy.ActionKick:
		a.Target, a.Clients = drawUser(), uint32(t.Choose(3))
	case roompolicy.ActionRemove, roompolicy.ActionBan, roompolicy.ActionAddClient:
		a.Target = drawUser()
	case roompolicy.ActionOpenJoin:
		a.Role = drawRole(policy.Roles, t)
	case roompolicy.ActionAddOwnClient, roompolicy.ActionRemoveOwnClient:
		a.Clients = uint32(t.Choose(3))
	case roompolicy.ActionJoinCode:
		a.Code = "code"
		if t.OneIn(4) {
			a.Code = "other"
		}
	case roompolicy.ActionUpdate, roompolicy.ActionRemoveComponent:
		a.Component = [...]roompolicy.ComponentID{
			roompolicy.RolesListID, roompolicy.PreauthListID, roompolicy.BaseRoomPolicyID, roompolicy.AssetPolicyID,
		}[t.Choose(4)]
	}
	return a
}

// RoomHistory is what happens in a room: commits one after another, each of one
// or several actions.
type RoomHistory struct {
	Room
	Commits [][]roompolicy.Action `json:"commits"`
}

// AnyHistory draws a room and up to five commits of up to three actions.
func AnyHistory(d spec.Draft, t *Tape) RoomHistory {
	h := RoomHistory{Room: AnyRoom(d, t)}
	for range 1 + t.Choose(5) {
		t.Begin()
		var actions []roompolicy.Action
		for range 1 + t.Choose(3) {
			t.Begin()
			actions = append(actions, DrawAction(h.Policy, t))
			t.End()
		}
		h.Commits = append(h.Commits, actions)
		t.End()
	}
	return h
}
