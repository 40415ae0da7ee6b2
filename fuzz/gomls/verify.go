package gomls

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/cisco/go-mls"

	"github.com/mimifuzz/mimifuzz/models/franking"
)

// Answer is what a verifier says of a signature.
type Answer string

// The answers.
const (
	Accepts Answer = "accepts"
	Refuses Answer = "refuses"
	Panics  Answer = "panics" // in a way that is known
	Lacks   Answer = "lacks"  // the algorithm
)

// Signature is a signature and what it is verified with.
type Signature struct {
	Suite  franking.CipherSuite
	Key    []byte // the public key
	Octets []byte // that are signed
	Value  []byte
}

// Verify asks go-mls about a signature. It returns the [*Panic] when go-mls
// panics in a way that is not known.
func Verify(s *Signature) (Answer, error) {
	switch s.Suite.Algorithm() {
	case "":
		return Lacks, nil
	case franking.X25519AES128Ed25519.Algorithm(), franking.P256AES128P256.Algorithm(), franking.P521AES256P521.Algorithm():
	default:
		return Lacks, nil
	}
	answer := Refuses
	err := Guard(func() error {
		if mls.CipherSuite(s.Suite).Scheme().Verify(&mls.SignaturePublicKey{Data: s.Key}, s.Octets, s.Value) {
			answer = Accepts
		}
		return nil
	})
	switch {
	case err == nil:
		return answer, nil
	case known(err):
		return Panics, nil
	}
	return Panics, err
}

// A Difference is a known difference between the answers of go-mls and those of
// the model.
type Difference struct {
	Name   string
	Whose  string // whose defect it is, or nobody's
	Defect string
	Ours   Answer
	Theirs Answer
	// when reports whether the difference explains different answers about a
	// signature.
	when func(*Signature) bool
}

// nobody has a defect where a difference is as it should be.
const nobody = "nobody"

// Differences lists the known differences.
func Differences() []Difference {
	return []Difference{
		{
			"no-such-algorithm", nobody,
			"go-mls has no Ed448 and, being older than cipher suite 7, no P-384.",
			Accepts, Lacks,
			func(*Signature) bool { return true },
		},
		{
			"ecdsa-key-not-a-point", goMLS,
			"go-mls goes on with an ECDSA key that it could not read, once the signature is one in its form.",
			Refuses, Panics,
			func(s *Signature) bool { return isECDSA(s.Suite) && isKeyError(s) },
		},
		{
			"ed25519-key-length", goMLS,
			"go-mls does not ask for the length of an Ed25519 key.",
			Refuses, Panics,
			func(s *Signature) bool { return !isECDSA(s.Suite) && isKeyError(s) },
		},
		{
			"octets-after-the-signature", goMLS,
			"go-mls drops what comes after an ECDSA signature, so that there are many encodings of it; DER has one (RFC 9420, section 5.1.2).",
			Refuses, Accepts,
			func(s *Signature) bool {
				der, rest := canonical(s.Value)
				return len(rest) > 0 && accepted(s, der)
			},
		},
		{
			"elements-after-the-signature", goMLS,
			"go-mls drops what comes after r and s in the SEQUENCE of an ECDSA signature.",
			Refuses, Accepts,
			func(s *Signature) bool {
				der, rest := canonical(s.Value)
				return len(rest) == 0 && !bytes.Equal(der, s.Value) && accepted(s, der)
			},
		},
	}
}

func isECDSA(suite franking.CipherSuite) bool { return strings.HasPrefix(suite.Algorithm(), "ECDSA") }

func isKeyError(s *Signature) bool {
	var key *franking.KeyError
	return errors.As(s.Suite.CheckPublicKey(s.Key), &key)
}

// canonical returns the DER encoding of the r and s that go-mls reads in an
// ECDSA signature, and the octets after it. It returns nil when there are none.
func canonical(signature []byte) (der, rest []byte) {
	var value struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(signature, &value)
	if err != nil {
		return nil, nil
	}
	if der, err = asn1.Marshal(value); err != nil {
		return nil, nil
	}
	return der, rest
}

// accepted reports whether we accept an ECDSA signature in place of s.Value.
func accepted(s *Signature, der []byte) bool {
	return isECDSA(s.Suite) && der != nil && s.Suite.Verify(s.Key, s.Octets, der) == nil
}

// Ours is the model's answer about a signature.
func Ours(s *Signature) Answer {
	if s.Suite.Verify(s.Key, s.Octets, s.Value) == nil {
		return Accepts
	}
	return Refuses
}

// Compare asks the model and go-mls about a signature. It returns the known
// difference that explains why they differ, or nil if they agree: both accept,
// or neither does. It returns an [*UnknownDifferenceError] when nothing explains
// it.
func Compare(s *Signature) (*Difference, error) {
	ours := Ours(s)
	theirs, err := Verify(s)
	if err != nil {
		return nil, err
	}
	if ours == theirs || ours == Refuses && theirs == Lacks {
		return nil, nil
	}
	for _, d := range Differences() {
		if d.Ours == ours && d.Theirs == theirs && d.when(s) {
			return &d, nil
		}
	}
	return nil, &UnknownDifferenceError{Signature: s, Ours: ours, Theirs: theirs}
}

// UnknownDifferenceError says that go-mls and the model differ in a way that is
// not known.
type UnknownDifferenceError struct {
	Signature    *Signature
	Ours, Theirs Answer
}

func (e *UnknownDifferenceError) Error() string {
	s := e.Signature
	return fmt.Sprintf("cipher suite %s, key %x, octets %x, signature %x: the model %s it, go-mls %s it", s.Suite, s.Key, s.Octets, s.Value, e.Ours, e.Theirs)
}
