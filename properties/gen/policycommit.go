package gen

import (
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// RoomCommit is a commit in a room.
type RoomCommit struct {
	Room
	Commit *roompolicy.Commit `json:"commit"`
}

// AnyRoomCommit draws a room and a commit that need not make sense: of raw
// updates of the participant list, clients that come and go, and new roles.
func AnyRoomCommit(d spec.Draft, t *Tape) RoomCommit {
	c := RoomCommit{Room: AnyRoom(d, t), Commit: new(roompolicy.Commit)}
	c.Commit.Committer = roomUsers[t.Choose(len(roomUsers))]
	c.Commit.External = t.OneIn(6)
	user := func() roompolicy.User { return roomUsers[t.Choose(len(roomUsers))] }
	for range 1 + t.Choose(3) {
		t.Begin()
		var p roompolicy.Proposal
		switch t.Choose(5) {
		case 0, 1:
			p.ParticipantList = new(roompolicy.ParticipantListUpdate)
			u := p.ParticipantList
			index := func() uint32 { return uint32(t.Choose(len(c.State.Participants) + 1)) }
			switch t.Choose(3) {
			case 0:
				u.ChangedRoleParticipants = append(u.ChangedRoleParticipants, roompolicy.UserindexRolePair{UserIndex: index(), RoleIndex: drawRole(c.Policy.Roles, t)})
			case 1:
				u.RemovedIndices = append(u.RemovedIndices, index())
			case 2:
				u.AddedParticipants = append(u.AddedParticipants, roompolicy.UserRolePair{User: user(), RoleIndex: drawRole(c.Policy.Roles, t)})
			}
		case 2:
			p.Add = &roompolicy.Clients{User: user(), Clients: 1}
		case 3:
			p.Remove = &roompolicy.Clients{User: user(), Clients: 1 + uint32(t.Choose(2))}
		case 4:
			roles := slices.Clone(c.Policy.Roles.Roles)
			if at := t.Choose(len(roles) + 1); at > 0 {
				roles = slices.Delete(roles, at-1, at)
			}
			p.Replace = &roompolicy.Policy{Roles: &roompolicy.RoleData{Roles: roles}}
		}
		if t.OneIn(8) {
			p.Sender = user()
		}
		c.Commit.Proposals = append(c.Commit.Proposals, p)
		t.End()
	}
	return c
}

// ListAdmin commits drawn updates of the participant list, and may make every
// change to everyone else.
const ListAdmin = roompolicy.User("admin")

// listPolicy has no bounds, and an administrator who may do everything.
var listPolicy = func() *roompolicy.Policy {
	admin := roompolicy.Role{RoleIndex: 3, RoleName: "admin", RoleCapabilities: []roompolicy.Capability{
		roompolicy.CanAddParticipant, roompolicy.CanRemoveParticipant, roompolicy.CanChangeUserRole, roompolicy.CanKick,
	}}
	for from := range uint32(4) {
		admin.AuthorizedRoleChanges = append(admin.AuthorizedRoleChanges, roompolicy.SingleSourceRoleChangeTargets{FromRoleIndex: from, TargetRoleIndexes: []uint32{0, 1, 2, 3}})
	}
	return &roompolicy.Policy{Roles: &roompolicy.RoleData{Roles: []roompolicy.Role{
		{RoleIndex: roompolicy.BannedRole, RoleName: roompolicy.BannedName, MaximumActiveParticipantsConstraint: roompolicy.Some[uint32](0)},
		{RoleIndex: 2, RoleName: "user"}, admin,
	}}}
}()

// AnyListCommit draws a commit of one or two updates of the participant list by
// an administrator, with the removal of the clients of whoever they remove or
// ban. Indices and users may be wrong or come up twice.
func AnyListCommit(_ spec.Draft, t *Tape) RoomCommit {
	c := RoomCommit{Room: Room{Policy: listPolicy, State: new(roompolicy.State)}, Commit: &roompolicy.Commit{Committer: ListAdmin}}
	participants := []roompolicy.Participant{{User: ListAdmin, Role: 3, Clients: 1}}
	for _, user := range []roompolicy.User{"a", "b", "c", "d"} {
		t.Begin()
		if p := [...]roompolicy.Participant{{}, {Role: 2}, {Role: 2, Clients: 1}, {Role: 1}, {Role: 3, Clients: 2}}[t.Choose(5)]; p.Role > 0 {
			p.User = user
			participants = append(participants, p)
		}
		t.End()
	}
	at := t.Choose(len(participants))
	participants[0], participants[at] = participants[at], participants[0]
	c.State.Participants = participants
	index := func() uint32 {
		if at := t.Choose(8 * len(participants)); at < 8*len(participants)-1 {
			return uint32(at % len(participants))
		}
		return uint32(len(participants))
	}
	gone := make(map[roompolicy.User]bool)
	leaves := func(index uint32) {
		if int(index) < len(participants) {
			if p := participants[index]; p.Clients > 0 && !gone[p.User] {
				gone[p.User] = true
				c.Commit.Proposals = append(c.Commit.Proposals, roompolicy.Proposal{Remove: &roompolicy.Clients{User: p.User, Clients: p.Clients}})
			}
		}
	}
	for range 1 + t.Choose(2) {
		t.Begin()
		u := new(roompolicy.ParticipantListUpdate)
		for range t.Choose(3) {
			t.Begin()
			changed := roompolicy.UserindexRolePair{UserIndex: index(), RoleIndex: [...]uint32{2, 3, 1, 3, 2, 4, 0}[t.Choose(7)]}
			u.ChangedRoleParticipants = append(u.ChangedRoleParticipants, changed)
			if changed.RoleIndex == roompolicy.BannedRole {
				leaves(changed.UserIndex)
			}
			t.End()
		}
		for range t.Choose(3) {
			t.Begin()
			removed := index()
			u.RemovedIndices = append(u.RemovedIndices, removed)
			leaves(removed)
			t.End()
		}
		for range t.Choose(3) {
			t.Begin()
			user := [...]roompolicy.User{"e", "f", "g", "a", "b"}[t.Choose(5)]
			u.AddedParticipants = append(u.AddedParticipants, roompolicy.UserRolePair{User: user, RoleIndex: [...]uint32{2, 2, 3, 1, 0}[t.Choose(5)]})
			t.End()
		}
		c.Commit.Proposals = append(c.Commit.Proposals, roompolicy.Proposal{ParticipantList: u})
		t.End()
	}
	return c
}

// jointKinds are the kinds of actions that change the participant list, in the
// order in which a commit makes them.
var jointKinds = []roompolicy.ActionKind{
	roompolicy.ActionChangeRole, roompolicy.ActionBan, roompolicy.ActionUnban, roompolicy.ActionRemove, roompolicy.ActionAdd,
}

// JointActions draws a room and one commit of two actions on different users,
// in the order in which a commit makes them.
func JointActions(d spec.Draft, t *Tape) RoomHistory {
	h := RoomHistory{Room: AnyRoom(d, t)}
	actor := roomUsers[t.Choose(len(roomUsers))]
	first := t.Choose(len(roomUsers))
	targets := [2]int{first, (first + 1 + t.Choose(len(roomUsers)-1)) % len(roomUsers)}
	kinds := [2]int{t.Choose(len(jointKinds)), t.Choose(len(jointKinds))}
	slices.Sort(kinds[:])
	var actions []roompolicy.Action
	for i := range kinds {
		a := roompolicy.Action{Actor: actor, Kind: jointKinds[kinds[i]], Target: roomUsers[targets[i]]}
		switch a.Kind {
		case roompolicy.ActionAdd:
			a.Role, a.Clients = drawRole(h.Policy.Roles, t), uint32(t.Choose(2))
		case roompolicy.ActionChangeRole, roompolicy.ActionUnban:
			a.Role = drawRole(h.Policy.Roles, t)
		}
		actions = append(actions, a)
	}
	h.Commits = [][]roompolicy.Action{actions}
	return h
}
