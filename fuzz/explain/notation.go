package explain

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/reports"
)

const (
	maxText      = 64   // octets of a value that are shown
	maxItems     = 1000 // items that are shown; those that break a rule always are
	hexColumn    = 26   // characters for the octets of an item
	maxHexOctets = 7    // octets of an item that are shown in hex
)

// clipText escapes a text and cuts it where it is long.
func clipText(s string) string {
	if len(s) <= maxText {
		return reports.Escape(s)
	}
	cut := maxText
	for back := 0; back < utf8.UTFMax && cut > 0 && !utf8.RuneStart(s[cut]); back++ {
		cut--
	}
	return fmt.Sprintf("%s… (%s more)", reports.Escape(s[:cut]), count(len(s)-cut, "octet"))
}

// notation writes octets in diagnostic notation, an item a line with offset and
// octets, and below each the violations that stand there. The noun is what the
// whole of them is called.
func notation(w *strings.Builder, octets []byte, violations []Violation, noun string) {
	shown, skipped := 0, 0
	next := 0
	flushSkipped := func() {
		if skipped > 0 {
			fmt.Fprintf(w, "            … %s not shown\n", count(skipped, "item"))
			skipped = 0
		}
	}
	// marks writes the violations up to an offset.
	marks := func(end int) {
		for ; next < len(violations) && violations[next].Offset < end; next++ {
			v := &violations[next]
			fmt.Fprintf(w, "            ^^ offset %d: %s: %s\n", v.Offset, v.Rule, reports.Escape(v.Detail))
		}
	}
	end, problem := walk(octets, func(it *item) bool {
		broken := next < len(violations) && violations[next].Offset < it.end
		if shown >= maxItems && !broken {
			skipped++
			return true
		}
		flushSkipped()
		shown++
		flag := "  "
		if broken {
			flag = ">>"
		}
		fmt.Fprintf(w, "%s%8d  %-*s  %s%s\n", flag, it.at, hexColumn, hexOf(octets[it.at:it.end], violations[next:], it.at), strings.Repeat("  ", it.depth), show(octets, it))
		marks(it.end)
		return true
	})
	flushSkipped()
	if end < len(octets) {
		why := problem
		if why == "" {
			why = "further octets behind the " + noun
		}
		fmt.Fprintf(w, ">>%8d  %-*s  %s: %s\n", end, hexColumn, hexOf(octets[end:], violations[next:], end), why, count(len(octets)-end, "octet"))
	} else if problem != "" {
		fmt.Fprintf(w, ">>%8d  %-*s  %s\n", end, hexColumn, "", problem)
	}
	marks(len(octets) + 1)
}

// hexOf shows octets in hex, in brackets the first octet of each violation.
func hexOf(octets []byte, violations []Violation, at int) string {
	marked := map[int]bool{}
	for _, v := range violations {
		if v.Offset >= at+len(octets) || v.Offset >= at+maxHexOctets {
			break
		}
		marked[v.Offset-at] = true
	}
	var b strings.Builder
	for i, octet := range octets {
		if i == maxHexOctets {
			b.WriteString("…")
			break
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		if marked[i] {
			fmt.Fprintf(&b, "[%02x]", octet)
		} else {
			fmt.Fprintf(&b, "%02x", octet)
		}
	}
	return b.String()
}

// show prints an item in diagnostic notation, without what it holds.
func show(b []byte, it *item) string {
	if it.isBreak {
		return "break"
	}
	if it.indefinite() {
		return map[uint8]string{majorBytes: "(_ byte string in chunks", majorText: "(_ text in chunks", majorArray: "[_ array", majorMap: "{_ map"}[it.major]
	}
	switch it.major {
	case majorBytes:
		own := b[it.body:it.end]
		more := ""
		if len(own) > maxText/2 {
			more = fmt.Sprintf("… (%s more)", count(len(own)-maxText/2, "octet"))
			own = own[:maxText/2]
		}
		return fmt.Sprintf("h'%x'%s", own, more)
	case majorText:
		own := string(b[it.body:it.end])
		return `"` + strings.ReplaceAll(clipText(own), `"`, `\"`) + `"`
	case majorArray:
		return fmt.Sprintf("[ array of %d", it.arg)
	case majorMap:
		return fmt.Sprintf("{ map of %d", it.arg)
	case majorTag:
		return fmt.Sprintf("tag %d(", it.arg)
	}
	// Numbers and simple values are for the library to show.
	if text, err := content.Diagnose(b[it.at:it.end]); err == nil {
		return text
	}
	return fmt.Sprintf("simple(%d)", it.arg)
}
