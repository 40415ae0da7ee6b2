package vectors

import (
	"bytes"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// withReported replaces the reported content by a changed one.
func withReported(change func(*gen.FrankedContent)) func(*franked, *franking.AbuseReport) {
	return inReport(func(f *franked, m *franking.AbusiveMessage) {
		content := f.content
		change(&content)
		m.MessageContent = content.Append(nil, f.draft)
	})
}

// hubFlaws fail at one step of the hub with a report.
var hubFlaws = []frankingFlaw{
	{name: "report-empty", title: "The report has no octets.", step: franking.ReportFormat, hub: func(_ *franked, in *protocol.HubInput) { in.Report = []byte{} }},
	{name: "report-cut", title: "The last octet of the report is missing.", step: franking.ReportFormat, hub: func(_ *franked, in *protocol.HubInput) { in.Report = in.Report[:len(in.Report)-1] }},
	{name: "report-longer", title: "An octet follows the report.", step: franking.ReportFormat, hub: func(_ *franked, in *protocol.HubInput) { in.Report = append(bytes.Clone(in.Report), 0) }},
	{name: "report-with-long-length", title: "The first length in the report takes more octets than it need.", step: franking.ReportFormat, hub: func(_ *franked, in *protocol.HubInput) {
		in.Report = append([]byte{0x40}, in.Report...)
	}},
	{name: "reason-code", title: "The reason code is 1, which the draft does not name.", step: franking.ReportFormat, report: func(_ *franked, r *franking.AbuseReport) { r.ReasonCode = 1 }},
	{name: "note-not-utf-8", title: "The note is not UTF-8.", open: true, hub: func(_ *franked, in *protocol.HubInput) {
		in.Report = bytes.Replace(in.Report, []byte("\x04note"), []byte("\x04no\xffe"), 1)
	}},
	{name: "no-messages", title: "The report has no messages.", open: true, report: func(_ *franked, r *franking.AbuseReport) { r.Messages = nil }},
	{name: "two-messages", title: "The report has the same message twice.", report: func(_ *franked, r *franking.AbuseReport) { r.Messages = append(r.Messages, r.Messages[0]) }},
	{name: "second-message-wrong", title: "The report has two messages, and the second has another server_frank.", step: franking.ReportFrank, report: func(_ *franked, r *franking.AbuseReport) {
		second := r.Messages[0]
		second.Frank.ServerFrank = flipped(second.Frank.ServerFrank, 0)
		r.Messages = append(r.Messages, second)
	}},
	{name: "extension", title: "The report has an extension that is unknown.", drafts: spec.DraftsOf(spec.Protocol06), report: func(_ *franked, r *franking.AbuseReport) {
		r.Extensions = []franking.ComponentData{{ComponentID: 0xf000, Data: []byte("extension")}}
	}},
	{name: "extensions-out-of-order", title: "The extensions of the report are out of order.", step: franking.ReportFormat, drafts: spec.DraftsOf(spec.Protocol06), report: func(_ *franked, r *franking.AbuseReport) {
		r.Extensions = []franking.ComponentData{{ComponentID: 0xf001}, {ComponentID: 0xf000}}
	}},

	{name: "from-other-provider", title: "Another provider than that of the reporting user sends the report.", step: franking.ReportReporter, hub: func(_ *franked, in *protocol.HubInput) { in.Source = "b.example" }},
	{name: "reporter-without-right", title: "The reporting user may not report abuse.", step: franking.ReportReporter, hub: func(_ *franked, in *protocol.HubInput) { in.Reporters = in.Reporters[:1] }},
	{name: "reporter-unknown", title: "The reporting user is no participant.", step: franking.ReportReporter, report: func(_ *franked, r *franking.AbuseReport) { r.ReportingUser = []byte("mimi://c.example/u/carol") }},
	{name: "anonymous", title: "The report names no reporting user.", report: func(_ *franked, r *franking.AbuseReport) { r.ReportingUser = nil }},
	{name: "anonymous-from-nowhere", title: "The report names no reporting user, and comes from a provider without participants.", step: franking.ReportReporter,
		report: func(_ *franked, r *franking.AbuseReport) { r.ReportingUser = nil }, hub: func(_ *franked, in *protocol.HubInput) { in.Source = "x.example" }},

	{name: "content-empty", title: "The reported content is empty.", step: franking.ReportContent, report: inReport(func(_ *franked, m *franking.AbusiveMessage) { m.MessageContent = nil })},
	{name: "content-cut", title: "The last octet of the reported content is missing.", step: franking.ReportContent, report: inReport(func(_ *franked, m *franking.AbusiveMessage) {
		m.MessageContent = m.MessageContent[:len(m.MessageContent)-1]
	})},
	{name: "content-salt-short", title: "The salt in the reported content is an octet too short.", step: franking.ReportContent, report: withReported(func(c *gen.FrankedContent) { c.Salt = c.Salt[1:] })},
	{name: "content-invalid", title: "The reported content breaks a rule of MIMI content, and can be read all the same.", step: franking.ReportContent, report: withReported(func(c *gen.FrankedContent) { c.Odd = true })},

	{name: "accused-other", title: "The report accuses another user than the sender.", step: franking.ReportSender, report: func(_ *franked, r *franking.AbuseReport) { r.AllegedAbuserURI = []byte(bob) }},
	{name: "accused-in-upper-case", title: "The report spells the sender in another case.", step: franking.ReportSender, report: func(_ *franked, r *franking.AbuseReport) { r.AllegedAbuserURI = []byte("mimi://B.example/u/alice") }},
	{name: "accused-nobody", title: "The report accuses no one.", step: franking.ReportSender, report: func(_ *franked, r *franking.AbuseReport) { r.AllegedAbuserURI = nil }},
	{name: "other-room", title: "The report is sent to another room.", step: franking.ReportRoom, hub: func(_ *franked, in *protocol.HubInput) { in.RoomURI = []byte(otherRoom) }},

	{name: "no-hub-key", title: "The hub has no hub_key.", step: franking.ReportKey, hub: func(_ *franked, in *protocol.HubInput) { in.HubKeys = []protocol.HubKey{} }},
	{name: "other-hub-key", title: "The hub has another hub_key.", step: franking.ReportFrank, hub: func(_ *franked, in *protocol.HubInput) { in.HubKeys[0].Key = secret("another hub_key", 32) }},
	{name: "old-hub-key", title: "The hub_key that was used is of a time that has passed, and the hub has another for the time.", hub: func(_ *franked, in *protocol.HubInput) {
		old := in.HubKeys[0]
		old.NotBefore, old.NotAfter = 0, hubKeyFrom-1
		in.HubKeys = []protocol.HubKey{old, {Key: secret("another hub_key", 32), NotBefore: hubKeyFrom, NotAfter: hubKeyUntil}}
	}},
	{name: "second-hub-key", title: "The hub has two hub_keys, and the second is of the time.", hub: func(_ *franked, in *protocol.HubInput) {
		in.HubKeys = []protocol.HubKey{{Key: secret("another hub_key", 32), NotAfter: hubKeyFrom - 1}, in.HubKeys[0]}
	}},
	{name: "first-millisecond", title: "The hub_key is of the time from the very millisecond on.", hub: func(_ *franked, in *protocol.HubInput) { in.HubKeys[0].NotBefore = acceptedTime }},
	{name: "last-millisecond", title: "The hub_key is of the time up to the very millisecond.", hub: func(_ *franked, in *protocol.HubInput) { in.HubKeys[0].NotAfter = acceptedTime }},

	{name: "server-frank-bit", title: "A bit of the reported server_frank is changed.", step: franking.ReportFrank, report: inReport(func(_ *franked, m *franking.AbusiveMessage) { m.Frank.ServerFrank = flipped(m.Frank.ServerFrank, -1) })},
	{name: "later", title: "The reported timestamp is a millisecond later than the one that was franked.", step: franking.ReportFrank, report: inReport(func(_ *franked, m *franking.AbusiveMessage) { m.AcceptedTimestamp++ })},
	{name: "other-text", title: "The reported content has another text.", step: franking.ReportFrank, report: withReported(func(c *gen.FrankedContent) { c.Text += "!" })},
	{name: "other-salt", title: "The reported content has another salt.", step: franking.ReportFrank, report: withReported(func(c *gen.FrankedContent) { c.Salt = flipped(c.Salt, 0) })},
	{name: "encoded-again", title: "The reported content is another encoding of the one that was franked.", open: true, report: withReported(func(c *gen.FrankedContent) { c.Loose = true })},
	{name: "boundary-moved", title: "The boundary between the URIs in the reported content is moved.", open: true, report: func(f *franked, r *franking.AbuseReport) {
		withReported(func(c *gen.FrankedContent) { c.Sender, c.Room = alice[:len(alice)-1], alice[len(alice)-1:]+room })(f, r)
		r.AllegedAbuserURI = []byte(alice[:len(alice)-1])
	}, hub: func(_ *franked, in *protocol.HubInput) { in.RoomURI = []byte(alice[len(alice)-1:] + room) }},

	{name: "no-keys", title: "The hub has no franking keys.", step: franking.ReportSuite, drafts: signed, hub: func(_ *franked, in *protocol.HubInput) { in.PublicKeys = []protocol.PublicKey{} }},
	{name: "keys-of-other-algorithm", title: "The hub has a franking key of another algorithm only.", step: franking.ReportSuite, drafts: suited, hub: func(_ *franked, in *protocol.HubInput) {
		in.PublicKeys = []protocol.PublicKey{{Suite: franking.P256AES128P256, Key: publicKey("hub", franking.P256AES128P256)}}
	}},
	{name: "suite-unknown", title: "The reported Frank names an unknown suite.", step: franking.ReportSuite, drafts: suited, report: inReport(func(_ *franked, m *franking.AbusiveMessage) { m.Frank.Suite = 8 })},
	{name: "suite-other", title: "The reported Frank names another suite.", step: franking.ReportSuite, drafts: suited, report: inReport(func(_ *franked, m *franking.AbusiveMessage) { m.Frank.Suite = franking.P256AES128P256 })},
	{name: "suite-same-algorithm", title: "The reported Frank names another suite with the same algorithm, over which it was not signed.", step: franking.ReportIntegrity, drafts: suited,
		report: inReport(func(_ *franked, m *franking.AbusiveMessage) { m.Frank.Suite = franking.X25519ChaCha20Ed25519 })},
	{name: "group-of-other-suite", title: "The group has another suite by now.", drafts: signed, hub: func(_ *franked, in *protocol.HubInput) { in.Suite = franking.P256AES128P256 }},
	{name: "check-bit", title: "A bit of the reported franking_integrity_check is changed.", step: franking.ReportIntegrity, drafts: bySecret,
		report: inReport(func(_ *franked, m *franking.AbusiveMessage) { m.Frank.Integrity = flipped(m.Frank.Integrity, 0) })},
	{name: "secret-gone", title: "The hub has lost the franking_integrity_secret of the epoch.", drafts: bySecret, hub: func(_ *franked, in *protocol.HubInput) { in.IntegritySecret = []byte{} }},
}
