package content

import (
	"fmt"
	"strconv"
	"strings"
)

// pathString prints the path, such as nestedPart.parts[2].contentType.
func (w *walker) pathString() string {
	var b strings.Builder
	b.Grow(64)
	for i, s := range w.path[:min(w.depth, maxPathShown)] {
		if b.Len() > maxPathText {
			break
		}
		switch s.kind {
		case segField:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(fieldNames[s.n])
		case segIndex:
			b.WriteString("[" + strconv.Itoa(int(s.n)) + "]")
		case segKey:
			b.WriteString("[" + showKey(w.b, int(s.n)) + "]")
		}
	}
	if w.depth > maxPathShown || b.Len() > maxPathText {
		b.WriteString("…")
	}
	return b.String()
}

// showKey prints a map key for a path.
func showKey(b []byte, at int) string {
	h, start, ok := peek(b, at)
	if !ok {
		return "?"
	}
	switch h.major {
	case majorUint:
		return strconv.FormatUint(h.arg, 10)
	case majorNegint:
		return negative(h.arg)
	case majorText, majorBytes:
		if h.indefinite() || h.arg > uint64(len(b)-start) {
			break
		}
		s := b[start : start+int(min(h.arg, maxKeyShown))]
		more := ""
		if h.arg > maxKeyShown {
			more = "…"
		}
		if h.major == majorText {
			return strconv.QuoteToASCII(string(s)) + more
		}
		return fmt.Sprintf("h'%x'%s", s, more)
	}
	return "?"
}

// negative prints the negative integer with the given argument.
func negative(arg uint64) string {
	if arg == 1<<64-1 {
		return "-18446744073709551616"
	}
	return "-" + strconv.FormatUint(arg+1, 10)
}

// peek reads a head without judging it.
func peek(b []byte, at int) (h head, next int, ok bool) {
	if at >= len(b) {
		return h, at, false
	}
	h = head{at: at, major: b[at] >> 5, info: b[at] & 31, arg: uint64(b[at] & 31)}
	next = at + 1
	if h.info >= 24 && h.info <= 27 {
		width := 1 << (h.info - 24)
		if len(b)-next < width {
			return h, next, false
		}
		h.arg = 0
		for _, c := range b[next : next+width] {
			h.arg = h.arg<<8 | uint64(c)
		}
		next += width
	}
	return h, next, true
}

// describe says in a few words what item stands at an offset.
func describe(b []byte, at int) string {
	h, next, ok := peek(b, at)
	if !ok {
		return "the end of the input"
	}
	n := strconv.FormatUint(h.arg, 10)
	if h.indefinite() {
		n = "indefinite length"
	}
	switch h.major {
	case majorUint:
		return inFull("the integer "+n, next-at)
	case majorNegint:
		return inFull("the integer "+negative(h.arg), next-at)
	case majorBytes:
		return "a byte string of " + octets(n, h.arg)
	case majorText:
		return "a text string of " + octets(n, h.arg)
	case majorArray:
		return "an array of " + n
	case majorMap:
		return "a map of " + n
	case majorTag:
		return "tag " + n
	}
	switch h.info {
	case 20:
		return "false"
	case 21:
		return "true"
	case 22:
		return "null"
	case 23:
		return "undefined"
	case 25, 26, 27:
		return fmt.Sprintf("the float %x", b[at:next])
	case 31:
		return "a break"
	}
	return "the simple value " + n
}

func inFull(what string, octets int) string {
	if octets == 1 {
		return what
	}
	return what + " in " + strconv.Itoa(octets) + " octets"
}

func octets(n string, count uint64) string {
	if n == "indefinite length" {
		return n
	}
	if count == 1 {
		return "1 octet"
	}
	return n + " octets"
}
