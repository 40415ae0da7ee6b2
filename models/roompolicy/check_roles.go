package roompolicy

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func (c *structure) checkRoles() {
	if c.d.Roles == nil {
		return
	}
	bans := false
	for i := range c.d.Roles.Roles {
		c.checkRole(i)
		role := &c.d.Roles.Roles[i]
		bans = bans || role.Has(CanBan) || role.Has(CanUnBan)
	}
	if bans && c.banned() == nil {
		c.breaks(ruleBannedMissing, "none", "a role with the index 1 and the name banned", "roles_list.roles")
	}
}

func (c *structure) checkRole(i int) {
	role := &c.d.Roles.Roles[i]
	if c.roles[role.RoleIndex] != role {
		c.breaks(ruleRoleIndexUnique, number(role.RoleIndex)+" again", "an index of its own", "roles_list.roles[%d].role_index", i)
	}
	if !utf8.ValidString(role.RoleName) {
		c.breaks(ruleRoleText, quoted(role.RoleName), "UTF-8", "roles_list.roles[%d].role_name", i)
	}
	if !utf8.ValidString(role.RoleDescription) {
		c.breaks(ruleRoleText, quoted(role.RoleDescription), "UTF-8", "roles_list.roles[%d].role_description", i)
	}
	if role.RoleName == "" {
		c.breaks(ruleRoleName, "an empty name", "a name", "roles_list.roles[%d].role_name", i)
	}
	if role.RoleIndex == BannedRole && role.RoleName != BannedName {
		c.breaks(ruleRoleOne, quoted(role.RoleName), quoted(BannedName), "roles_list.roles[%d].role_name", i)
	}
	if role.RoleName == BannedName && role.RoleIndex != BannedRole {
		c.breaks(ruleBannedIndex, number(role.RoleIndex), "1", "roles_list.roles[%d].role_index", i)
	}
	c.checkBounds(role, i)
	c.checkCapabilities(role, i)
	c.checkRoleChanges(role, i)
}

func (c *structure) checkBounds(role *Role, i int) {
	minimum, maximum := role.MinimumParticipantsConstraint, role.MaximumParticipantsConstraint
	active, activeMaximum := role.MinimumActiveParticipantsConstraint, role.MaximumActiveParticipantsConstraint
	if maximum.Present && minimum > maximum.Value {
		c.breaks(ruleMinimum, number(minimum), atMost(maximum.Value), "roles_list.roles[%d].minimum_participants_constraint", i)
	}
	if activeMaximum.Present && active > activeMaximum.Value {
		c.breaks(ruleActiveMinimum, number(active), atMost(activeMaximum.Value), "roles_list.roles[%d].minimum_active_participants_constraint", i)
	}
	if maximum.Present && active > maximum.Value {
		c.breaks(ruleActiveParticipants, number(active), atMost(maximum.Value), "roles_list.roles[%d].minimum_active_participants_constraint", i)
	}
}

func (c *structure) checkCapabilities(role *Role, i int) {
	if role == c.banned() && len(role.RoleCapabilities) > 0 {
		c.breaks(ruleBannedCapabilities, number(len(role.RoleCapabilities)), "none", "roles_list.roles[%d].role_capabilities", i)
	}
	seen := set[Capability]{}
	for k, capability := range role.RoleCapabilities {
		odd := func(rule *spec.Rule, how, limit string) {
			c.breaks(rule, capability.Name(c.draft)+how, limit, "roles_list.roles[%d].role_capabilities[%d]", i, k)
		}
		switch {
		case seen.again(capability):
			odd(ruleCapabilityOnce, " again", "it once")
		case capability.Reserved():
			odd(ruleCapabilityReserved, "", "one that is in use")
		case !capability.Registered() && !capability.Private():
			odd(ruleCapabilityUnknown, "", "one that is registered")
		case role.RoleIndex != NoRole:
			if capability == CanOpenJoin {
				odd(ruleOpenJoinRole, "", "it in role zero only")
			}
		case capability == CanJoinIfPreauthorized:
			odd(rulePreauthJoinZero, "", "it in other roles only")
		case capability != CanOpenJoin && capability != CanUseJoinCode && !capability.Private():
			odd(ruleRoleZeroCapability, "", "one to join with")
		}
	}
}

func (c *structure) checkRoleChanges(role *Role, i int) {
	joins, seen := false, set[uint32]{}
	const at = "roles_list.roles[%d].authorized_role_changes"
	for j := range role.AuthorizedRoleChanges {
		change := &role.AuthorizedRoleChanges[j]
		if c.undefined(change.FromRoleIndex) {
			c.breaks(ruleChangeFrom, number(change.FromRoleIndex), "a role that is defined", at+"[%d].from_role_index", i, j)
		}
		if seen.again(change.FromRoleIndex) {
			c.breaks(ruleChangeOnce, number(change.FromRoleIndex)+" again", "it once", at+"[%d].from_role_index", i, j)
		}
		for k, target := range change.TargetRoleIndexes {
			if c.undefined(target) {
				c.breaks(ruleChangeTarget, number(target), "a role that is defined", at+"[%d].target_role_indexes[%d]", i, j, k)
			}
			joins = joins || change.FromRoleIndex == NoRole && target != NoRole
		}
	}
	if role.RoleIndex == NoRole && role.Has(CanOpenJoin) && !joins {
		c.breaks(ruleOpenJoinTargets, "none", "a change from 0 to another role", at, i)
	}
}

func (c *structure) checkPreAuth() {
	if c.d.PreAuth == nil {
		return
	}
	entries := c.d.PreAuth.PreauthorizedEntries
	for i := range entries {
		entry := &entries[i]
		at := fmt.Sprintf("preauth_list.preauthorized_entries[%d]", i)
		c.checkReference(&entry.TargetRole, rulePreauthRole, at+".target_role")
		if entry.TargetRole.RoleIndex == NoRole {
			c.breaks(rulePreauthRoleZero, "0", "another role", "%s.target_role", at)
		}
		if len(entry.Claimset) == 0 {
			c.breaks(rulePreauthEveryone, "no claim", "a claim", "%s.claimset", at)
		}
		if k := slices.IndexFunc(entries[:i], func(e PreAuthRoleEntry) bool { return contains(entry.Claimset, e.Claimset) }); k >= 0 {
			c.breaks(rulePreauthReached, fmt.Sprintf("entry %d matches first", k), "an entry that can be reached", "%s.claimset", at)
		}
	}
}

// contains reports whether all of some claims are among others.
func contains(claims, some []Claim) bool {
	return !slices.ContainsFunc(some, func(claim Claim) bool { return !slices.Contains(claims, claim) })
}

// checkReference checks that a role that is pointed at is defined, and that one
// that stands whole is the same.
func (c *structure) checkReference(r *RoleReference, rule *spec.Rule, path string) {
	if c.undefined(r.RoleIndex) {
		c.breaks(rule, number(r.RoleIndex), "a role that is defined", "%s", path)
		return
	}
	if defined := c.roles[r.RoleIndex]; r.Role != nil && defined != nil && !equalRoles(r.Role, defined) {
		c.breaks(ruleRoleByValue, "another definition", "the role "+number(r.RoleIndex)+" of the list", "%s", path)
	}
}

// equalRoles reports whether two roles are the same, in their lists by order too.
func equalRoles(a, b *Role) bool {
	return a.RoleIndex == b.RoleIndex && a.RoleName == b.RoleName && a.RoleDescription == b.RoleDescription &&
		slices.Equal(a.RoleCapabilities, b.RoleCapabilities) &&
		a.MinimumParticipantsConstraint == b.MinimumParticipantsConstraint &&
		a.MaximumParticipantsConstraint == b.MaximumParticipantsConstraint &&
		a.MinimumActiveParticipantsConstraint == b.MinimumActiveParticipantsConstraint &&
		a.MaximumActiveParticipantsConstraint == b.MaximumActiveParticipantsConstraint &&
		slices.EqualFunc(a.AuthorizedRoleChanges, b.AuthorizedRoleChanges, func(a, b SingleSourceRoleChangeTargets) bool {
			return a.FromRoleIndex == b.FromRoleIndex && slices.Equal(a.TargetRoleIndexes, b.TargetRoleIndexes)
		})
}

// joins reports whether with the capability a user joins of itself.
func (c Capability) joins() bool {
	return c == CanOpenJoin || c == CanJoinIfPreauthorized || c == CanUseJoinCode
}
