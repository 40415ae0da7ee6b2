package roompolicy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// node is one JSON value.
type node struct {
	offset  int
	value   any // nil, bool, json.Number, string, []*node or *jsonObject
	visited bool
}

type jsonObject struct {
	names  []string // in their order
	values map[string]*node
}

// jsonParser makes nodes from a text.
type jsonParser struct {
	text    []byte
	decoder *json.Decoder
	way     way
}

func parseJSON(text []byte) (*node, error) {
	if len(text) > maxJSONLength {
		return nil, &JSONError{Offset: maxJSONLength, Problem: fmt.Sprintf("%d octets, expected at most %d", len(text), maxJSONLength)}
	}
	if !utf8.Valid(text) {
		return nil, &JSONError{Offset: validUntil(text), Problem: "no UTF-8"}
	}
	p := &jsonParser{text: text, decoder: json.NewDecoder(bytes.NewReader(text))}
	p.decoder.UseNumber()
	root, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := p.decoder.Token(); err != io.EOF {
		return nil, p.fail("more than one value")
	}
	return root, nil
}

// validUntil returns the offset of the first octet that is no UTF-8.
func validUntil(text []byte) int {
	for at, c := range string(text) {
		if c == utf8.RuneError && !bytes.HasPrefix(text[at:], []byte(string(c))) {
			return at
		}
	}
	return len(text)
}

func (p *jsonParser) offset() int { return int(p.decoder.InputOffset()) }

func (p *jsonParser) fail(format string, args ...any) error {
	return &JSONError{Path: p.way.to(""), Offset: p.offset(), Problem: fmt.Sprintf(format, args...)}
}

func (p *jsonParser) token() (json.Token, error) {
	token, err := p.decoder.Token()
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return nil, p.fail("the text ends early")
	case err != nil:
		return nil, p.fail("%s", err)
	}
	return token, nil
}

// start returns the offset of the value that comes next.
func (p *jsonParser) start() int {
	at := p.offset()
	for at < len(p.text) && strings.IndexByte(" \t\r\n,:", p.text[at]) >= 0 {
		at++
	}
	return at
}

func (p *jsonParser) value(depth int) (*node, error) {
	n := &node{offset: p.start()}
	token, err := p.token()
	if err != nil {
		return nil, err
	}
	delimiter, ok := token.(json.Delim)
	if !ok {
		n.value = token
		return n, p.checkText(token, n.offset)
	}
	if depth == maxJSONDepth {
		return nil, p.fail("nested more than %d deep", maxJSONDepth)
	}
	if delimiter == '{' {
		n.value, err = p.object(depth)
	} else {
		n.value, err = p.array(depth)
	}
	if err != nil {
		return nil, err
	}
	_, err = p.token() // the closing delimiter
	return n, err
}

func (p *jsonParser) object(depth int) (*jsonObject, error) {
	o := &jsonObject{values: map[string]*node{}}
	for p.decoder.More() {
		start := p.start()
		token, err := p.token()
		if err != nil {
			return nil, err
		}
		if err := p.checkText(token, start); err != nil {
			return nil, err
		}
		name := token.(string) // the decoder takes nothing else
		p.way.enter(step{name, -1})
		if _, twice := o.values[name]; twice {
			return nil, p.fail("the field comes twice")
		}
		value, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		p.way.leave()
		o.names = append(o.names, name)
		o.values[name] = value
	}
	return o, nil
}

func (p *jsonParser) array(depth int) ([]*node, error) {
	items := []*node{}
	for p.decoder.More() {
		p.way.enter(step{"", len(items)})
		item, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		p.way.leave()
		items = append(items, item)
	}
	return items, nil
}

// checkText refuses a string with half of a surrogate pair, for which the
// decoder puts the replacement character.
func (p *jsonParser) checkText(token json.Token, start int) error {
	text, ok := token.(string)
	if !ok || !strings.ContainsRune(text, utf8.RuneError) {
		return nil
	}
	raw := strings.ToLower(string(p.text[start:p.offset()]))
	meant := strings.Count(raw, string(utf8.RuneError)) + strings.Count(raw, `\ufffd`)
	if strings.Count(text, string(utf8.RuneError)) > meant {
		return p.fail("half of a surrogate pair")
	}
	return nil
}
