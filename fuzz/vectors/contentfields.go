package vectors

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// named is an item with a name.
type named struct{ name, octets string }

// extensionValues are values of extensions that are special.
var extensionValues = slices.Concat(
	numbers(), floats(), []named{
		{"bignum/2-to-64", "\xc2\x49\x01\x00\x00\x00\x00\x00\x00\x00\x00"}, {"bignum/2-to-64-less-1", "\xc2\x48\xff\xff\xff\xff\xff\xff\xff\xff"},
		{"bignum/zero", "\xc2\x40"}, {"bignum/leading-zero", "\xc2\x4a\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"},
		{"bignum/negative-2-to-64", "\xc3\x49\x01\x00\x00\x00\x00\x00\x00\x00\x00"}, {"bignum/negative-small", "\xc3\x41\x00"},
		{"bignum/of-text", "\xc2\x61a"}, {"bignum/of-number", "\xc2\x01"}, {"bignum/chunked", "\xc2\x5f\x41\x01\x48\x00\x00\x00\x00\x00\x00\x00\x00\xff"},
		{"tag/long-head", "\xd8\x01\x00"}, {"tag/23", "\xd7\x00"}, {"tag/24", "\xd8\x18\x41\x00"}, {"tag/24-long", "\xd9\x00\x18\x41\x00"}, {"tag/self-described", "\xd9\xd9\xf7\x00"},
		{"tag/65536", "\xda\x00\x01\x00\x00\x00"}, {"tag/2-to-64-less-1", "\xdb\xff\xff\xff\xff\xff\xff\xff\xff\x00"}, {"tag/of-nothing", "\xc1"}, {"tag/of-break", "\xc1\xff"},
		{"text/ascii", "\x65hello"}, {"text/two-octets", "\x62\xc3\xa9"}, {"text/decomposed", "\x63e\xcc\x81"}, {"text/four-octets", "\x64\xf0\x9f\x98\x80"}, {"text/zero-octet", "\x61\x00"},
		{"text/byte-order-mark", "\x63\xef\xbb\xbf"}, {"text/last-code-point", "\x64\xf4\x8f\xbf\xbf"}, {"text/beyond-last-code-point", "\x64\xf4\x90\x80\x80"},
		{"text/stray-continuation", "\x61\x80"}, {"text/cut-sequence", "\x61\xc3"}, {"text/overlong-slash", "\x62\xc0\xaf"}, {"text/overlong-nul", "\x62\xc0\x80"}, {"text/overlong-three", "\x63\xe0\x80\xaf"},
		{"text/surrogate", "\x63\xed\xa0\x80"}, {"text/surrogate-pair", "\x66\xed\xa0\xbd\xed\xb8\x80"}, {"text/latin-1", "\x61\xe9"}, {"text/five-octets", "\x65\xf8\x88\x80\x80\x80"}, {"text/cut-across-chunks", "\x7f\x61\xc3\x61\xa9\xff"},
		{"simple/0", "\xe0"}, {"simple/19", "\xf3"}, {"simple/32", "\xf8\x20"}, {"simple/255", "\xf8\xff"}, {"simple/24-in-two", "\xf8\x18"}, {"simple/31-in-two", "\xf8\x1f"}, {"simple/false-in-two", "\xf8\x14"}, {"simple/0-in-two", "\xf8\x00"},
		{"false", "\xf4"}, {"true", "\xf5"}, {"null", "\xf6"}, {"undefined", "\xf7"}, {"break", "\xff"}, {"nothing", ""},
		{"map/in-order", "\xa2\x01\x00\x02\x00"}, {"map/out-of-order", "\xa2\x02\x00\x01\x00"}, {"map/twice", "\xa2\x01\x00\x01\x01"}, {"map/twice-same", "\xa2\x01\x00\x01\x00"},
		{"map/twice-in-two-encodings", "\xa2\x01\x00\x18\x01\x00"}, {"map/twice-as-text", "\xa2\x61a\x00\x61a\x00"}, {"map/twice-deep", "\x81\x81\xa2\x01\x00\x01\x00"}, {"map/odd-count", "\xa1\x01"},
		{"map/length-first-order", "\xa2\x18\x18\x00\x20\x00"}, {"map/bytewise-order", "\xa2\x20\x00\x61a\x00"}, {"map/negative-before-positive", "\xa2\x20\x00\x01\x00"}, {"map/key-bool", "\xa1\xf5\x00"},
		{"map/key-bytes", "\xa1\x41a\x00"}, {"map/key-array", "\xa1\x80\x00"}, {"map/key-null", "\xa1\xf6\x00"}, {"map/key-float", "\xa1\xf9\x3c\x00\x00"}, {"map/key-tag", "\xa1\xc1\x00\x00"}, {"map/key-empty-text", "\xa1\x60\x00"},
		{"map/key-2-to-53-less-1", "\xa1\x1b\x00\x1f\xff\xff\xff\xff\xff\xff\x00"}, {"map/key-2-to-53", "\xa1\x1b\x00\x20\x00\x00\x00\x00\x00\x00\x00"}, {"map/key-minus-2-to-53", "\xa1\x3b\x00\x1f\xff\xff\xff\xff\xff\xff\x00"},
		{"map/key-0", "\xa1\x00\x00"}, {"map/break-for-value", "\xa1\x01\xff"}, {"map/endless-odd", "\xbf\x01\xff"}, {"array/break-inside", "\x82\x00\xff"}, {"array/of-two-with-three", "\x82\x00\x00\x00"},
		{"bytes/chunk-without-length", "\x5f\x5f\x41a\xff\xff"}, {"bytes/no-chunks", "\x5f\xff"}, {"bytes/chunk-of-text", "\x5f\x61a\xff"}, {"text/chunk-of-bytes", "\x7f\x41a\xff"},
		{"typed-array/nan", "\xd8\x51\x48\x7f\xf8\x00\x00\x00\x00\x00\x01"}, {"typed-array/of-array", "\xd8\x51\x81\xf9\x7e\x01"},
	})

// numbers are integers at the boundaries of heads, each in every head that can
// hold it.
func numbers() (list []named) {
	for _, n := range []uint64{0, 1, 23, 24, 255, 256, 65535, 65536, 1<<32 - 1, 1 << 32, 1<<53 - 1, 1 << 53, 1<<63 - 1, 1 << 63, 1<<64 - 1} {
		for _, major := range []byte{majorUint, majorNegative} {
			for _, width := range []int{0, 1, 2, 4, 8} {
				if width == 0 && n >= 24 || width > 0 && width < 8 && n>>(8*width) > 0 {
					continue
				}
				list = append(list, named{fmt.Sprintf("%s/%d-in-%d", []string{"unsigned", "negative"}[major], n, width), string(head(major, n, width))})
			}
		}
	}
	return list
}

// floats are floats, some in longer forms than they need.
func floats() []named {
	return []named{
		{"float/half-0", "\xf9\x00\x00"}, {"float/half-minus-0", "\xf9\x80\x00"}, {"float/half-1", "\xf9\x3c\x00"}, {"float/single-1", "\xfa\x3f\x80\x00\x00"}, {"float/double-1", "\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00"},
		{"float/half-smallest", "\xf9\x00\x01"}, {"float/single-of-half-smallest", "\xfa\x33\x80\x00\x00"}, {"float/half-largest", "\xf9\x7b\xff"}, {"float/single-100000", "\xfa\x47\xc3\x50\x00"},
		{"float/single-smallest", "\xfa\x00\x00\x00\x01"}, {"float/double-of-single", "\xfb\x40\xf8\x6a\x00\x00\x00\x00\x00"}, {"float/double-1.1", "\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a"},
		{"float/half-infinity", "\xf9\x7c\x00"}, {"float/single-infinity", "\xfa\x7f\x80\x00\x00"}, {"float/double-infinity", "\xfb\x7f\xf0\x00\x00\x00\x00\x00\x00"}, {"float/half-minus-infinity", "\xf9\xfc\x00"},
		{"float/half-nan", "\xf9\x7e\x00"}, {"float/half-nan-payload", "\xf9\x7e\x01"}, {"float/half-nan-signalling", "\xf9\x7c\x01"}, {"float/half-nan-negative", "\xf9\xfe\x00"},
		{"float/single-nan", "\xfa\x7f\xc0\x00\x00"}, {"float/single-nan-payload", "\xfa\x7f\xc0\x00\x01"}, {"float/double-nan", "\xfb\x7f\xf8\x00\x00\x00\x00\x00\x00"}, {"float/double-nan-payload", "\xfb\x7f\xf8\x00\x00\x00\x00\x00\x01"},
	}
}

// extensionMaps are extensions that are special in their keys.
var extensionMaps = []named{
	{"none", "\xa0"}, {"key-0", "\xa1\x00\x00"}, {"key-1-not-text", "\xa1\x01\x00"}, {"key-2-bytes", "\xa1\x02\x41a"}, {"key-1-empty", "\xa1\x01\x60"}, {"key-1-relative", "\xa1\x01\x61a"}, {"key-1-blank", "\xa1\x01\x63a b"},
	{"key-2-iri", "\xa1\x02\x72mimi://a.example/\xc3"}, {"key-bytes", "\xa1\x41a\x00"}, {"key-null", "\xa1\xf6\x00"}, {"key-bool", "\xa1\xf4\x00"}, {"key-float", "\xa1\xf9\x3c\x00\x00"}, {"key-array", "\xa1\x80\x00"}, {"key-tag", "\xa1\xc1\x61a\x00"},
	{"key-2-to-53-less-1", "\xa1\x1b\x00\x1f\xff\xff\xff\xff\xff\xff\x00"}, {"key-2-to-53", "\xa1\x1b\x00\x20\x00\x00\x00\x00\x00\x00\x00"}, {"key-2-to-53-and-1", "\xa1\x1b\x00\x20\x00\x00\x00\x00\x00\x01\x00"},
	{"key-2-to-63", "\xa1\x1b\x80\x00\x00\x00\x00\x00\x00\x00\x00"}, {"key-2-to-64-less-1", "\xa1\x1b\xff\xff\xff\xff\xff\xff\xff\xff\x00"}, {"key-1-less-2-to-53", "\xa1\x3b\x00\x1f\xff\xff\xff\xff\xff\xfe\x00"},
	{"key-minus-2-to-53", "\xa1\x3b\x00\x1f\xff\xff\xff\xff\xff\xff\x00"}, {"key-minus-2-to-64", "\xa1\x3b\xff\xff\xff\xff\xff\xff\xff\xff\x00"}, {"key-minus-1", "\xa1\x20\x00"}, {"key-65536", "\xa1\x1a\x00\x01\x00\x00\x00"}, {"key-private-negative", "\xa1\x39\xff\xff\x00"},
	{"in-order", "\xa4\x01\x61a\x02\x61b\x20\x00\x61k\x00"}, {"text-before-negative", "\xa2\x61k\x00\x20\x00"}, {"negative-before-positive", "\xa2\x20\x00\x01\x61a"}, {"length-first-order", "\xa2\x18\x18\x00\x20\x00"}, {"bytewise-order", "\xa2\x20\x00\x18\x18\x00"},
	{"texts-in-order", "\xa3\x61a\x00\x61b\x00\x62aa\x00"}, {"texts-alphabetically", "\xa3\x61a\x00\x62aa\x00\x61b\x00"}, {"twice-number", "\xa2\x20\x00\x20\x01"}, {"twice-text", "\xa2\x61a\x00\x61a\x01"}, {"twice-the-same", "\xa2\x61a\x00\x61a\x00"},
	{"twice-in-two-encodings", "\xa2\x20\x00\x38\x00\x00"}, {"twice-text-chunked", "\xa2\x61a\x00\x7f\x61a\xff\x00"}, {"twice-apart", "\xa3\x61a\x00\x61b\x00\x61a\x00"}, {"number-and-its-text", "\xa2\x20\x00\x62-1\x00"}, {"two-normal-forms", "\xa2\x62\xc3\xa9\x00\x63e\xcc\x81\x00"},
	{"count-too-small", "\xa1\x61a\x00\x61b\x00"}, {"count-too-large", "\xa2\x61a\x00"}, {"endless", "\xbf\x61a\x00\xff"}, {"endless-odd", "\xbf\x61a\xff"}, {"key-not-utf-8", "\xa1\x61\xff\x00"},
}

// contentValues puts special values and keys into the extensions.
func contentValues(c *collection) {
	for _, value := range extensionValues {
		flag := Boundary
		switch kind, _, _ := strings.Cut(value.name, "/"); kind {
		case "map":
			flag = KeyOrder
			if strings.Contains(value.name, "twice") {
				flag = DuplicateKey
			}
		case "text", "bytes":
			flag = Hostile
		}
		c.addContent(layout06, "extension-value/"+slug(value.name), "The value of an extension is special: "+value.name+".", withElement(spec.Content09, "extensions.value0", []byte(value.octets)...), flag)
	}
	for _, keys := range extensionMaps {
		flag := Boundary
		switch {
		case strings.HasPrefix(keys.name, "twice"):
			flag = DuplicateKey
		case strings.HasSuffix(keys.name, "order") || strings.Contains(keys.name, "before"):
			flag = KeyOrder
		}
		c.addContent(layout06, "extensions/"+slug(keys.name), "The extensions are special: "+keys.name+".", withElement(spec.Content09, "extensions", []byte(keys.octets)...), flag)
		bytesOnly := strings.ReplaceAll(keys.octets, "\x00", "\x40")
		if !strings.HasPrefix(keys.name, "key-") && bytesOnly != keys.octets {
			c.addContent(layout04, "extensions/"+slug(keys.name), "The extensions are special: "+keys.name+".", withElement(spec.Content04, "extensions", []byte(bytesOnly)...), flag)
		}
	}
	for _, n := range []int{0, 1, 23, 24, 254, 255, 256, 257} {
		c.addContent(layout06, fmt.Sprintf("extension-key-length/%d", n), fmt.Sprintf("A key of an extension is a text of %d octets.", n),
			withElement(spec.Content09, "extensions", slices.Concat([]byte{0xa1}, encoded(majorText, strings.Repeat("k", n)), []byte{0})...), Boundary)
	}
	for _, n := range []int{4093, 4094, 4095, 4096} {
		c.addContent(layout06, fmt.Sprintf("extension-value-length/%d", n), fmt.Sprintf("The value of an extension is %d octets.", n),
			withElement(spec.Content09, "extensions.value0", encoded(majorBytes, make([]byte, n))...), Boundary)
		c.addContent(layout04, fmt.Sprintf("extension-value-length/%d", n), fmt.Sprintf("The value of an extension is %d octets.", n),
			withElement(spec.Content04, "extensions.value0", encoded(majorBytes, make([]byte, n))...), Boundary)
	}
	c.addContent(layout04, "extension-value-length/65533", "The value of an extension is 65533 octets.", withElement(spec.Content04, "extensions.value0", encoded(majorBytes, make([]byte, 65533))...), Boundary)
	// A character of two octets: a limit of characters is not one of octets.
	c.addContent(layout06, "extension-key-length/128-characters", "A key of an extension is a text of 128 characters and 256 octets.",
		withElement(spec.Content09, "extensions", slices.Concat([]byte{0xa1}, encoded(majorText, strings.Repeat("é", 128)), []byte{0})...), Boundary)
}

// field is one element with the items to put in its place.
type field struct {
	path  string
	items []named
}

// strings of a major type, one of each length.
func lengths(major byte, list ...int) (items []named) {
	for _, n := range list {
		items = append(items, named{fmt.Sprintf("%d-octets", n), string(encoded(major, counted('A', n)))})
	}
	return items
}

func counts(list ...uint64) (items []named) {
	for _, n := range list {
		items = append(items, named{fmt.Sprint(n), string(content.AppendHead(nil, majorUint, n))})
	}
	return items
}

func texts(list ...string) (items []named) {
	for _, s := range list {
		name := slug(s)
		if name == "" || name != s {
			sum := sha256.Sum256([]byte(s))
			name = strings.Trim(fmt.Sprintf("%s-%x", strings.Trim(fmt.Sprintf("%.24s", name), "-"), sum[:3]), "-")
		}
		items = append(items, named{name, string(encoded(majorText, s))})
	}
	return items
}

func anID(first byte) string { return "\x58\x20" + string([]byte{first}) + string(counted(0x31, 31)) }

func idItems() []named {
	items := []named{{"null", "\xf6"}}
	for _, n := range []int{0, 1, 16, 31, 33, 64} {
		items = append(items, named{fmt.Sprintf("%d-octets", n), string(encoded(majorBytes, append([]byte{1}, counted(0x31, n)...)[:n]))})
	}
	for _, first := range []byte{0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 32, 63, 64, 128, 255} {
		items = append(items, named{fmt.Sprintf("algorithm-%d", first), anID(first)})
	}
	return items
}

var expirations = []named{
	{"null", "\xf6"}, {"absolute-0", "\x82\xf4\x00"}, {"relative-0", "\x82\xf5\x00"}, {"absolute-largest", "\x82\xf4\x1a\xff\xff\xff\xff"}, {"relative-largest", "\x82\xf5\x1a\xff\xff\xff\xff"},
	{"absolute-2-to-32", "\x82\xf4\x1b\x00\x00\x00\x01\x00\x00\x00\x00"}, {"relative-2-to-32", "\x82\xf5\x1b\x00\x00\x00\x01\x00\x00\x00\x00"}, {"absolute-2-to-31", "\x82\xf4\x1a\x80\x00\x00\x00"}, {"negative", "\x82\xf4\x20"},
	{"number-alone", "\x1a\x68\x4f\x2b\x00"}, {"one-element", "\x81\xf4"}, {"three-elements", "\x83\xf4\x00\x00"}, {"other-order", "\x82\x00\xf4"}, {"relative-as-number", "\x82\x01\x00"}, {"empty", "\x80"}, {"time-null", "\x82\xf4\xf6"}, {"time-text", "\x82\xf4\x611"}, {"float", "\x82\xf4\xf9\x3c\x00"},
}

var languages = texts("", "e", "en", "EN", "en-US", "en-us", "zh-Hant-TW", "x-private", "i-klingon", "en,fr", "en, fr", "en,,fr", ",en", "en,", "en fr", "en;fr", "*", "en_US", "abcdefghi", "en-", "-en", "1", "ü", "de-1996", "en-a-bbb-x-a", "und")

var mediaTypes = texts("", "text/plain", "TEXT/PLAIN", "text", "text/", "/plain", "text/plain;", "text/plain; charset=utf-8", "text/plain;charset=utf-8", "text/plain;charset=\"utf-8\"", "text/plain;charset", "text/plain;charset=", "text /plain", " text/plain",
	"text/plain ", "text/plain\n", "text/plain\x00", "text/*", "application/vnd.example.a+json", "a/b/c", "text/plain;a=b;c=d", "text/plain;a=b;a=c", "tëxt/plain", "x-my/x-own", "text/markdown;variant=GFM-MIMI")

// fieldsOf09 are elements of the newest layout, of the rich message but for the
// last, which are of an external part.
func fieldsOf09() (rich, external []field) {
	const single = "nestedPart.parts[0]."
	return []field{
			{"salt", lengths(majorBytes, 0, 1, 15, 17, 24, 31, 32, 33, 64, 255, 256)},
			{"replaces", idItems()}, {"inReplyTo", idItems()},
			{"topicId", lengths(majorBytes, 0, 1, 23, 24, 255, 256, 4095, 4096, 4097, 65536)},
			{"expires", expirations},
			{"nestedPart.disposition", counts(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 23, 24, 254, 255, 256, 65536, 1<<32, 1<<64-1)},
			{"nestedPart.cardinality", counts(0, 1, 2, 4, 5, 23, 24, 255, 256, 1<<64-1)},
			{"nestedPart.partSemantics", counts(0, 1, 3, 4, 23, 24, 255, 256)},
			{"nestedPart.language", languages}, {single + "language", languages},
			{single + "disposition", counts(0, 2, 3, 4, 5, 6, 7, 8, 9, 255, 256)}, {single + "cardinality", counts(0, 2, 3, 4)},
			{single + "contentType", mediaTypes},
			{single + "content", slices.Concat(lengths(majorBytes, 0, 1, 23, 24, 255, 256), []named{{"not-utf-8", "\x41\xff"}, {"zero-octet", "\x41\x00"}, {"cut-sequence", "\x41\xc3"}, {"byte-order-mark", "\x43\xef\xbb\xbf"}})},
		}, []field{
			{"nestedPart.contentType", mediaTypes[:16]},
			{"nestedPart.url", texts("", "https://a.example/", "HTTPS://A.EXAMPLE/", "https://a.example/a b", "https://a.example/%zz", "a", "//a.example", "https:", "javascript:alert(1)", "file:///etc/passwd", "data:,a", "cid:1@local.invalid", "https://a.example/é", "https://a.example\x00.b.example/", "https://[::1]/", "https://[::1/", "https://a.example:99999/")},
			{"nestedPart.expires", counts(0, 1, 1<<31, 1<<32-1, 1<<32, 1<<64-1)}, {"nestedPart.size", counts(0, 1, 1<<32, 1<<53, 1<<63, 1<<64-1)},
			{"nestedPart.encAlg", counts(0, 2, 3, 4, 5, 18, 19, 29, 30, 255, 256, 65535, 65536)},
			{"nestedPart.key", lengths(majorBytes, 0, 1, 15, 17, 32)}, {"nestedPart.nonce", lengths(majorBytes, 0, 8, 11, 13, 24)}, {"nestedPart.aad", lengths(majorBytes, 1, 16, 256)},
			{"nestedPart.hashAlg", counts(0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 63, 64, 255, 256)}, {"nestedPart.contentHash", lengths(majorBytes, 0, 1, 16, 31, 33, 48, 64)},
			{"nestedPart.description", texts("", "two\nlines", "\x00", "\u202eabc", strings.Repeat("d", 300))}, {"nestedPart.filename", texts("", "../../etc/passwd", "a/b", "C:\\a", "nul\x00.txt", "\u202etxt.exe", ".", strings.Repeat("f", 300))},
		}
}

// contentFields puts special items into each element.
func contentFields(c *collection) {
	put := func(d spec.Draft, message []byte, of string, f *field) {
		i := place(d, message, f.path)
		name := strings.Replace(f.path, "nestedPart", of, 1)
		for _, n := range f.items {
			c.addContent(layoutOf(d), "field/"+slug(name)+"/"+n.name, name+" is special: "+n.name+".", i.with(message, []byte(n.octets)...), Boundary)
		}
	}
	rich, external := fieldsOf09()
	for i := range rich {
		put(spec.Content09, richMessage(spec.Content09), "nestedPart", &rich[i])
	}
	for i := range external {
		put(spec.Content09, externalMessage(spec.Content09), "external", &external[i])
	}
	for _, f := range []struct {
		draft spec.Draft
		field
	}{
		{spec.Content05, field{"salt", lengths(majorBytes, 0, 15, 16, 17, 31, 33, 64)}}, {spec.Content05, field{"lastSeen", lastSeens}}, {spec.Content05, field{"expires", expirations}}, {spec.Content05, field{"replaces", idItems()}},
		{spec.Content04, field{"lastSeen", lastSeens}}, {spec.Content04, field{"expires", slices.Concat(expirations, counts(0, 1, 1<<31, 1<<32-1, 1<<32))}},
		{spec.Content04, field{"inReplyTo", []named{{"null", "\xf6"}, {"id-alone", anID(1)}, {"no-hash", "\x82" + anID(1) + "\x01"}, {"empty-hash", "\x83" + anID(1) + "\x01\x40"}, {"hash", "\x83" + anID(1) + "\x01" + anID(7)}, {"algorithm-0", "\x83" + anID(1) + "\x00\x40"}, {"four-elements", "\x84" + anID(1) + "\x01\x40\x00"}}}},
		{spec.Content04, field{"nestedPart.partIndex", counts(0, 1, 2, 1023, 1024, 65535, 65536)}}, {spec.Content04, field{"nestedPart.parts[0].partIndex", counts(0, 1, 2, 3, 65535)}},
	} {
		put(f.draft, richMessage(f.draft), "nestedPart", &f.field)
	}
}

var lastSeens = []named{
	{"empty", "\x80"}, {"one", "\x81" + anID(1)}, {"two", "\x82" + anID(1) + anID(2)}, {"twice-the-same", "\x82" + anID(1) + anID(1)}, {"id-alone", anID(1)}, {"null", "\xf6"}, {"of-null", "\x81\xf6"}, {"short-id", "\x81\x41\x01"}, {"endless", "\x9f" + anID(1) + "\xff"},
}
