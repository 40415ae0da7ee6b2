package franking

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

// CredentialType is the type of an MLS credential: RFC 9420, section 17.5.
type CredentialType uint16

// The credential types of RFC 9420.
const (
	Basic CredentialType = 1
	X509  CredentialType = 2
)

// Credential is an MLS credential: RFC 9420, section 5.3.
type Credential struct {
	Type         CredentialType
	Identity     []byte   // of a basic credential
	Certificates [][]byte // of an X.509 credential, in DER, that of the end entity first
}

func (c *Credential) read(r *wire.Reader) {
	c.Type = CredentialType(r.Enum16("credential_type", uint16(Basic), uint16(X509)))
	switch c.Type {
	case Basic:
		c.Identity = r.Opaque("identity")
	case X509:
		for range r.Elements("certificates") {
			c.Certificates = append(c.Certificates, r.Opaque("cert_data"))
		}
	}
}

func (c *Credential) write(w *wire.Writer) {
	w.Uint16(uint16(c.Type))
	switch c.Type {
	case Basic:
		w.Opaque("identity", c.Identity)
	case X509:
		w.Vector("certificates", func() {
			for _, certificate := range c.Certificates {
				w.Opaque("cert_data", certificate)
			}
		})
	}
}

// FrankingAgentData is the franking_agent component of the GroupContext:
// protocol-04 to protocol-06, section 5.4.1.
type FrankingAgentData struct {
	SignatureKey []byte // franking_signature_key
	Credential   Credential
}

func (a *FrankingAgentData) read(r *wire.Reader) {
	a.SignatureKey = r.Opaque("franking_signature_key")
	r.Struct("credential", func() { a.Credential.read(r) })
}

// ReadFrankingAgentData reads the component, which aliases the octets. It fails
// with a [*wire.Error].
func ReadFrankingAgentData(octets []byte) (*FrankingAgentData, error) {
	a := new(FrankingAgentData)
	r := wire.NewReader("FrankingAgentData", octets)
	a.read(r)
	if err := r.Done(); err != nil {
		return nil, err
	}
	return a, nil
}

// Append appends the component. It fails with a [*wire.Error].
func (a *FrankingAgentData) Append(dst []byte) ([]byte, error) {
	w := wire.NewWriter("FrankingAgentData", dst)
	w.Opaque("franking_signature_key", a.SignatureKey)
	w.Struct("credential", func() { a.Credential.write(w) })
	return w.Done()
}

// endEntity returns the certificate of the end entity.
func (c *Credential) endEntity() (*x509.Certificate, error) {
	if len(c.Certificates) == 0 {
		return nil, errors.New("the credential has no certificate")
	}
	return x509.ParseCertificate(c.Certificates[0])
}

// certifiedKey returns the public key of a certificate as MLS has it. It is
// read by hand, as crypto/x509 knows no Ed448.
func certifiedKey(certificate *x509.Certificate) ([]byte, error) {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		PublicKey asn1.BitString
	}
	if _, err := asn1.Unmarshal(certificate.RawSubjectPublicKeyInfo, &info); err != nil {
		return nil, err
	}
	return info.PublicKey.RightAlign(), nil
}

// JudgeAgentUpdate judges the update of an AppDataUpdate proposal for
// franking_agent in a group with a cipher suite, given the component as it is,
// nil if there is none. The draft has no word on removing it.
func JudgeAgentUpdate(current, update []byte, suite CipherSuite) (spec.Violations, error) {
	agent, err := ReadFrankingAgentData(update)
	if err != nil {
		return nil, err
	}
	var violations spec.Violations
	if current != nil {
		violations = append(violations, spec.Violation{
			Rule: &RuleAgentUpdate, Path: "franking_agent", Found: "an update of the franking_agent that is there", Limit: "a new group by ReInit",
		})
	}
	if err := suite.CheckPublicKey(agent.SignatureKey); err != nil {
		violations = append(violations, spec.Violation{
			Rule: &RuleIntegrityKey, Path: "franking_agent.franking_signature_key", Found: err.Error(), Limit: "a key of the cipher suite of the group",
		})
	}
	return violations, nil
}
