package gen

import (
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

var (
	id31 = "\x58\x1f\x01" + strings.Repeat("\x00", 30)
	id32 = "\x58\x20\x01" + strings.Repeat("\x00", 31)

	// What external parts with a flaw have before.
	encrypted = protection{encAlg: 1, key: 16, nonce: 12}
	hashed    = protection{hashAlg: 1, hash: 32}
)

// flaws holds ways to break rules and nothing else.
var flaws = slices.Concat(messageFlaws, extensionFlaws, partFlaws)

// messageFlaws are of the elements of a message and of any item.
var messageFlaws = []flaw{
	{rule: "content/salt-length", at: placeSalt, with: saltOfLength, drafts: since05},
	{rule: "content/salt-type", at: placeSalt, with: oneOf("\x70aaaaaaaaaaaaaaaa", "\xf6", "\x00"), drafts: since05},
	{rule: "content/top-array", at: placeTop, with: surplus},
	{rule: "content/top-array", at: placeTop, with: as("\xa0")},
	{rule: "content/top-untagged", at: placeTop, with: joined("\xd9\xd9\xf7", "")},
	{rule: "content/msgid-size", at: placeReplaces, with: oneOf(id31, "\x58\x21"+strings.Repeat("\x01", 33))},
	{rule: "content/msgid-size", at: placeReply, with: as(id31), drafts: since05},
	{rule: "content/msgid-size", at: placeReply, with: as("\x83" + id31 + "\x01\x40"), drafts: only04},
	{rule: "content/msgid-size", at: placeLastSeen, with: as("\x81" + id31), drafts: before06},
	{rule: "content/replaces-type", at: placeReplaces, with: oneOf("\xf7", "\x00", "\x60", "\xf4")},
	{rule: "content/inreplyto-type", at: placeReply, with: oneOf("\xf7", "\x80", "\x00", "\xf4")},
	{rule: "content/inreplyto-type", at: placeReply, with: oneOf(id32, "\x82"+id32+"\x01", "\x83\xf6\x01\x40", "\x83"+id32+"\x20\x40", "\x83"+id32+"\x01\x60"), drafts: only04},
	{rule: "content/lastseen-04-05", at: placeLastSeen, with: oneOf("\xf6", "\xa0", "\x40", "\x81\xf6", "\x81\x60"), drafts: before06},
	{rule: "content/topicid-type", at: placeTopic, with: oneOf("\xf6", "\x60", "\x00")},
	{rule: "content/topicid-max", at: placeTopic, with: func(w *contentWriter, _ []byte) []byte {
		return appendString(nil, majorBytes, strings.Repeat("t", 4097))
	}},
	{rule: "content/expires-shape", at: placeExpires, with: oneOf("\x00", "\x80", "\x81\xf4", "\xf7", "\x83\xf4\x00\x00"), drafts: since05},
	{rule: "content/expires-relative-bool", at: placeExpires, with: oneOf("\x82\x00\x00", "\x82\xf6\x00", "\x82\xf7\x00"), drafts: since05},
	{rule: "content/expires-time-u32", at: placeExpires, with: oneOf("\x82\xf4\x1b\x00\x00\x00\x01\x00\x00\x00\x00", "\x82\xf4\x20", "\x82\xf4\x60", "\x82\xf4\xf6"), drafts: since05},
	{rule: "content/expires-time-u32", at: placeExpires, with: oneOf("\x1b\x00\x00\x00\x01\x00\x00\x00\x00", "\x20", "\xf6", "\x82\xf4\x00"), drafts: only04},
	{rule: "content/msgid-first-octet-known", at: placeReplaces, with: as("\x58\x20\x40" + strings.Repeat("\x00", 31))},
	{rule: "content/msgid-first-octet-known-reply", at: placeReply, with: as("\x58\x20\x40" + strings.Repeat("\x00", 31)), drafts: since05},
	{rule: "content/extensions-map", at: placeExtensions, with: oneOf("\xf6", "\x80", "\xf7")},
	{rule: "content/enc-shortest-int", at: placeDisposition, with: as("\x18\x01")},
	{rule: "content/enc-shortest-length", at: placeTop, with: longHead},
	{rule: "content/enc-shortest-length-1", at: placeTopic, with: oneOf("\x58\x00", "\x58\x01a")},
	{rule: "content/enc-shortest-length-2", at: placeLanguage, with: oneOf("\x78\x00", "\x78\x02en")},
	{rule: "content/enc-shortest-length-3", at: placeExtensions, with: as("\xb8\x00")},
	{rule: "content/enc-shortest-length-4", at: placeSingle, with: longHead},
	{rule: "content/enc-shortest-length-5", at: placeTopic, with: as("\x59\x00\x18aaaaaaaaaaaaaaaaaaaaaaaa")},
	{rule: "content/enc-map-order-mixed", at: placeExtensions, with: as("\xa2\x62aa\x40\x61z\x40")},
	{rule: "content/enc-indefinite", at: placeTop, with: endless},
	{rule: "content/enc-indefinite-1", at: placeExtensions, with: as("\xbf\xff")},
	{rule: "content/enc-indefinite-2", at: placeTopic, with: as("\x5f\x41a\xff")},
	{rule: "content/enc-indefinite-3", at: placeLanguage, with: as("\x7f\x62en\xff")},
	{rule: "content/enc-indefinite-4", at: placeSingle, with: endless},
	{rule: "content/enc-indefinite-5", at: placeTopic, with: as("\x5f\xff")},
	{rule: "content/enc-map-order", at: placeExtensions, with: as("\xa2\x61b\x40\x61a\x40")},
	{rule: "content/enc-wellformed", at: placeTopic, with: oneOf("\x1c", "\xff", "\x5b\xff\xff\xff\xff\xff\xff\xff\xff")},
	{rule: "content/enc-wellformed", at: placeExtensions, with: as("\xbb\xff\xff\xff\xff\xff\xff\xff\xff")},
	{rule: "content/enc-wellformed", at: placeTop, with: func(w *contentWriter, item []byte) []byte { return item[:w.t.Choose(len(item))] }},
	{rule: "content/enc-trailing", at: placeTop, with: func(w *contentWriter, item []byte) []byte {
		return []byte(string(item) + [...]string{"\x00", "\xf6", "\xff", "\x80", string(item)}[w.t.Choose(5)])
	}},
}

// extensionFlaws are of extensions. Without drafts of its own a flaw is one
// since content-05, which has keys and values of other types than content-04.
var extensionFlaws = within(since05, []flaw{
	{rule: "content/ext-key-type", at: placeExtensions, with: oneOf("\xa1\xf5\x00", "\xa1\x41a\x00", "\xa1\xf6\x00")},
	{rule: "content/ext-key-text-length", at: placeExtensions, with: as("\xa1\x79\x01\x00" + strings.Repeat("k", 256) + "\x00")},
	{rule: "content/ext-key-text-empty", at: placeExtensions, with: as("\xa1\x60\x00")},
	{rule: "content/ext-key-int-range", at: placeExtensions, with: oneOf("\xa1\x1b\x00\x20\x00\x00\x00\x00\x00\x00\x00", "\xa1\x1b\xff\xff\xff\xff\xff\xff\xff\xff\x00")},
	{rule: "content/ext-key-int-range-neg", at: placeExtensions, with: as("\xa1\x3b\x00\x1f\xff\xff\xff\xff\xff\xff\x00")},
	{rule: "content/ext-key-zero-reserved", at: placeExtensions, with: as("\xa1\x00\x00")},
	{rule: "content/ext-key-duplicate", at: placeExtensions, with: oneOf("\xa2\x20\x00\x20\x00", "\xa2\x61a\x00\x61a\x01")},
	// One key in two encodings.
	{rule: "content/ext-key-duplicate", at: placeExtensions, with: oneOf("\xa2\x20\x00\x38\x00\x00", "\xa2\x61a\x00\x78\x01a\x01", "\xa2\x61a\x00\x7f\x61a\xff\x00"), drafts: from05To07},
	{rule: "content/ext-senderuri-tstr", at: placeExtensions, with: as("\xa1\x01\x41a"), drafts: since08},
	{rule: "content/ext-roomuri-tstr", at: placeExtensions, with: as("\xa1\x02\x41a"), drafts: since08},
	{rule: "content/ext-nested-key-type", at: placeExtensions, with: as("\xa1\x20\xa1\xf5\x00")},
	{rule: "content/ext-nested-int-key-range", at: placeExtensions, with: as("\xa1\x20\xa1\x1b\x00\x20\x00\x00\x00\x00\x00\x00\x00")},
	{rule: "content/ext-depth", at: placeExtensions, with: oneOf("\xa1\x20\x81\x81\x81\x80", "\xa1\x20\x81\x81\x81\xa0")},
	{rule: "content/ext-depth-tags", at: placeExtensions, with: as("\xa1\x20\x81\x81\x81\xd9\x03\xe8\x00")},
	{rule: "content/ext-nan", at: placeExtensions, with: oneOf("\xa1\x20\xf9\x7e\x01", "\xa1\x20\xfa\x7f\xc0\x00\x01")},
	{rule: "content/ext-value-size", at: placeExtensions, with: as("\xa1\x20\x59\x0f\xfe" + strings.Repeat("v", 4094))},
	{rule: "content/enc-shortest-int-1", at: placeExtensions, with: oneOf("\xa1\x20\x18\x17", "\xa1\x20\x18\x00")},
	{rule: "content/enc-shortest-int-2", at: placeExtensions, with: as("\xa1\x20\x19\x00\xff")},
	{rule: "content/enc-shortest-int-3", at: placeExtensions, with: as("\xa1\x20\x1a\x00\x00\xff\xff")},
	{rule: "content/enc-shortest-int-4", at: placeExtensions, with: as("\xa1\x20\x1b\x00\x00\x00\x00\xff\xff\xff\xff")},
	{rule: "content/enc-shortest-int-5", at: placeExtensions, with: as("\xa1\x20\x38\x17")},
	{rule: "content/enc-shortest-length-3", at: placeExtensions, with: as("\xb8\x01\x20\x00")},
	{rule: "content/enc-shortest-tag", at: placeExtensions, with: as("\xa1\x20\xda\x00\x00\x03\xe8\x00")},
	{rule: "content/enc-shortest-float", at: placeExtensions, with: as("\xa1\x20\xfa\x3f\x80\x00\x00")},
	{rule: "content/enc-shortest-float-double", at: placeExtensions, with: as("\xa1\x20\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00")},
	{rule: "content/enc-bignum-reduce", at: placeExtensions, with: as("\xa1\x20\xc2\x41\x01")},
	{rule: "content/enc-bignum-leading-zero", at: placeExtensions, with: as("\xa1\x20\xc2\x4a\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00")},
	{rule: "content/enc-indefinite-1", at: placeExtensions, with: as("\xbf\x20\x00\xff")},
	{rule: "content/enc-map-order", at: placeExtensions, with: as("\xa2\x21\x00\x20\x00")},
	{rule: "content/enc-map-order-not-length-first", at: placeExtensions, with: as("\xa2\x20\x00\x18\x18\x00")},
	{rule: "content/enc-map-order-nested", at: placeExtensions, with: as("\xa1\x20\xa2\x02\x00\x01\x00")},
	{rule: "content/enc-nested-duplicate", at: placeExtensions, with: oneOf("\xa1\x20\xa2\x01\x00\x01\x00", "\xa1\x20\xa2\x61a\xf7\x61a\x00", "\xa1\x20\x81\xa2\x20\x00\x20\x00")},
	{rule: "content/enc-utf8", at: placeExtensions, with: as("\xa1\x20\x61\xff")},
	{rule: "content/enc-utf8-overlong", at: placeExtensions, with: as("\xa1\x20\x62\xc0\x80")},
	{rule: "content/enc-utf8-surrogate", at: placeExtensions, with: as("\xa1\x20\x63\xed\xa0\x80")},
	{rule: "content/enc-wellformed", at: placeExtensions, with: oneOf("\xa1\x20\x1c", "\xa1\x20\xff", "\xa1\x20\xf8\x00", "\xa1\x20\x5b\xff\xff\xff\xff\xff\xff\xff\xff")},

	{rule: "content/ext-senderuri-roomuri-are-uris", at: placeExtensions, with: oneOf("\xa1\x01\x63a b", "\xa1\x02\x61 ", "\xa1\x02\x61<")},
	{rule: "content/ext-float-discouraged", at: placeExtensions, with: oneOf("\xa1\x20\xf9\x3c\x00", "\xa1\x20\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a")},

	// Keys are texts and values byte strings in content-04.
	{rule: "content/ext-key-type", at: placeExtensions, with: oneOf("\xa1\x20\x40", "\xa1\x01\x40", "\xa1\xf5\x40", "\xa1\x41a\x40"), drafts: only04},
	{rule: "content/ext-key-text-length", at: placeExtensions, with: as("\xa1\x79\x01\x00" + strings.Repeat("k", 256) + "\x40"), drafts: only04},
	{rule: "content/ext-key-text-empty", at: placeExtensions, with: as("\xa1\x60\x40"), drafts: only04},
	{rule: "content/ext-key-duplicate", at: placeExtensions, with: oneOf("\xa2\x61a\x40\x61a\x40", "\xa2\x61a\x40\x78\x01a\x40"), drafts: only04},
	{rule: "content/ext-value-size", at: placeExtensions, with: oneOf("\xa1\x61a\x00", "\xa1\x61a\x60", "\xa1\x61a\xf6"), drafts: only04},
	{rule: "content/ext-value-size", at: placeExtensions, with: as("\xa1\x61a\x59\xff\xfd" + strings.Repeat("v", 65533)), drafts: only04},
	{rule: "content/enc-wellformed", at: placeExtensions, with: oneOf("\xa1\x61a\x5c", "\xa1\x61a\x5b\xff\xff\xff\xff\xff\xff\xff\xff"), drafts: only04},
})

// partFlaws are of the parts.
var partFlaws = []flaw{
	{rule: "content/part-array", at: placeRoot, with: oneOf("\xf6", "\xa0", "\x80", "\x82\x01\x60")},
	{rule: "content/part-disposition-range", at: placeDisposition, with: oneOf("\x19\x01\x00", "\x20", "\x60", "\xf6")},
	{rule: "content/part-language-type", at: placeLanguage, with: oneOf("\x40", "\xf6", "\x00")},
	{rule: "content/part-language-grammar", at: placeLanguage, with: oneOf("\x62e!", "\x61e")},
	{rule: "content/part-language-empty-item", at: placeLanguage, with: oneOf("\x66en,,fr", "\x63en,")},
	{rule: "content/part-cardinality", at: placeCardinality, with: oneOf("\x04", "\x17", "\x20", "\xf6")},
	{rule: "content/nullpart-arity", at: placeNull, with: surplus},
	{rule: "content/singlepart-arity", at: placeSingle, with: surplus},
	{rule: "content/multipart-arity", at: placeMulti, with: surplus},
	{rule: "content/externalpart-arity", at: placeExternal, with: surplus},
	{rule: "content/single-contenttype-tstr", at: placeContentType, with: oneOf("\x40", "\xf6", "\x00")},
	{rule: "content/single-content-bstr", at: placeContent, with: oneOf("\x60", "\xf6", "\x61a")},
	{rule: "content/contenttype-grammar", at: placeContentType, with: oneOf("\x64text", "\x65text/")},
	{rule: "content/multi-semantics", at: placeSemantics, with: oneOf("\x03", "\x17")},
	{rule: "content/multi-parts-array", at: placeParts, with: oneOf("\xf6", "\xa0", "\x00")},
	{rule: "content/multi-min-two", at: placeParts, with: as("\x80")},
	{rule: "content/multi-min-two", at: placeParts, with: onePart},
	{rule: "content/nullpart-root-needs-replaces", at: placeReplaces, with: as("\xf6")},
	{rule: "content/nullpart-nested", at: placeParts, with: nullAmong},
	{rule: "content/part-depth", at: placeRoot, with: nestedParts, drafts: since08},
	{rule: "content/part-depth-nonsense", at: placeRoot, with: nestedParts, drafts: spec.Between(spec.Content04, spec.Content07)},
	{rule: "content/part-count", at: placeParts, with: manyParts},
	{rule: "content/reaction-one-per-part", at: placeRoot, with: textPart(2, "\xf0\x9f\x91\x8d\xf0\x9f\x91\x8d")},
	{rule: "content/bstr-text-content-utf8", at: placeRoot, with: textPart(1, "\xff")},

	{rule: "content/external-contenttype", at: placeExternalType, with: oneOf("\x40", "\xf6")},
	{rule: "content/external-url", at: placeURL, with: oneOf("\x40", "\xf6", "\x00")},
	{rule: "content/external-url", at: placeURL, with: oneOf("\x73https://a.example/b", "\xd8\x21\x73https://a.example/b", "\xd8\x20\x40"), drafts: only04},
	{rule: "content/external-url-tagged", at: placeURL, with: as("\xd8\x20\x73https://a.example/b")},
	{rule: "content/external-expires", at: placeExternalExpires, with: oneOf("\x1b\x00\x00\x00\x01\x00\x00\x00\x00", "\x20", "\xf6")},
	{rule: "content/external-size", at: placeSize, with: oneOf("\x20", "\xf6", "\x40")},
	{rule: "content/external-key", at: placeKey, with: oneOf("\xf6", "\x60")},
	{rule: "content/external-nonce", at: placeNonce, with: oneOf("\xf6", "\x60")},
	{rule: "content/external-aad", at: placeAAD, with: oneOf("\xf6", "\x60")},
	{rule: "content/external-encalg", at: placeEncAlg, with: oneOf("\x1a\x00\x01\x00\x00", "\x20", "\xf6", "\x60")},
	{rule: "content/external-hashalg", at: placeHashAlg, with: oneOf("\x19\x01\x00", "\x20", "\xf6", "\x60")},
	{rule: "content/external-contenthash", at: placeHash, with: oneOf("\xf6", "\x60")},
	{rule: "content/external-description", at: placeDescription, with: oneOf("\x40", "\xf6")},
	{rule: "content/external-filename", at: placeFilename, with: oneOf("\x40", "\xf6"), drafts: since05},
	{rule: "content/external-aead-sizes", at: placeKey, with: as("\x4faaaaaaaaaaaaaaa"), part: encrypted},
	{rule: "content/external-aead-sizes", at: placeNonce, with: as("\x4baaaaaaaaaaa"), part: encrypted},
	{rule: "content/external-noenc-empty", at: placeKey, with: as("\x41a"), part: hashed},
	{rule: "content/external-noenc-empty", at: placeNonce, with: as("\x41a"), part: hashed},
	{rule: "content/external-noenc-empty", at: placeAAD, with: as("\x41a"), part: hashed},
	{rule: "content/external-hash-length", at: placeHash, with: as("\x44aaaa")},
	{rule: "content/part-index-04", at: placePartIndex, with: as("\x19\x01\x00"), drafts: only04},
	{rule: "content/part-array", at: placePartIndex, with: oneOf("\x20", "\x60", "\xf6", "\x1a\x00\x01\x00\x00"), drafts: only04},
}
