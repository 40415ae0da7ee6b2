package roompolicy

import (
	"fmt"
	"math"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Apply applies a commit under the newest revision and the default readings.
func Apply(policy *Policy, state *State, commit *Commit) (*Outcome, error) {
	return Judge{draft: spec.Newest(spec.RoomPolicy)}.Apply(policy, state, commit)
}

// Apply returns what a commit leaves of a room, or refuses it as a whole. It
// changes nothing that it is given.
//
// The updates of the participant list are taken in the order of the commit; of
// each the role changes come first, then the removals, then the additions
// (protocol-06 section 7.5). Every change is authorized by itself, by any
// capability that allows it: a ban may rest on canBan or on canChangeUserRole.
// MLS proposals go with the change of the same user where it needs them, and
// are a kick, a removal or an addition of clients by themselves otherwise. All
// is authorized by the policy before the commit. It fails with [*CommitError].
func (j Judge) Apply(policy *Policy, state *State, commit *Commit) (*Outcome, error) {
	a, err := newApplier(j, policy, state, commit)
	if err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		a.checkProposals, a.checkTogether, a.checkCommitter, a.collectClients,
		a.participantLists, a.clientProposals, a.otherProposals,
		a.checkCommitterStays, a.checkBounds,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	a.after.Removing = slices.DeleteFunc(a.after.Removing, func(u User) bool {
		p := a.after.Participant(u)
		return p == nil || a.isBanned(p.Role)
	})
	return &Outcome{Policy: a.newPolicy, State: a.after, Decisions: a.decisions}, nil
}

// applier gathers what a commit does.
type applier struct {
	*decider  // on the room before the commit
	before    *State
	after     *State
	newPolicy *Policy
	commit    *Commit
	decisions []Decision
	adds      []clientProposal
	removes   []clientProposal
	touched   map[User]bool
	gone      map[User]uint64 // clients that were removed
	leavers   map[User]bool   // who removed clients of its own
}

// clientProposal is what is left of the MLS proposals of one sender for the
// clients of one user.
type clientProposal struct {
	sender, user User
	clients      uint64
	place        string
}

func newApplier(j Judge, policy *Policy, state *State, commit *Commit) (*applier, error) {
	d := newDecider(j, policy, state, Action{})
	if d.denied {
		return nil, &CommitError{Rule: d.result.Rule, Reason: d.result.Reason}
	}
	a := &applier{decider: d, before: d.state, after: d.state.Clone(), commit: commit,
		touched: map[User]bool{}, gone: map[User]uint64{}, leavers: map[User]bool{}}
	newPolicy := *d.policy
	a.newPolicy = &newPolicy
	if commit == nil {
		a.commit = &Commit{}
	}
	seen := map[User]bool{}
	for i := range a.before.Participants {
		user := a.before.Participants[i].User
		if seen[user] {
			return nil, &CommitError{Rule: ruleSingleRole, Reason: fmt.Sprintf("%s stands in the list more than once", user)}
		}
		seen[user] = true
	}
	return a, nil
}

// sender returns who made a proposal.
func (a *applier) sender(p *Proposal) User {
	if p.Sender != "" {
		return p.Sender
	}
	return a.commit.Committer
}

func proposalPlace(i int, field string) string { return fmt.Sprintf("proposals[%d].%s", i, field) }

// checkProposals demands that each proposal does one thing.
func (a *applier) checkProposals() error {
	for i := range a.commit.Proposals {
		p := &a.commit.Proposals[i]
		if kinds := p.kinds(); kinds != 1 {
			return &CommitError{Rule: ruleOneProposal, Place: fmt.Sprintf("proposals[%d]", i), Reason: fmt.Sprintf("it does %d things", kinds)}
		}
		if a.commit.External && a.sender(p) != a.commit.Committer {
			return &CommitError{Rule: ruleExternalOwn, Place: fmt.Sprintf("proposals[%d]", i), Reason: fmt.Sprintf("it is one of %s", p.Sender)}
		}
	}
	return nil
}

// kinds returns how many fields of a proposal do something.
func (p *Proposal) kinds() (kinds int) {
	for _, does := range []bool{
		p.ParticipantList != nil, p.JoinLinks != nil, p.Metadata != nil, len(p.replaced()) > 0, p.RemoveComponent != nil,
		p.Add != nil && p.Add.Clients > 0, p.Remove != nil && p.Remove.Clients > 0, p.Use != nil,
	} {
		if does {
			kinds++
		}
	}
	return kinds
}

// updated returns the components that a proposal updates.
func (p *Proposal) updated() []ComponentID {
	switch {
	case p.ParticipantList != nil:
		return []ComponentID{ParticipantListID}
	case p.JoinLinks != nil:
		return []ComponentID{JoinLinksID}
	case p.Metadata != nil:
		return []ComponentID{RoomMetadataID}
	}
	return p.replaced()
}

// checkTogether demands that nothing is in the commit that must not stand
// beside something else in it.
func (a *applier) checkTogether() error {
	updates, removals := map[ComponentID]int{}, map[ComponentID]int{}
	for i := range a.commit.Proposals {
		p := &a.commit.Proposals[i]
		for _, id := range p.updated() {
			updates[id]++
			switch {
			case updates[id] == 1:
			case id == RoomMetadataID:
				return &CommitError{Rule: ruleOneMetadata, Place: proposalPlace(i, "metadata"), Reason: "it is the second"}
			case p.Replace != nil && a.readings[repeatedReplacement] != replacementLast:
				return &CommitError{Rule: ruleOneReplacement, Place: proposalPlace(i, id.String()), Reason: "it is replaced before"}
			}
		}
		if p.RemoveComponent != nil {
			removals[*p.RemoveComponent]++
		}
	}
	for i := range a.commit.Proposals {
		id := a.commit.Proposals[i].RemoveComponent
		if id != nil && (removals[*id] > 1 || updates[*id] > 0) {
			return &CommitError{Rule: ruleUpdateAndRemove, Place: proposalPlace(i, "removeComponent"),
				Reason: fmt.Sprintf("%s is updated %d and removed %d times", id, updates[*id], removals[*id])}
		}
	}
	changes, more := a.changesList()
	if changes && updates[RolesListID] > 0 {
		return &CommitError{Rule: ruleRolesAlone, Reason: "it has an update of the roles and one of the participant list"}
	}
	if more && updates[PreauthListID] > 0 {
		return &CommitError{Rule: rulePreauthAlone, Reason: "it has an update of the preauthorized users and changes roles or adds users"}
	}
	return nil
}

// changesList reports whether the commit changes the participant list, and
// whether it does more than to remove users.
func (a *applier) changesList() (changes, more bool) {
	for i := range a.commit.Proposals {
		u := a.commit.Proposals[i].ParticipantList
		if u == nil {
			continue
		}
		others := len(u.ChangedRoleParticipants)+len(u.AddedParticipants) > 0
		changes = changes || others || len(u.RemovedIndices) > 0 || a.readings[emptyUpdate] != emptyNoChange
		more = more || others
	}
	return changes, more
}

// checkCommitter demands that the commit comes from a client of the group, or
// is external. An external commit where the group has no client stands for what
// makes a new group.
func (a *applier) checkCommitter() error {
	p := a.before.Participant(a.commit.Committer)
	if !a.commit.External && (p == nil || !p.Active()) {
		return &CommitError{Rule: ruleCommitByMember, Reason: fmt.Sprintf("%s has no client in the group", a.commit.Committer)}
	}
	if slices.Contains(a.before.Removing, a.commit.Committer) {
		return &CommitError{Rule: ruleRemoving, Reason: fmt.Sprintf("the removal of %s is accepted already", a.commit.Committer)}
	}
	return nil
}

// collectClients sums up the MLS proposals by sender and user. An external
// commit adds a client of its sender.
func (a *applier) collectClients() error {
	if a.commit.External {
		a.adds = collect(a.adds, a.commit.Committer, &Clients{User: a.commit.Committer, Clients: 1}, "external")
	}
	for i := range a.commit.Proposals {
		p := &a.commit.Proposals[i]
		if p.Add != nil {
			a.adds = collect(a.adds, a.sender(p), p.Add, proposalPlace(i, "add"))
		}
		if p.Remove != nil {
			a.removes = collect(a.removes, a.sender(p), p.Remove, proposalPlace(i, "remove"))
		}
	}
	return nil
}

// collect counts clients with those of the same sender and user.
func collect(list []clientProposal, sender User, c *Clients, place string) []clientProposal {
	for i := range list {
		if list[i].sender == sender && list[i].user == c.User {
			list[i].clients += uint64(c.Clients)
			return list
		}
	}
	return append(list, clientProposal{sender: sender, user: c.User, clients: uint64(c.Clients), place: place})
}

// checkCommitterStays demands that the client that commits is not removed.
func (a *applier) checkCommitterStays() error {
	if a.commit.External {
		return nil
	}
	user := a.commit.Committer
	clients := uint64(a.before.Participant(user).Clients)
	if a.gone[user] >= clients || a.leavers[user] && a.readings[leaverCommits] == leaverOtherUser {
		return &CommitError{Rule: ruleCommitByMember, Reason: fmt.Sprintf("%s commits the removal of %d of its %s", user, a.gone[user], plural(clients, "client"))}
	}
	return nil
}

// checkBounds demands that the bounds of roles that the actions respected one
// by one hold in the end.
func (a *applier) checkBounds() error {
	if a.readings[jointCommit] == jointSnapshot || a.readings[boundsWhen] == boundsPreState {
		return nil
	}
	for _, d := range a.decisions {
		for _, c := range d.Constraints {
			participants, active := a.after.Count(c.Role)
			switch c.Kind {
			case Minimum, Maximum:
				c.After = participants
			case MinimumActive, MaximumActive:
				c.After = active
			}
			if !a.boundHolds(c) {
				return &CommitError{Rule: ruleJointBounds, Reason: c.String()}
			}
		}
	}
	return nil
}

// basis returns the state on which the next action is authorized.
func (a *applier) basis() *State {
	if a.readings[jointCommit] == jointSnapshot {
		return a.before
	}
	return a.after
}

// authorize takes the first of several actions that is allowed and does what
// the commit does to a user: the new role is this one, and the clients that go
// are removed by the commit. It applies the action.
func (a *applier) authorize(place string, role uint32, actions ...Action) error {
	on := a.basis()
	var refused *CommitError
	for _, action := range actions {
		decision := a.Decide(a.policy, on, action)
		c := &decision.Change
		goes := c.ClientsBefore - min(c.ClientsBefore, c.ClientsAfter)
		err := &CommitError{Rule: decision.Rule, Place: place, Reason: decision.Reason, Decision: &decision}
		switch {
		case !decision.Allowed:
		case c.To != role:
			err = &CommitError{Rule: ruleEachAuthorized, Place: place, Reason: fmt.Sprintf("the new role is %d, and role %d is allowed", role, c.To)}
		case goes > a.available(c.User):
			err = &CommitError{Rule: ruleClientsGo, Place: place, Reason: fmt.Sprintf("%s has %s, and %d are removed",
				c.User, plural(goes, "client"), a.available(c.User))}
		default:
			a.take(c.User, goes)
			a.decisions = append(a.decisions, decision)
			a.gone[c.User] += goes
			if goes > 0 && action.Actor == c.User {
				a.leavers[c.User] = true
			}
			a.after.apply(c)
			return nil
		}
		if refused == nil || refused.Decision != nil && err.Decision == nil {
			refused = err
		}
	}
	return refused
}

// available returns how many clients of a user the commit removes, beyond those
// that went with another action.
func (a *applier) available(user User) (sum uint64) {
	for i := range a.removes {
		if a.removes[i].user == user {
			sum += a.removes[i].clients
		}
	}
	return sum
}

// take lets MLS proposals that remove clients of a user go with an action,
// whoever sent them.
func (a *applier) take(user User, clients uint64) {
	for i := range a.removes {
		if r := &a.removes[i]; r.user == user {
			taken := min(clients, r.clients)
			r.clients -= taken
			clients -= taken
		}
	}
}

// apply makes a change. Who comes into the list comes at its end; what an
// action does not change stays as it is.
func (s *State) apply(c *Change) {
	if c.From == c.To && c.ClientsBefore == c.ClientsAfter {
		return
	}
	clients := uint32(min(c.ClientsAfter, math.MaxUint32))
	at := slices.IndexFunc(s.Participants, func(p Participant) bool { return p.User == c.User })
	switch {
	case at < 0 && c.To != NoRole:
		s.Participants = append(s.Participants, Participant{User: c.User, Role: c.To, Clients: clients})
	case at >= 0 && c.To == NoRole:
		s.Participants = slices.Delete(s.Participants, at, at+1)
	case at >= 0:
		if c.From != c.To {
			s.Participants[at].Role = c.To
		}
		if c.ClientsBefore != c.ClientsAfter {
			s.Participants[at].Clients = clients
		}
	}
}

// Next returns the state after an action that a decision allowed.
func (s *State) Next(d *Decision) *State {
	next := s.Clone()
	if d.Allowed {
		next.apply(&d.Change)
		next.Destroyed = next.Destroyed || d.Rule == ruleDestroy
	}
	return next
}

// Cascade returns the state of a room that depends on a parent once those who
// are no longer in the list of the parent are gone, whatever bounds or
// capabilities say (section 5). It is the state itself for other rooms.
func Cascade(policy *Policy, state *State) *State {
	if policy == nil || policy.Base == nil || !policy.Base.ParentDependent {
		return state
	}
	next := state.Clone()
	next.Participants = slices.DeleteFunc(next.Participants, func(p Participant) bool {
		return !slices.Contains(state.ParentParticipants, p.User)
	})
	return next
}
