package properties

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// changedDecision is an action that is decided under a draft and the revision
// before it.
type changedDecision struct {
	gen.RoomAction
	// Now is what is decided since the draft, other than before; empty if it is
	// not known whether there is a difference.
	Now string `json:"now,omitempty"`
}

func drawChangedDecision(d spec.Draft, t *gen.Tape) changedDecision {
	return changedDecision{RoomAction: gen.AnyRoomAction(d, t)}
}

// explains reports whether something that changed between a draft and the
// revision before it can make one decide otherwise. Room-policy-02 brought the
// operational parameters (section 7); room-policy-03 split canAddSelf in two and
// no longer consults role changes for the second (section 8.1.1), and brought
// max_users and max_clients (section 5). Room-policy-04 is as room-policy-03.
func explains(d spec.Draft, q *gen.RoomAction, now bool) bool {
	base := q.Policy.Base
	switch d {
	case spec.RoomPolicy02:
		return q.Policy.Operational != nil && !now
	case spec.RoomPolicy03:
		if base != nil && (base.MaxUsers.Present || base.MaxClients.Present) && !now {
			return true
		}
		return q.Action.Kind == roompolicy.ActionJoinPreauthorized && slices.ContainsFunc(q.Policy.Roles.Roles, func(r roompolicy.Role) bool {
			return r.Has(roompolicy.CanAddSelf) || r.Has(roompolicy.CanJoinIfPreauthorized)
		})
	}
	return false
}

func tryChangedDecision(impl RoomDecisions, d spec.Draft, c *changedDecision) (Outcome, *Refutation) {
	before, refutation := ask(impl, d-1, &c.RoomAction)
	if refutation != nil {
		return Refuted, refutation
	}
	now, refutation := ask(impl, d, &c.RoomAction)
	if refutation != nil {
		return Refuted, refutation
	}
	switch {
	case c.Now != "" && (before == now || c.Now != verdict(now)):
		return Refuted, &Refutation{Class: string(c.Action.Kind) + "-not-changed", Detail: fmt.Sprintf(
			"%s: %s: expected to be %s since %s and not before; is %s, was %s", c.State, c.Action, c.Now, d, verdict(now), verdict(before))}
	case before != now && !explains(d, &c.RoomAction, now):
		return Refuted, &Refutation{Class: string(c.Action.Kind) + "-changed", Detail: fmt.Sprintf(
			"%s: %s: %s under %s and %s under %s, though nothing that it rests on changed", c.State, c.Action, verdict(before), d-1, verdict(now), d)}
	}
	return Holds, nil
}

// changes holds, for each kind of action whose decisions changed, the smallest
// room in which they did.
var changes = []struct {
	since                 spec.Draft
	now                   string
	policy, state, action string
}{
	{spec.RoomPolicy02, "denied",
		`{"mls_operational_policy": {"external_proposal_allowed": false, "external_commit_allowed": false}, "roles_list": {"roles": [{"role_index": 2, "role_name": "user", "role_capabilities": ["canAddOwnClient"]}]}}`,
		"b=2", "b add-own-client"},
	{spec.RoomPolicy02, "denied",
		`{"mls_operational_policy": {"external_proposal_allowed": false, "external_commit_allowed": false}, "roles_list": {"roles": [{"role_index": 3, "role_name": "admin", "role_capabilities": ["canJoinIfPreauthorized"], "authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [3]}]}]}, "preauth_list": {"preauthorized_entries": [{"claimset": [], "target_role": 3}]}}`,
		"", "a join-preauthorized"},
	{spec.RoomPolicy02, "denied",
		`{"mls_operational_policy": {"external_proposal_allowed": false, "external_commit_allowed": false}, "roles_list": {"roles": [{"role_index": 2, "role_name": "user"}, {"role_index": 0, "role_name": "none", "role_capabilities": ["canOpenJoin"], "authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [2]}]}]}}`,
		"", "a open-join 2"},
	{spec.RoomPolicy02, "denied",
		`{"mls_operational_policy": {"external_proposal_allowed": false, "external_commit_allowed": false}, "roles_list": {"roles": [{"role_index": 2, "role_name": "ordinary_user"}, {"role_index": 5, "role_name": "policy_enforcer", "role_capabilities": ["canRemoveParticipant"], "minimum_participants_constraint": 1, "maximum_participants_constraint": 2, "maximum_active_participants_constraint": 0, "authorized_role_changes": [{"from_role_index": 2, "target_role_indexes": [0]}]}]}}`,
		"a=2+ b=5 c=2+", "b remove a"},
	{spec.RoomPolicy02, "denied",
		`{"mls_operational_policy": {"external_proposal_allowed": false, "external_commit_allowed": false}, "roles_list": {"roles": [{"role_index": 2, "role_name": "user"}, {"role_index": 1, "role_name": "banned", "role_capabilities": ["canChangeRoleDefinitions"]}]}, "preauth_list": {"preauthorized_entries": [{"claimset": [], "target_role": 1}]}}`,
		"c=2+", "hub update roles_list"},
	{spec.RoomPolicy02, "denied",
		`{"mls_operational_policy": {"external_proposal_allowed": false, "external_commit_allowed": false}, "roles_list": {"roles": [{"role_index": 0, "role_name": "no_role", "role_capabilities": ["canUseJoinCode"], "authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [2]}]}, {"role_index": 2, "role_name": "guest"}]}}`,
		"", "a join-code code"},
	{spec.RoomPolicy02, "denied",
		`{"mls_operational_policy": {"external_proposal_allowed": false, "external_commit_allowed": false}, "roles_list": {"roles": [{"role_index": 1, "role_name": "banned"}, {"role_index": 2, "role_name": "org_a_user"}, {"role_index": 9, "role_name": "policy_enforcer", "role_capabilities": ["canBan"], "minimum_participants_constraint": 1, "maximum_participants_constraint": 2, "maximum_active_participants_constraint": 0, "authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [1]}]}]}}`,
		"a=9 b=2+", "a ban B"},
	{spec.RoomPolicy02, "denied",
		`{"mls_operational_policy": {"external_proposal_allowed": false, "external_commit_allowed": false}, "roles_list": {"roles": [{"role_index": 2, "role_name": "user", "role_capabilities": ["canKick"]}]}, "preauth_list": {"preauthorized_entries": [{"claimset": [], "target_role": 2}]}}`,
		"a=2+ B=2+", "hub kick a"},
	{spec.RoomPolicy02, "denied",
		`{"mls_operational_policy": {"external_proposal_allowed": false, "external_commit_allowed": false}, "roles_list": {"roles": [{"role_index": 2, "role_name": "ordinary_user"}, {"role_index": 5, "role_name": "policy_enforcer", "role_capabilities": ["canChangePreauthorizedUserList"], "minimum_participants_constraint": 1, "maximum_participants_constraint": 2, "maximum_active_participants_constraint": 0}]}, "preauth_list": {"preauthorized_entries": [{"claimset": [], "target_role": 2}]}}`,
		"B=2+ c=5", "c remove-component preauth_list"},
	{spec.RoomPolicy02, "denied",
		`{"mls_operational_policy": {"external_proposal_allowed": false, "external_commit_allowed": false}, "roles_list": {"roles": [{"role_index": 2, "role_name": "user", "role_capabilities": ["canRemoveSelf"], "maximum_active_participants_constraint": 0, "authorized_role_changes": [{"from_role_index": 2, "target_role_indexes": [0]}]}, {"role_index": 3, "role_name": "admin"}]}}`,
		"a=2 b=3+", "a leave"},
	{spec.RoomPolicy02, "denied",
		`{"mls_operational_policy": {"external_proposal_allowed": false, "external_commit_allowed": false}, "roles_list": {"roles": [{"role_index": 2, "role_name": "user"}, {"role_index": 3, "role_name": "admin", "role_capabilities": ["canAddParticipant"], "maximum_active_participants_constraint": 0, "authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [2]}]}]}}`,
		"a=3 b=2+", "a add B 2"},
	{spec.RoomPolicy02, "denied",
		`{"mls_operational_policy": {"external_proposal_allowed": false, "external_commit_allowed": false}, "roles_list": {"roles": [{"role_index": 2, "role_name": "user", "role_capabilities": ["canChangeUserRole"], "maximum_active_participants_constraint": 0, "authorized_role_changes": [{"from_role_index": 1, "target_role_indexes": [2]}]}, {"role_index": 1, "role_name": "banned"}, {"role_index": 7, "role_name": "guest"}]}}`,
		"a=2 B=1 c=7+", "a change-role B 2"},
	{spec.RoomPolicy02, "denied",
		`{"mls_operational_policy": {"external_proposal_allowed": false, "external_commit_allowed": false}, "roles_list": {"roles": [{"role_index": 2, "role_name": "user", "role_capabilities": ["canUnBan"], "authorized_role_changes": [{"from_role_index": 1, "target_role_indexes": [2]}]}, {"role_index": 1, "role_name": "banned", "maximum_active_participants_constraint": 0}]}, "preauth_list": {"preauthorized_entries": [{"claimset": [], "target_role": 2}]}}`,
		"a=2+ b=1", "hub unban b 2"},
	{spec.RoomPolicy02, "denied",
		`{"mls_operational_policy": {"external_proposal_allowed": false, "external_commit_allowed": false}, "roles_list": {"roles": [{"role_index": 2, "role_name": "user"}, {"role_index": 1, "role_name": "banned", "role_capabilities": ["canChangeOwnRole"], "maximum_active_participants_constraint": 0}]}, "preauth_list": {"preauthorized_entries": [{"claimset": [], "target_role": 2}]}}`,
		"B=2+ c=1", "c change-own-role"},
	{spec.RoomPolicy03, "allowed",
		`{"roles_list": {"roles": [{"role_index": 2, "role_name": "user", "role_capabilities": ["canJoinIfPreauthorized"]}]}, "preauth_list": {"preauthorized_entries": [{"claimset": [], "target_role": 2}]}}`,
		"", "a join-preauthorized"},
	{spec.RoomPolicy03, "denied",
		`{"roles_list": {"roles": [{"role_index": 2, "role_name": "user", "role_capabilities": ["canOpenJoin"], "authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [2]}]}]}, "preauth_list": {"preauthorized_entries": [{"claimset": [], "target_role": 2}]}}`,
		"", "a join-preauthorized"},
	{spec.RoomPolicy03, "denied",
		`{"roles_list": {"roles": [{"role_index": 2, "role_name": "ordinary_user", "role_capabilities": ["canAddOwnClient"]}]}, "base_room_policy": {"multi_device": true, "max_clients": 0, "persistent_room": true}}`,
		"a=2+", "a add-own-client"},
	{spec.RoomPolicy03, "denied",
		`{"roles_list": {"roles": [{"role_index": 2, "role_name": "user"}, {"role_index": 0, "role_name": "none", "role_capabilities": ["canUseJoinCode"], "authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [2]}]}]}, "base_room_policy": {"multi_device": true, "max_clients": 0, "persistent_room": true}}`,
		"", "a join-code code"},
	{spec.RoomPolicy03, "denied",
		`{"roles_list": {"roles": [{"role_index": 2, "role_name": "org_a_user"}, {"role_index": 8, "role_name": "super_admin", "role_capabilities": ["canAddParticipant"], "authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [2]}]}]}, "base_room_policy": {"multi_device": true, "max_users": 0, "persistent_room": true}}`,
		"a=8+", "a add b 2"},
	{spec.RoomPolicy03, "denied",
		`{"roles_list": {"roles": [{"role_index": 1, "role_name": "banned", "maximum_active_participants_constraint": 0}, {"role_index": 2, "role_name": "ordinary_user"}, {"role_index": 3, "role_name": "group_admin", "role_capabilities": ["canChangeUserRole"], "authorized_role_changes": [{"from_role_index": 1, "target_role_indexes": [2]}]}]}, "base_room_policy": {"multi_device": true, "max_users": 0, "persistent_room": true}}`,
		"B=1 c=3+", "c change-role B 2"},
	{spec.RoomPolicy03, "denied",
		`{"roles_list": {"roles": [{"role_index": 2, "role_name": "user"}, {"role_index": 0, "role_name": "none", "role_capabilities": ["canOpenJoin"], "authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [2]}]}]}, "base_room_policy": {"multi_device": true, "max_clients": 0, "persistent_room": true}}`,
		"", "a open-join 2"},
	{spec.RoomPolicy03, "denied",
		`{"roles_list": {"roles": [{"role_index": 2, "role_name": "user"}, {"role_index": 1, "role_name": "banned", "role_capabilities": ["canUnBan"], "authorized_role_changes": [{"from_role_index": 1, "target_role_indexes": [2]}]}]}, "preauth_list": {"preauthorized_entries": [{"claimset": [], "target_role": 1}]}, "base_room_policy": {"multi_device": true, "max_users": 0, "persistent_room": true}}`,
		"a=1+", "hub unban a 2"},
	{spec.RoomPolicy03, "denied",
		`{"roles_list": {"roles": [{"role_index": 2, "role_name": "user"}, {"role_index": 1, "role_name": "banned", "role_capabilities": ["canChangeOwnRole"]}]}, "preauth_list": {"preauthorized_entries": [{"claimset": [], "target_role": 2}]}, "base_room_policy": {"parent_dependent": true, "parent_room": ["mimi://hub.example/r/parent"], "multi_device": true, "max_users": 0, "persistent_room": true}}`,
		"a=1+", "a change-own-role"},
}

// changedDecisions gives the rooms of changes until a draft; those of earlier
// drafts are decided as before.
func changedDecisions(d spec.Draft) []changedDecision {
	var list []changedDecision
	for _, c := range changes {
		if c.since > d {
			continue
		}
		q := knownAction(c.policy, c.state, c.action)
		q.State.ExternalSenders = []roompolicy.User{gen.Hub}
		q.State.JoinCodes = []roompolicy.JoinCode{{Code: "code", Role: 2}}
		change := changedDecision{RoomAction: q}
		if c.since == d {
			change.Now = c.now
		}
		list = append(list, change)
	}
	return list
}
