package content

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

const (
	maxExtensionDepth = 4
	maxTextKey        = 255
	maxExactInteger   = 1<<53 - 1
	keySender         = 1
	keyRoom           = 2
)

// extensions walks the extensions map.
func (w *walker) extensions() bool {
	h, ok := w.head()
	if !ok {
		return false
	}
	if h.major != majorMap {
		w.report(extensionsMap, h.at)
		return w.value(h, 0)
	}
	w.inExtensions = true
	ok = w.mapEntries(h, 1)
	w.inExtensions = false
	return ok
}

// nestedMap walks a map that is not the extensions map.
func (w *walker) nestedMap(h head, level int) bool { return w.mapEntries(h, level) }

// mapEntries walks the entries of a map. Level 1 is the extensions map itself,
// a higher one a map inside it, and 0 a map where none should be.
func (w *walker) mapEntries(h head, level int) bool {
	if h.indefinite() {
		w.report(encIndefinite1, h.at)
	}
	first, last := w.pos, mapKey{}
	ordered, deterministic := true, true
	w.push(segKey, w.pos)
	all := len(w.b) // more than there can be, if the length is indefinite
	if !h.indefinite() {
		all = int(h.arg)
	}
	left := all
	for {
		if level > 1 && level <= w.c.quickDepth || level == 1 && w.c.quickKeys {
			left, last, w.pos = w.quickEntries(w.pos, left, level, last)
		}
		if left == 0 || h.indefinite() && w.atBreak() {
			break
		}
		w.step(w.pos)
		keyHead, ok := w.head()
		if !ok {
			return false
		}
		if !w.c.force[encMapOrder] && (keyHead.indefinite() || w.pos-keyHead.at != headLength(keyHead.arg)) {
			deterministic = false
		}
		if !w.key(keyHead, level) {
			return false
		}
		key := mapKey{keyHead.at, w.pos}
		if bytes.Compare(last.octets(w.b), key.octets(w.b)) >= 0 {
			ordered = false
			w.judgeOrder(last, key, level)
		}
		last = key
		if level == 1 {
			ok = w.extensionValue(keyHead)
		} else {
			ok = w.item(level)
		}
		if !ok {
			return false
		}
		if level == 1 {
			w.judgeValueSize(key.end, w.pos)
		}
		left--
	}
	w.pop()
	if !ordered || !deterministic && level == 1 {
		w.duplicates(first, all-left, level)
	}
	return true
}

// key judges and walks a map key whose head has been read.
func (w *walker) key(h head, level int) bool {
	switch level {
	case 0:
	case 1:
		return w.extensionKey(h)
	default:
		switch h.major {
		case majorUint, majorNegint:
			if h.arg > maxExactInteger-uint64(h.major) && !w.exact(h) {
				w.report(extNestedIntKeyRange, h.at)
			}
		case majorBytes, majorText:
		default:
			w.report(extNestedKeyType, h.at)
		}
	}
	return w.value(h, level)
}

// exact reports whether an integer key outside the printed range is allowed
// because a double holds it, under the reading that goes by the reason.
func (w *walker) exact(h head) bool {
	if !w.c.keysByPrecision {
		return false
	}
	// A negative integer is -1-arg, which is arg+1 in magnitude.
	magnitude := h.arg + uint64(h.major)
	return magnitude == 0 || uint64(float64(magnitude)) == magnitude && float64(magnitude) < 1<<64
}

func (w *walker) extensionKey(h head) bool {
	switch h.major {
	case majorUint:
		if h.arg > keyRoom {
			w.odd |= 1 << oddExtension
		}
		switch {
		case w.c.options.Draft == spec.Content04:
			w.report(extKeyType, h.at)
		case h.arg == 0 && !w.c.keyZero:
			w.report(extKeyZeroReserved, h.at)
		case h.arg > maxExactInteger && !w.exact(h):
			w.report(extKeyIntRange, h.at)
		case h.arg != 0 && w.c.options.RegisteredKeys != nil && !slices.Contains(w.c.options.RegisteredKeys, h.arg):
			w.report(extKeyPrivateUse, h.at)
		}
	case majorNegint:
		switch {
		case w.c.options.Draft == spec.Content04:
			w.report(extKeyType, h.at)
		case h.arg > maxExactInteger-1 && !w.exact(h):
			w.report(extKeyIntRangeNeg, h.at)
		}
	case majorText:
		w.leaf(h, 1)
		text, ok := w.text(h)
		if !ok {
			return false
		}
		if !h.indefinite() {
			w.checkUTF8(text, h.at)
		}
		if len(text) == 0 {
			w.report(extKeyTextEmpty, h.at)
		} else if len(text) > maxTextKey {
			w.reportLength(extKeyTextLength, h, len(text))
		}
		return true
	default:
		w.report(extKeyType, h.at)
	}
	return w.value(h, 1)
}

// judgeOrder tells of a key that does not stand behind the one before it. An
// equal key is told of by duplicates.
func (w *walker) judgeOrder(last, at mapKey, level int) {
	if !w.c.force[encMapOrder] || level == 0 {
		return
	}
	before, key := last.octets(w.b), at.octets(w.b)
	switch {
	case bytes.Equal(before, key):
	case level > 1:
		w.report(encMapOrderNested, at.start)
	case len(before) < len(key):
		w.report(encMapOrderNotLengthFirst, at.start)
	case before[0]>>5 != key[0]>>5, key[0]>>5 >= majorBytes && len(before) != len(key):
		w.report(encMapOrderMixed, at.start)
	default:
		w.report(encMapOrder, at.start)
	}
}

// headLength is the length of the shortest head for an argument.
func headLength(arg uint64) int {
	switch {
	case arg < 24:
		return 1
	case arg < 1<<8:
		return 2
	case arg < 1<<16:
		return 3
	case arg < 1<<32:
		return 5
	}
	return 9
}

// judgeValueSize judges the size of the extension value between two offsets.
func (w *walker) judgeValueSize(start, end int) {
	size := end - start
	if size > maxPlainValue {
		w.odd |= 1 << oddLargeValue
	}
	if w.c.maxValue == 0 || size <= w.c.maxValue {
		return
	}
	if w.c.valueByContent {
		// The CDDL limits the content of strings; other items have no size.
		h, next, _ := peek(w.b, start)
		if h.major != majorBytes && h.major != majorText || end-next <= w.c.maxValue {
			return
		}
	}
	if w.wanted(extValueSize) {
		w.add(extValueSize, start, octets(fmt.Sprint(size), uint64(size)))
	}
}

// extensionValue walks the value of an extension.
func (w *walker) extensionValue(key head) bool {
	if w.c.options.Draft == spec.Content04 && w.pos < len(w.b) && w.b[w.pos]>>5 != majorBytes {
		w.report(extValueSize, w.pos)
	}
	if w.pos < len(w.b) && w.b[w.pos]>>5 == majorSimple {
		w.odd |= 1 << oddAnyValue
	}
	if key.major != majorUint {
		return w.item(1)
	}
	start := w.pos
	switch key.arg {
	case keySender:
		return w.uriValue(extSenderURI, w.c.sender())
	case keyRoom:
		return w.uriValue(extRoomURI, w.c.room())
	}
	if !w.item(1) {
		return false
	}
	if w.c.options.MoreExtensions {
		w.moreExtension(key.arg, start)
	}
	return true
}

// uriValue walks the sender or the room URI. In drafts that do not fix its
// type it may be anything.
func (w *walker) uriValue(wrongType rule, expected string) bool {
	h, ok := w.head()
	if !ok {
		return false
	}
	if h.major != majorText {
		w.report(wrongType, h.at)
		return w.value(h, 1)
	}
	w.leaf(h, 1)
	text, ok := w.text(h)
	if !ok {
		return false
	}
	valid, plain := validURI(text, w.c.uriAbsolute)
	if !plain && !h.indefinite() {
		// A URI of nothing but ASCII needs no look at its UTF-8.
		if !w.checkUTF8(text, h.at) {
			return true
		}
	}
	if !valid {
		w.reportFound(extURIs, h.at, "a text that is no URI")
	}
	if expected != "" && string(text) != expected {
		w.reportFound(uriSourceAgrees, h.at, "another URI")
	}
	return true
}

func (c *Checker) sender() string {
	if c.options.Delivery == nil {
		return ""
	}
	return c.options.Delivery.SenderURI
}

func (c *Checker) room() string {
	if c.options.Delivery == nil {
		return ""
	}
	return c.options.Delivery.RoomURI
}
