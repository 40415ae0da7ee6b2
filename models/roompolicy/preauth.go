package roompolicy

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
