package content

import "testing"

// TestEmoji goes to the edges of the ranges in which characters are emoji, by
// themselves or where a variation selector or a keycap says so.
func TestEmoji(t *testing.T) {
	const selector, keycap = "\ufe0f", "\u20e3"
	for _, test := range []struct {
		character       rune
		alone, selected bool
	}{
		{0x1efff, false, false}, {0x1f000, true, true}, {0x1faff, true, true}, {0x1fb00, false, false},
		{0x25ff, false, true}, {0x2600, true, true}, {0x27bf, true, true}, {0x27c0, false, true},
		{0x22ff, false, true}, {0x2300, true, true}, {0x23ff, true, true}, {0x2400, false, true},
		{0x2aff, false, true}, {0x2b00, true, true}, {0x2bff, true, true}, {0x2c00, false, true},
		{'1', false, true}, {0x7f, false, true}, {0x80, false, false},
		{0xa8, false, false}, {0xa9, false, true}, {0xaa, false, false}, {0xad, false, false}, {0xae, false, true}, {0xaf, false, false},
		{0x1fff, false, false}, {0x2000, false, true}, {0x33ff, false, true}, {0x3400, false, false}, {'é', false, false},
	} {
		if got := isEmoji([]byte(string(test.character))); got != test.alone {
			t.Errorf("%U is an emoji: %v", test.character, got)
		}
		for _, sign := range []string{selector, keycap, "\u0301" + selector} {
			if got := isEmoji([]byte(string(test.character) + sign)); got != test.selected {
				t.Errorf("%U with %+q is an emoji: %v", test.character, sign, got)
			}
		}
		if got := isEmoji([]byte(string(test.character) + "\u0301")); got != test.alone {
			t.Errorf("%U with an accent is an emoji: %v", test.character, got)
		}
	}
	for text, want := range map[string]bool{"": false, "👍": false, "👍👍": true, "👍a": false, "a👍": false, "👨‍👩‍👧": false, "1️⃣2️⃣": true, "+1": false} {
		if got := severalEmoji([]byte(text)); got != want {
			t.Errorf("%q is several emoji: %v", text, got)
		}
	}
}
