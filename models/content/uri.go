package content

import "encoding/binary"

// What an octet may be in a URI (RFC 3986, section 2).
const (
	uriNever   = iota
	uriChar    // unreserved or reserved
	uriPercent // the start of an escape
	uriForeign // beyond ASCII: in an IRI only (RFC 3987)
)

var uriOctets = func() (set [256]uint8) {
	for c := 'a'; c <= 'z'; c++ {
		set[c], set[c-'a'+'A'] = uriChar, uriChar
	}
	for c := '0'; c <= '9'; c++ {
		set[c] = uriChar
	}
	for _, c := range "-._~:/?#[]@!$&'()*+,;=" {
		set[c] = uriChar
	}
	set['%'] = uriPercent
	for c := 0x80; c < 0x100; c++ {
		set[c] = uriForeign
	}
	return set
}()

// validURI reports whether text is made of what a URI may hold, and whether
// that is plain ASCII. The default reading takes relative references and
// characters beyond ASCII as well: the drafts count the octets of a URI rather
// than its characters, which only makes a difference with the latter. The
// other reading wants an absolute URI of RFC 3986.
func validURI(text []byte, absolute bool) (valid, plain bool) {
	plain = true
	for i := 0; i < len(text); i++ {
		switch uriOctets[text[i]] {
		case uriChar:
		case uriPercent:
			if i+2 >= len(text) || !isHex(text[i+1]) || !isHex(text[i+2]) {
				return false, isASCII(text)
			}
			i += 2
		case uriForeign:
			if absolute {
				return false, false
			}
			plain = false
		default:
			return false, isASCII(text)
		}
	}
	return !absolute || hasScheme(text), plain
}

// hasScheme reports whether text starts with the scheme of a URI.
func hasScheme(text []byte) bool {
	for i, c := range text {
		switch {
		case 'a' <= c|0x20 && c|0x20 <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return i > 0 && c == ':'
		}
	}
	return false
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func isASCII(text []byte) bool {
	for len(text) >= 8 {
		if binary.NativeEndian.Uint64(text)&0x8080808080808080 != 0 {
			return false
		}
		text = text[8:]
	}
	for _, c := range text {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
