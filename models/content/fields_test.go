package content

import (
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// externalPart returns a message whose body is an external part with some fields, by
// their places behind the cardinality, unlike the plain ones.
func externalPart(other map[int]string) string {
	fields := []string{"60", "6161", "00", "00", "00", "40", "40", "40", "00", "40", "60", "60"}
	for i, octets := range other {
		fields[i] = octets
	}
	return edgeStart + "a0 8f 01 60 02 " + strings.Join(fields, " ")
}

func TestEdgesOfExternalParts(t *testing.T) {
	const url, encAlg, key, nonce, aad, hashAlg, hash, description = 1, 4, 5, 6, 7, 8, 9, 10
	checkEdges(t, []edge{
		{"nothing", Options{}, externalPart(nil), nil},
		{"encrypted and hashed", Options{}, externalPart(map[int]string{encAlg: "01", key: "50 00*16", nonce: "4c 00*12", aad: "4100", hashAlg: "01", hash: "5820 00*32"}), nil},
		{"without a key", Options{}, externalPart(map[int]string{encAlg: "01", nonce: "4c 00*12"}), []rule{externalAEADSizes}},
		{"without a nonce", Options{}, externalPart(map[int]string{encAlg: "01", key: "50 00*16"}), []rule{externalAEADSizes}},
		{"a key too long", Options{}, externalPart(map[int]string{encAlg: "01", key: "51 00*17", nonce: "4c 00*12"}), []rule{externalAEADSizes}},
		{"no hash", Options{}, externalPart(map[int]string{hashAlg: "01"}), []rule{externalHashLength}},
		{"the last algorithm that is known", Options{}, externalPart(map[int]string{hashAlg: "0c", hash: "5840 00*64"}), nil},
		{"an algorithm that is not known", Options{}, externalPart(map[int]string{hashAlg: "0d", hash: "4100"}), nil},
		{"a number for a key", Options{}, externalPart(map[int]string{key: "00"}), []rule{externalKey}},
		{"a number for a nonce", Options{}, externalPart(map[int]string{nonce: "00"}), []rule{externalNonce}},
		{"a number for the additional data", Options{}, externalPart(map[int]string{aad: "00"}), []rule{externalAAD}},
		{"a number for a hash", Options{}, externalPart(map[int]string{hashAlg: "01", hash: "00"}), []rule{externalContentHash}},
		{"numbers for key and nonce of an algorithm", Options{}, externalPart(map[int]string{encAlg: "01", key: "00", nonce: "00"}), []rule{externalKey, externalNonce}},
		{"a text in chunks", Options{Draft: spec.Content07}, externalPart(map[int]string{description: "7f 61 61 61 62 ff"}), nil},
		{"a text that is no UTF-8", Options{}, externalPart(map[int]string{description: "61 ff"}), []rule{encUTF8}},
		{"another tag on the URL", Options{}, externalPart(map[int]string{url: "c1 6161"}), []rule{externalURL}},
		{"octets for a URL", Options{}, externalPart(map[int]string{url: "5820 61*32"}), []rule{externalURL}},
	})
	for _, tag := range []string{"6161", "7820 61*32", "d820 6161", "d821 6161"} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(externalPart(map[int]string{url: tag}))); err != nil {
			t.Fatal(err)
		}
		checker := must(NewChecker(Options{Draft: spec.Content07, Readings: Readings{"content/external-url": "tagged"}}))
		if accepted := checker.Check(octets).Verdict == Accept; accepted != (tag == "d820 6161") {
			t.Errorf("a URL %s where it is tagged: %v", tag, accepted)
		}
	}
}

func TestKnownHashes(t *testing.T) {
	checker := must(NewChecker(Options{Draft: spec.Content09}))
	only := *checker
	only.onlySHA256 = true
	for algorithm := range 256 {
		want := strings.ContainsRune("\x01\x07\x08\x0a\x0b\x0c", rune(algorithm))
		if checker.knownHash(byte(algorithm)) != want || only.knownHash(byte(algorithm)) != (algorithm == 1) {
			t.Errorf("algorithm %d is known: %v", algorithm, !want)
		}
	}
	if checker.onlySHA256 {
		t.Error("SHA-256 is the only algorithm by default")
	}
}

// replyOf04 is a message of content-04 with what it says of the message replied to.
func replyOf04(reply string) string { return "87 f6 40 00 " + reply + " 80 a0" + edgeBody04 }

// The parts of content-04 have an index.
const edgeBody04 = " 86 01 60 00 01 60 40"

func TestFieldsOfContent04(t *testing.T) {
	old := Options{Draft: spec.Content04}
	const id, hash = "5820 01 aa*31 ", " 01 43 010203"
	checkEdges(t, []edge{
		{"no reply", old, replyOf04("f6"), nil},
		{"a reply", old, replyOf04("83 " + id + hash), nil},
		{"a reply of indefinite length", old, replyOf04("9f " + id + hash + " ff"), nil},
		{"a reply of two elements", old, replyOf04("82 " + id + " 01"), []rule{inReplyToType}},
		{"a reply of two elements of indefinite length", old, replyOf04("9f " + id + " 01 ff"), []rule{inReplyToType}},
		{"a reply of four elements", old, replyOf04("84 " + id + hash + " 00"), []rule{inReplyToType}},
		{"a reply of four elements of indefinite length", old, replyOf04("9f " + id + hash + " 00 ff"), []rule{inReplyToType}},
		{"a map for a reply", old, replyOf04("a3 " + id + hash + " 01 00 02"), []rule{inReplyToType}},
		{"an ID of 31 octets", old, replyOf04("83 581f 01 aa*30 " + hash), []rule{msgidSize}},
		{"a text for an ID", old, replyOf04("83 6161 " + hash), []rule{inReplyToType}},
		{"a text for a hash", old, replyOf04("83 " + id + " 01 6161"), []rule{inReplyToType}},
	})
	for reply, path := range map[string]string{
		"83 00 " + hash: "inReplyTo.message", "83 " + id + " 40 4100": "inReplyTo.hashAlg", "83 " + id + " 01 00": "inReplyTo.hash",
	} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(replyOf04(reply))); err != nil {
			t.Fatal(err)
		}
		result, _ := Check(octets, old)
		if len(result.Violations) != 1 || result.Violations[0].Path != path {
			t.Errorf("%s: %v, expected it at %s", reply, result.Violations.Err(), path)
		}
	}
	// A time of 0 is none, and cannot be long ago.
	now := Options{Draft: spec.Content04, NowMs: 1750000000000}
	checkEdges(t, []edge{
		{"no expiry", now, "87 f6 40 00 f6 80 a0" + edgeBody04, nil},
		{"an expiry long ago", now, "87 f6 40 01 f6 80 a0" + edgeBody04, []rule{expiresYearPast}},
		{"a text for an expiry", now, "87 f6 40 60 f6 80 a0" + edgeBody04, []rule{expiresTimeU32}},
	})
}

// after05 is a message of content-05 with what it says of the messages last seen.
func after05(lastSeen string) string {
	return "88 5820 00*32 f6 40 f6 f6 " + lastSeen + " a0" + edgeBody
}

func TestLastSeen(t *testing.T) {
	old := Options{Draft: spec.Content05}
	const id = "5820 01 aa*31 "
	checkEdges(t, []edge{
		{"none", old, after05("80"), nil},
		{"two", old, after05("82 " + id + id), nil},
		{"none, of indefinite length", old, after05("9f ff"), nil},
		{"two, of indefinite length", old, after05("9f " + id + id + "ff"), nil},
		{"no array", old, after05("00"), []rule{lastSeenType}},
		{"a number, then a short ID", old, after05("82 00 4100"), []rule{lastSeenType, msgidSize}},
		{"a number, then an ID", old, after05("82 00 " + id), []rule{lastSeenType}},
	})
	for name, test := range map[string]struct {
		octets string
		draft  spec.Draft
		want   []rule
	}{
		"a message that is replaced":               {"87 50 00*16 " + id + " 40 f6 f6 a0" + edgeBody, spec.Content09, []rule{refUnknownLegit}},
		"a reply":                                  {"87 50 00*16 f6 40 f6 " + id + " a0" + edgeBody, spec.Content09, []rule{refUnknownLegit}},
		"a reply of content-04":                    {replyOf04("83 " + id + " 01 40"), spec.Content04, []rule{refUnknownLegit, lastSeenLegit}},
		"a message that is replaced, and one seen": {"88 5820 00*32 " + id + " 40 f6 f6 81 " + id + " a0" + edgeBody, spec.Content05, []rule{refUnknownLegit, lastSeenLegit}},
	} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(test.octets)); err != nil {
			t.Fatal(err)
		}
		result, _ := Check(octets, Options{Draft: test.draft})
		got := result.Oddities()
		ok := len(got) == len(test.want)
		for i := range got {
			ok = ok && got[i] == &ruleTable[test.want[i]]
		}
		if !ok {
			t.Errorf("%s: %v, %v", name, got, result.Violations.Err())
		}
	}
}

func TestEdgesOfExpiry(t *testing.T) {
	old := Options{Draft: spec.Content07}
	now := Options{NowMs: 1750000000000}
	expires := func(octets string) string {
		return "8750000102030405060708090a0b0c0d0e0f f6 40 " + octets + " f6 a0" + edgeBody
	}
	checkEdges(t, []edge{
		{"of indefinite length", old, expires("9f f4 05 ff"), nil},
		{"of indefinite length and three elements", old, expires("9f f4 05 00 ff"), []rule{expiresShape}},
		{"of indefinite length and one element", old, expires("9f f4 ff"), []rule{expiresShape}},
		{"of indefinite length and no element", old, expires("9f ff"), []rule{expiresShape}},
		{"a number for a boolean", Options{}, expires("82 00 05"), []rule{expiresRelativeBool}},
		{"20 for a boolean", Options{}, expires("82 14 05"), []rule{expiresRelativeBool}},
		{"a negative 20 for a boolean", Options{}, expires("82 34 05"), []rule{expiresRelativeBool}},
		{"null for a boolean", Options{}, expires("82 f6 05"), []rule{expiresRelativeBool}},
		{"a time long ago", now, expires("82 f4 01"), []rule{expiresYearPast}},
		{"a time long ago behind null", now, expires("82 f6 01"), []rule{expiresRelativeBool}},
		{"a negative time", now, expires("82 f4 20"), []rule{expiresTimeU32}},
	})
}

// A message ID in chunks is known by its first octet, wherever that stands.
func TestFirstOctetsInChunks(t *testing.T) {
	old := Options{Draft: spec.Content07}
	checkEdges(t, []edge{
		{"a known algorithm", old, "87 50 00*16 5f 40 40 41 01 581f aa*31 ff 40 f6 f6 a0" + edgeBody, nil},
		{"an unknown algorithm", old, "87 50 00*16 5f 40 41 00 581f 01*31 ff 40 f6 f6 a0" + edgeBody, []rule{msgidFirstOctetKnown}},
		{"an unknown algorithm in the first chunk", old, "87 50 00*16 5f 41 00 581f 01*31 ff 40 f6 f6 a0" + edgeBody, []rule{msgidFirstOctetKnown}},
	})
}
