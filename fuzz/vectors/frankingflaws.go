package vectors

import (
	"bytes"
	"crypto/elliptic"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"slices"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

var (
	signed   = spec.Between(spec.Protocol04, spec.Protocol06)
	suited   = spec.Between(spec.Protocol05, spec.Protocol06)
	bySecret = spec.DraftsOf(spec.Protocol03)
	ed25519s = []franking.CipherSuite{franking.X25519AES128Ed25519, franking.X25519ChaCha20Ed25519}
	ecdsas   = []franking.CipherSuite{franking.P256AES128P256, franking.P384AES256P384, franking.P521AES256P521}
	onlyP256 = []franking.CipherSuite{franking.P256AES128P256}
)

// withFrank replaces the Frank of a delivery by a changed one.
func withFrank(change func(f *franked, frank *franking.Frank)) func(*franked, *protocol.ReceiverInput) {
	return func(f *franked, in *protocol.ReceiverInput) {
		frank := *f.frank
		change(f, &frank)
		octets, err := frank.Append(nil, f.draft)
		if err != nil {
			panic(err)
		}
		in.Frank = octets
	}
}

// withIntegrity replaces the signature or the check, given the one that is
// right.
func withIntegrity(change func(f *franked, integrity []byte) []byte) func(*franked, *protocol.ReceiverInput) {
	return withFrank(func(f *franked, frank *franking.Frank) { frank.Integrity = change(f, frank.Integrity) })
}

// inReport changes the one message of a report.
func inReport(change func(f *franked, m *franking.AbusiveMessage)) func(*franked, *franking.AbuseReport) {
	return func(f *franked, report *franking.AbuseReport) { change(f, &report.Messages[0]) }
}

// withContent replaces the content by a changed one.
func withContent(change func(*gen.FrankedContent)) func(*franked, *protocol.ReceiverInput) {
	return func(f *franked, in *protocol.ReceiverInput) {
		content := f.content
		change(&content)
		in.ApplicationData = content.Append(nil, f.draft)
	}
}

// signatureFlaws are tried with every suite.
var signatureFlaws = []frankingFlaw{
	{name: "signature-first-bit", title: "A bit in the first octet of the signature is changed.", step: franking.ReceiverIntegrity, drafts: signed,
		receiver: withIntegrity(func(_ *franked, s []byte) []byte { return flipped(s, 0) })},
	{name: "signature-last-bit", title: "A bit in the last octet of the signature is changed.", step: franking.ReceiverIntegrity, drafts: signed,
		receiver: withIntegrity(func(_ *franked, s []byte) []byte { return flipped(s, -1) })},
	{name: "signature-empty", title: "The signature is empty.", step: franking.ReceiverIntegrity, drafts: signed,
		receiver: withIntegrity(func(*franked, []byte) []byte { return nil })},
	{name: "signature-cut", title: "The last octet of the signature is missing.", step: franking.ReceiverIntegrity, drafts: signed,
		receiver: withIntegrity(func(_ *franked, s []byte) []byte { return s[:len(s)-1] })},
	{name: "signature-longer", title: "An octet follows the signature, inside its field.", step: franking.ReceiverIntegrity, drafts: signed,
		receiver: withIntegrity(func(_ *franked, s []byte) []byte { return append(bytes.Clone(s), 0) })},
	{name: "signature-zeros", title: "The signature is zeros, as many as it should have octets.", step: franking.ReceiverIntegrity, drafts: signed,
		receiver: withIntegrity(func(_ *franked, s []byte) []byte { return make([]byte, len(s)) })},
	{name: "other-key", title: "franking_agent has the name of the hub beside the key of another.", step: franking.ReceiverIntegrity, drafts: signed,
		receiver: func(f *franked, in *protocol.ReceiverInput) { in.Agent = agentOf(publicKey("other", f.suite), hubURI) }},
	{name: "key-cut", title: "The last octet of the key in franking_agent is missing.", step: franking.ReceiverAgentKey, drafts: signed,
		receiver: func(f *franked, in *protocol.ReceiverInput) {
			key := publicKey("hub", f.suite)
			in.Agent = agentOf(key[:len(key)-1], hubURI)
		}},
	{name: "key-empty", title: "The key in franking_agent is empty.", step: franking.ReceiverAgentKey, drafts: signed,
		receiver: func(_ *franked, in *protocol.ReceiverInput) { in.Agent = agentOf(nil, hubURI) }},
	{name: "key-compressed", title: "The key in franking_agent is a compressed point.", step: franking.ReceiverAgentKey, drafts: signed, suites: ecdsas,
		receiver: func(f *franked, in *protocol.ReceiverInput) {
			key := publicKey("hub", f.suite)
			half := len(key) / 2
			in.Agent = agentOf(append([]byte{2 + key[len(key)-1]&1}, key[1:1+half]...), hubURI)
		}},
	{name: "key-off-the-curve", title: "The key in franking_agent is a point that is not on the curve.", step: franking.ReceiverAgentKey, drafts: signed, suites: ecdsas,
		receiver: func(f *franked, in *protocol.ReceiverInput) {
			in.Agent = agentOf(flipped(publicKey("hub", f.suite), -1), hubURI)
		}},
	{name: "signature-raw", title: "The ECDSA signature is r and s one behind the other instead of DER.", step: franking.ReceiverIntegrity, drafts: signed, suites: ecdsas,
		receiver: withIntegrity(func(f *franked, s []byte) []byte {
			r, t := ecdsaValues(s)
			n := (curveOf(f.suite).Params().BitSize + 7) / 8
			return append(r.FillBytes(make([]byte, n)), t.FillBytes(make([]byte, n))...)
		})},
	{name: "signature-mirrored", title: "The ECDSA signature (r, s) is replaced by (r, -s), which verifies as well.", drafts: signed, suites: ecdsas,
		receiver: withIntegrity(func(f *franked, s []byte) []byte {
			r, t := ecdsaValues(s)
			return ecdsaSignature(r, t.Sub(curveOf(f.suite).Params().N, t))
		})},
	{name: "signature-r-and-s-zero", title: "The ECDSA signature is (0, 0).", step: franking.ReceiverIntegrity, drafts: signed, suites: ecdsas,
		receiver: withIntegrity(func(*franked, []byte) []byte { return ecdsaSignature(new(big.Int), new(big.Int)) })},
	{name: "signature-r-and-s-order", title: "The ECDSA signature is (n, n), n the order of the curve.", step: franking.ReceiverIntegrity, drafts: signed, suites: ecdsas,
		receiver: withIntegrity(func(f *franked, _ []byte) []byte {
			n := curveOf(f.suite).Params().N
			return ecdsaSignature(n, n)
		})},
	{name: "signature-s-plus-order", title: "The order of the curve is added to s of the ECDSA signature.", step: franking.ReceiverIntegrity, drafts: signed, suites: ecdsas,
		receiver: withIntegrity(func(f *franked, s []byte) []byte {
			r, t := ecdsaValues(s)
			return ecdsaSignature(r, t.Add(t, curveOf(f.suite).Params().N))
		})},
	{name: "signature-long-der-length", title: "The length in the DER of the ECDSA signature takes an octet more than it need.", step: franking.ReceiverIntegrity, drafts: signed, suites: onlyP256,
		receiver: withIntegrity(func(_ *franked, s []byte) []byte { return slices.Concat(s[:1], []byte{0x81}, s[1:]) })},
	{name: "signature-padded-integer", title: "An integer in the DER of the ECDSA signature has a zero too many before it.", step: franking.ReceiverIntegrity, drafts: signed, suites: onlyP256,
		receiver: withIntegrity(func(_ *franked, s []byte) []byte {
			return slices.Concat([]byte{s[0], s[1] + 1, s[2], s[3] + 1, 0}, s[4:])
		})},
	{name: "signature-s-plus-order", title: "The order of the group is added to S of the Ed25519 signature.", step: franking.ReceiverIntegrity, drafts: signed, suites: ed25519s,
		receiver: withIntegrity(func(_ *franked, s []byte) []byte { return plusOrder(s) })},
	{name: "signature-bit", title: "A bit in the last octet of the reported signature is changed.", step: franking.ReportIntegrity, drafts: signed,
		report: inReport(func(_ *franked, m *franking.AbusiveMessage) { m.Frank.Integrity = flipped(m.Frank.Integrity, -1) })},
	{name: "key-of-another", title: "The hub has another key for the suite.", step: franking.ReportIntegrity, drafts: signed,
		hub: func(f *franked, in *protocol.HubInput) {
			in.PublicKeys = []protocol.PublicKey{{Suite: f.suite, Key: publicKey("other", f.suite)}}
		}},
	{name: "second-key", title: "The hub has two keys for the suite, and the right one is the second.", drafts: signed,
		hub: func(f *franked, in *protocol.HubInput) {
			in.PublicKeys = slices.Insert(in.PublicKeys, 0, protocol.PublicKey{Suite: f.suite, Key: publicKey("other", f.suite)})
		}},
}

func curveOf(suite franking.CipherSuite) elliptic.Curve {
	switch suite {
	case franking.P384AES256P384:
		return elliptic.P384()
	case franking.P521AES256P521:
		return elliptic.P521()
	}
	return elliptic.P256()
}

// ecdsaPair is an ECDSA-Sig-Value.
type ecdsaPair struct{ R, S *big.Int }

func ecdsaValues(signature []byte) (r, s *big.Int) {
	var pair ecdsaPair
	if _, err := asn1.Unmarshal(signature, &pair); err != nil {
		panic(err) // the reference made it
	}
	return pair.R, pair.S
}

func ecdsaSignature(r, s *big.Int) []byte {
	octets, err := asn1.Marshal(ecdsaPair{r, s})
	if err != nil {
		panic(err)
	}
	return octets
}

// plusOrder adds the order of the group of Ed25519 to S, which is the second
// half of a signature, lowest octet first: RFC 8032, section 5.1.7.
func plusOrder(signature []byte) []byte {
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	s := slices.Clone(signature[32:])
	slices.Reverse(s)
	sum := new(big.Int).Add(new(big.Int).SetBytes(s), order).FillBytes(make([]byte, 32))
	slices.Reverse(sum)
	return append(slices.Clone(signature[:32]), sum...)
}

func octetsOf(text string) []byte {
	octets, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return octets
}
