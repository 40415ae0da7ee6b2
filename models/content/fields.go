package content

import "fmt"

const (
	messageIDLength = 32
	maxTopicID      = 4096
	maxTime         = 1<<32 - 1
	maxLastSeen     = 65535
)

func (w *walker) salt() bool {
	h, ok := w.head()
	if !ok {
		return false
	}
	if h.major != majorBytes {
		w.report(saltType, h.at)
		return w.value(h, 0)
	}
	n, ok := w.bytes(h)
	if ok && n != w.c.saltLength {
		w.reportLength(saltLength, h, n)
	}
	return ok
}

// reportLength reports the length of a string, also of one in chunks.
func (w *walker) reportLength(r rule, h head, length int) {
	if !h.indefinite() {
		w.report(r, h.at)
	} else if w.wanted(r) {
		w.add(r, h.at, octets(fmt.Sprint(length), uint64(length))+" in chunks")
	}
}

// messageID walks a reference to a message, or null. The rule wrongType is
// that of the field; an empty byte string is a wrong type, any other length
// a wrong size.
func (w *walker) messageID(wrongType, wrongAlgorithm rule, present *bool) bool {
	if w.pos < len(w.b) && w.b[w.pos] == octetNull {
		w.pos++
		return true
	}
	h, ok := w.head()
	if !ok {
		return false
	}
	*present = true
	if h.major != majorBytes {
		w.report(wrongType, h.at)
		return w.value(h, 0)
	}
	start := w.pos
	n, ok := w.bytes(h)
	if !ok {
		return false
	}
	switch {
	case n == 0:
		w.report(wrongType, h.at)
	case n != messageIDLength:
		w.reportLength(msgidSize, h, n)
	default:
		if h.indefinite() {
			start = firstChunk(w.b, start)
		}
		if w.c.force[wrongAlgorithm] && !w.c.knownHash(w.b[start]) {
			w.reportFound(wrongAlgorithm, h.at, fmt.Sprintf("first octet %#02x", w.b[start]))
		}
		w.odd |= 1 << oddReference
	}
	return true
}

// firstChunk returns the offset of the first octet of a string in chunks that
// is not empty; at is the offset of its first chunk.
func firstChunk(b []byte, at int) int {
	for {
		h, next, _ := peek(b, at)
		if h.arg > 0 {
			return next
		}
		at = next
	}
}

// inReplyTo04 walks the array that content-04 has instead of a message ID.
func (w *walker) inReplyTo04() bool {
	if w.pos < len(w.b) && w.b[w.pos] == octetNull {
		w.pos++
		return true
	}
	h, ok := w.head()
	if !ok {
		return false
	}
	w.inReplyTo = true
	if h.major != majorArray || !h.indefinite() && h.arg != 3 {
		w.report(inReplyToType, h.at)
		return w.value(h, 0)
	}
	w.push(segField, 0)
	for i := range 3 {
		if h.indefinite() && w.atBreak() {
			w.pop()
			w.report(inReplyToType, h.at)
			return true
		}
		w.step(int(fieldMessage) + i)
		item, ok := w.head()
		if !ok {
			return false
		}
		if want := [3]uint8{majorBytes, majorUint, majorBytes}[i]; item.major != want {
			w.report(inReplyToType, item.at)
		}
		n, ok := 0, true
		if item.major == majorBytes {
			n, ok = w.bytes(item)
		} else {
			ok = w.value(item, 0)
		}
		if !ok {
			return false
		}
		if i == 0 && item.major == majorBytes && n != messageIDLength {
			w.reportLength(msgidSize, item, n)
		}
	}
	w.pop()
	w.odd |= 1 << oddReference
	return !h.indefinite() || w.surplus(h, inReplyToType)
}

func (w *walker) topicID() bool {
	h, ok := w.head()
	if !ok {
		return false
	}
	if h.major != majorBytes {
		w.report(topicidType, h.at)
		return w.value(h, 0)
	}
	n, ok := w.bytes(h)
	if ok && n > maxTopicID {
		w.reportLength(topicidMax, h, n)
	}
	return ok
}

// expires walks null or the pair of a boolean and a time; content-04 has a
// bare time, 0 for never.
func (w *walker) expires() bool {
	if !w.c.force[expiresShape] {
		at := w.pos
		time, ok, good := w.time()
		if good && time != 0 {
			w.judgeExpiry(at, false, time)
		}
		return ok
	}
	if w.pos < len(w.b) && w.b[w.pos] == octetNull {
		w.pos++
		return true
	}
	h, ok := w.head()
	if !ok {
		return false
	}
	if h.major != majorArray || !h.indefinite() && h.arg != 2 {
		w.report(expiresShape, h.at)
		return w.value(h, 0)
	}
	if h.indefinite() {
		w.report(encIndefinite, h.at)
	}
	w.push(segField, int(fieldRelative))
	if h.indefinite() && w.atBreak() {
		w.pop()
		w.report(expiresShape, h.at)
		return true
	}
	first, ok := w.head()
	if !ok {
		return false
	}
	boolean := first.major == majorSimple && (first.info == 20 || first.info == 21)
	if !boolean {
		w.report(expiresRelativeBool, first.at)
		if !w.value(first, 0) {
			return false
		}
	}
	w.step(int(fieldTime))
	if h.indefinite() && w.atBreak() {
		w.pop()
		w.report(expiresShape, h.at)
		return true
	}
	at := w.pos
	time, ok, good := w.time()
	if !ok {
		return false
	}
	if boolean && good {
		w.judgeExpiry(at, first.info == 21, time)
	}
	w.pop()
	return !h.indefinite() || w.surplus(h, expiresShape)
}

// time walks an unsigned integer of 32 bits; good says whether it was one.
func (w *walker) time() (time uint64, ok, good bool) {
	h, ok := w.head()
	if !ok {
		return 0, false, false
	}
	if h.major != majorUint || h.arg > maxTime {
		w.report(expiresTimeU32, h.at)
		return 0, w.value(h, 0), false
	}
	return h.arg, true, true
}

func (w *walker) lastSeen() bool {
	h, ok := w.head()
	if !ok {
		return false
	}
	if h.major != majorArray {
		w.report(lastSeenType, h.at)
		return w.value(h, 0)
	}
	w.push(segIndex, 0)
	count := 0
	for ; h.indefinite() || uint64(count) < h.arg; count++ {
		if h.indefinite() && w.atBreak() {
			break
		}
		w.step(count)
		item, ok := w.head()
		if !ok {
			return false
		}
		if item.major != majorBytes {
			w.report(lastSeenType, item.at)
			if !w.value(item, 0) {
				return false
			}
			continue
		}
		n, ok := w.bytes(item)
		if !ok {
			return false
		}
		if n != messageIDLength {
			w.reportLength(msgidSize, item, n)
		}
	}
	w.pop()
	w.odd |= 1 << oddLastSeen
	if count > maxLastSeen {
		w.report(lastSeenEmptyNotFirst, h.at)
	}
	return true
}
