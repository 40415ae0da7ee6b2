package content

import (
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// severalEmoji reports whether text is two or more emoji and nothing else. It
// takes emoji for what is drawn as one picture: with modifiers, joined, or
// pairs of letters that make a flag. Texts such as "+1" or "LOL" are a single
// reaction of several characters.
func severalEmoji(text []byte) bool {
	count, state := 0, -1
	for len(text) > 0 {
		var cluster []byte
		cluster, text, _, state = uniseg.FirstGraphemeCluster(text, state)
		if !isEmoji(cluster) {
			return false
		}
		count++
	}
	return count > 1
}

func isEmoji(cluster []byte) bool {
	first, size := utf8.DecodeRune(cluster)
	switch {
	case first >= 0x1f000 && first <= 0x1faff, first >= 0x2600 && first <= 0x27bf,
		first >= 0x2300 && first <= 0x23ff, first >= 0x2b00 && first <= 0x2bff:
		return true
	case first < 0x80 || first == 0xa9 || first == 0xae || first >= 0x2000 && first <= 0x33ff:
		// Digits, signs and arrows are emoji if a keycap or a variation
		// selector says so.
		for rest := cluster[size:]; len(rest) > 0; {
			r, n := utf8.DecodeRune(rest)
			if r == 0xfe0f || r == 0x20e3 {
				return true
			}
			rest = rest[n:]
		}
	}
	return false
}
