package roompolicy

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestExamplesAreThoseOfTheDraft(t *testing.T) {
	want := map[string]struct {
		capabilities []int // of each role, in order of their indexes
		changes      []int
		known        []string // rules that they break
	}{
		"cooperative": {[]int{0, 0, 37, 44, 47, 9}, []int{0, 0, 2, 4, 5, 5}, []string{"room-policy/capability-reserved"}},
		"strict":      {[]int{1, 0, 31, 48, 53, 9}, []int{1, 0, 2, 4, 5, 5}, []string{"room-policy/capability-reserved"}},
		"moderated":   {[]int{1, 0, 10, 20, 30, 46, 52, 9}, []int{1, 0, 2, 2, 2, 6, 7, 7}, []string{"room-policy/capability-reserved"}},
		"multi-org":   {[]int{0, 0, 24, 22, 22, 35, 33, 33, 50, 9}, []int{0, 0, 2, 2, 2, 3, 3, 3, 9, 8}, []string{"room-policy/capability-reserved"}},
	}
	if len(Examples()) != len(want) {
		t.Fatalf("%d examples, expected %d", len(Examples()), len(want))
	}
	for _, e := range Examples() {
		if e.Policy != ExampleByName(e.Name) || e.Section == "" || e.Title == "" {
			t.Errorf("%s is not found by its name, or lacks a word", e.Name)
		}
		var capabilities, changes []int
		for i, role := range e.Policy.Roles.Roles {
			if role.RoleIndex != uint32(i) {
				t.Errorf("%s: role %d has the index %d", e.Name, i, role.RoleIndex)
			}
			capabilities = append(capabilities, len(role.RoleCapabilities))
			changes = append(changes, len(role.AuthorizedRoleChanges))
		}
		if !slices.Equal(capabilities, want[e.Name].capabilities) || !slices.Equal(changes, want[e.Name].changes) {
			t.Errorf("%s has %v capabilities and %v changes", e.Name, capabilities, changes)
		}
		if e.Policy.Roles.Banned() == nil {
			t.Errorf("%s has no role of the banned", e.Name)
		}
		for _, draft := range []spec.Draft{spec.RoomPolicy03, spec.RoomPolicy04} {
			violations, err := Check(e.Policy, draft)
			if got := ruleIDs(violations); err != nil || !slices.Equal(got, want[e.Name].known) {
				t.Errorf("%s breaks %q in %s, %v, expected %q", e.Name, got, draft, err, want[e.Name].known)
			}
		}
	}
	if ExampleByName("other") != nil {
		t.Error("there is no example other")
	}
}

// TestExampleRolesHaveTheirCapabilities looks at some of what the roles take
// from each other.
func TestExampleRolesHaveTheirCapabilities(t *testing.T) {
	for _, test := range []struct {
		example    string
		role       uint32
		capability Capability
		want       bool
	}{
		{"cooperative", 3, CanAddParticipant, true}, // of the ordinary user
		{"cooperative", 4, CanBan, true},            // of the group admin
		{"cooperative", 4, CanChangeRoleDefinitions, false},
		{"cooperative", 5, CanUnBan, true}, // printed canUnban
		{"strict", 0, CanUseJoinCode, true},
		{"strict", 4, CanChangeRoleDefinitions, true},
		{"moderated", 4, CanReceiveMessage, true}, // of the guest, by the attendee
		{"moderated", 5, CanSendMessage, true},    // of the speaker
		{"multi-org", 5, CanJoinIfPreauthorized, true},
		{"multi-org", 6, CanJoinIfPreauthorized, false},
		{"multi-org", 6, CanUnBan, false},
		{"multi-org", 8, CanUnBan, true},
	} {
		role := ExampleByName(test.example).Roles.Role(test.role)
		if got := role.Has(test.capability); got != test.want {
			t.Errorf("%s: role %d has %s: %v", test.example, test.role, test.capability, got)
		}
	}
	admin := ExampleByName("multi-org").Roles.Role(6)
	if admin.MaximumParticipantsConstraint != Some[uint32](3) || admin.MinimumActiveParticipantsConstraint != 1 ||
		!admin.Allows(3, 1) || admin.Allows(1, 3) || !admin.Allows(0, 6) || admin.Allows(2, 0) {
		t.Errorf("org_b_admin is %+v", admin)
	}
}

func TestExamplesRoundTrip(t *testing.T) {
	c := mustCodec(t, spec.RoomPolicy04)
	for _, e := range Examples() {
		octets, err := c.Encode(e.Policy.Roles)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode[RoleData](c, octets)
		if diff := cmp.Diff(e.Policy.Roles, back, sameEmpty); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", e.Name, err, diff)
		}
	}
}
