package oracle

import (
	"fmt"
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// room is a policy with what a state has beside its participants.
type room struct {
	name   string
	draft  spec.Draft
	policy *roompolicy.Policy
	codes  []roompolicy.JoinCode
	parent []roompolicy.User
}

const hub = roompolicy.User("hub")

// preauthorize gives a policy entries for the claims 0, 1, … in that order; a
// negative claim is an entry without claims.
func preauthorize(policy *roompolicy.Policy, entries ...[2]int) *roompolicy.Policy {
	with := *policy
	with.PreAuth = new(roompolicy.PreAuthData)
	for _, e := range entries {
		entry := roompolicy.PreAuthRoleEntry{TargetRole: roompolicy.RoleReference{RoleIndex: uint32(e[1])}}
		if e[0] >= 0 {
			entry.Claimset = []roompolicy.Claim{claim(e[0])}
		}
		with.PreAuth.PreauthorizedEntries = append(with.PreAuth.PreauthorizedEntries, entry)
	}
	return &with
}

func claim(n int) roompolicy.Claim {
	return roompolicy.Claim{ClaimId: roompolicy.ClaimId{CredentialType: 2, Id: "dept"}, ClaimValue: roompolicy.Octets(rune('0' + n))}
}

// policyOf reads a policy of one role for each index.
func policyOf(t testing.TB, text string) *roompolicy.Policy {
	t.Helper()
	policy, err := roompolicy.DecodePolicyJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// Synthetic policies, each for what the examples of the draft do not have.
const (
	tight = `{"roles_list": {"roles": [
 {"role_index": 0, "role_name": "none", "role_capabilities": ["canOpenJoin", "canUseJoinCode"], "authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [1, 2]}]},
 {"role_index": 1, "role_name": "banned", "maximum_participants_constraint": 1, "minimum_participants_constraint": 1, "role_capabilities": ["canChangeOwnRole", "canAddOwnClient"]},
 {"role_index": 2, "role_name": "user", "minimum_active_participants_constraint": 1, "maximum_participants_constraint": 2, "role_capabilities": ["canAddOwnClient", "canRemoveOwnClient", "canRemoveSelf", "canChangeOwnRole", "canJoinIfPreauthorized"], "authorized_role_changes": [{"from_role_index": 2, "target_role_indexes": [0]}]},
 {"role_index": 7, "role_name": "admin", "minimum_participants_constraint": 1, "maximum_active_participants_constraint": 1, "role_capabilities": ["canAddParticipant", "canRemoveParticipant", "canAddOwnClient", "canRemoveOwnClient", "canRemoveSelf", "canBan", "canUnBan", "canKick", "canChangeUserRole", "canChangeRoleDefinitions"], "authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [1, 2]}, {"from_role_index": 1, "target_role_indexes": [0, 2]}, {"from_role_index": 2, "target_role_indexes": [0, 1, 7, 2]}, {"from_role_index": 7, "target_role_indexes": [0, 1, 2]}]}]}}`
	nameless = `{"roles_list": {"roles": [
 {"role_index": 1, "role_name": "Banned", "maximum_active_participants_constraint": 0},
 {"role_index": 2, "role_name": "user", "role_capabilities": ["canBan", "canUnBan", "canChangeUserRole", "canAddOwnClient", "canAddParticipant", "canRemoveParticipant", "canChangePreauthorizedUserList"], "authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [1, 9, 5]}, {"from_role_index": 2, "target_role_indexes": [1, 5]}, {"from_role_index": 2, "target_role_indexes": [0]}, {"from_role_index": 1, "target_role_indexes": [2, 9, 0]}]},
 {"role_index": 5, "role_name": "twin", "role_capabilities": ["canKick"]},
 {"role_index": 5, "role_name": "twin", "role_capabilities": ["canAddOwnClient"]}]}}`
	limits = `{"base_room_policy": {"fixed_membership": %v, "parent_dependent": %v, "multi_device": false, "max_clients": 2, "max_users": 2, "persistent_room": false, "policy_component_ids": []},`
)

func rooms(t testing.TB) []room {
	var list []room
	for _, e := range roompolicy.Examples() {
		list = append(list, room{name: e.Name, draft: spec.RoomPolicy04, policy: preauthorize(e.Policy, [2]int{0, 2}, [2]int{1, 5}),
			codes: []roompolicy.JoinCode{{Code: "c", Role: 2}, {Code: "d", Role: 4}}})
	}
	codes := []roompolicy.JoinCode{{Code: "c", Role: 2}, {Code: "d", Role: 1}}
	for _, draft := range spec.Between(spec.RoomPolicy01, spec.RoomPolicy04).List() {
		list = append(list,
			room{name: "tight", draft: draft, policy: preauthorize(policyOf(t, tight), [2]int{0, 7}, [2]int{1, 0}, [2]int{-1, 2}), codes: codes},
			room{name: "nameless", draft: draft, policy: preauthorize(policyOf(t, nameless), [2]int{0, 5}), codes: codes})
	}
	for _, base := range []struct{ fixed, parent bool }{{}, {fixed: true}, {parent: true}} {
		policy := policyOf(t, fmt.Sprintf(limits, base.fixed, base.parent)+tight[1:])
		if base.parent {
			policy.Base.ParentRoom = []roompolicy.Uri{"mimi://hub.example/r/parent"}
		}
		list = append(list, room{name: fmt.Sprintf("limits %v", base), draft: spec.RoomPolicy03, policy: preauthorize(policy, [2]int{0, 7}, [2]int{-1, 2}), codes: codes,
			parent: []roompolicy.User{"a", "b", "c"}})
	}
	closed := policyOf(t, `{"mls_operational_policy": {"external_proposal_allowed": false, "external_commit_allowed": false},`+tight[1:])
	return append(list, room{name: "closed", draft: spec.RoomPolicy04, policy: preauthorize(closed, [2]int{0, 7}, [2]int{-1, 2}), codes: codes})
}

// standing is where a user stands: its role and its clients. One without role
// is not in the list.
type standing struct{ role, clients uint32 }

// states goes through the states of a room with so many users: everyone in
// each standing. Users are alike, so their order does not matter.
func states(r *room, users, clients int, visit func(*roompolicy.State)) {
	standings := []standing{{}}
	seen := map[uint32]bool{0: true}
	for _, role := range r.policy.Roles.Roles {
		if !seen[role.RoleIndex] {
			seen[role.RoleIndex] = true
			for n := range clients + 1 {
				standings = append(standings, standing{role.RoleIndex, uint32(n)})
			}
		}
	}
	at := make([]int, users)
	for {
		s := &roompolicy.State{
			JoinCodes: r.codes, ExternalSenders: []roompolicy.User{hub}, ParentParticipants: r.parent,
			Credentials: []roompolicy.Credential{{User: hub, Claims: []roompolicy.Claim{claim(0)}}, {User: "a", Claims: []roompolicy.Claim{claim(1)}}, {User: "b", Claims: []roompolicy.Claim{claim(0)}}},
		}
		for i, k := range at {
			if k > 0 {
				s.Participants = append(s.Participants, roompolicy.Participant{User: roompolicy.User(rune('a' + i)), Role: standings[k].role, Clients: standings[k].clients})
			}
		}
		visit(s)
		i := users - 1
		for i >= 0 && at[i] == len(standings)-1 {
			i--
		}
		if i < 0 {
			return
		}
		for k, next := i, at[i]+1; k < users; k++ {
			at[k] = next
		}
	}
}

// actions goes through every action of small numbers.
func actions(r *room, users int, visit func(roompolicy.Action)) {
	var roles []uint32
	for _, role := range r.policy.Roles.Roles {
		if !slices.Contains(roles, role.RoleIndex) {
			roles = append(roles, role.RoleIndex)
		}
	}
	if roles = append(roles, 9); !slices.Contains(roles, 0) {
		roles = append(roles, 0)
	}
	people := []roompolicy.User{hub}
	for i := range users {
		people = append(people, roompolicy.User(rune('a'+i)))
	}
	for _, actor := range people {
		for _, kind := range roompolicy.ActionKinds() {
			a := roompolicy.Action{Actor: actor, Kind: kind}
			each := func(targets []roompolicy.User, roles []uint32, most uint32) {
				for _, a.Target = range targets {
					for _, a.Role = range roles {
						for a.Clients = 0; a.Clients <= most; a.Clients++ {
							visit(a)
						}
					}
				}
			}
			none, noTarget := []uint32{0}, []roompolicy.User{""}
			switch kind {
			case roompolicy.ActionAdd:
				each(people, roles, 1)
			case roompolicy.ActionChangeRole, roompolicy.ActionUnban:
				each(people, roles, 0)
			case roompolicy.ActionRemove, roompolicy.ActionBan, roompolicy.ActionAddClient:
				each(people, none, 0)
			case roompolicy.ActionKick:
				each(people, none, 2)
			case roompolicy.ActionOpenJoin:
				each(noTarget, roles, 0)
			case roompolicy.ActionAddOwnClient, roompolicy.ActionRemoveOwnClient:
				each(noTarget, none, 2)
			case roompolicy.ActionJoinPreauthorized, roompolicy.ActionLeave, roompolicy.ActionChangeOwnRole:
				visit(a)
			case roompolicy.ActionJoinCode:
				for _, a.Code = range []string{"c", "d", "e"} {
					visit(a)
				}
			case roompolicy.ActionUpdate, roompolicy.ActionRemoveComponent:
				for a.Component = roompolicy.ParticipantListID - 1; a.Component <= roompolicy.MessageExpirationPolicyID+1; a.Component++ {
					visit(a)
				}
			case roompolicy.ActionUse: // a permission and nothing else
			}
		}
	}
}

// TestModelAgreesOnSmallRooms goes through every action in every state of small
// rooms and holds that the model decides as the table does.
func TestModelAgreesOnSmallRooms(t *testing.T) {
	for _, r := range rooms(t) {
		t.Run(r.name+"/"+r.draft.String(), func(t *testing.T) {
			t.Parallel()
			users, clients := 3, 1
			if len(r.policy.Roles.Roles) < 5 {
				clients = 2
			}
			if len(r.policy.Roles.Roles) > 7 || testing.Short() {
				users = 2
			}
			judge, err := roompolicy.NewJudge(r.draft, roompolicy.Readings{})
			if err != nil {
				t.Fatal(err)
			}
			var decisions, allowances int
			apart := make(map[string]bool)
			states(&r, users, clients, func(s *roompolicy.State) {
				actions(&r, users, func(a roompolicy.Action) {
					decisions++
					decision := judge.Decide(r.policy, s, a)
					allowed, against := Allows(r.draft, r.policy, s, a)
					if allowed {
						allowances++
					}
					if decision.Allowed == allowed {
						return
					}
					if class := fmt.Sprint(a.Kind, decision.Rule, against); !apart[class] {
						apart[class] = true
						t.Errorf("%s: %s: the model says %s; the table: allowed %v, %s", s, a, decision, allowed, against)
					}
				})
			})
			t.Logf("%d decisions, %d allowed", decisions, allowances)
			if allowances == 0 || allowances == decisions {
				t.Error("every decision is the same")
			}
		})
	}
}

// TestCasesOfTheModel holds that the table decides the actions as well that show
// the rules of the model, with what the small rooms do not have.
func TestCasesOfTheModel(t *testing.T) {
	checked := 0
	cases := roompolicy.DecisionCases()
	for i := range cases {
		c := &cases[i]
		if c.Commit != nil || c.Action.Kind == roompolicy.ActionUse || c.Judge.Readings() != (roompolicy.Readings{}) {
			continue
		}
		checked++
		if allowed, against := Allows(c.Judge.Draft(), c.Policy, c.State, c.Action); allowed != c.Allowed {
			t.Errorf("%s: the table: allowed %v, %s", c, allowed, against)
		}
	}
	if checked < 100 {
		t.Errorf("%d cases: too few to say anything", checked)
	}
}
