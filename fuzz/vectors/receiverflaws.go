package vectors

import (
	"bytes"
	"slices"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// withAAD replaces the authenticated_data, given the tag.
func withAAD(change func(tag []byte) []byte) func(*franked, *protocol.ReceiverInput) {
	return func(f *franked, in *protocol.ReceiverInput) { in.AuthenticatedData = change(f.sent.FrankingTag[:]) }
}

// withAgent replaces the name in franking_agent.
func withAgent(identity string) func(*franked, *protocol.ReceiverInput) {
	return func(f *franked, in *protocol.ReceiverInput) { in.Agent = agentOf(publicKey("hub", f.suite), identity) }
}

// withCertificate replaces the credential of franking_agent.
func withCertificate(chain ...[]byte) func(*franked, *protocol.ReceiverInput) {
	return func(f *franked, in *protocol.ReceiverInput) {
		in.Agent = agentWith(franking.FrankingAgentData{SignatureKey: publicKey("hub", f.suite), Credential: franking.Credential{Type: franking.X509, Certificates: chain}})
	}
}

// weakKey is the neutral element of Ed25519, with which weakSignature verifies
// for whatever octets.
var (
	weakKey       = append([]byte{1}, make([]byte, 31)...)
	weakSignature = append([]byte{1}, make([]byte, 63)...)
)

// receiverFlaws fail at one step of the receiver.
var receiverFlaws = []frankingFlaw{
	{name: "frank-missing", title: "There is no Frank, in a group that franks.", step: franking.ReceiverFrank, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.Frank = nil }},
	{name: "frank-cut", title: "The last octet of the Frank is missing.", step: franking.ReceiverFrank, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.Frank = in.Frank[:len(in.Frank)-1] }},
	{name: "frank-longer", title: "An octet follows the Frank.", step: franking.ReceiverFrank, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.Frank = append(bytes.Clone(in.Frank), 0) }},
	{name: "frank-of-31-octets", title: "The Frank ends within server_frank.", step: franking.ReceiverFrank, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.Frank = in.Frank[:31] }},
	{name: "no-aad", title: "There is no authenticated_data, so no franking_tag.", step: franking.ReceiverFrank, receiver: withAAD(func([]byte) []byte { return []byte{} })},
	{name: "aad-empty", title: "The SafeAAD has no items.", step: franking.ReceiverFrank, receiver: withAAD(func([]byte) []byte { return []byte{0} })},
	{name: "aad-of-other-component", title: "The franking_tag is an item of another component.", step: franking.ReceiverFrank, receiver: withAAD(func(tag []byte) []byte { return safeAAD(0x21, tag) })},
	{name: "aad-cut", title: "The last octet of the SafeAAD is missing.", step: franking.ReceiverFrank, receiver: func(_ *franked, in *protocol.ReceiverInput) {
		in.AuthenticatedData = in.AuthenticatedData[:len(in.AuthenticatedData)-1]
	}},
	{name: "aad-longer", title: "An octet follows the SafeAAD.", step: franking.ReceiverFrank, receiver: func(_ *franked, in *protocol.ReceiverInput) {
		in.AuthenticatedData = append(bytes.Clone(in.AuthenticatedData), 0)
	}},
	{name: "tag-of-31-octets", title: "The franking_tag has 31 octets.", step: franking.ReceiverFrank, receiver: withAAD(func(tag []byte) []byte { return safeAAD(0x20, tag[:31]) })},
	{name: "tag-of-33-octets", title: "The franking_tag has 33 octets.", step: franking.ReceiverFrank, receiver: withAAD(func(tag []byte) []byte { return safeAAD(0x20, append(bytes.Clone(tag), 0)) })},
	{name: "two-tags", title: "The SafeAAD has two franking_tags.", step: franking.ReceiverFrank, receiver: withAAD(func(tag []byte) []byte { return safeAAD(0x20, tag, tag) })},
	{name: "long-length", title: "A length in the SafeAAD takes more octets than it need.", step: franking.ReceiverFrank, receiver: func(_ *franked, in *protocol.ReceiverInput) {
		in.AuthenticatedData = slices.Concat([]byte{0x40}, in.AuthenticatedData)
	}},

	{name: "suite-of-frank", title: "The Frank names another suite than the group has.", step: franking.ReceiverSuite, drafts: suited,
		receiver: withFrank(func(_ *franked, frank *franking.Frank) { frank.Suite = franking.P256AES128P256 })},
	{name: "suite-of-frank-same-algorithm", title: "The Frank names another suite than the group has, with the same signature algorithm.", step: franking.ReceiverSuite, drafts: suited,
		receiver: withFrank(func(_ *franked, frank *franking.Frank) { frank.Suite = franking.X25519ChaCha20Ed25519 })},
	{name: "suite-zero", title: "The Frank names the suite 0.", step: franking.ReceiverSuite, drafts: suited, receiver: withFrank(func(_ *franked, frank *franking.Frank) { frank.Suite = 0 })},
	{name: "suite-unknown", title: "The suite of the group is 8, which is unknown.", step: franking.ReceiverSuite, drafts: signed, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.Suite = 8 }},
	{name: "suite-of-group", title: "The group has the suite of another algorithm.", open: true, drafts: signed, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.Suite = franking.P256AES128P256 }},

	{name: "agent-missing", title: "The GroupContext has no franking_agent.", step: franking.ReceiverAgent, drafts: signed, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.Agent = nil }},
	{name: "agent-cut", title: "The last octet of franking_agent is missing.", step: franking.ReceiverAgent, drafts: signed, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.Agent = in.Agent[:len(in.Agent)-1] }},
	{name: "agent-longer", title: "An octet follows franking_agent.", step: franking.ReceiverAgent, drafts: signed, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.Agent = append(bytes.Clone(in.Agent), 0) }},
	{name: "secret-missing", title: "The receiver has no franking_integrity_secret.", step: franking.ReceiverAgent, drafts: bySecret, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.IntegritySecret = []byte{} }},
	{name: "secret-of-another-epoch", title: "The franking_integrity_secret is another one.", step: franking.ReceiverIntegrity, drafts: bySecret, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.IntegritySecret = secret("another epoch", 32) }},

	{name: "agent-of-other-host", title: "franking_agent is of another host.", step: franking.ReceiverAgentDomain, drafts: signed, receiver: withAgent("mimi://other.example")},
	{name: "agent-of-subdomain", title: "franking_agent is of a subdomain of the hub.", step: franking.ReceiverAgentDomain, drafts: signed, receiver: withAgent("mimi://x.hub.example")},
	{name: "agent-of-suffix", title: "The host of franking_agent ends with the name of the hub.", step: franking.ReceiverAgentDomain, drafts: signed, receiver: withAgent("mimi://nothub.example")},
	{name: "agent-with-hub-in-path", title: "The name of the hub stands in the path of the identity.", step: franking.ReceiverAgentDomain, drafts: signed, receiver: withAgent("mimi://other.example/hub.example")},
	{name: "agent-with-hub-as-user", title: "The name of the hub stands before an @ in the identity.", step: franking.ReceiverAgentDomain, drafts: signed, receiver: withAgent("mimi://hub.example@other.example")},
	{name: "agent-of-other-scheme", title: "The identity of franking_agent is a URI of another scheme.", step: franking.ReceiverAgentDomain, drafts: signed, receiver: withAgent("https://hub.example")},
	{name: "agent-of-bare-name", title: "The identity of franking_agent is the name of the hub, without a scheme.", step: franking.ReceiverAgentDomain, drafts: signed, receiver: withAgent(hubName)},
	{name: "agent-without-name", title: "The identity of franking_agent is empty.", step: franking.ReceiverAgentDomain, drafts: signed, receiver: withAgent("")},
	{name: "agent-in-upper-case", title: "The identity of franking_agent is the URI of the hub in upper case.", drafts: signed, receiver: withAgent("mimi://HUB.EXAMPLE")},
	{name: "agent-with-path", title: "The identity of franking_agent is a URI of the hub with a path.", drafts: signed, receiver: withAgent("mimi://hub.example/franking")},
	{name: "certificate", title: "franking_agent has a certificate of the hub with the key beside it.", drafts: signed, receiver: withCertificate(certificate("hub", hubName))},
	{name: "certificate-of-other-host", title: "franking_agent has a certificate of another host.", step: franking.ReceiverAgentDomain, drafts: signed, receiver: withCertificate(certificate("hub", "other.example"))},
	{name: "certificate-with-other-key", title: "The key in the certificate of franking_agent is not the one beside it.", step: franking.ReceiverAgentKey, drafts: signed, receiver: withCertificate(certificate("other", hubName))},
	{name: "certificate-second", title: "The certificate of the hub is the second, behind that of another host.", step: franking.ReceiverAgentDomain, drafts: signed,
		receiver: withCertificate(certificate("hub", "other.example"), certificate("hub", hubName))},
	{name: "certificate-unreadable", title: "The certificate of franking_agent is no certificate.", step: franking.ReceiverAgentDomain, drafts: signed, receiver: withCertificate([]byte("certificate"))},
	{name: "no-certificates", title: "franking_agent has a credential of certificates, and none in it.", step: franking.ReceiverAgentDomain, drafts: signed, receiver: withCertificate()},

	{name: "key-of-small-order", title: "The key in franking_agent is the neutral element of Ed25519, and the signature one that verifies with it for whatever octets.", step: franking.ReceiverAgentKey, drafts: signed,
		receiver: func(f *franked, in *protocol.ReceiverInput) {
			withFrank(func(_ *franked, frank *franking.Frank) { frank.Integrity = weakSignature })(f, in)
			in.Agent = agentOf(weakKey, hubURI)
		}},
	{name: "key-of-order-8", title: "The key in franking_agent is a point of order 8 of Ed25519.", step: franking.ReceiverAgentKey, drafts: signed,
		receiver: func(_ *franked, in *protocol.ReceiverInput) {
			in.Agent = agentOf(octetsOf("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), hubURI)
		}},

	{name: "content-empty", title: "The application_data is empty.", step: franking.ReceiverContent, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.ApplicationData = []byte{} }},
	{name: "content-cut", title: "The last octet of the content is missing.", step: franking.ReceiverContent, receiver: func(_ *franked, in *protocol.ReceiverInput) {
		in.ApplicationData = in.ApplicationData[:len(in.ApplicationData)-1]
	}},
	{name: "content-longer", title: "An octet follows the content.", step: franking.ReceiverContent, receiver: func(_ *franked, in *protocol.ReceiverInput) {
		in.ApplicationData = append(bytes.Clone(in.ApplicationData), 0)
	}},
	{name: "content-salt-short", title: "The salt in the content is an octet too short.", step: franking.ReceiverContent, receiver: withContent(func(c *gen.FrankedContent) { c.Salt = c.Salt[1:] })},
	{name: "content-invalid", title: "The content breaks a rule of MIMI content, and can be read all the same.", step: franking.ReceiverContent, receiver: withContent(func(c *gen.FrankedContent) { c.Odd = true })},
	{name: "content-without-uris", title: "The content names neither sender nor room.", step: franking.ReceiverContent, receiver: func(f *franked, in *protocol.ReceiverInput) {
		in.ApplicationData = plainMessage(franking.ContentDraft(f.draft))
	}},
	{name: "content-with-uris-as-octets", title: "The URIs in the content are byte strings.", step: franking.ReceiverContent, receiver: func(f *franked, in *protocol.ReceiverInput) {
		in.ApplicationData = bytes.Replace(in.ApplicationData, encoded(majorText, alice), encoded(majorBytes, alice), 1)
	}},

	{name: "server-frank-bit", title: "A bit of server_frank is changed.", step: franking.ReceiverIntegrity,
		receiver: withFrank(func(_ *franked, frank *franking.Frank) { frank.ServerFrank = flipped(frank.ServerFrank, 0) })},
	{name: "check-bit", title: "A bit of franking_integrity_check is changed.", step: franking.ReceiverIntegrity, drafts: bySecret,
		receiver: withIntegrity(func(_ *franked, check []byte) []byte { return flipped(check, -1) })},
	{name: "later", title: "The timestamp is a millisecond later than the one that was franked.", step: franking.ReceiverIntegrity, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.Timestamp++ }},
	{name: "in-seconds", title: "The timestamp is in seconds.", step: franking.ReceiverIntegrity, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.Timestamp /= 1000 }},
	{name: "time-zero", title: "The timestamp is 0.", step: franking.ReceiverIntegrity, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.Timestamp = 0 }},
	{name: "content-of-other-sender", title: "The content names another sender than the one that was franked.", step: franking.ReceiverIntegrity, receiver: withContent(func(c *gen.FrankedContent) { c.Sender = bob })},
	{name: "content-of-other-room", title: "The content names another room than the one that was franked.", step: franking.ReceiverIntegrity, receiver: withContent(func(c *gen.FrankedContent) { c.Room = otherRoom })},
	{name: "boundary-moved", title: "The boundary between the URIs in the content is moved: their octets are the same, one behind the other.", open: true,
		receiver: withContent(func(c *gen.FrankedContent) { c.Sender, c.Room = alice[:len(alice)-1], alice[len(alice)-1:]+room })},
	{name: "uris-swapped", title: "The URIs in the content have changed places.", step: franking.ReceiverIntegrity, receiver: withContent(func(c *gen.FrankedContent) { c.Sender, c.Room = c.Room, c.Sender })},

	{name: "tag-bit", title: "A bit of the franking_tag is changed.", step: franking.ReceiverTag, receiver: withAAD(func(tag []byte) []byte { return safeAAD(0x20, flipped(tag, -1)) })},
	{name: "other-text", title: "The content has another text than the one that was tagged.", step: franking.ReceiverTag, receiver: withContent(func(c *gen.FrankedContent) { c.Text += "!" })},
	{name: "other-salt", title: "The content has another salt than the one that it was tagged with.", step: franking.ReceiverTag, receiver: withContent(func(c *gen.FrankedContent) { c.Salt = flipped(c.Salt, 0) })},
	{name: "encoded-again", title: "The content is another encoding of the one that was tagged.", open: true, receiver: withContent(func(c *gen.FrankedContent) { c.Loose = true })},
	{name: "framed", title: "The content was tagged without the framing that it has.", step: franking.ReceiverTag, drafts: suited, receiver: withContent(func(c *gen.FrankedContent) { c.Framing = true })},

	{name: "leaf-of-other-user", title: "The message came from the leaf of another user.", step: franking.ReceiverSender, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.SenderURI = []byte(bob) }},
	{name: "leaf-in-upper-case", title: "The leaf has the URI of the sender in another case.", step: franking.ReceiverSender, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.SenderURI = []byte("mimi://B.example/u/alice") }},
	{name: "leaf-of-prefix", title: "The leaf has a URI that the sender's begins with.", step: franking.ReceiverSender, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.SenderURI = []byte(alice[:len(alice)-1]) }},
	{name: "other-room", title: "The message came in another room of the hub.", step: franking.ReceiverRoom, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.RoomURI = []byte(otherRoom) }},
	{name: "room-of-other-hub", title: "The message came in a room of another hub.", step: franking.ReceiverAgentDomain, drafts: signed, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.RoomURI = []byte("mimi://other.example/r/one") }},
	{name: "room-without-host", title: "The room has a URI without a host.", open: true, drafts: signed, receiver: func(_ *franked, in *protocol.ReceiverInput) { in.RoomURI = []byte("mimi:///r/one") }},
	{name: "frank-of-other-message", title: "The Frank and the timestamp are those of another message of the same sender.", open: true, receiver: func(f *franked, in *protocol.ReceiverInput) {
		other := frankedMessage(f.draft, f.suite, "other", false)
		other.accept(acceptedTime + 1000)
		in.Frank, in.Timestamp = other.accepted.Frank, other.accepted.Timestamp
	}},
	{name: "signed-without-label", title: "The signature is over the octets without the label of MLS, as in protocol-04.", step: franking.ReceiverIntegrity, drafts: suited,
		receiver: withIntegrity(func(f *franked, _ []byte) []byte {
			return signatureOver(f, franking.AppendTBS(nil, f.draft, f.frank.ServerFrank, f.frank.Suite, f.accepted.Context))
		})},
	{name: "signed-without-suite", title: "The signature is over octets without the suite.", step: franking.ReceiverIntegrity, drafts: suited,
		receiver: withIntegrity(func(f *franked, _ []byte) []byte {
			octets, err := franking.AppendSignedOctets(nil, f.draft, slices.Concat(f.frank.ServerFrank, f.accepted.Context))
			if err != nil {
				panic(err)
			}
			return signatureOver(f, octets)
		})},
	{name: "signed-without-context", title: "The signature is over server_frank and the suite alone.", step: franking.ReceiverIntegrity, drafts: signed,
		receiver: withIntegrity(func(f *franked, _ []byte) []byte {
			octets, err := franking.AppendSignedOctets(nil, f.draft, franking.AppendTBS(nil, f.draft, f.frank.ServerFrank, f.frank.Suite, nil))
			if err != nil {
				panic(err)
			}
			return signatureOver(f, octets)
		})},
	{name: "signed-with-label", title: "The signature is over the octets with the label of MLS, as from protocol-05 on.", step: franking.ReceiverIntegrity, drafts: spec.DraftsOf(spec.Protocol04),
		receiver: withIntegrity(func(f *franked, _ []byte) []byte {
			octets, err := franking.AppendSignedOctets(nil, spec.Protocol05, franking.AppendTBS(nil, f.draft, f.frank.ServerFrank, f.frank.Suite, f.accepted.Context))
			if err != nil {
				panic(err)
			}
			return signatureOver(f, octets)
		})},
	{name: "check-without-context", title: "The franking_integrity_check is over server_frank alone.", step: franking.ReceiverIntegrity, drafts: bySecret,
		receiver: withIntegrity(func(f *franked, _ []byte) []byte {
			check := franking.IntegrityCheck(f.hub.IntegritySecret, f.frank.ServerFrank)
			return check[:]
		})},
}

func signatureOver(f *franked, octets []byte) []byte {
	signature, err := f.suite.Sign(f.hub.PrivateKey, octets)
	if err != nil {
		panic(err)
	}
	return signature
}
