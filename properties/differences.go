package properties

import (
	"encoding/binary"
	"math"
	"slices"
)

// itemHead is the head of an item of CBOR: where it starts and ends, its type,
// its additional information, and its argument.
type itemHead struct {
	start, end  int
	major, info byte
	argument    uint64
}

// nextHead reads the head at an offset of well-formed octets.
func nextHead(octets []byte, at int) itemHead {
	h := itemHead{start: at, end: at + 1, major: octets[at] >> 5, info: octets[at] & 31, argument: uint64(octets[at] & 31)}
	if h.info >= 24 && h.info <= 27 {
		width := 1 << (h.info - 24)
		var wide [8]byte
		copy(wide[8-width:], octets[h.end:h.end+width])
		h.argument, h.end = binary.BigEndian.Uint64(wide[:]), h.end+width
	}
	return h
}

const (
	majorBytes     = 2
	majorText      = 3
	majorTag       = 6
	majorSimple    = 7
	infoUndefined  = 23
	infoIndefinite = 31
	// tagSelfDescribed says that CBOR follows.
	tagSelfDescribed = 55799
	tagFree          = 6 // that neither RFC 8949 nor the library gives a meaning
)

// difference is something that the library reads in a way of its own, which is
// not the reading of the drafts. Before the library is asked, another item of
// the same length takes its place, so that nothing else is excused.
type difference struct {
	what    string
	why     string // and whose reading it is
	example string // an item that comes back otherwise, or not at all
	is      func(octets []byte, h itemHead) bool
	replace func(octets []byte, h itemHead)
}

// differences are all that are known.
var differences = []difference{
	{
		what: "undefined", example: "\xf7",
		why: "The library decodes undefined and null to the same value of Go, and writes null. In CBOR they differ (RFC 8949, " +
			"section 3.3), and content-08 allows both in extensions.",
		is:      func(_ []byte, h itemHead) bool { return h.major == majorSimple && h.info == infoUndefined },
		replace: func(octets []byte, h itemHead) { octets[h.start] = 0xe0 }, // another simple value
	},
	{
		what: "NaN", example: "\xf9\x7e\x01",
		why: "The library writes each NaN as f97e00, as RFC 8949, section 4.2.2, lets an application choose. Content-08, section 6.2, " +
			"allows other patterns in typed arrays, and forbids them elsewhere by a rule on values, not on encoding.",
		is: isNaN,
		replace: func(octets []byte, h itemHead) { // a number that needs the same width
			copy(octets[h.start:h.end], [...]string{"\xf9\x3c\x00", "\xfa\x47\xc3\x50\x00", "\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a"}[h.info-25])
		},
	},
	{
		what: "tags 0 and 1", example: "\xc1\x00",
		why: "The library makes a time of Go of their content, refuses what is none, and writes a number without a tag. Which content " +
			"a tag may have is a question of validity (RFC 8949, section 3.4), which content-08 leaves open.",
		is:      func(_ []byte, h itemHead) bool { return h.major == majorTag && h.argument <= 1 },
		replace: freeTag,
	},
	{
		what: "tags 2 and 3 on what is no byte string", example: "\xc2\x00",
		why: "The library refuses them: they are no bignums. They are well-formed all the same, and no rule of content-08 forbids them.",
		is: func(octets []byte, h itemHead) bool {
			return h.major == majorTag && (h.argument == 2 || h.argument == 3) && octets[h.end]>>5 != majorBytes
		},
		replace: freeTag,
	},
	{
		what: "tag 55799", example: "\xa1\x01\xd9\xd9\xf7\x00",
		why: "The library drops it, as RFC 8949, section 3.4.6, lets a reader do that has no use for it. It is a tag like others in " +
			"content-08, which forbids tags only before the message.",
		is:      func(_ []byte, h itemHead) bool { return h.major == majorTag && h.argument == tagSelfDescribed },
		replace: freeTag,
	},
}

// freeTag puts another tag into a head of the same width.
func freeTag(octets []byte, h itemHead) {
	if h.info < 24 {
		octets[h.start] = majorTag<<5 | tagFree
	} else {
		octets[h.end-1] = tagFree
	}
}

func isNaN(_ []byte, h itemHead) bool {
	if h.major != majorSimple {
		return false
	}
	switch h.info {
	case 25:
		return h.argument&0x7c00 == 0x7c00 && h.argument&0x3ff != 0
	case 26:
		return math.IsNaN(float64(math.Float32frombits(uint32(h.argument))))
	case 27:
		return math.IsNaN(math.Float64frombits(h.argument))
	}
	return false
}

// withoutDifferences returns well-formed octets with what the library reads
// otherwise replaced.
func withoutDifferences(octets []byte) []byte {
	replaced := false
	for at := 0; at < len(octets); {
		h := nextHead(octets, at)
		for i := range differences {
			if !differences[i].is(octets, h) {
				continue
			}
			if !replaced {
				octets, replaced = slices.Clone(octets), true
			}
			differences[i].replace(octets, h)
			break
		}
		at = h.end
		if (h.major == majorBytes || h.major == majorText) && h.info != infoIndefinite {
			at += int(h.argument)
		}
	}
	return octets
}
