package content

import "bytes"

// mediaType is what the model needs to know of a content type.
type mediaType struct {
	valid bool
	plain bool // nothing but ASCII
	text  bool // text/…
	utf8  bool // charset=utf-8
}

// The characters of a token (RFC 2045, section 5.1).
var tokenOctets = func() (set [256]bool) {
	for c := 0x21; c < 0x7f; c++ {
		set[c] = true
	}
	for _, c := range `()<>@,;:\"/[]?=` {
		set[c] = false
	}
	return set
}()

// parseMediaType reads type, subtype and parameters. Blanks are allowed around
// the semicolons; values may be quoted.
func parseMediaType(s []byte) (m mediaType) {
	m.plain = true
	i := token(s, 0)
	if i == 0 || i >= len(s) || s[i] != '/' {
		m.plain = isASCII(s)
		return m
	}
	m.text = i == 4 && equalFold(s[:4], "text")
	end := token(s, i+1)
	if end == i+1 {
		m.plain = isASCII(s)
		return m
	}
	for i = end; i < len(s); {
		i = blanks(s, i)
		if i == len(s) || s[i] != ';' {
			m.plain = isASCII(s)
			return m
		}
		i = blanks(s, i+1)
		name := i
		i = token(s, i)
		if i == name || i >= len(s) || s[i] != '=' {
			m.plain = isASCII(s)
			return m
		}
		charset := equalFold(s[name:i], "charset")
		value := i + 1
		if value < len(s) && s[value] == '"' {
			i = quoted(s, value)
			if i < 0 {
				m.plain = isASCII(s)
				return m
			}
			if charset {
				m.utf8 = equalFold(s[value+1:i-1], "utf-8")
			}
			if !isASCII(s[value:i]) {
				m.plain = false
			}
			continue
		}
		i = token(s, value)
		if i == value {
			m.plain = isASCII(s)
			return m
		}
		if charset {
			m.utf8 = equalFold(s[value:i], "utf-8")
		}
	}
	m.valid = true
	return m
}

// token returns the end of the token that starts at i, i if there is none.
func token(s []byte, i int) int {
	for i < len(s) && tokenOctets[s[i]] {
		i++
	}
	return i
}

func blanks(s []byte, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	return i
}

// quoted returns the end of the quoted string that starts at i, -1 if it has
// none.
func quoted(s []byte, i int) int {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// equalFold compares with lower-case ASCII.
func equalFold(s []byte, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i := range s {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// knownType reports whether a content type is one of those that the drafts
// name; any other may be unknown to a receiver.
func knownType(s []byte) bool {
	if i := bytes.IndexByte(s, ';'); i >= 0 {
		s = s[:i]
	}
	switch string(s) {
	case "", "application/mimi-content", "text/plain", "text/markdown", "text/html", "image/jpeg", "image/png":
		return true
	}
	return false
}
