package roompolicy

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJSONErrorText(t *testing.T) {
	for want, e := range map[string]JSONError{
		"JSON at octet 3: no UTF-8":                            {Offset: 3, Problem: "no UTF-8"},
		"roles_list.roles[2] at octet 3: the field is missing": {Path: "roles_list.roles[2]", Offset: 3, Problem: "the field is missing"},
	} {
		if e.Error() != want {
			t.Errorf("%q, expected %q", e.Error(), want)
		}
	}
}

func TestReferencesThatDiffer(t *testing.T) {
	wrong := PreAuthRoleEntry{TargetRole: RoleReference{RoleIndex: 3, Role: &Role{RoleIndex: 4}}}
	right := PreAuthRoleEntry{TargetRole: RoleReference{RoleIndex: 3, Role: &Role{RoleIndex: 3}}}
	_, err := EncodeJSON(&Policy{PreAuth: &PreAuthData{PreauthorizedEntries: []PreAuthRoleEntry{right, wrong, wrong}}})
	var refused *JSONError
	if !errors.As(err, &refused) || refused.Path != "preauth_list.preauthorized_entries[1].target_role" {
		t.Error(err)
	}
}

func TestDeepestJSON(t *testing.T) {
	for opening, closing := range map[string]string{"[": "]", `{"a":[`: "]}", `[{"a":`: "}]"} {
		levels := len(closing)
		nested := func(depth int) []byte {
			return []byte(strings.Repeat(opening, depth/levels) + "0" + strings.Repeat(closing, depth/levels))
		}
		if _, err := parseJSON(nested(maxJSONDepth)); err != nil {
			t.Errorf("%s: %v", opening, err)
		}
		var wrong *JSONError
		if _, err := parseJSON(nested(maxJSONDepth + 2)); !errors.As(err, &wrong) {
			t.Errorf("%s: %v", opening, err)
		}
	}
}

func TestLongestJSON(t *testing.T) {
	text := bytes.Repeat([]byte{' '}, maxJSONLength+1)
	copy(text, "{}")
	if _, err := DecodePolicyJSON(text[:maxJSONLength]); err != nil {
		t.Error(err)
	}
	var wrong *JSONError
	if _, err := DecodePolicyJSON(text); !errors.As(err, &wrong) || wrong.Offset != maxJSONLength {
		t.Error(err)
	}
}

func TestJSONRoundTrip(t *testing.T) {
	for _, of := range everyStruct {
		r := rand.New(rand.NewPCG(5, 6))
		name, _ := of().describe()
		drawn := 60
		if testing.Short() {
			drawn = 8
		}
		for i := range drawn {
			s := of()
			if i > 0 { // the first is zero
				s = randomStruct(r, of)
			}
			text, err := EncodeJSON(s)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !json.Valid(text) {
				t.Fatalf("%s: no JSON: %s", name, text)
			}
			back := newLike(s)
			if err := readJSON(text, back); err != nil {
				t.Fatalf("%s: %v\n%s", name, err, text)
			}
			if diff := cmp.Diff(s, back, sameEmpty); diff != "" {
				t.Fatalf("%s: %s differs:\n%s", name, text, diff)
			}
			again, err := EncodeJSON(back)
			if err != nil || !bytes.Equal(text, again) {
				t.Fatalf("%s: %s written again: %s, %v", name, text, again, err)
			}
		}
	}
}

func TestJSONForm(t *testing.T) {
	p := &Policy{
		Roles: &RoleData{Roles: []Role{{
			RoleIndex: 2, RoleName: "a<b", RoleDescription: "\xff", RoleCapabilities: []Capability{CanBan, 0xf001},
			MaximumParticipantsConstraint: Some[uint32](0),
			AuthorizedRoleChanges:         []SingleSourceRoleChangeTargets{{FromRoleIndex: 0, TargetRoleIndexes: []uint32{2}}},
		}}},
		PreAuth: &PreAuthData{PreauthorizedEntries: []PreAuthRoleEntry{{TargetRole: RoleReference{RoleIndex: 2}}}},
		Logging: &LoggingPolicy{Logging: Forbidden},
	}
	const want = `{"roles_list":{"roles":[{"role_index":2,"role_name":"a<b","role_description":{"hex":"ff"},` +
		`"role_capabilities":["canBan",61441],"minimum_participants_constraint":0,"maximum_participants_constraint":0,` +
		`"minimum_active_participants_constraint":0,"maximum_active_participants_constraint":null,` +
		`"authorized_role_changes":[{"from_role_index":0,"target_role_indexes":[2]}]}]},` +
		`"preauth_list":{"preauthorized_entries":[{"claimset":[],"target_role":2}]},` +
		`"logging_policy":{"logging":"forbidden"}}`
	got, err := EncodeJSON(p)
	if err != nil || string(got) != want {
		t.Errorf("got\n%s, %v, expected\n%s", got, err, want)
	}
}

// TestShortJSON reads a form as a person writes it.
func TestShortJSON(t *testing.T) {
	got, err := DecodePolicyJSON([]byte(`{
		"roles_list": {"roles": [
			{"role_index": 1, "role_name": "banned"},
			{"role_index": 2, "role_name": "user", "role_capabilities": ["canUnban", "0xF001", 61442, "canAddSelf"]}
		]},
		"bot_policy": null,
		"chat_history_policy": {"history_sharing": 7, "roles_that_can_share": [2]}
	}`))
	want := &Policy{
		Roles: &RoleData{Roles: []Role{
			{RoleIndex: 1, RoleName: "banned"},
			{RoleIndex: 2, RoleName: "user", RoleCapabilities: []Capability{CanUnBan, 0xf001, 0xf002, CanOpenJoin}},
		}},
		History: &HistoryPolicy{HistorySharing: 7, RolesThatCanShare: []RoleReference{{RoleIndex: 2}}},
	}
	if diff := cmp.Diff(want, got, sameEmpty); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestWrongJSONIsRefusedWithItsPath(t *testing.T) {
	role := func(fields string) string {
		return `{"roles_list":{"roles":[{"role_index":1,"role_name":"a"},{"role_index":2,"role_name":"b",` + fields + `}]}}`
	}
	for _, test := range []struct {
		name, text, path, problem string
		offset                    int // -1 for any
	}{
		{"nothing", ``, "", "ends early", 0},
		{"cut", `{"roles_list": {`, "roles_list", "ends early", -1},
		{"not JSON", `{"roles_list": x}`, "roles_list", "invalid character", -1},
		{"more than one", `{} {}`, "", "more than one", -1},
		{"an array", `[]`, "", "an array, expected an object", 0},
		{"too long", strings.Repeat(" ", maxJSONLength) + "{}", "", "expected at most 16777216", maxJSONLength},
		{"a replacement character before", "{\"\ufffd\xc3\":1}", "", "no UTF-8", 5},
		{"not UTF-8", "{\"\xff\":1}", "", "no UTF-8", 2},
		{"unknown field", ` {"rolls": {}}`, "rolls", "unknown field", 11},
		{"unknown field of a role", role(`"role_title":"x"`), "roles_list.roles[1].role_title", "unknown field", 102},
		{"twice", role(`"role_index":3`), "roles_list.roles[1].role_index", "twice", -1},
		{"missing", `{"roles_list":{"roles":[{"role_index":1}]}}`, "roles_list.roles[0].role_name", "missing", 24},
		{"negative", role(`"minimum_participants_constraint":-1`), "roles_list.roles[1].minimum_participants_constraint", "expected a number from 0 to 4294967295", -1},
		{"fraction", role(`"minimum_participants_constraint":1.0`), "roles_list.roles[1].minimum_participants_constraint", "the number 1.0", -1},
		{"too great", role(`"maximum_participants_constraint":4294967296`), "roles_list.roles[1].maximum_participants_constraint", "expected a number", -1},
		{"null number", role(`"minimum_participants_constraint":null`), "roles_list.roles[1].minimum_participants_constraint", "null, expected", -1},
		{"unknown capability", role(`"role_capabilities":["canBan","canFly"]`), "roles_list.roles[1].role_capabilities[1]", `the string "canFly"`, -1},
		{"capability too great", role(`"role_capabilities":[65536]`), "roles_list.roles[1].role_capabilities[0]", "65535", -1},
		{"no array", role(`"role_capabilities":"canBan"`), "roles_list.roles[1].role_capabilities", "expected an array", -1},
		{"no string", role(`"role_description":3`), "roles_list.roles[1].role_description", "expected a string", -1},
		{"bad hex", role(`"role_description":{"hex":"f"}`), "roles_list.roles[1].role_description", "hexadecimal", -1},
		{"hex and more", role(`"role_description":{"hex":"ff","is":1}`), "roles_list.roles[1].role_description", "expected a string", -1},
		{"element no object", `{"roles_list":{"roles":[3]}}`, "roles_list.roles[0]", "the number 3, expected an object", 24},
		{"no multi_device", `{"base_room_policy":{}}`, "base_room_policy.multi_device", "missing", -1},
		{"no boolean", `{"base_room_policy":{"multi_device":0}}`, "base_room_policy.multi_device", "expected true or false", -1},
		{"unknown enum", `{"logging_policy":{"logging":"mandatory"}}`, "logging_policy.logging", "optional, required, forbidden", -1},
		{"half a pair", `{"logging_policy":{"logging":"optional","machine_readable_policy":"\ud800"}}`, "logging_policy.machine_readable_policy", "surrogate", -1},
		{"too deep", strings.Repeat(`{"a":`, 40) + `1` + strings.Repeat(`}`, 40), strings.Repeat("a.", 31) + "a", "nested", -1},
		{"missing whole role", `{"preauth_list":{"preauthorized_entries":[{"claimset":[],"target_role":{"role_index":1}}]}}`, "preauth_list.preauthorized_entries[0].target_role.role_name", "missing", -1},
	} {
		got, err := DecodePolicyJSON([]byte(test.text))
		var wrong *JSONError
		if got != nil || !errors.As(err, &wrong) {
			t.Errorf("%s: read %v, %v", test.name, got, err)
			continue
		}
		if wrong.Path != test.path || !strings.Contains(wrong.Problem, test.problem) || test.offset >= 0 && wrong.Offset != test.offset {
			t.Errorf("%s: %v, expected %q at octet %d (%s)", test.name, err, test.problem, test.offset, test.path)
		}
	}
}

func TestReplacementCharacterIsText(t *testing.T) {
	for _, text := range []string{`"�"`, `"\ufffd"`, `"\uFFFD\ud83d\ude00"`} {
		m, err := DecodeJSON[RoomMetaData]([]byte(`{"room_name":` + text + `}`))
		if err != nil || !strings.HasPrefix(m.RoomName, "\ufffd") {
			t.Errorf("%s: %v, %v", text, m, err)
		}
	}
}

// TestEveryStructIsListed holds that the tests see every struct that the comment
// of Struct names.
func TestEveryStructIsListed(t *testing.T) {
	seen := map[reflect.Type]bool{}
	for _, of := range everyStruct {
		seen[reflect.TypeOf(of())] = true
	}
	for _, s := range slots {
		for _, component := range []Struct{dataOf(s.id), updateOf(s.id)} {
			if !seen[reflect.TypeOf(component)] {
				t.Errorf("%T is not among them", component)
			}
		}
	}
	if len(seen) != 22 {
		t.Errorf("%d structs, expected 22", len(seen))
	}
}

// TestEncodingJSON holds that structs within other values have the same form.
func TestEncodingJSON(t *testing.T) {
	type room struct {
		Claims   []Claim
		Can      []Capability
		MetaData *RoomMetaData
	}
	in := room{Claims: []Claim{{ClaimId: ClaimId{CredentialType: 2, Id: "sub"}, ClaimValue: "x"}}, Can: []Capability{CanBan, 0xf001}}
	text, err := json.Marshal(in)
	const want = `{"Claims":[{"claim_id":{"credential_type":2,"id":"sub"},"claim_value":"x"}],"Can":["canBan","0xf001"],"MetaData":null}`
	if err != nil || string(text) != want {
		t.Errorf("got %s, %v", text, err)
	}
	var back room
	if err := json.Unmarshal(text, &back); err != nil || !cmp.Equal(in, back) {
		t.Errorf("read back %v, %v", back, err)
	}
	var wrong *JSONError
	if err := json.Unmarshal([]byte(`{"Claims":[{"claim":1}]}`), &back); !errors.As(err, &wrong) {
		t.Errorf("a wrong claim gives %v", err)
	}
}
