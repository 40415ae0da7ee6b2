package gen

import (
	"encoding/binary"
	"math/rand/v2"
)

// MaxChoices bounds a tape: what is drawn beyond it is zero, so that hostile
// fuzz input cannot make a generator run on.
const MaxChoices = 1 << 16

// Tape is the one source of choices of a generator. A draw takes the next
// choice from a pseudo-random source ([Tape.Seed]), from a given list
// ([Tape.Rewind]), or from a list and then the source ([Tape.RewindFuzzed]),
// reduces it to the range asked for, and records it, so that drawing again from
// [Tape.Choices] gives the same value.
//
// Generators must turn a tape of zeros into a short valid value: zeros follow
// the end of a given list without a source.
//
// The zero Tape is a given list without choices. A Tape is not safe for
// concurrent use.
type Tape struct {
	given  []uint16
	random rand.PCG
	seeded bool
	bits   uint64 // of random, not yet used
	left   int    // how many groups of 16 bits are left in bits

	choices []uint16
	spans   []Span
	open    []int // indexes into spans
	memory  []byte
}

// Span is a run of choices that belong together, such as those of one list
// element or one optional part. The shrinker tries to drop it as a whole.
type Span struct {
	Start, End int // indexes into the choices, End excluded
}

// Seed makes the tape draw from a pseudo-random source. The same pair of
// numbers gives the same choices on every machine.
func (t *Tape) Seed(seed, stream uint64) {
	t.random.Seed(seed, stream)
	t.seeded, t.left, t.given = true, 0, nil
	t.Clear()
}

// Clear forgets what was recorded. A seeded tape goes on where its source
// stands; a given list starts again. Octets from [Tape.Octets] are reused.
func (t *Tape) Clear() {
	t.choices, t.spans, t.open, t.memory = t.choices[:0], t.spans[:0], t.open[:0], t.memory[:0]
}

// Release is [Tape.Clear] that lets the memory go as well. What was returned
// before stays valid.
func (t *Tape) Release() { t.choices, t.spans, t.open, t.memory = nil, nil, nil, nil }

// Rewind makes the tape draw from a list of choices, then zeros.
func (t *Tape) Rewind(choices []uint16) {
	t.given, t.seeded = choices, false
	t.Clear()
}

// RewindFuzzed makes the tape draw from a fuzzer's input.
func (t *Tape) RewindFuzzed(f Fuzzed) {
	t.Rewind(f.Choices)
	if f.Seed != 0 {
		t.random.Seed(uint64(f.Seed), 0)
		t.seeded, t.left = true, 0
	}
}

// Fuzzed is a fuzzer's input for a tape: choices, and the seed of the
// pseudo-random source behind them, 0 for zeros. Without the source a fuzzer would
// have to write each of the choices of a value before it is other than the smallest;
// with it, the few octets of the seed are a whole value, of which it can then write
// the first choices.
type Fuzzed struct {
	Seed    uint32
	Choices []uint16
}

// seedOctets is how long the seed is in a fuzzer's input.
const seedOctets = 4

// ReadFuzzed reads a fuzzer's input: any octets are one. Four of them are the seed,
// the least significant first, and the others choices, as [FromOctets] has them.
func ReadFuzzed(octets []byte) Fuzzed {
	var seed [seedOctets]byte
	n := copy(seed[:], octets)
	return Fuzzed{binary.LittleEndian.Uint32(seed[:]), FromOctets(octets[n:])}
}

// Octets is the inverse of [ReadFuzzed].
func (f Fuzzed) Octets() []byte {
	return append(binary.LittleEndian.AppendUint32(nil, f.Seed), ToOctets(f.Choices)...)
}

// Pick takes the first choice from the input for a number from 0 to n-1, and
// returns it and what is left.
func (f Fuzzed) Pick(n int) (int, Fuzzed) {
	var t Tape
	t.RewindFuzzed(f)
	picked := t.Choose(n)
	return picked, Fuzzed{f.Seed, f.Choices[min(1, len(f.Choices)):]}
}

// FromOctets reads choices from octets: two each, the least significant first, so
// that a fuzzer's smallest changes are small choices.
func FromOctets(octets []byte) []uint16 {
	choices := make([]uint16, 0, min(len(octets)/2+1, MaxChoices))
	for len(octets) >= 2 && len(choices) < MaxChoices {
		choices = append(choices, binary.LittleEndian.Uint16(octets))
		octets = octets[2:]
	}
	if len(octets) == 1 && len(choices) < MaxChoices {
		choices = append(choices, uint16(octets[0]))
	}
	return choices
}

// ToOctets is the inverse of [FromOctets].
func ToOctets(choices []uint16) []byte {
	octets := make([]byte, 0, 2*len(choices))
	for _, c := range choices {
		octets = binary.LittleEndian.AppendUint16(octets, c)
	}
	return octets
}

// Choices returns what was drawn so far. It is valid until the tape is used
// again.
func (t *Tape) Choices() []uint16 { return t.choices }

// Spans returns the closed spans so far, in the order in which they began. It
// is valid until the tape is used again.
func (t *Tape) Spans() []Span { return t.spans }

// Choose draws a number from 0 to n-1; n is from 1 to 65536. Zero should be
// the simplest alternative.
func (t *Tape) Choose(n int) int {
	if n <= 1 {
		return 0
	}
	at := len(t.choices)
	if at >= MaxChoices {
		return 0
	}
	var raw uint16
	switch {
	case at < len(t.given):
		raw = uint16(int(t.given[at]) % n)
	case t.seeded:
		if t.left == 0 {
			t.bits, t.left = t.random.Uint64(), 4
		}
		raw = uint16(t.bits)
		t.bits >>= 16
		t.left--
		// The high bits of a product are less biased than a remainder.
		raw = uint16(uint32(raw) * uint32(n) >> 16)
	}
	t.choices = append(t.choices, raw)
	return int(raw)
}

// Bool draws a truth value; false is the simpler one.
func (t *Tape) Bool() bool { return t.Choose(2) == 1 }

// OneIn is true once in n draws. A tape of zeros gives false.
func (t *Tape) OneIn(n int) bool { return t.Choose(n) == n-1 }

// Begin opens a span, [Tape.End] closes the innermost open one.
func (t *Tape) Begin() {
	t.open = append(t.open, len(t.spans))
	t.spans = append(t.spans, Span{Start: len(t.choices), End: -1})
}

// End closes the innermost open span.
func (t *Tape) End() {
	last := len(t.open) - 1
	t.spans[t.open[last]].End = len(t.choices)
	t.open = t.open[:last]
}

// Octets returns an empty slice with room for n octets, taken from memory that
// is reused after the next [Tape.Clear], [Tape.Rewind] or [Tape.Seed].
func (t *Tape) Octets(n int) []byte {
	if cap(t.memory)-len(t.memory) < n {
		t.memory = make([]byte, 0, max(2*cap(t.memory), n, 4096))
	}
	start := len(t.memory)
	t.memory = t.memory[:start+n]
	return t.memory[start : start : start+n]
}
