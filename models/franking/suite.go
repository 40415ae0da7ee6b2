package franking

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	_ "crypto/sha256" // for crypto.SHA256
	_ "crypto/sha512" // for crypto.SHA384 and crypto.SHA512
	"fmt"

	"github.com/cloudflare/circl/sign/ed448"

	"github.com/mimifuzz/mimifuzz/models/wire"
)

// CipherSuite is an MLS cipher suite: RFC 9420, section 17.1. Of a suite only
// the signature algorithm matters here.
type CipherSuite uint16

// The cipher suites of RFC 9420.
const (
	_ CipherSuite = iota
	X25519AES128Ed25519
	P256AES128P256
	X25519ChaCha20Ed25519
	X448AES256Ed448
	P521AES256P521
	X448ChaCha20Ed448
	P384AES256P384
	suiteEnd
)

// algorithm is a signature algorithm: RFC 9420, section 5.1.2.
type algorithm struct {
	name          string
	curve         elliptic.Curve // nil for the Edwards curves
	hash          crypto.Hash
	privateOctets int // the seed, or the scalar
	publicOctets  int // the point, uncompressed for ECDSA
}

var (
	algEd25519 = algorithm{name: "Ed25519", privateOctets: ed25519.SeedSize, publicOctets: ed25519.PublicKeySize}
	algEd448   = algorithm{name: "Ed448", privateOctets: ed448.SeedSize, publicOctets: ed448.PublicKeySize}
	algP256    = algorithm{"ECDSA P-256", elliptic.P256(), crypto.SHA256, 32, 65}
	algP384    = algorithm{"ECDSA P-384", elliptic.P384(), crypto.SHA384, 48, 97}
	algP521    = algorithm{"ECDSA P-521", elliptic.P521(), crypto.SHA512, 66, 133}
)

var suiteAlgorithms = [suiteEnd]*algorithm{
	X25519AES128Ed25519: &algEd25519, P256AES128P256: &algP256, X25519ChaCha20Ed25519: &algEd25519,
	X448AES256Ed448: &algEd448, P521AES256P521: &algP521, X448ChaCha20Ed448: &algEd448, P384AES256P384: &algP384,
}

// CipherSuites returns the seven suites of RFC 9420.
func CipherSuites() []CipherSuite {
	var list []CipherSuite
	for s := CipherSuite(1); s < suiteEnd; s++ {
		list = append(list, s)
	}
	return list
}

// Known reports whether s is one of the suites of RFC 9420.
func (s CipherSuite) Known() bool { return s > 0 && s < suiteEnd }

// Algorithm returns the name of the signature algorithm, "" for an unknown
// suite.
func (s CipherSuite) Algorithm() string {
	if !s.Known() {
		return ""
	}
	return suiteAlgorithms[s].name
}

// String returns the number of the suite and its signature algorithm.
func (s CipherSuite) String() string {
	if !s.Known() {
		return fmt.Sprintf("0x%04x (unknown)", uint16(s))
	}
	return fmt.Sprintf("0x%04x (%s)", uint16(s), s.Algorithm())
}

// UnknownSuiteError says that a cipher suite is none of RFC 9420.
type UnknownSuiteError struct{ Suite CipherSuite }

func (e *UnknownSuiteError) Error() string {
	return fmt.Sprintf("unknown cipher suite 0x%04x: expected 0x0001 to 0x0007", uint16(e.Suite))
}

// KeyError says that a key is none of the signature algorithm of a suite.
type KeyError struct {
	Suite   CipherSuite
	Private bool
	Octets  int    // how many it has
	Reason  string // what is wrong with it
}

func (e *KeyError) Error() string {
	kind := "public"
	if e.Private {
		kind = "private"
	}
	return fmt.Sprintf("no %s key of cipher suite %s, with %d octets: %s", kind, e.Suite, e.Octets, e.Reason)
}

// SignatureError says that a signature does not verify.
type SignatureError struct {
	Suite  CipherSuite
	Octets int // of the signature
}

func (e *SignatureError) Error() string {
	return fmt.Sprintf("the signature of %d octets does not verify with %s", e.Octets, e.Suite.Algorithm())
}

func (s CipherSuite) algorithm() (*algorithm, error) {
	if !s.Known() {
		return nil, &UnknownSuiteError{Suite: s}
	}
	return suiteAlgorithms[s], nil
}

func (s CipherSuite) privateKey(key []byte) (*algorithm, *ecdsa.PrivateKey, error) {
	a, err := s.algorithm()
	if err != nil {
		return nil, nil, err
	}
	if len(key) != a.privateOctets {
		return nil, nil, &KeyError{Suite: s, Private: true, Octets: len(key), Reason: fmt.Sprintf("expected %d octets", a.privateOctets)}
	}
	if a.curve == nil {
		return a, nil, nil
	}
	private, err := ecdsa.ParseRawPrivateKey(a.curve, key)
	if err != nil {
		return nil, nil, &KeyError{Suite: s, Private: true, Octets: len(key), Reason: "not a scalar between 1 and the order of the curve"}
	}
	return a, private, nil
}

// PublicKey returns the SignaturePublicKey of a private key: the seed of an
// EdDSA key, the scalar of an ECDSA key. It fails with [*UnknownSuiteError] or
// [*KeyError].
func (s CipherSuite) PublicKey(privateKey []byte) ([]byte, error) {
	a, private, err := s.privateKey(privateKey)
	switch {
	case err != nil:
		return nil, err
	case a == &algEd25519:
		return ed25519.NewKeyFromSeed(privateKey).Public().(ed25519.PublicKey), nil
	case a == &algEd448:
		return ed448.NewKeyFromSeed(privateKey).Public().(ed448.PublicKey), nil
	}
	return private.PublicKey.Bytes()
}

// Sign signs octets. The same octets get the same signature: ECDSA takes its
// nonce from RFC 6979. It fails with [*UnknownSuiteError] or [*KeyError].
func (s CipherSuite) Sign(privateKey, octets []byte) ([]byte, error) {
	a, private, err := s.privateKey(privateKey)
	switch {
	case err != nil:
		return nil, err
	case a == &algEd25519:
		return ed25519.Sign(ed25519.NewKeyFromSeed(privateKey), octets), nil
	case a == &algEd448:
		return ed448.Sign(ed448.NewKeyFromSeed(privateKey), octets, ""), nil
	}
	// Without a source of randomness, crypto/ecdsa signs deterministically.
	return private.Sign(nil, a.digest(octets), a.hash)
}

func (a *algorithm) digest(octets []byte) []byte {
	h := a.hash.New()
	h.Write(octets)
	return h.Sum(nil)
}

// CheckPublicKey fails with [*UnknownSuiteError] or [*KeyError] where a key is
// no SignaturePublicKey of the suite: of another length, or not on the curve.
func (s CipherSuite) CheckPublicKey(publicKey []byte) error {
	_, _, err := s.publicKey(publicKey)
	return err
}

func (s CipherSuite) publicKey(key []byte) (*algorithm, *ecdsa.PublicKey, error) {
	a, err := s.algorithm()
	if err != nil {
		return nil, nil, err
	}
	if len(key) != a.publicOctets {
		return nil, nil, &KeyError{Suite: s, Octets: len(key), Reason: fmt.Sprintf("expected %d octets", a.publicOctets)}
	}
	if a.curve == nil {
		return a, nil, nil
	}
	public, err := ecdsa.ParseUncompressedPublicKey(a.curve, key)
	if err != nil {
		return nil, nil, &KeyError{Suite: s, Octets: len(key), Reason: "not an uncompressed point of the curve"}
	}
	return a, public, nil
}

// Verify verifies a signature of octets: that of EdDSA as it is, that of ECDSA
// as a DER-encoded ECDSA-Sig-Value. It fails with [*UnknownSuiteError],
// [*KeyError] or [*SignatureError].
func (s CipherSuite) Verify(publicKey, octets, signature []byte) error {
	a, public, err := s.publicKey(publicKey)
	if err != nil {
		return err
	}
	var valid bool
	switch a {
	case &algEd25519:
		valid = ed25519.Verify(publicKey, octets, signature)
	case &algEd448:
		valid = ed448.Verify(publicKey, octets, signature, "")
	default:
		valid = ecdsa.VerifyASN1(public, a.digest(octets), signature)
	}
	if !valid {
		return &SignatureError{Suite: s, Octets: len(signature)}
	}
	return nil
}

// AppendSignContent appends what SignWithLabel signs: RFC 9420, section 5.1.2.
// It fails with a [*wire.Error] where content is too long for a vector.
func AppendSignContent(dst []byte, label string, content []byte) ([]byte, error) {
	w := wire.NewWriter("SignContent", dst)
	w.Text("label", "MLS 1.0 "+label)
	w.Opaque("content", content)
	return w.Done()
}
