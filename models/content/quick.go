package content

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// The functions named quick move over what is seen at once to break no rule
// under any draft, as nearly all does in a message that is accepted. Wherever
// they are not sure they stop, and the walk goes on there by the rules: so they
// change no result and only save time.

var (
	// oneOctet holds the heads that are a whole item which breaks no rule about
	// values: small integers, simple values, the empty strings.
	oneOctet = *heads([][2]int{{0x00, 0x17}, {0x20, 0x37}, {0x40, 0x40}, {0x60, 0x60}, {0xe0, 0xf7}})

	// nestedKeys holds the heads of keys that break no rule in maps inside the
	// extensions: integers up to 32 bits and strings. extensionKeys holds those
	// in the extensions themselves, where 0 to 2, byte strings and texts that
	// are empty or longer than 255 octets are something else.
	nestedKeys    = heads([][2]int{{0x00, 0x1a}, {0x20, 0x3a}, {0x40, 0x5a}, {0x60, 0x7a}})
	extensionKeys = heads([][2]int{{0x03, 0x1a}, {0x20, 0x3a}, {0x61, 0x78}})
)

func heads(spans [][2]int) *[256]bool {
	var set [256]bool
	for _, span := range spans {
		for i := span[0]; i <= span[1]; i++ {
			set[i] = true
		}
	}
	return &set
}

// quickItems moves from pos behind up to n items inside an array or a tag, and
// returns how many are left. The level is that of the array or tag.
func (w *walker) quickItems(pos, n, level int) (left, end int) {
	b := w.b
	for n > 0 && len(b)-pos >= 8 {
		octets := binary.BigEndian.Uint64(b[pos:])
		first := b[pos]
		next := pos + 1
		switch {
		case oneOctet[first]:
		case first>>5 <= majorNegint:
			next = pos + integerSize(octets)
		case first>>5 == majorBytes && first&31 < 24, shortASCII(octets):
			next += int(first & 31)
		case first>>5 <= majorText:
			_, next = quickString(b, pos)
		default:
			next = w.quickContainer(pos, level)
		}
		if next <= pos || next > len(b) {
			break
		}
		pos = next
		n--
	}
	return n, pos
}

// integerSize returns how many octets the integer takes whose encoding starts
// with octets, 0 if that is no integer or it takes more than need be or than 5.
func integerSize(octets uint64) int {
	switch info := octets >> 56 &^ 0x20; {
	case info < 24:
		return 1
	case info == 26 && uint32(octets>>24) >= 1<<16:
		return 5
	case info == 25 && uint16(octets>>40) >= 1<<8:
		return 3
	case info == 24 && uint8(octets>>48) >= 24:
		return 2
	}
	return 0
}

// shortASCII reports whether octets starts with a text of 1 to 7 octets of
// ASCII.
func shortASCII(octets uint64) bool {
	more := octets>>56 - 0x61 // octets beyond the first
	return more < 7 && octets<<8>>((56-8*more)&63)&0x8080808080808080 == 0
}

// quickString returns the offsets of the content of a string, zeros if it is
// not sure of it.
func quickString(b []byte, pos int) (start, end int) {
	first := b[pos]
	n, start := int(first&31), pos+1
	if n >= 24 {
		least := 24
		switch {
		case len(b)-pos < 5:
			return 0, 0
		case n == 24:
			n, start = int(b[pos+1]), pos+2
		case n == 25:
			n, start, least = int(binary.BigEndian.Uint16(b[pos+1:])), pos+3, 1<<8
		case n == 26:
			n, start, least = int(binary.BigEndian.Uint32(b[pos+1:])), pos+5, 1<<16
		default:
			return 0, 0
		}
		if n < least {
			return 0, 0
		}
	}
	end = start + n
	if end > len(b) || first>>5 == majorText && !isASCII(b[start:end]) && !utf8.Valid(b[start:end]) {
		return 0, 0
	}
	return start, end
}

// quickContainer returns the offset behind an array, a map or a tag, 0 if it is
// not sure of it. Those of many items it leaves to the walk, which comes back
// for the items: else one that is not sure would have all read again.
func (w *walker) quickContainer(pos, level int) (end int) {
	first := w.b[pos]
	n := int(first & 31)
	if n >= 24 || level == 0 || level >= w.c.quickDepth || 2*n+1 >= len(w.b)-pos {
		return 0
	}
	level++
	switch first >> 5 {
	case majorTag:
		if n == 2 || n == 3 {
			return 0 // a bignum
		}
		n = 1
		fallthrough
	case majorArray:
		// A call for nothing but small integers would take longer than these.
		for end = pos + 1; n > 0 && oneOctet[w.b[end]]; n-- {
			end++
		}
		if n > 0 {
			n, end = w.quickItems(end, n, level)
		}
	case majorMap:
		n, _, end = w.quickEntries(pos+1, n, level, mapKey{})
	default:
		return 0
	}
	if n > 0 {
		return 0
	}
	if level == maxExtensionDepth {
		w.odd |= 1 << oddDepth
	}
	return end
}

// mapKey is where the encoding of a key stands; the zero value is no key.
type mapKey struct{ start, end int }

func (k mapKey) octets(b []byte) []byte { return b[k.start:k.end] }

// rank returns the first 8 octets of a key as a number. Keys whose ranks differ
// are in the order of these, for no item is the start of another.
func (k mapKey) rank(b []byte) uint64 {
	rank := binary.BigEndian.Uint64(b[k.start:])
	if n := k.end - k.start; n < 8 {
		shift := uint(64-8*n) & 63
		rank = rank >> shift << shift
	}
	return rank
}

// quickEntries moves from pos behind up to n entries of a map, as long as their
// keys are in order, and returns how many are left. It takes the key before
// them and returns the last one.
func (w *walker) quickEntries(pos, n, level int, last mapKey) (left int, _ mapKey, end int) {
	b, keys := w.b, nestedKeys
	if level == 1 {
		keys = extensionKeys
	}
	lastRank := uint64(0)
	if last.end > 0 && len(b)-pos > 8 {
		lastRank = last.rank(b)
	}
	for n > 0 && len(b)-pos > 8 && keys[b[pos]] {
		octets := binary.BigEndian.Uint64(b[pos:])
		key := mapKey{pos, pos + integerSize(octets)}
		if shortASCII(octets) {
			key.end = pos + 1 + int(b[pos]&31)
		} else if key.end == pos {
			_, key.end = quickString(b, pos)
		}
		if key.end == 0 || key.end == len(b) {
			break
		}
		rank := key.rank(b)
		if rank <= lastRank && last.end > 0 && (rank < lastRank || bytes.Compare(last.octets(b), key.octets(b)) >= 0) {
			break
		}
		value := b[key.end]
		next := key.end + 1
		switch {
		case oneOctet[value]:
		case value>>5 == majorBytes && value&31 < 24:
			next += int(value & 31)
		case value>>5 <= majorText:
			_, next = w.quickItems(key.end, 1, level)
		default:
			next = w.quickContainer(key.end, level)
		}
		if next <= key.end || next > len(b) {
			break
		}
		if level == 1 {
			if b[pos]>>5 == majorUint {
				w.odd |= 1 << oddExtension
			}
			if value>>5 == majorSimple {
				w.odd |= 1 << oddAnyValue
			}
			if next-key.end >= maxPlainValue {
				w.step(pos)
				w.judgeValueSize(key.end, next)
			}
		}
		last, lastRank, pos = key, rank, next
		n--
	}
	return n, last, pos
}
