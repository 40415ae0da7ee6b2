package oracle

import (
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Allows reports whether an action is allowed under the default readings, and
// otherwise the first condition that does not hold. It knows every kind of
// action but roompolicy.ActionUse.
func Allows(draft spec.Draft, policy *roompolicy.Policy, state *roompolicy.State, action roompolicy.Action) (allowed bool, against string) {
	_, allowed, against = Decide(draft, policy, state, action)
	return allowed, against
}

// Decide is [Allows], and returns the participants that an allowed action leaves.
func Decide(draft spec.Draft, policy *roompolicy.Policy, state *roompolicy.State, action roompolicy.Action) (after []roompolicy.Participant, allowed bool, against string) {
	p, known := procedures[action.Kind]
	switch {
	case !known:
		return nil, false, "unknown kind of action"
	case policy == nil || policy.Roles == nil:
		return nil, false, "no roles"
	case state == nil || state.Destroyed:
		return nil, false, "no room"
	}
	q := question{
		draft: draft, policy: policy, base: policy.Base, state: state, action: action,
		before: state.Participants, after: slices.Clone(state.Participants),
	}
	if draft >= spec.RoomPolicy02 {
		q.operational = policy.Operational
	}
	if slices.Contains(state.Removing, action.Actor) && q.listed(action.Actor) && action.Kind != roompolicy.ActionRemoveOwnClient {
		return nil, false, "actor is being removed"
	}
	if p.effect != nil && !p.effect(&q) {
		return nil, false, "nothing to do"
	}
	for _, c := range p.conditions {
		if !c.holds(&q) {
			return nil, false, c.name
		}
	}
	return q.after, true, ""
}

// question is one action in one room.
type question struct {
	draft         spec.Draft
	policy        *roompolicy.Policy
	base          *roompolicy.BaseRoomPolicy
	operational   *roompolicy.OperationalParameters
	state         *roompolicy.State
	action        roompolicy.Action
	before, after []roompolicy.Participant
	subject       roompolicy.User // whose entry or clients the action is about
}

// role returns the only role with an index.
func (q *question) role(index uint32) *roompolicy.Role {
	var found *roompolicy.Role
	for i := range q.policy.Roles.Roles {
		if q.policy.Roles.Roles[i].RoleIndex == index {
			if found != nil {
				return nil
			}
			found = &q.policy.Roles.Roles[i]
		}
	}
	return found
}

func has(role *roompolicy.Role, capability roompolicy.Capability) bool {
	return role != nil && slices.Contains(role.RoleCapabilities, capability)
}

func leads(role *roompolicy.Role, from, to uint32) bool {
	return role != nil && slices.ContainsFunc(role.AuthorizedRoleChanges, func(s roompolicy.SingleSourceRoleChangeTargets) bool {
		return s.FromRoleIndex == from && slices.Contains(s.TargetRoleIndexes, to)
	})
}

func (q *question) listed(user roompolicy.User) bool {
	return slices.ContainsFunc(q.before, func(p roompolicy.Participant) bool { return p.User == user })
}

// entry returns the only entry of a user.
func (q *question) entry(user roompolicy.User) *roompolicy.Participant {
	first := slices.IndexFunc(q.before, func(p roompolicy.Participant) bool { return p.User == user })
	if first < 0 || slices.ContainsFunc(q.before[first+1:], func(p roompolicy.Participant) bool { return p.User == user }) {
		return nil
	}
	return &q.before[first]
}

// acting returns the role in which the actor acts on others: of a member with a
// client that in the list; of who can only send external proposals that in the
// list or that for which it is preauthorized.
func (q *question) acting() *roompolicy.Role {
	user := q.action.Actor
	sender := slices.Contains(q.state.ExternalSenders, user)
	proposals := q.operational == nil || q.operational.ExternalProposalAllowed
	if !q.listed(user) {
		if index := q.preauthorized(false); sender && proposals && index != roompolicy.NoRole {
			return q.role(index)
		}
		return nil
	}
	own := q.entry(user)
	if own == nil {
		return nil
	}
	role := q.role(own.Role)
	if own.Clients > 0 || role != nil && proposals && (sender || q.without(own.Role)) {
		return role
	}
	return nil
}

// isBanned reports whether a role is that of the banned: by index and name.
func (q *question) isBanned(index uint32) bool {
	role := q.role(index)
	return index == roompolicy.BannedRole && role != nil && role.RoleName == "banned"
}

// without reports whether the holders of a role have no clients. The role of
// the banned has no say in this but by its active maximum: the draft lets it have
// another one than zero.
func (q *question) without(index uint32) bool {
	role := q.role(index)
	if role == nil {
		return true
	}
	limit := role.MaximumActiveParticipantsConstraint
	return limit.Present && limit.Value == 0
}

// preauthorized returns the role that the actor gets from the first entry whose
// claims it all has; zero if there is none. Entries for role zero can be passed
// over.
func (q *question) preauthorized(nonZero bool) uint32 {
	if q.policy.PreAuth == nil {
		return roompolicy.NoRole
	}
	claims := q.state.Claims(q.action.Actor)
	for _, e := range q.policy.PreAuth.PreauthorizedEntries {
		missing := slices.ContainsFunc(e.Claimset, func(c roompolicy.Claim) bool { return !slices.Contains(claims, c) })
		if !missing && (!nonZero || e.TargetRole.RoleIndex != roompolicy.NoRole) {
			return e.TargetRole.RoleIndex
		}
	}
	return roompolicy.NoRole
}

// codeRole returns the role of the code that is used; zero if it is not valid.
func (q *question) codeRole() uint32 {
	for _, c := range q.state.JoinCodes {
		if c.Code == q.action.Code {
			return c.Role
		}
	}
	return roompolicy.NoRole
}

func (q *question) enter(user roompolicy.User, role, clients uint32) bool {
	q.subject = user
	q.after = append(q.after, roompolicy.Participant{User: user, Role: role, Clients: clients})
	return true
}

func (q *question) exit(user roompolicy.User) bool {
	q.subject = user
	q.after = slices.DeleteFunc(q.after, func(p roompolicy.Participant) bool { return p.User == user })
	return len(q.after)+1 == len(q.before)
}

// edit changes the only entry of a user.
func (q *question) edit(user roompolicy.User, change func(*roompolicy.Participant) bool) bool {
	q.subject = user
	if q.entry(user) == nil {
		return false
	}
	at := slices.IndexFunc(q.after, func(p roompolicy.Participant) bool { return p.User == user })
	return change(&q.after[at])
}

func (q *question) more(user roompolicy.User, clients uint32) bool {
	return q.edit(user, func(p *roompolicy.Participant) bool {
		p.Clients += clients
		return p.Clients >= clients
	})
}

func (q *question) fewer(user roompolicy.User, clients uint32) bool {
	return q.edit(user, func(p *roompolicy.Participant) bool {
		enough := p.Clients >= clients
		p.Clients -= min(clients, p.Clients)
		return enough
	})
}

// move changes a role. The clients go if the new role is without any.
func (q *question) move(user roompolicy.User, role uint32) bool {
	return q.edit(user, func(p *roompolicy.Participant) bool {
		p.Role = role
		if q.without(role) {
			p.Clients = 0
		}
		return true
	})
}

// drop removes the clients of the subject.
func (q *question) drop() bool {
	return q.edit(q.subject, func(p *roompolicy.Participant) bool {
		p.Clients = 0
		return true
	})
}

// from and to are the roles of the subject before and after.
func (q *question) from() uint32 { return roleOf(q.before, q.subject) }
func (q *question) to() uint32   { return roleOf(q.after, q.subject) }

func roleOf(list []roompolicy.Participant, user roompolicy.User) uint32 {
	for i := range list {
		if list[i].User == user {
			return list[i].Role
		}
	}
	return roompolicy.NoRole
}

func clientsOf(list []roompolicy.Participant, user roompolicy.User) uint32 {
	for i := range list {
		if list[i].User == user {
			return list[i].Clients
		}
	}
	return 0
}

func allClients(list []roompolicy.Participant) (sum uint64) {
	for i := range list {
		sum += uint64(list[i].Clients)
	}
	return sum
}

func (q *question) notBanned(list []roompolicy.Participant) (n int) {
	for i := range list {
		if !q.isBanned(list[i].Role) {
			n++
		}
	}
	return n
}

// count counts the holders of a role, or the active ones.
func count(list []roompolicy.Participant, role uint32, all bool) (n uint32) {
	for i := range list {
		if list[i].Role == role && (all || list[i].Clients > 0) {
			n++
		}
	}
	return n
}

// overMinimum holds a minimum of the role that the subject had, if it left that
// role or some of its clients went.
func (q *question) overMinimum(all bool) bool {
	role := q.role(q.from())
	left := q.from() != q.to()
	fewer := clientsOf(q.after, q.subject) < clientsOf(q.before, q.subject)
	if role == nil || q.from() == roompolicy.NoRole || !left && (all || !fewer) {
		return true
	}
	if all {
		return count(q.after, role.RoleIndex, true) >= role.MinimumParticipantsConstraint
	}
	return count(q.after, role.RoleIndex, false) >= role.MinimumActiveParticipantsConstraint
}

// underMaximum holds a maximum of the role that the subject gets.
func (q *question) underMaximum(all bool) bool {
	role := q.role(q.to())
	if role == nil {
		return true
	}
	limit := role.MaximumActiveParticipantsConstraint
	if all {
		limit = role.MaximumParticipantsConstraint
	}
	return !limit.Present || count(q.after, role.RoleIndex, all) <= limit.Value
}
