package content

// The markers in the stack of deep. What is below indefiniteMark is the number
// of items that are left.
const (
	indefiniteArray = ^uint64(0)
	indefiniteKey   = ^uint64(0) - 1 // in a map, a key is next
	indefiniteValue = ^uint64(0) - 2
)

// deep walks a container that lies deeper than functions call each other. It
// judges well-formedness and the encoding of each item, but not the order and
// types of keys. The stack holds 8 octets for each level, and levels take at
// least one octet each, so that it is bounded by the input.
func (w *walker) deep(h head) bool {
	w.stack = w.stack[:0]
	if !w.deepPush(h) {
		return false
	}
	for len(w.stack) > 0 {
		top := &w.stack[len(w.stack)-1]
		switch {
		case *top == 0:
			w.stack = w.stack[:len(w.stack)-1]
			continue
		case *top == indefiniteArray, *top == indefiniteKey:
			if w.atBreak() {
				w.stack = w.stack[:len(w.stack)-1]
				continue
			}
			if *top == indefiniteKey {
				*top = indefiniteValue
			}
		case *top == indefiniteValue:
			*top = indefiniteKey
		default:
			*top--
		}
		h, ok := w.head()
		if !ok {
			return false
		}
		switch h.major {
		case majorArray, majorMap, majorTag:
			if !w.deepPush(h) {
				return false
			}
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
	return true
}

func (w *walker) deepPush(h head) bool {
	left := h.arg
	switch {
	case h.major == majorTag:
		left = 1
	case h.indefinite() && h.major == majorArray:
		left = indefiniteArray
		w.report(encIndefinite, h.at)
	case h.indefinite():
		left = indefiniteKey
		w.report(encIndefinite1, h.at)
	case h.major == majorMap:
		left *= 2
	}
	w.stackPush(left)
	return true
}

func (w *walker) stackPush(left uint64) {
	if n := len(w.stack); n == cap(w.stack) {
		// It doubles, but never beyond what the input can need.
		grown := make([]uint64, n, min(max(2*n, 64), len(w.b)+1))
		copy(grown, w.stack)
		w.stack = grown
	}
	w.stack = append(w.stack, left)
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
				left = w.stack[len(w.stack)-1]
				w.stack = w.stack[:len(w.stack)-1]
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
			w.stackPush(left)
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
