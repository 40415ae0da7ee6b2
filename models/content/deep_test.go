package content

import (
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// containers are nested in every way: definite and not, with strings, simple values
// and tags beside and behind what is nested, and with counts of several digits.
var containers = []string{
	"80", "81 01", "82 01 02", "82 81 01 02", "82 80 80", "83 f6 f5 f9 0000", "82 41 01 61 61", "82 82 82 01 02 03 04",
	"a0", "a1 01 02", "a2 01 02 03 81 04", "a2 01 a1 02 03 04 05", "82 a2 01 02 03 04 05",
	"c1 00", "c1 81 01", "82 c1 01 02", "82 c1 c2 40 02", "82 c1 81 01 02",
	"9f ff", "9f 01 81 02 ff", "82 9f 01 ff 02", "9f 9f ff 9f 01 ff ff", "82 9f c1 9f ff ff 01",
	"bf ff", "bf 01 02 03 9f ff ff", "bf 01 bf 02 03 ff 04 05 ff", "82 bf 01 02 ff 03",
	"5f 41 01 42 02 03 ff", "82 7f 61 61 60 ff 01", "82 5f ff 00",
	"99012c 81 01 00*299", "9a00004001 82 01 02 00*16384", "9900ff 99007f 00*127 00*254", "b90081 00 81 01 00*256",
}

// TestDeepAgainstCalls walks containers with the stack and by calls.
func TestDeepAgainstCalls(t *testing.T) {
	checker := must(NewChecker(Options{Draft: spec.Content07}))
	for _, text := range containers {
		var octets Octets
		if err := octets.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		behind := append(octets, 0)
		w := walker{c: checker, b: behind}
		if got := w.skip(0); got != len(octets) {
			t.Errorf("%s: skipped up to octet %d of %d", text, got, len(octets))
		}
		major := octets[0] >> 5
		if major != majorArray && major != majorMap && major != majorTag {
			continue
		}
		h, _ := w.head()
		if !w.deep(h) || w.pos != len(octets) || w.b[w.pos] != 0 {
			t.Errorf("%s: walked up to octet %d of %d", text, w.pos, len(octets))
		}
		for _, v := range w.violations {
			if v.Rule.Level == spec.Syntax && v.Rule != &ruleTable[encIndefinite] && v.Rule != &ruleTable[encIndefinite1] {
				t.Errorf("%s: %v", text, &v)
			}
		}
		for n := 1; n < min(len(octets), 300); n++ {
			w := walker{c: checker, b: octets[:n]}
			if h, ok := w.head(); ok && w.deep(h) {
				t.Errorf("%s: the first %d of %d octets were taken for whole", text, n, len(octets))
			}
		}
	}
}

func TestStackOfNumbers(t *testing.T) {
	var s stack
	numbers := []uint64{0, 1, 127, 128, 129, 255, 16383, 16384, 1<<32 + 5, 1<<64 - 1}
	for _, n := range numbers {
		s.push(n)
	}
	for i := len(numbers) - 1; i >= 0; i-- {
		if got := s.pop(); got != numbers[i] {
			t.Errorf("%d came back as %d", numbers[i], got)
		}
	}
	if len(s) != 0 {
		t.Errorf("%d octets are left", len(s))
	}
}
