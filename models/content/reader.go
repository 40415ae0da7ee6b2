package content

import (
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"
)

// The major types of CBOR (RFC 8949, section 3.1).
const (
	majorUint   = 0
	majorNegint = 1
	majorBytes  = 2
	majorText   = 3
	majorArray  = 4
	majorMap    = 5
	majorTag    = 6
	majorSimple = 7

	infoIndefinite = 31
	octetNull      = 0xf6
	octetBreak     = 0xff
)

// head is the head of an item: its type, additional information and argument.
type head struct {
	arg   uint64
	at    int // offset of the head
	major uint8
	info  uint8
}

func (h head) indefinite() bool { return h.info == infoIndefinite }

// head reads the head of the item at w.pos and moves behind it. It makes sure
// that the lengths it returns fit into what is left of the input. It fails if
// no well-formed item can start here.
func (w *walker) head() (head, bool) {
	at := w.pos
	if at >= len(w.b) {
		return head{}, w.malformed(at, "the end of the input")
	}
	first := w.b[at]
	h := head{at: at, major: first >> 5, info: first & 31, arg: uint64(first & 31)}
	w.pos = at + 1
	if h.info >= 24 && !w.longHead(&h) {
		return h, false
	}
	if h.major >= majorBytes && h.major <= majorMap && h.info != infoIndefinite {
		left := uint64(len(w.b) - w.pos)
		if h.arg > left || h.major == majorMap && h.arg > left/2 {
			return h, w.malformed(at, describe(w.b, at)+", of which not all is there")
		}
	}
	return h, true
}

// longHead reads the argument of a head that does not carry it itself.
func (w *walker) longHead(h *head) bool {
	width := 0
	switch h.info {
	case 24, 25, 26, 27:
		width = 1 << (h.info - 24)
	case infoIndefinite:
		if h.major >= majorBytes && h.major <= majorMap {
			h.arg = 0
			return true
		}
		return w.malformed(h.at, fmt.Sprintf("the head %#02x where an item starts", w.b[h.at]))
	default:
		return w.malformed(h.at, fmt.Sprintf("the reserved head %#02x", w.b[h.at]))
	}
	if len(w.b)-w.pos < width {
		return w.malformed(h.at, "the end of the input inside a head")
	}
	arg := w.b[w.pos : w.pos+width]
	w.pos += width
	var least uint64 // the smallest argument that needs this width
	switch width {
	case 1:
		h.arg, least = uint64(arg[0]), 24
	case 2:
		h.arg, least = uint64(binary.BigEndian.Uint16(arg)), 1<<8
	case 4:
		h.arg, least = uint64(binary.BigEndian.Uint32(arg)), 1<<16
	case 8:
		h.arg, least = binary.BigEndian.Uint64(arg), 1<<32
	}
	if h.major == majorSimple {
		// RFC 8949, section 3.3: two octets are not for values below 32.
		if width == 1 && h.arg < 32 {
			return w.malformed(h.at, fmt.Sprintf("the simple value %d in two octets", h.arg))
		}
		return true
	}
	if h.arg < least {
		w.report(longRule(h, w.inExtensions, w.atPart), h.at)
	}
	return true
}

// longRule tells which rule a head breaks that is longer than need be.
func longRule(h *head, inExtensions, atPart bool) rule {
	switch h.major {
	case majorUint, majorNegint:
		switch {
		case !inExtensions:
			return encShortestInt
		case h.major == majorNegint:
			return encShortestInt5
		case h.info == 24:
			return encShortestInt1
		case h.info == 25:
			return encShortestInt2
		case h.info == 26:
			return encShortestInt3
		}
		return encShortestInt4
	case majorBytes:
		if h.info == 24 {
			return encShortestLength1
		}
		return encShortestLength5
	case majorText:
		return encShortestLength2
	case majorArray:
		if atPart {
			return encShortestLength4
		}
		return encShortestLength
	case majorMap:
		return encShortestLength3
	}
	return encShortestTag
}

// atBreak reports whether a break stands at w.pos, and moves behind it if so.
func (w *walker) atBreak() bool {
	if w.pos < len(w.b) && w.b[w.pos] == octetBreak {
		w.pos++
		return true
	}
	return false
}

// bytes moves behind the byte string whose head has been read and returns its
// length. It tells of an indefinite length.
func (w *walker) bytes(h head) (length int, ok bool) {
	if !h.indefinite() {
		w.pos += int(h.arg)
		return int(h.arg), true
	}
	for !w.atBreak() {
		chunk, ok := w.chunk(majorBytes)
		if !ok {
			return 0, false
		}
		length += len(chunk)
	}
	if length == 0 {
		w.report(encIndefinite5, h.at)
	} else {
		w.report(encIndefinite2, h.at)
	}
	return length, true
}

// text moves behind the text string whose head has been read and returns it.
// It tells of an indefinite length, but not of invalid UTF-8: see checkUTF8.
func (w *walker) text(h head) (text []byte, ok bool) {
	if !h.indefinite() {
		start := w.pos
		w.pos += int(h.arg)
		return w.b[start:w.pos], true
	}
	// The chunks are put together; this costs an allocation, but only
	// before content-08 can such a message be accepted.
	w.report(encIndefinite3, h.at)
	for !w.atBreak() {
		at := w.pos
		chunk, ok := w.chunk(majorText)
		if !ok {
			return nil, false
		}
		if !w.checkUTF8(chunk, at) { // RFC 8949, section 3.2.3: each chunk is text by itself
			w.badChunk = true
		}
		text = append(text, chunk...)
	}
	return text, true
}

// chunk reads one chunk of a string of indefinite length.
func (w *walker) chunk(major uint8) ([]byte, bool) {
	h, ok := w.head()
	if !ok {
		return nil, false
	}
	if h.major != major || h.indefinite() {
		return nil, w.malformed(h.at, describe(w.b, h.at)+" as a chunk of a string")
	}
	start := w.pos
	w.pos += int(h.arg)
	return w.b[start:w.pos], true
}

// checkUTF8 reports whether text is valid UTF-8, and tells if it is not.
func (w *walker) checkUTF8(text []byte, at int) bool {
	if utf8.Valid(text) {
		return true
	}
	if w.c.force[encUTF8] {
		w.report(utf8Rule(text), at)
	}
	return false
}

// utf8Rule tells which rule invalid UTF-8 breaks, by its first bad character.
func utf8Rule(text []byte) rule {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return badRuneRule(text[i:])
		}
		i += size
	}
	return encUTF8
}

func badRuneRule(s []byte) rule {
	if len(s) < 2 || s[1]&0xc0 != 0x80 {
		return encUTF8
	}
	switch {
	case s[0] == 0xc0, s[0] == 0xc1, s[0] == 0xe0 && s[1] < 0xa0, s[0] == 0xf0 && s[1] < 0x90:
		return encUTF8Overlong
	case s[0] == 0xed && s[1] >= 0xa0:
		return encUTF8Surrogate
	}
	return encUTF8
}

// simple judges a simple value or float whose head has been read.
func (w *walker) simple(h head) {
	switch h.info {
	case 25, 26, 27:
		w.float(h)
	}
}

// float judges a float: no NaN but one outside typed arrays, and the shortest
// of the three widths that holds the value (RFC 8949, section 4.2.1). A float
// that breaks neither rule is merely discouraged.
func (w *walker) float(h head) {
	switch h.info {
	case 25:
		if h.arg&0x7c00 == 0x7c00 && h.arg&0x3ff != 0 && h.arg != 0x7e00 {
			w.nan(h)
			return
		}
	case 26:
		f := math.Float32frombits(uint32(h.arg))
		if f != f {
			w.nan(h)
			return
		}
		if fitsHalf(f) {
			w.report(encShortestFloat, h.at)
			return
		}
	case 27:
		f := math.Float64frombits(h.arg)
		if f != f {
			w.nan(h)
			return
		}
		if float64(float32(f)) == f {
			w.report(encShortestFloatDouble, h.at)
			return
		}
	}
	w.report(extFloatDiscouraged, h.at)
}

func (w *walker) nan(h head) {
	if w.typedArray > 0 && !w.c.nanOctetsOnly {
		w.odd |= 1 << oddNaN
		return
	}
	w.report(extNaN, h.at)
}

// fitsHalf reports whether half precision holds f, which is no NaN.
func fitsHalf(f float32) bool {
	bits := math.Float32bits(f)
	exponent := int(bits>>23&0xff) - 127
	mantissa := bits & (1<<23 - 1)
	switch {
	case exponent == 128: // infinite
		return true
	case exponent == -127: // zero, or too small
		return mantissa == 0
	case exponent > 15 || exponent < -24:
		return false
	case exponent >= -14:
		return mantissa&(1<<13-1) == 0
	}
	// Subnormal: the lowest bit of half precision is worth 2^-24.
	lost := 13 + uint(-14-exponent)
	return mantissa&(1<<lost-1) == 0
}
