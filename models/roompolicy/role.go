package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// Role indexes with a meaning of their own.
const (
	NoRole     uint32 = 0 // of everyone who is not in the participant list (section 3)
	BannedRole uint32 = 1 // if the role is named [BannedName] (section 8.1.3)
)

// BannedName is the name that the role with the index [BannedRole] has where
// users can be banned.
const BannedName = "banned"

// RoleData is the component roles_list: every role of a room (room-policy-04
// section 3). Its update, RoleUpdate, has the same form and replaces it.
type RoleData struct {
	Roles []Role // by no particular order of their indexes, which may have gaps
}

// Role is what its holders may do, and how many they may be.
type Role struct {
	RoleIndex        uint32
	RoleName         string
	RoleDescription  string // may be empty
	RoleCapabilities []Capability

	// Bounds on how many users of the participant list hold the role, and on how
	// many of them have clients in the MLS group. A minimum of 0 is none, a
	// maximum of 0 lets no one.
	MinimumParticipantsConstraint       uint32
	MaximumParticipantsConstraint       Optional[uint32]
	MinimumActiveParticipantsConstraint uint32
	MaximumActiveParticipantsConstraint Optional[uint32]

	AuthorizedRoleChanges []SingleSourceRoleChangeTargets
}

// SingleSourceRoleChangeTargets is the list of roles to which the holder of a
// role may move users of one role. [NoRole] stands for additions and removals.
type SingleSourceRoleChangeTargets struct {
	FromRoleIndex     uint32
	TargetRoleIndexes []uint32
}

// RoleReference points at a role: by its index, or by the whole role where a
// struct prints a Role and is read so.
type RoleReference struct {
	RoleIndex uint32
	Role      *Role // nil for an index; otherwise its RoleIndex is that above
}

// Role returns the first role with an index, nil if there is none.
func (d *RoleData) Role(index uint32) *Role {
	for i := range d.Roles {
		if d.Roles[i].RoleIndex == index {
			return &d.Roles[i]
		}
	}
	return nil
}

// Banned returns the role of the banned: the one with the index 1, if it is
// named "banned", octet by octet (section 8.1.3). It is nil where there is none.
func (d *RoleData) Banned() *Role {
	if role := d.Role(BannedRole); role != nil && role.RoleName == BannedName {
		return role
	}
	return nil
}

// Has reports whether a capability is in the role.
func (r *Role) Has(capability Capability) bool {
	for _, c := range r.RoleCapabilities {
		if c == capability {
			return true
		}
	}
	return false
}

// Allows reports whether the authorized role changes have an entry from one role
// whose targets include the other. Entries from the same role are united.
func (r *Role) Allows(from, target uint32) bool {
	for i := range r.AuthorizedRoleChanges {
		if r.AuthorizedRoleChanges[i].FromRoleIndex != from {
			continue
		}
		for _, index := range r.AuthorizedRoleChanges[i].TargetRoleIndexes {
			if index == target {
				return true
			}
		}
	}
	return false
}

func (d *RoleData) describe() (string, spec.Drafts) { return "RoleData", allDrafts }

func (d *RoleData) fields(f fields) {
	list(f, "roles", &d.Roles, func(f fields, r *Role) { r.fields(f) })
}

func (r *Role) describe() (string, spec.Drafts) { return "Role", allDrafts }

func (r *Role) fields(f fields) {
	f.need("role_index", "role_name")
	f.uint32("role_index", &r.RoleIndex)
	f.opaque("role_name", &r.RoleName)
	f.opaque("role_description", &r.RoleDescription)
	values(f, "role_capabilities", &r.RoleCapabilities, func(f fields, c *Capability) {
		f.number("", (*uint16)(c), capabilityNumbers{})
	})
	f.uint32("minimum_participants_constraint", &r.MinimumParticipantsConstraint)
	optional(f, "maximum_participants_constraint", &r.MaximumParticipantsConstraint, uint32Field)
	f.uint32("minimum_active_participants_constraint", &r.MinimumActiveParticipantsConstraint)
	optional(f, "maximum_active_participants_constraint", &r.MaximumActiveParticipantsConstraint, uint32Field)
	list(f, "authorized_role_changes", &r.AuthorizedRoleChanges, func(f fields, s *SingleSourceRoleChangeTargets) {
		f.need("from_role_index", "target_role_indexes")
		f.uint32("from_role_index", &s.FromRoleIndex)
		values(f, "target_role_indexes", &s.TargetRoleIndexes, uint32Element)
	})
}

// fields visits a reference under the name that it has.
func (r *RoleReference) fields(f fields, name string) {
	if !f.whole(name, r.Role != nil) {
		if r.Role != nil && !f.reading() {
			f.refuse(name, "a whole role where its index is to be written")
			return
		}
		f.uint32(name, &r.RoleIndex)
		return
	}
	switch {
	case f.reading():
		r.Role = new(Role)
	case r.Role == nil:
		f.refuse(name, "an index where the whole role is to be written")
		return
	case r.Role.RoleIndex != r.RoleIndex:
		f.refuse(name, "another index than its role has")
		return
	}
	f.structure(name, func() { r.Role.fields(f) })
	if f.reading() {
		r.RoleIndex = r.Role.RoleIndex
	}
}
