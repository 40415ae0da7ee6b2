package explain

import (
	"encoding/binary"
	"unicode/utf8"
)

// The major types of CBOR (RFC 8949, section 3.1).
const (
	majorUint = iota
	majorNegint
	majorBytes
	majorText
	majorArray
	majorMap
	majorTag
	majorSimple
)

const (
	infoIndefinite = 31
	octetBreak     = 0xff
	// maxWalkDepth is how deep items are followed.
	maxWalkDepth = 256
)

// item is one CBOR item as it stands in the input: its head, and the octets
// of a string.
type item struct {
	at, body, end int // offsets of the head, behind it, and behind the item's own octets
	major, info   uint8
	arg           uint64
	depth         int
	entry         int // its place among the items of the container, keys and values counted apart
	isBreak       bool
}

func (i *item) indefinite() bool { return i.info == infoIndefinite && i.major != majorSimple }

// container reports whether other items follow as part of this one.
func (i *item) container() bool {
	return i.major >= majorArray && i.major <= majorTag || i.indefinite()
}

// walk calls visit for each item in the order of the octets until it returns
// false. It returns where it stopped, and why if not at the end of the
// outermost item. It judges nothing: that is for the model.
func walk(b []byte, visit func(*item) bool) (end int, problem string) {
	type level struct {
		left  uint64 // items to come, if the length is definite
		open  bool   // ends with a break
		entry int
	}
	stack := []level{{left: 1}}
	pos := 0
	for {
		for len(stack) > 0 && !stack[len(stack)-1].open && stack[len(stack)-1].left == 0 {
			stack = stack[:len(stack)-1]
		}
		if len(stack) == 0 {
			return pos, ""
		}
		if len(stack) > maxWalkDepth {
			return pos, "nested too deeply to be shown"
		}
		top := &stack[len(stack)-1]
		it, problem := readItem(b, pos)
		if problem != "" {
			return pos, problem
		}
		it.depth, it.entry = len(stack)-1, top.entry
		if b[pos] == octetBreak {
			if !top.open {
				return pos, "a break where an item starts"
			}
			it.isBreak = true
			it.depth--
		}
		if !visit(&it) {
			return pos, ""
		}
		pos = it.end
		if it.isBreak {
			stack = stack[:len(stack)-1]
			continue
		}
		top.entry++
		if !top.open {
			top.left--
		}
		if it.container() {
			next := level{left: it.arg, open: it.indefinite()}
			switch it.major {
			case majorMap:
				next.left = 2 * it.arg // fits: an entry takes two octets at least
			case majorTag:
				next.left = 1
			}
			stack = append(stack, next)
		}
	}
}

func readItem(b []byte, at int) (it item, problem string) {
	if at >= len(b) {
		return it, "the end of the input where an item is due"
	}
	it = item{at: at, body: at + 1, major: b[at] >> 5, info: b[at] & 31, arg: uint64(b[at] & 31)}
	switch {
	case it.info >= 28 && it.info <= 30:
		return it, "a reserved head"
	case it.info == infoIndefinite && (it.major <= majorNegint || it.major == majorTag):
		return it, "a reserved head"
	case it.info >= 24 && it.info <= 27:
		width := 1 << (it.info - 24)
		if len(b)-it.body < width {
			return it, "the end of the input inside a head"
		}
		var wide [8]byte
		copy(wide[8-width:], b[it.body:it.body+width])
		it.arg = binary.BigEndian.Uint64(wide[:])
		it.body += width
	}
	it.end = it.body
	if it.indefinite() || it.major < majorBytes || it.major > majorMap {
		return it, ""
	}
	left := uint64(len(b) - it.body)
	if it.arg > left || it.major == majorMap && it.arg > left/2 {
		return it, "a length beyond the end of the input"
	}
	if it.major <= majorText {
		it.end += int(it.arg)
	}
	return it, ""
}

// uris are those that a message names in its extensions.
type uris struct{ sender, room string }

// The extension keys of the URIs (section 4.2 of content-08).
const (
	keySender = 1
	keyRoom   = 2
)

// findURIs looks for the text of the extensions 1 and 2. The extensions are
// the last but one element in every draft, so that a message can be asked that
// is not valid in any.
func findURIs(b []byte) uris {
	var (
		found      uris
		elements   int // of the outermost array
		inside     bool
		key        *item
		extensions = -1
	)
	walk(b, func(it *item) bool {
		switch {
		case it.depth == 0:
			if it.major != majorArray || it.indefinite() || it.arg < 2 || it.arg > 16 {
				return false
			}
			elements = int(it.arg)
			extensions = elements - 2
		case it.depth == 1:
			inside = it.entry == extensions && it.major == majorMap
			return it.entry <= extensions
		case it.depth == 2 && inside && it.isBreak:
		case it.depth == 2 && inside && it.entry%2 == 0:
			own := *it
			key = &own
		case it.depth == 2 && inside:
			if key.major != majorUint || it.major != majorText || it.indefinite() {
				break
			}
			text := b[it.body:it.end]
			if !utf8.Valid(text) {
				break
			}
			switch key.arg {
			case keySender:
				found.sender = string(text)
			case keyRoom:
				found.room = string(text)
			}
		}
		return true
	})
	return found
}
