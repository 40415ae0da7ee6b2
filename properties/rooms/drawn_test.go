package rooms

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// drawnRoom draws a small room with any policy, under any readings that a
// search follows.
func drawnRoom(seed uint64) Room {
	r := rand.New(rand.NewPCG(seed, 1))
	one := func(n int) bool { return r.IntN(n) == 0 }
	maximum := func() (m roompolicy.Optional[uint32]) {
		if one(3) {
			m = roompolicy.Some(r.Uint32N(3))
		}
		return m
	}
	indexes := []uint32{0, 1, 2, 3, 7}[:3+r.IntN(3)]
	roles := &roompolicy.RoleData{}
	for _, index := range indexes {
		if index != 2 && one(6) {
			continue // a role that others may still name
		}
		role := roompolicy.Role{RoleIndex: index, RoleName: []string{"none", "banned", "a", "b", "", "", "", "c"}[index],
			MaximumParticipantsConstraint: maximum(), MaximumActiveParticipantsConstraint: maximum()}
		if one(4) {
			role.MinimumParticipantsConstraint, role.MinimumActiveParticipantsConstraint = r.Uint32N(3), r.Uint32N(2)
		}
		for k := range numKinds {
			if !one(3) {
				role.RoleCapabilities = append(role.RoleCapabilities, kinds[k].capability)
			}
		}
		for range r.IntN(6) {
			entry := roompolicy.SingleSourceRoleChangeTargets{FromRoleIndex: indexes[r.IntN(len(indexes))]}
			for range r.IntN(4) {
				entry.TargetRoleIndexes = append(entry.TargetRoleIndexes, indexes[r.IntN(len(indexes))])
			}
			role.AuthorizedRoleChanges = append(role.AuthorizedRoleChanges, entry)
		}
		roles.Roles = append(roles.Roles, role)
	}
	room := Room{Draft: spec.RoomPolicy01 + spec.Draft(r.IntN(4)), Users: 2 + r.IntN(2), Policy: &roompolicy.Policy{Roles: roles}, Senders: SystemRoles(roles)}
	if one(2) {
		room.Policy.Base = &roompolicy.BaseRoomPolicy{FixedMembership: one(4), ParentDependent: one(4), MultiDevice: one(2), PersistentRoom: one(2), MaxClients: maximum(), MaxUsers: maximum()}
	}
	if one(3) {
		room.Policy.Operational = &roompolicy.OperationalParameters{ExternalProposalAllowed: one(2), ExternalCommitAllowed: one(2)}
	}
	if one(2) {
		room.Preauthorized = []uint32{indexes[r.IntN(len(indexes))]}
	}
	if one(6) {
		room.Policy.PreAuth, room.Preauthorized = &roompolicy.PreAuthData{PreauthorizedEntries: []roompolicy.PreAuthRoleEntry{
			{TargetRole: roompolicy.RoleReference{RoleIndex: indexes[r.IntN(len(indexes))]}},
			{TargetRole: roompolicy.RoleReference{RoleIndex: indexes[r.IntN(len(indexes))]}},
		}}, nil
	}
	for _, name := range followedReadings() {
		if one(20) {
			room.Readings, _ = room.Readings.ParseReading(name)
		}
	}
	return room
}

// told lists what a report finds, in no order.
func told(r *Report) (list []string) {
	for _, f := range r.Findings {
		list = append(list, fmt.Sprintf("%s in %d steps: %s", f.Property, len(f.Trace), f.Summary))
	}
	slices.Sort(list)
	return list
}

// TestDrawnRooms holds for rooms of any kind what other tests hold for a few:
// the machine decides as the definition does, every history is one that the
// definition allows, and folding users hides nothing.
func TestDrawnRooms(t *testing.T) {
	searched := 0
	for seed := range uint64(300) {
		room := drawnRoom(seed)
		m, err := Compile(&room)
		if err != nil {
			continue // such as a room that no one can create
		}
		searched++
		small := room
		small.Users = 2
		found, _, err := Disagreements(&small, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range found {
			t.Errorf("seed %d, %s, %s: %v", seed, room.Draft, room.Readings, d)
		}
		folded, err := Vet(t.Context(), &room, Limits{})
		if err != nil {
			t.Errorf("seed %d, %s, %s: %v", seed, room.Draft, room.Readings, err)
			continue
		}
		m.alike = 0
		apart, err := m.vet(t.Context(), Limits{})
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
			continue
		}
		if diff := cmp.Diff(told(apart), told(folded)); diff != "" {
			t.Errorf("seed %d, apart and folded:\n%s", seed, diff)
		}
		var b strings.Builder
		if err := folded.WriteText(&b); err != nil || b.Len() == 0 {
			t.Errorf("seed %d: no text: %v", seed, err)
		}
	}
	if searched < 100 {
		t.Errorf("%d rooms were searched", searched)
	}
}
