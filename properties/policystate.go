package properties

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

const listSource = "draft-ietf-mimi-protocol, section 7.5"

// policyStateProperties are what must hold of a room from one commit to the
// next.
var policyStateProperties = []*Property{
	New(Statement{
		ID: "roompolicy/bounds-kept", Source: policySource + "section 3 and 8.1", Drafts: policyDrafts, Cost: 30,
		Text:  "A bound on a role or a room that holds still holds after every commit that is accepted, of one action or several.",
		Rules: policyRules("room-policy/bounds-joint-commit"),
	}, Check[RoomCommits, gen.RoomHistory]{Draw: gen.AnyHistory, Known: knownPassed, Try: tryBoundsKept}),

	New(Statement{
		ID: "roompolicy/bounds-kept-if-checked", Source: policySource + "section 3 and 8.1", Drafts: policyDrafts, Cost: 30,
		Text:  "Bounds that hold still hold after every commit where own clients and bans respect maxima as well (addown-max=checked, ban-maxima=checked); not where bounds are compared before the action or actions with one snapshot.",
		Rules: policyRules("room-policy/bounds-joint-commit"),
	}, Check[RoomCommits, gen.RoomHistory]{Draw: drawCheckedHistory, Known: knownUnkept, Try: tryBoundsKept}),

	New(Statement{
		ID: "roompolicy/participants-have-roles", Source: policySource + "section 3", Drafts: policyDrafts, Cost: 15,
		Text:  "After every commit each participant stands in the list once, with a role that is defined, and without clients if the role allows none; not where new roles may leave out one that is held (role-update-dropped=accepted).",
		Rules: policyRules("room-policy/role-defined"),
	}, Check[RoomCommits, gen.RoomCommit]{Draw: gen.AnyRoomCommit, Known: knownDroppedRole, Try: tryParticipantsHaveRoles}),

	New(Statement{
		ID: "roompolicy/commit-as-decided", Source: policySource + "section 8", Drafts: policyDrafts, Cost: 12,
		Text:  "A commit of one action is accepted if the action is allowed, and then changes what the action says and nothing else; if it is refused, no action is allowed that would have the same commit.",
		Rules: policyRules("room-policy/plist-each-action-authorized"),
	}, Check[roomJudge, gen.RoomAction]{Draw: gen.AnyRoomAction, Try: tryCommitAsDecided}),

	New(Statement{
		ID: "roompolicy/commit-in-order", Source: listSource, Drafts: policyDrafts, Cost: 10,
		Text:  "A commit of several actions that is accepted leaves what its actions leave one after the other; if one of them is denied then, the commit is refused as a whole. Not where each is judged on the state before (joint-commit=snapshot).",
		Rules: policyRules("room-policy/plist-each-action-authorized"),
	}, Check[RoomCommits, gen.RoomHistory]{Draw: gen.JointActions, Known: knownSnapshot, Try: tryCommitInOrder}),

	New(Statement{
		ID: "roompolicy/list-indices", Source: listSource, Drafts: policyDrafts, Cost: 8,
		Text:  "An update of the participant list changes roles, removes and appends, by indices from 0 into the list before the commit; one with an index out of range or a user who comes up twice is refused.",
		Rules: policyRules("room-policy/plist-index-in-range", "room-policy/plist-same-user-once"),
	}, Check[RoomCommits, gen.RoomCommit]{Draw: gen.AnyListCommit, Known: knownListReadings, Try: tryListIndices}),

	New(Statement{
		ID: "roompolicy/no-op", Source: policySource + "section 3; " + listSource, Drafts: policyDrafts, Cost: 15,
		Text:  "An empty update of the list and a component replaced by itself change nothing, and the latter needs the capability for the component; a role is not changed to itself, nor with same-role=allowed does that change anything.",
		Rules: policyRules("room-policy/changed-to-another-role"),
	}, Check[roomJudge, noOp]{Draw: drawNoOp, Known: knownNoOps, Try: tryNoOp}),
}

// roomJudge decides and applies.
type roomJudge interface {
	RoomDecisions
	RoomCommits
}

// commitOf makes one commit of several actions: their proposals, each with its
// sender. An external commit has one action.
func commitOf(judge roompolicy.Judge, policy *roompolicy.Policy, state *roompolicy.State, actions []roompolicy.Action) *roompolicy.Commit {
	var all *roompolicy.Commit
	for _, a := range actions {
		commit := judge.CommitFor(policy, state, a)
		switch {
		case all == nil:
			all = commit
		case commit.External || all.External:
			// It cannot go with others.
		default:
			for _, p := range commit.Proposals {
				if p.Sender == "" && commit.Committer != all.Committer {
					p.Sender = commit.Committer
				} else if p.Sender == all.Committer {
					p.Sender = ""
				}
				all.Proposals = append(all.Proposals, p)
			}
		}
	}
	return all
}

// step is a room before and after an accepted commit.
type step struct {
	policy, newPolicy *roompolicy.Policy
	state, newState   *roompolicy.State
	actions           []roompolicy.Action
}

// through applies the commits of a history one after the other and shows each
// accepted one to see, until that refutes.
func through(impl RoomCommits, d spec.Draft, h *gen.RoomHistory, see func(*step) *Refutation) (Outcome, *Refutation) {
	judge, err := roompolicy.NewJudge(d, h.Readings)
	if err != nil {
		return Skipped, nil
	}
	policy, state := h.Policy, h.State
	for i, actions := range h.Commits {
		commit := commitOf(judge, policy, state, actions)
		newPolicy, newState, err := impl.ApplyCommit(d, h.Readings, policy, state, commit)
		if err != nil {
			continue // refused: the room stays as it is
		}
		s := step{policy: policy, newPolicy: newPolicy, state: state, newState: newState, actions: actions}
		if refutation := see(&s); refutation != nil {
			refutation.Detail = fmt.Sprintf("commit %d of %s: %v: %s becomes %s: %s", i+1, h.State, actions, state, newState, refutation.Detail)
			return Refuted, refutation
		}
		policy, state = newPolicy, newState
	}
	return Holds, nil
}

// roomBound is one bound with its counts.
type roomBound struct {
	name          string
	bound, counts uint64
	least         bool
}

func (b *roomBound) holds() bool {
	if b.least {
		return b.counts >= b.bound
	}
	return b.counts <= b.bound
}

// roomBounds counts a state against every bound of a policy.
func roomBounds(d spec.Draft, policy *roompolicy.Policy, state *roompolicy.State) []roomBound {
	var list []roomBound
	var users, clients uint64
	banned := func(role uint32) bool { b := policy.Roles.Banned(); return b != nil && role == b.RoleIndex }
	for i := range policy.Roles.Roles {
		r := &policy.Roles.Roles[i]
		var all, active uint64
		for k := range state.Participants {
			if p := &state.Participants[k]; p.Role == r.RoleIndex {
				all++
				if p.Clients > 0 {
					active++
				}
			}
		}
		of := fmt.Sprintf(" of role %d", r.RoleIndex)
		list = append(list,
			roomBound{"minimum" + of, uint64(r.MinimumParticipantsConstraint), all, true},
			roomBound{"active minimum" + of, uint64(r.MinimumActiveParticipantsConstraint), active, true})
		if r.MaximumParticipantsConstraint.Present {
			list = append(list, roomBound{"maximum" + of, uint64(r.MaximumParticipantsConstraint.Value), all, false})
		}
		if r.MaximumActiveParticipantsConstraint.Present {
			list = append(list, roomBound{"active maximum" + of, uint64(r.MaximumActiveParticipantsConstraint.Value), active, false})
		}
	}
	several := uint64(0)
	for k := range state.Participants {
		p := &state.Participants[k]
		clients += uint64(p.Clients)
		several = max(several, uint64(p.Clients))
		if !banned(p.Role) {
			users++
		}
	}
	if b := policy.Base; b != nil {
		if !b.MultiDevice {
			list = append(list, roomBound{"clients of one user", 1, several, false})
		}
		if d >= spec.RoomPolicy03 && b.MaxUsers.Present {
			list = append(list, roomBound{"max_users", uint64(b.MaxUsers.Value), users, false})
		}
		if d >= spec.RoomPolicy03 && b.MaxClients.Present {
			list = append(list, roomBound{"max_clients", uint64(b.MaxClients.Value), clients, false})
		}
	}
	return list
}

func tryBoundsKept(impl RoomCommits, d spec.Draft, h *gen.RoomHistory) (Outcome, *Refutation) {
	outcome, refutation := through(impl, d, h, func(s *step) *Refutation {
		if s.newPolicy.Roles == nil || !sameJSON(s.policy, s.newPolicy) {
			return nil // bounds may change with the policy
		}
		after := roomBounds(d, s.newPolicy, s.newState)
		for i, b := range roomBounds(d, s.policy, s.state) {
			if a := &after[i]; b.holds() && !a.holds() {
				return &Refutation{Class: boundClass(s, a), Detail: fmt.Sprintf("%s is %d: it was %d, and is %d", a.name, a.bound, b.counts, a.counts)}
			}
		}
		return nil
	})
	return otherReading(outcome, refutation, &h.Room)
}

// boundClass tells what breaks a bound: own clients and bans, which the draft
// does not hold to maxima, or something else.
func boundClass(s *step, broken *roomBound) string {
	does := func(kind roompolicy.ActionKind) bool {
		return slices.ContainsFunc(s.actions, func(a roompolicy.Action) bool { return a.Kind == kind })
	}
	switch {
	case strings.HasPrefix(broken.name, "active maximum") && (does(roompolicy.ActionAddOwnClient) || does(roompolicy.ActionAddClient)):
		return "own-client-passes-active-maximum"
	case broken.name == "maximum of role 1":
		return "ban-passes-maximum"
	case broken.least:
		return "minimum-broken"
	}
	return "maximum-broken"
}

func sameJSON(a, b any) bool {
	first, err := json.Marshal(a)
	if err != nil {
		return false
	}
	second, err := json.Marshal(b)
	return err == nil && string(first) == string(second)
}

// readingsOf reads readings that the model has.
func readingsOf(text string) roompolicy.Readings {
	readings, err := roompolicy.ParseReadings(text)
	if err != nil {
		panic(err)
	}
	return readings
}

var checkedReadings = readingsOf("addown-max=checked,ban-maxima=checked")

func drawCheckedHistory(d spec.Draft, t *gen.Tape) gen.RoomHistory {
	h := gen.AnyHistory(d, t)
	h.Readings = checkedReadings
	return h
}

// knownHistory makes commits, each of some actions, in a room of their text
// forms. With readings it is one that refutes a property.
func knownHistory(readings, policy, state string, commits ...[]string) gen.RoomHistory {
	var h gen.RoomHistory
	for _, commit := range commits {
		var actions []roompolicy.Action
		for _, text := range commit {
			q := knownAction(policy, state, text)
			h.Room = q.Room
			actions = append(actions, q.Action)
		}
		h.Commits = append(h.Commits, actions)
	}
	h.Readings, h.Refuting = readingsOf(readings), true
	return h
}

// twoAdmins is a policy in which one of two administrators must stay.
const twoAdmins = `{"roles_list": {"roles": [
 {"role_index": 2, "role_name": "user"},
 {"role_index": 3, "role_name": "admin", "minimum_participants_constraint": 1, "maximum_participants_constraint": 2, "role_capabilities": ["canRemoveParticipant", "canAddParticipant"],
  "authorized_role_changes": [{"from_role_index": 3, "target_role_indexes": [0]}, {"from_role_index": 0, "target_role_indexes": [3]}]}]}}`

func knownUnkept(spec.Draft) []gen.RoomHistory {
	list := []gen.RoomHistory{
		knownHistory("bounds=pre-state,addown-max=checked,ban-maxima=checked", twoAdmins, "a=3+ b=3+", []string{"a add c 3"}),
		knownHistory("joint-commit=snapshot,addown-max=checked,ban-maxima=checked", twoAdmins, "a=3+", []string{"a add b 3", "a add c 3"}),
		knownHistory("ban-maxima=checked", oneOnStage, "a=2+ b=2", []string{"b add-own-client"}),
		knownHistory("addown-max=checked", noneBanned, "a=2+ b=2+", []string{"a ban b"}),
	}
	for _, h := range slices.Clone(list) {
		h.Readings, h.Refuting = checkedReadings, false
		list = append(list, h)
	}
	return list
}

// Policies with a maximum that no capability asks for under the default
// readings.
const (
	oneOnStage = `{"roles_list": {"roles": [{"role_index": 2, "role_name": "user", "role_capabilities": ["canAddOwnClient"], "maximum_active_participants_constraint": 1}]}}`
	noneBanned = `{"roles_list": {"roles": [{"role_index": 1, "role_name": "banned", "maximum_participants_constraint": 0}, {"role_index": 2, "role_name": "user", "role_capabilities": ["canBan"], "authorized_role_changes": [{"from_role_index": 2, "target_role_indexes": [1]}]}]}}`
)

// knownPassed gives the shortest histories that pass a maximum under the
// default readings, as the search found them.
func knownPassed(spec.Draft) []gen.RoomHistory {
	list := []gen.RoomHistory{
		knownHistory("", oneOnStage, "a=2+ b=2", []string{"b add-own-client"}),
		knownHistory("", noneBanned, "a=2+ b=2+", []string{"a ban b"}),
	}
	for i := range list {
		list[i].Refuting = false
	}
	return list
}

// knownDroppedRole gives a commit of new roles that leave out one that a
// participant has, under two readings, and one of a role without clients.
func knownDroppedRole(d spec.Draft) []gen.RoomCommit {
	q := knownAction(`{"roles_list": {"roles": [{"role_index": 2, "role_name": "user"}, {"role_index": 3, "role_name": "admin", "role_capabilities": ["canChangeRoleDefinitions"]}]}}`,
		"a=3+ b=2", "a update roles_list")
	q.Readings, q.Refuting = readingsOf("role-update-dropped=accepted"), true
	left := &roompolicy.Policy{Roles: &roompolicy.RoleData{Roles: q.Policy.Roles.Roles[1:]}}
	accepted := gen.RoomCommit{Room: q.Room, Commit: &roompolicy.Commit{Committer: "a", Proposals: []roompolicy.Proposal{{Replace: left}}}}
	refused := accepted
	refused.Readings, refused.Refuting = roompolicy.Readings{}, false
	off := knownAction(`{"roles_list": {"roles": [{"role_index": 2, "role_name": "user", "role_capabilities": ["canChangeUserRole", "canKick"], "authorized_role_changes": [{"from_role_index": 2, "target_role_indexes": [5]}]}, {"role_index": 5, "role_name": "reader", "maximum_active_participants_constraint": 0}]}}`,
		"a=2+ b=2+", "a change-role b 5")
	judge, err := roompolicy.NewJudge(d, off.Readings)
	if err != nil {
		panic(err)
	}
	return []gen.RoomCommit{accepted, refused, {Room: off.Room, Commit: judge.CommitFor(off.Policy, off.State, off.Action)}}
}

func tryParticipantsHaveRoles(impl RoomCommits, d spec.Draft, c *gen.RoomCommit) (Outcome, *Refutation) {
	if badParticipant(c.Policy, c.State) != nil {
		return Skipped, nil
	}
	newPolicy, newState, err := impl.ApplyCommit(d, c.Readings, c.Policy, c.State, c.Commit)
	if err != nil {
		return otherReading(Holds, nil, &c.Room) // refused: the room stays as it is
	}
	if refutation := badParticipant(newPolicy, newState); refutation != nil {
		refutation.Detail = fmt.Sprintf("%s becomes %s: %s", c.State, newState, refutation.Detail)
		return otherReading(Refuted, refutation, &c.Room)
	}
	return otherReading(Holds, nil, &c.Room)
}

// badParticipant finds an entry of a list that must not be.
func badParticipant(policy *roompolicy.Policy, state *roompolicy.State) *Refutation {
	for i := range state.Participants {
		p := &state.Participants[i]
		var role *roompolicy.Role
		if policy.Roles != nil {
			role = policy.Roles.Role(p.Role)
		}
		class, why := "", ""
		switch {
		case p.Role == roompolicy.NoRole || role == nil:
			class, why = "role-undefined", fmt.Sprintf("%s has the undefined role %d", p.User, p.Role)
		case slices.ContainsFunc(state.Participants[:i], func(other roompolicy.Participant) bool { return other.User == p.User }):
			class, why = "listed-twice", fmt.Sprintf("%s stands in the list twice", p.User)
		case p.Clients > 0 && role.MaximumActiveParticipantsConstraint == roompolicy.Some[uint32](0):
			class, why = "clients-remain", fmt.Sprintf("%s has clients and role %d, which allows none", p.User, p.Role)
		}
		if class != "" {
			return &Refutation{Class: class, Detail: why}
		}
	}
	return nil
}
