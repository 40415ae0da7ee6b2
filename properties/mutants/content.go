package mutants

import (
	"bytes"
	"encoding/binary"
	"errors"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// contents decodes content step by step. Each step can be replaced by a faulty
// one.
type contents struct {
	properties.Reference
	reached func()

	// claims replaces the draft asked for.
	claims func(spec.Draft) spec.Draft
	// overlooks holds the rules that are not checked, overlooksIn in which
	// messages; none is all.
	overlooks   []string
	overlooksIn func(message []byte, violations spec.Violations) bool
	// reads changes the octets before they are read; false leaves them.
	reads func(d spec.Draft, message []byte) ([]byte, bool)
	// refuses is an additional rule; true refuses.
	refuses func(*content.Message) bool
	// names holds the rules that it refuses for; it may be none.
	names []string
	// decodes changes what was decoded; false leaves it.
	decodes func(*content.Message) bool
	// writes changes what was encoded again; false leaves it.
	writes func(message []byte) ([]byte, bool)
	// recalls changes what is known of a message; false leaves it.
	recalls func(*content.Context) bool
	// paths changes the paths of the parts; false leaves them.
	paths func([]string) ([]string, bool)
}

func (*contents) Name() string { return "mutant" }

var errRefused = errors.New("refused")

func (m *contents) DecodeContent(d spec.Draft, message []byte) ([]byte, error) {
	if m.claims != nil {
		m.reached()
		d = m.claims(d)
	}
	if m.reads != nil {
		if changed, ok := m.reads(d, message); ok {
			m.reached()
			message = changed
		}
	}
	decoded, err := content.Decode(message, d)
	var violations spec.Violations
	if errors.As(err, &violations) && len(m.overlooks) > 0 && (m.overlooksIn == nil || m.overlooksIn(message, violations)) {
		seen := slices.DeleteFunc(slices.Clone(violations), func(v spec.Violation) bool { return slices.Contains(m.overlooks, v.Rule.ID) })
		if len(seen) < len(violations) {
			m.reached()
			for _, v := range seen {
				if v.Rule.Level != spec.Should {
					return nil, seen
				}
			}
			return bytes.Clone(message), nil
		}
	}
	if err != nil {
		return nil, err
	}
	if m.refuses != nil && m.refuses(decoded) {
		m.reached()
		return nil, &properties.Rejection{Rules: m.names}
	}
	if m.decodes != nil && m.decodes(decoded) {
		m.reached()
	}
	again, err := content.Encode(decoded, d)
	if err != nil {
		return nil, err
	}
	if m.writes != nil {
		if changed, ok := m.writes(again); ok {
			m.reached()
			return changed, nil
		}
	}
	return again, nil
}

func (m *contents) PartPaths(d spec.Draft, message []byte) ([]string, error) {
	paths, err := m.Reference.PartPaths(d, message)
	if m.paths == nil || err != nil {
		return paths, err
	}
	changed, ok := m.paths(paths)
	if ok {
		m.reached()
	}
	return changed, nil
}

func (m *contents) JudgeInContext(c *content.Case) ([]string, error) {
	if m.recalls == nil {
		return m.Reference.JudgeInContext(c)
	}
	own := *c
	own.Context.History = slices.Clone(c.Context.History)
	if m.recalls(&own.Context) {
		m.reached()
	}
	return m.Reference.JudgeInContext(&own)
}

// recall plants a receiver that knows something else than it was told.
func recall(id, fault string, d spec.Draft, recalls func(*content.Context) bool) *Mutant {
	return mutateContent(id, fault, "one-rule-broken-in-context", d, func(m *contents) { m.recalls = recalls })
}

func mutateContent(id, fault, property string, d spec.Draft, fill func(*contents)) *Mutant {
	return &Mutant{ID: "content/" + id, Fault: fault, Property: "content/" + property, Draft: d,
		plant: func(reached func()) properties.Implementation {
			m := &contents{reached: reached}
			fill(m)
			return m
		}}
}

// overlook plants a parser that does not check some rules.
func overlook(id, fault, property string, rules ...string) *Mutant {
	return overlookUnder(spec.Content09, id, fault, property, rules...)
}

func overlookUnder(d spec.Draft, id, fault, property string, rules ...string) *Mutant {
	mutant := mutateContent(id, fault, property, d, func(m *contents) { m.overlooks = rules })
	mutant.Rules = rules
	return mutant
}

// tolerate plants a decoder that accepts what breaks only some rules on the
// encoding, the first among them, which content-07 does not have, and writes it
// by the rules.
func tolerate(id, fault string, rules ...string) *Mutant {
	mutant := mutateContent(id, fault, "canonical", spec.Content09, func(m *contents) {
		m.reads = func(d spec.Draft, message []byte) ([]byte, bool) {
			_, err := content.Decode(message, d)
			var violations spec.Violations
			if !errors.As(err, &violations) || slices.ContainsFunc(violations, func(v spec.Violation) bool {
				return v.Rule.Level != spec.Should && !slices.Contains(rules, v.Rule.ID)
			}) {
				return nil, false
			}
			if ids, _ := properties.BrokenRules(err); !slices.Contains(ids, rules[0]) {
				return nil, false
			}
			decoded, err := content.Decode(message, spec.Content07)
			if err != nil {
				return nil, false
			}
			again, err := content.Encode(decoded, spec.Content07)
			return again, err == nil
		}
	})
	mutant.Rules = rules
	return mutant
}

// change plants a decoder that reads something else than was written.
func change(id, fault string, decodes func(*content.Message) bool) *Mutant {
	return mutateContent(id, fault, "round-trip", spec.Content09, func(m *contents) { m.decodes = decodes })
}

// refuse plants a decoder with a rule of its own.
func refuse(id, fault, property string, refuses func(*content.Message) bool) *Mutant {
	return mutateContent(id, fault, property, spec.Content09, func(m *contents) { m.refuses = refuses })
}

// values changes the value of each extension; nil leaves it.
func values(changed func(value []byte) []byte) func(*content.Message) bool {
	return func(m *content.Message) bool {
		any := false
		for i := range m.Extensions {
			if value := changed(m.Extensions[i].Value); value != nil {
				m.Extensions[i].Value, any = value, true
			}
		}
		return any
	}
}

// parts changes the body of each part; nil leaves it.
func parts(changed func(content.Body) content.Body) func(*content.Message) bool {
	var walk func(p *content.NestedPart) bool
	walk = func(p *content.NestedPart) bool {
		any := false
		if multi, ok := p.Body.(content.MultiPart); ok {
			for i := range multi.Parts {
				any = walk(&multi.Parts[i]) || any
			}
		}
		if body := changed(p.Body); body != nil {
			p.Body, any = body, true
		}
		return any
	}
	return func(m *content.Message) bool { return walk(&m.NestedPart) }
}

// externals changes each external part; false leaves it.
func externals(changed func(*content.ExternalPart) bool) func(*content.Message) bool {
	return parts(func(b content.Body) content.Body {
		if external, ok := b.(content.ExternalPart); ok && changed(&external) {
			return external
		}
		return nil
	})
}

// walkParts reports whether a condition is true of a part.
func walkParts(m *content.Message, is func(*content.NestedPart) bool) bool {
	return slices.ContainsFunc(m.Parts(), func(p content.Part) bool { return is(p.Part) })
}

var contentMutants = []*Mutant{
	// What is not checked.
	overlook("salt-length-unchecked", "takes a salt of any length", "one-rule-broken", "content/salt-length"),
	overlook("salt-of-any-type", "takes a text for a salt", "one-rule-broken", "content/salt-type"),
	overlook("trailing-ignored", "ignores octets behind the message", "extension-by-octets-rejected", "content/enc-trailing", "content/enc-wellformed"),
	overlook("tagged-message", "skips a tag before the message", "one-rule-broken", "content/top-untagged"),
	overlook("map-unsorted", "accepts an unsorted map", "one-rule-broken", "content/enc-map-order"),
	overlook("nested-map-unsorted", "checks the order of keys in the outermost map only", "one-rule-broken", "content/enc-map-order-nested"),
	overlook("length-first-order", "accepts the older order that puts shorter keys first", "one-rule-broken", "content/enc-map-order-not-length-first"),
	overlook("key-twice", "takes the last of two equal keys", "one-rule-broken", "content/ext-key-duplicate"),
	overlook("nested-key-twice", "takes the last of two equal keys in a nested map", "one-rule-broken", "content/enc-nested-duplicate"),
	overlook("indefinite-array", "accepts an array of indefinite length", "one-rule-broken", "content/enc-indefinite"),
	overlook("indefinite-map", "accepts a map of indefinite length", "one-rule-broken", "content/enc-indefinite-1"),
	overlook("indefinite-octets", "joins the chunks of a byte string", "one-rule-broken", "content/enc-indefinite-2"),
	overlook("indefinite-text", "joins the chunks of a text", "one-rule-broken", "content/enc-indefinite-3"),
	overlook("long-integer", "accepts integers with longer heads than needed", "one-rule-broken", "content/enc-shortest-int", "content/enc-shortest-int-1", "content/enc-shortest-int-2"),
	overlook("long-integer-of-8", "accepts a 64-bit head for a 32-bit integer", "one-rule-broken", "content/enc-shortest-int-4"),
	overlook("long-length", "accepts lengths with longer heads than needed", "one-rule-broken", "content/enc-shortest-length-1", "content/enc-shortest-length-2"),
	overlook("long-float", "accepts doubles where half precision is enough", "one-rule-broken", "content/enc-shortest-float-double"),
	overlook("long-float-of-4", "accepts singles where half precision is enough", "second-opinion", "content/enc-shortest-float"),
	overlook("small-bignum", "accepts bignums that are plain integers", "one-rule-broken", "content/enc-bignum-reduce"),
	overlook("utf8-unchecked", "does not check text for UTF-8", "one-rule-broken", "content/enc-utf8"),
	overlook("utf8-overlong", "decodes characters from more octets than they need", "one-rule-broken", "content/enc-utf8-overlong"),
	overlook("utf8-surrogates", "decodes surrogates", "one-rule-broken", "content/enc-utf8-surrogate"),
	overlook("message-id-of-any-length", "takes a message ID of any length", "one-rule-broken", "content/msgid-size"),
	overlook("key-of-any-type", "accepts extension keys of any type", "one-rule-broken", "content/ext-key-type"),
	overlook("key-without-range", "accepts integer keys beyond 2^53", "one-rule-broken", "content/ext-key-int-range"),
	overlook("key-text-without-limit", "accepts text keys of any length", "one-rule-broken", "content/ext-key-text-length"),
	overlook("any-nan", "accepts every pattern of NaN", "one-rule-broken", "content/ext-nan"),
	overlook("content-as-text", "accepts a text for content", "one-rule-broken", "content/single-content-bstr"),
	overlook("tagged-url", "skips the tag of a URL", "one-rule-broken", "content/external-url-tagged"),
	overlook("single-part-in-multi", "accepts a multi part of one part", "one-rule-broken", "content/multi-min-two"),
	overlook("null-part-anywhere", "accepts null parts among others", "one-rule-broken", "content/nullpart-nested"),
	overlook("time-of-64-bits", "reads a time of 64 bits", "one-rule-broken", "content/expires-time-u32"),
	overlook("semantics-unchecked", "takes unknown semantics for process-all", "one-rule-broken", "content/multi-semantics"),
	overlookUnder(spec.Content04, "part-indexes-unread", "does not compare the part indexes of content-04 with the order of the parts", "one-rule-broken", "content/part-index-04"),
	overlook("recursion-without-limit", "reads parts however deep", "depth-and-count-limits", "content/part-depth"),
	overlook("extension-recursion-without-limit", "reads extensions however deep", "depth-and-count-limits", "content/ext-depth", "content/ext-depth-tags"),
	overlook("parts-without-limit", "reads any number of parts", "depth-and-count-limits", "content/part-count"),
	overlook("surplus-part-element", "ignores surplus elements of a single part", "cases", "content/singlepart-arity"),

	// What is read from the octets.
	mutateContent("surplus-as-next-field", "reads a surplus element of an array as the next field of the message", "canonical", spec.Content09, func(m *contents) {
		m.reads = func(d spec.Draft, message []byte) ([]byte, bool) {
			if len(message) == 0 || message[0] != 0x86 { // one element is where it should not be
				return nil, false
			}
			for i, o := range message {
				if o != 0x83 {
					continue
				}
				moved := bytes.Clone(message)
				moved[0], moved[i] = 0x87, 0x82
				if _, err := content.Decode(moved, d); err == nil {
					return moved, true
				}
			}
			return nil, false
		}
	}),
	mutateContent("count-in-the-next-octet", "reads the count of the outermost array from the next octet, whatever it is", "canonical", spec.Content09, func(m *contents) {
		m.reads = func(_ spec.Draft, message []byte) ([]byte, bool) {
			if len(message) < 2 || message[0] != 0x98 {
				return nil, false
			}
			return append([]byte{0x80 | message[1]&31}, message[2:]...), true
		}
	}),
	tolerate("map-sorted-on-reading", "accepts an unsorted map, and sorts it", "content/enc-map-order", "content/enc-map-order-mixed",
		"content/enc-map-order-nested", "content/enc-map-order-not-length-first"),
	tolerate("indefinite-closed-on-reading", "accepts what has no length, and gives it one", "content/enc-indefinite", "content/enc-indefinite-1",
		"content/enc-indefinite-2", "content/enc-indefinite-3", "content/enc-indefinite-4", "content/enc-indefinite-5"),
	tolerate("text-chunks-unchecked", "joins the chunks of a text, and checks the UTF-8 of the whole", "content/enc-utf8", "content/enc-indefinite-3"),
	mutateContent("rest-unread", "stops reading at the end of the message", "extension-by-octets-rejected", spec.Content09, func(m *contents) {
		m.reads = func(d spec.Draft, message []byte) ([]byte, bool) {
			_, err := content.Decode(message, d)
			var violations spec.Violations
			if errors.As(err, &violations) {
				for _, v := range violations {
					if v.Rule.ID == "content/enc-trailing" {
						return message[:v.Offset], true
					}
				}
			}
			return nil, false
		}
	}),
	mutateContent("salt-cut", "takes the first 16 octets of a longer salt", "one-rule-broken", spec.Content09, func(m *contents) {
		m.reads = func(_ spec.Draft, message []byte) ([]byte, bool) {
			const salt = 1 // behind the head of the message
			if len(message) < 2+17 || message[salt] <= 0x50 || message[salt] > 0x57 {
				return nil, false
			}
			behind := salt + 1 + int(message[salt]&31)
			if len(message) < behind {
				return nil, false
			}
			return slices.Concat(message[:salt], []byte{0x50}, message[salt+1:salt+17], message[behind:]), true
		}
	}),
	mutateContent("node-for-each-level", "keeps 64 octets for each container, however deep", "bounded-memory", spec.Content09, func(m *contents) {
		m.reads = func(_ spec.Draft, message []byte) ([]byte, bool) {
			var nodes [][]byte
			for _, o := range message {
				if o>>5 == 4 || o>>5 == 5 { // octets of strings count as well
					nodes = append(nodes, make([]byte, 64))
				}
			}
			runtime.KeepAlive(nodes)
			return message, nodes != nil
		}
	}),
	mutateContent("undefined-as-null-in-fields", "reads undefined as null", "cases", spec.Content09, func(m *contents) {
		m.reads = func(_ spec.Draft, message []byte) ([]byte, bool) {
			const replaces = 18 // behind the heads of the message and the salt
			if len(message) <= replaces || message[replaces] != 0xf7 {
				return nil, false
			}
			changed := bytes.Clone(message)
			changed[replaces] = 0xf6
			return changed, true
		}
	}),
	mutateContent("truncated-is-padded", "reads a cut-off byte string at the end as if zeros followed", "prefixes-rejected", spec.Content09, func(m *contents) {
		m.reads = func(d spec.Draft, message []byte) ([]byte, bool) {
			if _, err := content.Decode(message, d); err == nil {
				return nil, false
			}
			padded := append(bytes.Clone(message), 0)
			_, err := content.Decode(padded, d)
			return padded, err == nil
		}
	}),
	mutateContent("missing-end-is-empty", "takes a missing last field for an empty one", "prefixes-rejected", spec.Content09, func(m *contents) {
		m.reads = func(d spec.Draft, message []byte) ([]byte, bool) {
			filled := append(bytes.Clone(message), 0x40)
			_, err := content.Decode(filled, d)
			return filled, err == nil
		}
	}),
	mutateContent("length-trusted", "allocates what a length announces before it is read", "bounded-memory", spec.Content09, func(m *contents) {
		m.reads = func(_ spec.Draft, message []byte) ([]byte, bool) {
			for i := 0; i+5 <= len(message); i++ {
				if message[i] != 0x5a && message[i] != 0x7a && message[i] != 0x9a && message[i] != 0xba {
					continue
				}
				if n := binary.BigEndian.Uint32(message[i+1:]); n > 1<<20 {
					runtime.KeepAlive(make([]byte, min(n, 1<<23)))
					return message, true
				}
			}
			return nil, false
		}
	}),
	mutateContent("draft-07-as-08", "reads content-08 as content-07, in any encoding", "canonical", spec.Content08,
		func(m *contents) { m.claims = func(spec.Draft) spec.Draft { return spec.Content07 } }),
	mutateContent("draft-08-as-07", "reads content-07 by the rules of content-08", "one-rule-broken", spec.Content07,
		func(m *contents) { m.claims = func(spec.Draft) spec.Draft { return spec.Content08 } }),
	overlook("malformed-is-skipped", "takes what is not well-formed behind the first fields for nothing", "second-opinion", "content/enc-wellformed"),

	// What is decoded.
	change("large-integer-negative", "reads integers of 2^63 and more as negative", values(func(v []byte) []byte {
		if len(v) == 9 && v[0] == 0x1b && v[1] >= 0x80 {
			return binary.BigEndian.AppendUint64([]byte{0x3b}, ^binary.BigEndian.Uint64(v[1:]))
		}
		return nil
	})),
	change("integer-as-double", "keeps integers as doubles", values(func(v []byte) []byte {
		if len(v) == 9 && v[0] == 0x1b {
			if n := binary.BigEndian.Uint64(v[1:]); uint64(float64(n/2))*2 != n {
				return binary.BigEndian.AppendUint64([]byte{0x1b}, n&^0x7ff)
			}
		}
		return nil
	})),
	change("tag-dropped", "drops tags", values(func(v []byte) []byte {
		if len(v) > 3 && v[0] == 0xd9 {
			return v[3:]
		}
		return nil
	})),
	change("undefined-as-null", "reads undefined as null", values(func(v []byte) []byte {
		if v[0] == 0xf7 {
			return []byte{0xf6}
		}
		return nil
	})),
	change("simple-as-integer", "reads simple values as integers", values(func(v []byte) []byte {
		if v[0] == 0xe0 {
			return []byte{0}
		}
		return nil
	})),
	change("float-as-integer", "reads whole floats as integers", values(func(v []byte) []byte {
		if bytes.Equal(v, []byte("\xf9\x3c\x00")) {
			return []byte{1}
		}
		return nil
	})),
	change("octets-as-text", "keeps byte strings as text", values(func(v []byte) []byte {
		if v[0]>>5 == 2 {
			return append([]byte{v[0] | 0x20}, v[1:]...)
		}
		return nil
	})),
	change("text-folded", "writes characters outside ASCII as question marks", values(func(v []byte) []byte {
		if v[0]>>5 == 3 && bytes.ContainsRune(v, 'é') {
			return bytes.ReplaceAll(v, []byte("é"), []byte("??"))
		}
		return nil
	})),
	change("empty-array-takes-neighbour", "reads the entry behind an empty array as its element", func(m *content.Message) bool {
		for i := 0; i+1 < len(m.Extensions); i++ {
			if bytes.Equal(m.Extensions[i].Value, []byte{0x80}) {
				m.Extensions[i].Value = append([]byte{0x81}, m.Extensions[i+1].Value...)
				m.Extensions = slices.Delete(m.Extensions, i+1, i+2)
				return true
			}
		}
		return false
	}),
	change("empty-map-takes-neighbour", "reads the entry behind an empty map as its entry", func(m *content.Message) bool {
		for i := 0; i+1 < len(m.Extensions); i++ {
			next := m.Extensions[i+1]
			if bytes.Equal(m.Extensions[i].Value, []byte{0xa0}) && next.Key.Kind == content.TextKey {
				m.Extensions[i].Value = slices.Concat([]byte{0xa1, 0x60 | byte(len(next.Key.Text))}, []byte(next.Key.Text), next.Value)
				m.Extensions = slices.Delete(m.Extensions, i+1, i+2)
				return true
			}
		}
		return false
	}),
	change("keys-as-text", "compares keys as text, and takes the later of an integer and the text of its digits", func(m *content.Message) bool {
		text := func(k content.Key) string {
			switch k.Kind {
			case content.UnsignedKey:
				return strconv.FormatUint(k.Number, 10)
			case content.NegativeKey:
				return "-" + strconv.FormatUint(k.Number+1, 10)
			}
			return k.Text
		}
		for i := range m.Extensions {
			for _, later := range m.Extensions[i+1:] {
				if text(later.Key) == text(m.Extensions[i].Key) {
					m.Extensions = slices.Delete(m.Extensions, i, i+1)
					return true
				}
			}
		}
		return false
	}),
	change("negative-key-sign", "loses the sign of keys", func(m *content.Message) bool {
		for i := range m.Extensions {
			if k := &m.Extensions[i].Key; k.Kind == content.NegativeKey {
				k.Kind = content.UnsignedKey
				return true
			}
		}
		return false
	}),
	change("relative-lost", "reads a relative expiry as an absolute one", func(m *content.Message) bool {
		if m.Expires == nil || !m.Expires.Relative {
			return false
		}
		m.Expires.Relative = false
		return true
	}),
	mutateContent("reply-hash-lost", "drops the hash that content-04 has beside the message replied to", "round-trip", spec.Content04, func(m *contents) {
		m.decodes = func(m *content.Message) bool {
			if m.ReplyHash == nil || len(m.ReplyHash.Hash) == 0 {
				return false
			}
			m.ReplyHash.Hash = nil
			return true
		}
	}),
	change("time-signed", "reads a time of 2^31 and more as negative, and clamps it", func(m *content.Message) bool {
		if m.Expires == nil || m.Expires.Seconds < 1<<31 {
			return false
		}
		m.Expires.Seconds = 0
		return true
	}),
	change("size-of-32-bits", "keeps the size of an external part in 32 bits", externals(func(p *content.ExternalPart) bool {
		large := p.Size > 1<<32-1
		p.Size &= 1<<32 - 1
		return large
	})),
	change("file-name-lost", "drops the file name of an external part", externals(func(p *content.ExternalPart) bool {
		had := p.Filename != ""
		p.Filename = ""
		return had
	})),
	change("key-and-nonce-swapped", "reads the nonce as the key", externals(func(p *content.ExternalPart) bool {
		p.Key, p.Nonce = p.Nonce, p.Key
		return len(p.Key) > 0
	})),
	change("length-in-one-octet", "reads the length of content modulo 256", parts(func(b content.Body) content.Body {
		if single, ok := b.(content.SinglePart); ok && len(single.Content) > 255 {
			single.Content = single.Content[:len(single.Content)&255]
			return single
		}
		return nil
	})),
	change("last-part-lost", "loses the last part of more than three", parts(func(b content.Body) content.Body {
		if multi, ok := b.(content.MultiPart); ok && len(multi.Parts) > 3 {
			multi.Parts = multi.Parts[:3]
			return multi
		}
		return nil
	})),
	change("content-type-lower-case", "writes parameters of content types in lower case", parts(func(b content.Body) content.Body {
		if single, ok := b.(content.SinglePart); ok && strings.ToLower(single.ContentType) != single.ContentType {
			single.ContentType = strings.ToLower(single.ContentType)
			return single
		}
		return nil
	})),

	// What is known besides the octets.
	recall("clock-in-seconds", "takes seconds of the clock for milliseconds", spec.Content09, func(c *content.Context) bool {
		c.NowMs /= 1000
		return c.NowMs != 0
	}),
	recall("replies-to-the-last-only", "looks for loops of replies in the last two messages only", spec.Content09, func(c *content.Context) bool {
		long := len(c.History) > 2
		c.History = c.History[max(0, len(c.History)-2):]
		return long
	}),
	recall("senders-not-compared", "lets any member edit a message", spec.Content07, func(c *content.Context) bool {
		changed := false
		for i := range c.History {
			changed = changed || c.History[i].Sender != c.Sender
			c.History[i].Sender = c.Sender
		}
		return changed
	}),
	recall("room-unread", "does not ask when a room was created", spec.Content04, func(c *content.Context) bool {
		if c.Delivery == nil || c.Delivery.RoomCreatedMs == 0 {
			return false
		}
		delivery := *c.Delivery
		delivery.RoomCreatedMs = 0
		c.Delivery = &delivery
		return true
	}),

	// What is refused, and what is made of it.
	refuse("disposition-unknown-refused", "refuses dispositions that it does not know", "legitimate-oddities", func(m *content.Message) bool {
		return walkParts(m, func(p *content.NestedPart) bool { return p.Disposition > content.Preview })
	}),
	refuse("undefined-refused", "refuses undefined in extensions", "legitimate-oddities", func(m *content.Message) bool {
		return slices.ContainsFunc(m.Extensions, func(e content.Extension) bool { return e.Value[0] == 0xf7 })
	}),
	refuse("large-value-refused", "keeps the limit on extension values of content-07", "legitimate-oddities", func(m *content.Message) bool {
		return slices.ContainsFunc(m.Extensions, func(e content.Extension) bool { return len(e.Value) > 4096 })
	}),
	mutateContent("half-float-called-long", "takes floats of half precision for too long", "second-opinion", spec.Content09, func(m *contents) {
		m.names = []string{"content/enc-shortest-float"}
		m.refuses = func(m *content.Message) bool {
			return slices.ContainsFunc(m.Extensions, func(e content.Extension) bool { return e.Value[0] == 0xf9 })
		}
	}),
	mutateContent("values-through-a-library", "decodes extension values with a library that takes no key twice", "reencoding-accepted", spec.Content07, func(m *contents) {
		m.refuses = func(m *content.Message) bool {
			return slices.ContainsFunc(m.Extensions, func(e content.Extension) bool {
				_, err := content.DecodeValue(e.Value)
				return err != nil
			})
		}
	}),
	mutateContent("own-encoding-cut", "writes 16 octets of a content type and the length of all", "reencoding-accepted", spec.Content06, func(m *contents) {
		m.writes = func(message []byte) ([]byte, bool) {
			at := bytes.Index(message, []byte("\x78\x1etext/markdown"))
			if at < 0 {
				return nil, false
			}
			return slices.Delete(bytes.Clone(message), at+2+16, at+2+30), true
		}
	}),
	refuse("limit-of-parts-off-by-one", "refuses 1024 parts", "depth-and-count-limits", func(m *content.Message) bool { return len(m.Parts()) >= 1024 }),
	mutateContent("id-of-another-encoding", "writes the outermost array with a longer head", "id-of-reencoding", spec.Content09, func(m *contents) {
		m.writes = func(message []byte) ([]byte, bool) {
			return append([]byte{0x98, message[0] & 31}, message[1:]...), true
		}
	}),
	mutateContent("multi-parts-not-counted", "numbers only the parts that hold no others", "part-index-bijection", spec.Content09, func(m *contents) {
		m.paths = func(paths []string) ([]string, bool) { return paths[1:], true }
	}),
	mutateContent("breadth-first-index", "numbers the parts level by level", "part-index-bijection", spec.Content09, func(m *contents) {
		m.paths = func(paths []string) ([]string, bool) {
			sorted := slices.Clone(paths)
			slices.SortStableFunc(sorted, func(a, b string) int { return strings.Count(a, ".") - strings.Count(b, ".") })
			return sorted, !slices.Equal(sorted, paths)
		}
	}),
}
