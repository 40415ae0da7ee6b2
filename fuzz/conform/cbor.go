package conform

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"github.com/mimifuzz/mimifuzz/models/content"
)

// item is a CBOR item in octets that need not be well-formed. What cannot be
// read is left out of the tree.
type item struct {
	start, content, end int // of the head, behind the head, and behind the item
	major               byte
	info                byte
	argument            uint64
	whole               bool // it ends where it should
	items               []*item
}

func (i *item) indefinite() bool { return i.info == 31 }

// The bounds of a tree.
const (
	maxItems = 4096
	maxLevel = 64
)

// parser reads octets as far as they can be read.
type parser struct {
	octets []byte
	pos    int
	items  int
	spare  []item // allocated many at a time
}

// parseItem reads the first item of octets, nil if there is not even a head.
func parseItem(octets []byte) *item {
	p := parser{octets: octets}
	return p.item(0)
}

func (p *parser) item(level int) *item {
	if p.pos >= len(p.octets) || p.items >= maxItems || level > maxLevel {
		return nil
	}
	p.items++
	if len(p.spare) == 0 {
		p.spare = make([]item, 16)
	}
	i := &p.spare[0]
	p.spare = p.spare[1:]
	i.start, i.major, i.info = p.pos, p.octets[p.pos]>>5, p.octets[p.pos]&31
	i.argument = uint64(i.info)
	p.pos++
	if i.info >= 24 && i.info <= 27 {
		width := 1 << (i.info - 24)
		if len(p.octets)-p.pos < width {
			p.pos = len(p.octets)
			i.content, i.end = p.pos, p.pos
			return i
		}
		var octets [8]byte
		copy(octets[8-width:], p.octets[p.pos:])
		i.argument = binary.BigEndian.Uint64(octets[:])
		p.pos += width
	}
	i.content = p.pos
	p.contents(i, level)
	i.end = p.pos
	return i
}

func (p *parser) contents(i *item, level int) {
	count := i.argument
	switch i.major {
	case 2, 3:
		if !i.indefinite() {
			i.whole = count <= uint64(len(p.octets)-p.pos)
			p.pos += int(min(count, uint64(len(p.octets)-p.pos)))
			return
		}
	case 4:
	case 5:
		count *= 2
	case 6:
		count = 1
	default:
		i.whole = true
		return
	}
	for n := uint64(0); i.indefinite() || n < count; n++ {
		if i.indefinite() && p.pos < len(p.octets) && p.octets[p.pos] == 0xff {
			p.pos++
			i.whole = true
			return
		}
		child := p.item(level + 1)
		if child == nil {
			return
		}
		i.items = append(i.items, child)
		if !child.whole {
			return
		}
	}
	i.whole = true
}

// shape says what kind of item stands there, without its value.
func (i *item) shape(octets []byte) string {
	shape := ""
	switch i.major {
	case 0, 1:
		shape = [...]string{"uint", "negative"}[i.major]
		if i.info == 27 {
			shape += "64"
		}
	case 2, 3:
		shape = [...]string{"octets", "text"}[i.major-2]
		switch inside := octets[i.content:i.end]; {
		case len(inside) == 0:
			shape += "-empty"
		case i.major == 3 && bytes.IndexFunc(inside, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0:
			shape += "-beyond-ascii"
		}
	case 4, 5:
		shape = [...]string{"array", "map"}[i.major-4]
		if len(i.items) == 0 {
			shape += "-empty"
		}
	case 6:
		shape = "tag"
	default:
		switch i.info {
		case 20, 21:
			shape = "bool"
		case 22:
			shape = "null"
		case 23:
			shape = "undefined"
		case 25, 26, 27:
			shape = "float"
		default:
			shape = "simple"
		}
	}
	if i.indefinite() {
		return "indefinite-" + shape
	}
	if shortest := len(content.AppendHead(nil, i.major, i.argument)); i.major != 7 && i.content-i.start > shortest {
		return "long-head-" + shape
	}
	return shape
}
