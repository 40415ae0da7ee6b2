package protocol

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// flat is an object of the plainest form: its values are strings, arrays of
// strings, integers, true, and false. Most lines are; the others are read by
// the strict reader, which also says what is wrong with a line.
type flat struct {
	members [6]flatMember
	count   int
}

// flatMember has a name and a value as they stand on the line, the name without
// its quotes. The kind is '"' for a string, '[' for an array, '0' for an
// integer, 't' and 'f'.
type flatMember struct {
	name, value []byte
	kind        byte
}

// read takes a line apart. It reports false for a line that is not flat. What
// is inside strings is not looked at.
func (f *flat) read(line []byte) bool {
	f.count = 0
	rest, ok := after(line, '{')
	for ok && f.count < len(f.members) {
		m := &f.members[f.count]
		f.count++
		if m.name, rest, ok = quoted(rest); !ok {
			return false
		}
		m.name = m.name[1 : len(m.name)-1]
		if rest, ok = after(rest, ':'); !ok {
			return false
		}
		if rest, ok = m.read(rest); !ok {
			return false
		}
		if end, closed := after(rest, '}'); closed {
			return len(end) == 0
		}
		rest, ok = after(rest, ',')
	}
	return false
}

// read reads a value, and returns what follows it.
func (m *flatMember) read(text []byte) (rest []byte, ok bool) {
	if len(text) == 0 {
		return nil, false
	}
	switch m.kind = text[0]; m.kind {
	case '"':
		m.value, rest, ok = quoted(text)
		return rest, ok
	case '[':
		rest, ok = after(text, '[')
		for first := true; ok; first = false {
			if end, closed := after(rest, ']'); closed && first {
				rest = end
				break
			}
			if _, rest, ok = quoted(rest); !ok {
				return nil, false
			}
			if end, closed := after(rest, ']'); closed {
				rest = end
				break
			}
			rest, ok = after(rest, ',')
		}
		m.value = text[:len(text)-len(rest)]
		return rest, ok
	case 't':
		return bytes.CutPrefix(text, []byte("true"))
	case 'f':
		return bytes.CutPrefix(text, []byte("false"))
	}
	m.kind = '0'
	end := 0
	for end < len(text) && '0' <= text[end] && text[end] <= '9' {
		end++
	}
	m.value = text[:end]
	return text[end:], end == 1 || end > 1 && text[0] != '0'
}

// integer returns the value of an integer of at most 18 digits.
func (m *flatMember) integer() (n uint64, ok bool) {
	for _, digit := range m.value {
		n = 10*n + uint64(digit-'0')
	}
	return n, m.kind == '0' && len(m.value) <= 18
}

// octets returns what the base64 of a string stands for.
func (m *flatMember) octets() (octets []byte, ok bool) {
	if m.kind != '"' {
		return nil, false
	}
	octets, err := decodeBase64("", m.value[1:len(m.value)-1])
	return octets, err == nil
}

// text returns the value of a string.
func (m *flatMember) text() (text string, ok bool) {
	if m.kind != '"' {
		return "", false
	}
	return unquote(m.value)
}

// list returns the values of an array of strings.
func (m *flatMember) list() (list []string, ok bool) {
	if m.kind != '[' {
		return nil, false
	}
	list = []string{}
	for rest := skipSpace(m.value[1:]); rest[0] != ']'; {
		var value []byte
		value, rest, _ = quoted(rest) // it was read before
		text, ok := unquote(value)
		if !ok {
			return nil, false
		}
		list = append(list, text)
		if rest = skipSpace(rest); rest[0] == ',' {
			rest = skipSpace(rest[1:])
		}
	}
	return list, true
}

func unquote(value []byte) (text string, ok bool) {
	plain := value[1 : len(value)-1]
	for _, c := range plain {
		if c < ' ' || c > '~' || c == '\\' {
			text, err := jsontext.AppendUnquote(nil, value)
			return string(text), err == nil
		}
	}
	return string(plain), true
}

func skipSpace(text []byte) []byte {
	for len(text) > 0 && (text[0] == ' ' || text[0] == '\t' || text[0] == '\r' || text[0] == '\n') {
		text = text[1:]
	}
	return text
}

// after returns what follows a character, with space before and after it.
func after(text []byte, c byte) (rest []byte, ok bool) {
	text = skipSpace(text)
	if len(text) == 0 || text[0] != c {
		return nil, false
	}
	return skipSpace(text[1:]), true
}

// quoted returns the string that a text starts with, in its quotes, and what
// follows.
func quoted(text []byte) (value, rest []byte, ok bool) {
	if len(text) == 0 || text[0] != '"' {
		return nil, nil, false
	}
	for end := 1; ; end++ {
		next := bytes.IndexByte(text[end:], '"')
		if next < 0 {
			return nil, nil, false
		}
		end += next
		backslashes := 0
		for text[end-1-backslashes] == '\\' {
			backslashes++
		}
		if backslashes%2 == 0 {
			return text[:end+1], text[end+1:], true
		}
	}
}
