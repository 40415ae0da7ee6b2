package gen

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Broken is a message that breaks exactly one rule.
type Broken struct {
	Rule   string `json:"rule"`
	Octets []byte `json:"octets"`
}

// flaw is one way to break a rule: an item of a valid message is replaced.
type flaw struct {
	rule   string
	at     place
	with   func(w *contentWriter, item []byte) []byte
	drafts spec.Drafts // where nothing else is broken; all if zero
	part   protection  // that external parts have before, if not zero
}

// The drafts in which a flaw can be drawn alone, where these are not all.
var (
	only04     = spec.DraftsOf(spec.Content04)
	before06   = spec.Between(spec.Content04, spec.Content05)
	from05To07 = spec.Between(spec.Content05, spec.Content07)
	since05    = spec.Between(spec.Content05, spec.Content09)
	since08    = spec.Between(spec.Content08, spec.Content09)
)

// as replaces an item by fixed octets.
func as(octets string) func(*contentWriter, []byte) []byte {
	return func(*contentWriter, []byte) []byte { return []byte(octets) }
}

// oneOf replaces an item by one of several octets.
func oneOf(choices ...string) func(*contentWriter, []byte) []byte {
	return func(w *contentWriter, _ []byte) []byte { return []byte(choices[w.t.Choose(len(choices))]) }
}

// joined puts octets around an item.
func joined(before, behind string) func(*contentWriter, []byte) []byte {
	return func(_ *contentWriter, item []byte) []byte { return []byte(before + string(item) + behind) }
}

func saltOfLength(w *contentWriter, _ []byte) []byte {
	want := 16
	if w.d == spec.Content05 {
		want = 32
	}
	n := []int{want - 1, want + 1, 0, 48 - want, 255}[w.t.Choose(5)]
	return appendString(nil, majorBytes, make([]byte, n))
}

// surplus puts one element more at the end.
func surplus(w *contentWriter, item []byte) []byte {
	with := append([]byte{item[0] + 1}, item[1:]...)
	return append(with, [...]byte{0xf6, 0x00, 0x80}[w.t.Choose(3)])
}

// longHead writes the head of an array longer than need be.
func longHead(w *contentWriter, item []byte) []byte {
	if w.t.Bool() {
		return append(binary.BigEndian.AppendUint16([]byte{0x99}, uint16(item[0]&31)), item[1:]...)
	}
	return append([]byte{0x98, item[0] & 31}, item[1:]...)
}

// endless writes an array without its length.
func endless(_ *contentWriter, item []byte) []byte {
	return append(append([]byte{0x9f}, item[1:]...), 0xff)
}

// beginPart returns a part that is not external up to its cardinality, without
// language. The index is only written in content-04.
func (w *contentWriter) beginPart(kind place, index int) []byte {
	octets := []byte{map4(kind, 0x83, 0x85, 0, 0x85), 1, 0x60}
	if w.d == spec.Content04 {
		octets[0]++
		octets = appendHead(octets, 0, index)
	}
	return octets
}

// smallest returns a null part, or the smallest single one.
func (w *contentWriter) smallest(kind place, index int) []byte {
	part := w.beginPart(kind, index)
	if kind == placeNull {
		return append(part, 0)
	}
	return append(part, 1, 0x60, 0x40)
}

// onePart replaces the parts of a multi part by one.
func onePart(w *contentWriter, _ []byte) []byte {
	return append([]byte{0x81}, w.smallest(placeSingle, 1)...)
}

// nullAmong replaces the parts of a multi part by two, one of them null.
func nullAmong(w *contentWriter, _ []byte) []byte {
	kinds := [...]place{placeSingle, placeNull}
	if w.t.Bool() {
		kinds = [...]place{placeNull, placeSingle}
	}
	return slices.Concat([]byte{0x82}, w.smallest(kinds[0], 1), w.smallest(kinds[1], 2))
}

// nestedParts replaces the root by one that nests too deep.
func nestedParts(w *contentWriter, _ []byte) []byte {
	l := Limits{PartLevels: 5 + w.t.Choose(3)}
	l.Parts = 2*l.PartLevels - 1
	return l.root(w)
}

// manyParts replaces the parts of a multi part by more than a body may have.
func manyParts(w *contentWriter, _ []byte) []byte {
	const parts = 1024 // and the multi part itself
	octets := appendHead(nil, majorArray, parts)
	for i := range parts {
		octets = append(octets, w.smallest(placeSingle, i+1)...)
	}
	return octets
}

// textPart replaces the root by a text with a disposition.
func textPart(disposition byte, text string) func(*contentWriter, []byte) []byte {
	return func(w *contentWriter, _ []byte) []byte {
		part := w.beginPart(placeSingle, 0)
		part[1] = disposition
		part = appendString(append(part, 1), majorText, "text/plain;charset=utf-8")
		return appendString(part, majorBytes, text)
	}
}

// rootFor is the kind of part that a flaw needs at the root.
func (f *flaw) rootFor() place {
	switch {
	case f.rule == "content/nullpart-root-needs-replaces" || f.at == placeNull:
		return placeNull
	case f.at == placeSingle || f.at == placeCardinality || f.at == placeContentType || f.at == placeContent:
		return placeSingle
	case f.at == placeMulti || f.at == placeSemantics || f.at == placeParts:
		return placeMulti
	case f.at == placeExternal || f.at >= placeExternalType:
		return placeExternal
	}
	return placeTop
}

// within makes flaws that say nothing of drafts ones of some drafts.
func within(drafts spec.Drafts, list []flaw) []flaw {
	for i := range list {
		if list[i].drafts == 0 {
			list[i].drafts = drafts
		}
	}
	return list
}

// perDraft holds the flaws that can be drawn under each draft.
type perDraft [spec.Content09 + 1][]*flaw

func inDrafts(list []flaw, wanted func(*flaw) bool) (in perDraft) {
	for d := spec.Content04; d <= spec.Content09; d++ {
		for i := range list {
			if f := &list[i]; wanted(f) && (f.drafts == 0 || f.drafts.Has(d)) {
				in[d] = append(in[d], f)
			}
		}
	}
	return in
}

// draw draws one of the flaws of a draft, and a message with it.
func (in *perDraft) draw(d spec.Draft, t *Tape) (*flaw, []byte) {
	f := in[d][t.Choose(len(in[d]))]
	return f, f.draw(d, t)
}

// draw draws a message with the flaw.
func (f *flaw) draw(d spec.Draft, t *Tape) []byte {
	w := newContentWriter(d, t)
	w.root, w.protect = f.rootFor(), f.part
	w.message()
	// One of the items at the place, counted from the end: parts are marked
	// after what they hold.
	var found [64]mark
	n := 0
	for _, m := range w.marks {
		if m.place == f.at && n < len(found) {
			found[n] = m
			n++
		}
	}
	choice := t.Choose(n)
	if d == spec.Content04 && (f.at == placeMulti || f.at == placeParts) {
		choice = 0 // the root: other parts would shift the indexes of those behind
	}
	m := found[n-1-choice]
	flawed := f.with(w, w.b[m.start:m.end])
	octets := t.Octets(len(w.b) + len(flawed))
	octets = append(append(octets, w.b[:m.start]...), flawed...)
	return append(octets, w.b[m.end:]...)
}

// OneRuleBroken draws a message that breaks one rule and no other, under the
// drafts that have the rule; it is valid under the others.
func OneRuleBroken(d spec.Draft, t *Tape) Broken {
	f, octets := anyFlaw.draw(d, t)
	return Broken{Rule: f.rule, Octets: octets}
}

var anyFlaw = inDrafts(flaws, func(*flaw) bool { return true })

// encodingFlaws change how a message is encoded and not what it says.
var encodingFlaws = inDrafts(flaws, func(f *flaw) bool {
	name := strings.TrimPrefix(f.rule, "content/enc-")
	return strings.HasPrefix(name, "shortest") || strings.HasPrefix(name, "indefinite") || strings.HasPrefix(name, "map-order")
})

// Reencodable draws a message in an encoding that need not be deterministic.
func Reencodable(d spec.Draft, t *Tape) Content {
	if t.Bool() {
		return ValidContent(d, t)
	}
	_, octets := encodingFlaws.draw(d, t)
	return Content{Octets: octets}
}

// Compared draws a message for two drafts: a valid one of either, one that
// breaks a rule, or one in an encoding that need not be deterministic.
func Compared(d, other spec.Draft, t *Tape) Content {
	if t.Bool() {
		d = other
	}
	switch t.Choose(4) {
	case 0:
		return ValidContent(d, t)
	case 1:
		_, octets := encodingFlaws.draw(d, t)
		return Content{Octets: octets}
	default:
		return Content{Octets: OneRuleBroken(d, t).Octets}
	}
}
