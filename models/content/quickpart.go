package content

import "unicode/utf8"

// quickPart returns the offset behind a single or multi part that is seen at
// once to break no rule, 0 if it is not sure of it.
func (w *walker) quickPart(pos, level int) (end int) {
	b := w.b
	if !w.c.quickParts || w.parts >= maxParts || level > maxPartDepth || len(b)-pos < 6 || b[pos] != majorArray<<5|5 {
		return 0
	}
	if disposition := b[pos+1]; disposition > maxKnownDisposition || disposition == dispositionReaction {
		return 0
	}
	pos += 2
	if b[pos] == emptyText {
		pos++
	} else if pos = w.quickLanguage(pos); pos == 0 {
		return 0
	}
	if len(b)-pos < 4 {
		return 0
	}
	switch b[pos] {
	case cardinalitySingle:
		return w.quickSingle(pos + 1)
	case cardinalityMulti:
		return w.quickMulti(pos+1, level)
	}
	return 0
}

// quickSingle returns the offset behind the content type and the content of a
// single part.
func (w *walker) quickSingle(pos int) (end int) {
	b := w.b
	var media mediaType
	if b[pos] == emptyText && !w.c.emptyTypeInvalid {
		pos++
	} else if pos, media = w.quickType(pos); pos == 0 || pos == len(b) {
		return 0
	}
	if b[pos]>>5 != majorBytes {
		return 0
	}
	start, end := quickString(b, pos)
	if end == 0 || media.text && media.utf8 && !isASCII(b[start:end]) && !utf8.Valid(b[start:end]) {
		return 0
	}
	w.parts++
	w.leaves++
	return end
}

// quickMulti returns the offset behind the semantics and the parts of a multi
// part of few parts. It leaves more of them to the walk, as quickContainer
// does.
func (w *walker) quickMulti(pos, level int) (end int) {
	n := int(w.b[pos+1]) - majorArray<<5
	if w.b[pos] > maxPossibleSemantics || n < 2 || n >= 24 {
		return 0
	}
	parts, leaves := w.parts, w.leaves
	w.parts++
	end = pos + 2
	for range n {
		if end = w.quickPart(end, level+1); end == 0 {
			w.parts, w.leaves = parts, leaves
			return 0
		}
	}
	return end
}

// quickLanguage returns the offset behind the language of a part, 0 if it is
// not sure of it.
func (w *walker) quickLanguage(pos int) (end int) {
	start, end := quickString(w.b, pos)
	if w.b[pos]>>5 != majorText || !w.knowsLanguage(w.b[start:end]) {
		return 0
	}
	return end
}

// quickType returns the offset behind a content type, 0 if it is not sure of
// it, and what it is.
func (w *walker) quickType(pos int) (end int, media mediaType) {
	start, end := quickString(w.b, pos)
	if w.b[pos]>>5 != majorText {
		return 0, media
	}
	media, ok := w.knowsType(w.b[start:end])
	if !ok {
		return 0, media
	}
	return end, media
}
