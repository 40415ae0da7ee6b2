package content

import (
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestMediaTypes(t *testing.T) {
	valid := mediaType{valid: true, plain: true}
	text := mediaType{valid: true, plain: true, text: true}
	utf8 := mediaType{valid: true, plain: true, text: true, utf8: true}
	no := mediaType{plain: true}
	for s, want := range map[string]mediaType{
		"a/b": valid, "image/png": valid, "!/~": valid, "a/b;c=d": valid, "a/b ; c=d;e=\tf": {plain: true}, "a/b\t;\tc=d ; e=f": valid,
		"text/plain": text, "TEXT/plain": text, "texts/plain": valid, "tex/plain": valid, "textt/a": valid, "TEXZ/a": valid,
		"text/plain;charset=utf-8": utf8, "text/plain; CharSet=UTF-8": utf8, "text/plain;charset=\"utf-8\"": utf8, "text/plain;a=b;charset=utf-8": utf8,
		"text/plain;charset=utf-8;a=b": utf8, "text/plain;charset=\"UTF-8\";a=\"b\"": utf8,
		"text/plain;charset=utf-7": text, "text/plain;charset=us-ascii": text, "text/plain;charsets=utf-8": text, "text/plain;charset=\"utf-8 \"": text,
		"text/plain;a=\"b;c\"": text, "text/plain;a=\"b\\\"c\"": text, "text/plain;a=\"\"": text, "text/plain;a=\"\\\\\"": text,
		"text/plain;a=\"é\"": {valid: true, text: true},
		"":                   no, "a": no, "/b": no, "a/": no, "a b/c": no, "a/b c": no, "a/b;": no, "a/b; ": no, "a/b;c": no, "a/b;c=": no, "a/b;=d": no, "a/b;c =d": no, "a/b;c= d": no,
		"a/b ": no, "a/b\x7f": no, "a@/b": no,
		"text/": {plain: true, text: true}, "text/plain;": {plain: true, text: true}, "text/plain;a=\"b\";": {plain: true, text: true}, "text/plain;a=\"b\"c": {plain: true, text: true}, "text/plain;a=\"b": {plain: true, text: true}, "text/plain;a=\"b\\\"": {plain: true, text: true},
		"é/b": {}, "text/é": {text: true}, "text/plain;é=a": {text: true}, "text/plain;a=é": {text: true}, "text/plain é": {text: true}, "text/plain;a=\"é": {text: true},
	} {
		if got := parseMediaType([]byte(s)); got != want {
			t.Errorf("%q is %+v, expected %+v", s, got, want)
		}
	}
	for s, want := range map[string]bool{
		"": true, "text/plain": true, "text/plain;charset=utf-8": true, "image/png": true, "image/gif": false, "text/plain ": false, ";": true, ";a=b": true, "text/pla": false,
	} {
		if knownType([]byte(s)) != want {
			t.Errorf("%q is known: %v", s, !want)
		}
	}
}

func TestFolding(t *testing.T) {
	for s, want := range map[string]bool{"az": true, "AZ": true, "aZ": true, "a": false, "azz": false, "bz": false, "\x01z": false, "!z": false} {
		if equalFold([]byte(s), "az") != want {
			t.Errorf("%q is az: %v", s, !want)
		}
	}
	if equalFold([]byte("@["), "`{") || !equalFold([]byte("@["), "@[") {
		t.Error("signs are folded")
	}
}

func TestKeysOfExtensions(t *testing.T) {
	for n, want := range map[int64]Key{0: {}, 7: {Number: 7}, -1: {Kind: NegativeKey}, -2: {Kind: NegativeKey, Number: 1}, -1 << 63: {Kind: NegativeKey, Number: 1<<63 - 1}} {
		if got := IntKey(n); got != want {
			t.Errorf("%d is %+v, expected %+v", n, got, want)
		}
	}
	m := Message{Extensions: []Extension{{Key: IntKey(1), Value: []byte{1}}, {Key: IntKey(-2), Value: []byte{2}}}}
	for n, want := range map[int64]byte{1: 1, -2: 2, 2: 0, -1: 0} {
		value, ok := m.Extension(IntKey(n))
		if ok != (want != 0) || ok && value[0] != want {
			t.Errorf("extension %d is %x, %v", n, value, ok)
		}
	}
	for d, want := range map[Disposition]string{Unspecified: "unspecified", Preview: "preview", Preview + 1: "unknown", 255: "unknown"} {
		if d.String() != want {
			t.Errorf("disposition %d is %q, expected %q", uint8(d), d, want)
		}
	}
}

func TestMoreExtensions(t *testing.T) {
	more := Options{MoreExtensions: true}
	const id = "5820 01 aa*31 "
	checkEdges(t, []edge{
		{"a time", more, withExtensions("a1 03 a1 01 05"), nil},
		{"a time with milliseconds", more, withExtensions("a1 03 a2 01 05 22 1903e7"), nil},
		{"a time with too many milliseconds", more, withExtensions("a1 03 a2 01 05 22 1903e8"), []rule{moreSenderTimestamp}},
		{"a time with microseconds", more, withExtensions("a1 03 a2 01 05 25 1a000f423f"), nil},
		{"a time with too many microseconds", more, withExtensions("a1 03 a2 01 05 25 1a000f4240"), []rule{moreSenderTimestamp}},
		{"a time with nanoseconds", more, withExtensions("a1 03 a2 01 05 28 1a3b9ac9ff"), nil},
		{"a time with too many nanoseconds", more, withExtensions("a1 03 a2 01 05 28 1a3b9aca00"), []rule{moreSenderTimestamp}},
		{"a time with other fractions", more, withExtensions("a1 03 a2 01 05 23 00"), []rule{moreSenderTimestamp}},
		{"a time with two fractions", more, withExtensions("a1 03 a3 01 05 22 00 25 00"), []rule{moreSenderTimestamp}},
		{"a time without seconds", more, withExtensions("a1 03 a1 22 00"), []rule{moreSenderTimestamp}},
		{"a time with another key", more, withExtensions("a1 03 a2 01 05 02 00"), []rule{moreSenderTimestamp}},
		{"a time with a key of text", more, withExtensions("a1 03 a2 01 05 61 61 00"), []rule{moreSenderTimestamp}},
		{"a time of a text", more, withExtensions("a1 03 a1 01 60"), []rule{moreSenderTimestamp}},
		{"a time that is an array before another extension", more, withExtensions("a2 03 81 01 05 61 61"), []rule{moreSenderTimestamp}},
		{"a map for an external ID that looks like one", more, withExtensions("a1 04 a2 4101 01 4102 00"), []rule{moreExternalMessageID}},
		{"a time that is no map", more, withExtensions("a1 03 82 01 05"), []rule{moreSenderTimestamp}},

		{"an external ID of a number", more, withExtensions("a1 04 82 4101 01"), nil},
		{"an external ID of zero", more, withExtensions("a1 04 82 4101 00"), []rule{moreExternalMessageID}},
		{"an external ID of a domain", more, withExtensions("a1 04 82 4101 63 612e62"), nil},
		{"an external ID of an empty label", more, withExtensions("a1 04 82 4101 62 612e"), []rule{moreExternalMessageID}},
		{"an external ID of the longest label", more, withExtensions("a1 04 82 4101 783f 61*63"), nil},
		{"an external ID of a longer label", more, withExtensions("a1 04 82 4101 7840 61*64"), []rule{moreExternalMessageID}},
		{"an external ID of a URI", more, withExtensions("a1 04 82 4101 d820 6161"), nil},
		{"an external ID of another tag", more, withExtensions("a1 04 82 4101 c1 6161"), []rule{moreExternalMessageID}},
		{"an external ID of tagged octets", more, withExtensions("a1 04 82 4101 d820 4161"), []rule{moreExternalMessageID}},
		{"an external ID of octets", more, withExtensions("a1 04 82 4101 4161"), []rule{moreExternalMessageID}},
		{"an external ID that is a text", more, withExtensions("a1 04 82 6161 01"), []rule{moreExternalMessageID}},
		{"an external ID of three elements", more, withExtensions("a1 04 83 4101 01 01"), []rule{moreExternalMessageID}},
		{"a map for an external ID", more, withExtensions("a1 04 a2 00 00 01 00"), []rule{moreExternalMessageID}},

		{"a subject", more, withExtensions("a1 05 61 61"), nil},
		{"no subject", more, withExtensions("a1 05 60"), []rule{moreSubject}},
		{"the longest subject", more, withExtensions("a1 05 791000 61*4096"), nil},
		{"a longer subject", more, withExtensions("a1 05 791001 61*4097"), []rule{moreSubject}},
		{"a subject of octets", more, withExtensions("a1 05 41 61"), []rule{moreSubject}},
		{"a subject of a number", more, withExtensions("a1 05 01"), []rule{moreSubject}},

		{"none last seen", more, withExtensions("a1 190100 80"), nil},
		{"two last seen", more, withExtensions("a1 190100 82 " + id + id), nil},
		{"an ID of 31 octets last seen", more, withExtensions("a1 190100 81 581f aa*31"), []rule{moreLastSeen}},
		{"two external IDs last seen", more, withExtensions("a1 190100 82 82 4101 01 82 4102 01"), nil},
		{"a wrong external ID last seen", more, withExtensions("a1 190100 82 82 4101 01 82 4102 00"), []rule{moreLastSeen}},
		{"both kinds last seen", more, withExtensions("a1 190100 82 " + id + " 82 4102 01"), []rule{moreLastSeen}},
		{"a number last seen", more, withExtensions("a1 190100 81 01"), []rule{moreLastSeen}},
		{"a map of last seen", more, withExtensions("a1 190100 a0"), []rule{moreLastSeen}},
		{"what is not asked for", Options{}, withExtensions("a1 05 60"), nil},
	})
	// What is of indefinite length is encoded wrongly, and has no length here either.
	checkEdges(t, []edge{
		{"a time of indefinite length", more, withExtensions("a1 03 bf 01 05 ff"), []rule{moreSenderTimestamp, encIndefinite1}},
		{"an external ID of indefinite length", more, withExtensions("a1 04 9f 4101 01 ff"), []rule{moreExternalMessageID, encIndefinite}},
		{"an external ID of a text in chunks", more, withExtensions("a1 04 82 4101 7f 6161 ff"), []rule{encIndefinite3}},
		{"a subject in chunks", more, withExtensions("a1 05 7f 6161 ff"), []rule{moreSubject, encIndefinite3}},
		{"last seen of indefinite length", more, withExtensions("a1 190100 9f ff"), []rule{moreLastSeen, encIndefinite}},
	})
}

// TestDescribe says what stands at an offset.
func TestDescribe(t *testing.T) {
	for text, want := range map[string]string{
		"": "the end of the input", "18": "the end of the input", "1900": "the end of the input",
		"00": "the integer 0", "17": "the integer 23", "1801": "the integer 1 in 2 octets", "190100": "the integer 256 in 3 octets", "1a00000001": "the integer 1 in 5 octets",
		"20": "the integer -1", "3818": "the integer -25 in 2 octets", "3bffffffffffffffff": "the integer -18446744073709551616 in 9 octets", "3bfffffffffffffffe": "the integer -18446744073709551615 in 9 octets",
		"40": "a byte string of 0 octets", "41": "a byte string of 1 octet", "42": "a byte string of 2 octets", "5f": "a byte string of indefinite length",
		"61": "a text string of 1 octet", "7f": "a text string of indefinite length",
		"80": "an array of 0", "9f": "an array of indefinite length", "a1": "a map of 1", "bf": "a map of indefinite length", "c1": "tag 1", "d820": "tag 32",
		"f4": "false", "f5": "true", "f6": "null", "f7": "undefined", "f97e00": "the float f97e00", "fa00000000": "the float fa00000000", "ff": "a break", "f820": "the simple value 32", "e0": "the simple value 0",
	} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if got := describe(octets, 0); got != want {
			t.Errorf("%s is %q, expected %q", text, got, want)
		}
	}
}

func TestDescribeBehindOthers(t *testing.T) {
	for text, want := range map[string]string{"f6 01": "the integer 1", "f6 20": "the integer -1", "f6 1818": "the integer 24 in 2 octets"} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if got := describe(octets, 1); got != want {
			t.Errorf("%s is %q, expected %q", text, got, want)
		}
	}
}

// TestEdgesOfTimes goes to the edges of what a time of delivery or an expiry may be.
func TestEdgesOfTimes(t *testing.T) {
	const now, day = 1750000000000, 24 * 60 * 60
	expires := func(relative string, seconds uint64) string {
		return "8750000102030405060708090a0b0c0d0e0f f6 40 82 " + relative + hexOf(AppendHead(nil, majorUint, seconds)) + " f6 a0" + edgeBody
	}
	at := Options{NowMs: now}
	year365 := Options{NowMs: now, Readings: Readings{"content/year-length": ambiguityReading("content/year-length", 1)}}
	checkEdges(t, []edge{
		{"a year after reading", at, expires("f5", 366*day), nil},
		{"a second more", at, expires("f5", 366*day+1), []rule{expiresYearFuture}},
		{"a year of 365 days after reading", year365, expires("f5", 365*day), nil},
		{"a second more than 365 days", year365, expires("f5", 365*day+1), []rule{expiresYearFuture}},
		{"a year from now", at, expires("f4", now/1000+366*day), nil},
		{"a year and a second from now", at, expires("f4", now/1000+366*day+1), []rule{expiresYearFuture}},
		{"a year ago", at, expires("f4", now/1000-366*day), nil},
		{"a year and a second ago", at, expires("f4", now/1000-366*day-1), []rule{expiresYearPast}},
		{"without a clock", Options{}, expires("f4", 1), nil},
	})
	for octets, want := range map[string]string{expires("f4", now/1000+400*day): "2026-07-20T15:06:40Z", expires("f4", now/1000-400*day): "2024-05-11T15:06:40Z"} {
		var message Octets
		if err := message.UnmarshalText([]byte(octets)); err != nil {
			t.Fatal(err)
		}
		if result, _ := Check(message, at); len(result.Violations) != 0 {
			t.Errorf("without a draft: %v", result.Violations.Err())
		}
		result, _ := Check(message, Options{Draft: spec.Content09, NowMs: now})
		if len(result.Violations) != 1 || result.Violations[0].Found != want {
			t.Errorf("%v, expected %s", result.Violations.Err(), want)
		}
	}
	delivered := func(acceptedMs uint64, nowMs int64) Options {
		return Options{NowMs: nowMs, Delivery: &Delivery{Stamped: true, AcceptedMs: acceptedMs, RoomCreatedMs: firstSyntaxMs + 10}}
	}
	plain := withExtensions("a0")
	checkEdges(t, []edge{
		{"before there was a syntax", delivered(firstSyntaxMs-1, now), plain, []rule{timestampBeforeSyntax}},
		{"when there was a syntax and no room", delivered(firstSyntaxMs, now), plain, []rule{timestampBeforeRoom}},
		{"just before there was a room", delivered(firstSyntaxMs+9, now), plain, []rule{timestampBeforeRoom}},
		{"when the room was made", delivered(firstSyntaxMs+10, now), plain, nil},
		{"five minutes from now", delivered(now+5*60*1000, now), plain, nil},
		{"a millisecond more", delivered(now+5*60*1000+1, now), plain, []rule{timestampFuture}},
		{"as late as can be", delivered(1<<64-1, now), plain, []rule{timestampFuture}},
		{"as late as can be, without a clock", delivered(1<<64-1, 0), plain, nil},
	})
}
