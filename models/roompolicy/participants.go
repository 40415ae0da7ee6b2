package roompolicy

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
