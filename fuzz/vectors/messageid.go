package vectors

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

const (
	aSender = "mimi://a.example/u/alice"
	aRoom   = "mimi://a.example/r/room"
)

// messageIDs makes known answers, URIs of special lengths and spellings, pairs
// with one ID under some drafts, and messages that must not be encoded again.
func messageIDs(c *collection) {
	knownMessageIDs(c)
	add := func(d spec.Draft, rule *spec.Rule, id, title, sender, room string, message []byte, flags ...Flag) {
		drafts := layoutOf(d)
		if d == spec.Content05 {
			id += "/" + d.String()
		}
		c.add(Vector{ID: "messageid/" + id, Rule: rule, Title: title, Flags: flags, Input: &protocol.MessageIDInput{Sender: []byte(sender), Room: []byte(room), Message: message}}, drafts)
	}
	for _, d := range []spec.Draft{spec.Content09, spec.Content05} {
		message := plainMessage(d)
		for _, n := range []int{0, 1, 23, 24, 127, 128, 255, 256, 257, 32768, 65535, 65536} {
			if d == spec.Content05 && n > 256 && n < 65536 {
				continue // it has no lengths
			}
			add(d, &messageid.RuleURILength, fmt.Sprintf("sender-length/%d", n), fmt.Sprintf("The sender URI has %d octets.", n), uriOf(aSender, n), aRoom, message, URILength)
			add(d, &messageid.RuleURILength, fmt.Sprintf("room-length/%d", n), fmt.Sprintf("The room URI has %d octets.", n), aSender, uriOf(aRoom, n), message, URILength)
		}
		for _, spelling := range []named{
			{"non-ascii", aSender + "é"}, {"decomposed", aSender + "e\u0301"}, {"emoji", aSender + "😀"}, {"percent", aSender + "%C3%A9"}, {"percent-lower", aSender + "%c3%a9"}, {"upper-case-host", "mimi://A.EXAMPLE/u/alice"},
			{"upper-case-scheme", "MIMI://a.example/u/alice"}, {"trailing-slash", aSender + "/"}, {"default-port", "mimi://a.example:443/u/alice"}, {"trailing-zero", aSender + "\x00"}, {"not-utf-8", aSender + "\xff"}, {"blank", aSender + " "}, {"dot-segments", "mimi://a.example/x/../u/alice"},
		} {
			add(d, &messageid.RuleURILengthOctets, "sender-spelling/"+spelling.name, "The sender URI is spelled so that one might want to change it: "+spelling.name+".", spelling.octets, aRoom, message, ReceivedOctets)
			add(d, &messageid.RuleURILengthOctets, "room-spelling/"+spelling.name, "The room URI is spelled so that one might want to change it: "+spelling.name+".", aSender, strings.Replace(spelling.octets, "/u/", "/r/", 1), message, ReceivedOctets)
		}
		add(d, &messageid.RuleInjective, "swapped", "The URIs have changed places.", aRoom, aSender, message, Collision)
		add(d, &messageid.RuleInjective, "same-uris", "Sender and room have the same URI.", aSender, aSender, message, Collision)
		add(d, &messageid.RuleInjective, "plain", "Nothing is special.", aSender, aRoom, message)
		add(d, &messageid.RuleInjective, "rich", "The message has each element.", aSender, aRoom, richMessage(d))
		collisions(d, message, add)
		salts(d, message, add)
	}
	for _, e := range content.Examples() {
		// The size of the message decides how many blocks the hash has.
		add(spec.Content09, nil, "example/"+slug(e.Name), fmt.Sprintf("The example %q between other URIs.", e.Name), aSender, aRoom, e.Octets, Example)
	}
	for n := range 130 {
		if n < 64 && n%8 > 0 {
			continue
		}
		add(spec.Content09, nil, fmt.Sprintf("body-length/%d", n), fmt.Sprintf("The body has %d octets: the hash input ends elsewhere in a block of SHA-256.", n), aSender, aRoom, textMessage(spec.Content09, n), Boundary)
	}
}

// uriOf pads a URI to a length in octets, or cuts it off.
func uriOf(uri string, n int) string { return (uri + strings.Repeat("a", max(0, n-len(uri))))[:n] }

func textMessage(d spec.Draft, n int) []byte {
	return encodeMessage(d, &content.Message{Salt: saltOf(d), NestedPart: content.NestedPart{
		Disposition: content.Render, Body: content.SinglePart{ContentType: "text/plain", Content: []byte(strings.Repeat("x", n))},
	}})
}

// knownMessageIDs takes the known answers in. One that is worked out elsewhere
// must be the reference's as well.
func knownMessageIDs(c *collection) {
	for _, d := range protocol.MessageIDCompute.Drafts().List() {
		for _, known := range corpus.KnownAnswers(d) {
			input := &protocol.MessageIDInput{Sender: known.Sender, Room: known.Room, Message: known.Message}
			v := Vector{
				ID: fmt.Sprintf("messageid/known/%s/%s", slug(known.Name), fingerprint(input)), Title: fmt.Sprintf("The message %q with an ID %s.", known.Name, known.Source),
				Flags: []Flag{KnownAnswer}, Input: input, claims: []claim{{draft: d, accepted: true, messageID: known.MessageID}},
			}
			// content-06 prints IDs that hash the sender twice and the room not at all.
			if id, err := messageid.Compute(d, messageid.SHA256, &messageid.Input{Sender: known.Sender, Room: known.Room, Message: known.Message}); err == nil &&
				d == spec.Content06 && !bytes.Equal(id[:], known.MessageID) {
				v.ID, v.Title = v.ID+"/erratum", fmt.Sprintf("The message %q, of which %s prints another ID than its text gives: its steps have that.", known.Name, d)
				v.Flags, v.Steps, v.claims = []Flag{Erratum}, map[string][]byte{"printedMessageId": known.MessageID}, nil
			}
			c.add(v, spec.DraftsOf(d))
		}
	}
}

type addMessageID func(d spec.Draft, rule *spec.Rule, id, title, sender, room string, message []byte, flags ...Flag)

// collisions makes inputs that have the same octets one behind the other.
func collisions(d spec.Draft, message []byte, add addMessageID) {
	const first, second = "mimi://a.example/u/a", "mimi://a.example/r/a"
	both := first + second + second
	for _, cut := range []int{len(first), len(first + second), 0, 1, len(both) - 1, len(both)} {
		add(d, &messageid.RuleInjective, fmt.Sprintf("boundary/%d", cut), fmt.Sprintf("Of the same %d octets the first %d are the sender URI.", len(both), cut), both[:cut], both[cut:], message, Collision)
	}
	// The end of the room URI is the begin of a message.
	add(d, &messageid.RuleInjective, "message-in-room", "The room URI ends with the octets of a message.", first, second+string(message), message, Collision)
	add(d, &messageid.RuleInjective, "length-in-sender", "The sender URI ends with what might be the length of the room URI.", first+"\x00\x14", second, message, Collision)
}

// salts makes messages whose salt is not where, or not what, one expects.
func salts(d spec.Draft, message []byte, add addMessageID) {
	salt := place(d, message, "salt")
	octets := message[salt.content:salt.end]
	n := uint64(len(octets))
	for _, s := range []named{
		{"long-head-1", string(head(majorBytes, n, 1)) + string(octets)}, {"long-head-2", string(head(majorBytes, n, 2)) + string(octets)}, {"long-head-8", string(head(majorBytes, n, 8)) + string(octets)},
		{"two-chunks", "\x5f\x41" + string(octets[:1]) + string(encoded(majorBytes, octets[1:])) + "\xff"}, {"one-chunk", "\x5f" + string(message[salt.start:salt.end]) + "\xff"}, {"no-chunks", "\x5f\xff"},
		{"empty", "\x40"}, {"one-octet", "\x41\xa0"}, {"one-octet-less", string(encoded(majorBytes, octets[1:]))}, {"one-octet-more", string(encoded(majorBytes, append(slices.Clone(octets), 0)))},
		{"text", string(encoded(majorText, strings.Repeat("s", int(n))))}, {"null", "\xf6"}, {"tagged", "\xc1" + string(message[salt.start:salt.end])}, {"zeros", string(encoded(majorBytes, make([]byte, n)))},
		{"longer-than-the-message", "\x59\xff\xff" + string(octets)}, {"array", "\x80"},
	} {
		if string(salt.with(message, []byte(s.octets)...)) == string(message) {
			continue
		}
		add(d, &messageid.RuleSalt, "salt/"+s.name, "The salt is special: "+s.name+".", aSender, aRoom, salt.with(message, []byte(s.octets)...), ReceivedOctets)
	}
	body := message[1:]
	for _, m := range []named{
		{"long-head-1", string(head(majorArray, uint64(message[0]&31), 1)) + string(body)}, {"long-head-2", string(head(majorArray, uint64(message[0]&31), 2)) + string(body)}, {"endless", "\x9f" + string(body) + "\xff"},
		{"empty", ""}, {"array-cut", string(message[:1])}, {"empty-array", "\x80"}, {"map", "\xa1\x50" + string(body)}, {"trailing", string(message) + "\x00"}, {"twice", string(message) + string(message)}, {"cut", string(message[:len(message)-1])}, {"tagged", "\xd9\xd9\xf7" + string(message)},
		{"text", "\x65hello"}, {"reserved", "\x9c" + string(body)}, {"map-out-of-order", string(withElement(d, "extensions", []byte("\xa2\x61b\x00\x61a\x00")...))},
	} {
		add(d, &messageid.RuleReceivedOctets, "message/"+m.name, "The message is one that a library would encode otherwise, or is none: "+m.name+".", aSender, aRoom, []byte(m.octets), ReceivedOctets)
	}
}
