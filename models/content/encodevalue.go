package content

import (
	"bytes"
	"errors"
	"math"
	"slices"
)

// maxEncodedLevels is how deep an extension value is encoded anew. What nests
// deeper stays as it came: content-08 allows 4 levels, and what earlier drafts
// accept is not to cost time and memory for each level.
const maxEncodedLevels = 16

var errNotOneItem = errors.New("an extension value is not one CBOR item")

// wellformedOnly judges nothing but whether items are well-formed.
var wellformedOnly = new(Checker)

// appendValue appends an item in deterministic encoding: shortest heads and
// floats, definite lengths, bignums that 64 bits hold as integers, and maps in
// the order of their keys. It changes nothing of what the item says: keys that
// come twice, text that is no UTF-8, tags and the patterns of NaN stay, since
// content-07 and earlier accept them. It fails if the value is not one
// well-formed item.
func appendValue(b, value []byte) ([]byte, error) {
	w := walker{c: wellformedOnly, b: value}
	if !w.item(0) || w.pos != len(value) {
		return nil, errNotOneItem
	}
	e := valueEncoder{walker: walker{b: value}, out: b}
	e.item(1)
	return e.out, nil
}

// valueEncoder encodes a well-formed item anew.
type valueEncoder struct {
	walker
	out []byte
}

func (e *valueEncoder) item(level int) {
	at := e.pos
	h, next, _ := peek(e.b, at)
	if level > maxEncodedLevels && h.major >= majorArray && h.major <= majorTag {
		e.pos = e.skip(at)
		e.out = append(e.out, e.b[at:e.pos]...)
		return
	}
	e.pos = next
	switch h.major {
	case majorUint, majorNegint:
		e.out = AppendHead(e.out, h.major, h.arg)
	case majorBytes, majorText:
		e.pos = at
		e.string(h.major)
	case majorArray:
		count := e.count(h)
		e.out = AppendHead(e.out, majorArray, count)
		for range count {
			e.item(level + 1)
		}
		e.end(h)
	case majorMap:
		e.entries(e.count(h)/2, level)
		e.end(h)
	case majorTag:
		e.tag(h, level)
	default:
		e.simple(h)
	}
}

// count returns how many items a container holds whose head has been read;
// keys and values of a map count apart.
func (e *valueEncoder) count(h head) (items uint64) {
	if !h.indefinite() {
		if h.major == majorMap {
			return 2 * h.arg
		}
		return h.arg
	}
	for pos := e.pos; e.b[pos] != octetBreak; items++ {
		pos = e.skip(pos)
	}
	return items
}

// end moves behind the break of a container whose items were all read.
func (e *valueEncoder) end(h head) {
	if h.indefinite() {
		e.pos++
	}
}

// string writes the string at e.pos as one.
func (e *valueEncoder) string(major uint8) {
	h, start, _ := peek(e.b, e.pos)
	if !h.indefinite() {
		e.pos = start + int(h.arg)
		e.out = append(AppendHead(e.out, major, h.arg), e.b[start:e.pos]...)
		return
	}
	length := uint64(0)
	for pos := start; e.b[pos] != octetBreak; {
		chunk, next, _ := peek(e.b, pos)
		length += chunk.arg
		pos = next + int(chunk.arg)
	}
	e.out = AppendHead(e.out, major, length)
	for pos := start; ; {
		if e.b[pos] == octetBreak {
			e.pos = pos + 1
			return
		}
		chunk, next, _ := peek(e.b, pos)
		pos = next + int(chunk.arg)
		e.out = append(e.out, e.b[next:pos]...)
	}
}

// entries writes a map of some entries, which stand at e.pos. Equal keys keep
// their order.
func (e *valueEncoder) entries(count uint64, level int) {
	e.out = AppendHead(e.out, majorMap, count)
	first := len(e.out)
	ordered := true
	previous, previousEnd := 0, 0
	for range count {
		key := len(e.out)
		e.item(level + 1)
		keyEnd := len(e.out)
		if bytes.Compare(e.out[previous:previousEnd], e.out[key:keyEnd]) > 0 {
			ordered = false
		}
		previous, previousEnd = key, keyEnd
		e.item(level + 1)
	}
	if !ordered {
		e.sort(first, count)
	}
}

// sort puts the entries of a map in the order of their keys. The entries reach
// from an offset to the end of what was written.
func (e *valueEncoder) sort(first int, count uint64) {
	type entry struct{ start, keyEnd, end int32 } // in written
	written := slices.Clone(e.out[first:])
	own := walker{b: written}
	entries := make([]entry, count)
	pos := 0
	for i := range entries {
		start := pos
		keyEnd := own.skip(start)
		pos = own.skip(keyEnd)
		entries[i] = entry{int32(start), int32(keyEnd), int32(pos)}
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		return bytes.Compare(written[a.start:a.keyEnd], written[b.start:b.keyEnd])
	})
	e.out = e.out[:first]
	for _, entry := range entries {
		e.out = append(e.out, written[entry.start:entry.end]...)
	}
}

// tag writes a tag and its content. A bignum has no leading zeros, and is an
// integer if 64 bits hold it (RFC 8949, section 3.4.3).
func (e *valueEncoder) tag(h head, level int) {
	if (h.arg != 2 && h.arg != 3) || e.b[e.pos]>>5 != majorBytes {
		e.out = AppendHead(e.out, majorTag, h.arg)
		e.item(level + 1)
		return
	}
	start := len(e.out)
	e.string(majorBytes)
	_, digitsAt, _ := peek(e.out, start)
	digits := bytes.TrimLeft(e.out[digitsAt:], "\x00")
	if len(digits) <= 8 {
		n := uint64(0)
		for _, digit := range digits {
			n = n<<8 | uint64(digit)
		}
		e.out = AppendHead(e.out[:start], uint8(h.arg-2), n) // major type 0 or 1
		return
	}
	// The digits move up: behind the tag they start at most an octet later.
	e.out = appendBytes(AppendHead(e.out[:start], majorTag, h.arg), slices.Clone(digits))
}

// simple writes a simple value, or a float in the shortest of the three widths
// that holds it.
func (e *valueEncoder) simple(h head) {
	switch h.info {
	case 26:
		f := math.Float32frombits(uint32(h.arg))
		if f == f && fitsHalf(f) {
			e.out = appendHalf(e.out, f)
			return
		}
	case 27:
		f := math.Float64frombits(h.arg)
		if narrow := float32(f); float64(narrow) == f {
			if fitsHalf(narrow) {
				e.out = appendHalf(e.out, narrow)
			} else {
				bits := math.Float32bits(narrow)
				e.out = append(e.out, 0xfa, byte(bits>>24), byte(bits>>16), byte(bits>>8), byte(bits))
			}
			return
		}
	}
	e.out = append(e.out, e.b[h.at:e.pos]...)
}

// appendHalf appends a number that half precision holds.
func appendHalf(b []byte, f float32) []byte {
	bits := math.Float32bits(f)
	sign := uint16(bits >> 16 & 0x8000)
	exponent := int(bits>>23&0xff) - 127
	mantissa := bits & (1<<23 - 1)
	half := sign // zero
	switch {
	case exponent == 128: // infinite
		half |= 0x7c00
	case exponent >= -14:
		half |= uint16(exponent+15)<<10 | uint16(mantissa>>13)
	case exponent >= -24: // subnormal: the lowest bit is worth 2^-24
		half |= uint16((mantissa | 1<<23) >> (-1 - exponent))
	}
	return append(b, 0xf9, byte(half>>8), byte(half))
}
