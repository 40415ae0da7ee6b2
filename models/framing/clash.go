package framing

import "slices"

// The arithmetic of the proof engine. Let a message with a length end at the
// same offset in both readings, as what follows takes as many octets in both.
// Then the two lengths differ by as many octets as the two messages begin
// apart. Often no octets say so: those of one length lie in a URI of the other
// reading, and the first of its message are fixed.

// maxSince bounds how far the head of one reading may begin after that of the
// other to be remembered, in octets: no head is longer than 9.
const maxSince = 10

// findClock chooses the head whose place is remembered: that of a message which
// ends at the same offset in both readings.
func (x *explorer) findClock(start knowledge, classOf *[256]uint8) {
	x.clocked = -1
	for i, p := range x.pieces {
		if p.role == roleHead && p.field == Message && !p.wraps && start.synced>>(i+2)&1 == 1 {
			x.clocked = i
		}
	}
	outside, high := map[uint8]bool{}, map[uint8]bool{}
	for o := range 256 {
		if !x.inURI(byte(o)) {
			outside[classOf[o]] = true
		}
		if o >= 0x80 {
			high[classOf[o]] = true
		}
	}
	for o := range 256 {
		x.ofURI[o], x.ofASCII[o] = !outside[classOf[o]], !high[classOf[o]]
	}
}

// inURI reports whether some URI of the domain has the octet. Senders and rooms
// are made of the same octets.
func (z *puzzle) inURI(o byte) bool { return z.domain.automaton(Sender).alphabet.has(o) }

// tick notes that both have read an octet.
func (x *explorer) tick(k knowledge, o byte) knowledge {
	if k.since > 0 {
		if !x.ofURI[o] {
			k.foreign |= 1 << (k.since - 1)
			if !x.ofASCII[o] {
				k.high |= 1 << (k.since - 1)
			}
		}
		if k.since++; k.since > maxSince+1 {
			k.since, k.foreign, k.high = 0, 0, 0
		}
	}
	return k
}

// clock notes that one of two readers that have decided begins the clocked
// head. It reports whether their lengths can agree if the other began it before.
func (x *explorer) clock(a, b reader, k knowledge) (knowledge, bool) {
	t := x.clocked
	if b.piece == t && b.fresh {
		a, b = b, a
	}
	if a.piece != t || !a.fresh || b.piece == t && b.fresh {
		return k, true
	}
	if b.piece < t {
		k.since, k.foreign, k.high = 1, 0, 0
		return k, true
	}
	if k.since > 0 && !x.lengthsAgree(int(k.since-1), k.foreign, k.high) {
		x.measured = true
		return k, false
	}
	k.since, k.foreign, k.high = 0, 0, 0
	return k, true
}

// headForm describes some of the heads of one size: the ranges of their octets,
// and which bits of them are the length.
type headForm struct{ lo, hi, mask []byte }

// headForms lists all heads of a message. The octets of a head are the same for
// the same length.
func headForms(e Encoding) (forms []headForm) {
	// form adds the heads of a tag and so many octets of a length whose octets
	// up to the one at index top are not all 0.
	form := func(tag []byte, octets, top int) {
		for first := 0; first <= top; first++ {
			f := headForm{lo: append([]byte{}, tag...), hi: append([]byte{}, tag...), mask: make([]byte, len(tag))}
			for i := range octets {
				lo, hi := byte(0), byte(0xff)
				if i < first {
					hi = 0
				} else if i == first {
					lo = 1
				}
				f.lo, f.hi, f.mask = append(f.lo, lo), append(f.hi, hi), append(f.mask, 0xff)
			}
			forms = append(forms, f)
		}
	}
	all := func(octets int) {
		f := headForm{lo: make([]byte, octets), hi: make([]byte, octets), mask: make([]byte, octets)}
		for i := range octets {
			f.hi[i], f.mask[i] = 0xff, 0xff
		}
		forms = append(forms, f)
	}
	switch e {
	case Len8:
		all(1)
	case Len16:
		all(2)
	case Len32:
		all(4)
	case Len64:
		all(8)
	case Varint:
		for i, tag := range []byte{0, 0x40, 0x80} {
			octets := 1 << i
			all(octets)
			f := &forms[i]
			f.lo[0], f.hi[0], f.mask[0] = tag, tag|0x3f, 0x3f
		}
	case CBOR:
		forms = append(forms, headForm{lo: []byte{0x40}, hi: []byte{0x57}, mask: []byte{0x1f}})
		for i, tag := range []byte{0x58, 0x59, 0x5a, 0x5b} {
			octets := 1 << i
			form([]byte{tag}, octets, max(octets/2-1, 0))
		}
	}
	return forms
}

// lengthsAgree reports whether two heads of a message may begin so many octets
// apart, more than none, and both messages end at the same offset. The octets
// between are those of URIs but for the foreign ones, which are less than 0x80
// but for the high ones.
func (x *explorer) lengthsAgree(apart int, foreign, high uint16) bool {
	key := [3]uint16{uint16(apart), foreign, high}
	agree, ok := x.agreeing[key]
	if !ok {
		forms := headForms(x.pieces[x.clocked].encoding)
		for i := range forms {
			for j := range forms {
				agree = agree || x.formsAgree(&forms[i], &forms[j], apart, foreign, high)
			}
		}
		x.agreeing[key] = agree
	}
	return agree
}

// formsAgree is lengthsAgree for heads of two forms, the early and the late.
func (x *explorer) formsAgree(early, late *headForm, apart int, foreign, high uint16) bool {
	// What the early length is greater by.
	more := apart + len(late.lo) - len(early.lo)
	if more <= 0 {
		return false // one message and so one head, or a longer head for less
	}
	word := make([]octetSet, max(len(early.lo), apart+len(late.lo))+len(messageStart))
	for i := range word {
		for o := range 256 {
			if i >= apart || high>>i&1 == 1 || foreign>>i&1 == 1 && o < 0x80 || x.inURI(byte(o)) {
				word[i].add(byte(o))
			}
		}
	}
	for _, head := range []struct {
		at   int
		form *headForm
	}{{0, early}, {apart, late}} {
		for i, lo := range head.form.lo {
			word[head.at+i].keep(lo, head.form.hi[i])
		}
		for i, o := range messageStart {
			word[head.at+len(head.form.lo)+i].keep(o, o)
		}
	}
	if slices.Contains(word, octetSet{}) {
		return false // two octets in one place
	}
	greater, lesser := digitsOf(early, 0), digitsOf(late, apart)
	for carries := range lengthDigits {
		if sumAgrees(append([]octetSet{}, word...), &greater, &lesser, more, carries) {
			return true
		}
	}
	return false
}

// lengthDigits is how many octets a length has at most.
const lengthDigits = 8

// digit is an octet of a length: where it stands in the word, and its bits that
// count. Without any it is 0.
type digit struct {
	at   int
	mask byte
}

// digitsOf returns the octets of the length of a head that begins at an offset,
// the least significant first.
func digitsOf(f *headForm, at int) (digits [lengthDigits]digit) {
	for i := range digits {
		if k := len(f.lo) - 1 - i; k >= 0 {
			digits[i] = digit{at + k, f.mask[k]}
		}
	}
	return digits
}

// sumAgrees reports whether octets of the given sets may make greater what
// lesser is with more added, where so many digits carry. It narrows the sets
// digit by digit: an answer that it is impossible is right.
func sumAgrees(word []octetSet, greater, lesser *[lengthDigits]digit, more, carries int) bool {
	for i := range lengthDigits {
		add := 0
		if i == 0 {
			add = more
		} else if i <= carries {
			add = 1
		}
		if i < carries {
			add -= 256
		}
		if !narrow(word, greater[i], lesser[i], add) {
			return false
		}
	}
	return true
}

// narrow keeps those octets of p that are those of q with add added. It reports
// whether there are any.
func narrow(word []octetSet, p, q digit, add int) bool {
	var sums octetSet
	if q.mask == 0 {
		if add >= 0 { // a digit that there is not carries nothing on
			sums.add(byte(add))
		}
	} else {
		for o := range 256 {
			if sum := o&int(q.mask) + add; word[q.at].has(byte(o)) && 0 <= sum && sum < 256 {
				sums.add(byte(sum))
			}
		}
	}
	if p.mask == 0 {
		return sums.has(0) // else a digit carries into none
	}
	var kept octetSet
	for o := range 256 {
		if word[p.at].has(byte(o)) && sums.has(byte(o)&p.mask) {
			kept.add(byte(o))
		}
	}
	word[p.at] = kept
	return kept != (octetSet{})
}

// keep drops the octets that are not from lo to hi.
func (s *octetSet) keep(lo, hi byte) {
	for o := range 256 {
		if o < int(lo) || o > int(hi) {
			s[o>>6] &^= 1 << (o & 63)
		}
	}
}
