package content

// recent holds the last few content types or languages that were met and break
// no rule: the parts of a message tend to have the same.
type recent struct {
	texts [4][]byte
	media [4]mediaType // of content types
	next  int
}

func (r *recent) add(text []byte, media mediaType) {
	r.texts[r.next], r.media[r.next] = text, media
	r.next = (r.next + 1) % len(r.texts)
}

// find returns the index of a text that is not empty, -1 if it has none.
func (r *recent) find(text []byte) int {
	for i := range r.texts {
		if string(r.texts[i]) == string(text) {
			return i
		}
	}
	return -1
}

// knowsType tells what a content type is that breaks no rule and is all ASCII.
func (w *walker) knowsType(text []byte) (media mediaType, ok bool) {
	if len(text) == 0 {
		return media, !w.c.emptyTypeInvalid
	}
	if i := w.types.find(text); i >= 0 {
		return w.types.media[i], true
	}
	media = parseMediaType(text)
	if !media.valid || !media.plain {
		return media, false
	}
	w.types.add(text, media)
	if !knownType(text) {
		w.odd |= 1 << oddContentType
	}
	return media, true
}

// knowsLanguage reports whether a language is empty, was met, or is one
// well-formed tag.
func (w *walker) knowsLanguage(text []byte) bool {
	if len(text) == 0 {
		return true
	}
	if w.languages.find(text) >= 0 {
		return true
	}
	if !wellFormedTag(text) {
		return false
	}
	w.odd |= 1 << oddLanguage
	w.languages.add(text, mediaType{})
	return true
}
