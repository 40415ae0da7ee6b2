package mutants

import (
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/rooms"
)

// roomMutant decides in every room as it should in another one, which is what
// a fault of authorisation comes to.
type roomMutant struct {
	properties.Reference
	id    string
	fault func(*rooms.Room)
}

func (m *roomMutant) Name() string { return m.id }

// VetRoom implements [properties.RoomVetter].
func (m *roomMutant) VetRoom(room *rooms.Room) (*rooms.Report, error) {
	changed := *room
	changed.Policy = properties.ClonePolicy(room.Policy)
	m.fault(&changed)
	return m.Reference.VetRoom(&changed)
}

// inRooms plants a fault of authorisation.
func inRooms(name, fault, property string, change func(*rooms.Room)) *Mutant {
	id := "roompolicy/" + name
	return &Mutant{ID: id, Fault: fault, Property: "roompolicy/" + property, Draft: spec.RoomPolicy04,
		plant: func(reached func()) properties.Implementation {
			return &roomMutant{id: id, fault: func(r *rooms.Room) { reached(); change(r) }}
		}}
}

// inEachRole changes every role of a room.
func inEachRole(change func(*roompolicy.Role)) func(*rooms.Room) {
	return func(room *rooms.Room) {
		for i := range room.Policy.Roles.Roles {
			change(&room.Policy.Roles.Roles[i])
		}
	}
}

// grants gives every role but role zero and that of the banned a capability.
func grants(c roompolicy.Capability) func(*rooms.Room) {
	return inEachRole(func(r *roompolicy.Role) {
		if r.RoleIndex > roompolicy.BannedRole && !r.Has(c) {
			r.RoleCapabilities = append(r.RoleCapabilities, c)
		}
	})
}

// revokes takes a capability from every role.
func revokes(c roompolicy.Capability) func(*rooms.Room) {
	return inEachRole(func(r *roompolicy.Role) {
		var kept []roompolicy.Capability
		for _, had := range r.RoleCapabilities {
			if had != c {
				kept = append(kept, had)
			}
		}
		r.RoleCapabilities = kept
	})
}

// changesAny gives every role but role zero and that of the banned a role
// change, from one role to another.
func changesAny(from, to uint32) func(*rooms.Room) {
	return inEachRole(func(r *roompolicy.Role) {
		if r.RoleIndex > roompolicy.BannedRole {
			r.AuthorizedRoleChanges = append(r.AuthorizedRoleChanges, roompolicy.SingleSourceRoleChangeTargets{FromRoleIndex: from, TargetRoleIndexes: []uint32{to}})
		}
	})
}

// both makes two changes.
func both(first, second func(*rooms.Room)) func(*rooms.Room) {
	return func(r *rooms.Room) { first(r); second(r) }
}

func readRoom(readings string) func(*rooms.Room) {
	return func(r *rooms.Room) {
		chosen, err := roompolicy.ParseReadings(readings)
		if err != nil {
			panic(err) // a test plants every mutant
		}
		r.Readings = chosen
	}
}

var policySecurityMutants = []*Mutant{
	inRooms("hub-unbans", "lets the hub act in rooms that have no external senders", "ban-sticks", func(r *rooms.Room) {
		r.Senders = rooms.SystemRoles(r.Policy.Roles)
	}),
	inRooms("anyone-unbans", "takes everyone for one who may unban", "ban-outranks", both(grants(roompolicy.CanUnBan), changesAny(1, 2))),
	inRooms("anyone-kicks", "does not look whether the actor may kick", "out-of-reach", grants(roompolicy.CanKick)),
	inRooms("everyone-preauthorized", "takes everyone for preauthorized for the highest role", "escalation", func(r *rooms.Room) {
		r.Preauthorized = []uint32{highest(r)}
	}),
	inRooms("demoted-stay-preauthorized", "lets a demoted user take back the role that its claims once gave it", "demotion-lasts", func(r *rooms.Room) {
		r.Preauthorized = []uint32{3}
	}),
	inRooms("minima-ignored", "does not compare minima", "administrable", inEachRole(func(r *roompolicy.Role) {
		r.MinimumParticipantsConstraint, r.MinimumActiveParticipantsConstraint = 0, 0
	})),
	inRooms("anyone-joins", "lets anyone join who is not in the list", "removal-lasts", func(r *rooms.Room) {
		r.Policy.Roles.Roles = append(r.Policy.Roles.Roles, roompolicy.Role{RoleIndex: 0, RoleName: "none",
			RoleCapabilities:      []roompolicy.Capability{roompolicy.CanOpenJoin},
			AuthorizedRoleChanges: []roompolicy.SingleSourceRoleChangeTargets{{FromRoleIndex: 0, TargetRoleIndexes: []uint32{2}}}})
	}),
	inRooms("own-clients-refused", "lets no one add a client of its own", "can-return", both(revokes(roompolicy.CanAddOwnClient), grants(roompolicy.CanKick))),
	inRooms("leaving-refused", "lets no one leave", "can-leave", revokes(roompolicy.CanRemoveSelf)),
	inRooms("removals-refused", "lets no one remove anyone", "unremovable", revokes(roompolicy.CanRemoveParticipant)),
	inRooms("own-clients-uncounted", "does not compare the maximum of active participants when a client is added", "bounds-hold", readRoom("addown-max=literal")),
	inRooms("limit-for-additions", "compares max_users only when a user is added", "base-limits-bind", readRoom("max-users=additions")),
	inRooms("unknown-role", "knows a role that no one can have", "dead-role", func(r *rooms.Room) {
		r.Policy.Roles.Roles = append(r.Policy.Roles.Roles, roompolicy.Role{RoleIndex: 40, RoleName: "forgotten"})
	}),
	inRooms("reserved-granted-nothing", "takes a capability that it does not know for one that allows something", "dead-capability", grants(roompolicy.CanCreateJoinCode)),
	inRooms("additions-refused", "lets no one add anyone", "dead-role-change", revokes(roompolicy.CanAddParticipant)),
	inRooms("role-changes-unban", "lets everyone who may ban change any role, the banned one too", "capability-swallowed", func(r *rooms.Room) {
		r.Policy.Roles.Roles = append(r.Policy.Roles.Roles, roompolicy.Role{RoleIndex: roompolicy.BannedRole, RoleName: roompolicy.BannedName,
			MaximumActiveParticipantsConstraint: roompolicy.Some[uint32](0)})
		for _, c := range []roompolicy.Capability{roompolicy.CanBan, roompolicy.CanUnBan, roompolicy.CanChangeUserRole} {
			grants(c)(r)
		}
		changesAny(2, 1)(r)
		changesAny(1, 2)(r)
	}),
}

// highest returns the role with most capabilities that is given to users.
func highest(r *rooms.Room) uint32 {
	role, ok := rooms.Creator(r.Policy.Roles)
	if !ok {
		return 0
	}
	return role.RoleIndex
}
