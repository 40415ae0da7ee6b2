package roompolicy

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func parsed(t *testing.T, text string, roles *RoleData) Action {
	t.Helper()
	action, err := ParseAction(text, roles)
	if err != nil {
		t.Fatal(err)
	}
	return action
}

func stateOf(t *testing.T, text string) *State {
	t.Helper()
	state, err := ParseState(text)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func TestConstraintsHaveTheirNumbers(t *testing.T) {
	policy, state := ExampleByName("cooperative"), stateOf(t, "A=3+ S=4+")
	d := Decide(policy, state, parsed(t, "S remove A", nil))
	want := []Constraint{{Rule: ruleRemoveMinima, Kind: Minimum, Role: 3, Bound: 1, Before: 1, After: 0}}
	if d.Allowed || d.Rule != ruleRemoveMinima || !reflect.DeepEqual(d.Constraints, want) || d.Role != 4 || d.Capability != CanRemoveParticipant {
		t.Errorf("got %+v", d)
	}
	if got := d.Constraints[0].String(); got != "minimum of role 3: 1, before: 1, after: 0" {
		t.Errorf("the constraint is %q", got)
	}
	if d.Change != (Change{}) {
		t.Error("what is denied changes something")
	}
	if !strings.Contains(d.String(), "(broken)") {
		t.Errorf("the decision is %q", d)
	}
	const wantJSON = `{"allowed":false,"rule":"room-policy/remove-source-minima","reason":"minimum of role 3: 1, before: 1, after: 0",` +
		`"capability":"canRemoveParticipant","role_index":4,"constraints":[{"rule":"room-policy/remove-source-minima","kind":"minimum",` +
		`"role_index":3,"bound":1,"before":1,"after":0,"holds":false}]}`
	if text, err := json.Marshal(d); err != nil || string(text) != wantJSON {
		t.Errorf("the decision is %s, %v", text, err)
	}
}

func TestDecideLeavesItsArgumentsAlone(t *testing.T) {
	for i := range DecisionCases() {
		c := &DecisionCases()[i]
		before, err := EncodeJSON(c.State)
		if err != nil {
			t.Fatal(err)
		}
		policy, err := EncodeJSON(c.Policy)
		if err != nil {
			t.Fatal(err)
		}
		judgeCase(c)
		after, _ := EncodeJSON(c.State)
		policyAfter, _ := EncodeJSON(c.Policy)
		if string(before) != string(after) || string(policy) != string(policyAfter) {
			t.Errorf("%s changes what it is given", c)
		}
	}
}

func judgeOf(t *testing.T, draft spec.Draft, readings string) Judge {
	t.Helper()
	chosen, err := ParseReadings(readings)
	if err != nil {
		t.Fatal(err)
	}
	judge, err := NewJudge(draft, chosen)
	if err != nil {
		t.Fatal(err)
	}
	return judge
}

// TestBoundsHold says under each reading which counts keep a bound of 2.
func TestBoundsHold(t *testing.T) {
	for _, test := range []struct {
		kind                       ConstraintKind
		before, after              uint64
		postState, preState, delta bool
	}{
		{Minimum, 3, 2, true, true, true},
		{Minimum, 2, 1, false, true, false},
		{Minimum, 1, 2, true, false, true},
		{Minimum, 1, 1, false, false, true},
		{Minimum, 0, 1, false, false, true},
		{MinimumActive, 1, 0, false, false, false},
		{MinimumActive, 1, 1, false, false, true},
		{Maximum, 1, 2, true, true, true},
		{Maximum, 2, 3, false, true, false},
		{Maximum, 3, 2, true, false, true},
		{Maximum, 3, 3, false, false, true},
		{Maximum, 4, 3, false, false, true},
		{MaximumActive, 3, 4, false, false, false},
		{MaximumActive, 3, 3, false, false, true},
	} {
		for readings, want := range map[string]bool{"": test.postState, "bounds=pre-state": test.preState, "bounds=delta": test.delta} {
			c := Constraint{Kind: test.kind, Bound: 2, Before: test.before, After: test.after}
			if got := judgeOf(t, spec.RoomPolicy04, readings).boundHolds(c); got != want {
				t.Errorf("%s %s: %v", c, readings, got)
			}
		}
	}
}

// A minimum of zero is no bound.
func TestNoMinimumIsNoConstraint(t *testing.T) {
	d := Decide(casePolicy(t, "all"), stateOf(t, "S=3+ a=2"), parsed(t, "S remove a", nil))
	if !d.Allowed || d.Constraints != nil {
		t.Error(d)
	}
}

// TestDecisions has actions near what denies them.
func TestDecisions(t *testing.T) {
	for _, test := range []struct{ name, readings, state, action, rule string }{
		{"the last client that can be counted", "", "S=3+4294967294", "S add-own-client", ""},
		{"one client more than can be counted", "", "S=3+4294967295", "S add-own-client", "group-size"},
		{"one of the clients of a banned user, who should have none, goes", "", "S=3+ x=1+2", "S kick x with 1 client", ""},
		{"who is preauthorized for role zero first", "", "S=3+", "x kick S", "no-role-for-unlisted-actor"},
		{"who is preauthorized for role zero first, which does not count", "preauth-zero=first-nonzero", "S=3+ T=3+", "x kick S", ""},
		{"who is not preauthorized", "preauth-zero=first-nonzero", "S=3+ T=3+", "y kick S", "no-role-for-unlisted-actor"},
	} {
		policy, state := casePolicy(t, "all"), stateOf(t, test.state)
		state.Credentials = []Credential{{"x", []Claim{claimOf("x")}}}
		state.ExternalSenders = []User{"x", "y"}
		policy.PreAuth = &PreAuthData{PreauthorizedEntries: []PreAuthRoleEntry{
			{Claimset: []Claim{claimOf("x")}}, {Claimset: []Claim{claimOf("x")}, TargetRole: RoleReference{RoleIndex: 3}},
		}}
		d := judgeOf(t, spec.RoomPolicy04, test.readings).Decide(policy, state, parsed(t, test.action, nil))
		if d.Allowed != (test.rule == "") || !d.Allowed && d.Rule.ID != "room-policy/"+test.rule {
			t.Errorf("%s: %s", test.name, d)
		}
	}
}

// A room with fixed membership lets roles change, and bans as it is read.
func TestFixedMembership(t *testing.T) {
	policy := casePolicy(t, "all")
	policy.Base = &BaseRoomPolicy{FixedMembership: true, MultiDevice: true}
	for action, want := range map[string][2]bool{ // by default, and where no one is banned
		"S change-role a 3": {true, true}, "S ban a": {true, false}, "S unban b 2": {true, true}, "S remove a": {false, false}, "S add c 2": {false, false},
	} {
		for i, readings := range []string{"", "fixed-ban=refused"} {
			d := judgeOf(t, spec.RoomPolicy04, readings).Decide(policy, stateOf(t, "S=3+ a=2 b=1"), parsed(t, action, nil))
			if d.Allowed != want[i] {
				t.Errorf("%s %s: %s", action, readings, d)
			}
		}
	}
}

// Entries of the banned are not among the users of a room.
func TestLimitsOfRooms(t *testing.T) {
	for _, test := range []struct {
		name   string
		base   BaseRoomPolicy
		action string
		rule   string      // "" where it is allowed
		limit  *Constraint // without its rule
	}{
		{"the last user that may be", BaseRoomPolicy{MultiDevice: true, MaxUsers: Some[uint32](3)}, "S add c 2", "", &Constraint{Kind: MaxUsers, Bound: 3, Before: 2, After: 3, Holds: true}},
		{"one user more", BaseRoomPolicy{MultiDevice: true, MaxUsers: Some[uint32](2)}, "S add c 2", "max-users", &Constraint{Kind: MaxUsers, Bound: 2, Before: 2, After: 3}},
		{"an unban counts", BaseRoomPolicy{MultiDevice: true, MaxUsers: Some[uint32](2)}, "S unban b 2", "max-users", &Constraint{Kind: MaxUsers, Bound: 2, Before: 2, After: 3}},
		{"a removal of who is banned counts not", BaseRoomPolicy{MultiDevice: true, MaxUsers: Some[uint32](1)}, "S remove b", "", nil},
		{"another role counts not", BaseRoomPolicy{MultiDevice: true, MaxUsers: Some[uint32](1)}, "S change-role a 3", "", nil},
		{"the last client that may be", BaseRoomPolicy{MultiDevice: true, MaxClients: Some[uint32](4)}, "S add-own-client", "", &Constraint{Kind: MaxClients, Bound: 4, Before: 3, After: 4, Holds: true}},
		{"one client more", BaseRoomPolicy{MultiDevice: true, MaxClients: Some[uint32](3)}, "S add-own-client", "max-clients", &Constraint{Kind: MaxClients, Bound: 3, Before: 3, After: 4}},
		{"another role brings no client", BaseRoomPolicy{}, "S change-role a 3", "", nil},
		{"a second client", BaseRoomPolicy{}, "S add-own-client", "multi-device", &Constraint{Kind: MaxPerUser, Bound: 1, Before: 1, After: 2}},
	} {
		policy := casePolicy(t, "all")
		policy.Base = &test.base
		d := Decide(policy, stateOf(t, "S=3+ a=2+2 b=1"), parsed(t, test.action, nil))
		if d.Allowed != (test.rule == "") || !d.Allowed && !strings.Contains(d.Rule.ID, test.rule) {
			t.Errorf("%s: %s", test.name, d)
		}
		var want []Constraint
		if test.limit != nil {
			want = []Constraint{*test.limit}
		}
		for i := range d.Constraints {
			d.Constraints[i].Rule = nil
		}
		if !slices.Equal(d.Constraints, want) {
			t.Errorf("%s: compares %v, expected %v", test.name, d.Constraints, want)
		}
	}
}

func TestOwnRoles(t *testing.T) {
	for _, test := range []struct {
		readings string
		role     uint32 // that S is preauthorized for
		rule     string
	}{
		{"", 2, ""}, {"leaver-commits=other-user", 2, ""}, {"", 3, "changed-to-another-role"}, {"same-role=allowed", 3, ""}, {"", 0, "change-own-role-preauthorized"},
	} {
		policy, state := casePolicy(t, "all"), stateOf(t, "S=3+")
		state.Credentials = []Credential{{"S", []Claim{claimOf("S")}}}
		policy.PreAuth = &PreAuthData{PreauthorizedEntries: []PreAuthRoleEntry{{Claimset: []Claim{claimOf("S")}, TargetRole: RoleReference{RoleIndex: test.role}}}}
		d := judgeOf(t, spec.RoomPolicy04, test.readings).Decide(policy, state, parsed(t, "S change-own-role", nil))
		if d.Allowed != (test.rule == "") || !d.Allowed && d.Rule.ID != "room-policy/"+test.rule {
			t.Errorf("%s, preauthorized for %d: %s", test.readings, test.role, d)
		}
	}
}

// An unban leads to a role of participants, whatever changes are authorized.
func TestUnbanTo(t *testing.T) {
	for role, want := range map[string]bool{"0": false, "1": false, "2": true, "3": true} {
		d := Decide(casePolicy(t, "all"), stateOf(t, "S=3+ b=1"), parsed(t, "S unban b "+role, nil))
		if d.Allowed != want || !want && d.Rule != ruleUnbanFrom {
			t.Errorf("to %s: %s", role, d)
		}
	}
}

func TestDecisionText(t *testing.T) {
	rule := &spec.Rule{ID: "room-policy/kick"}
	for want, d := range map[string]Decision{
		"denied":                      {},
		"denied by room-policy/kick":  {Rule: rule},
		"allowed by room-policy/kick": {Allowed: true, Rule: rule},
		"denied by room-policy/kick: why; minimum of role 2: 1, before: 1, after: 0 (broken)":    {Rule: rule, Reason: "why", Constraints: []Constraint{{Kind: Minimum, Role: 2, Bound: 1, Before: 1}}},
		"denied: why; minimum active of role 2: 1, before: 1, after: 1":                          {Reason: "why", Constraints: []Constraint{{Kind: MinimumActive, Role: 2, Bound: 1, Before: 1, After: 1, Holds: true}}},
		"denied; maximum of role 2: 1, before: 1, after: 1":                                      {Constraints: []Constraint{{Kind: Maximum, Role: 2, Bound: 1, Before: 1, After: 1, Holds: true}}},
		"denied; maximum active of role 2: 1, before: 1, after: 1":                               {Constraints: []Constraint{{Kind: MaximumActive, Role: 2, Bound: 1, Before: 1, After: 1, Holds: true}}},
		"denied; max_users: 1, before: 1, after: 1; clients of one user: 1, before: 0, after: 1": {Constraints: []Constraint{{Kind: MaxUsers, Bound: 1, Before: 1, After: 1, Holds: true}, {Kind: MaxPerUser, Bound: 1, After: 1, Holds: true}}},
		"denied; max_expiration_duration: 5, found: 6 (broken); size of an asset: 1, found: 1":   {Constraints: []Constraint{{Kind: MaxExpiration, Bound: 5, After: 6}, {Kind: MaxAsset, Bound: 1, After: 1, Holds: true}}},
	} {
		if got := d.String(); got != want {
			t.Errorf("%q, expected %q", got, want)
		}
	}
}

// Of two authorized changes from one role, the first alone may count.
func TestRepeatedSources(t *testing.T) {
	holder := &Role{AuthorizedRoleChanges: []SingleSourceRoleChangeTargets{
		{FromRoleIndex: 3, TargetRoleIndexes: []uint32{2}}, {FromRoleIndex: 2, TargetRoleIndexes: []uint32{1}}, {FromRoleIndex: 2, TargetRoleIndexes: []uint32{0}},
	}}
	for _, test := range []struct {
		from, to      uint32
		united, first bool
	}{{2, 1, true, true}, {2, 0, true, false}, {3, 2, true, true}, {3, 1, false, false}, {4, 2, false, false}} {
		for readings, want := range map[string]bool{"": test.united, "repeated-from=first": test.first} {
			d := newDecider(judgeOf(t, spec.RoomPolicy04, readings), nil, nil, Action{})
			if d.changes(holder, test.from, test.to) != want || d.changes(nil, test.from, test.to) {
				t.Errorf("%s: from %d to %d: %v", readings, test.from, test.to, !want)
			}
		}
	}
}

// One canAddSelf stands for both ways to join before room-policy-03.
func TestCanAddSelf(t *testing.T) {
	adds, joins, neither := &Role{RoleCapabilities: []Capability{CanAddSelf}}, &Role{RoleCapabilities: []Capability{CanJoinIfPreauthorized}}, &Role{}
	for _, test := range []struct {
		role       *Role
		capability Capability
		old, now   bool
	}{
		{adds, CanJoinIfPreauthorized, true, false}, {adds, CanOpenJoin, true, true}, {adds, CanBan, false, false},
		{joins, CanJoinIfPreauthorized, true, true}, {joins, CanOpenJoin, false, false}, {neither, CanJoinIfPreauthorized, false, false},
	} {
		for draft, want := range map[spec.Draft]bool{spec.RoomPolicy02: test.old, spec.RoomPolicy03: test.now} {
			d := newDecider(judgeOf(t, draft, ""), nil, nil, Action{})
			if got := d.holds(test.role, test.capability); got != want {
				t.Errorf("%s: %v gives %s: %v", draft, test.role.RoleCapabilities, test.capability, got)
			}
		}
	}
}

func TestUnknownFailsClosed(t *testing.T) {
	policy, state := ExampleByName("strict"), stateOf(t, "S=4+ u=2+ odd=77+")
	for _, action := range []Action{
		{},
		{Actor: "S"},
		{Actor: "S", Kind: "explode"},
		{Actor: "S", Kind: ActionKick, Target: "nobody"},
		{Actor: "nobody", Kind: ActionKick, Target: "u"},
		{Actor: "S", Kind: ActionAdd, Target: "x", Role: 77},
		{Actor: "S", Kind: ActionAdd, Target: "x", Role: math.MaxUint32},
		{Actor: "S", Kind: ActionChangeRole, Target: "u", Role: 77},
		{Actor: "S", Kind: ActionUnban, Target: "u", Role: 77},
		{Actor: "odd", Kind: ActionKick, Target: "u"},
		{Actor: "odd", Kind: ActionLeave},
		{Actor: "odd", Kind: ActionUse, Capability: CanSendMessage},
		{Actor: "S", Kind: ActionUse, Capability: 0xf001},
		{Actor: "S", Kind: ActionUse, Capability: CanKnock},
		{Actor: "S", Kind: ActionUse, Capability: CanBan},
		{Actor: "S", Kind: ActionUpdate, Component: 0xfff0},
		{Actor: "S", Kind: ActionRemoveComponent, Component: 0xfff0},
		{Actor: "x", Kind: ActionOpenJoin, Role: 77},
		{Actor: "x", Kind: ActionJoinPreauthorized},
		{Actor: "x", Kind: ActionJoinCode, Code: "unknown"},
	} {
		if d := Decide(policy, state, action); d.Allowed || d.Rule == nil || d.Reason == "" {
			t.Errorf("%s: %s", action, d)
		}
	}
	kick := parsed(t, "S kick u", nil)
	if !Decide(policy, state, kick).Allowed {
		t.Error("a kick is denied")
	}
	if d := (Judge{}).Decide(policy, state, kick); d.Allowed || d.Rule != ruleFailClosed {
		t.Errorf("no draft: %s", d)
	}
	for _, draft := range []spec.Draft{0, spec.Content09, spec.Protocol06} {
		var refused *DraftError
		if _, err := NewJudge(draft, Readings{}); !errors.As(err, &refused) {
			t.Errorf("%s gives a judge, %v", draft, err)
		}
	}
}

// TestHostileValues holds that nothing panics, and that nothing is allowed to
// users who stand in the list twice.
func TestHostileValues(t *testing.T) {
	role := Role{RoleIndex: math.MaxUint32, RoleName: "huge", RoleCapabilities: Capabilities(),
		MaximumParticipantsConstraint: Some[uint32](0), MinimumActiveParticipantsConstraint: math.MaxUint32,
		AuthorizedRoleChanges: []SingleSourceRoleChangeTargets{{}, {FromRoleIndex: math.MaxUint32, TargetRoleIndexes: []uint32{0, 1, math.MaxUint32}}}}
	banned := Role{RoleIndex: 1, RoleName: BannedName}
	policies := []*Policy{
		nil, {}, {Roles: &RoleData{}},
		{Roles: &RoleData{Roles: []Role{role, banned, banned, {}}}, PreAuth: &PreAuthData{PreauthorizedEntries: []PreAuthRoleEntry{{}, {TargetRole: RoleReference{Role: &role}}}},
			Base: &BaseRoomPolicy{MaxUsers: Some[uint32](0), MaxClients: Some[uint32](0), ParentDependent: true, FixedMembership: true}, Operational: &OperationalParameters{}},
		{Roles: &RoleData{Roles: []Role{role}}},
	}
	twice := []Participant{{User: "a", Role: math.MaxUint32, Clients: math.MaxUint32}, {User: "a", Role: 1, Clients: 1}}
	states := []*State{nil, {}, {Participants: twice}, {Participants: twice[:1], JoinCodes: []JoinCode{{}, {}}, Removing: []User{""}},
		{Participants: []Participant{{User: "a", Role: math.MaxUint32, Clients: math.MaxUint32}, {User: "", Role: math.MaxUint32, Clients: math.MaxUint32}}}}
	var actions []Action
	for _, kind := range append(ActionKinds(), "", "?") {
		for _, actor := range []User{"", "a"} {
			for _, target := range []User{"a", "b"} {
				actions = append(actions, Action{Actor: actor, Kind: kind, Target: target},
					Action{Actor: actor, Kind: kind, Target: target, Role: math.MaxUint32, Clients: math.MaxUint32, Capability: math.MaxUint16, Component: math.MaxUint16})
			}
		}
	}
	for reading := range allReadings() {
		judge, err := NewJudge(spec.RoomPolicy04, reading)
		if err != nil {
			t.Fatal(err)
		}
		for _, policy := range policies {
			for _, state := range states {
				for _, action := range actions {
					d := judge.Decide(policy, state, action)
					if d.Rule == nil {
						t.Fatalf("%s: no rule decides", action)
					}
					if d.Allowed && state != nil && len(state.Participants) == 2 && state.Participants[1].User == "a" && action.Actor == "a" {
						t.Fatalf("%s: %s", action, d)
					}
					commit := judge.CommitFor(policy, state, action)
					if _, err := judge.Apply(policy, state, commit); err != nil && err.Error() == "" {
						t.Fatalf("%s: an error that says nothing", action)
					}
				}
			}
		}
	}
	for _, commit := range []*Commit{nil, {}, {External: true}, {Committer: "a", Proposals: []Proposal{
		{ParticipantList: &ParticipantListUpdate{
			ChangedRoleParticipants: []UserindexRolePair{{UserIndex: math.MaxUint32, RoleIndex: math.MaxUint32}}, RemovedIndices: []uint32{math.MaxUint32, 0, 0},
			AddedParticipants: []UserRolePair{{}, {}}}},
		{Add: &Clients{Clients: math.MaxUint32}}, {Add: &Clients{Clients: math.MaxUint32}}, {Remove: &Clients{User: "a", Clients: math.MaxUint32}},
		{Replace: &Policy{}}, {JoinLinks: &JoinLinksUpdate{RemovedIndices: []uint32{math.MaxUint32}}},
	}}} {
		for _, policy := range policies {
			for _, state := range states {
				outcome, err := Apply(policy, state, commit)
				if err == nil && outcome.State.String() != state.String() {
					t.Errorf("a hostile commit turns %q into %q", state, outcome.State)
				}
			}
		}
	}
}

// allReadings yields the defaults and every other reading by itself.
func allReadings() func(func(Readings) bool) {
	return func(yield func(Readings) bool) {
		if !yield(Readings{}) {
			return
		}
		for i := range ambiguityTable {
			for value := 1; value < len(ambiguityTable[i].Readings); value++ {
				var r Readings
				r[i] = uint8(value)
				if !yield(r) {
					return
				}
			}
		}
	}
}

func TestReadings(t *testing.T) {
	ids := map[string]bool{}
	for _, a := range Ambiguities() {
		if ids[a.ID] || a.Question == "" || len(a.Readings) < 2 || a.Drafts == 0 || a.Section == "" {
			t.Errorf("incomplete ambiguity %+v", a)
		}
		ids[a.ID] = true
		for _, reading := range a.Readings {
			r, err := Readings{}.WithReading(a.ID, reading.Name)
			if err != nil {
				t.Errorf("%s=%s: %v", a.ID, reading.Name, err)
			}
			back, err := ParseReadings(r.String())
			if err != nil || back != r {
				t.Errorf("%s=%s read back as %q, %v", a.ID, reading.Name, back, err)
			}
		}
	}
	for _, text := range []string{"bounds", "bounds=", "bounds=never", "odd=post-state", "=", "room-policy/bounds=post-state,x=y"} {
		var unknown *UnknownReadingError
		if _, err := ParseReadings(text); !errors.As(err, &unknown) || len(err.Error()) < 20 {
			t.Errorf("%q gives %v", text, err)
		}
	}
	for want, err := range map[string]error{
		`unknown reading "x" of room-policy/bounds: expected post-state or pre-state or delta`:         &UnknownReadingError{Ambiguity: "bounds", Reading: "x"},
		`unknown reading "x" of room-policy/bounds-scope: expected touched-roles or all-roles`:         &UnknownReadingError{Ambiguity: "bounds-scope", Reading: "x"},
		`unknown reading "y" of room-policy/bounds-scope: expected touched-roles or all-roles`:         &UnknownReadingError{Ambiguity: "room-policy/bounds-scope", Reading: "y"},
		`unknown ambiguity "x": expected one of bounds, bounds-scope, role-zero-holder, role-one-name`: &UnknownReadingError{Ambiguity: "x", Reading: "y"},
	} {
		if !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q, expected %q", err, want)
		}
	}
	if got := (Readings{boundsWhen: 3, boundsScope: 1}).String(); got != "bounds-scope=all-roles" {
		t.Errorf("a reading that there is not is written %q", got)
	}
	if r, err := ParseReadings(",bounds=delta,,addown-max=checked, "); err != nil || r.String() != "bounds=delta,addown-max=checked" {
		t.Errorf("blank parts: %q, %v", r, err)
	}
	if r, err := ParseReadings(" bounds=delta , join-code-target=any-defined "); err != nil || r.String() != "bounds=delta,join-code-target=any-defined" {
		t.Errorf("got %q, %v", r, err)
	}
}

// TestEachReadingDecides holds that every reading that is not a default changes
// the outcome of a case, of actions and commits or of messages.
func TestEachReadingDecides(t *testing.T) {
	messages, reports := messageCases(t), statusCases(t)
	for i := range ambiguityTable {
		for value := 1; value < len(ambiguityTable[i].Readings); value++ {
			changes := slices.ContainsFunc(DecisionCases(), func(c DecisionCase) bool {
				if c.Judge.readings[i] != uint8(value) {
					return false
				}
				allowed, rule, _ := judgeCase(&c)
				c.Judge.readings[i] = 0
				otherwise, otherRule, _ := judgeCase(&c)
				return allowed != otherwise || rule != otherRule
			}) || slices.ContainsFunc(messages, func(c messageCase) bool {
				if c.judge.readings[i] != uint8(value) {
					return false
				}
				d, _ := decideMessageCase(&c)
				c.judge.readings[i] = 0
				otherwise, _ := decideMessageCase(&c)
				return d.Allowed != otherwise.Allowed
			}) || slices.ContainsFunc(reports, func(c statusCase) bool {
				if c.judge.readings[i] != uint8(value) {
					return false
				}
				d := decideStatusCase(&c)
				c.judge.readings[i] = 0
				return d.Allowed != decideStatusCase(&c).Allowed
			})
			if !changes {
				t.Errorf("%s=%s changes no case", ambiguityTable[i].ID, ambiguityTable[i].Readings[value].Name)
			}
		}
	}
}

func TestActionText(t *testing.T) {
	roles := ExampleByName("moderated").Roles
	for _, test := range []struct{ text, index string }{
		{"alice add bob speaker with clients", "alice add bob 4 with 1 client"},
		{"alice add bob 4 with 3 clients", ""},
		{"alice kick bob", ""},
		{"alice change-role bob moderator", "alice change-role bob 5"},
		{`"a b" ban "="`, ""},
		{`x join-code "two words"`, ""},
		{"alice update roles_list", ""},
		{"alice remove-component 0x0031", ""},
		{"alice use canUnban", "alice use canUnBan"},
		{"alice use 0xf001", ""},
		{"with kick with with 2 clients", ""},
	} {
		a := parsed(t, test.text, roles)
		want := test.index
		if want == "" {
			want = test.text
		}
		if a.String() != want {
			t.Errorf("%q is %q, expected %q", test.text, a, want)
		}
		for _, text := range []string{a.String(), a.Describe(roles)} {
			if back := parsed(t, text, roles); back != a {
				t.Errorf("%q read back from %q as %q", a, text, back)
			}
		}
		asJSON, err := EncodeJSON(&a)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := DecodeJSON[Action](asJSON); err != nil || *back != a {
			t.Errorf("%s read back as %v, %v", asJSON, back, err)
		}
	}
	for _, text := range []string{
		"", "alice", "alice explode", "alice kick", "alice kick bob now", "alice add bob", "alice add bob speaker with", "alice add bob 4294967296",
		"alice add bob speaker with 0 clients", "alice add bob speaker with 2", "alice add bob nobody", "alice leave bob", `alice kick "bob`, `alice kick "bo"b`, "alice use x", "alice update x",
	} {
		var refused *ParseError
		if a, err := ParseAction(text, roles); !errors.As(err, &refused) || err.Error() == "" {
			t.Errorf("%q is %v, %v", text, a, err)
		}
	}
}

// A role is called by its name where the name says which one it is.
func TestActionsWithNamesOfRoles(t *testing.T) {
	roles := &RoleData{Roles: []Role{
		{RoleIndex: 2, RoleName: "user"}, {RoleIndex: 3, RoleName: "twin"}, {RoleIndex: 4, RoleName: "twin"}, {RoleIndex: 5, RoleName: "2"}, {RoleIndex: 6, RoleName: "6"},
	}}
	for role, want := range map[uint32]string{2: "user", 3: "3", 4: "4", 5: "5", 6: "6", 7: "7"} {
		action := Action{Actor: "a", Kind: ActionUnban, Target: "b", Role: role}
		if got := action.Describe(roles); got != "a unban b "+want {
			t.Errorf("role %d: %q", role, got)
		}
	}
	if got := (Action{Actor: "a", Kind: ActionAdd, Target: "b", Role: 2, Clients: 2}).Describe(roles); got != "a add b user with 2 clients" {
		t.Errorf("%q", got)
	}
}

func TestParseErrorsPointAtTheWord(t *testing.T) {
	for text, want := range map[string]ParseError{
		"alice ban bob now":              {Offset: 14, Found: "now", Expected: "the end"},
		"alice ban bob now and then":     {Offset: 14, Found: "now", Expected: "the end"},
		"alice leave with 2 clients":     {Offset: 12, Found: "with", Expected: "the end"},
		"alice explode":                  {Offset: 6, Found: "explode", Expected: "a kind of action, such as kick"},
		"alice add bob 2 with 0 clients": {Offset: 21, Found: "0", Expected: "with clients, or with a number of clients"},
		"alice add bob 2 with 3 users":   {Offset: 23, Found: "users", Expected: "clients"},
		"alice kick":                     {Offset: 10, Expected: "a user"},
	} {
		want.Text = text
		var got *ParseError
		if _, err := ParseAction(text, nil); !errors.As(err, &got) || *got != want {
			t.Errorf("%q: %v, expected %v", text, err, &want)
		}
	}
}

func TestStateText(t *testing.T) {
	for _, text := range []string{"", "a=4+ b=2 c=1+7", `"a b"=2+ ""=3 "x=y"=4`} {
		state := stateOf(t, text)
		if state.String() != text {
			t.Errorf("%q is %q", text, state)
		}
		asJSON, err := EncodeJSON(state)
		if err != nil {
			t.Fatal(err)
		}
		back, err := DecodeJSON[State](asJSON)
		if err != nil || back.String() != text {
			t.Errorf("%s read back as %q, %v", asJSON, back, err)
		}
	}
	if state := stateOf(t, "=2 a=3+1"); state.String() != `""=2 a=3+` {
		t.Errorf("a user without a name is %q", state)
	}
	for text, want := range map[string]string{
		"a=2 b": `"b" at octet 4 of "a=2 b": expected a user, = and a role index`, "alice": `"alice" at octet 0 of "alice": expected a user, = and a role index`,
	} {
		if _, err := ParseState(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, expected %s", text, err, want)
		}
	}
	if _, err := ParseAction("alice kick", nil); err == nil || err.Error() != `"alice kick" ends at octet 10: expected a user` {
		t.Error(err)
	}
	for _, text := range []string{"a", "a=", "a=x", "a=-1", "a=4294967296", "a=1+x", "a=1+-1", `"a`, `"a"2`, `""a=2`, `"a"`, "a=1+4294967296"} {
		var refused *ParseError
		if state, err := ParseState(text); !errors.As(err, &refused) {
			t.Errorf("%q is %v, %v", text, state, err)
		}
	}
}

func TestStateAndCommitJSON(t *testing.T) {
	for i := range DecisionCases() {
		c := &DecisionCases()[i]
		for _, value := range []Struct{c.State, c.Commit} {
			if commit, ok := value.(*Commit); ok && commit == nil {
				continue
			}
			text, err := EncodeJSON(value)
			if err != nil {
				t.Fatal(err)
			}
			var again []byte
			if _, ok := value.(*State); ok {
				back, err := DecodeJSON[State](text)
				if err != nil {
					t.Fatal(err)
				}
				again, _ = EncodeJSON(back)
			} else {
				back, err := DecodeJSON[Commit](text)
				if err != nil {
					t.Fatal(err)
				}
				again, _ = EncodeJSON(back)
			}
			if string(again) != string(text) {
				t.Errorf("%s read back as %s", text, again)
			}
		}
	}
}

func TestListOrder(t *testing.T) {
	policy := ExampleByName("cooperative")
	state := stateOf(t, "S=4+ a=2 b=2 c=2 d=2")
	update := &ParticipantListUpdate{
		ChangedRoleParticipants: []UserindexRolePair{{UserIndex: 4, RoleIndex: 3}},
		RemovedIndices:          []uint32{2, 1},
		AddedParticipants:       []UserRolePair{{User: "y", RoleIndex: 2}, {User: "x", RoleIndex: 3}},
	}
	commit := &Commit{Committer: "S", Proposals: []Proposal{{ParticipantList: update}, {Add: &Clients{User: "x", Clients: 2}}}}
	for _, test := range []struct{ readings, want string }{
		{"", "S=4+ c=2 d=3 y=2 x=3+2"},
		{"list-index=shifting", "S=4+ c=2 d=3 y=2 x=3+2"},
		{"joint-commit=snapshot", "S=4+ c=2 d=3 y=2 x=3+2"},
	} {
		readings, err := ParseReadings(test.readings)
		if err != nil {
			t.Fatal(err)
		}
		judge, _ := NewJudge(spec.RoomPolicy04, readings)
		outcome, err := judge.Apply(policy, state, commit)
		if err != nil || outcome.State.String() != test.want || len(outcome.Decisions) != 5 {
			t.Errorf("%s: %v, %v, expected %s", test.readings, outcome, err, test.want)
		}
	}
	update.RemovedIndices = []uint32{1, 2}
	shifting, _ := Readings{}.WithReading("list-index", "shifting")
	judge, _ := NewJudge(spec.RoomPolicy04, shifting)
	if outcome, err := judge.Apply(policy, state, commit); err != nil || outcome.State.String() != "S=4+ b=2 d=3 y=2 x=3+2" {
		t.Errorf("shifting: %v, %v", outcome, err)
	}
}

func TestCascade(t *testing.T) {
	policy := &Policy{Base: &BaseRoomPolicy{ParentDependent: true}}
	state := stateOf(t, "a=2+ b=3 c=1")
	state.ParentParticipants = []User{"a", "c", "d"}
	if got := Cascade(policy, state).String(); got != "a=2+ c=1" {
		t.Errorf("left %q", got)
	}
	if got := Cascade(&Policy{}, state); got != state {
		t.Errorf("a room without parent became %q", got)
	}
}

func TestDecisionRulesAreComplete(t *testing.T) {
	ids := map[string]bool{}
	for _, rule := range Rules() {
		if ids[rule.ID] || rule.Level == "" || rule.Section == "" || rule.Drafts == 0 || rule.Statement == "" {
			t.Errorf("incomplete rule, or the second of its ID: %+v", rule)
		}
		ids[rule.ID] = true
		if RuleByID(rule.ID) != rule {
			t.Errorf("%s is not found", rule.ID)
		}
	}
	if RuleByID("room-policy/none") != nil || len(ids) != len(DecisionRules())+len(StructureRules()) {
		t.Errorf("%d rules", len(ids))
	}
}

func BenchmarkDecide(b *testing.B) {
	policy := ExampleByName("cooperative")
	state := &State{Participants: []Participant{{"a", 3, 1}, {"b", 2, 1}, {"c", 2, 0}, {"d", 1, 0}}}
	action := Action{Actor: "a", Kind: ActionChangeRole, Target: "b", Role: 3}
	judge := Judge{draft: spec.RoomPolicy04}
	b.ReportAllocs()
	for b.Loop() {
		if !judge.Decide(policy, state, action).Allowed {
			b.Fatal("denied")
		}
	}
}

func BenchmarkApply(b *testing.B) {
	policy := ExampleByName("cooperative")
	state := &State{Participants: []Participant{{"a", 3, 1}, {"b", 2, 1}, {"c", 2, 0}, {"d", 1, 0}}}
	commit := Judge{draft: spec.RoomPolicy04}.CommitFor(policy, state, Action{Actor: "a", Kind: ActionBan, Target: "b"})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Apply(policy, state, commit); err != nil {
			b.Fatal(err)
		}
	}
}
