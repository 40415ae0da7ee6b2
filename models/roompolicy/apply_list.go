package roompolicy

import (
	"fmt"
	"math"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// participantLists authorizes and makes the changes of the participant list.
func (a *applier) participantLists() error {
	epoch := usersOf(a.before)
	for i := range a.commit.Proposals {
		p := &a.commit.Proposals[i]
		if p.ParticipantList == nil {
			continue
		}
		list := epoch
		if a.readings[secondUpdate] == secondRunning {
			list = usersOf(a.after)
		}
		if err := a.participantList(i, a.sender(p), list, p.ParticipantList); err != nil {
			return err
		}
	}
	return nil
}

func usersOf(s *State) []User {
	users := make([]User, len(s.Participants))
	for i := range s.Participants {
		users[i] = s.Participants[i].User
	}
	return users
}

// participantList makes one update, whose indices count in a list of users.
func (a *applier) participantList(i int, sender User, list []User, update *ParticipantListUpdate) error {
	for k, changed := range update.ChangedRoleParticipants {
		place := proposalPlace(i, fmt.Sprintf("changedRoleParticipants[%d]", k))
		user, err := a.at(list, changed.UserIndex, place)
		if err == nil {
			err = a.touch(user, place)
		}
		if err == nil {
			err = a.changeListed(place, sender, user, changed.RoleIndex)
		}
		if err != nil {
			return err
		}
	}
	for k, index := range update.RemovedIndices {
		place := proposalPlace(i, fmt.Sprintf("removedIndices[%d]", k))
		user, err := a.at(list, index, place)
		if err == nil {
			err = a.touch(user, place)
		}
		if err == nil {
			err = a.removeListed(place, sender, user)
		}
		if err != nil {
			return err
		}
		if a.readings[listIndex] == indexShifting {
			list = slices.DeleteFunc(slices.Clone(list), func(u User) bool { return u == user })
		}
	}
	for k, added := range update.AddedParticipants {
		place := proposalPlace(i, fmt.Sprintf("addedParticipants[%d]", k))
		if err := a.touch(added.User, place); err != nil {
			return err
		}
		if err := a.addListed(place, sender, added.User, added.RoleIndex); err != nil {
			return err
		}
	}
	return nil
}

// at returns the user with an index.
func (a *applier) at(list []User, index uint32, place string) (User, error) {
	at := int64(index)
	if a.readings[listBase] == indexFromOne {
		at--
	}
	if at < 0 || at >= int64(len(list)) {
		return "", &CommitError{Rule: ruleListIndex, Place: place, Reason: fmt.Sprintf("index %d into a list of %d", index, len(list))}
	}
	return list[at], nil
}

// touch demands that nothing was done to a user in the list before.
func (a *applier) touch(user User, place string) error {
	if a.touched[user] {
		return &CommitError{Rule: ruleSameUserOnce, Place: place, Reason: fmt.Sprintf("%s comes up a second time", user)}
	}
	a.touched[user] = true
	return nil
}

// changeListed gives a participant another role.
func (a *applier) changeListed(place string, sender, user User, role uint32) error {
	if role == NoRole {
		return &CommitError{Rule: ruleRoleZero, Place: place, Reason: "the new role is zero"}
	}
	var actions []Action
	switch {
	case sender == user:
		actions = append(actions, Action{Actor: sender, Kind: ActionChangeOwnRole})
	case role == BannedRole:
		actions = append(actions, Action{Actor: sender, Kind: ActionBan, Target: user}, Action{Actor: sender, Kind: ActionChangeRole, Target: user, Role: role})
	default:
		actions = append(actions, Action{Actor: sender, Kind: ActionChangeRole, Target: user, Role: role}, Action{Actor: sender, Kind: ActionUnban, Target: user, Role: role})
	}
	return a.authorize(place, role, actions...)
}

// removeListed takes a participant out of the list.
func (a *applier) removeListed(place string, sender, user User) error {
	action := Action{Actor: sender, Kind: ActionRemove, Target: user}
	if sender == user {
		action = Action{Actor: sender, Kind: ActionLeave}
	}
	return a.authorize(place, NoRole, action)
}

// addListed puts a user into the list.
func (a *applier) addListed(place string, sender, user User, role uint32) error {
	switch {
	case a.after.Lists(user):
		return &CommitError{Rule: ruleListAdded, Place: place, Reason: fmt.Sprintf("%s is in the list already", user)}
	case role == NoRole:
		return &CommitError{Rule: ruleRoleZero, Place: place, Reason: "the new role is zero"}
	}
	add := a.clients(a.adds, sender, user)
	if sender == user {
		if add == nil || add.clients == 0 {
			return &CommitError{Rule: ruleJoinsWithClient, Place: place, Reason: fmt.Sprintf("%s brings no client", user)}
		}
		actions := []Action{{Actor: user, Kind: ActionOpenJoin, Role: role}, {Actor: user, Kind: ActionJoinPreauthorized}}
		if a.commit.JoinCode != "" {
			actions = []Action{{Actor: user, Kind: ActionJoinCode, Code: a.commit.JoinCode}}
		}
		add.clients--
		return a.authorize(place, role, actions...)
	}
	var brought uint64
	if add != nil {
		brought, add.clients = add.clients, 0
	}
	actions := []Action{{Actor: sender, Kind: ActionAdd, Target: user, Role: role, Clients: uint32(min(brought, math.MaxUint32))}}
	if role == BannedRole && brought == 0 {
		actions = append(actions, Action{Actor: sender, Kind: ActionBan, Target: user})
	}
	return a.authorize(place, role, actions...)
}

func (a *applier) clients(list []clientProposal, sender, user User) *clientProposal {
	for i := range list {
		if list[i].sender == sender && list[i].user == user {
			return &list[i]
		}
	}
	return nil
}

// clientProposals authorizes the MLS proposals that went with no change of the
// list: removals, then additions (RFC 9420 section 12.3).
func (a *applier) clientProposals() error {
	for _, proposals := range []struct {
		list       []clientProposal
		own, other ActionKind
		listed     *spec.Rule
	}{
		{a.removes, ActionRemoveOwnClient, ActionKick, ruleClientsExist},
		{a.adds, ActionAddOwnClient, ActionAddClient, ruleClientsListed},
	} {
		for i := range proposals.list {
			p := proposals.list[i]
			action := Action{Actor: p.sender, Kind: proposals.other, Target: p.user}
			if p.sender == p.user {
				action = Action{Actor: p.sender, Kind: proposals.own}
			}
			if err := a.clientProposal(p, action, proposals.listed); err != nil {
				return err
			}
		}
	}
	return nil
}

// clientProposal authorizes one action on the clients of a user, whom a rule
// wants in the list.
func (a *applier) clientProposal(c clientProposal, action Action, listed *spec.Rule) error {
	if c.clients == 0 {
		return nil
	}
	p := a.basis().Participant(c.user)
	switch {
	case p == nil:
		return &CommitError{Rule: listed, Place: c.place, Reason: fmt.Sprintf("%s is not in the participant list", c.user)}
	case c.clients > math.MaxUint32:
		return &CommitError{Rule: ruleMaxTree, Place: c.place, Reason: plural(c.clients, "client")}
	}
	action.Clients = uint32(c.clients)
	return a.authorize(c.place, p.Role, action)
}
