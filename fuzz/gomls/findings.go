package gomls

import "strings"

// A Finding is a defect that makes a library under test panic, and that is
// known. Each is shown by inputs that are kept under its name in testdata/fuzz,
// in the folders of the targets that reach it.
type Finding struct {
	Name      string
	Signature string // how the signature of its panics begins
	Library   string // whose defect it is
	Defect    string
}

const (
	goMLS       = "go-mls"
	goTLSSyntax = "go-tls-syntax"
)

// Findings lists the known panics.
func Findings() []Finding {
	return []Finding{
		{
			"optional-at-the-end", "go-tls-syntax.(*pointerDecoder).decode: runtime error: index out of range", goTLSSyntax,
			"Reads the presence octet of an optional value without asking whether there is one.",
		},
		{
			"credential-without-certificate", "go-mls.Credential.Identity: runtime error: index out of range", goMLS,
			"Decodes an X.509 credential with an empty chain and then takes the first certificate.",
		},
		{
			"scheme-of-no-certificate", "go-mls.X509Credential.Scheme: runtime error: index out of range", goMLS,
			"As before; KeyPackage.Verify gets there.",
		},
		{
			"certificate-with-rsa-key", "go-mls.X509Credential.Scheme: Unsupported algorithm in certificate", goMLS,
			"Panics on a certificate with a key that no scheme has, where it should refuse the credential.",
		},
		{
			"certificate-with-p-384-key", "go-mls.X509Credential.Scheme: Unsupported elliptic curve", goMLS,
			"As before, for a curve that no scheme has.",
		},
		{
			"ecdsa-key-not-a-point", "go-mls.SignatureScheme.Verify: runtime error: invalid memory address", goMLS,
			"Verifies ECDSA with a public key that could not be read.",
		},
		{
			"ed25519-key-length", "go-mls.SignatureScheme.Verify: ed25519: bad public key length", goMLS,
			"Hands an Ed25519 public key of any length to a function that panics unless it has 32 octets.",
		},
		{
			"verify-with-unknown-scheme", "go-mls.SignatureScheme.Verify: Unsupported algorithm", goMLS,
			"Panics on a scheme that it does not have; credentials can name any.",
		},
		{
			"ecdsa-signing", "go-mls.SignatureScheme.Sign: runtime error: invalid memory address", goMLS,
			"Signs with an ECDSA private key that lacks its public key, which crypto/ecdsa does not take: suites 2 and 5 have no groups.",
		},
		{
			"ed25519-private-key-length", "go-mls.SignatureScheme.Sign: ed25519: bad private key", goMLS,
			"Hands an Ed25519 private key of any length to a function that panics unless it has 64 octets.",
		},
		{
			"no-ed25519-private-key", "go-mls.SignatureScheme.Sign: runtime error: index out of range", goMLS,
			"As before, for no octets at all.",
		},
		{
			"sign-with-unknown-scheme", "go-mls.SignatureScheme.Sign: Unsupported algorithm", goMLS,
			"Panics on a scheme that it does not have.",
		},
		{
			"unknown-suite", "go-mls.CipherSuite.Scheme: Unsupported ciphersuite", goMLS,
			"Panics on a KeyPackage with a cipher suite that it does not have.",
		},
		{
			"welcome-with-unknown-suite", "go-mls.CipherSuite.newDigest: Unsupported ciphersuite", goMLS,
			"Panics on a Welcome with a cipher suite that it does not have.",
		},
		{
			"nonce-length", "go-mls.(*State).decrypt: crypto/cipher: incorrect nonce length", goMLS,
			"Opens sender data with a nonce of any length: anyone who knows the group ID and the epoch stops any member.",
		},
		{
			"sender-outside-the-group", "go-mls.TreeKEMPublicKey.KeyPackage: runtime error: index out of range", goMLS,
			"Looks for the key of a sender or a signer at any index.",
		},
		{
			"remove-outside-the-group", "go-mls.(*TreeKEMPublicKey).BlankPath: runtime error: index out of range", goMLS,
			"Queues the removal of a leaf that there is not, and panics when it commits it.",
		},
		{
			"remove-of-the-committer", "go-mls.TreeKEMPublicKey.Encap: runtime error: invalid memory address", goMLS,
			"A member commits its own removal, and has no leaf to make a path from.",
		},
		{
			"update-with-another-suite", "go-mls.(*State).applyUpdateProposal: mls.state: update kp does not use group ciphersuite", goMLS,
			"Panics where an Add with another suite is an error.",
		},
		{
			"init-key-length", "go-mls.(*Welcome).EncryptTo: mls.welcome: encrpyting KeyPackage failure", goMLS,
			"Accepts a KeyPackage with an init key that is none: whoever commits its Add panics.",
		},
		{
			"tree-without-nodes", "go-mls.(*TreeKEMPublicKey).getHash: runtime error: index out of range", goMLS,
			"Takes the root of a tree that has no nodes, in a Welcome that anyone can send.",
		},
		{
			"parent-for-the-signer", "go-mls.TreeKEMPublicKey.KeyPackage: runtime error: invalid memory address", goMLS,
			"Takes the key package of a leaf that holds a parent node.",
		},
		{
			"parent-for-a-leaf", "go-mls.TreeKEMPublicKey.Find: runtime error: invalid memory address", goMLS,
			"As before, when it looks for its own leaf.",
		},
	}
}

// known reports whether an error is the panic of a known finding.
func known(err error) bool {
	p := panicked(err)
	if p == nil {
		return false
	}
	for _, f := range Findings() {
		if strings.HasPrefix(p.Error(), f.Signature) {
			return true
		}
	}
	return false
}
