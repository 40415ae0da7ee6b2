package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// PreAuthData is the component preauth_list: who takes which role by virtue of
// its credential (room-policy-04 section 4). The first entry that matches
// counts. Its update, PreAuthUpdate, has the same form and replaces it.
type PreAuthData struct {
	PreauthorizedEntries []PreAuthRoleEntry
}

// PreAuthRoleEntry gives a role to whoever has all claims. Without claims it
// matches everyone.
type PreAuthRoleEntry struct {
	Claimset   []Claim
	TargetRole RoleReference
}

// Claim is a claim that a credential must have, with exactly this value.
type Claim struct {
	ClaimId    ClaimId
	ClaimValue Octets
}

// ClaimId names a claim of a type of credential.
type ClaimId struct {
	CredentialType uint16 // of the MLS Credential Types registry
	Id             Octets // an OID, the name of a JWT claim, or the key of a CWT claim
}

func (d *PreAuthData) describe() (string, spec.Drafts) { return "PreAuthData", allDrafts }

func (d *PreAuthData) fields(f fields) {
	list(f, "preauthorized_entries", &d.PreauthorizedEntries, func(f fields, e *PreAuthRoleEntry) {
		f.need("claimset", "target_role")
		list(f, "claimset", &e.Claimset, claimFields)
		e.TargetRole.fields(f, "target_role")
	})
}

func claimFields(f fields, c *Claim) {
	f.need("claim_id", "claim_value")
	f.structure("claim_id", func() {
		f.need("credential_type", "id")
		f.uint16("credential_type", &c.ClaimId.CredentialType)
		f.opaque("id", (*string)(&c.ClaimId.Id))
	})
	f.opaque("claim_value", (*string)(&c.ClaimValue))
}
