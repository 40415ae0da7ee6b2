package content

import "bytes"

const (
	keySenderTimestamp   = 3
	keyExternalMessageID = 4
	keySubject           = 5
	keyLastSeen          = 256
	maxSubject           = 4096
)

// moreExtension judges the value of an extension of
// draft-mahy-mimi-content-more-extensions-00, which starts at an offset and
// ends here; it is known to be well-formed. One violation is told at most.
func (w *walker) moreExtension(key uint64, start int) {
	var good bool
	var r rule
	switch key {
	case keySenderTimestamp:
		r, good = moreSenderTimestamp, w.senderTimestamp(start)
	case keyExternalMessageID:
		r, good = moreExternalMessageID, w.externalMessageID(start)
	case keySubject:
		h, _, _ := peek(w.b, start)
		r, good = moreSubject, h.major == majorText && !h.indefinite() && h.arg >= 1 && h.arg <= maxSubject
	case keyLastSeen:
		r, good = moreLastSeen, w.moreLastSeen(start)
	default:
		return
	}
	if !good {
		w.report(r, start)
	}
}

// senderTimestamp reports whether a map holds seconds under key 1 and at most
// one fraction.
func (w *walker) senderTimestamp(pos int) bool {
	h, pos, _ := peek(w.b, pos)
	if h.major != majorMap || h.indefinite() {
		return false
	}
	seconds, fractions := false, 0
	for range h.arg {
		key, value, _ := peek(w.b, pos)
		v, _, _ := peek(w.b, value)
		limit := uint64(1<<64 - 1)
		switch {
		case key.major == majorUint && key.arg == 1:
			seconds = true
		case key.major != majorNegint:
			return false
		default:
			switch key.arg + 1 {
			case 3:
				limit = 999
			case 6:
				limit = 999_999
			case 9:
				limit = 999_999_999
			default:
				return false
			}
			fractions++
		}
		if v.major != majorUint || v.arg > limit {
			return false
		}
		pos = w.skip(value)
	}
	return seconds && fractions <= 1
}

// externalMessageID reports whether an array holds an ID and its scope.
func (w *walker) externalMessageID(pos int) bool {
	h, pos, _ := peek(w.b, pos)
	if h.major != majorArray || h.indefinite() || h.arg != 2 {
		return false
	}
	id, _, _ := peek(w.b, pos)
	if id.major != majorBytes {
		return false
	}
	scope, inner, _ := peek(w.b, w.skip(pos))
	switch scope.major {
	case majorUint:
		return scope.arg > 0
	case majorText:
		return scope.indefinite() || isDomain(w.b[inner:inner+int(scope.arg)])
	case majorTag:
		uri, _, _ := peek(w.b, inner)
		return scope.arg == tagURI && uri.major == majorText
	}
	return false
}

// isDomain reports whether text could be a domain name: labels between dots.
func isDomain(text []byte) bool {
	for label := range bytes.SplitSeq(text, []byte{'.'}) {
		if len(label) == 0 || len(label) > 63 {
			return false
		}
	}
	return true
}

// moreLastSeen reports whether an array holds message IDs only, or external
// IDs only.
func (w *walker) moreLastSeen(pos int) bool {
	h, pos, _ := peek(w.b, pos)
	if h.major != majorArray || h.indefinite() {
		return false
	}
	var kind uint8
	for i := range h.arg {
		item, _, _ := peek(w.b, pos)
		if i == 0 {
			kind = item.major
		}
		good := item.major == kind
		switch item.major {
		case majorBytes:
			good = good && item.arg == messageIDLength
		case majorArray:
			good = good && w.externalMessageID(pos)
		default:
			good = false
		}
		if !good {
			return false
		}
		pos = w.skip(pos)
	}
	return true
}
