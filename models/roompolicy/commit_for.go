package roompolicy

import "slices"

// CommitFor returns the commit that does one action and nothing else. Who acts
// commits it, unless it cannot: then the first other participant with a client
// does. An update of a component replaces it by itself. What it returns need not
// be allowed, nor even make sense.
func (j Judge) CommitFor(policy *Policy, state *State, action Action) *Commit {
	d := newDecider(j, policy, state, action)
	return d.commitFor(action)
}

func (d *decider) commitFor(a Action) *Commit {
	b := commitBuilder{decider: d, commit: &Commit{Committer: a.Actor}}
	switch a.Kind {
	case ActionAdd:
		b.added(a.Target, a.Role)
		b.clients(a.Target, 0, a.Clients)
	case ActionAddClient:
		b.clients(a.Target, 0, uint32(d.some()))
	case ActionAddOwnClient:
		b.addOwnClient()
	case ActionOpenJoin:
		b.joined(a.Role)
	case ActionJoinPreauthorized:
		ref, _ := d.preauthorized(a.Actor, d.readings[preauthZero] == preauthNonZero)
		b.joined(ref.RoleIndex)
	case ActionJoinCode:
		b.commit.JoinCode = a.Code
		b.joined(d.validCode().Role)
	case ActionRemove:
		b.removed(a.Target)
	case ActionLeave:
		b.removed(a.Actor)
	case ActionRemoveOwnClient:
		b.clients(a.Actor, uint32(d.some()), 0)
	case ActionKick:
		kicked := a.Clients
		if kicked == 0 {
			kicked = b.clientsOf(a.Target)
		}
		b.clients(a.Target, kicked, 0)
	case ActionChangeRole, ActionUnban:
		b.changed(a.Target, a.Role)
	case ActionChangeOwnRole:
		ref, _ := d.preauthorized(a.Actor, true)
		b.changed(a.Actor, ref.RoleIndex)
	case ActionBan:
		if d.state.Lists(a.Target) {
			b.changed(a.Target, BannedRole)
		} else {
			b.added(a.Target, BannedRole)
		}
	case ActionUpdate:
		b.propose(Proposal{Replace: d.component(a.Component)})
	case ActionRemoveComponent:
		b.propose(Proposal{RemoveComponent: &a.Component})
	case ActionUse:
		b.propose(Proposal{Use: &a.Capability})
	}
	if !b.commit.External {
		b.chooseCommitter()
	}
	return b.commit
}

// commitBuilder makes the commit of one action.
type commitBuilder struct {
	*decider
	commit *Commit
	// gone is who loses clients, and how many.
	gone        User
	goneClients uint32
}

func (b *commitBuilder) propose(p Proposal) { b.commit.Proposals = append(b.commit.Proposals, p) }

// index returns the place of a user in the list, one past its end where it has
// none.
func (b *commitBuilder) index(user User) uint32 {
	at := slices.IndexFunc(b.state.Participants, func(p Participant) bool { return p.User == user })
	if at < 0 {
		at = len(b.state.Participants)
	}
	if b.readings[listBase] == indexFromOne {
		at++
	}
	return uint32(at)
}

func (b *commitBuilder) clientsOf(user User) uint32 {
	if p := b.state.Participant(user); p != nil {
		return p.Clients
	}
	return 0
}

// clients proposes to remove and to add clients of a user.
func (b *commitBuilder) clients(user User, removed, added uint32) {
	if removed > 0 {
		b.propose(Proposal{Remove: &Clients{User: user, Clients: removed}})
		b.gone, b.goneClients = user, removed
	}
	if added > 0 {
		b.propose(Proposal{Add: &Clients{User: user, Clients: added}})
	}
}

func (b *commitBuilder) added(user User, role uint32) {
	b.propose(Proposal{ParticipantList: &ParticipantListUpdate{AddedParticipants: []UserRolePair{{User: user, RoleIndex: role}}}})
}

func (b *commitBuilder) joined(role uint32) {
	b.added(b.action.Actor, role)
	b.commit.External = true
}

// addOwnClient comes from outside where no client of the actor is inside.
func (b *commitBuilder) addOwnClient() {
	added := uint32(b.some())
	if b.clientsOf(b.action.Actor) == 0 {
		b.commit.External = true
		added--
	}
	b.clients(b.action.Actor, 0, added)
}

func (b *commitBuilder) removed(user User) {
	b.propose(Proposal{ParticipantList: &ParticipantListUpdate{RemovedIndices: []uint32{b.index(user)}}})
	b.clients(user, b.clientsOf(user), 0)
}

// changed changes a role; the clients go where the new role allows none, or is
// that of a ban.
func (b *commitBuilder) changed(user User, role uint32) {
	b.propose(Proposal{ParticipantList: &ParticipantListUpdate{
		ChangedRoleParticipants: []UserindexRolePair{{UserIndex: b.index(user), RoleIndex: role}},
	}})
	if allowsNoClients(b.role(role)) || b.action.Kind == ActionBan {
		b.clients(user, b.clientsOf(user), 0)
	}
}

// component returns a policy with one component of the room.
func (d *decider) component(id ComponentID) *Policy {
	var one AppDataDictionary
	for _, s := range policySlots {
		if s.id == id {
			s.move(&one, &AppDataDictionary{Policy: *d.policy})
		}
	}
	return &one.Policy
}

// chooseCommitter leaves it to another participant to commit what the actor
// cannot commit, as its own proposal.
func (b *commitBuilder) chooseCommitter() {
	can := func(p *Participant) bool {
		if !p.Active() {
			return false
		}
		if p.User != b.gone {
			return true
		}
		leaves := b.gone == b.action.Actor && b.readings[leaverCommits] == leaverOtherUser
		return p.Clients > b.goneClients && !leaves
	}
	if p := b.actor(); p != nil && can(p) {
		return
	}
	for i := range b.state.Participants {
		if p := &b.state.Participants[i]; can(p) {
			b.commit.Committer = p.User
			for k := range b.commit.Proposals {
				b.commit.Proposals[k].Sender = b.action.Actor
			}
			return
		}
	}
}
