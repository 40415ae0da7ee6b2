package vectors

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// boundedPolicy has an administrator who may do everything to the users, whose
// role and room have the bounds that are put in.
const boundedPolicy = `{%s"roles_list": {"roles": [
 {"role_index": 1, "role_name": "banned", "maximum_active_participants_constraint": 0},
 {"role_index": 2, "role_name": "user"%s, "role_capabilities": ["canAddOwnClient", "canRemoveOwnClient", "canRemoveSelf"]},
 {"role_index": 3, "role_name": "admin", "role_capabilities": ["canAddParticipant", "canRemoveParticipant", "canKick", "canBan", "canUnban", "canChangeUserRole"],
  "authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [1, 2, 3]}, {"from_role_index": 1, "target_role_indexes": [0, 2]},
   {"from_role_index": 2, "target_role_indexes": [0, 1, 3]}, {"from_role_index": 3, "target_role_indexes": [0, 2]}]}]}}`

// boundOf is a bound of the role of users or of the room, and actions that come
// near to it from one side.
type boundOf struct {
	name, room, role string
	actions          []string
}

var bounds = []boundOf{
	{"minimum-participants", "", `, "minimum_participants_constraint": 2`, []string{"admin remove u1", "admin ban u1", "admin change-role u1 3", "u1 leave", "admin kick u1 with 1 client"}},
	{"minimum-active", "", `, "minimum_active_participants_constraint": 2`, []string{"admin remove u1", "admin ban u1", "admin change-role u1 3", "u1 leave", "admin kick u1 with 1 client", "u1 remove-own-client with 1 client"}},
	{"maximum-participants", "", `, "maximum_participants_constraint": 2`, []string{"admin add x 2", "admin add x 2 with 1 client", "admin change-role other 2", "admin unban banned 2"}},
	{"maximum-active", "", `, "maximum_active_participants_constraint": 2`, []string{"admin add x 2", "admin add x 2 with 1 client", "admin change-role other 2", "idle add-own-client with 1 client", "admin unban banned 2"}},
	{"max-users", `"base_room_policy": {"multi_device": true, "parent_dependent": false, "persistent_room": true, "fixed_membership": false, "max_users": 5}, `, "", []string{"admin add x 2", "admin change-role other 2", "admin unban banned 2", "admin add x 1"}},
	{"max-clients", `"base_room_policy": {"multi_device": true, "parent_dependent": false, "persistent_room": true, "fixed_membership": false, "max_clients": 4}, `, "", []string{"admin add x 2 with 1 client", "admin add x 2 with 2 clients", "idle add-own-client with 1 client", "admin remove u1"}},
}

// policyRooms makes rooms around each bound, with an unlisted user in each
// place, and with capabilities that are unknown.
func policyRooms(c *collection) {
	for _, b := range bounds {
		for users := 1; users <= 3; users++ {
			state := "admin=3+ other=3+ idle=2 banned=1"
			if b.name == "minimum-participants" || b.name == "maximum-participants" {
				state = "admin=3+ other=3+ banned=1"
			}
			for n := range users {
				state += fmt.Sprintf(" u%d=2+", n+1)
			}
			for _, action := range b.actions {
				c.addRoom(fmt.Sprintf("bound/%s/%d-users/%s", b.name, users, slug(action)), fmt.Sprintf("Of %s there are %d active users in the room, besides others: %s.", b.name, users, action),
					fmt.Sprintf(boundedPolicy, b.room, b.role), state, action, Boundary)
			}
		}
	}
	plain := fmt.Sprintf(boundedPolicy, "", "")
	for _, action := range []string{
		"admin kick nobody with 1 client", "admin kick nobody", "admin remove nobody", "admin change-role nobody 3", "admin unban nobody 2", "admin add-client nobody with 1 client", "admin ban nobody",
		"nobody add x 2", "nobody remove last", "nobody kick last with 1 client", "nobody ban last", "nobody change-role last 3", "nobody leave", "nobody add-own-client with 1 client", "nobody remove-own-client with 1 client", "nobody open-join 2", "nobody join-preauthorized",
		"admin add last 2", "admin change-role last 2", "admin change-role last 9", "admin add x 9", "admin add x 0", "admin change-role last 0", "admin unban last 2", "last kick admin with 1 client", "last remove admin",
		"admin kick last with 2 clients", "admin kick last with 3 clients", "last remove-own-client with 2 clients", "last remove-own-client with 3 clients", "admin kick admin with 1 client", "admin remove admin", "admin ban admin", "admin change-role admin 2", "admin leave",
	} {
		c.addRoom("unlisted/"+slug(action), "The user nobody is not in the room, and last is the last in its list: "+action+".", plain, "admin=3+ u1=2+ last=2+2", action)
	}
	const kicker = `{"roles_list": {"roles": [{"role_index": 2, "role_name": "user"}, {"role_index": 3, "role_name": "kicker", "role_capabilities": [%s]}]}}`
	c.addRoom("kick-without-role-change", "Who kicks has no authorized role change.", fmt.Sprintf(kicker, `"canKick"`), "a=3+ b=2+", "a kick b with 1 client")
	c.addRoom("kick-without-capability", "Who kicks has no capability.", fmt.Sprintf(kicker, ""), "a=3+ b=2+", "a kick b with 1 client")
	policyUnknowns(c)
}

// addRoom adds an action in a room, and its commit. The action gets the flag of
// its side as well.
func (c *collection) addRoom(id, title, policy, state, action string, flags ...Flag) {
	p, err := roompolicy.DecodePolicyJSON([]byte(policy))
	if err != nil {
		panic(fmt.Sprintf("%s: %v", id, err))
	}
	s, err := roompolicy.ParseState(state)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", id, err))
	}
	a, err := roompolicy.ParseAction(action, p.Roles)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", id, err))
	}
	c.addAction("room-policy/room/"+id, title, p, s, a, flags...)
}

func (c *collection) addAction(id, title string, p *roompolicy.Policy, s *roompolicy.State, a roompolicy.Action, flags ...Flag) {
	judge, err := roompolicy.NewJudge(spec.RoomPolicy04, roompolicy.Readings{})
	if err != nil {
		panic(err) // it is a draft of the model
	}
	flags = append(flags, sideFlag(judge.Decide(p, s, a).Allowed))
	c.add(Vector{ID: id, Title: title, Flags: flags, Input: &protocol.DecideInput{Policy: p, State: s, Action: a}}, protocol.PolicyDecide.Drafts())
	if commit := judge.CommitFor(p, s, a); len(commit.Proposals) > 0 || commit.External {
		c.add(Vector{ID: id + "/commit", Title: "The commit of: " + title, Flags: []Flag{CommitOfAction}, Input: &protocol.ApplyInput{Policy: p, State: s, Commit: commit}}, protocol.PolicyApply.Drafts())
	}
}

// policyUnknowns puts capabilities that are unknown before and behind those of
// each role, in one room for each kind of action.
func policyUnknowns(c *collection) {
	const unknown, private = roompolicy.Capability(0x0fff), roompolicy.PrivateUse
	seen := map[string]bool{}
	cases := roompolicy.DecisionCases()
	for i := range cases {
		k := &cases[i]
		if k.Commit != nil || !k.Allowed || k.Judge.Readings() != (roompolicy.Readings{}) || k.Policy.Roles == nil || k.State.Participant(k.Action.Actor) == nil || len(k.Policy.Roles.Roles) > 3 || !newIn(seen, []string{string(k.Action.Kind)}) {
			continue
		}
		for _, first := range []bool{true, false} {
			policy, roles := *k.Policy, *k.Policy.Roles
			roles.Roles = slices.Clone(roles.Roles)
			policy.Roles = &roles
			where := "behind"
			for j := range roles.Roles {
				r := &roles.Roles[j]
				if first {
					where = "before"
					r.RoleCapabilities = slices.Concat([]roompolicy.Capability{unknown, private}, r.RoleCapabilities)
				} else {
					r.RoleCapabilities = slices.Concat(r.RoleCapabilities, []roompolicy.Capability{private, unknown})
				}
			}
			c.addAction(fmt.Sprintf("room-policy/unknown-capability/%s/%s", where, slug(string(k.Action.Kind))),
				fmt.Sprintf("Unknown capabilities stand %s the others of each role. %s", where, strings.TrimSuffix(policyTitle(k), ".")+"."), &policy, k.State, k.Action)
		}
	}
}
