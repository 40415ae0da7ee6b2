package mutants

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

var verified = franking.Verdict{Outcome: franking.Passed}

var frankingMutants = []*Mutant{
	// Receivers that skip a step.
	receive("missing-frank-verified", "takes a message whose Frank is missing for verified", "sender-binding", spec.Protocol06,
		func(_ franking.Options, d *franking.Delivery) (franking.Verdict, bool) {
			return verified, d.Frank == nil
		}),
	receive("missing-frank-unfranked", "takes a message whose Frank was taken off for one without", "context-integrity", spec.Protocol06,
		func(o franking.Options, d *franking.Delivery) (franking.Verdict, bool) {
			return franking.Verdict{Outcome: franking.Unfranked, Step: franking.ReceiverFrank}, o.Mode == franking.Default && d.Frank == nil && d.Agent != nil
		}),
	forget("any-suite", "does not compare the cipher suite of the Frank with that of the group", "sender-binding", franking.ReceiverSuite),
	receive("missing-agent-verified", "takes a franked message for verified where there is no franking_agent", "sender-binding", spec.Protocol06,
		func(_ franking.Options, d *franking.Delivery) (franking.Verdict, bool) {
			return verified, d.Agent == nil && d.Frank != nil
		}),
	forget("any-agent-domain", "takes a franking_agent of any domain", "sender-binding", franking.ReceiverAgentDomain),
	forget("weak-agent-key", "takes a franking_agent whose key is of small order", "sender-binding", franking.ReceiverAgentKey),
	receive("any-content", "takes the URIs out of content that is not valid", "sender-binding", spec.Protocol06,
		func(o franking.Options, d *franking.Delivery) (franking.Verdict, bool) {
			lenient := o
			lenient.Readings = map[string]string{"franking/content-validity": "readable"}
			if o.Mode == franking.Literal || len(o.Readings) > 0 || scheme(o).Verify(d).Step != franking.ReceiverContent {
				return verified, false
			}
			return scheme(lenient).Verify(d), true
		}),
	forget("integrity-not-verified", "does not verify the integrity signature", "sender-binding", franking.ReceiverIntegrity),
	forget("tag-not-compared", "does not compare the franking_tag", "sender-binding", franking.ReceiverTag),
	forget("sender-not-compared", "does not compare the sender URI with the leaf of the sender", "sender-binding", franking.ReceiverSender),
	forget("group-room-not-compared", "does not compare the room URI with the room of the group", "sender-binding", franking.ReceiverRoom),
	receive("uris-of-the-group", "takes the URIs of the group for those of the content", "sender-binding", spec.Protocol06,
		func(o franking.Options, d *franking.Delivery) (franking.Verdict, bool) {
			return verifyBut(o, d, func(f *franking.Frank, _ *franking.Claims) (*franking.Frank, []byte) {
				context, err := (&franking.Context{SenderURI: d.SenderURI, RoomURI: d.RoomURI, AcceptedTimestamp: d.Timestamp}).Append(nil, o.Draft)
				if err != nil {
					return nil, nil
				}
				return f, context
			}, franking.ReceiverSender, franking.ReceiverRoom)
		}),

	// Receivers that make a step wrong.
	receive("octets-behind-frank", "ignores octets behind the Frank", "context-integrity", spec.Protocol06,
		func(o franking.Options, d *franking.Delivery) (franking.Verdict, bool) {
			for end := len(d.Frank) - 1; end >= max(len(d.Frank)-3, 0); end-- {
				if _, err := franking.ReadFrank(d.Frank[:end], o.Draft); err == nil {
					cut := *d
					cut.Frank = d.Frank[:end]
					return scheme(o).Verify(&cut), true
				}
			}
			return verified, false
		}),
	receive("time-in-seconds", "compares the time in seconds only", "context-integrity", spec.Protocol05,
		func(o franking.Options, d *franking.Delivery) (franking.Verdict, bool) {
			rounded := *d
			rounded.Timestamp -= d.Timestamp % 1000
			verdict := scheme(o).Verify(&rounded)
			return verdict, rounded.Timestamp != d.Timestamp && verdict.OK()
		}),
	mutateFranking("uri-case-ignored", "compares URIs without regard to case", "context-integrity", spec.Protocol06, func(m *frankings) {
		m.accepts = func(o franking.Options, hub *franking.Hub, submission *franking.Submission, timestamp uint64) (*franking.Accepted, bool) {
			folded := *hub
			if !slices.ContainsFunc(hub.Participants, func(uri []byte) bool { return sameButForCase(uri, submission.SendingURI) }) {
				return nil, false
			}
			folded.Participants = append(slices.Clone(hub.Participants), submission.SendingURI)
			accepted, verdict := scheme(o).Accept(&folded, submission, timestamp)
			return accepted, verdict.OK()
		}
		m.verifies = func(o franking.Options, d *franking.Delivery) (franking.Verdict, bool) {
			claims, err := scheme(o).Claims(d.ApplicationData)
			if err != nil || !sameButForCase(claims.SenderURI, d.SenderURI) {
				return verified, false
			}
			folded := *d
			folded.SenderURI = claims.SenderURI
			return scheme(o).Verify(&folded), true
		}
	}),
	mutateFranking("frank-verified-once", "verifies each Frank once, and fails for the next receiver", "receivers-agree", spec.Protocol06, func(m *frankings) {
		seen := make(map[string]bool)
		m.verifies = func(o franking.Options, d *franking.Delivery) (franking.Verdict, bool) {
			again := seen[string(d.Frank)]
			seen[string(d.Frank)] = true
			return franking.Verdict{Outcome: franking.Failed, Step: franking.ReceiverFrank, Reason: "planted"}, again && d.Frank != nil
		}
	}),
	receive("other-reading-other-checks", "does not compare the franking_tag where it reads an ambiguity otherwise", "receivers-agree", spec.Protocol05,
		func(o franking.Options, d *franking.Delivery) (franking.Verdict, bool) {
			if len(o.Readings) == 0 || scheme(o).Verify(d).Step != franking.ReceiverTag {
				return verified, false
			}
			o.Skip = []franking.Step{franking.ReceiverTag}
			return scheme(o).Verify(d), true
		}),
	protectedBy("context-not-signed", "does not sign the context", "context-integrity",
		func(f franking.Frank, _ []byte) (franking.Frank, []byte) { return f, nil }),
	protectedBy("server-frank-not-signed", "does not sign server_frank", "context-integrity",
		func(f franking.Frank, context []byte) (franking.Frank, []byte) {
			f.ServerFrank = make([]byte, franking.MACOctets)
			return f, context
		}),

	// Clients.
	tagOver("tag-of-reencoding", "makes the franking_tag over the content encoded again", spec.Protocol05, func(c *franking.Claims, data []byte) *franking.MAC {
		again := reencoded(data)
		if again == nil {
			return nil
		}
		tag := franking.FrankingTag(c.Salt, again)
		return &tag
	}),
	tagOver("tag-without-framing", "makes the franking_tag over the content inside its framing", spec.Protocol06, func(c *franking.Claims, data []byte) *franking.MAC {
		const head = "\x18application/mimi-content\x00"
		content, framed := bytes.CutPrefix(data, []byte(head))
		if !framed {
			return nil
		}
		// The length takes as many octets as its first bits say.
		tag := franking.FrankingTag(c.Salt, content[1<<(content[0]>>6):])
		return &tag
	}),
	tagOver("tag-key-and-message-exchanged", "makes the franking_tag with the content as the key", spec.Protocol04, func(c *franking.Claims, data []byte) *franking.MAC {
		tag := franking.FrankingTag(data, c.Salt)
		return &tag
	}),
	tagOver("tag-of-first-block", "makes the franking_tag over the first 64 octets", spec.Protocol03, func(c *franking.Claims, data []byte) *franking.MAC {
		tag := franking.FrankingTag(c.Salt, data[:min(len(data), 64)])
		return &tag
	}),

	// Hubs that frank.
	forget("any-source", "does not compare sendingUri with the provider that submits", "receiver-binding", franking.HubSource),
	forget("any-participant", "does not look sendingUri up among the participants", "receiver-binding", franking.HubSender),
	forget("no-tag-franked", "franks a message that has no franking_tag", "context-integrity", franking.HubAAD),
	contextOf("context-without-lengths", "leaves out the lengths of the URIs", "context-injective", spec.Protocol06, func(c *franking.Context) []byte {
		return slices.Concat(c.SenderURI, c.RoomURI, timeOnly(c.AcceptedTimestamp))
	}),
	contextOf("context-without-room", "leaves the room out of the context", "context-injective", spec.Protocol05, func(c *franking.Context) []byte {
		return slices.Concat([]byte{byte(len(c.SenderURI))}, c.SenderURI, timeOnly(c.AcceptedTimestamp))
	}),
	contextOf("context-without-time", "leaves the time out of the context", "context-injective", spec.Protocol06, func(c *franking.Context) []byte {
		return slices.Concat([]byte{byte(len(c.SenderURI))}, c.SenderURI, c.RoomURI)
	}),
	contextOf("context-time-of-32-bits", "keeps the time in 32 bits", "context-injective", spec.Protocol05, func(c *franking.Context) []byte {
		return slices.Concat([]byte{byte(len(c.SenderURI))}, c.SenderURI, c.RoomURI, timeOnly(c.AcceptedTimestamp&0xffffffff))
	}),
	contextOf("context-little-endian", "writes the time with its last octet first", "known-answers", spec.Protocol06, func(c *franking.Context) []byte {
		return binary.LittleEndian.AppendUint64(slices.Concat([]byte{byte(len(c.SenderURI))}, c.SenderURI, []byte{byte(len(c.RoomURI))}, c.RoomURI), c.AcceptedTimestamp)
	}),
	contextOf("context-in-seconds", "counts the time in seconds", "known-answers", spec.Protocol04, func(c *franking.Context) []byte {
		return slices.Concat(c.SenderURI, c.RoomURI, timeOnly(c.AcceptedTimestamp/1000))
	}),
	contextOf("context-lengths-of-16-bits", "writes the lengths of the URIs in 16 bits", "completeness", spec.Protocol05, func(c *franking.Context) []byte {
		return slices.Concat([]byte{0, byte(len(c.SenderURI))}, c.SenderURI, []byte{0, byte(len(c.RoomURI))}, c.RoomURI, timeOnly(c.AcceptedTimestamp))
	}),
	mutateFranking("signed-without-label", "signs FrankingIntegrityTBS without a label", "completeness", spec.Protocol06, func(m *frankings) {
		m.accepts = func(o franking.Options, hub *franking.Hub, submission *franking.Submission, timestamp uint64) (*franking.Accepted, bool) {
			return m.frankAnew(o, hub, submission, timestamp, nil, func(f *franking.Frank, context []byte) ([]byte, error) {
				return hub.Suite.Sign(hub.PrivateKey, franking.AppendTBS(nil, o.Draft, f.ServerFrank, f.Suite, context))
			})
		}
	}),
	mutateFranking("time-of-fanout", "franks the time of the fanout", "completeness", spec.Protocol03, func(m *frankings) {
		m.accepts = func(o franking.Options, hub *franking.Hub, submission *franking.Submission, timestamp uint64) (*franking.Accepted, bool) {
			accepted, verdict := scheme(o).Accept(hub, submission, timestamp+7)
			if !verdict.OK() {
				return nil, false
			}
			accepted.Timestamp = timestamp
			return accepted, true
		}
	}),

	// Hubs that validate reports.
	forget("frank-not-compared", "does not compare server_frank in a report", "receiver-binding", franking.ReportFrank),
	forget("accused-not-compared", "does not compare the accused with the sender in the content", "receiver-binding", franking.ReportSender),
	forget("room-not-compared", "does not compare the room of the report with that of the content", "receiver-binding", franking.ReportRoom),
	mutateFranking("reported-check-not-verified", "does not verify the integrity check in a report", "receiver-binding", spec.Protocol03, func(m *frankings) {
		m.skips = []franking.Step{franking.ReportIntegrity}
	}),
	validate("report-of-reencoding", "encodes reported content again before it makes the franking_tag", "receiver-binding", spec.Protocol05,
		rereport(func(message *franking.AbusiveMessage) bool {
			again := reencoded(message.MessageContent)
			if again == nil {
				return false
			}
			message.MessageContent = again
			return true
		})),
	validate("reported-time-trusted", "takes a reported time of the same second for the one that it recorded", "receiver-binding", spec.Protocol06,
		rereport(func(message *franking.AbusiveMessage) bool {
			rest := message.AcceptedTimestamp % 1000
			message.AcceptedTimestamp -= rest
			return rest != 0
		})),
	validate("old-hub-keys-forgotten", "keeps the newest hub_key only", "completeness", spec.Protocol06, poorer(func(h *franking.Hub) bool {
		all := h.HubKeys
		h.HubKeys = all[len(all)-1:]
		return len(all) > 1
	})),
	validate("old-franking-keys-forgotten", "keeps the newest franking key only", "completeness", spec.Protocol04, poorer(func(h *franking.Hub) bool {
		all := h.PublicKeys
		h.PublicKeys = all[max(len(all)-1, 0):]
		return len(all) > 1
	})),
	validate("newest-secret-only", "verifies the integrity check of an old epoch with the newest secret", "completeness", spec.Protocol03, poorer(func(h *franking.Hub) bool {
		missing := h.IntegritySecret == nil
		if missing {
			h.IntegritySecret = make([]byte, 32)
		}
		return missing
	})),

	// Readers of structs.
	misread("trailing-octets-ignored", "ignores octets behind a struct", wire.TrailingOctets),
	misread("any-length-encoding", "takes a length in more octets than it needs", wire.LengthNotMinimal),
	misread("length-not-checked", "does not compare a length with what is left", wire.LengthBeyondEnd),
	misread("reserved-length", "takes a length with the reserved prefix", wire.LengthPrefix),
	misread("cut-short-is-zero", "takes what is missing at the end for zeros", wire.Truncated, wire.ElementCut, wire.LengthBeyondEnd),
	misread("components-in-any-order", "takes components in any order", wire.ElementOutOfOrder),
	misread("component-twice", "takes a component twice", wire.ElementRepeated),
	misread("any-reason-code", "takes reason codes that do not exist", wire.UnknownValue),
	misread("note-of-any-octets", "takes a note that is no UTF-8", wire.InvalidText),
	mutateFranking("report-of-05-in-06", "reads reports of protocol-06 as those of protocol-05", "codec", spec.Protocol06, func(m *frankings) {
		m.claims = func(d spec.Draft, name string) spec.Draft {
			if name == "abuse-report" {
				return spec.Protocol05
			}
			return d
		}
	}),
	mutateFranking("suite-in-04", "reads a cipher suite in the Frank of protocol-04", "codec", spec.Protocol04, func(m *frankings) {
		m.claims = func(spec.Draft, string) spec.Draft { return spec.Protocol05 }
	}),
}
