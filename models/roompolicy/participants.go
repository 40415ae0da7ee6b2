package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// User is the identifier of a user in a participant list, compared octet by
// octet.
type User string

// ParticipantListData is the component participant_list: who is in a room, with
// which role (protocol-06 section 7.5). A user stands in it at most once.
type ParticipantListData struct {
	Participants []UserRolePair
}

// UserRolePair is a user and its role.
type UserRolePair struct {
	User      User
	RoleIndex uint32
}

// ParticipantListUpdate changes a participant list: roles change, then users
// leave, then users are appended (protocol-06 section 7.5).
type ParticipantListUpdate struct {
	ChangedRoleParticipants []UserindexRolePair
	RemovedIndices          []uint32
	AddedParticipants       []UserRolePair
}

// UserindexRolePair is the place of a user in the participant list, counted from
// zero, and its new role.
type UserindexRolePair struct {
	UserIndex uint32
	RoleIndex uint32
}

// Participant returns the first entry of a user, nil if there is none.
func (d *ParticipantListData) Participant(user User) *UserRolePair {
	for i := range d.Participants {
		if d.Participants[i].User == user {
			return &d.Participants[i]
		}
	}
	return nil
}

func (d *ParticipantListData) describe() (string, spec.Drafts) {
	return "ParticipantListData", allDrafts
}

func (d *ParticipantListData) fields(f fields) {
	list(f, "participants", &d.Participants, userRolePair)
}

func userRolePair(f fields, p *UserRolePair) {
	f.need("user", "role_index")
	f.opaque("user", (*string)(&p.User))
	f.uint32("role_index", &p.RoleIndex)
}

func (u *ParticipantListUpdate) describe() (string, spec.Drafts) {
	return "ParticipantListUpdate", allDrafts
}

func (u *ParticipantListUpdate) fields(f fields) {
	list(f, "changedRoleParticipants", &u.ChangedRoleParticipants, func(f fields, p *UserindexRolePair) {
		f.need("user_index", "role_index")
		f.uint32("user_index", &p.UserIndex)
		f.uint32("role_index", &p.RoleIndex)
	})
	values(f, "removedIndices", &u.RemovedIndices, uint32Element)
	list(f, "addedParticipants", &u.AddedParticipants, userRolePair)
}
