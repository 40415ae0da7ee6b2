package gen

import (
	"encoding/binary"

	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// FrankingStruct is a struct of franking as octets, valid but for one flaw.
type FrankingStruct struct {
	Struct string `json:"struct"`
	Flaw   Flaw   `json:"flaw,omitempty"`
	Octets []byte `json:"octets"`
}

// Flaw is what is wrong with an encoding.
type Flaw string

// The flaws.
const (
	NoFlaw         Flaw = ""
	CutShort       Flaw = "cut-short"
	ExtraOctets    Flaw = "extra-octets"
	LongLength     Flaw = "length-not-minimal"
	ReservedLength Flaw = "reserved-length"
	LengthTooGreat Flaw = "length-beyond-the-end"
	OutOfOrder     Flaw = "out-of-order"
	Repeated       Flaw = "repeated"
	UnknownEnum    Flaw = "unknown-value"
	NoText         Flaw = "no-utf-8"
)

var structFlaws = [...]Flaw{NoFlaw, CutShort, ExtraOctets, LongLength, ReservedLength, LengthTooGreat, OutOfOrder, Repeated, UnknownEnum, NoText}

// structWriter writes a struct from the tape, and one flaw.
type structWriter struct {
	t       *Tape
	d       spec.Draft
	flaw    Flaw
	at      int // which of the places for the flaw is left until it is made
	made    bool
	octets  []byte
	maximum int // of octets of opaque fields
}

// here reports whether the flaw is to be made at a place for it.
func (w *structWriter) here(flaw Flaw) bool {
	if w.flaw != flaw || w.made {
		return false
	}
	w.at--
	w.made = w.at < 0
	return w.made
}

// length writes the length of a vector.
func (w *structWriter) length(n int) {
	switch {
	case w.here(ReservedLength):
		w.octets = append(w.octets, 0xc0|byte(n&0x3f))
	case n < 1<<6 && w.here(LongLength):
		w.octets = append(w.octets, 0x40, byte(n))
	case n < 1<<14 && w.here(LongLength):
		w.octets = binary.BigEndian.AppendUint32(w.octets, 0x80000000|uint32(n))
	case w.here(LengthTooGreat):
		w.octets = append(w.octets, 0xbf, 0xff, 0xff, 0xff)
	default:
		w.octets = append(w.octets, lengthOf(n)...)
	}
}

func lengthOf(n int) []byte {
	head := appendOpaque(nil, make([]byte, n))
	return head[:len(head)-n]
}

// drawn writes n octets from the tape: few choices, as they do not matter.
func (w *structWriter) drawn(n int) {
	first, step := byte(w.t.Choose(256)), byte(w.t.Choose(3))
	for i := range n {
		w.octets = append(w.octets, first+byte(i)*step)
	}
}

// octetsOf draws a length below a small bound, now and then one where the head of a
// length changes.
func (w *structWriter) octetsOf(few int) int {
	n := w.t.Choose(few)
	if w.t.OneIn(16) {
		n = [...]int{62, 63, 64, 65, 200, w.maximum}[w.t.Choose(6)]
	}
	return n
}

func (w *structWriter) opaque() {
	n := w.octetsOf(8)
	w.length(n)
	w.drawn(n)
}

func (w *structWriter) text() {
	n := w.octetsOf(6)
	if w.here(NoText) {
		w.length(n + 1)
		w.octets = append(w.octets, 0xff)
	} else {
		w.length(n)
	}
	for range n {
		w.octets = append(w.octets, 'a')
	}
}

func (w *structWriter) enum(octets int, values ...int) {
	value := values[w.t.Choose(len(values))]
	if w.here(UnknownEnum) {
		value = 0x77
	}
	for ; octets > 1; octets-- {
		w.octets = append(w.octets, 0)
	}
	w.octets = append(w.octets, byte(value))
}

// vector writes what elements writes behind its length.
func (w *structWriter) vector(elements func()) {
	start := len(w.octets)
	elements()
	inner := append([]byte(nil), w.octets[start:]...)
	w.octets = w.octets[:start]
	w.length(len(inner))
	w.octets = append(w.octets, inner...)
}

func (w *structWriter) list(most int, element func(i int)) {
	w.vector(func() {
		for i := range w.t.Choose(most + 1) {
			w.t.Begin()
			element(i)
			w.t.End()
		}
	})
}

// components writes a list whose elements have increasing component IDs.
func (w *structWriter) components() {
	id := w.t.Choose(1 << 12)
	w.list(4, func(i int) {
		step := 1 + w.t.Choose(40)
		switch {
		case i > 0 && w.here(OutOfOrder):
			step = -1
		case i > 0 && w.here(Repeated):
			step = 0
		}
		id += step
		w.octets = binary.BigEndian.AppendUint16(w.octets, uint16(id))
		w.opaque()
	})
}

func (w *structWriter) frank() {
	w.drawn(franking.MACOctets)
	switch {
	case w.d == spec.Protocol03:
		w.drawn(franking.MACOctets)
		return
	case w.d >= spec.Protocol05:
		w.drawn(2)
	}
	w.opaque()
}

func (w *structWriter) agent() {
	w.opaque()
	start := len(w.octets)
	w.enum(2, 1, 2)
	if w.octets[start+1] == 2 {
		w.list(3, func(int) { w.opaque() })
	} else {
		w.opaque()
	}
}

func (w *structWriter) report() {
	w.opaque() // reportingUser
	w.opaque() // allegedAbuserUri
	w.enum(1, 0)
	w.text()
	w.list(3, func(int) {
		w.opaque()
		w.frank()
		w.drawn(8)
	})
	if w.d >= spec.Protocol06 {
		w.components()
	}
}

// FrankingStructs are the names of the structs of a draft that
// [FrankingStructOf] draws.
func FrankingStructs(d spec.Draft) []string {
	names := []string{"frank", "safe-aad", "abuse-report"}
	if d >= spec.Protocol04 {
		names = append(names, "franking-agent")
	}
	return names
}

// FrankingStructOf draws a struct of a draft. Where there is no place for the
// flaw, there is none.
func FrankingStructOf(d spec.Draft, t *Tape) FrankingStruct {
	names := FrankingStructs(d)
	name := names[t.Choose(len(names))]
	w := structWriter{t: t, d: d, maximum: 1 << 14}
	if t.Bool() {
		w.flaw = structFlaws[t.Choose(len(structFlaws))]
		w.at = t.Choose(4)
	}
	switch name {
	case "frank":
		w.frank()
	case "safe-aad":
		w.components()
	case "franking-agent":
		w.agent()
	case "abuse-report":
		w.report()
	}
	switch {
	case w.flaw == CutShort && len(w.octets) > 0:
		w.octets, w.made = w.octets[:t.Choose(len(w.octets))], true
	case w.flaw == ExtraOctets:
		w.octets, w.made = append(w.octets, make([]byte, 1+t.Choose(3))...), true
	}
	if !w.made {
		w.flaw = NoFlaw
	}
	return FrankingStruct{Struct: name, Flaw: w.flaw, Octets: w.octets}
}

// FrankedContexts are two contexts that the hub franks, the second derived
// from the first.
type FrankedContexts struct {
	First  FrankedContext `json:"first"`
	Second FrankedContext `json:"second"`
}

// FrankedContext is who sent what where and when, but for the what.
type FrankedContext struct {
	Sender    []byte `json:"sender"`
	Room      []byte `json:"room"`
	Timestamp uint64 `json:"timestamp"` // in milliseconds of the Unix epoch
}

// ContextPair draws two contexts. All URIs are valid mimi URIs; the two may
// come out equal.
func ContextPair(_ spec.Draft, t *Tape) FrankedContexts {
	pair := Pair(spec.Content09, t)
	first := FrankedContext{Sender: pair.First.Sender, Room: pair.First.Room, Timestamp: drawTime(t)}
	second := FrankedContext{Sender: pair.Second.Sender, Room: pair.Second.Room, Timestamp: first.Timestamp}
	switch t.Choose(4) {
	case 0, 1:
	case 2:
		second.Timestamp ^= 1 << t.Choose(64)
	case 3: // the octets of the time are those of the other one, in another order
		var octets [8]byte
		binary.BigEndian.PutUint64(octets[:], first.Timestamp)
		second.Timestamp = binary.LittleEndian.Uint64(octets[:])
	}
	return FrankedContexts{First: first, Second: second}
}

func drawTime(t *Tape) uint64 {
	return 1_750_000_000_000 + uint64(t.Choose(1<<16))<<t.Choose(24)
}

// TaggedContents are application_data of a message, and the same message in
// other octets.
type TaggedContents struct {
	Literal bool   `json:"literal,omitempty"` // read in the literal mode
	Salt    []byte `json:"salt"`
	Sender  string `json:"sender"`
	Room    string `json:"room"`
	First   []byte `json:"first"`
	Second  []byte `json:"second"`
}

// ContentsToTag draws a message and derives another.
func ContentsToTag(d spec.Draft, t *Tape) TaggedContents {
	c := FrankedContent{Sender: "mimi://b.example/u/alice", Room: "mimi://hub.example/r/one", Framing: t.OneIn(3)}
	c.Salt = make([]byte, 16)
	if d == spec.Protocol03 {
		c.Salt = make([]byte, 32)
	}
	for i := range c.Salt {
		c.Salt[i] = byte(t.Choose(256))
	}
	c.Text = manyLetters[:t.Choose(5)]
	if t.OneIn(16) {
		c.Text = manyLetters[:64<<t.Choose(5)]
	}
	out := TaggedContents{Literal: t.Bool(), Salt: c.Salt, Sender: c.Sender, Room: c.Room, First: c.Append(nil, d)}
	switch t.Choose(4) {
	case 0:
		c.Loose = true
	case 1:
		c.Text += "!"
	case 2:
		c.Framing = !c.Framing
	case 3:
		c.Odd = true
	}
	out.Second = c.Append(nil, d)
	return out
}
