package content

import (
	"unicode/utf8"
)

const (
	maxPartDepth = 4
	maxParts     = 1024
	maxPartIndex = 65535

	emptyText = majorText << 5

	cardinalityNull     = 0
	cardinalitySingle   = 1
	cardinalityExternal = 2
	cardinalityMulti    = 3

	dispositionReaction  = 2
	maxKnownDisposition  = 8
	maxPossibleSemantics = 2
)

// part walks a part. The root is level 1.
func (w *walker) part(level int) bool {
	if end := w.quickPart(w.pos, level); end > 0 {
		w.pos = end
		return true
	}
	w.atPart = true
	h, ok := w.head()
	w.atPart = false
	if !ok {
		return false
	}
	index := w.parts
	w.parts++
	if !w.c.countLeaves && w.parts == maxParts+1 {
		w.reportFound(partCount, h.at, "part number 1025")
	}
	limit := maxPartDepth
	if w.c.rootIsLevel0 {
		limit++
	}
	if level == limit+1 {
		w.report(partDepth, h.at)
		w.report(partDepthNonsense, h.at)
	}
	if h.major != majorArray || level > maxPartLevels {
		if h.major != majorArray {
			w.report(partArray, h.at)
		}
		return w.value(h, 0)
	}
	if h.indefinite() {
		w.report(encIndefinite4, h.at)
	} else if h.arg < w.c.partFields {
		w.report(partArray, h.at)
		return w.elementsOf(h)
	}
	w.push(segField, int(fieldDisposition))
	p := partHead{index: index, level: level, disposition: -1, cardinality: -1}
	for i := range w.c.partFields {
		if h.indefinite() && w.atBreak() {
			w.pop()
			w.report(partArray, h.at)
			return true
		}
		if !w.partField(&p, i) {
			return false
		}
	}
	if p.cardinality != cardinalityMulti {
		w.leaves++
		if w.c.countLeaves && w.leaves == maxParts+1 {
			w.reportFound(partCount, h.at, "leaf number 1025")
		}
	}
	ok = w.partBody(h, &p)
	w.pop()
	return ok
}

// partHead is what the elements up to the cardinality say; -1 is for what is
// wrong.
type partHead struct {
	index, level int
	disposition  int
	cardinality  int
}

// partField walks one of the elements up to the cardinality.
func (w *walker) partField(p *partHead, i uint64) bool {
	h, ok := w.head()
	if !ok {
		return false
	}
	switch {
	case i == 0:
		w.step(int(fieldDisposition))
		if h.major != majorUint || h.arg > 255 {
			w.report(partDispositionRange, h.at)
			return w.value(h, 0)
		}
		p.disposition = int(h.arg)
		if p.disposition > maxKnownDisposition {
			w.odd |= 1 << oddDisposition
		}
	case i == 1:
		w.step(int(fieldLanguage))
		if h.major != majorText {
			w.report(partLanguageType, h.at)
			return w.value(h, 0)
		}
		text, ok := w.text(h)
		if !ok {
			return false
		}
		if !w.knowsLanguage(text) && w.validText(h, text) && w.language(text, h.at) {
			w.languages.add(text, mediaType{})
		}
	case i == w.c.partFields-1:
		w.step(int(fieldCardinality))
		if h.major != majorUint || h.arg > cardinalityMulti {
			w.report(partCardinality, h.at)
			return w.value(h, 0)
		}
		p.cardinality = int(h.arg)
	default: // content-04
		w.step(int(fieldPartIndex))
		if h.major != majorUint || h.arg > maxPartIndex {
			w.report(partArray, h.at)
			return w.value(h, 0)
		}
		if h.arg != uint64(p.index) {
			w.report(partIndex04, h.at)
		}
	}
	return true
}

// validText judges the UTF-8 of a text, unless it came in chunks, which were
// judged one by one. Where the draft has no rule on it the text is not read
// any further either.
func (w *walker) validText(h head, text []byte) bool {
	if h.indefinite() {
		return utf8.Valid(text)
	}
	return w.checkUTF8(text, h.at)
}

// partBody walks what follows the cardinality of a part.
func (w *walker) partBody(h head, p *partHead) bool {
	var arity rule
	var body uint64
	switch p.cardinality {
	case cardinalityNull:
		arity = nullPartArity
		w.judgeNull(h, p)
	case cardinalitySingle:
		arity, body = singlePartArity, 2
	case cardinalityMulti:
		arity, body = multiPartArity, 2
	case cardinalityExternal:
		arity, body = externalPartArity, uint64(len(w.c.externalFields))
	default:
		if h.indefinite() {
			for !w.atBreak() {
				if !w.item(0) {
					return false
				}
			}
			return true
		}
		h.arg -= w.c.partFields
		return w.elementsOf(h)
	}
	if !h.indefinite() && h.arg != w.c.partFields+body {
		w.report(arity, h.at)
		h.arg -= w.c.partFields
		return w.elementsOf(h)
	}
	if p.disposition == dispositionReaction && p.level == 1 && w.c.reactionReplies && !w.inReplyTo {
		w.reportFound(reactionSingle, h.at, "a reaction to no message")
	}
	ok, complete := true, true
	switch p.cardinality {
	case cardinalitySingle:
		ok, complete = w.single(h, p)
	case cardinalityMulti:
		ok, complete = w.multi(h, p)
	case cardinalityExternal:
		ok, complete = w.external(h)
	}
	if !ok {
		return false
	}
	if !complete {
		w.report(arity, h.at)
		return true
	}
	return !h.indefinite() || w.surplus(h, arity)
}

func (w *walker) judgeNull(h head, p *partHead) {
	switch {
	case p.level > 1:
		if !w.c.nullAnywhere {
			w.reportFound(nullPartNested, h.at, "a null part")
		}
	case !w.replaces && !w.c.nullWithout:
		w.reportFound(nullPartRootNeedsReplaces, h.at, "a null part, and replaces is null")
	}
}

// missing reports whether an array of indefinite length ends here.
func (w *walker) missing(h head) bool { return h.indefinite() && w.atBreak() }

// single walks content type and content.
func (w *walker) single(h head, p *partHead) (ok, complete bool) {
	w.step(int(fieldContentType))
	if w.missing(h) {
		return true, false
	}
	media, ok := w.contentType(singleContentType)
	if !ok {
		return false, false
	}
	w.step(int(fieldContent))
	if w.missing(h) {
		return true, false
	}
	item, ok := w.head()
	if !ok {
		return false, false
	}
	if item.major != majorBytes {
		w.report(singleContentBstr, item.at)
		return w.value(item, 0), true
	}
	start := w.pos
	if _, ok := w.bytes(item); !ok {
		return false, false
	}
	if media.text && !item.indefinite() {
		w.judgeText(item, media, p, w.b[start:w.pos])
	}
	return true, true
}

// judgeText judges content that is text.
func (w *walker) judgeText(h head, media mediaType, p *partHead, text []byte) {
	if media.utf8 && !utf8.Valid(text) {
		w.reportFound(textContentUTF8, h.at, "invalid UTF-8")
		return
	}
	if p.disposition == dispositionReaction && w.c.force[reactionOnePerPart] && !w.c.reactionsUncount && severalEmoji(text) {
		w.reportFound(reactionOnePerPart, h.at, "several emoji")
	}
}

// contentType walks the content type of a single or external part.
func (w *walker) contentType(wrongType rule) (m mediaType, ok bool) {
	h, ok := w.head()
	if !ok {
		return m, false
	}
	if h.major != majorText {
		w.report(wrongType, h.at)
		return m, w.value(h, 0)
	}
	text, ok := w.text(h)
	if !ok {
		return m, false
	}
	m, ok = w.knowsType(text)
	if ok || !m.plain && !w.validText(h, text) {
		return m, true
	}
	if !m.valid {
		w.reportFound(contentTypeGrammar, h.at, "a text that is no media type")
	} else if !knownType(text) {
		w.odd |= 1 << oddContentType
	}
	return m, true
}

// multi walks semantics and parts.
func (w *walker) multi(h head, p *partHead) (ok, complete bool) {
	w.step(int(fieldPartSemantics))
	if w.missing(h) {
		return true, false
	}
	item, ok := w.head()
	if !ok {
		return false, false
	}
	if item.major != majorUint || item.arg > maxPossibleSemantics {
		w.report(multiSemantics, item.at)
		if !w.value(item, 0) {
			return false, false
		}
	}
	w.step(int(fieldParts))
	if w.missing(h) {
		return true, false
	}
	if item, ok = w.head(); !ok {
		return false, false
	}
	if item.major != majorArray {
		w.report(multiPartsArray, item.at)
		return w.value(item, 0), true
	}
	if item.indefinite() {
		w.report(encIndefinite, item.at)
	}
	w.push(segIndex, 0)
	n := 0
	for ; item.indefinite() || uint64(n) < item.arg; n++ {
		if w.missing(item) {
			break
		}
		w.step(n)
		if !w.part(p.level + 1) {
			return false, false
		}
	}
	w.pop()
	if n < 2 {
		w.reportFound(multiMinTwo, item.at, []string{"no part", "1 part"}[n])
	}
	return true, true
}
