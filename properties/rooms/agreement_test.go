package rooms

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// TestTheMachineAgrees holds the machine against the definition on every state
// and action of small rooms, under every reading that it follows.
func TestTheMachineAgrees(t *testing.T) {
	rooms := smallRooms()
	for _, readings := range append([]string{""}, followedReadings()...) {
		for name, room := range rooms {
			parsed, err := roompolicy.ParseReadings(readings)
			if err != nil {
				t.Fatal(err)
			}
			for _, draft := range []spec.Draft{spec.RoomPolicy02, spec.RoomPolicy04} {
				if readings != "" && (draft == spec.RoomPolicy02 || roompolicy.ExampleByName(name) != nil) {
					continue // the odd rooms are where readings matter
				}
				room.Draft, room.Readings = draft, parsed
				found, compared, err := Disagreements(&room, 3)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if compared == 0 {
					t.Errorf("%s: nothing was compared", name)
				}
				for _, d := range found {
					t.Errorf("%s under %s %s: %v", name, draft, readings, d)
				}
			}
		}
	}
}

// TestEveryReadingMatters holds that the comparison would notice a machine that
// does not follow a reading: under each there is a decision that differs.
func TestEveryReadingMatters(t *testing.T) {
	for _, readings := range followedReadings() {
		parsed, err := roompolicy.ParseReadings(readings)
		if err != nil {
			t.Fatal(err)
		}
		noticed := false
		for name, room := range smallRooms() {
			if roompolicy.ExampleByName(name) != nil {
				continue
			}
			m, err := Compile(&room) // deaf to the reading
			if err != nil {
				t.Fatal(err)
			}
			judge, err := roompolicy.NewJudge(room.Draft, parsed)
			if err != nil {
				t.Fatal(err)
			}
			found, _ := m.disagreements(judge, 1)
			noticed = noticed || len(found) > 0
		}
		if !noticed {
			t.Errorf("%s makes no difference in any room of this test", readings)
		}
	}
}

// TestReadingsAreFollowedOrRefused holds that no reading is passed over.
func TestReadingsAreFollowedOrRefused(t *testing.T) {
	for _, ambiguity := range roompolicy.Ambiguities() {
		id := path.Base(ambiguity.ID)
		for _, reading := range ambiguity.Readings[1:] {
			followed := slices.Contains(followedReadings(), id+"="+reading.Name)
			if got := Follows(ambiguity.ID, reading.Name); got != (followed || indifferent[id]) {
				t.Errorf("%s=%s: followed %v", id, reading.Name, got)
			}
			if followed && indifferent[id] {
				t.Errorf("%s is both followed and indifferent", id)
			}
		}
	}
	room := exampleRoom("strict", 2)
	room.Readings, _ = roompolicy.ParseReadings("preauth-role=whole-role")
	if _, err := Compile(&room); err == nil || !strings.Contains(err.Error(), "preauth-role=whole-role") {
		t.Errorf("a reading that no machine follows: %v", err)
	}
}

// TestExpandLeavesNothingOut holds the moves of a search against all moves that
// are allowed, up to users who are alike.
func TestExpandLeavesNothingOut(t *testing.T) {
	for name, room := range smallRooms() {
		m, err := Compile(&room)
		if err != nil {
			t.Fatal(err)
		}
		m.eachState(func(s state) bool {
			if s.canonical(len(m.users), m.alike) != s {
				return true
			}
			c := m.count(s)
			all, some := map[state]bool{}, map[state]bool{}
			m.everyMove(func(mv move) {
				if next, ok := m.next(s, &c, mv); ok {
					all[next.canonical(len(m.users), m.alike)] = true
				}
			})
			m.expand(s, noFocus, func(_ move, next state) { some[next.canonical(len(m.users), m.alike)] = true })
			if len(all) != len(some) {
				t.Errorf("%s in %s: %d states follow, the search finds %d", name, m.concrete(s), len(all), len(some))
				return false
			}
			return true
		})
	}
}

func followedReadings() (names []string) {
	var r readings
	for name := range r.fields() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// exampleRoom returns the room of an example policy, with those who act from
// outside.
func exampleRoom(name string, users int) Room {
	policy := roompolicy.ExampleByName(name)
	return Room{Draft: spec.RoomPolicy04, Policy: policy, Users: users, Senders: SystemRoles(policy.Roles)}
}

// smallRooms are the example policies and ones made so that every rule and every
// reading counts.
func smallRooms() map[string]Room {
	rooms := map[string]Room{}
	for _, example := range roompolicy.Examples() {
		room := exampleRoom(example.Name, 2)
		room.Preauthorized = []uint32{2}
		rooms[example.Name] = room
	}
	rooms["odd"] = Room{Draft: spec.RoomPolicy04, Policy: &roompolicy.Policy{Roles: oddRoles(roompolicy.BannedName)}, Users: 2, Preauthorized: []uint32{3, 2}, Senders: []uint32{4}}
	rooms["other name"] = Room{Draft: spec.RoomPolicy04, Policy: &roompolicy.Policy{Roles: oddRoles("silenced")}, Users: 2}
	for name, base := range map[string]roompolicy.BaseRoomPolicy{
		"fixed":   {FixedMembership: true, MultiDevice: true},
		"parent":  {ParentDependent: true, MultiDevice: true},
		"devices": {},
		"lasting": {MultiDevice: true, PersistentRoom: true},
		"limits":  {MultiDevice: true, MaxClients: roompolicy.Some[uint32](1), MaxUsers: roompolicy.Some[uint32](1)},
	} {
		rooms[name] = Room{Draft: spec.RoomPolicy04, Policy: &roompolicy.Policy{Roles: oddRoles(roompolicy.BannedName), Base: &base}, Users: 2, Senders: []uint32{4}}
	}
	for name, operational := range map[string]roompolicy.OperationalParameters{
		"no proposals": {ExternalCommitAllowed: true},
		"no commits":   {ExternalProposalAllowed: true},
		"neither":      {},
	} {
		rooms[name] = Room{Draft: spec.RoomPolicy04, Policy: &roompolicy.Policy{Roles: oddRoles(roompolicy.BannedName), Operational: &operational}, Users: 2, Senders: []uint32{4}, Preauthorized: []uint32{2}}
	}
	rooms["everyone"] = Room{Draft: spec.RoomPolicy04, Users: 2, Policy: &roompolicy.Policy{
		Roles: oddRoles(roompolicy.BannedName),
		PreAuth: &roompolicy.PreAuthData{PreauthorizedEntries: []roompolicy.PreAuthRoleEntry{
			{TargetRole: roompolicy.RoleReference{RoleIndex: 0}}, {TargetRole: roompolicy.RoleReference{RoleIndex: 2}},
		}},
	}}
	return rooms
}

// oddRoles are roles in which every bound and every kind of change is near.
func oddRoles(second string) *roompolicy.RoleData {
	member := []roompolicy.Capability{
		roompolicy.CanAddParticipant, roompolicy.CanRemoveParticipant, roompolicy.CanAddOwnClient, roompolicy.CanRemoveOwnClient,
		roompolicy.CanJoinIfPreauthorized, roompolicy.CanRemoveSelf, roompolicy.CanBan, roompolicy.CanUnBan, roompolicy.CanKick,
		roompolicy.CanChangeUserRole, roompolicy.CanChangeOwnRole,
	}
	changes := func(pairs ...[]uint32) (list []roompolicy.SingleSourceRoleChangeTargets) {
		for _, p := range pairs {
			list = append(list, roompolicy.SingleSourceRoleChangeTargets{FromRoleIndex: p[0], TargetRoleIndexes: p[1:]})
		}
		return list
	}
	without := func(left ...roompolicy.Capability) []roompolicy.Capability {
		return slices.DeleteFunc(slices.Clone(member), func(c roompolicy.Capability) bool { return slices.Contains(left, c) })
	}
	some := roompolicy.Some[uint32]
	return &roompolicy.RoleData{Roles: []roompolicy.Role{
		{RoleIndex: 3, RoleName: "staff", RoleCapabilities: member, MinimumParticipantsConstraint: 1, MinimumActiveParticipantsConstraint: 1,
			AuthorizedRoleChanges: changes([]uint32{0, 1, 2, 3}, []uint32{1, 0, 1, 2, 3}, []uint32{2, 0, 1, 3, 4}, []uint32{3, 0, 1, 2}, []uint32{0, 4})},
		{RoleIndex: 0, RoleName: "none", RoleCapabilities: []roompolicy.Capability{roompolicy.CanOpenJoin, roompolicy.CanUseJoinCode},
			AuthorizedRoleChanges: changes([]uint32{0, 2, 1})},
		{RoleIndex: 1, RoleName: second, MaximumParticipantsConstraint: some(1), MaximumActiveParticipantsConstraint: some(0)},
		{RoleIndex: 2, RoleName: "guest", RoleCapabilities: without(roompolicy.CanKick, roompolicy.CanUnBan), MaximumParticipantsConstraint: some(2),
			MaximumActiveParticipantsConstraint: some(1), AuthorizedRoleChanges: changes([]uint32{2, 0, 1, 2}, []uint32{3, 0, 1, 2}, []uint32{1, 0, 2})},
		{RoleIndex: 4, RoleName: "system", RoleCapabilities: member, MaximumActiveParticipantsConstraint: some(0),
			AuthorizedRoleChanges: changes([]uint32{0, 1, 2}, []uint32{1, 0, 2}, []uint32{3, 0, 1, 2, 4}, []uint32{2, 0, 1, 4})},
	}}
}
