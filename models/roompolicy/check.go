package roompolicy

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Check returns every rule on structure that a policy breaks in a revision of
// the room policy, with its place as a path of the JSON form, in the order of
// the components. Offsets are zero. It fails with [*DraftError].
//
// The time it takes grows with the size of the policy, but for the lists of
// preauthorized users and of media types, where it grows with the square.
func Check(policy *Policy, draft spec.Draft) (spec.Violations, error) {
	return CheckDictionary(&AppDataDictionary{Policy: *policy}, draft)
}

// CheckDictionary is [Check] for a policy together with participants and
// metadata, and with what must hold between them.
func CheckDictionary(d *AppDataDictionary, draft spec.Draft) (spec.Violations, error) {
	if !allDrafts.Has(draft) {
		return nil, &DraftError{Draft: draft, Drafts: allDrafts}
	}
	c := &structure{draft: draft, d: d, roles: map[uint32]*Role{}}
	if d.Roles != nil {
		for i := range d.Roles.Roles {
			if role := &d.Roles.Roles[i]; c.roles[role.RoleIndex] == nil {
				c.roles[role.RoleIndex] = role
			}
		}
	}
	d.fields(&enumFields{c: c})
	c.checkParticipants()
	c.checkMetadata()
	c.checkOperational()
	c.checkRoles()
	c.checkPreAuth()
	c.checkBase()
	c.checkStatusNotifications()
	c.checkJoinLinks()
	c.checkLinkPreview()
	c.checkAssets()
	c.checkLogging()
	c.checkHistory()
	c.checkBots()
	c.checkExpiration()
	return c.violations, nil
}

// structure is one check of a room's components.
type structure struct {
	draft      spec.Draft
	d          *AppDataDictionary
	roles      map[uint32]*Role // the first of each index
	violations spec.Violations
}

// breaks notes a violation, if the rule is in force.
func (c *structure) breaks(rule *spec.Rule, found, limit, path string, args ...any) {
	if rule.Drafts.Has(c.draft) {
		c.violations = append(c.violations, spec.Violation{
			Rule: rule, Path: fmt.Sprintf(path, args...), Found: found, Limit: limit,
		})
	}
}

// undefined reports whether an index is neither zero nor that of a role. Where
// the roles are not known none is.
func (c *structure) undefined(index uint32) bool {
	return c.d.Roles != nil && index != NoRole && c.roles[index] == nil
}

// banned returns the role of the banned, nil if there is none.
func (c *structure) banned() *Role {
	if role := c.roles[BannedRole]; role != nil && role.RoleName == BannedName {
		return role
	}
	return nil
}

func number[T uint8 | uint16 | uint32 | uint64 | int](n T) string { return fmt.Sprint(n) }

func atMost[T uint32 | uint64 | int](n T) string { return fmt.Sprintf("at most %d", n) }

func quoted[T ~string](text T) string { return fmt.Sprintf("%q", string(text)) }

// set is the values seen so far.
type set[T comparable] map[T]bool

// again reports whether a value was seen before.
func (s set[T]) again(value T) bool {
	if s[value] {
		return true
	}
	s[value] = true
	return false
}
