package framing

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits on a layout that is parsed. Real ones have four to eight components.
const (
	maxLayoutLength = 4096 // octets of text
	maxComponents   = 24
	maxLiteral      = 64 // octets, so that what String prints is not too long for Parse
)

const (
	layoutExample = "len16(sender) len16(room) message salt"

	expectedField     = "a field: sender, room, message or salt"
	expectedComponent = "a field (sender, room, message, salt), an encoded field such as len16(sender) " +
		"(len8, len16, len32, len64, varint, cbor), or a literal such as \"|\" or 0x00"
)

// ParseError says where a text stops being a layout.
type ParseError struct {
	Layout   string
	Column   int // of the first character that does not fit, from 1
	Found    string
	Expected string
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("layout, column %d: found %s, expected %s; example: %s",
		e.Column, e.Found, e.Expected, layoutExample)
}

// Parse reads a layout: components separated by white space. A component is a
// field (sender, room, message, salt), a field in an encoding (len16(sender);
// likewise len8, len32, len64, varint, cbor), or a literal of at least one
// octet ("|" with the escapes of Go, or 0x00 with two digits an octet).
// It fails with [*ParseError].
func Parse(s string) (Layout, error) {
	p := parser{text: s}
	if len(s) > maxLayoutLength {
		return Layout{}, p.fail(maxLayoutLength, "a longer text", fmt.Sprintf("at most %d octets", maxLayoutLength))
	}
	for i, r := range s {
		if _, size := utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && size == 1 {
			return Layout{}, p.fail(i, fmt.Sprintf("the octet 0x%02x", s[i]), "UTF-8; write octets as in 0xff")
		}
	}
	var l Layout
	for {
		p.skipSpace()
		if p.at == len(s) {
			break
		}
		if len(l.Components) == maxComponents {
			return Layout{}, p.fail(p.at, "another component", fmt.Sprintf("at most %d", maxComponents))
		}
		start := p.at
		c, err := p.component()
		if err != nil {
			return Layout{}, err
		}
		if n := len(c.Literal); n > maxLiteral {
			return Layout{}, p.fail(start, fmt.Sprintf("a literal of %d octets", n), fmt.Sprintf("at most %d", maxLiteral))
		}
		l.Components = append(l.Components, c)
		if p.at < len(s) && !isSpace(s[p.at]) {
			return Layout{}, p.fail(p.at, p.found(), "a space or the end after "+c.String())
		}
	}
	if len(l.Components) == 0 {
		return Layout{}, p.fail(p.at, "the end", expectedComponent)
	}
	return l, nil
}

// MustParse is [Parse] for layouts that are known to be right. It panics
// otherwise.
func MustParse(s string) Layout {
	l, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return l
}

type parser struct {
	text string
	at   int // octets read
}

// fail makes every ParseError. The offset is in octets.
func (p *parser) fail(offset int, found, expected string) error {
	return &ParseError{
		Layout: p.text, Column: utf8.RuneCountInString(p.text[:offset]) + 1, Found: found, Expected: expected,
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

func (p *parser) skipSpace() {
	for p.at < len(p.text) && isSpace(p.text[p.at]) {
		p.at++
	}
}

// word reads letters, digits, hyphens and underscores, perhaps none.
func (p *parser) word() string {
	start := p.at
	for p.at < len(p.text) && isWord(p.text[p.at]) {
		p.at++
	}
	return p.text[start:p.at]
}

// found names what stands at the current place: a word, a character or the end.
func (p *parser) found() string {
	if p.at == len(p.text) {
		return "the end"
	}
	q := *p
	if w := q.word(); w != "" {
		return strconv.Quote(w)
	}
	_, size := utf8.DecodeRuneInString(p.text[p.at:])
	return strconv.Quote(p.text[p.at : p.at+size])
}

func (p *parser) component() (Component, error) {
	rest := p.text[p.at:]
	switch {
	case rest[0] == '"' || rest[0] == '`':
		return p.quoted()
	case strings.HasPrefix(rest, "0x") || strings.HasPrefix(rest, "0X"):
		return p.hexadecimal()
	}
	start, found := p.at, p.found()
	word := p.word()
	if f := fieldNamed(word); f != Literal {
		return Component{Field: f}, nil
	}
	encoding := encodingNamed(word)
	if encoding == Raw {
		return Component{}, p.fail(start, found, expectedComponent)
	}
	if p.at == len(p.text) || p.text[p.at] != '(' {
		return Component{}, p.fail(p.at, p.found(), fmt.Sprintf("( and a field after %s, as in %s(sender)", word, word))
	}
	p.at++
	p.skipSpace()
	start, found = p.at, p.found()
	f := fieldNamed(p.word())
	if f == Literal {
		return Component{}, p.fail(start, found, expectedField)
	}
	p.skipSpace()
	if p.at == len(p.text) || p.text[p.at] != ')' {
		return Component{}, p.fail(p.at, p.found(), fmt.Sprintf(") after %s(%s", encoding, f))
	}
	p.at++
	return Component{Field: f, Encoding: encoding}, nil
}

func fieldNamed(name string) Field {
	for f := Sender; f < fieldEnd; f++ {
		if fieldNames[f] == name {
			return f
		}
	}
	return Literal
}

func encodingNamed(name string) Encoding {
	for e := Len8; e < encodingEnd; e++ {
		if encodingNames[e] == name {
			return e
		}
	}
	return Raw
}

func (p *parser) quoted() (Component, error) {
	prefix, err := strconv.QuotedPrefix(p.text[p.at:])
	if err != nil {
		return Component{}, p.fail(p.at, "a literal that does not end or has a wrong escape", `a quoted literal such as "|"`)
	}
	value, err := strconv.Unquote(prefix)
	if err != nil || value == "" {
		return Component{}, p.fail(p.at, prefix, `a literal of at least one octet, such as "|"`)
	}
	p.at += len(prefix)
	return Component{Literal: []byte(value)}, nil
}

func (p *parser) hexadecimal() (Component, error) {
	const expected = "two hexadecimal digits for each octet, such as 0x00"
	start := p.at
	word := p.word()
	digits := word[2:]
	for i := range len(digits) {
		if _, err := strconv.ParseUint(digits[i:i+1], 16, 8); err != nil {
			return Component{}, p.fail(start+2+i, strconv.Quote(digits[i:i+1]), expected)
		}
	}
	value, err := hex.DecodeString(digits)
	if err != nil || len(value) == 0 {
		p.at = start + len(word)
		return Component{}, p.fail(p.at, fmt.Sprintf("%d digits", len(digits)), expected)
	}
	return Component{Literal: value}, nil
}
