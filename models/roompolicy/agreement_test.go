package roompolicy

import (
	"fmt"
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// rooms returns every state of a few users: not listed, or with one of the
// roles and up to two clients.
func rooms(roles *RoleData, users []User) []*State {
	states := []*State{{Participants: []Participant{}}}
	for _, user := range users {
		var more []*State
		for _, state := range states {
			more = append(more, state)
			for i := range roles.Roles {
				index := roles.Roles[i].RoleIndex
				if index == NoRole {
					continue
				}
				for clients := uint32(0); clients <= 2; clients++ {
					if clients > 0 && allowsNoClients(&roles.Roles[i]) {
						break
					}
					next := state.Clone()
					next.Participants = append(next.Participants, Participant{User: user, Role: index, Clients: clients})
					more = append(more, next)
				}
			}
		}
		states = more
	}
	return states
}

// actionsOf returns every membership action among users, with roles and up to
// two clients.
func actionsOf(roles *RoleData, users []User, codes []JoinCode) []Action {
	var actions []Action
	for _, actor := range users {
		for _, kind := range ActionKinds() {
			has := actionOperands[kind]
			if has.component || has.capability {
				continue
			}
			of := []Action{{Actor: actor, Kind: kind}}
			if has.target {
				of = vary(of, users, func(a *Action, user User) { a.Target = user })
			}
			if has.role {
				of = vary(of, roles.Roles, func(a *Action, role Role) { a.Role = role.RoleIndex })
			}
			if has.clients {
				of = vary(of, []uint32{0, 1, 2}, func(a *Action, n uint32) { a.Clients = n })
			}
			if has.code {
				of = vary(of, codes, func(a *Action, code JoinCode) { a.Code = code.Code })
			}
			actions = append(actions, of...)
		}
	}
	return actions
}

func vary[T any](actions []Action, values []T, set func(*Action, T)) []Action {
	var more []Action
	for _, action := range actions {
		for _, value := range values {
			set(&action, value)
			more = append(more, action)
		}
	}
	return more
}

func claimOf(name string) Claim {
	return Claim{ClaimId: ClaimId{CredentialType: 2, Id: "group"}, ClaimValue: Octets(name)}
}

// casePolicy returns one of the policies of the cases.
func casePolicy(t *testing.T, name string) *Policy {
	t.Helper()
	for _, row := range readCaseFile().Cases {
		if row.Policy == name && row.Components == nil {
			policy, err := row.policy(readCaseFile().Policies)
			if err != nil {
				t.Fatal(err)
			}
			return policy
		}
	}
	t.Fatalf("no policy %q", name)
	return nil
}

// TestApplyAgreesWithDecide holds that a commit of a single action is accepted
// just if one of the actions that it may stand for is allowed, and then leaves
// what the decision says.
func TestApplyAgreesWithDecide(t *testing.T) {
	users := []User{"a", "b", "c"}
	accepted, refused := 0, 0
	for _, test := range []struct {
		policy   string
		users    int
		base     *BaseRoomPolicy
		readings string
		draft    spec.Draft
	}{
		{"all", 2, nil, "", spec.RoomPolicy04},
		{"all", 2, &BaseRoomPolicy{MultiDevice: true, MaxUsers: Some[uint32](1), MaxClients: Some[uint32](2)}, "", spec.RoomPolicy04},
		{"all", 2, &BaseRoomPolicy{FixedMembership: true}, "fixed-ban=refused", spec.RoomPolicy04},
		{"bounded", 2, nil, "", spec.RoomPolicy04},
		{"bounded", 2, nil, "bounds=delta,cur-bans=without-kick,own-role-holder=target-role", spec.RoomPolicy02},
		{"bounded", 2, nil, "bounds=pre-state,joint-commit=snapshot,leaver-commits=other-user", spec.RoomPolicy04},
		{"helper", 3, nil, "same-role=needs-entry,list-base=one,external-proposals=holders", spec.RoomPolicy04},
		{"cooperative", 2, nil, "canadd-later=later,partial-kick=all-clients,rm-unbans=needs-unban", spec.RoomPolicy04},
		{"strict", 2, nil, "join-code-target=any-defined,addown-max=checked,ban-unlisted=refused", spec.RoomPolicy04},
		{"multi-org", 2, nil, "", spec.RoomPolicy04},
	} {
		policy := *casePolicy(t, test.policy)
		policy.Base = test.base
		policy.PreAuth = &PreAuthData{PreauthorizedEntries: []PreAuthRoleEntry{
			{Claimset: []Claim{claimOf("admins")}, TargetRole: RoleReference{RoleIndex: 3}},
			{Claimset: []Claim{claimOf("all")}, TargetRole: RoleReference{RoleIndex: 2}},
		}}
		readings, err := ParseReadings(test.readings)
		if err != nil {
			t.Fatal(err)
		}
		judge, err := NewJudge(test.draft, readings)
		if err != nil {
			t.Fatal(err)
		}
		codes := []JoinCode{{"to2", 2}, {"to3", 3}, {"to1", 1}}
		actions := actionsOf(policy.Roles, users[:test.users], codes)
		for i, state := range rooms(policy.Roles, users[:test.users]) {
			if testing.Short() && i%12 != 0 {
				continue
			}
			state.JoinCodes = codes
			state.Credentials = []Credential{{"a", []Claim{claimOf("all"), claimOf("admins")}}, {"b", []Claim{claimOf("all")}}}
			for text, group := range groupByCommit(judge, &policy, state, actions) {
				outcome, err := judge.Apply(&policy, state, group.commit)
				if (err == nil) != (len(group.next) > 0) {
					t.Fatalf("%s %s (%s): %s: allowed %d of %v, but the commit %s: %v", test.policy, test.readings, test.draft, state, len(group.next), group.actions, text, err)
				}
				if err != nil {
					refused++
					continue
				}
				accepted++
				if !slices.Contains(group.next, outcome.State.String()) {
					t.Fatalf("%s: %s: %v leave %q, the commit %q", test.policy, state, group.actions, group.next, outcome.State)
				}
			}
		}
	}
	if !testing.Short() && (accepted < 5000 || refused < 20000) {
		t.Errorf("%d commits accepted and %d refused: too few to say anything", accepted, refused)
	}
}

// commitGroup is the actions that one commit may stand for.
type commitGroup struct {
	commit  *Commit
	actions []Action
	next    []string // the states after those that are allowed
}

func groupByCommit(judge Judge, policy *Policy, state *State, actions []Action) map[string]*commitGroup {
	groups := map[string]*commitGroup{}
	for _, action := range actions {
		if adds := action.Kind == ActionAdd || action.Kind == ActionAddClient; adds && action.Target == action.Actor {
			continue // on the wire this is a join by proposal, and may be one
		}
		commit := judge.CommitFor(policy, state, action)
		if len(commit.Proposals) == 0 && !commit.External {
			if d := judge.Decide(policy, state, action); d.Allowed {
				group := &commitGroup{commit: &Commit{}, actions: []Action{action}}
				group.next = append(group.next, "nothing to commit")
				groups["empty"] = group
			}
			continue
		}
		key := commitKey(commit)
		group := groups[key]
		if group == nil {
			group = &commitGroup{commit: commit}
			groups[key] = group
		}
		group.actions = append(group.actions, action)
		if d := judge.Decide(policy, state, action); d.Allowed {
			group.next = append(group.next, state.Next(&d).String())
		}
	}
	return groups
}

// commitKey writes down what a commit does. Commits that differ only in the code
// that a join may use as well stand apart.
func commitKey(c *Commit) string {
	key := fmt.Sprintf("%s/%v/%s", c.Committer, c.External, c.JoinCode)
	for _, p := range c.Proposals {
		key += fmt.Sprintf(";%s", p.Sender)
		if p.ParticipantList != nil {
			key += fmt.Sprintf(" list %v", *p.ParticipantList)
		}
		if p.Add != nil {
			key += fmt.Sprintf(" add %v", *p.Add)
		}
		if p.Remove != nil {
			key += fmt.Sprintf(" remove %v", *p.Remove)
		}
	}
	return key
}
