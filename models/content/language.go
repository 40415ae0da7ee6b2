package content

import "slices"

// language reports whether the language of a part is in order: empty, or language tags (RFC 5646,
// section 2.1) between commas. Tags need to be well-formed, not registered.
func (w *walker) language(text []byte, at int) bool {
	w.odd |= 1 << oddLanguage
	for start := 0; start <= len(text); {
		end := start
		for end < len(text) && text[end] != ',' {
			end++
		}
		tag := text[start:end]
		if w.c.languageSpaces {
			for len(tag) > 0 && tag[0] == ' ' {
				tag = tag[1:]
			}
		}
		if len(tag) == 0 {
			w.reportFound(partLanguageEmptyItem, at, "an empty item")
			return false
		}
		if !wellFormedTag(tag) {
			w.reportFound(partLanguageGrammar, at, "a malformed language tag")
			return false
		}
		start = end + 1
	}
	return true
}

// irregularTags are the grandfathered tags that the grammar does not produce.
var irregularTags = []string{
	"en-gb-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon", "i-lux", "i-mingo",
	"i-navajo", "i-pwn", "i-tao", "i-tay", "i-tsu", "sgn-be-fr", "sgn-be-nl", "sgn-ch-de",
}

// wellFormedTag reports whether tag is one that the grammar of RFC 5646 allows.
func wellFormedTag(tag []byte) bool {
	const (
		wantLanguage = iota
		wantExtlang  // up to three of three letters
		wantScript
		wantRegion
		wantVariant
		wantExtension // a singleton
		inExtension   // at least one of 2 to 8
		moreExtension
		inPrivate
		morePrivate
	)
	state, extlangs := wantLanguage, 0
	for start := 0; start <= len(tag); {
		end := start
		letters, digits := true, true
		for end < len(tag) && tag[end] != '-' {
			c := tag[end]
			switch {
			case 'a' <= c|0x20 && c|0x20 <= 'z':
				digits = false
			case '0' <= c && c <= '9':
				letters = false
			default:
				return false
			}
			end++
		}
		s := tag[start:end]
		n := len(s)
		start = end + 1
		if n == 0 || n > 8 {
			return false
		}
		if state < inPrivate && n == 1 && s[0]|0x20 == 'x' {
			if state == inExtension {
				return false
			}
			state = inPrivate
			continue
		}
		switch state {
		case wantLanguage:
			if !letters || n < 2 {
				return irregular(tag)
			}
			state = wantScript
			if n <= 3 {
				state = wantExtlang
			}
			continue
		case inExtension:
			if n < 2 {
				return false
			}
			state = moreExtension
			continue
		case moreExtension:
			if n == 1 {
				state = inExtension
			}
			continue
		case inPrivate, morePrivate:
			state = morePrivate
			continue
		}
		switch {
		case n == 1:
			state = inExtension
		case state == wantExtlang && n == 3 && letters:
			if extlangs++; extlangs == 3 {
				state = wantScript
			}
		case state <= wantScript && n == 4 && letters:
			state = wantRegion
		case state <= wantRegion && (n == 2 && letters || n == 3 && digits):
			state = wantVariant
		case state <= wantVariant && (n >= 5 || n == 4 && '0' <= s[0] && s[0] <= '9'):
			state = wantVariant
		default:
			return irregular(tag)
		}
	}
	return state != inExtension && state != inPrivate
}

func irregular(tag []byte) bool {
	return slices.ContainsFunc(irregularTags, func(known string) bool { return equalFold(tag, known) })
}
