package framing

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

// The parts of a message in hexadecimal, each with what else may stand there and
// what may not.
func TestReadMessageParts(t *testing.T) {
	id := "5820" + strings.Repeat("ab", 32)
	parts := []struct {
		usual  string
		taken  []string
		refuse []string
	}{
		{"87", nil, []string{"86", "88", "f6", "a7"}},
		{"50" + strings.Repeat("cd", 16), nil, []string{"4f" + strings.Repeat("cd", 15), "51" + strings.Repeat("cd", 17), "70" + strings.Repeat("cd", 16), "5810" + strings.Repeat("cd", 16)}},
		{"f6", []string{id}, []string{"581f" + strings.Repeat("ab", 31), "5821" + strings.Repeat("ab", 33), "40", "7820" + strings.Repeat("61", 32), "f5", "00"}},
		{"40", []string{
			"4100", "57" + strings.Repeat("00", 23), "5818" + strings.Repeat("00", 24), "58ff" + strings.Repeat("00", 255), "590100" + strings.Repeat("00", 256),
			"59ffff" + strings.Repeat("00", 65535), "5a00010000" + strings.Repeat("00", 65536),
		}, []string{
			"60", "f6", "5817" + strings.Repeat("00", 23), "5900ff" + strings.Repeat("00", 255), "5a0000ffff" + strings.Repeat("00", 65535),
			"5b0000000000010000" + strings.Repeat("00", 65536), "5c", "5f", "5fff", "5bffffffffffffffff", "5b8000000000000000",
		}},
		{"f6", []string{"82f400", "82f500", "82f41818", "82f51903e8", "82f41a00010000", "82f51b0000000100000000", "82f51bffffffffffffffff"}, []string{
			"82f600", "82f420", "83f400", "81f4", "82f41817", "82f41900ff", "82f41a0000ffff", "82f41b00000000ffffffff", "82f4", "f4", "82f440", "82f41c",
		}},
		{"f6", []string{id}, []string{"40", "582000"}},
		{"a0", []string{
			"a10160", "a1016161", "a20160026161", "a2026161" + "0160", "a10300", "a1036161", "a1616160", "a1200a", "a10382010a", "a10380", "a103a0", "a103a10102", "a103a2010203a0",
			"a103c100", "a103c1c100", "a103d818" + "00", "a103f90000", "a103fa00000000", "a103fb0000000000000000", "a103f6", "a103f818", "a1038182a001", "a1037818" + strings.Repeat("61", 24),
			"b818" + strings.Repeat("0300", 24), "a101" + "7818" + strings.Repeat("61", 24), "a102" + "62c3a9",
		}, []string{
			"f6", "80", "a1", "a101", "a10140", "a101f6", "a10161ff", "a10240", "a10261ff", "a1180160", "a1031c", "a1039f", "a1039fff", "a103bf", "a1031801", "a103d801" + "00",
			"b801" + "0300", "b90001" + "0300", "a1ff", "a10362", "b9ffff", "bbffffffffffffffff", "bb8000000000000000", "a1039bffffffffffffffff", "a103bb8000000000000000", "a1039b8000000000000000",
			"a1037bffffffffffffffff",
		}},
		{"83006000", []string{"8300601818", "830060190100", "850160016040", "83f6f6f6", "83808080", "83a0a0a0", "83006083010203", "83006040", "830060a10102", "830060a2" + "a080" + "0142" + "ffff"}, []string{
			"84006000" + "00", "8200", "80", "f6", "40", "a3", "8400600040",
		}},
	}
	message := func(i int, with string) []byte {
		var all string
		for k, p := range parts {
			if k == i {
				all += with
			} else {
				all += p.usual
			}
		}
		octets, err := hex.DecodeString(all)
		if err != nil {
			t.Fatalf("%s: %v", all, err)
		}
		return octets
	}
	for i, p := range parts {
		for _, with := range append(p.taken, p.usual) {
			octets := message(i, with)
			for _, more := range []string{"", "\x00", "\xff\xff"} {
				m, err := readMessage(append(bytes.Clone(octets), more...))
				if err != nil || m.size != len(octets) || !bytes.Equal(m.salt, octets[2:2+saltLength]) {
					t.Errorf("part %d, %.40s: %v, %d octets of %d", i, with, err, m.size, len(octets))
				}
			}
			for n := max(0, len(octets)-100); n < len(octets); n++ {
				if m, err := readMessage(octets[:n]); err == nil {
					t.Errorf("part %d, %.40s: cut at %d of %d octets it is taken with %d", i, with, n, len(octets), m.size)
				}
			}
		}
		for _, with := range p.refuse {
			if m, err := readMessage(message(i, with)); err == nil || m.size != 0 || m.salt != nil {
				t.Errorf("part %d, %.40s is taken: %+v", i, with, m)
			}
		}
	}
	// What the extensions name.
	for with, want := range map[string][2]string{
		"a10160": {"", "-"}, "a10260": {"-", ""}, "a2016161026162": {"a", "b"}, "a2026162016161": {"a", "b"}, "a103616a": {"-", "-"}, "a0": {"-", "-"},
	} {
		m, err := readMessage(message(6, with))
		name := func(uri []byte) string {
			if uri == nil {
				return "-"
			}
			return string(uri)
		}
		if err != nil || name(m.sender) != want[0] || name(m.room) != want[1] {
			t.Errorf("%s: %q, %q, %v", with, m.sender, m.room, err)
		}
	}
}
