package reports

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// columns returns how many columns a terminal gives to escaped text. Wide
// scripts count as two columns a character, which for some is one too many.
func columns(s string) int {
	total := 0
	for _, r := range s {
		total += runeColumns(r)
	}
	return total
}

func runeColumns(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r):
		return 0
	case r >= 0x1100:
		return 2
	}
	return 1
}

// wrap breaks escaped text into lines of at most width columns: at single
// spaces if it can, else within a word.
func wrap(text string, width int) []string {
	var lines []string
	line, room := "", width
	for i, word := range strings.Split(text, " ") {
		if n := columns(word); i > 0 && n+1 > room && line != "" {
			lines = append(lines, line)
			line, room = "", width
		} else if i > 0 {
			line += " "
			room--
		}
		for _, r := range word {
			if runeColumns(r) > room {
				lines = append(lines, line)
				line, room = "", width
			}
			line += string(r)
			room -= runeColumns(r)
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

// pad fills s with spaces up to a width in columns.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-columns(s)))
}

// fit cuts escaped text to a width in columns.
func fit(s string, width int) string {
	if columns(s) <= width {
		return s
	}
	for columns(s) > width-1 {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s + "…"
}
