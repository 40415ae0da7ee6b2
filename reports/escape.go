package reports

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Escape returns s with everything that a terminal or a page would not show as
// itself written out: \n, \r and \t; \x1b for other ASCII controls and for
// octets that are not UTF-8; \u{202e} for other characters that are invisible or
// change how their neighbours are shown. A backslash is doubled, so that no two
// strings look the same. Text for a page needs HTML escaping besides.
func Escape(s string) string { return escape(s, true) }

// prose is [Escape] for sentences and commands: it leaves the backslash alone.
// They quote inputs that are escaped already, and commands are to be copied.
func prose(s string) string { return escape(s, false) }

// quote returns s escaped and in quotation marks.
func quote(s string) string {
	return `"` + strings.ReplaceAll(Escape(s), `"`, `\"`) + `"`
}

func escape(s string, backslash bool) string {
	clean := true
	for _, r := range s {
		if r < ' ' || r > '~' || r == '\\' && backslash {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	based := false // whether a mark has a shown character to sit on
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
			based = false
		case r == '\\' && backslash:
			b.WriteString(`\\`)
			based = true
		case showable(r) && (based || !unicode.Is(unicode.M, r)):
			b.WriteRune(r)
			based = true
		default:
			b.WriteString(escapeRune(r))
			based = false
		}
		i += size
	}
	return b.String()
}

func escapeRune(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < utf8.RuneSelf:
		return fmt.Sprintf(`\x%02x`, r)
	}
	return fmt.Sprintf(`\u{%x}`, r)
}

// brailleBlank is printable in Unicode's eyes and blank in a reader's.
const brailleBlank = '\u2800'

// showable reports whether a reader sees r, and sees nothing else change for
// it. unicode.IsPrint rules out controls, formats (among them all bidi
// controls) and spaces other than the ASCII one, but not the letters and marks
// that Unicode asks renderers to ignore.
func showable(r rune) bool {
	return unicode.IsPrint(r) && r != brailleBlank &&
		!unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) && !unicode.Is(unicode.Variation_Selector, r)
}

// clip returns the first part of s, at most limit octets long, and how many
// octets are left. It does not cut characters apart.
func clip(s string, limit int) (string, int) {
	if len(s) <= limit {
		return s, 0
	}
	cut := limit
	for back := 0; back < utf8.UTFMax && cut > 0 && !utf8.RuneStart(s[cut]); back++ {
		cut--
	}
	return s[:cut], len(s) - cut
}
