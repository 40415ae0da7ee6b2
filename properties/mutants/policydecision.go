package mutants

import (
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// asked is what a decision or a commit is asked with. A fault may put other
// values in it, but not change those that are there.
type asked struct {
	draft    spec.Draft
	readings roompolicy.Readings
	policy   *roompolicy.Policy
	state    *roompolicy.State
	action   roompolicy.Action  // none for a commit
	commit   *roompolicy.Commit // nil for an action
}

// roomJudge judges rooms step by step. Each step can be replaced by a faulty one.
type roomJudge struct {
	properties.Reference
	reached func()

	// mistakes changes what is asked; false leaves it.
	mistakes func(*asked) bool
	// decides gives another verdict than the one given; false leaves it.
	decides func(q *asked, allowed bool) (verdict, other bool)
	// retries changes a commit that was refused to one that is tried in its place;
	// false leaves it refused.
	retries func(*asked) bool
	// leaves changes the state that a commit leaves; false leaves it.
	leaves func(q *asked, state *roompolicy.State) bool
	// messages are readings of messages.
	messages properties.RoomMessages
	// holders changes the policy that a message is judged by; false leaves it.
	holders func(*asked) bool
}

func (*roomJudge) Name() string { return "mutant" }

func (m *roomJudge) mistake(q *asked) {
	if m.mistakes != nil && m.mistakes(q) {
		m.reached()
	}
}

func (m *roomJudge) DecideAction(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, action roompolicy.Action) (bool, error) {
	q := asked{draft: d, readings: readings, policy: policy, state: state, action: action}
	m.mistake(&q)
	allowed, err := m.Reference.DecideAction(q.draft, q.readings, q.policy, q.state, q.action)
	if err != nil || m.decides == nil {
		return allowed, err
	}
	if verdict, other := m.decides(&q, allowed); other && verdict != allowed {
		m.reached()
		return verdict, nil
	}
	return allowed, nil
}

func (m *roomJudge) ApplyCommit(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, commit *roompolicy.Commit) (*roompolicy.Policy, *roompolicy.State, error) {
	q := asked{draft: d, readings: readings, policy: policy, state: state, commit: commit}
	m.mistake(&q)
	newPolicy, newState, err := m.Reference.ApplyCommit(q.draft, q.readings, q.policy, q.state, q.commit)
	if err != nil && m.retries != nil && m.retries(&q) {
		if newPolicy, newState, err = m.Reference.ApplyCommit(q.draft, q.readings, q.policy, q.state, q.commit); err == nil {
			m.reached()
		}
	}
	if err != nil {
		return nil, nil, err
	}
	if q.policy != policy && newPolicy.Roles == q.policy.Roles {
		newPolicy = policy // the fault is in how the policy is read
	}
	if m.leaves != nil {
		newState = newState.Clone()
		if m.leaves(&q, newState) {
			m.reached()
		}
	}
	return newPolicy, newState, nil
}

func (m *roomJudge) DecideMessage(d spec.Draft, policy *roompolicy.Policy, state *roompolicy.State, sender roompolicy.User, message []byte, earlier []gen.Earlier) (bool, error) {
	q := asked{draft: d, policy: policy, state: state}
	if m.holders != nil && m.holders(&q) {
		m.reached()
	}
	if m.messages != nil {
		m.reached()
		return m.messages.DecideMessage(d, q.policy, state, sender, message, earlier)
	}
	return m.Reference.DecideMessage(d, q.policy, state, sender, message, earlier)
}

func mutateRooms(id, fault, property string, d spec.Draft, fill func(*roomJudge)) *Mutant {
	return &Mutant{ID: "roompolicy/" + id, Fault: fault, Property: "roompolicy/" + property, Draft: d,
		plant: func(reached func()) properties.Implementation {
			m := &roomJudge{reached: reached}
			fill(m)
			return m
		}}
}

// mistaken plants a fault in what is asked.
func mistaken(id, fault, property string, mistakes func(*asked) bool) *Mutant {
	return mutateRooms(id, fault, property, spec.RoomPolicy04, func(m *roomJudge) { m.mistakes = mistakes })
}

// takesReading plants another reading than the one that is asked for.
func takesReading(id, fault, property, reading string) *Mutant {
	return mistaken(id, fault, property, func(q *asked) bool {
		readings, err := q.readings.ParseReading(reading)
		if err != nil {
			panic(err)
		}
		q.readings = readings
		return true
	})
}

// eachRole plants a fault in how roles are read; false leaves a role.
func eachRole(id, fault, property string, change func(*roompolicy.Role) bool) *Mutant {
	return mistaken(id, fault, property, func(q *asked) bool {
		if q.policy.Roles == nil {
			return false
		}
		policy, any := *q.policy, false
		policy.Roles = &roompolicy.RoleData{Roles: slices.Clone(q.policy.Roles.Roles)}
		for i := range policy.Roles.Roles {
			any = change(&policy.Roles.Roles[i]) || any
		}
		if any {
			q.policy = &policy
		}
		return any
	})
}

// wrong plants a verdict of its own.
func wrong(id, fault, property string, decides func(q *asked, allowed bool) (verdict, other bool)) *Mutant {
	return mutateRooms(id, fault, property, spec.RoomPolicy04, func(m *roomJudge) { m.decides = decides })
}

// roleOf returns the role of a participant, nil if it has none that is defined.
func (q *asked) roleOf(user roompolicy.User) *roompolicy.Role {
	if p := q.state.Participant(user); p != nil && q.policy.Roles != nil {
		return q.policy.Roles.Role(p.Role)
	}
	return nil
}

// change changes a copy of the state.
func (q *asked) change(change func(*roompolicy.State)) bool {
	state := q.state.Clone()
	change(state)
	q.state = state
	return true
}

// reverseEntries puts another policy in place, with the preauthorized entries the
// other way round. It is false if there are not two.
func (q *asked) reverseEntries() bool {
	if q.policy.PreAuth == nil || len(q.policy.PreAuth.PreauthorizedEntries) < 2 {
		return false
	}
	policy := *q.policy
	entries := slices.Clone(q.policy.PreAuth.PreauthorizedEntries)
	slices.Reverse(entries)
	policy.PreAuth = &roompolicy.PreAuthData{PreauthorizedEntries: entries}
	q.policy = &policy
	return true
}

// everything is what a role gets that is taken for one that may do all.
var everything = slices.DeleteFunc(roompolicy.Capabilities(), func(c roompolicy.Capability) bool { return c.Reserved() })

// onOneself allows a kind of action on its own actor, if its role has a
// capability and an authorized change.
func onOneself(kind roompolicy.ActionKind, capability roompolicy.Capability) func(*asked, bool) (bool, bool) {
	return func(q *asked, _ bool) (bool, bool) {
		a := q.action
		role, p := q.roleOf(a.Actor), q.state.Participant(a.Actor)
		if a.Kind != kind || a.Actor != a.Target || role == nil || !p.Active() {
			return false, false
		}
		return role.Has(capability), true
	}
}

// policyDecisionMutants judge rooms wrongly.
var policyDecisionMutants = []*Mutant{
	takesReading("bounds-before", "compares bounds with the counts before the action", "decision-table", "bounds=pre-state"),
	eachRole("maximum-off-by-one", "lets one more than the maximum into a role", "decision-table", func(r *roompolicy.Role) bool {
		if r.MaximumParticipantsConstraint.Present {
			r.MaximumParticipantsConstraint.Value++
		}
		return r.MaximumParticipantsConstraint.Present
	}),
	eachRole("minimum-off-by-one", "lets one fewer than the minimum remain in a role", "decision-table", func(r *roompolicy.Role) bool {
		if r.MinimumParticipantsConstraint == 0 {
			return false
		}
		r.MinimumParticipantsConstraint--
		return true
	}),
	eachRole("absent-maximum-is-zero", "reads a maximum that is absent as zero", "decision-table", func(r *roompolicy.Role) bool {
		absent := !r.MaximumParticipantsConstraint.Present
		r.MaximumParticipantsConstraint.Present = true
		return absent
	}),
	eachRole("active-maximum-ignored", "bounds participants only, not those who are active", "decision-table", func(r *roompolicy.Role) bool {
		limit := r.MaximumActiveParticipantsConstraint
		ignored := limit.Present && limit.Value > 0
		if ignored {
			r.MaximumActiveParticipantsConstraint = roompolicy.Optional[uint32]{}
		}
		return ignored
	}),
	wrong("active-counts-clients", "counts clients against the active maximum, not users", "decision-table", func(q *asked, allowed bool) (bool, bool) {
		a := q.action
		role := q.policy.Roles.Role(a.Role)
		comes := a.Kind == roompolicy.ActionAdd || a.Kind == roompolicy.ActionOpenJoin || a.Kind == roompolicy.ActionChangeRole
		if !allowed || !comes || role == nil || !role.MaximumActiveParticipantsConstraint.Present || role.MaximumActiveParticipantsConstraint.Value == 0 {
			return false, false
		}
		clients := uint64(a.Clients)
		for i := range q.state.Participants {
			if p := &q.state.Participants[i]; p.Role == role.RoleIndex || p.User == a.Target {
				clients += uint64(p.Clients)
			}
		}
		return clients <= uint64(role.MaximumActiveParticipantsConstraint.Value), true
	}),
	mistaken("role-of-the-target", "looks the capability up in the role of the target", "decision-table", func(q *asked) bool {
		target, actor := q.state.Participant(q.action.Target), q.state.Participant(q.action.Actor)
		return target != nil && actor != nil && target != actor && q.change(func(s *roompolicy.State) {
			s.Participant(q.action.Actor).Role = target.Role
		})
	}),
	eachRole("changes-backwards", "reads authorized role changes from the target to the source", "decision-table", func(r *roompolicy.Role) bool {
		var changes []roompolicy.SingleSourceRoleChangeTargets
		for _, change := range r.AuthorizedRoleChanges {
			for _, target := range change.TargetRoleIndexes {
				changes = append(changes, roompolicy.SingleSourceRoleChangeTargets{FromRoleIndex: target, TargetRoleIndexes: []uint32{change.FromRoleIndex}})
			}
		}
		r.AuthorizedRoleChanges = changes
		return len(changes) > 0
	}),
	wrong("ban-of-oneself", "lets who may ban ban itself", "decision-table", onOneself(roompolicy.ActionBan, roompolicy.CanBan)),
	wrong("unban-of-oneself", "lets the banned unban themselves where their role may unban", "decision-table", onOneself(roompolicy.ActionUnban, roompolicy.CanUnBan)),
	wrong("change-of-own-role", "lets who may change roles change its own", "decision-table", onOneself(roompolicy.ActionChangeRole, roompolicy.CanChangeUserRole)),
	mistaken("unlisted-is-the-last", "takes a target that is not in the list for the last entry", "decision-table", func(q *asked) bool {
		n := len(q.state.Participants)
		if n == 0 || q.action.Target == "" || q.state.Lists(q.action.Target) || q.action.Kind == roompolicy.ActionAdd {
			return false
		}
		q.action.Target = q.state.Participants[n-1].User
		return true
	}),
	mistaken("users-without-case", "finds users whatever their case", "decision-table", func(q *asked) bool {
		find := func(user *roompolicy.User) bool {
			at := slices.IndexFunc(q.state.Participants, func(p roompolicy.Participant) bool { return strings.EqualFold(string(p.User), string(*user)) })
			if at < 0 || q.state.Participants[at].User == *user {
				return false
			}
			*user = q.state.Participants[at].User
			return true
		}
		actor, target := find(&q.action.Actor), find(&q.action.Target)
		return actor || target
	}),
	mistaken("absent-acts", "lets participants act who have no client in the group", "decision-table", func(q *asked) bool {
		p := q.state.Participant(q.action.Actor)
		return p != nil && !p.Active() && q.action.Kind != roompolicy.ActionAddOwnClient && q.change(func(s *roompolicy.State) {
			s.Participant(q.action.Actor).Clients = 1
		})
	}),
	wrong("kick-needs-role-change", "lets no one kick without an authorized change to zero", "decision-table", func(q *asked, allowed bool) (bool, bool) {
		role, target := q.roleOf(q.action.Actor), q.state.Participant(q.action.Target)
		return allowed && q.action.Kind == roompolicy.ActionKick && role != nil && target != nil && role.Allows(target.Role, roompolicy.NoRole), allowed && q.action.Kind == roompolicy.ActionKick
	}),
	mistaken("preauth-last-match", "takes the last preauthorized entry that matches", "decision-table", (*asked).reverseEntries),
	mistaken("any-claim-matches", "takes a preauthorized entry as soon as one of its claims matches", "decision-table", func(q *asked) bool {
		if q.policy.PreAuth == nil {
			return false
		}
		policy, any := *q.policy, false
		policy.PreAuth = new(roompolicy.PreAuthData)
		for _, e := range q.policy.PreAuth.PreauthorizedEntries {
			any = any || len(e.Claimset) > 1
			for _, claim := range e.Claimset {
				policy.PreAuth.PreauthorizedEntries = append(policy.PreAuth.PreauthorizedEntries, roompolicy.PreAuthRoleEntry{Claimset: []roompolicy.Claim{claim}, TargetRole: e.TargetRole})
			}
			if len(e.Claimset) == 0 {
				policy.PreAuth.PreauthorizedEntries = append(policy.PreAuth.PreauthorizedEntries, e)
			}
		}
		q.policy = &policy
		return any
	}),
	mistaken("banned-rejoins", "lets the banned join again if they are preauthorized", "decision-table", func(q *asked) bool {
		p := q.state.Participant(q.action.Actor)
		return q.action.Kind == roompolicy.ActionJoinPreauthorized && p != nil && p.Role == roompolicy.BannedRole && q.change(func(s *roompolicy.State) {
			s.Participants = slices.DeleteFunc(s.Participants, func(p roompolicy.Participant) bool { return p.User == q.action.Actor })
		})
	}),
	mistaken("accepted-removal-forgotten", "lets users act whose removal is accepted but not committed", "decision-table", func(q *asked) bool {
		return len(q.state.Removing) > 0 && q.change(func(s *roompolicy.State) { s.Removing = nil })
	}),
	takesReading("max-users-without-unbans", "checks max_users when users are added only, not when they are unbanned", "decision-table", "max-users=additions"),
	takesReading("banned-by-index", "takes any role with the index 1 for that of the banned", "decision-table", "role-one-name=any-name"),
	takesReading("fixed-for-additions-only", "keeps membership fixed against additions, not against joins", "decision-table", "fixed-additions=capability-only"),
	takesReading("join-code-for-any-role", "lets a join code lead to any role", "decision-table", "join-code-target=any-defined"),
	eachRole("stops-at-unknown", "reads capabilities up to the first that it does not know", "capability-never-denies", func(r *roompolicy.Role) bool {
		at := slices.IndexFunc(r.RoleCapabilities, func(c roompolicy.Capability) bool { return !c.Registered() })
		if at < 0 {
			return false
		}
		r.RoleCapabilities = r.RoleCapabilities[:at]
		return true
	}),
	takesReading("first-change-counts", "takes the first role change from a role and overlooks the others", "names-and-order", "repeated-from=first"),
	eachRole("admin-by-name", "lets a role do everything that is named admin", "names-and-order", func(r *roompolicy.Role) bool {
		if r.RoleName == "admin" {
			r.RoleCapabilities = everything
		}
		return r.RoleName == "admin"
	}),
	eachRole("unknown-grants", "takes a capability that it does not know for every other one", "fails-closed", func(r *roompolicy.Role) bool {
		unknown := slices.ContainsFunc(r.RoleCapabilities, func(c roompolicy.Capability) bool { return !c.Registered() })
		if unknown {
			r.RoleCapabilities = everything
		}
		return unknown
	}),
	takesReading("reserved-grants", "lets reserved capabilities do what their names say", "fails-closed", "reserved-capabilities=granting"),
	mistaken("undefined-role-is-the-first", "takes a role that is not defined for the first one", "fails-closed", func(q *asked) bool {
		if q.policy.Roles == nil || len(q.policy.Roles.Roles) == 0 {
			return false
		}
		undefined := func(p roompolicy.Participant) bool { return q.policy.Roles.Role(p.Role) == nil }
		return slices.ContainsFunc(q.state.Participants, undefined) && q.change(func(s *roompolicy.State) {
			for i := range s.Participants {
				if undefined(s.Participants[i]) {
					s.Participants[i].Role = q.policy.Roles.Roles[0].RoleIndex
				}
			}
		})
	}),
	mutateRooms("rules-of-02-in-03", "still decides by the rules of room-policy-02 in room-policy-03", "between-drafts", spec.RoomPolicy03, func(m *roomJudge) {
		m.mistakes = func(q *asked) bool {
			was := q.draft
			q.draft = min(q.draft, spec.RoomPolicy02)
			return was != q.draft
		}
	}),
	mutateRooms("limits-in-02", "checks max_users in room-policy-04 only", "between-drafts", spec.RoomPolicy04, func(m *roomJudge) {
		m.mistakes = func(q *asked) bool {
			if q.draft != spec.RoomPolicy03 || q.policy.Base == nil {
				return false
			}
			policy, base := *q.policy, *q.policy.Base
			base.MaxUsers = roompolicy.Optional[uint32]{}
			policy.Base = &base
			q.policy = &policy
			return true
		}
	}),
	mutateRooms("reactions-without-sending", "asks for no canSendMessage where a field needs another capability", "message-capabilities", spec.RoomPolicy04, func(m *roomJudge) {
		impl, err := properties.WithReadings(map[string]string{"room-policy/message-capabilities": "exclusive"})
		if err != nil {
			panic(err)
		}
		m.messages = impl.(properties.RoomMessages)
	}),
	mutateRooms("sending-is-enough", "lets who may send messages send any", "message-capabilities", spec.RoomPolicy04, func(m *roomJudge) {
		m.holders = func(q *asked) bool {
			policy, any := *q.policy, false
			policy.Roles = &roompolicy.RoleData{Roles: slices.Clone(q.policy.Roles.Roles)}
			for i := range policy.Roles.Roles {
				if r := &policy.Roles.Roles[i]; r.Has(roompolicy.CanSendMessage) {
					r.RoleCapabilities, any = everything, true
				}
			}
			q.policy = &policy
			return any
		}
	}),
}
