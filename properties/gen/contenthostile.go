package gen

import (
	"iter"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Hostile draws octets that a decoder should survive: a message that was
// changed in a few places, one with a hostile extension, a tower of containers, a message inside a message,
// or octets that were never one.
func Hostile(d spec.Draft, t *Tape) Content {
	how := t.Choose(16)
	if how == 14 {
		b := drawBomb(d, t, 256)
		return Content{Octets: b.append(t.Octets(b.size()))}
	}
	if how == 15 {
		octets := t.Octets(64)
		for n := t.Choose(16); n > 0; n-- {
			octets = append(octets, hostileItem(t)...)
		}
		return Content{Octets: octets}
	}
	w := newContentWriter(d, t)
	w.message()
	octets := w.b
	if how == 13 { // one extension
		m, value := w.find(placeExtensions), hostileItem(t)
		octets = append(t.Octets(len(w.b)+3+len(value)), w.b[:m.start]...)
		if d == spec.Content04 {
			octets = append(octets, "\xa1\x61a"...)
		} else {
			octets = append(octets, 0xa1, 0x20)
		}
		return Content{Octets: append(append(octets, value...), w.b[m.end:]...)}
	}
	for n := 1 + t.Choose(3); n > 0; n-- {
		octets = w.change(octets)
	}
	return Content{Octets: octets}
}

func (w *contentWriter) find(p place) mark {
	for _, m := range w.marks {
		if m.place == p {
			return m
		}
	}
	return mark{}
}

// change changes octets in one place. The marks are those of the message that
// was drawn, and may be off after another change.
func (w *contentWriter) change(octets []byte) []byte {
	t := w.t
	if len(octets) == 0 {
		return octets
	}
	t.Begin()
	defer t.End()
	m := w.marks[t.Choose(len(w.marks))]
	m.start, m.end = min(m.start, len(octets)), min(m.end, len(octets))
	at := min(m.start, len(octets)-1)
	splice := func(start, end int, by ...string) []byte {
		n := len(octets) + start - end
		for _, s := range by {
			n += len(s)
		}
		changed := append(t.Octets(n), octets[:start]...)
		for _, s := range by {
			changed = append(changed, s...)
		}
		return append(changed, octets[end:]...)
	}
	switch t.Choose(12) {
	case 0: // another item
		return splice(m.start, m.end, hostileItem(t))
	case 1: // one more item
		return splice(m.start, m.start, hostileItem(t))
	case 2: // another head
		return splice(at, at+1, string([]byte{octets[at]&^31 | byte(t.Choose(32))}))
	case 3: // a longer head
		if octets[at]&31 < 24 {
			return splice(at, at+1, string([]byte{octets[at]&^31 | 24, octets[at] & 31}))
		}
		return splice(at, at+1, string([]byte{octets[at] ^ 1}))
	case 4: // cut off
		return octets[:position(t, len(octets))]
	case 5: // twice
		return splice(m.end, m.end, string(octets[m.start:m.end]))
	case 6: // the whole message inside, as octets
		return splice(m.start, m.end, string(appendString(nil, majorBytes, octets)))
	case 7: // the whole message inside, as an item
		return splice(m.start, m.end, string(octets))
	case 8: // an array takes what comes behind it from the message
		if octets[at]>>5 != majorArray || octets[0]>>5 != majorArray || at == 0 {
			return octets
		}
		taken := splice(at, at+1, string([]byte{octets[at] + 1}))
		taken[0]--
		return taken
	case 9: // two items change places, such as entries of a map
		other := w.nextLike(m)
		if other.end > len(octets) || other.start < m.end {
			return octets
		}
		return splice(m.start, other.end, string(octets[other.start:other.end]), string(octets[m.end:other.start]), string(octets[m.start:m.end]))
	case 10: // without a length: a string in two chunks, a container up to a break
		head, ok := headAt(octets, m)
		for range w.marks {
			if ok {
				break
			}
			m = w.marks[t.Choose(len(w.marks))]
			m.start, m.end = min(m.start, len(octets)), min(m.end, len(octets))
			head, ok = headAt(octets, m)
		}
		if !ok {
			return octets
		}
		at = m.start
		endless := []byte{octets[at] | 31}
		if major := octets[at] >> 5; major == majorArray || major == majorMap {
			return splice(m.start, m.end, string(endless), string(octets[m.start+head:m.end]), "\xff")
		}
		whole := octets[m.start+head : m.end]
		cut := position(t, len(whole)+1)
		if octets[at]>>5 == majorText && t.Bool() { // one character is in both chunks
			whole, cut = append(slices.Clone(whole), "é"...), len(whole)+1
		}
		first, second := appendString(nil, octets[at]>>5, whole[:cut]), appendString(nil, octets[at]>>5, whole[cut:])
		return splice(m.start, m.end, string(endless), string(first), string(second), "\xff")
	default: // one octet
		at := position(t, len(octets))
		return splice(at, at+1, string([]byte{octets[at] ^ 1<<t.Choose(8)}))
	}
}

// headAt returns the length of the head of a marked item that has a length. It is
// false for any other, and where the mark is off.
func headAt(octets []byte, m mark) (int, bool) {
	if m.end <= m.start || octets[m.start]>>5 < majorBytes || octets[m.start]>>5 > majorMap {
		return 0, false
	}
	head := 1
	if info := octets[m.start] & 31; info >= 24 {
		head += 1 << (info & 3)
		if info > 27 {
			return 0, false
		}
	}
	return head, m.start+head <= m.end
}

// position draws an offset in n octets, which may be more than a choice holds.
func position(t *Tape, n int) int {
	if n <= 1<<16 {
		return t.Choose(n)
	}
	return min(t.Choose(n>>16+1)<<16|t.Choose(1<<16), n-1)
}

// nextLike returns the next item that stands behind one and is of the same
// kind, the zero mark if there is none.
func (w *contentWriter) nextLike(m mark) mark {
	var next mark
	for _, other := range w.marks {
		if other.place == m.place && other.start >= m.end && other.end > other.start && (next == mark{} || other.start < next.start) {
			next = other
		}
	}
	return next
}

// Cut is a message and the number of its octets that are received.
type Cut struct {
	Octets []byte `json:"octets"`
	Length int    `json:"length"` // EveryLength for each number in turn
}

// EveryLength stands for each number of octets below that of the message.
const EveryLength = -1

// maxEveryCut is the length in octets up to which messages are cut everywhere.
const maxEveryCut = 512

// cutAnywhere cuts a short message everywhere, and draws a cut of a long one.
func cutAnywhere(t *Tape, octets []byte) Cut {
	if len(octets) <= maxEveryCut {
		return Cut{Octets: octets, Length: EveryLength}
	}
	return Cut{Octets: octets, Length: position(t, len(octets))}
}

// Prefixes returns the octets that are received.
func (c *Cut) Prefixes() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if c.Length != EveryLength {
			yield(c.Octets[:min(max(c.Length, 0), len(c.Octets))])
			return
		}
		for n := range c.Octets {
			if !yield(c.Octets[:n:n]) {
				return
			}
		}
	}
}

// Truncated draws a message and where it is cut off.
func Truncated(d spec.Draft, t *Tape) Cut { return cutAnywhere(t, ValidContent(d, t).Octets) }

// Extended is a message and octets behind it.
type Extended struct {
	Octets []byte `json:"octets"`
	Behind []byte `json:"behind"` // nothing for each single octet in turn
}

// Messages returns the message with what follows it.
func (e *Extended) Messages() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		whole := append(slices.Clip(slices.Clone(e.Octets)), e.Behind...)
		if len(e.Behind) > 0 {
			yield(whole)
			return
		}
		whole = append(whole, 0)
		for behind := range 256 {
			whole[len(e.Octets)] = byte(behind)
			if !yield(whole) {
				return
			}
		}
	}
}

// Followed draws a message and what follows it.
func Followed(d spec.Draft, t *Tape) Extended {
	e := Extended{Octets: ValidContent(d, t).Octets}
	switch t.Choose(3) {
	case 1:
		e.Behind = []byte(hostileItem(t))
	case 2:
		e.Behind = e.Octets
	}
	return e
}

// Limits are how deep a body and its extensions nest, and how many parts the
// body has.
type Limits struct {
	PartLevels      int  `json:"partLevels"`      // 1 for a body without parts
	Parts           int  `json:"parts"`           // all of them; at least 2 for each further level
	ExtensionLevels int  `json:"extensionLevels"` // 1 for the extensions map alone
	Tags            bool `json:"tags"`            // the extensions nest by tags
}

// Limited draws numbers around the limits, mostly of depth. A depth is sometimes
// such that a counter of 8 bits comes around.
func Limited(d spec.Draft, t *Tape) Limits {
	l := Limits{PartLevels: 1 + t.Choose(7), ExtensionLevels: 1}
	if d != spec.Content04 { // whose extension values are byte strings
		l.ExtensionLevels, l.Tags = 1+t.Choose(7), t.Bool()
	}
	if t.OneIn(16) {
		l.PartLevels += 128 // each has two arrays
	}
	if l.ExtensionLevels > 1 && t.OneIn(8) {
		l.ExtensionLevels += 256
	}
	l.Parts = 2*l.PartLevels - 1
	if l.PartLevels > 1 && t.OneIn(8) {
		l.Parts = 1020 + t.Choose(8)
	}
	return l
}

// Message returns a message with the limits.
func (l *Limits) Message(d spec.Draft) []byte {
	w := &contentWriter{t: new(Tape), d: d}
	w.root = placeSingle
	w.message()
	extensions, root := w.find(placeExtensions), w.find(placeRoot)
	octets := append([]byte(nil), w.b[:extensions.start]...)
	if l.ExtensionLevels > 1 {
		octets = append(octets, 0xa1, 0x20)
		for range l.ExtensionLevels - 2 {
			if l.Tags {
				octets = append(octets, 0xd9, 0x03, 0xe8)
			} else {
				octets = append(octets, 0x81)
			}
		}
		octets = append(octets, 0x80)
	} else {
		octets = append(octets, 0xa0)
	}
	octets = append(octets, w.b[extensions.end:root.start]...)
	return append(octets, l.root(w)...)
}

// root returns the root part with the limits. Each multi part has its plain
// parts first and the next multi part last.
func (l *Limits) root(w *contentWriter) []byte {
	var octets []byte
	index := 0
	single := func() {
		octets = append(octets, w.smallest(placeSingle, index)...)
		index++
	}
	for level := range l.PartLevels - 1 {
		n := 2
		if level == l.PartLevels-2 { // the innermost multi part has the rest
			n = l.Parts - 2*l.PartLevels + 3
		}
		octets = append(octets, w.beginPart(placeMulti, index)...)
		octets = appendHead(append(octets, 3, 0), majorArray, n)
		index++
		for range n - 1 {
			single()
		}
	}
	single()
	return octets
}

// oddities are extensions that look wrong and are not.
var oddities = slices.Concat([]flaw{
	{at: placeDisposition, with: oneOf("\x09", "\x18\xc8", "\x18\xff")},
	{at: placeLanguage, with: oneOf("\x62qz", "\x67zz-Zzzz", "\x66x-mine")},
	{at: placeContentType, with: oneOf("\x70application/x-no", "\x63a/b")},
	{at: placeReply, with: as(id32), drafts: since05},
	{at: placeReply, with: as("\x83" + id32 + "\x01\x40"), drafts: only04},
	{at: placeReplaces, with: as(id32)},
	{at: placeTopic, with: func(*contentWriter, []byte) []byte { return appendString(nil, majorBytes, make([]byte, 4096)) }},
	{at: placeExtensions, with: as("\xa1\x78\xff" + string(make([]byte, 255)) + "\x40")},
}, within(since05, []flaw{
	{at: placeExtensions, with: oneOf("\xa1\x20\xf7", "\xa1\x20\xf6", "\xa1\x20\xf8\xff", "\xa1\x20\xe0")},
	{at: placeExtensions, with: oneOf("\xa1\x20\x81\x81\x80", "\xa1\x20\xa1\x01\x81\x00")},
	{at: placeExtensions, with: oneOf("\xa1\x20\xc2\x49\x01\x00\x00\x00\x00\x00\x00\x00\x00", "\xa1\x20\xc3\x49\x01\x00\x00\x00\x00\x00\x00\x00\x00")},
	{at: placeExtensions, with: oneOf("\xa1\x20\xd8\x51\x48\x7f\xf8\x00\x00\x00\x00\x00\x01", "\xa1\x20\xf9\x7e\x00", "\xa1\x20\xf9\x3c\x00")},
	{at: placeExtensions, with: as("\xa1\x3a\x00\x01\x00\x00\x00")},
	{at: placeExtensions, drafts: since08,
		with: func(*contentWriter, []byte) []byte {
			return appendString([]byte("\xa1\x20"), majorBytes, make([]byte, 5000))
		}},
}))

var anyOddity = inDrafts(oddities, func(*flaw) bool { return true })

// Odd draws a valid message with something that a receiver might take for an
// error.
func Odd(d spec.Draft, t *Tape) Content {
	_, octets := anyOddity.draw(d, t)
	return Content{Octets: octets}
}
