package roompolicy

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// The wire formats of MLS (RFC 9420 section 6) that carry no handshake, or
// carry it where the hub cannot read it. SemiPrivateMessage has no number yet.
const (
	privateMessage uint16 = 2
	keyPackage     uint16 = 5
)

func (c *structure) checkOperational() {
	o := c.d.Operational
	if o == nil {
		return
	}
	const at = "mls_operational_policy"
	c.checkDisjoint(ruleMandatoryForbidden, &o.MandatoryCapabilities, &o.ForbiddenCapabilities, at+".mandatory_capabilities")
	c.checkDisjoint(ruleDefaultForbidden, &o.DefaultCapabilities, &o.ForbiddenCapabilities, at+".default_capabilities")
	for i, format := range o.HandshakeFormats {
		if format >= privateMessage && format <= keyPackage {
			c.breaks(ruleHandshakeFormats, number(format), "PublicMessage (1) or SemiPrivateMessage", "%s.handshake_formats[%d]", at, i)
		}
	}
	p := &o.PendingProposalPolicy
	if s := p.PendingProposalStrategy; (s == PreferenceWheel || s == DesignatedCommitter) && since03.Has(c.draft) && p.IdOfStrategyParams == 0 {
		c.breaks(ruleEnumKnown, s.String(), "unspecified, immediate_commit, random_delay", at+".pending_proposal_policy.pending_proposal_strategy")
	}
	if p.MinimumDelayMs > p.MaximumDelayMs {
		c.breaks(ruleProposalDelay, number(p.MinimumDelayMs), atMost(p.MaximumDelayMs), at+".pending_proposal_policy.minimum_delay_ms")
	}
	c.checkTimes(&o.LeafNodeUpdateTime, at+".LeafNode_update_time")
	c.checkTimes(&o.SenderNonceKeypairLifetime, at+".sender_nonce_keypair_lifetime")
	c.checkTimes(&o.BufferIncomingMessageTime, at+".buffer_incoming_message_time")
	if c.d.Roles == nil {
		return
	}
	for i := range c.d.Roles.Roles {
		role := &c.d.Roles.Roles[i]
		path := fmt.Sprintf("roles_list.roles[%d].role_capabilities", i)
		if !o.ExternalProposalAllowed && role.RoleIndex != NoRole && role != c.banned() && role.inactive() && len(role.RoleCapabilities) > 0 {
			c.breaks(ruleExternalSenders, number(len(role.RoleCapabilities)), "none, as its holders can only send external proposals", "%s", path)
		}
		if o.ExternalCommitAllowed {
			continue
		}
		for k, capability := range role.RoleCapabilities {
			if capability.joins() {
				c.breaks(ruleExternalJoins, capability.Name(c.draft), "none to join with an external commit", "%s[%d]", path, k)
			}
		}
	}
}

func (c *structure) checkTimes(t *MinDefaultMaxTime, path string) {
	if t.MinimumTime > t.DefaultTime || t.DefaultTime > t.MaximumTime {
		c.breaks(ruleTimes, number(t.DefaultTime), fmt.Sprintf("%d to %d", t.MinimumTime, t.MaximumTime), "%s.default_time", path)
	}
}

// checkDisjoint checks that nothing is among wanted and forbidden capabilities.
func (c *structure) checkDisjoint(rule *spec.Rule, wanted, forbidden *ExtendedCapabilities, path string) {
	disjoint(c, rule, wanted.Versions, forbidden.Versions, path+".versions")
	disjoint(c, rule, wanted.CipherSuites, forbidden.CipherSuites, path+".cipher_suites")
	disjoint(c, rule, wanted.Extensions, forbidden.Extensions, path+".extensions")
	disjoint(c, rule, wanted.Proposals, forbidden.Proposals, path+".proposals")
	disjoint(c, rule, wanted.Credentials, forbidden.Credentials, path+".credentials")
	disjoint(c, rule, wanted.WireFormats, forbidden.WireFormats, path+".wire_formats")
	disjoint(c, rule, wanted.ComponentIds, forbidden.ComponentIds, path+".component_ids")
	disjoint(c, rule, wanted.SafeAadTypes, forbidden.SafeAadTypes, path+".safe_aad_types")
	disjoint(c, rule, wanted.ContentTypes, forbidden.ContentTypes, path+".content_types")
	c.checkMediaTypes(wanted.MediaTypes, path+".media_types")
	for i := range wanted.MediaTypes {
		if matchesAny(forbidden.MediaTypes, &wanted.MediaTypes[i]) {
			c.breaks(rule, wanted.MediaTypes[i].String(), "nothing that is forbidden", "%s.media_types[%d]", path, i)
		}
	}
}

func disjoint[T ~uint8 | ~uint16](c *structure, rule *spec.Rule, wanted, forbidden []T, path string) {
	no := set[T]{}
	for _, value := range forbidden {
		no[value] = true
	}
	for i, value := range wanted {
		if no[value] {
			c.breaks(rule, fmt.Sprint(value), "nothing that is forbidden", "%s[%d]", path, i)
		}
	}
}
