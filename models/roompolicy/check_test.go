package roompolicy

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func (c *StructureCase) label() string {
	label := c.Rule + "/" + string(c.Side)
	if c.Name != "" {
		label += "/" + c.Name
	}
	return label
}

func ruleIDs(violations spec.Violations) []string {
	var ids []string
	for i := range violations {
		if id := violations[i].Rule.ID; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func structureRule(id string) *spec.Rule {
	for _, rule := range StructureRules() {
		if rule.ID == id {
			return rule
		}
	}
	return nil
}

func TestEachStructureCaseBreaksItsRuleAlone(t *testing.T) {
	for _, c := range StructureCases() {
		rule := structureRule(c.Rule)
		if rule == nil || !rule.Drafts.Has(c.Draft) {
			t.Errorf("%s: no such rule in %s", c.label(), c.Draft)
			continue
		}
		violations, err := CheckDictionary(&c.Room, c.Draft)
		if err != nil {
			t.Errorf("%s: %v", c.label(), err)
			continue
		}
		var want []string
		switch c.Side {
		case Broken:
			want = []string{c.Rule}
		case Right:
		default:
			t.Errorf("%s: unknown side", c.label())
		}
		if c.Side == Right || rule.Level != spec.Should {
			// A case may need what another rule discourages.
			violations = slices.DeleteFunc(violations, func(v spec.Violation) bool { return v.Rule.Level == spec.Should && v.Rule != rule })
		}
		if got := ruleIDs(violations); !slices.Equal(got, want) {
			t.Errorf("%s: breaks %q, expected %q\n%v", c.label(), got, want, violations.Err())
		}
		for _, v := range violations {
			if v.Path == "" || v.Found == "" || v.Limit == "" {
				t.Errorf("%s: incomplete violation %+v", c.label(), v)
			}
		}
	}
}

func TestEachStructureRuleHasCasesOnBothSides(t *testing.T) {
	type key struct {
		rule string
		side Side
	}
	seen := map[key]bool{}
	for _, c := range StructureCases() {
		seen[key{c.Rule, c.Side}] = true
	}
	ids := map[string]bool{}
	for _, rule := range StructureRules() {
		for _, side := range []Side{Broken, Right} {
			if !seen[key{rule.ID, side}] {
				t.Errorf("%s has no case on the side %s", rule.ID, side)
			}
		}
		if rule.Level == "" || rule.Section == "" || rule.Drafts == 0 || rule.Statement == "" || ids[rule.ID] {
			t.Errorf("incomplete or repeated rule %+v", rule)
		}
		ids[rule.ID] = true
	}
	if len(ids) < 70 {
		t.Errorf("%d rules, expected at least 70", len(ids))
	}
}

// TestRoomsNearSeveralRules has rooms near which several rules stand, with those
// that they break.
func TestRoomsNearSeveralRules(t *testing.T) {
	const banned = `{"role_index":1,"role_name":"banned","maximum_active_participants_constraint":0}`
	for name, test := range map[string]struct{ room, rules string }{
		"a parent that is not asked for, of another hub": {
			`{"base_room_policy":{"multi_device":true,"parent_room":["mimi://b.example/r/p"]},"room_metadata":{"room_uri":"mimi://a.example/r/x"}}`, "parent-room-unset"},
		"no parent": {
			`{"base_room_policy":{"multi_device":true,"parent_dependent":true},"room_metadata":{"room_uri":"mimi://a.example/r/x"}}`, "parent-room-set"},
		"who adds in a fixed room with role zero": {
			`{"base_room_policy":{"multi_device":true,"fixed_membership":true,"policy_component_ids":["roles_list"]},"roles_list":{"roles":[{"role_index":0,"role_name":"none","role_capabilities":["canAddParticipant"]}]}}`,
			"role-zero-capability"},
		"who adds in a fixed room and is banned": {
			`{"base_room_policy":{"multi_device":true,"fixed_membership":true,"policy_component_ids":["roles_list"]},"roles_list":{"roles":[{"role_index":1,"role_name":"banned","role_capabilities":["canAddParticipant"]}]}}`,
			"banned-capabilities"},
		"as many as may be, and one who is banned": {
			`{"base_room_policy":{"multi_device":true,"max_users":1,"policy_component_ids":["roles_list"]},"roles_list":{"roles":[` + banned + `,{"role_index":2,"role_name":"a"}]},
			"participant_list":{"participants":[{"user":"a","role_index":2},{"user":"b","role_index":1}]}}`, ""},
		"more than may be, and one who is banned": {
			`{"base_room_policy":{"multi_device":true,"max_users":1,"policy_component_ids":["roles_list"]},"roles_list":{"roles":[` + banned + `,{"role_index":2,"role_name":"a"}]},
			"participant_list":{"participants":[{"user":"a","role_index":2},{"user":"c","role_index":2},{"user":"b","role_index":1}]}}`, "listed-users"},
		"more than may be, where role 1 is that of guests": {
			`{"base_room_policy":{"multi_device":true,"max_users":1,"policy_component_ids":["roles_list"]},"roles_list":{"roles":[{"role_index":1,"role_name":"guest"},{"role_index":2,"role_name":"a"}]},
			"participant_list":{"participants":[{"user":"a","role_index":2},{"user":"b","role_index":1}]}}`, "listed-users role-one-banned"},
		"links without previews, where previews may be": {
			`{"link_preview_policy":{"autodetect_hyperlinks_in_text":"optional","automatic_link_previews":"optional","send_link_previews":"optional","link_preview_proxy_use":"forbidden"},"roles_list":{"roles":[{"role_index":2,"role_name":"a","role_capabilities":["canSendLink"]}]}}`, ""},
		"the shortest default": {
			`{"message_expiration_policy":{"expiring_messages":"required","min_expiration_duration":3,"max_expiration_duration":5,"default_expiration_duration":3}}`, ""},
		"the longest default": {
			`{"message_expiration_policy":{"expiring_messages":"required","min_expiration_duration":3,"max_expiration_duration":5,"default_expiration_duration":5}}`, ""},
		"an avatar without a host": {`{"room_metadata":{"room_uri":"mimi://a.example/r/x","room_avatar":"https://"}}`, "metadata-avatar"},
		"the shortest avatar":      {`{"room_metadata":{"room_uri":"mimi://a.example/r/x","room_avatar":"HTTPS://a"}}`, ""},
		"handshakes next to those that carry none": {
			`{"mls_operational_policy":{"handshake_formats":[1,6],"external_proposal_allowed":true,"external_commit_allowed":true}}`, ""},
		"the first format that carries none": {
			`{"mls_operational_policy":{"handshake_formats":[2],"external_proposal_allowed":true,"external_commit_allowed":true}}`, "handshake-formats"},
		"the last format that carries none": {
			`{"mls_operational_policy":{"handshake_formats":[5],"external_proposal_allowed":true,"external_commit_allowed":true}}`, "handshake-formats"},
		"a role without clients that may nothing": {
			`{"mls_operational_policy":{"external_commit_allowed":true},"roles_list":{"roles":[{"role_index":2,"role_name":"a","maximum_active_participants_constraint":0}]}}`, ""},
		"two roles of which the second has no clients": {
			`{"mls_operational_policy":{"external_commit_allowed":true},"roles_list":{"roles":[{"role_index":2,"role_name":"a"},
			{"role_index":3,"role_name":"b","role_capabilities":["canKick"],"maximum_active_participants_constraint":0}]}}`, "external-senders"},
	} {
		room, err := DecodeJSON[AppDataDictionary]([]byte(test.room))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		violations, err := CheckDictionary(room, spec.RoomPolicy04)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, id := range ruleIDs(violations) {
			got = append(got, strings.TrimPrefix(id, "room-policy/"))
		}
		slices.Sort(got)
		if strings.Join(got, " ") != test.rules {
			t.Errorf("%s: breaks %q, expected %q\n%v", name, got, test.rules, violations.Err())
		}
	}
}

func TestUnknownEnumsHaveTheirPaths(t *testing.T) {
	room := &AppDataDictionary{Policy: Policy{
		StatusNotifications: &StatusNotificationPolicy{ReadReceipts: 9},
		Assets:              &AssetPolicy{AssetUploadLocation: LocalProvider, DownloadPrivacy: DownloadPrivacy{AllowedDownloadTypes: []DownloadPrivacyType{Direct, 99}}},
	}}
	violations, err := CheckDictionary(room, spec.RoomPolicy04)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range violations {
		if v.Rule == ruleEnumKnown {
			got = append(got, v.Path)
		}
	}
	want := []string{"status_notification_policy.read_receipts", "asset_policy.download_privacy.allowed_download_types[1]"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, expected %q", got, want)
	}
}

// A role that stands whole is the one of the list if all of it is the same.
func TestEqualRoles(t *testing.T) {
	whole := func() *Role {
		return &Role{RoleIndex: 2, RoleName: "a", RoleDescription: "b", RoleCapabilities: []Capability{CanKick},
			MinimumParticipantsConstraint: 1, MaximumParticipantsConstraint: Some[uint32](2), MinimumActiveParticipantsConstraint: 3, MaximumActiveParticipantsConstraint: Some[uint32](4),
			AuthorizedRoleChanges: []SingleSourceRoleChangeTargets{{FromRoleIndex: 5, TargetRoleIndexes: []uint32{6}}}}
	}
	if !equalRoles(whole(), whole()) {
		t.Error("a role is not equal to itself")
	}
	for name, change := range map[string]func(*Role){
		"index":           func(r *Role) { r.RoleIndex++ },
		"name":            func(r *Role) { r.RoleName = "c" },
		"description":     func(r *Role) { r.RoleDescription = "c" },
		"capabilities":    func(r *Role) { r.RoleCapabilities = nil },
		"minimum":         func(r *Role) { r.MinimumParticipantsConstraint++ },
		"maximum":         func(r *Role) { r.MaximumParticipantsConstraint.Value++ },
		"no maximum":      func(r *Role) { r.MaximumParticipantsConstraint = Optional[uint32]{} },
		"minimum active":  func(r *Role) { r.MinimumActiveParticipantsConstraint++ },
		"maximum active":  func(r *Role) { r.MaximumActiveParticipantsConstraint.Value++ },
		"no changes":      func(r *Role) { r.AuthorizedRoleChanges = nil },
		"another source":  func(r *Role) { r.AuthorizedRoleChanges[0].FromRoleIndex++ },
		"another target":  func(r *Role) { r.AuthorizedRoleChanges[0].TargetRoleIndexes[0]++ },
		"one target more": func(r *Role) { r.AuthorizedRoleChanges[0].TargetRoleIndexes = []uint32{6, 7} },
	} {
		other := whole()
		change(other)
		if equalRoles(whole(), other) {
			t.Errorf("%s: a role is equal to another", name)
		}
	}
}

func TestCapabilitiesToJoinWith(t *testing.T) {
	want := []Capability{CanOpenJoin, CanJoinIfPreauthorized, CanUseJoinCode}
	for _, c := range Capabilities() {
		if c.joins() != slices.Contains(want, c) {
			t.Errorf("%s joins: %v", c, c.joins())
		}
	}
}

func TestComponentsAreFoundByNumber(t *testing.T) {
	first, last := slots[0].id, slots[len(slots)-1].id
	for id := first - 2; id <= last+2; id++ {
		found, ok := slotByID(id)
		if ok != (id >= first && id <= last) || ok && found.id != id {
			t.Errorf("%s is found as %s, %v", id, found.id, ok)
		}
		if update := updateOf(id); (update != nil) != ok {
			t.Errorf("%s has the update %T", id, update)
		}
	}
}

// TestRulesOfOtherDraftsAreSilent checks every room in every draft.
func TestRulesOfOtherDraftsAreSilent(t *testing.T) {
	for _, c := range StructureCases() {
		for _, draft := range allDrafts.List() {
			violations, err := CheckDictionary(&c.Room, draft)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range violations {
				if !v.Rule.Drafts.Has(draft) {
					t.Errorf("%s: %s is not in force in %s", c.label(), v.Rule.ID, draft)
				}
			}
		}
	}
	var wrong *DraftError
	if _, err := Check(new(Policy), spec.Protocol06); !errors.As(err, &wrong) {
		t.Errorf("protocol-06 gives %v", err)
	}
}

func TestPathsAreThoseOfJSON(t *testing.T) {
	p, err := DecodePolicyJSON([]byte(`{"roles_list":{"roles":[{"role_index":1,"role_name":"banned"},
		{"role_index":2,"role_name":"a","authorized_role_changes":[{"from_role_index":0,"target_role_indexes":[2,7]}]}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	violations, err := Check(p, spec.RoomPolicy04)
	const want = "roles_list.roles[1].authorized_role_changes[0].target_role_indexes[1]"
	if err != nil || len(violations) != 1 || violations[0].Path != want || violations[0].Found != "7" {
		t.Errorf("%v, %v", violations, err)
	}
}
