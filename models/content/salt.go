package content

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// DeriveSalt returns the salt that a draft suggests to derive from a secret
// and a nonce: 16 octets, and all 32 in content-05 and content-06.
func DeriveSalt(draft spec.Draft, secret, nonce []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write(nonce)
	sum := mac.Sum(nil)
	if draft == spec.Content05 || draft == spec.Content06 {
		return sum
	}
	return sum[:16]
}

// JudgeSalt judges a salt that was derived.
func JudgeSalt(draft spec.Draft, secret, nonce, salt []byte) spec.Violations {
	if !saltDerivation.in(draft) || bytes.Equal(salt, DeriveSalt(draft, secret, nonce)) {
		return nil
	}
	return spec.Violations{violation(saltDerivation, fieldNames[fieldSalt], "another salt")}
}

// in reports whether a rule is in force in a draft.
func (r rule) in(draft spec.Draft) bool { return ruleTable[r].Drafts.Has(draft) }
