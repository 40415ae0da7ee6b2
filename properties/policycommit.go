package properties

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
	"github.com/mimifuzz/mimifuzz/properties/oracle"
)

// sameCommit lists the actions whose commit is that of another one, as a ban is
// that of a role change.
func sameCommit(state *roompolicy.State, a roompolicy.Action) []roompolicy.Action {
	list := []roompolicy.Action{a}
	other := func(kind roompolicy.ActionKind, role uint32) {
		list = append(list, roompolicy.Action{Actor: a.Actor, Kind: kind, Target: a.Target, Role: role})
	}
	switch a.Kind {
	case roompolicy.ActionBan:
		if state.Lists(a.Target) {
			other(roompolicy.ActionChangeRole, roompolicy.BannedRole)
		} else {
			other(roompolicy.ActionAdd, roompolicy.BannedRole)
		}
	case roompolicy.ActionAdd:
		if a.Role == roompolicy.BannedRole && a.Clients == 0 {
			other(roompolicy.ActionBan, 0)
		}
	case roompolicy.ActionChangeRole, roompolicy.ActionUnban:
		other(roompolicy.ActionChangeRole, a.Role)
		other(roompolicy.ActionUnban, a.Role)
		if a.Role == roompolicy.BannedRole {
			other(roompolicy.ActionBan, 0)
		}
	case roompolicy.ActionOpenJoin:
		other(roompolicy.ActionJoinPreauthorized, 0)
	case roompolicy.ActionJoinPreauthorized:
		for role := range uint32(10) {
			other(roompolicy.ActionOpenJoin, role)
		}
	}
	return list
}

func tryCommitAsDecided(impl roomJudge, d spec.Draft, q *gen.RoomAction) (Outcome, *Refutation) {
	a := q.Action
	judge, err := roompolicy.NewJudge(d, q.Readings)
	if err != nil || a.Target == a.Actor {
		return Skipped, nil // on the wire this is what one does for oneself
	}
	commit := judge.CommitFor(q.Policy, q.State, a)
	if len(commit.Proposals) == 0 && !commit.External {
		return Skipped, nil
	}
	allowed, refutation := ask(impl, d, q)
	if refutation != nil {
		return Refuted, refutation
	}
	newPolicy, newState, err := impl.ApplyCommit(d, q.Readings, q.Policy, q.State, commit)
	switch {
	case err == nil && !allowed:
		for _, same := range sameCommit(q.State, a) {
			other := *q
			other.Action = same
			if allowed, refutation := ask(impl, d, &other); refutation == nil && allowed {
				return Skipped, nil
			}
		}
		return Refuted, &Refutation{Class: string(a.Kind) + "-committed-though-denied", Detail: fmt.Sprintf(
			"%s: %s: denied, but its commit is accepted and leaves %s", q.State, a, newState)}
	case err != nil && allowed && a.Kind == roompolicy.ActionUpdate:
		return Skipped, nil // the value may break a rule of its own
	case err != nil && allowed:
		return Refuted, &Refutation{Class: string(a.Kind) + "-refused-though-allowed", Detail: fmt.Sprintf(
			"%s: %s: allowed, but its commit is refused: %v", q.State, a, err)}
	case err != nil:
		return Holds, nil
	}
	after, known, _ := oracle.Decide(d, q.Policy, q.State, a)
	if known && !slices.Equal(after, newState.Participants) {
		want := roompolicy.State{Participants: after}
		return Refuted, &Refutation{Class: string(a.Kind) + "-leaves-another-room", Detail: fmt.Sprintf(
			"%s: %s: expected to leave %s, leaves %s", q.State, a, &want, newState)}
	}
	if a.Kind != roompolicy.ActionRemoveComponent && !sameJSON(q.Policy, newPolicy) {
		return Refuted, &Refutation{Class: string(a.Kind) + "-changes-the-policy", Detail: fmt.Sprintf("%s: %s: the policy is another one afterwards", q.State, a)}
	}
	return Holds, nil
}

// knownSnapshot gives a commit whose second action is allowed only on the state
// before the first.
func knownSnapshot(spec.Draft) []gen.RoomHistory {
	return []gen.RoomHistory{knownHistory("joint-commit=snapshot", twoAdmins, "a=3+", []string{"a add b 3", "a add c 3"})}
}

func tryCommitInOrder(impl RoomCommits, d spec.Draft, h *gen.RoomHistory) (Outcome, *Refutation) {
	judge, err := roompolicy.NewJudge(d, h.Readings)
	if err != nil || len(h.Commits) != 1 || len(h.Commits[0]) < 2 {
		return Skipped, nil
	}
	actions := h.Commits[0]
	policy, together, err := impl.ApplyCommit(d, h.Readings, h.Policy, h.State, commitOf(judge, h.Policy, h.State, actions))
	if err != nil {
		return otherReading(Skipped, nil, &h.Room)
	}
	state := h.State
	for _, a := range actions {
		if policy, state, err = impl.ApplyCommit(d, h.Readings, policy, state, judge.CommitFor(policy, state, a)); err != nil {
			return otherReading(Refuted, &Refutation{Class: "denied-action-in-commit", Detail: fmt.Sprintf(
				"%s: the commit of %v is accepted and leaves %s, but one after the other, %s is refused: %v", h.State, actions, together, a, err)}, &h.Room)
		}
	}
	if !slices.Equal(together.Participants, state.Participants) {
		return otherReading(Refuted, &Refutation{Class: "order-matters", Detail: fmt.Sprintf(
			"%s: %v leave %s in one commit and %s one after the other", h.State, actions, together, state)}, &h.Room)
	}
	return otherReading(Holds, nil, &h.Room)
}

// expectedList makes the changes of a commit by [gen.ListAdmin], who may make
// every change to others. It is false if the commit is to be refused.
func expectedList(c *gen.RoomCommit) (list []roompolicy.Participant, ok bool) {
	const admin = gen.ListAdmin
	before := c.State.Participants
	list = slices.Clone(before)
	touched := make(map[roompolicy.User]bool)
	touch := func(user roompolicy.User) bool {
		first := !touched[user] && user != admin
		touched[user] = true
		return first
	}
	place := func(user roompolicy.User) int {
		return slices.IndexFunc(list, func(p roompolicy.Participant) bool { return p.User == user })
	}
	for _, p := range c.Commit.Proposals {
		if p.ParticipantList == nil {
			continue
		}
		for _, changed := range p.ParticipantList.ChangedRoleParticipants {
			if int(changed.UserIndex) >= len(before) || !touch(before[changed.UserIndex].User) {
				return nil, false
			}
			at := place(before[changed.UserIndex].User)
			if changed.RoleIndex == list[at].Role || changed.RoleIndex < 1 || changed.RoleIndex > 3 {
				return nil, false
			}
			list[at].Role = changed.RoleIndex
			if changed.RoleIndex == roompolicy.BannedRole {
				list[at].Clients = 0
			}
		}
		for _, index := range p.ParticipantList.RemovedIndices {
			if int(index) >= len(before) || !touch(before[index].User) {
				return nil, false
			}
			at := place(before[index].User)
			list = slices.Delete(list, at, at+1)
		}
		for _, added := range p.ParticipantList.AddedParticipants {
			if !touch(added.User) || place(added.User) >= 0 || added.RoleIndex < 1 || added.RoleIndex > 3 {
				return nil, false
			}
			list = append(list, roompolicy.Participant{User: added.User, Role: added.RoleIndex})
		}
	}
	return list, true
}

// knownListReadings gives commits that say something else under the other
// readings of indices.
func knownListReadings(spec.Draft) []gen.RoomCommit {
	var tape gen.Tape
	room := gen.AnyListCommit(0, &tape).Room
	update := func(u roompolicy.ParticipantListUpdate) roompolicy.Proposal {
		return roompolicy.Proposal{ParticipantList: &u}
	}
	var list []gen.RoomCommit
	for _, known := range []struct {
		readings  string
		proposals []roompolicy.Proposal
	}{
		{"", []roompolicy.Proposal{update(roompolicy.ParticipantListUpdate{RemovedIndices: []uint32{1, 2}})}},
		{"list-index=shifting", []roompolicy.Proposal{update(roompolicy.ParticipantListUpdate{RemovedIndices: []uint32{1, 2}})}},
		{"list-base=one", []roompolicy.Proposal{update(roompolicy.ParticipantListUpdate{RemovedIndices: []uint32{2}})}},
		{"second-update=running-list", []roompolicy.Proposal{
			update(roompolicy.ParticipantListUpdate{RemovedIndices: []uint32{1}}), update(roompolicy.ParticipantListUpdate{RemovedIndices: []uint32{2}}),
		}},
	} {
		c := gen.RoomCommit{Room: room, Commit: &roompolicy.Commit{Committer: gen.ListAdmin, Proposals: known.proposals}}
		c.State = &roompolicy.State{Participants: []roompolicy.Participant{{User: gen.ListAdmin, Role: 3, Clients: 1}, {User: "a", Role: 2}, {User: "b", Role: 2}, {User: "c", Role: 2}}}
		c.Readings, c.Refuting = readingsOf(known.readings), known.readings != ""
		list = append(list, c)
	}
	return list
}

func tryListIndices(impl RoomCommits, d spec.Draft, c *gen.RoomCommit) (Outcome, *Refutation) {
	want, ok := expectedList(c)
	_, state, err := impl.ApplyCommit(d, c.Readings, c.Policy, c.State, c.Commit)
	var refutation *Refutation
	switch {
	case ok && err != nil:
		refutation = &Refutation{Class: "update-refused", Detail: fmt.Sprintf("%s: a correct update is refused: %v", c.State, err)}
	case !ok && err == nil:
		refutation = &Refutation{Class: "update-accepted", Detail: fmt.Sprintf("%s: an update with a wrong index, role or user is accepted and leaves %s", c.State, state)}
	case ok && !slices.Equal(want, state.Participants):
		wanted := roompolicy.State{Participants: want}
		refutation = &Refutation{Class: "other-list", Detail: fmt.Sprintf("%s: expected to become %s, becomes %s", c.State, &wanted, state)}
	}
	if refutation != nil {
		return otherReading(Refuted, refutation, &c.Room)
	}
	return otherReading(Holds, nil, &c.Room)
}

// noOp is what changes nothing in a room.
type noOp struct {
	gen.Room
	Actor  roompolicy.User `json:"actor"`
	What   string          `json:"what"`
	Target roompolicy.User `json:"target,omitempty"` // of a role that stays the same
}

// The ways to change nothing.
const (
	emptyUpdate = "empty update"
	sameRole    = "same role"
	sameRoles   = "same roles"
	samePreauth = "same preauthorized users"
	sameBase    = "same base policy"
)

var sameRoleAllowed = readingsOf("same-role=allowed")

var noOpComponents = map[string]roompolicy.ComponentID{
	sameRoles: roompolicy.RolesListID, samePreauth: roompolicy.PreauthListID, sameBase: roompolicy.BaseRoomPolicyID,
}

func drawNoOp(d spec.Draft, t *gen.Tape) noOp {
	q := gen.AnyRoomAction(d, t)
	n := noOp{Room: q.Room, Actor: q.Action.Actor, What: [...]string{emptyUpdate, sameRole, sameRole, sameRoles, samePreauth, sameBase}[t.Choose(6)]}
	if list := n.State.Participants; n.What == sameRole && len(list) > 0 {
		n.Target = list[t.Choose(len(list))].User
		if t.OneIn(3) {
			n.Readings = sameRoleAllowed
		}
	}
	return n
}

func knownNoOps(spec.Draft) []noOp {
	q := knownAction(`{"roles_list": {"roles": [{"role_index": 2, "role_name": "user"}, {"role_index": 3, "role_name": "admin", "role_capabilities": ["canChangeUserRole", "canChangeRoleDefinitions"], "authorized_role_changes": [{"from_role_index": 2, "target_role_indexes": [2]}]}]}}`,
		"a=3+ b=2", "a change-role b 2")
	refused := noOp{Room: q.Room, Actor: "a", What: sameRole, Target: "b"}
	allowed, needsEntry := refused, refused
	allowed.Readings = sameRoleAllowed
	needsEntry.Readings, needsEntry.Refuting = readingsOf("same-role=needs-entry"), true
	return []noOp{refused, allowed, needsEntry,
		{Room: q.Room, Actor: "a", What: sameRoles}, {Room: q.Room, Actor: "b", What: sameRoles}, {Room: q.Room, Actor: "a", What: emptyUpdate}}
}

func tryNoOp(impl roomJudge, d spec.Draft, n *noOp) (Outcome, *Refutation) {
	judge, err := roompolicy.NewJudge(d, n.Readings)
	if err != nil {
		return Skipped, nil
	}
	q := gen.RoomAction{Room: n.Room, Action: roompolicy.Action{Actor: n.Actor}}
	target := n.State.Participant(n.Target)
	component, replaces := noOpComponents[n.What]
	sameAllowed := n.Readings == sameRoleAllowed
	switch {
	case replaces:
		q.Action.Kind, q.Action.Component = roompolicy.ActionUpdate, component
	case n.What == sameRole && target != nil:
		q.Action.Kind, q.Action.Target, q.Action.Role = roompolicy.ActionChangeRole, n.Target, target.Role
	case n.What != emptyUpdate:
		return Skipped, nil
	}
	commit := &roompolicy.Commit{Committer: n.Actor, Proposals: []roompolicy.Proposal{{ParticipantList: new(roompolicy.ParticipantListUpdate)}}}
	allowed := true
	if n.What != emptyUpdate {
		var refutation *Refutation
		if allowed, refutation = ask(impl, d, &q); refutation != nil {
			return Refuted, refutation
		}
		commit = judge.CommitFor(n.Policy, n.State, q.Action)
	}
	policy, state, err := impl.ApplyCommit(d, n.Readings, n.Policy, n.State, commit)
	var refutation *Refutation
	switch {
	case n.What == sameRole && allowed && !sameAllowed:
		refutation = &Refutation{Class: "same-role-allowed", Detail: fmt.Sprintf("%s: %s: allowed, but it is no change", n.State, q.Action)}
	case err == nil && !allowed && !(n.What == sameRole && sameAllowed):
		refutation = &Refutation{Class: "denied-no-op-accepted", Detail: fmt.Sprintf("%s: %s by %s: denied, but its commit is accepted", n.State, n.What, n.Actor)}
	case err != nil:
	case !sameJSON(n.Policy, policy) || !slices.Equal(n.State.Participants, state.Participants):
		refutation = &Refutation{Class: "no-op-changes-the-room", Detail: fmt.Sprintf("%s: %s by %s leaves another room: %s", n.State, n.What, n.Actor, state)}
	}
	if refutation != nil {
		return otherReading(Refuted, refutation, &n.Room)
	}
	return otherReading(Holds, nil, &n.Room)
}
