package content

import "github.com/mimifuzz/mimifuzz/models/spec"

const (
	tagExtendedTime = 1001 // RFC 9581
	tagTimestamp04  = 62   // content-04 and content-05
	derivedElements = 7
)

// isBaseTime reports whether a key of an extended time holds its base time (RFC
// 9581, section 3); there is exactly one.
func isBaseTime(h head) bool {
	return h.major == majorUint && (h.arg == 1 || h.arg == 4 || h.arg == 5)
}

// CheckDerived judges the values that an implementation derives for a message
// (section 4.6): an array of message ID, accepted timestamp, group ID, leaf
// index and three URLs.
func (c *Checker) CheckDerived(values []byte) Result {
	own := *c
	for r := range own.force {
		switch rule(r) {
		case derivedValues, derivedTimestamp, encWellformed, encTrailing:
		default:
			own.force[r] = false
		}
	}
	w := walker{c: &own, b: values}
	if w.derived() && w.pos < len(w.b) {
		w.reportFound(encTrailing, w.pos, "further octets")
	}
	return w.result()
}

func (w *walker) derived() bool {
	h, ok := w.head()
	if !ok {
		return false
	}
	if h.major != majorArray || h.indefinite() || h.arg != derivedElements {
		w.report(derivedValues, h.at)
		return w.value(h, 0)
	}
	w.push(segField, 0)
	for _, f := range []field{
		fieldMessageID, fieldAcceptedTimestamp, fieldGroupID, fieldLeafIndex, fieldClientURL, fieldUserURL, fieldRoomURL,
	} {
		w.step(int(f))
		at := w.pos
		h, ok := w.head()
		if !ok || !w.value(h, 0) {
			return false
		}
		if f == fieldAcceptedTimestamp {
			if !w.timestamp(at) {
				w.report(derivedTimestamp, at)
			}
			continue
		}
		if !w.derivedField(f, h) {
			w.report(derivedValues, at)
		}
	}
	w.pop()
	return true
}

func (w *walker) derivedField(f field, h head) bool {
	switch f {
	case fieldMessageID:
		return h.major == majorBytes && h.arg == messageIDLength
	case fieldGroupID:
		return h.major == majorBytes
	case fieldLeafIndex:
		return h.major == majorUint && h.arg <= 1<<32-1
	}
	if w.c.derivedTagged {
		return h.major == majorTag && h.arg == tagURI
	}
	return h.major == majorText
}

// timestamp reports whether the item at an offset, which is well-formed, is a
// timestamp.
func (w *walker) timestamp(at int) bool {
	h, inner, _ := peek(w.b, at)
	if w.c.options.Draft < spec.Content06 {
		n, _, _ := peek(w.b, inner)
		return h.major == majorTag && h.arg == tagTimestamp04 && n.major == majorUint
	}
	if h.major != majorTag {
		return h.major == majorUint
	}
	times, pos, _ := peek(w.b, inner)
	if h.arg != tagExtendedTime || times.major != majorMap || times.indefinite() {
		return false
	}
	bases := 0
	for range times.arg {
		key, _, _ := peek(w.b, pos)
		if isBaseTime(key) {
			bases++
		}
		pos = w.skip(w.skip(pos))
	}
	return bases == 1
}
