package roompolicy

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// replaced returns the components that a proposal replaces.
func (p *Proposal) replaced() []ComponentID {
	if p.Replace == nil {
		return nil
	}
	var ids []ComponentID
	for _, s := range policySlots {
		if s.get(&AppDataDictionary{Policy: *p.Replace}) != nil && s.id != JoinLinksID { // which has an update of its own
			ids = append(ids, s.id)
		}
	}
	return ids
}

// otherProposals authorizes and makes the changes of other components, and
// authorizes what is nothing but a permission.
func (a *applier) otherProposals() error {
	for i := range a.commit.Proposals {
		p := &a.commit.Proposals[i]
		sender := a.sender(p)
		var err error
		switch {
		case p.Metadata != nil:
			err = a.metadata(i, sender, p.Metadata)
		case p.JoinLinks != nil:
			err = a.joinLinks(i, sender, p.JoinLinks)
		case p.Replace != nil:
			err = a.replace(i, sender, p)
		case p.RemoveComponent != nil:
			id := *p.RemoveComponent
			if err = a.permit(proposalPlace(i, "removeComponent"), Action{Actor: sender, Kind: ActionRemoveComponent, Component: id}); err == nil {
				a.move(id, &Policy{})
			}
		case p.Use != nil:
			err = a.permit(proposalPlace(i, "use"), Action{Actor: sender, Kind: ActionUse, Capability: *p.Use})
			if err == nil && *p.Use == CanDestroyRoom {
				a.after.Destroyed = true
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// permit demands that an action is allowed on the room before the commit.
func (a *applier) permit(place string, action Action) error {
	policy := a.policy
	if a.readings[commitPolicy] == policyAsUpdated {
		policy = a.newPolicy
	}
	decision := a.Decide(policy, a.before, action)
	if !decision.Allowed {
		return &CommitError{Rule: decision.Rule, Place: place, Reason: decision.Reason, Decision: &decision}
	}
	a.decisions = append(a.decisions, decision)
	return nil
}

// move gives the new policy a component of another one, which may not be there.
func (a *applier) move(id ComponentID, from *Policy) {
	for _, s := range policySlots {
		if s.id == id {
			to := AppDataDictionary{Policy: *a.newPolicy}
			s.move(&to, &AppDataDictionary{Policy: *from})
			*a.newPolicy = to.Policy
		}
	}
}

// metadata compares the metadata field by field (sections 7.6 and 8.2): each
// that differs needs its capability.
func (a *applier) metadata(i int, sender User, now *RoomMetaData) error {
	place := proposalPlace(i, "metadata")
	was := a.before.Metadata
	if was == nil {
		was = &RoomMetaData{}
	}
	if was.RoomUri != now.RoomUri {
		return &CommitError{Rule: ruleRoomURI, Place: place, Reason: fmt.Sprintf("%s becomes %s", was.RoomUri, now.RoomUri)}
	}
	for _, field := range []struct {
		capability Capability
		same       bool
	}{
		{CanChangeRoomName, was.RoomName == now.RoomName},
		{CanChangeRoomDescription, slices.Equal(was.RoomDescriptions, now.RoomDescriptions)},
		{CanChangeRoomAvatar, was.RoomAvatar == now.RoomAvatar},
		{CanChangeRoomSubject, was.RoomSubject == now.RoomSubject},
		{CanChangeRoomMood, was.RoomMood == now.RoomMood},
	} {
		if field.same {
			continue
		}
		if err := a.permit(place, Action{Actor: sender, Kind: ActionUse, Capability: field.capability}); err != nil {
			return err
		}
	}
	a.after.Metadata = now
	return nil
}

// joinLinks removes and appends join links (section 6.2).
func (a *applier) joinLinks(i int, sender User, update *JoinLinksUpdate) error {
	place := proposalPlace(i, "joinLinks")
	if err := a.permit(place, Action{Actor: sender, Kind: ActionUpdate, Component: JoinLinksID}); err != nil {
		return err
	}
	var links []JoinLink
	if a.newPolicy.JoinLinks != nil {
		links = a.newPolicy.JoinLinks.JoinLinks
	}
	removed := map[uint32]bool{}
	for _, index := range update.RemovedIndices {
		if int64(index) >= int64(len(links)) || removed[index] {
			return &CommitError{Rule: ruleLinkIndex, Place: place, Reason: fmt.Sprintf("index %d of %d links", index, len(links))}
		}
		removed[index] = true
	}
	var kept []JoinLink
	for k, link := range links {
		if !removed[uint32(k)] {
			kept = append(kept, link)
		}
	}
	kept = append(kept, update.AddedLinks...)
	a.newPolicy.JoinLinks = &JoinLinksData{JoinLinks: kept}
	return a.wellFormed(place)
}

// replace replaces components, and demands of the new ones that they fit the
// room.
func (a *applier) replace(i int, sender User, p *Proposal) error {
	for _, id := range p.replaced() {
		place := proposalPlace(i, id.String())
		if err := a.permit(place, Action{Actor: sender, Kind: ActionUpdate, Component: id}); err != nil {
			return err
		}
		a.move(id, p.Replace)
		err := a.wellFormed(place)
		switch {
		case err != nil:
		case id == RolesListID:
			err = a.newRoles(place)
		case id == BaseRoomPolicyID:
			err = a.newBase(place)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// newRoles demands that new roles fit the participants (section 3).
func (a *applier) newRoles(place string) error {
	now := newDecider(a.Judge, a.newPolicy, a.after, Action{})
	for k := range a.after.Participants {
		p := &a.after.Participants[k]
		if now.role(p.Role) == nil && a.readings[droppedRole] != droppedAccepted {
			return &CommitError{Rule: ruleRolesKept, Place: place, Reason: fmt.Sprintf("%s has role %d, which is not defined any more", p.User, p.Role)}
		}
	}
	for k := range a.newPolicy.Roles.Roles {
		index := a.newPolicy.Roles.Roles[k].RoleIndex
		role := now.role(index)
		if role == nil || index == NoRole || a.readings[newMaxima] == maximaUnchecked {
			continue
		}
		participants, active := a.after.Count(index)
		for _, bounded := range []struct {
			kind  ConstraintKind
			count uint64
		}{{Maximum, participants}, {MaximumActive, active}} {
			bound, there := role.bound(bounded.kind)
			if !there || bounded.count <= bound {
				continue
			}
			if was := a.role(index); was != nil {
				if old, there := was.bound(bounded.kind); there && bounded.count > old {
					continue
				}
			}
			return &CommitError{Rule: ruleNewMaxima, Place: place, Reason: fmt.Sprintf("%s of role %d: %d, and there are %d", bounded.kind, index, bound, bounded.count)}
		}
	}
	return nil
}

// newBase demands that a new base policy fits the room (section 5).
func (a *applier) newBase(place string) error {
	was, now := a.policy.Base, a.newPolicy.Base
	if a.readings[baseUpdate] == baseStyleOnly {
		if was == nil {
			was = &BaseRoomPolicy{}
		}
		if !was.sameButStyle(now) {
			return &CommitError{Rule: ruleBaseStyle, Place: place, Reason: "more changes than the membership style"}
		}
	}
	if since03.Has(a.draft) {
		users := uint64(0)
		for k := range a.after.Participants {
			if a.notBanned(a.after.Participants[k].Role) {
				users++
			}
		}
		clients := a.after.Clients()
		if now.MaxUsers.Present && users > uint64(now.MaxUsers.Value) {
			return &CommitError{Rule: ruleNewLimits, Place: place, Reason: fmt.Sprintf("max_users: %d, and there are %d", now.MaxUsers.Value, users)}
		}
		if now.MaxClients.Present && clients > uint64(now.MaxClients.Value) {
			return &CommitError{Rule: ruleNewLimits, Place: place, Reason: fmt.Sprintf("max_clients: %d, and there are %d", now.MaxClients.Value, clients)}
		}
	}
	return nil
}

// sameButStyle reports whether two base policies differ in the membership style at
// most.
func (b *BaseRoomPolicy) sameButStyle(o *BaseRoomPolicy) bool {
	return b.MultiDevice == o.MultiDevice && b.MaxClients == o.MaxClients && b.MaxUsers == o.MaxUsers &&
		b.PseudonymsAllowed == o.PseudonymsAllowed && b.PersistentRoom == o.PersistentRoom && b.Discoverable == o.Discoverable &&
		slices.Equal(b.PolicyComponentIds, o.PolicyComponentIds)
}

// wellFormed demands that a new component is valid, and fits the others: it
// breaks no rule on structure that the policy before did not break (sections 3
// and 4).
func (a *applier) wellFormed(place string) error {
	was, _ := Check(a.policy, a.draft)
	now, _ := Check(a.newPolicy, a.draft)
	for i := range now {
		v := &now[i]
		old := slices.ContainsFunc(was, func(o spec.Violation) bool { return o.Rule == v.Rule && o.Path == v.Path })
		if v.Rule.Level != spec.Should && !old {
			return &CommitError{Rule: v.Rule, Place: place, Reason: fmt.Sprintf("%s: found %s, expected %s", v.Path, v.Found, v.Limit)}
		}
	}
	return nil
}
