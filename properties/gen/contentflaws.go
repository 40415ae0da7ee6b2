package gen

import (
	"encoding/binary"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Broken is a message that breaks exactly one rule.
type Broken struct {
	Rule   string `json:"rule"`
	Octets []byte `json:"octets"`
}

// flaw is one way to break a rule: an item of a valid message is replaced.
type flaw struct {
	rule   string
	at     place
	with   func(w *contentWriter, item []byte) []byte
	drafts spec.Drafts // where nothing else is broken; all if zero
}

// as replaces an item by fixed octets.
func as(octets string) func(*contentWriter, []byte) []byte {
	return func(*contentWriter, []byte) []byte { return []byte(octets) }
}

// oneOf replaces an item by one of several octets.
func oneOf(choices ...string) func(*contentWriter, []byte) []byte {
	return func(w *contentWriter, _ []byte) []byte { return []byte(choices[w.t.Choose(len(choices))]) }
}

// joined puts octets around an item.
func joined(before, behind string) func(*contentWriter, []byte) []byte {
	return func(_ *contentWriter, item []byte) []byte { return []byte(before + string(item) + behind) }
}

// head replaces the first octet of an item.
func head(first string, behind string) func(*contentWriter, []byte) []byte {
	return func(_ *contentWriter, item []byte) []byte { return []byte(first + string(item[1:]) + behind) }
}

// Heads and ends of external parts, around the key and the nonce.
const (
	plain     = "\x8f\x01\x60\x02\x63a/b\x73https://a.example/b\x00\x00\x00"
	encrypted = "\x8f\x01\x60\x02\x63a/b\x73https://a.example/b\x00\x00\x01"
	unhashed  = "\x40\x00\x40\x60\x60"
)

var id31 = "\x58\x1f\x01" + strings.Repeat("\x00", 30)

// flaws holds ways to break rules and nothing else.
var flaws = []flaw{
	{rule: "content/salt-length", at: placeSalt, with: saltOfLength},
	{rule: "content/salt-type", at: placeSalt, with: oneOf("\x70aaaaaaaaaaaaaaaa", "\xf6", "\x00")},
	{rule: "content/top-array", at: placeTop, with: surplus},
	{rule: "content/top-array", at: placeTop, with: as("\xa0")},
	{rule: "content/top-untagged", at: placeTop, with: joined("\xd9\xd9\xf7", "")},
	{rule: "content/msgid-size", at: placeReplaces, with: oneOf(id31, "\x58\x21"+strings.Repeat("\x01", 33))},
	{rule: "content/msgid-size", at: placeReply, with: as(id31)},
	{rule: "content/replaces-type", at: placeReplaces, with: oneOf("\xf7", "\x00", "\x60", "\xf4")},
	{rule: "content/inreplyto-type", at: placeReply, with: oneOf("\xf7", "\x80", "\x00", "\xf4")},
	{rule: "content/topicid-type", at: placeTopic, with: oneOf("\xf6", "\x60", "\x00")},
	{rule: "content/topicid-max", at: placeTopic, with: func(w *contentWriter, _ []byte) []byte {
		return appendString(nil, majorBytes, strings.Repeat("t", 4097))
	}},
	{rule: "content/expires-shape", at: placeExpires, with: oneOf("\x00", "\x80", "\x81\xf4", "\xf7", "\x83\xf4\x00\x00")},
	{rule: "content/expires-relative-bool", at: placeExpires, with: oneOf("\x82\x00\x00", "\x82\xf6\x00", "\x82\xf7\x00")},
	{rule: "content/expires-time-u32", at: placeExpires, with: oneOf("\x82\xf4\x1b\x00\x00\x00\x01\x00\x00\x00\x00", "\x82\xf4\x20", "\x82\xf4\x60", "\x82\xf4\xf6")},
	{rule: "content/msgid-first-octet-known", at: placeReplaces, with: as("\x58\x20\x40" + strings.Repeat("\x00", 31))},
	{rule: "content/msgid-first-octet-known-reply", at: placeReply, with: as("\x58\x20\x40" + strings.Repeat("\x00", 31))},

	{rule: "content/extensions-map", at: placeExtensions, with: oneOf("\xf6", "\x80", "\xf7")},
	{rule: "content/ext-key-type", at: placeExtensions, with: oneOf("\xa1\xf5\x00", "\xa1\x41a\x00", "\xa1\xf6\x00")},
	{rule: "content/ext-key-text-length", at: placeExtensions, with: as("\xa1\x79\x01\x00" + strings.Repeat("k", 256) + "\x00")},
	{rule: "content/ext-key-text-empty", at: placeExtensions, with: as("\xa1\x60\x00")},
	{rule: "content/ext-key-int-range", at: placeExtensions, with: oneOf("\xa1\x1b\x00\x20\x00\x00\x00\x00\x00\x00\x00", "\xa1\x1b\xff\xff\xff\xff\xff\xff\xff\xff\x00")},
	{rule: "content/ext-key-int-range-neg", at: placeExtensions, with: as("\xa1\x3b\x00\x1f\xff\xff\xff\xff\xff\xff\x00")},
	{rule: "content/ext-key-zero-reserved", at: placeExtensions, with: as("\xa1\x00\x00")},
	{rule: "content/ext-key-duplicate", at: placeExtensions, with: oneOf("\xa2\x20\x00\x20\x00", "\xa2\x61a\x00\x61a\x01")},
	{rule: "content/ext-senderuri-tstr", at: placeExtensions, with: as("\xa1\x01\x41a"), drafts: spec.Between(spec.Content08, spec.Content09)},
	{rule: "content/ext-roomuri-tstr", at: placeExtensions, with: as("\xa1\x02\x41a"), drafts: spec.Between(spec.Content08, spec.Content09)},
	{rule: "content/ext-nested-key-type", at: placeExtensions, with: as("\xa1\x20\xa1\xf5\x00")},
	{rule: "content/ext-nested-int-key-range", at: placeExtensions, with: as("\xa1\x20\xa1\x1b\x00\x20\x00\x00\x00\x00\x00\x00\x00")},
	{rule: "content/ext-depth", at: placeExtensions, with: oneOf("\xa1\x20\x81\x81\x81\x80", "\xa1\x20\x81\x81\x81\xa0")},
	{rule: "content/ext-depth-tags", at: placeExtensions, with: as("\xa1\x20\x81\x81\x81\xd9\x03\xe8\x00")},
	{rule: "content/ext-nan", at: placeExtensions, with: oneOf("\xa1\x20\xf9\x7e\x01", "\xa1\x20\xfa\x7f\xc0\x00\x01")},
	{rule: "content/ext-value-size", at: placeExtensions, with: as("\xa1\x20\x59\x0f\xfe" + strings.Repeat("v", 4094))},

	{rule: "content/enc-shortest-int", at: placeDisposition, with: as("\x18\x01")},
	{rule: "content/enc-shortest-int-1", at: placeExtensions, with: oneOf("\xa1\x20\x18\x17", "\xa1\x20\x18\x00")},
	{rule: "content/enc-shortest-int-2", at: placeExtensions, with: as("\xa1\x20\x19\x00\xff")},
	{rule: "content/enc-shortest-int-3", at: placeExtensions, with: as("\xa1\x20\x1a\x00\x00\xff\xff")},
	{rule: "content/enc-shortest-int-4", at: placeExtensions, with: as("\xa1\x20\x1b\x00\x00\x00\x00\xff\xff\xff\xff")},
	{rule: "content/enc-shortest-int-5", at: placeExtensions, with: as("\xa1\x20\x38\x17")},
	{rule: "content/enc-shortest-length", at: placeTop, with: longTop},
	{rule: "content/enc-shortest-length-1", at: placeTopic, with: oneOf("\x58\x00", "\x58\x01a")},
	{rule: "content/enc-shortest-length-2", at: placeLanguage, with: oneOf("\x78\x00", "\x78\x02en")},
	{rule: "content/enc-shortest-length-3", at: placeExtensions, with: oneOf("\xb8\x00", "\xb8\x01\x20\x00")},
	{rule: "content/enc-shortest-length-4", at: placeSingle, with: head("\x98\x05", "")},
	{rule: "content/enc-shortest-length-5", at: placeTopic, with: as("\x59\x00\x18aaaaaaaaaaaaaaaaaaaaaaaa")},
	{rule: "content/enc-shortest-tag", at: placeExtensions, with: as("\xa1\x20\xda\x00\x00\x03\xe8\x00")},
	{rule: "content/enc-shortest-float", at: placeExtensions, with: as("\xa1\x20\xfa\x3f\x80\x00\x00")},
	{rule: "content/enc-shortest-float-double", at: placeExtensions, with: as("\xa1\x20\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00")},
	{rule: "content/enc-bignum-reduce", at: placeExtensions, with: as("\xa1\x20\xc2\x41\x01")},
	{rule: "content/enc-bignum-leading-zero", at: placeExtensions, with: as("\xa1\x20\xc2\x4a\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00")},
	{rule: "content/enc-indefinite", at: placeTop, with: head("\x9f", "\xff")},
	{rule: "content/enc-indefinite-1", at: placeExtensions, with: oneOf("\xbf\xff", "\xbf\x20\x00\xff")},
	{rule: "content/enc-indefinite-2", at: placeTopic, with: as("\x5f\x41a\xff")},
	{rule: "content/enc-indefinite-3", at: placeLanguage, with: as("\x7f\x62en\xff")},
	{rule: "content/enc-indefinite-4", at: placeSingle, with: head("\x9f", "\xff")},
	{rule: "content/enc-indefinite-5", at: placeTopic, with: as("\x5f\xff")},
	{rule: "content/enc-map-order", at: placeExtensions, with: as("\xa2\x21\x00\x20\x00")},
	{rule: "content/enc-map-order-not-length-first", at: placeExtensions, with: as("\xa2\x20\x00\x18\x18\x00")},
	{rule: "content/enc-map-order-nested", at: placeExtensions, with: as("\xa1\x20\xa2\x02\x00\x01\x00")},
	{rule: "content/enc-nested-duplicate", at: placeExtensions, with: as("\xa1\x20\xa2\x01\x00\x01\x00"), drafts: spec.Between(spec.Content08, spec.Content09)},
	{rule: "content/enc-utf8", at: placeExtensions, with: as("\xa1\x20\x61\xff")},
	{rule: "content/enc-utf8-overlong", at: placeExtensions, with: as("\xa1\x20\x62\xc0\x80")},
	{rule: "content/enc-utf8-surrogate", at: placeExtensions, with: as("\xa1\x20\x63\xed\xa0\x80")},
	{rule: "content/enc-wellformed", at: placeExtensions, with: oneOf("\xa1\x20\x1c", "\xa1\x20\xff", "\xa1\x20\xf8\x00", "\xa1\x20\x5b\xff\xff\xff\xff\xff\xff\xff\xff", "\xbb\xff\xff\xff\xff\xff\xff\xff\xff")},
	{rule: "content/enc-wellformed", at: placeTop, with: func(w *contentWriter, item []byte) []byte { return item[:w.t.Choose(len(item))] }},
	{rule: "content/enc-trailing", at: placeTop, with: func(w *contentWriter, item []byte) []byte {
		return []byte(string(item) + [...]string{"\x00", "\xf6", "\xff", "\x80", string(item)}[w.t.Choose(5)])
	}},

	{rule: "content/part-array", at: placeRoot, with: oneOf("\xf6", "\xa0", "\x80", "\x82\x01\x60")},
	{rule: "content/part-disposition-range", at: placeDisposition, with: oneOf("\x19\x01\x00", "\x20", "\x60", "\xf6")},
	{rule: "content/part-language-type", at: placeLanguage, with: oneOf("\x40", "\xf6", "\x00")},
	{rule: "content/part-language-grammar", at: placeLanguage, with: oneOf("\x62e!", "\x61e")},
	{rule: "content/part-language-empty-item", at: placeLanguage, with: oneOf("\x66en,,fr", "\x63en,")},
	{rule: "content/part-cardinality", at: placeRoot, with: oneOf("\x83\x01\x60\x04", "\x83\x01\x60\x20", "\x83\x01\x60\xf6")},
	{rule: "content/nullpart-arity", at: placeNull, with: head("\x84", "\x00")},
	{rule: "content/singlepart-arity", at: placeSingle, with: head("\x86", "\x00")},
	{rule: "content/multipart-arity", at: placeMulti, with: head("\x86", "\x00")},
	{rule: "content/externalpart-arity", at: placeExternal, with: head("\x90", "\x00")},
	{rule: "content/single-contenttype-tstr", at: placeContentType, with: oneOf("\x40", "\xf6", "\x00")},
	{rule: "content/single-content-bstr", at: placeContent, with: oneOf("\x60", "\xf6", "\x61a")},
	{rule: "content/contenttype-grammar", at: placeContentType, with: oneOf("\x64text", "\x65text/")},
	{rule: "content/multi-semantics", at: placeSemantics, with: oneOf("\x03", "\x17")},
	{rule: "content/multi-parts-array", at: placeParts, with: oneOf("\xf6", "\xa0", "\x00")},
	{rule: "content/multi-min-two", at: placeParts, with: oneOf("\x80", "\x81\x85\x01\x60\x01\x60\x40")},
	{rule: "content/nullpart-root-needs-replaces", at: placeReplaces, with: as("\xf6")},
	{rule: "content/nullpart-nested", at: placeParts, with: oneOf("\x82\x85\x01\x60\x01\x60\x40\x83\x01\x60\x00", "\x82\x83\x01\x60\x00\x85\x01\x60\x01\x60\x40")},

	{rule: "content/external-contenttype", at: placeExternalType, with: oneOf("\x40", "\xf6")},
	{rule: "content/external-url", at: placeURL, with: oneOf("\x40", "\xf6", "\x00")},
	{rule: "content/external-url-tagged", at: placeURL, with: as("\xd8\x20\x73https://a.example/b")},
	{rule: "content/external-expires", at: placeExternalExpires, with: oneOf("\x1b\x00\x00\x00\x01\x00\x00\x00\x00", "\x20", "\xf6")},
	{rule: "content/external-size", at: placeSize, with: oneOf("\x20", "\xf6", "\x40")},
	{rule: "content/external-key", at: placeKey, with: oneOf("\xf6", "\x60")},
	{rule: "content/external-nonce", at: placeNonce, with: oneOf("\xf6", "\x60")},
	{rule: "content/external-aad", at: placeAAD, with: oneOf("\xf6", "\x60")},
	{rule: "content/external-contenthash", at: placeHash, with: oneOf("\xf6", "\x60")},
	{rule: "content/external-description", at: placeDescription, with: oneOf("\x40", "\xf6")},
	{rule: "content/external-filename", at: placeFilename, with: oneOf("\x40", "\xf6")},
	{rule: "content/external-aead-sizes", at: placeRoot, with: oneOf(encrypted+"\x50aaaaaaaaaaaaaaaa\x4baaaaaaaaaaa"+unhashed, encrypted+"\x4faaaaaaaaaaaaaaa\x4caaaaaaaaaaaa"+unhashed)},
	{rule: "content/external-noenc-empty", at: placeRoot, with: oneOf(plain+"\x41a\x40"+unhashed, plain+"\x40\x41a"+unhashed)},
	{rule: "content/external-hash-length", at: placeHash, with: as("\x44aaaa")},
}

func saltOfLength(w *contentWriter, _ []byte) []byte {
	want := 16
	if w.d == spec.Content05 {
		want = 32
	}
	n := []int{want - 1, want + 1, 0, 48 - want, 255}[w.t.Choose(5)]
	return appendString(nil, majorBytes, make([]byte, n))
}

// surplus puts one element more at the end.
func surplus(w *contentWriter, item []byte) []byte {
	with := append([]byte{item[0] + 1}, item[1:]...)
	return append(with, [...]byte{0xf6, 0x00, 0x80}[w.t.Choose(3)])
}

func longTop(w *contentWriter, item []byte) []byte {
	if w.t.Bool() {
		return append(binary.BigEndian.AppendUint16([]byte{0x99}, uint16(item[0]&31)), item[1:]...)
	}
	return append([]byte{0x98, item[0] & 31}, item[1:]...)
}

// rootFor is the kind of part that a flaw needs at the root.
func (f *flaw) rootFor() place {
	switch {
	case f.rule == "content/nullpart-root-needs-replaces" || f.at == placeNull:
		return placeNull
	case f.at == placeSingle || f.at == placeContentType || f.at == placeContent:
		return placeSingle
	case f.at == placeMulti || f.at == placeSemantics || f.at == placeParts:
		return placeMulti
	case f.at == placeExternal || f.at >= placeExternalType:
		return placeExternal
	}
	return placeTop
}

func (f *flaw) in(d spec.Draft) bool { return f.drafts == 0 || f.drafts.Has(d) }

// draw draws a message with the flaw.
func (f *flaw) draw(d spec.Draft, t *Tape) []byte {
	w := newContentWriter(d, t)
	w.root = f.rootFor()
	w.message()
	// One of the items at the place, counted from the end: parts are marked
	// after what they hold.
	var found [64]mark
	n := 0
	for _, m := range w.marks {
		if m.place == f.at && n < len(found) {
			found[n] = m
			n++
		}
	}
	m := found[n-1-t.Choose(n)]
	flawed := f.with(w, w.b[m.start:m.end])
	octets := t.Octets(len(w.b) + len(flawed))
	octets = append(append(octets, w.b[:m.start]...), flawed...)
	return append(octets, w.b[m.end:]...)
}

// OneRuleBroken draws a message that breaks one rule and no other, under the
// drafts that have the rule; it is valid under the others.
func OneRuleBroken(d spec.Draft, t *Tape) Broken {
	f := &flaws[t.Choose(len(flaws))]
	if !f.in(d) {
		f = &flaws[0]
	}
	return Broken{Rule: f.rule, Octets: f.draw(d, t)}
}

// encodingFlaws are the flaws that change how a message is encoded and not
// what it says.
var encodingFlaws = func() []*flaw {
	var list []*flaw
	for i := range flaws {
		f := &flaws[i]
		if name := strings.TrimPrefix(f.rule, "content/enc-"); strings.HasPrefix(name, "shortest") ||
			strings.HasPrefix(name, "indefinite") || strings.HasPrefix(name, "map-order") {
			list = append(list, f)
		}
	}
	return list
}()

// Reencodable draws a message in an encoding that need not be deterministic.
func Reencodable(d spec.Draft, t *Tape) Content {
	if t.Bool() {
		return ValidContent(d, t)
	}
	return Content{Octets: encodingFlaws[t.Choose(len(encodingFlaws))].draw(d, t)}
}

// Compared draws a message for two drafts: a valid one of either, one that
// breaks a rule, or one in an encoding that need not be deterministic.
func Compared(d, other spec.Draft, t *Tape) Content {
	if t.Bool() {
		d = other
	}
	switch t.Choose(4) {
	case 0:
		return ValidContent(d, t)
	case 1:
		return Content{Octets: encodingFlaws[t.Choose(len(encodingFlaws))].draw(d, t)}
	default:
		return Content{Octets: OneRuleBroken(d, t).Octets}
	}
}
