package content

import (
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestLanguageTags(t *testing.T) {
	for _, tag := range []string{
		"en", "EN", "az", "ZA", "abc", "abcd", "abcdefgh", "de-DE", "zh-cmn-Hans-CN", "zh-Hans", "en-Latn-US", "en-419", "en-000", "en-999",
		"abc-def", "abc-def-ghi-jkl", "abc-def-ghi-jkl-Latn", "abc-def-Latn",
		"sl-rozaj", "sl-rozaj-biske", "de-1996", "en-1abc", "en-9abc", "en-0999", "en-US-12345", "en-US-abcde-1abc", "de-abcdefgh",
		"en-a-bb", "en-a-bb-cc", "en-a-bb-b-cc", "en-1-bb", "en-US-u-islamcal", "en-a-bb-x-y", "en-Z-abcdefgh",
		"x-a", "X-a", "x-a-b", "x-x", "x-x-x", "x-12345678", "en-x-a", "en-X-a-b", "en-x-x",
		"i-default", "I-Klingon", "en-GB-oed", "sgn-BE-FR",
	} {
		if !wellFormedTag([]byte(tag)) {
			t.Errorf("%q is not well-formed", tag)
		}
	}
	for _, tag := range []string{
		"", "e", "1", "12", "e1", "1e", "abcdefghi", "en-", "-en", "en--de", "-", "a-bb", "i-none", "i",
		"abc-def-ghi-jkl-mno", "abcd-def", "en-US-Latn", "en-Latn-Latn", "en-US-DE", "en-41", "en-4199a-12", "en-US-abcd", "en-abcdefghi",
		"en-a", "en-a-b", "en-a-bb-b", "en-a-x-y", "en-a-bb-abcdefghi",
		"x", "en-x", "x-", "x-123456789", "en-a-bb-x",
		"e`", "e{", "E@", "E[", "e/", "e:", "en_US", "en US", "é",
	} {
		if wellFormedTag([]byte(tag)) {
			t.Errorf("%q is well-formed", tag)
		}
	}
}

func TestLanguagesOfAPart(t *testing.T) {
	blanks := Options{Readings: Readings{"content/language-blanks": ambiguityReading("content/language-blanks", 1)}}
	part := func(language string) string {
		return edgeStart + "a0 85 01 " + language + " 01 60 40"
	}
	checkEdges(t, []edge{
		{"none", Options{}, part("60"), nil},
		{"one", Options{}, part("62 656e"), nil},
		{"two", Options{}, part("65 656e2c6672"), nil},
		{"an item missing at the end", Options{}, part("63 656e2c"), []rule{partLanguageEmptyItem}},
		{"an item missing at the start", Options{}, part("63 2c656e"), []rule{partLanguageEmptyItem}},
		{"an item missing in the middle", Options{}, part("66 656e2c2c6672"), []rule{partLanguageEmptyItem}},
		{"a tag that is none", Options{}, part("61 65"), []rule{partLanguageGrammar}},
		{"a second tag that is none", Options{}, part("64 656e2c66"), []rule{partLanguageGrammar}},
		{"a blank", Options{}, part("66 656e2c206672"), []rule{partLanguageGrammar}},
		{"a blank that may be", blanks, part("66 656e2c206672"), nil},
		{"blanks that may be", blanks, part("67 656e2c20206672"), nil},
		{"nothing but a blank", blanks, part("64 656e2c20"), []rule{partLanguageEmptyItem}},
		{"a blank behind", blanks, part("63 656e20"), []rule{partLanguageGrammar}},
	})
	var octets Octets
	if err := octets.UnmarshalText([]byte(edgeStart + "a1 03 80 85 01 62 656e 01 60 40")); err != nil {
		t.Fatal(err)
	}
	result, _ := Check(octets, Options{Draft: spec.Content09})
	if got := result.Oddities(); len(got) != 2 || got[0] != &ruleTable[extUnknownIgnored] || got[1] != &ruleTable[partLanguageUnknownLegit] {
		t.Errorf("a key that is not known and a language: %v", got)
	}
}
