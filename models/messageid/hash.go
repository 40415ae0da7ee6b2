package messageid

import (
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"fmt"
	"hash"
	"strings"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// HashAlgorithm is an identifier of the IANA Named Information Hash Algorithm
// registry (RFC 6920 section 9.4), the first octet of a message ID.
type HashAlgorithm uint8

// SHA256 is what MIMI content uses by default, whatever the cipher suite of
// the MLS group.
const SHA256 HashAlgorithm = 1

// maxHashOctets is the longest output of a registered algorithm.
const maxHashOctets = sha512.Size

// algorithm is one entry of the registry.
type algorithm struct {
	name   string
	octets int // of output
	new    func() hash.Hash
}

// hasher is a hash with room for its output, used again and again: a message
// ID costs no allocation.
type hasher struct {
	hash.Hash
	output [maxHashOctets]byte
}

var hashers [len(algorithms)]sync.Pool

// hasher returns a fresh hash, to be given back by release. It fails like New.
func (a HashAlgorithm) hasher() (*hasher, error) {
	if a.Registered() {
		if h, ok := hashers[a].Get().(*hasher); ok {
			h.Reset()
			return h, nil
		}
	}
	h, err := a.New()
	if err != nil {
		return nil, err
	}
	return &hasher{Hash: h}, nil
}

func (a HashAlgorithm) release(h *hasher) { hashers[a].Put(h) }

// algorithms is the registry, by identifier. Those with fewer than 31 octets
// of output can make no message ID.
var algorithms = [...]algorithm{
	1:  {"sha-256", 32, sha256.New},
	2:  {"sha-256-128", 16, nil},
	3:  {"sha-256-120", 15, nil},
	4:  {"sha-256-96", 12, nil},
	5:  {"sha-256-64", 8, nil},
	6:  {"sha-256-32", 4, nil},
	7:  {"sha-384", 48, sha512.New384},
	8:  {"sha-512", 64, sha512.New},
	9:  {"sha3-224", 28, nil},
	10: {"sha3-256", 32, func() hash.Hash { return sha3.New256() }},
	11: {"sha3-384", 48, func() hash.Hash { return sha3.New384() }},
	12: {"sha3-512", 64, func() hash.Hash { return sha3.New512() }},
}

// HashAlgorithms returns every registered algorithm, those that are too short
// for a message ID included.
func HashAlgorithms() []HashAlgorithm {
	var list []HashAlgorithm
	for id := 1; id < len(algorithms); id++ {
		list = append(list, HashAlgorithm(id))
	}
	return list
}

// ParseHashAlgorithm returns the algorithm with the given registered name,
// such as "sha-512".
func ParseHashAlgorithm(name string) (HashAlgorithm, error) {
	var names []string
	for id := 1; id < len(algorithms); id++ {
		if algorithms[id].name == name {
			return HashAlgorithm(id), nil
		}
		if algorithms[id].octets >= hashOctets {
			names = append(names, algorithms[id].name)
		}
	}
	return 0, fmt.Errorf("unknown hash algorithm %q: expected one of %s", name, strings.Join(names, ", "))
}

// Registered reports whether the identifier is in the registry.
func (a HashAlgorithm) Registered() bool { return a > 0 && int(a) < len(algorithms) }

// String returns the registered name, or the number of an unknown algorithm.
func (a HashAlgorithm) String() string {
	if !a.Registered() {
		return fmt.Sprintf("hash algorithm %d", uint8(a))
	}
	return algorithms[a].name
}

// OutputOctets returns the length of the output in octets, 0 for an unknown
// algorithm.
func (a HashAlgorithm) OutputOctets() int {
	if !a.Registered() {
		return 0
	}
	return algorithms[a].octets
}

// New returns a hash of the algorithm. It fails with a [*spec.Violation] if
// the algorithm is unknown or gives fewer than the 31 octets of a message ID.
func (a HashAlgorithm) New() (hash.Hash, error) {
	if !a.Registered() {
		return nil, &spec.Violation{
			Rule:  &RuleHashAlgorithm,
			Path:  "hashAlg",
			Found: fmt.Sprintf("%d", uint8(a)),
			Limit: fmt.Sprintf("an identifier from 1 to %d of the Named Information registry", len(algorithms)-1),
		}
	}
	if algorithms[a].octets < hashOctets {
		return nil, &spec.Violation{
			Rule:  &RuleHashLength,
			Path:  "hashAlg",
			Found: fmt.Sprintf("%s with %d octets of output", a, algorithms[a].octets),
			Limit: fmt.Sprintf("at least %d octets of output", hashOctets),
		}
	}
	return algorithms[a].new(), nil
}
