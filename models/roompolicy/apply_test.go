package roompolicy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// applied applies a commit, written as JSON, under readings.
func applied(t *testing.T, policy *Policy, state *State, readings, commit string) (*Outcome, error) {
	t.Helper()
	chosen, err := ParseReadings(readings)
	if err != nil {
		t.Fatal(err)
	}
	judge, err := NewJudge(spec.RoomPolicy04, chosen)
	if err != nil {
		t.Fatal(err)
	}
	c, err := DecodeJSON[Commit]([]byte(commit))
	if err != nil {
		t.Fatal(err)
	}
	return judge.Apply(policy, state, c)
}

// refusal names the rule and the place of a refused commit.
func refusal(err error) string {
	var refused *CommitError
	if !errors.As(err, &refused) {
		return fmt.Sprint(err)
	}
	return strings.TrimPrefix(refused.Rule.ID, "room-policy/") + " at " + refused.Place
}

// TestApply says what commits leave of a list, or which rule refuses them where.
// The users a and b have role 2, the admins S and T role 3.
func TestApply(t *testing.T) {
	const state = "S=3+2 T=3+ a=2+2 b=2+"
	for _, test := range []struct {
		name, readings, proposals, want string
	}{
		{"nothing", "", ``, state},
		{"a client is kicked", "", `{"remove":{"user":"a","clients":1}}`, "S=3+2 T=3+ a=2+ b=2+"},
		{"clients of two users are kicked", "", `{"remove":{"user":"a","clients":1}},{"remove":{"user":"b","clients":1}}`, "S=3+2 T=3+ a=2+ b=2"},
		{"the first of the list changes", "", `{"sender":"T","participant_list":{"changedRoleParticipants":[{"user_index":0,"role_index":2}]}}`, "S=2+2 T=3+ a=2+2 b=2+"},
		{"the first of the list is banned but for the committer", "", `{"participant_list":{"changedRoleParticipants":[{"user_index":3,"role_index":1}]}},{"remove":{"user":"b","clients":1}}`, "S=3+2 T=3+ a=2+2 b=1"},
		{"two senders remove the clients of a user", "",
			`{"participant_list":{"removedIndices":[2]}},{"remove":{"user":"a","clients":1}},{"sender":"T","remove":{"user":"a","clients":1}}`, "S=3+2 T=3+ b=2+"},
		{"more clients are removed than go with the user", "",
			`{"participant_list":{"removedIndices":[2]}},{"remove":{"user":"a","clients":2}},{"sender":"T","remove":{"user":"a","clients":1}}`, "remove-clients-exist at proposals[2].remove"},
		{"the proposals that go with a user take what they need", "",
			`{"participant_list":{"removedIndices":[3]}},{"remove":{"user":"b","clients":2}}`, "remove-clients-exist at proposals[1].remove"},
		{"fewer clients are removed than go with the user", "",
			`{"participant_list":{"removedIndices":[2]}},{"remove":{"user":"a","clients":1}}`, "remove-no-clients-left at proposals[0].removedIndices[0]"},
		{"own clients and kicked ones add up", "", `{"remove":{"user":"S","clients":1}},{"sender":"T","remove":{"user":"S","clients":1}}`, "commit-by-member at "},
		{"an own client goes and another commits", "", `{"remove":{"user":"S","clients":1}}`, "S=3+ T=3+ a=2+2 b=2+"},
		{"an own client goes and another must commit", "leaver-commits=other-user", `{"remove":{"user":"S","clients":1}}`, "commit-by-member at "},
		{"a client is kicked and another commits", "leaver-commits=other-user", `{"sender":"T","remove":{"user":"S","clients":1}}`, "S=3+ T=3+ a=2+2 b=2+"},
		{"as many clients as can be counted", "", `{"remove":{"user":"a","clients":4294967295}}`, "kick-clients at proposals[0].remove"},
		{"more clients than can be counted", "", `{"remove":{"user":"a","clients":4294967295}},{"remove":{"user":"a","clients":1}}`, "group-size at proposals[0].remove"},
		{"no clients are added", "", `{"add":{"user":"x","clients":0}}`, "proposal-one-kind at proposals[0]"},
		{"no clients are removed", "", `{"remove":{"user":"a","clients":0}}`, "proposal-one-kind at proposals[0]"},
		{"the first of two refusals is told", "", `{"sender":"a","participant_list":{"changedRoleParticipants":[{"user_index":3,"role_index":3}]}}`,
			"change-role-capability at proposals[0].changedRoleParticipants[0]"},
		{"clients go and the list changes after", "", `{"remove":{"user":"a","clients":1}},{"participant_list":{"removedIndices":[3]}},{"remove":{"user":"b","clients":1}}`,
			"S=3+2 T=3+ a=2+"},
		{"a role is added", "", `{"participant_list":{"addedParticipants":[{"user":"x","role_index":2}]}},{"add":{"user":"x","clients":1}}`, state + " x=2+"},
	} {
		outcome, err := applied(t, casePolicy(t, "all"), stateOf(t, state), test.readings, `{"committer":"S","proposals":[`+test.proposals+`]}`)
		got := refusal(err)
		if err == nil {
			got = outcome.State.String()
		}
		if got != test.want {
			t.Errorf("%s: %s, %v; expected %s", test.name, got, err, test.want)
		}
	}
}

// Of several actions that a change may rest on, one that is allowed but does
// something else is told before one that is denied.
func TestRefusalThatIsTold(t *testing.T) {
	for _, test := range []struct {
		name    string
		preauth uint32 // of x, who joins with role 1; 0 for none
		code    string
		want    string
	}{
		{"neither", 0, "", "open-join-role-change"},
		{"preauthorized for another role", 3, "", "plist-each-action-authorized"},
		{"with a code for another role", 3, "to2", "plist-each-action-authorized"},
	} {
		policy, state := casePolicy(t, "all"), stateOf(t, "S=3+")
		state.Credentials = []Credential{{"x", []Claim{claimOf("x")}}}
		state.JoinCodes = []JoinCode{{"to2", 2}}
		if test.preauth != 0 {
			policy.PreAuth = &PreAuthData{PreauthorizedEntries: []PreAuthRoleEntry{{Claimset: []Claim{claimOf("x")}, TargetRole: RoleReference{RoleIndex: test.preauth}}}}
		}
		_, err := applied(t, policy, state, "", `{"committer":"x","external":true,"join_code":"`+test.code+`",
			"proposals":[{"participant_list":{"addedParticipants":[{"user":"x","role_index":1}]}}]}`)
		if got := refusal(err); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: %s, %v", test.name, got, err)
		}
	}
}

// A maximum of one is kept where one goes as one comes, unless each action is
// authorized on the state before the commit.
func TestJointCommit(t *testing.T) {
	policy := casePolicy(t, "all")
	roles := RoleData{Roles: slices.Clone(policy.Roles.Roles)}
	for i := range roles.Roles {
		if roles.Roles[i].RoleIndex == 2 {
			roles.Roles[i].MaximumParticipantsConstraint = Some[uint32](1)
		}
	}
	policy.Roles = &roles
	const commit = `{"committer":"S","proposals":[{"participant_list":{"removedIndices":[1],"addedParticipants":[{"user":"x","role_index":2}]}}]}`
	outcome, err := applied(t, policy, stateOf(t, "S=3+ a=2"), "", commit)
	if err != nil || outcome.State.String() != "S=3+ x=2" {
		t.Errorf("in order: %v, %v", outcome, err)
	}
	_, err = applied(t, policy, stateOf(t, "S=3+ a=2"), "joint-commit=snapshot", commit)
	if got := refusal(err); !strings.HasPrefix(got, "add-target-maxima") {
		t.Errorf("on the state before: %s", got)
	}
}

// Whether an update of the list is a change beside new roles or new preauthorized
// users.
func TestListAndPolicyInOneCommit(t *testing.T) {
	roles, err := EncodeJSON(casePolicy(t, "all").Roles)
	if err != nil {
		t.Fatal(err)
	}
	const add, remove, change, empty = `{"participant_list":{"addedParticipants":[{"user":"x","role_index":2}]}}`, `{"participant_list":{"removedIndices":[1]}}`,
		`{"participant_list":{"changedRoleParticipants":[{"user_index":1,"role_index":3}]}}`, `{"participant_list":{}}`
	for _, test := range []struct {
		name, readings, updates, withRoles, withPreauth string
	}{
		{"an addition", "", add, "role-update-not-with-participant-change", "preauth-update-not-with-participant-change"},
		{"an addition", "empty-update=no-change", add, "role-update-not-with-participant-change", "preauth-update-not-with-participant-change"},
		{"a change", "empty-update=no-change", change, "role-update-not-with-participant-change", "preauth-update-not-with-participant-change"},
		{"a removal", "empty-update=no-change", remove, "role-update-not-with-participant-change", "accepted"},
		{"nothing", "empty-update=no-change", empty, "accepted", "accepted"},
		{"nothing", "", empty, "role-update-not-with-participant-change", "accepted"},
		{"a removal, then nothing", "empty-update=no-change", remove + "," + empty, "role-update-not-with-participant-change", "accepted"},
		{"an addition, then a removal", "empty-update=no-change", add + "," + remove, "role-update-not-with-participant-change", "preauth-update-not-with-participant-change"},
	} {
		for replaced, want := range map[string]string{`{"roles_list":` + string(roles) + `}`: test.withRoles, `{"preauth_list":{"preauthorized_entries":[]}}`: test.withPreauth} {
			_, err := applied(t, casePolicy(t, "all"), stateOf(t, "S=3+ a=2"), test.readings, `{"committer":"S","proposals":[`+test.updates+`,{"replace":`+replaced+`}]}`)
			got := "accepted"
			if err != nil {
				got, _, _ = strings.Cut(refusal(err), " at ")
			}
			if got != want {
				t.Errorf("%s (%s) beside %.20s: %s, %v; expected %s", test.name, test.readings, replaced, got, err, want)
			}
		}
	}
}

func TestWhatIsUsedAndTakenOut(t *testing.T) {
	for use, want := range map[string]bool{"canDestroyRoom": true, "canChangeRoomName": false} {
		outcome, err := applied(t, casePolicy(t, "all"), stateOf(t, "S=3+"), "", `{"committer":"S","proposals":[{"use":"`+use+`"}]}`)
		if err != nil || outcome.State.Destroyed != want {
			t.Errorf("%s: %+v, %v", use, outcome, err)
		}
	}
	if outcome, err := applied(t, casePolicy(t, "all"), stateOf(t, "S=3+ a=2+"), "", `{"committer":"S","proposals":[{"sender":"a","use":"canDestroyRoom"}]}`); err == nil {
		t.Errorf("a user destroys the room: %+v", outcome)
	}
	policy := casePolicy(t, "all")
	policy.PreAuth, policy.Logging = &PreAuthData{}, &LoggingPolicy{}
	outcome, err := applied(t, policy, stateOf(t, "S=3+"), "", `{"committer":"S","proposals":[{"remove_component":"preauth_list"}]}`)
	if err != nil || outcome.Policy.PreAuth != nil || outcome.Policy.Logging == nil || policy.PreAuth == nil {
		t.Errorf("%+v, %v", outcome, err)
	}
}

func TestCommitErrorNamesThePlace(t *testing.T) {
	for want, e := range map[string]CommitError{
		"room-policy/destroyed at the commit: why":     {Rule: &spec.Rule{ID: "room-policy/destroyed"}, Reason: "why"},
		"room-policy/kick at proposals[0].remove: why": {Rule: &spec.Rule{ID: "room-policy/kick"}, Place: "proposals[0].remove", Reason: "why"},
	} {
		if e.Error() != want {
			t.Errorf("%q, expected %q", e.Error(), want)
		}
	}
}

// TestCommitFor says who commits what an action stands for.
func TestCommitFor(t *testing.T) {
	policy := casePolicy(t, "all")
	policy.Expiration, policy.Logging = &MessageExpiration{ExpiringMessages: Required}, &LoggingPolicy{}
	policy.PreAuth = &PreAuthData{PreauthorizedEntries: []PreAuthRoleEntry{
		{Claimset: []Claim{claimOf("x")}}, {Claimset: []Claim{claimOf("x")}, TargetRole: RoleReference{RoleIndex: 3}},
	}}
	for _, test := range []struct{ name, readings, action, want string }{
		{"of oneself", "", "a kick b", `{"committer":"a","proposals":[{"remove":{"user":"b","clients":1}}]}`},
		{"one of two own clients", "", "a remove-own-client", `{"committer":"a","proposals":[{"remove":{"user":"a","clients":1}}]}`},
		{"one of two own clients, and none may commit", "leaver-commits=other-user", "a remove-own-client", `{"committer":"b","proposals":[{"sender":"a","remove":{"user":"a","clients":1}}]}`},
		{"who leaves", "", "a leave", `{"committer":"b","proposals":[{"sender":"a","participant_list":{"removedIndices":[0]}},{"sender":"a","remove":{"user":"a","clients":2}}]}`},
		{"one of the clients of another is kicked and it commits", "leaver-commits=other-user", "d kick a with 1 client", `{"committer":"a","proposals":[{"sender":"d","remove":{"user":"a","clients":1}}]}`},
		{"a component", "", "a update message_expiration_policy", `{"committer":"a","proposals":[{"replace":{"message_expiration_policy":{"expiring_messages":"required"}}}]}`},
		{"preauthorized for role zero first", "", "x join-preauthorized", `{"committer":"x","external":true,"proposals":[{"participant_list":{"addedParticipants":[{"user":"x","role_index":0}]}}]}`},
		{"preauthorized for another role", "preauth-zero=first-nonzero", "x join-preauthorized", `{"committer":"x","external":true,"proposals":[{"participant_list":{"addedParticipants":[{"user":"x","role_index":3}]}}]}`},
	} {
		readings, err := ParseReadings(test.readings)
		if err != nil {
			t.Fatal(err)
		}
		judge, _ := NewJudge(spec.RoomPolicy04, readings)
		state := stateOf(t, "a=3+2 b=2+ d=3")
		state.Credentials = []Credential{{"x", []Claim{claimOf("x")}}}
		want, err := DecodeJSON[Commit]([]byte(test.want))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, judge.CommitFor(policy, state, parsed(t, test.action, nil)), sameEmpty); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestNext(t *testing.T) {
	policy := casePolicy(t, "all")
	for action, want := range map[string]string{
		"S remove a": "b=2 S=3+", "S remove b": "a=2 S=3+", "S change-role a 3": "a=3 b=2 S=3+", "S add c 2": "a=2 b=2 S=3+ c=2",
		"S add-own-client": "a=2 b=2 S=3+2", "S use canChangeRoomName": "a=2 b=2 S=3+", "b kick S": "a=2 b=2 S=3+",
	} {
		state := stateOf(t, "a=2 b=2 S=3+")
		d := Decide(policy, state, parsed(t, action, nil))
		if got := state.Next(&d).String(); got != want {
			t.Errorf("%s: %s, expected %s", action, got, want)
		}
	}
}

func TestNextOfDestroyedRooms(t *testing.T) {
	policy, state := casePolicy(t, "all"), stateOf(t, "S=3+ a=2+")
	for text, want := range map[string]bool{"S use canDestroyRoom": true, "S use canChangeRoomName": false, "a use canDestroyRoom": false} {
		d := Decide(policy, state, parsed(t, text, nil))
		if next := state.Next(&d); next.Destroyed != want || next.String() != state.String() {
			t.Errorf("%s: %+v", text, next)
		}
	}
	state.Destroyed = true
	if d := Decide(policy, state, parsed(t, "S kick a", nil)); !state.Next(&d).Destroyed || d.Rule != ruleDestroyed {
		t.Errorf("a destroyed room: %s", d)
	}
}

// New roles must not leave more participants than a maximum, unless there were too
// many before.
func TestNewMaxima(t *testing.T) {
	type maxima struct{ all, active Optional[uint32] }
	for _, test := range []struct {
		name      string
		was, now  maxima // of role 2, which two have, both with a client
		readings  string
		isRefused string // why
	}{
		{"none", maxima{}, maxima{}, "", ""},
		{"enough", maxima{}, maxima{Some[uint32](2), Some[uint32](2)}, "", ""},
		{"too few", maxima{}, maxima{all: Some[uint32](1)}, "", "maximum of role 2: 1, and there are 2"},
		{"too few active", maxima{}, maxima{active: Some[uint32](1)}, "", "maximum active of role 2: 1, and there are 2"},
		{"fewer than there are and were allowed", maxima{all: Some[uint32](2)}, maxima{all: Some[uint32](1)}, "", "maximum of role 2: 1, and there are 2"},
		{"more were there than allowed", maxima{all: Some[uint32](1)}, maxima{all: Some[uint32](1)}, "", ""},
		{"of all before, of the active now", maxima{all: Some[uint32](1)}, maxima{Some[uint32](1), Some[uint32](1)}, "", "maximum active of role 2: 1, and there are 2"},
		{"unchecked", maxima{}, maxima{all: Some[uint32](1)}, "role-update-maxima=unchecked", ""},
	} {
		withMaxima := func(m maxima) *Policy {
			policy := casePolicy(t, "all")
			roles := RoleData{Roles: slices.Clone(policy.Roles.Roles)}
			for i := range roles.Roles {
				if roles.Roles[i].RoleIndex == 2 {
					roles.Roles[i].MaximumParticipantsConstraint, roles.Roles[i].MaximumActiveParticipantsConstraint = m.all, m.active
				}
			}
			policy.Roles = &roles
			return policy
		}
		readings, err := ParseReadings(test.readings)
		if err != nil {
			t.Fatal(err)
		}
		judge, _ := NewJudge(spec.RoomPolicy04, readings)
		now := withMaxima(test.now)
		_, err = judge.Apply(withMaxima(test.was), stateOf(t, "S=3+ a=2+ b=2+"), &Commit{Committer: "S", Proposals: []Proposal{{Replace: &Policy{Roles: now.Roles}}}})
		var refused *CommitError
		if errors.As(err, &refused) != (test.isRefused != "") || refused != nil && (refused.Rule != ruleNewMaxima || refused.Reason != test.isRefused) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// A role that is defined twice, as it was before, is none, and has no maxima.
func TestNewRolesWithOneTwice(t *testing.T) {
	policy := casePolicy(t, "all")
	roles := RoleData{Roles: append(slices.Clone(policy.Roles.Roles), Role{RoleIndex: 9, RoleName: "a"}, Role{RoleIndex: 9, RoleName: "b"})}
	policy.Roles = &roles
	if _, err := Apply(policy, stateOf(t, "S=3+"), &Commit{Committer: "S", Proposals: []Proposal{{Replace: &Policy{Roles: &roles}}}}); err != nil {
		t.Error(err)
	}
}

// Where canChangeRoomMembershipStyle covers the style alone, nothing else of the
// base policy may change.
func TestMembershipStyleAlone(t *testing.T) {
	base := BaseRoomPolicy{MultiDevice: true, PolicyComponentIds: []ComponentID{RolesListID}}
	for name, test := range map[string]struct {
		was    *BaseRoomPolicy
		change func(*BaseRoomPolicy)
		want   bool
	}{
		"nothing":              {&base, func(b *BaseRoomPolicy) {}, true},
		"fixed membership":     {&base, func(b *BaseRoomPolicy) { b.FixedMembership = true }, true},
		"a parent":             {&base, func(b *BaseRoomPolicy) { b.ParentDependent, b.ParentRoom = true, []Uri{"mimi://a.example/r/p"} }, true},
		"multi_device":         {&base, func(b *BaseRoomPolicy) { b.MultiDevice = false }, false},
		"max_clients":          {&base, func(b *BaseRoomPolicy) { b.MaxClients = Some[uint32](9) }, false},
		"max_users":            {&base, func(b *BaseRoomPolicy) { b.MaxUsers = Some[uint32](9) }, false},
		"pseudonyms_allowed":   {&base, func(b *BaseRoomPolicy) { b.PseudonymsAllowed = true }, false},
		"persistent_room":      {&base, func(b *BaseRoomPolicy) { b.PersistentRoom = true }, false},
		"discoverable":         {&base, func(b *BaseRoomPolicy) { b.Discoverable = true }, false},
		"policy_component_ids": {&base, func(b *BaseRoomPolicy) { b.PolicyComponentIds = nil }, false},
		"no base before":       {nil, func(b *BaseRoomPolicy) { *b = BaseRoomPolicy{FixedMembership: true} }, true},
		"a base of its own":    {nil, func(b *BaseRoomPolicy) {}, false},
	} {
		policy, now := casePolicy(t, "fixable"), base
		policy.Roles = &RoleData{Roles: policy.Roles.Roles[:2]} // without the host, who may add
		policy.Base = test.was
		test.change(&now)
		judge, err := NewJudge(spec.RoomPolicy04, Readings{baseUpdate: baseStyleOnly})
		if err != nil {
			t.Fatal(err)
		}
		_, err = judge.Apply(policy, stateOf(t, "S=3+"), &Commit{Committer: "S", Proposals: []Proposal{{Replace: &Policy{Base: &now}}}})
		var refused *CommitError
		if errors.As(err, &refused) == test.want || refused != nil && refused.Rule != ruleBaseStyle {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A policy that breaks a rule may be updated, as long as the update breaks nothing
// more.
func TestUpdateOfWrongPolicies(t *testing.T) {
	entries := func(roles ...uint32) *PreAuthData {
		data := &PreAuthData{}
		for i, role := range roles {
			data.PreauthorizedEntries = append(data.PreauthorizedEntries, PreAuthRoleEntry{Claimset: []Claim{claimOf(fmt.Sprint(i))}, TargetRole: RoleReference{RoleIndex: role}})
		}
		return data
	}
	policy := casePolicy(t, "all")
	policy.PreAuth = entries(2, 77) // of which the second is not defined
	for name, test := range map[string]struct {
		now  *PreAuthData
		want bool
	}{
		"as it was":        {entries(3, 77), true},
		"mended":           {entries(2, 3), true},
		"another is wrong": {entries(77, 2), false},
		"more are wrong":   {entries(77, 77), false},
	} {
		_, err := Apply(policy, stateOf(t, "S=3+"), &Commit{Committer: "S", Proposals: []Proposal{{Replace: &Policy{PreAuth: test.now}}}})
		if (err == nil) != test.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
