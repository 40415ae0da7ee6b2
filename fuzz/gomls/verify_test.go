package gomls

import (
	"bytes"
	"crypto/elliptic"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/cisco/go-mls"

	"github.com/mimifuzz/mimifuzz/models/franking"
)

// signed returns a genuine signature of octets.
func signed(t testing.TB, suite franking.CipherSuite, octets []byte) *Signature {
	t.Helper()
	private := bytes.Repeat([]byte{1}, privateOctets[suite.Algorithm()])
	private[0] = 0 // a scalar below the order of any curve
	key, err := suite.PublicKey(private)
	if err != nil {
		t.Fatal(err)
	}
	value, err := suite.Sign(private, octets)
	if err != nil {
		t.Fatal(err)
	}
	return &Signature{Suite: suite, Key: key, Octets: octets, Value: value}
}

var privateOctets = map[string]int{"Ed25519": 32, "Ed448": 57, "ECDSA P-256": 32, "ECDSA P-384": 48, "ECDSA P-521": 66}

var curves = map[string]elliptic.Curve{"ECDSA P-256": elliptic.P256(), "ECDSA P-384": elliptic.P384(), "ECDSA P-521": elliptic.P521()}

// malformed is a way to spoil octets.
type malformed struct {
	name  string
	spoil func(octets []byte) []byte
}

func flip(octets []byte, at int) []byte {
	spoilt := bytes.Clone(octets)
	spoilt[at] ^= 1
	return spoilt
}

func head(first byte) func([]byte) []byte {
	return func(octets []byte) []byte { return append([]byte{first}, octets[1:]...) }
}

// malformations spoil anything.
var malformations = []malformed{
	{"as it is", func(o []byte) []byte { return o }},
	{"nothing", func([]byte) []byte { return nil }},
	{"an octet short", func(o []byte) []byte { return o[:len(o)-1] }},
	{"an octet more", func(o []byte) []byte { return append(bytes.Clone(o), 0) }},
	{"zeros", func(o []byte) []byte { return make([]byte, len(o)) }},
	{"ones", func(o []byte) []byte { return bytes.Repeat([]byte{0xff}, len(o)) }},
	{"first bit", func(o []byte) []byte { return flip(o, 0) }},
	{"middle bit", func(o []byte) []byte { return flip(o, len(o)/2) }},
	{"last bit", func(o []byte) []byte { return flip(o, len(o)-1) }},
	{"reversed", func(o []byte) []byte { r := bytes.Clone(o); slices.Reverse(r); return r }},
}

// malformedPoints spoil public keys of ECDSA.
var malformedPoints = []malformed{
	{"compressed", func(o []byte) []byte { return append([]byte{2 + o[len(o)-1]&1}, o[1:1+len(o)/2]...) }},
	{"hybrid", func(o []byte) []byte { return head(6 + o[len(o)-1]&1)(o) }},
	{"without its first octet", func(o []byte) []byte { return o[1:] }},
	{"infinity", func([]byte) []byte { return []byte{0} }},
	{"uncompressed infinity", func(o []byte) []byte { return append([]byte{4}, make([]byte, len(o)-1)...) }},
	{"coordinates too large", func(o []byte) []byte { return append([]byte{4}, bytes.Repeat([]byte{0xff}, len(o)-1)...) }},
}

// malformedEd25519Keys are points of small order and ones that are not
// canonical.
var malformedEd25519Keys = []malformed{
	{"y = 1", func([]byte) []byte { return append([]byte{1}, make([]byte, 31)...) }},
	{"y = 0", func([]byte) []byte { return make([]byte, 32) }},
	{"y = p", func([]byte) []byte { return append(append([]byte{0xed}, bytes.Repeat([]byte{0xff}, 30)...), 0x7f) }},
	{"y = p + 1", func([]byte) []byte { return append(append([]byte{0xee}, bytes.Repeat([]byte{0xff}, 30)...), 0x7f) }},
}

// malformedEd25519 spoil signatures of Ed25519.
var malformedEd25519 = []malformed{
	{"s and the order", func(o []byte) []byte {
		order, _ := new(big.Int).SetString("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", 16)
		s := bytes.Clone(o[32:])
		slices.Reverse(s)
		sum := new(big.Int).Add(new(big.Int).SetBytes(s), order).FillBytes(make([]byte, 32))
		slices.Reverse(sum)
		return append(bytes.Clone(o[:32]), sum...)
	}},
	{"for a small key", func([]byte) []byte { return append([]byte{1}, make([]byte, 63)...) }},
}

// element is a DER element whose length is written in as few octets as it takes.
func element(tag byte, content ...[]byte) []byte {
	joined := bytes.Join(content, nil)
	switch n := len(joined); {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, joined...)
	case n < 0x100:
		return append([]byte{tag, 0x81, byte(n)}, joined...)
	default:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, joined...)
	}
}

// malformedECDSA spoil the signatures of an algorithm, of which they need r, s
// and the order of the curve.
func malformedECDSA(curve elliptic.Curve) []malformed {
	order := curve.Params().N
	size := (order.BitLen() + 7) / 8
	numbers := func(spoil func(r, s *big.Int) []byte) func([]byte) []byte {
		return func(o []byte) []byte {
			var value struct{ R, S *big.Int }
			if _, err := asn1.Unmarshal(o, &value); err != nil {
				panic(err)
			}
			return spoil(value.R, value.S)
		}
	}
	integer := func(i *big.Int) []byte {
		der, err := asn1.Marshal(i)
		if err != nil {
			panic(err)
		}
		return der
	}
	pair := func(r, s *big.Int) []byte { return element(0x30, integer(r), integer(s)) }
	return []malformed{
		{"r and s without DER", numbers(func(r, s *big.Int) []byte {
			return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
		})},
		{"-s", numbers(func(r, s *big.Int) []byte { return pair(r, new(big.Int).Sub(order, s)) })},
		{"s and the order", numbers(func(r, s *big.Int) []byte { return pair(r, new(big.Int).Add(order, s)) })},
		{"r and the order", numbers(func(r, s *big.Int) []byte { return pair(new(big.Int).Add(order, r), s) })},
		{"r = 0", numbers(func(_, s *big.Int) []byte { return pair(new(big.Int), s) })},
		{"s = 0", numbers(func(r, _ *big.Int) []byte { return pair(r, new(big.Int)) })},
		{"s = the order", numbers(func(r, _ *big.Int) []byte { return pair(r, order) })},
		{"negative", numbers(func(r, s *big.Int) []byte { return pair(new(big.Int).Neg(r), new(big.Int).Neg(s)) })},
		{"exchanged", numbers(func(r, s *big.Int) []byte { return pair(s, r) })},
		{"r with a zero before it", numbers(func(r, s *big.Int) []byte {
			return element(0x30, element(2, append([]byte{0}, integer(r)[2:]...)), integer(s))
		})},
		{"an element more", numbers(func(r, s *big.Int) []byte { return element(0x30, integer(r), integer(s), []byte{5, 0}) })},
		{"an element more and an octet", numbers(func(r, s *big.Int) []byte {
			return append(element(0x30, integer(r), integer(s), []byte{5, 0}), 0)
		})},
		{"an element less", numbers(func(r, _ *big.Int) []byte { return element(0x30, integer(r)) })},
		{"a SET", numbers(func(r, s *big.Int) []byte { return element(0x31, integer(r), integer(s)) })},
		{"octet strings", numbers(func(r, s *big.Int) []byte { return element(0x30, element(4, r.Bytes()), element(4, s.Bytes())) })},
		{"length in too many octets", numbers(func(r, s *big.Int) []byte {
			der := pair(r, s)
			content := append(integer(r), integer(s)...)
			return append([]byte{der[0], 0x83, 0, byte(len(content) >> 8), byte(len(content))}, content...)
		})},
		{"length indefinite", numbers(func(r, s *big.Int) []byte {
			return append(append(append([]byte{0x30, 0x80}, integer(r)...), integer(s)...), 0, 0)
		})},
		{"twice", func(o []byte) []byte { return append(bytes.Clone(o), o...) }},
	}
}

// TestSignatures asks the model and go-mls about genuine and malformed keys and
// signatures of all suites. What they say differently has to be known, and all
// that is known has to be seen.
func TestSignatures(t *testing.T) {
	seen := make(map[string]int)
	accepted := make(map[franking.CipherSuite]int)
	for _, suite := range franking.CipherSuites() {
		keys, values := slices.Clone(malformations), slices.Clone(malformations)
		switch curve := curves[suite.Algorithm()]; {
		case curve != nil:
			keys = append(keys, malformedPoints...)
			values = append(values, malformedECDSA(curve)...)
		case suite.Algorithm() == "Ed25519":
			keys = append(keys, malformedEd25519Keys...)
			values = append(values, malformedEd25519...)
		}
		for _, octets := range [][]byte{nil, []byte("octets"), bytes.Repeat([]byte("octets"), 1000)} {
			genuine := signed(t, suite, octets)
			for _, key := range keys {
				for _, value := range values {
					s := &Signature{suite, key.spoil(genuine.Key), octets, value.spoil(genuine.Value)}
					difference, err := Compare(s)
					if err != nil {
						t.Errorf("%s, key %s, signature %s: %v", suite, key.name, value.name, err)
					}
					if difference != nil {
						seen[difference.Name]++
					}
					if theirs, _ := Verify(s); theirs == Accepts {
						accepted[suite]++
					}
				}
			}
		}
	}
	for _, d := range Differences() {
		if seen[d.Name] == 0 {
			t.Errorf("the expected difference %s is gone", d.Name)
		}
	}
	for _, suite := range []franking.CipherSuite{1, 2, 3, 5} {
		if accepted[suite] == 0 {
			t.Errorf("go-mls accepts no signature of %s", suite)
		}
	}
}

// TestUnknownDifferencesFail holds that differences explain only what they say.
func TestUnknownDifferencesFail(t *testing.T) {
	for _, suite := range franking.CipherSuites() {
		genuine := signed(t, suite, []byte("octets"))
		other := signed(t, suite, []byte("other octets"))
		for _, d := range Differences() {
			if d.Ours == Refuses && d.when(genuine) {
				t.Errorf("%s: %s explains the refusal of a genuine signature", suite, d.Name)
			}
			if forged := (&Signature{suite, genuine.Key, genuine.Octets, other.Value}); d.Ours == Refuses && d.when(forged) {
				t.Errorf("%s: %s explains that a forged signature is accepted", suite, d.Name)
			}
		}
	}
	err := error(&UnknownDifferenceError{signed(t, 1, nil), Accepts, Refuses})
	var unknown *UnknownDifferenceError
	if !errors.As(err, &unknown) || fmt.Sprint(err) == "" {
		t.Error("no error")
	}
}

// TestGoMLSSigns holds that go-mls makes the Ed25519 signatures that we make, and
// keys that we take.
func TestGoMLSSigns(t *testing.T) {
	for _, suite := range []franking.CipherSuite{1, 2, 3, 5} {
		scheme := mls.CipherSuite(suite).Scheme()
		key, err := scheme.Derive([]byte("seed"))
		if err != nil {
			t.Fatal(err)
		}
		if err := suite.CheckPublicKey(key.PublicKey.Data); err != nil {
			t.Errorf("a key of go-mls: %v", err)
		}
		if scheme != mls.Ed25519 {
			continue
		}
		theirs, err := scheme.Sign(&key, []byte("octets"))
		if err != nil {
			t.Fatal(err)
		}
		ours, err := suite.Sign(key.Data[:32], []byte("octets"))
		if err != nil || !bytes.Equal(ours, theirs) {
			t.Errorf("%s: go-mls signs with %x, we with %x, %v", suite, theirs, ours, err)
		}
	}
}

// FuzzSignatures compares the model with go-mls.
func FuzzSignatures(f *testing.F) {
	for _, suite := range franking.CipherSuites() {
		s := signed(f, suite, []byte("octets"))
		f.Add(byte(suite), s.Key, s.Octets, s.Value)
	}
	f.Fuzz(func(t *testing.T, suite byte, key, octets, value []byte) {
		if _, err := Compare(&Signature{franking.CipherSuite(suite), key, octets, value}); err != nil {
			t.Fatal(err)
		}
	})
}
