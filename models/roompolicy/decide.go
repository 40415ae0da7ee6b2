package roompolicy

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Judge decides under one revision of room-policy and one set of readings. The
// zero Judge denies everything. Judges can be compared.
type Judge struct {
	draft    spec.Draft
	readings Readings
}

// NewJudge returns a judge. It fails with [*DraftError].
func NewJudge(draft spec.Draft, readings Readings) (Judge, error) {
	if !allDrafts.Has(draft) {
		return Judge{}, &DraftError{Draft: draft, Drafts: allDrafts}
	}
	return Judge{draft: draft, readings: readings}, nil
}

// Draft returns the revision under which the judge decides.
func (j Judge) Draft() spec.Draft { return j.draft }

// Readings returns the readings under which the judge decides.
func (j Judge) Readings() Readings { return j.readings }

// Decide says whether an action is allowed under the newest revision and the
// default readings.
func Decide(policy *Policy, state *State, action Action) Decision {
	return Judge{draft: spec.Newest(spec.RoomPolicy)}.Decide(policy, state, action)
}

// Decide says whether an action is allowed (room-policy-04 section 8). It
// changes nothing that it is given.
func (j Judge) Decide(policy *Policy, state *State, action Action) Decision {
	d := newDecider(j, policy, state, action)
	if decide, ok := deciders[action.Kind]; ok {
		decide(d)
	} else {
		d.refuse(ruleFailClosed, "%q is no kind of action", action.Kind)
	}
	return d.decision()
}

// deciders holds one function for each kind of action.
var deciders = map[ActionKind]func(*decider){
	ActionAdd:               (*decider).addParticipant,
	ActionAddClient:         (*decider).addClient,
	ActionAddOwnClient:      (*decider).addOwnClient,
	ActionOpenJoin:          (*decider).openJoin,
	ActionJoinPreauthorized: (*decider).joinPreauthorized,
	ActionJoinCode:          (*decider).joinWithCode,
	ActionRemove:            (*decider).removeParticipant,
	ActionRemoveOwnClient:   (*decider).removeOwnClient,
	ActionLeave:             (*decider).removeSelf,
	ActionKick:              (*decider).kick,
	ActionChangeRole:        (*decider).changeUserRole,
	ActionChangeOwnRole:     (*decider).changeOwnRole,
	ActionBan:               (*decider).ban,
	ActionUnban:             (*decider).unban,
	ActionUpdate:            (*decider).updateComponent,
	ActionRemoveComponent:   (*decider).removeComponent,
	ActionUse:               (*decider).use,
}

// decider gathers one decision. Its methods go through the demands of the text
// in order; the first that is not met decides, and the later ones only add
// their numbers.
type decider struct {
	Judge
	policy *Policy
	state  *State
	action Action
	result Decision
	denied bool
	alone  bool // no one needs to commit the action
}

func newDecider(j Judge, policy *Policy, state *State, action Action) *decider {
	d := &decider{Judge: j, policy: policy, state: state, action: action}
	if policy == nil {
		d.policy = &Policy{}
	}
	if state == nil {
		d.state = &State{}
	}
	switch {
	case !allDrafts.Has(j.draft):
		d.refuse(ruleFailClosed, "there is no draft to decide by")
	case d.policy.Roles == nil:
		d.refuse(ruleFailClosed, "the room has no roles")
	case d.state.Destroyed:
		d.refuse(ruleDestroyed, "the room was destroyed")
	}
	if d.policy.Roles == nil {
		p := *d.policy
		p.Roles = &RoleData{}
		d.policy = &p
	}
	return d
}

// refuse denies the action, unless it is denied already.
func (d *decider) refuse(rule *spec.Rule, reason string, args ...any) {
	if !d.denied {
		d.denied = true
		d.result.Rule, d.result.Reason = rule, fmt.Sprintf(reason, args...)
	}
}

// require denies the action where ok is not set.
func (d *decider) require(ok bool, rule *spec.Rule, reason string, args ...any) {
	if !ok {
		d.refuse(rule, reason, args...)
	}
}

// grant says what allows the action if nothing speaks against it.
func (d *decider) grant(rule *spec.Rule) {
	d.settle()
	if !d.denied {
		d.result.Allowed, d.result.Rule = true, rule
	}
}

func (d *decider) decision() Decision {
	if !d.result.Allowed {
		d.result.Change = Change{}
		d.refuse(ruleFailClosed, "nothing allows it")
	}
	return d.result
}

// role returns the definition of a role, nil if it has none.
func (d *decider) role(index uint32) *Role {
	var found *Role
	for i := range d.policy.Roles.Roles {
		role := &d.policy.Roles.Roles[i]
		if role.RoleIndex != index {
			continue
		}
		switch {
		case found == nil || d.readings[repeatedRole] == repeatedLast:
			found = role
		case d.readings[repeatedRole] != repeatedFirst:
			return nil
		}
	}
	return found
}

// referred returns the role that a preauthorized entry stands for, nil if there
// is none.
func (d *decider) referred(ref RoleReference) *Role {
	if ref.Role != nil && d.readings[preauthRole] == preauthWholeRole {
		return ref.Role
	}
	return d.role(ref.RoleIndex)
}

// isBanned reports whether an index is that of the role of the banned.
func (d *decider) isBanned(index uint32) bool {
	role := d.role(BannedRole)
	return index == BannedRole && role != nil && (role.RoleName == BannedName || d.readings[roleOneName] == oneAnyName)
}

// allowsNoClients reports whether no one with a role may have clients.
func allowsNoClients(role *Role) bool {
	return role != nil && role.MaximumActiveParticipantsConstraint.Present && role.MaximumActiveParticipantsConstraint.Value == 0
}

// changes reports whether a role has an authorized change from one role to
// another.
func (d *decider) changes(holder *Role, from, to uint32) bool {
	if holder == nil {
		return false
	}
	if d.readings[repeatedFrom] == fromFirst {
		for _, entry := range holder.AuthorizedRoleChanges {
			if entry.FromRoleIndex == from {
				return slices.Contains(entry.TargetRoleIndexes, to)
			}
		}
		return false
	}
	return holder.Allows(from, to)
}

// holds reports whether a role has a capability that is in use.
func (d *decider) holds(role *Role, capability Capability) bool {
	if role == nil || !capability.Registered() {
		return false
	}
	if capability.Reserved() && d.readings[reservedGrants] != reservedGrant {
		return false
	}
	if before03.Has(d.draft) && capability == CanJoinIfPreauthorized && role.Has(CanAddSelf) {
		return true // one canAddSelf stands for both
	}
	return role.Has(capability)
}

// need denies the action to who has not the capability.
func (d *decider) need(holder *Role, capability Capability, rule *spec.Rule) {
	if d.denied {
		return
	}
	d.result.Capability = capability
	if holder == nil {
		d.refuse(rule, "%s has no role that is defined, so not %s", d.action.Actor, capability.Name(d.draft))
		return
	}
	d.result.Role, d.result.HasRole = holder.RoleIndex, true
	d.require(d.holds(holder, capability), rule, "role %d has not %s", holder.RoleIndex, capability.Name(d.draft))
}
