package gen

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Content is the octets of a content message, or of what may be one.
type Content struct {
	Octets []byte `json:"octets"`
}

// place says what an item of a drawn message is.
type place uint8

const (
	placeTop place = iota
	placeSalt
	placeReplaces
	placeTopic
	placeExpires
	placeReply
	placeLastSeen
	placeExtensions
	placeEntry // of the extensions, key and value
	placeExtensionKey
	placeValue // any in the extensions
	placePart  // any part
	placeRoot  // the nested part
	placeNull
	placeSingle
	placeExternal
	placeMulti
	placeDisposition
	placeLanguage
	placePartIndex
	placeCardinality
	placeContentType
	placeContent
	placeSemantics
	placeParts
	placeExternalType
	placeURL
	placeExternalExpires
	placeSize
	placeEncAlg
	placeKey
	placeNonce
	placeAAD
	placeHashAlg
	placeHash
	placeDescription
	placeFilename
)

// mark is where an item stands: from its head to its end.
type mark struct {
	place      place
	start, end int
}

// contentWriter draws a message and writes it octet by octet.
type contentWriter struct {
	t       *Tape
	d       spec.Draft
	b       []byte
	marks   []mark
	root    place // what the root has to be; placeTop for any
	replace bool  // whether replaces has to be set
	parts   int
	path    []int // of the part that is written; nil if paths are not wanted
	paths   []string
	named   bool
	protect protection // of external parts; drawn if zero
}

// protection is how an external part is encrypted and hashed: the algorithms,
// and the lengths of what they need in octets.
type protection struct {
	encAlg, hashAlg       byte
	key, nonce, aad, hash int
}

func (w *contentWriter) item(p place, write func()) {
	start := len(w.b)
	write()
	w.marks = append(w.marks, mark{p, start, len(w.b)})
}

// ValidContent draws a valid message. A tape of zeros is the smallest one that
// has a body.
func ValidContent(d spec.Draft, t *Tape) Content {
	w := newContentWriter(d, t)
	w.message()
	return Content{Octets: w.b}
}

func newContentWriter(d spec.Draft, t *Tape) *contentWriter {
	return &contentWriter{t: t, d: d, b: t.Octets(384), marks: make([]mark, 0, 40)}
}

func (w *contentWriter) message() {
	start := len(w.b)
	var m message
	m.drawSalt(w.t)
	switch w.d {
	case spec.Content04: // no salt
		w.b = append(w.b, 0x87)
	case spec.Content05:
		w.b = append(w.b, 0x88)
		w.item(placeSalt, func() { w.b = appendString(w.b, majorBytes, m.salt[:]) })
	default:
		w.b = append(w.b, 0x87)
		w.item(placeSalt, func() { w.b = appendString(w.b, majorBytes, m.salt[:16]) })
	}
	kind := w.root
	if kind == placeTop {
		kind = [...]place{placeSingle, placeSingle, placeSingle, placeExternal, placeMulti, placeNull}[w.t.Choose(6)]
	}
	w.item(placeReplaces, func() { w.id(w.replace || kind == placeNull) })
	w.item(placeTopic, func() { w.octets() })
	w.item(placeExpires, w.expires)
	w.item(placeReply, w.reply)
	if w.d <= spec.Content05 {
		w.item(placeLastSeen, w.lastSeen)
	}
	w.item(placeExtensions, w.extensions)
	w.item(placeRoot, func() { w.part(kind, 1) })
	w.marks = append(w.marks, mark{placeTop, start, len(w.b)})
}

func (w *contentWriter) id(always bool) {
	w.t.Begin()
	defer w.t.End()
	if !w.t.OneIn(6) && !always {
		w.b = append(w.b, 0xf6)
		return
	}
	w.b = append(w.b, 0x58, 32, 1)
	for range 31 {
		w.b = append(w.b, 0)
	}
	w.b[len(w.b)-1] = byte(w.t.Choose(256))
}

// reply writes what a message replies to; content-04 has the hash of that
// message beside its ID.
func (w *contentWriter) reply() {
	if w.d != spec.Content04 {
		w.id(false)
		return
	}
	w.t.Begin()
	defer w.t.End()
	if !w.t.OneIn(6) {
		w.b = append(w.b, 0xf6)
		return
	}
	w.b = append(w.b, 0x83)
	w.id(true)
	w.b = append(w.b, 1)
	w.fill(majorBytes, 32*w.t.Choose(2))
}

func (w *contentWriter) lastSeen() {
	w.t.Begin()
	defer w.t.End()
	n := max(0, w.t.Choose(6)-3)
	w.b = appendHead(w.b, majorArray, n)
	for range n {
		w.id(true)
	}
}

func (w *contentWriter) expires() {
	w.t.Begin()
	defer w.t.End()
	if w.d == spec.Content04 { // a bare time, 0 for never
		w.b = content.AppendHead(w.b, 0, min(boundary(w.t), 1<<32-1))
		return
	}
	switch w.t.Choose(8) {
	default:
		w.b = append(w.b, 0xf6)
	case 6:
		w.b = content.AppendHead(append(w.b, 0x82, 0xf4), 0, min(boundary(w.t), 1<<32-1))
	case 7:
		w.b = content.AppendHead(append(w.b, 0x82, 0xf5), 0, min(boundary(w.t), 365*24*3600))
	}
}

// boundaries are where the heads of CBOR and the integers of languages change.
var boundaries = [...]uint64{
	0, 1, 23, 24, 255, 256, 65535, 65536, 1<<32 - 1, 1 << 32, 1<<53 - 1, 1 << 53, 1<<63 - 1, 1 << 63, 1<<64 - 1,
}

func boundary(t *Tape) uint64 { return boundaries[t.Choose(len(boundaries))] }

// lengths are of strings; the long ones are drawn rarely.
var lengths = [...]int{15, 16, 17, 22, 23, 24, 25, 31, 32, 33, 254, 255, 256, 257}

// length draws the length of a string in octets.
func (w *contentWriter) length() int {
	switch n := w.t.Choose(512); {
	case n == 511 && w.t.OneIn(16) && w.d >= spec.Content08:
		return 65535 + w.t.Choose(2)
	case n >= 480:
		return lengths[w.t.Choose(len(lengths))]
	default:
		return n & 3
	}
}

// octets writes a byte string of ASCII, so that it is text as well.
func (w *contentWriter) octets() {
	n := w.length()
	if n > 4096 && w.parts == 0 {
		n = 4096 // the largest topic
	}
	w.fill(majorBytes, n)
}

func (w *contentWriter) fill(major byte, n int) {
	w.b = appendHead(w.b, major, n)
	c := 'a' + byte(w.t.Choose(26))
	for range n {
		w.b = append(w.b, c)
	}
}

// text writes a text string, sometimes outside ASCII.
func (w *contentWriter) text() {
	if w.t.OneIn(4) {
		w.b = appendString(w.b, majorText, characters[w.t.Choose(len(characters))])
		return
	}
	w.fill(majorText, w.length())
}

// extensionKeys are in the order of their encodings. The first two have URIs
// for values.
var extensionKeys = [...]string{
	"\x01", "\x02", "\x0a", "\x17", "\x18\x18", "\x18\xff", "\x19\x01\x00", "\x19\xff\xff", "\x1a\x00\x01\x00\x00",
	"\x1a\xff\xff\xff\xff", "\x1b\x00\x00\x00\x01\x00\x00\x00\x00", "\x1b\x00\x1f\xff\xff\xff\xff\xff\xff",
	"\x20", "\x37", "\x38\x18", "\x39\x01\x00", "\x3b\x00\x1f\xff\xff\xff\xff\xff\xfe", "aa", "b10", "b\xc3\xa9", "c\xe8\xaa\x9e", "dabcd",
}

// firstTextKey is the index of the first key that is a text.
const firstTextKey = 17

// extensions writes the extensions. In content-04 keys are texts and values
// are byte strings.
func (w *contentWriter) extensions() {
	w.t.Begin()
	defer w.t.End()
	head := len(w.b)
	w.b = append(w.b, 0xa0)
	if !w.t.OneIn(3) {
		return
	}
	// A step of zero ends the list.
	key := w.t.Choose(13)
	if w.d == spec.Content04 {
		key = firstTextKey + key%2
	}
	for key < len(extensionKeys) {
		w.t.Begin()
		name := extensionKeys[key]
		start := len(w.b)
		w.item(placeExtensionKey, func() {
			if name[0] >= 0x61 {
				w.b = append(append(w.b, 0x60|name[0]&31), name[1:]...)
			} else {
				w.b = append(w.b, name...)
			}
		})
		switch {
		case key < 2:
			w.item(placeValue, func() { w.b = appendString(w.b, majorText, "mimi://a.example/u/a") })
		case w.d == spec.Content04:
			w.item(placeValue, w.octets)
		default:
			w.value(2)
		}
		w.marks = append(w.marks, mark{placeEntry, start, len(w.b)})
		w.b[head]++
		step := w.t.Choose(8)
		w.t.End()
		if step < 3 {
			return
		}
		key += step - 2
	}
}

// singleValues need no further choice.
var singleValues = [...]string{
	"\x00", "\xf4", "\xf5", "\xf6", "\xf7", "\xe0", "\xf8\xff", "\xf9\x3c\x00", "\xfa\x47\xc3\x50\x00",
	"\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a", "\xf9\x7e\x00", "\xf9\x7c\x00", "\xc2\x49\x01\x00\x00\x00\x00\x00\x00\x00\x00",
	"\xc3\x49\x01\x00\x00\x00\x00\x00\x00\x00\x00", "\xd8\x51\x48\x7f\xf8\x00\x00\x00\x00\x00\x01",
}

// value writes an extension value whose containers start at a level.
func (w *contentWriter) value(level int) {
	start := len(w.b)
	defer func() { w.marks = append(w.marks, mark{placeValue, start, len(w.b)}) }()
	kinds := 8
	if level > 4 {
		kinds = 5
	}
	switch w.t.Choose(kinds) {
	case 0:
		single := singleValues[w.t.Choose(len(singleValues))]
		if level > 4 && single[0]>>5 == 6 {
			single = "\x00" // a tag is a level
		}
		w.b = append(w.b, single...)
	case 1:
		w.b = content.AppendHead(w.b, 0, boundary(w.t))
	case 2:
		w.b = content.AppendHead(w.b, 1, boundary(w.t))
	case 3:
		w.fill(majorBytes, w.t.Choose(3))
	case 4:
		w.text()
	case 5:
		n := w.t.Choose(3)
		w.b = appendHead(w.b, majorArray, n)
		for range n {
			w.value(level + 1)
		}
	case 6:
		n := w.t.Choose(3)
		w.b = append(w.b, 0xa0|byte(n))
		for i := range n {
			w.b = append(w.b, [...]byte{1, 0x20, 0x40}[i])
			w.value(level + 1)
		}
	case 7:
		w.b = append(w.b, 0xd9, 0x03, 0xe8)
		w.value(level + 1)
	}
}

var (
	languages    = [...]string{"", "", "", "en", "de-CH", "en,fr"}
	contentTypes = [...]string{"text/plain;charset=utf-8", "application/octet-stream", "text/markdown;variant=GFM-MIMI", "a/b", ""}
)

// part writes a part of a kind at a level.
func (w *contentWriter) part(kind place, level int) {
	w.t.Begin()
	defer w.t.End()
	start := len(w.b)
	w.parts++
	if w.named {
		name := "nestedPart"
		for _, i := range w.path {
			name += fmt.Sprintf(".parts[%d]", i)
		}
		w.paths = append(w.paths, name)
	}
	index := w.parts - 1
	elements := int(map4(kind, 3, 5, 15, 5))
	if w.d == spec.Content04 && kind != placeExternal { // a part index more, and no file name
		elements++
	}
	w.b = appendHead(w.b, majorArray, elements)
	w.item(placeDisposition, func() {
		disposition := 1
		if w.t.OneIn(3) {
			disposition = [...]int{0, 2, 3, 4, 5, 6, 7, 8, 9, 23, 24, 254, 255}[w.t.Choose(13)]
		}
		w.b = appendHead(w.b, 0, disposition)
	})
	w.item(placeLanguage, func() { w.b = appendString(w.b, majorText, languages[w.t.Choose(len(languages))]) })
	if w.d == spec.Content04 {
		w.item(placePartIndex, func() { w.b = appendHead(w.b, 0, index) })
	}
	w.item(placeCardinality, func() { w.b = append(w.b, map4(kind, 0, 1, 2, 3)) })
	switch kind {
	case placeSingle:
		w.item(placeContentType, func() { w.b = appendString(w.b, majorText, contentTypes[w.t.Choose(len(contentTypes))]) })
		w.item(placeContent, w.octets)
	case placeExternal:
		w.external()
	case placeMulti:
		w.item(placeSemantics, func() { w.b = append(w.b, byte(w.t.Choose(3))) })
		w.item(placeParts, func() { w.multi(level) })
	}
	w.marks = append(w.marks, mark{kind, start, len(w.b)}, mark{placePart, start, len(w.b)})
}

func map4(kind place, null, single, external, multi byte) byte {
	switch kind {
	case placeNull:
		return null
	case placeExternal:
		return external
	case placeMulti:
		return multi
	default:
		return single
	}
}

func (w *contentWriter) multi(level int) {
	head := len(w.b)
	w.b = append(w.b, 0x80)
	kinds := [...]place{placeSingle, placeSingle, placeSingle, placeExternal, placeMulti}
	for i, n := 0, 2+w.t.Choose(3); i < n; i++ {
		kind := kinds[w.t.Choose(len(kinds))]
		if kind == placeMulti && level >= 3 {
			kind = placeSingle
		}
		if w.named {
			w.path = append(w.path, i)
		}
		w.part(kind, level+1)
		if w.named {
			w.path = slices.Delete(w.path, len(w.path)-1, len(w.path))
		}
		w.b[head]++
	}
}

func (w *contentWriter) external() {
	encrypted, hashed := w.t.OneIn(3), w.t.OneIn(3)
	var p protection
	if encrypted {
		p.encAlg, p.key, p.nonce, p.aad = 1, 16, 12, w.t.Choose(2)
	}
	if hashed {
		p.hashAlg, p.hash = 1, 32
	}
	if w.protect != (protection{}) {
		p = w.protect
	}
	w.item(placeExternalType, func() { w.b = appendString(w.b, majorText, contentTypes[w.t.Choose(len(contentTypes))]) })
	w.item(placeURL, func() {
		if w.d == spec.Content04 {
			w.b = append(w.b, 0xd8, 0x20) // the tag of a URI
		}
		w.b = appendString(w.b, majorText, "https://a.example/b")
	})
	w.item(placeExternalExpires, func() { w.b = content.AppendHead(w.b, 0, min(boundary(w.t), 1<<32-1)) })
	w.item(placeSize, func() { w.b = content.AppendHead(w.b, 0, boundary(w.t)) })
	w.item(placeEncAlg, func() { w.b = append(w.b, p.encAlg) })
	w.item(placeKey, func() { w.fill(majorBytes, p.key) })
	w.item(placeNonce, func() { w.fill(majorBytes, p.nonce) })
	w.item(placeAAD, func() { w.fill(majorBytes, p.aad) })
	w.item(placeHashAlg, func() { w.b = append(w.b, p.hashAlg) })
	w.item(placeHash, func() { w.fill(majorBytes, p.hash) })
	w.item(placeDescription, w.text)
	if w.d != spec.Content04 {
		w.item(placeFilename, w.text)
	}
}

// Parts is a message with the paths of its parts, each before its own parts.
type Parts struct {
	Octets []byte   `json:"octets"`
	Paths  []string `json:"paths"`
}

// IndexedParts draws a message of which the paths are known.
func IndexedParts(d spec.Draft, t *Tape) Parts {
	w := newContentWriter(d, t)
	w.root, w.named = placeMulti, true
	w.message()
	return Parts{Octets: w.b, Paths: w.paths}
}
