package content

import "slices"

// What is left of a container that deep walks: one of these, or counted plus
// the number of items.
const (
	indefiniteArray = iota
	indefiniteKey   // of a map, and a key is next
	indefiniteValue // of a map, and a value is next
	counted
)

// deep walks a container that lies deeper than functions call each other. It
// judges well-formedness and the encoding of each item, but not the order and
// types of keys.
func (w *walker) deep(h head) bool {
	w.stack = slices.Grow(w.stack[:0], 64)
	left := w.deepHead(h)
	for {
		switch left {
		case counted:
			if len(w.stack) == 0 {
				return true
			}
			left = w.stack.pop()
			continue
		case indefiniteArray, indefiniteKey:
			if w.atBreak() {
				left = counted
				continue
			}
			if left == indefiniteKey {
				left = indefiniteValue
			}
		case indefiniteValue:
			left = indefiniteKey
		default:
			left--
		}
		h, ok := w.head()
		if !ok {
			return false
		}
		switch h.major {
		case majorArray, majorMap, majorTag:
			if left != counted {
				w.stack.push(left)
			}
			left = w.deepHead(h)
		case majorBytes:
			if _, ok := w.bytes(h); !ok {
				return false
			}
		case majorText:
			text, ok := w.text(h)
			if !ok {
				return false
			}
			if !h.indefinite() {
				w.checkUTF8(text, h.at)
			}
		case majorSimple:
			w.simple(h)
		}
	}
}

// deepHead returns what is left of a container whose head has been read.
func (w *walker) deepHead(h head) uint64 {
	switch {
	case h.major == majorTag:
		return counted + 1
	case h.indefinite() && h.major == majorArray:
		w.report(encIndefinite, h.at)
		return indefiniteArray
	case h.indefinite():
		w.report(encIndefinite1, h.at)
		return indefiniteKey
	case h.major == majorMap:
		return counted + 2*h.arg
	}
	return counted + h.arg
}

// stack holds numbers, each in as many octets as it has digits of 7 bits, the
// lowest first. The lowest has a clear high bit. So what is left of a container
// takes no more octets than its head, and the stack is bounded by the input.
type stack []byte

func (s *stack) push(n uint64) {
	*s = append(*s, byte(n&0x7f))
	for n >>= 7; n > 0; n >>= 7 {
		*s = append(*s, 0x80|byte(n&0x7f))
	}
}

func (s *stack) pop() (n uint64) {
	for {
		last := len(*s) - 1
		digit := (*s)[last]
		*s = (*s)[:last]
		n = n<<7 | uint64(digit&0x7f)
		if digit < 0x80 {
			return n
		}
	}
}

// skip returns the offset behind the well-formed item at an offset. Items of
// definite length are merely counted; only those of indefinite length need the
// stack, for the count around them.
func (w *walker) skip(pos int) int {
	w.stack = w.stack[:0]
	left := uint64(1) // items to go in the innermost item of indefinite length
	for {
		if left == 0 {
			if len(w.stack) == 0 {
				return pos
			}
			if w.b[pos] == octetBreak {
				pos++
				left = w.stack.pop()
				continue
			}
			left = 1
		}
		left--
		h, next, _ := peek(w.b, pos)
		pos = next
		switch {
		case h.major < majorBytes || h.major == majorSimple:
		case h.major == majorTag:
			left++
		case h.indefinite():
			w.stack.push(left)
			left = 0
		case h.major <= majorText:
			pos += int(h.arg)
		case h.major == majorArray:
			left += h.arg
		default:
			left += 2 * h.arg
		}
	}
}
