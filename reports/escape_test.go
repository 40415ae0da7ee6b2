package reports

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

var repeat = strings.Repeat

func TestEscape(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"plain", "mimi://a.example/u/a b", "mimi://a.example/u/a b"},
		{"other scripts", "größe λ 日本 😀 न्", "größe λ 日本 😀 न्"},
		{"controls", "\x00\x1b[31m\x7f\n\r\t", `\x00\x1b[31m\x7f\n\r\t`},
		{"C1 controls", "\u009b31m", `\u{9b}31m`},
		{"octet that is not UTF-8", "\x9b31m", `\x9b31m`},
		{"bidi controls", "\u202a\u202e\u2066\u2069\u200e\u200f\u061c", `\u{202a}\u{202e}\u{2066}\u{2069}\u{200e}\u{200f}\u{61c}`},
		{"zero width", "\u200b\u200d\ufeff\u2060", `\u{200b}\u{200d}\u{feff}\u{2060}`},
		{"letters without shape", "\u115f\u3164\uffa0\u034f\ufe0f\u2800", `\u{115f}\u{3164}\u{ffa0}\u{34f}\u{fe0f}\u{2800}`},
		{"tag characters", "\U000e0041", `\u{e0041}`},
		{"other spaces and line ends", "\u00a0\u2028\u2029\u0085", `\u{a0}\u{2028}\u{2029}\u{85}`},
		{"lone surrogate", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"overlong", "\xc0\xaf", `\xc0\xaf`},
		{"replacement character", "\ufffd", "\ufffd"},
		{"backslash", `\x1b`, `\\x1b`},
		{"mark on nothing", "\u0301a\u0301", `\u{301}a` + "\u0301"},
		{"private use", "\ue000", `\u{e000}`},
	} {
		if got := Escape(test.in); got != test.want {
			t.Errorf("%s: Escape(%q) = %q, expected %q", test.name, test.in, got, test.want)
		}
	}
}

func TestEscapeIsUnambiguousAndHarmless(t *testing.T) {
	seen := make(map[string]string)
	for name, s := range hostile {
		got := Escape(s)
		if before, ok := seen[got]; ok {
			t.Errorf("%s and %s look the same", name, before)
		}
		seen[got] = name
		checkHarmless(t, name, strings.ReplaceAll(got, "\n", "x\x00"))
	}
	for i := range 256 {
		checkHarmless(t, "octet", Escape(string([]byte{byte(i)})))
	}
}

// checkHarmless fails if text, which may have several lines, holds anything
// that a terminal or a page could obey or hide.
func checkHarmless(t *testing.T, name, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%s: not UTF-8", name)
	}
	for i, r := range text {
		if r != '\n' && (unicode.In(r, unicode.C, unicode.Zl, unicode.Zp, unicode.Bidi_Control) || !showable(r)) {
			t.Errorf("%s: %U at octet %d", name, r, i)
			return
		}
	}
}

func TestClip(t *testing.T) {
	for _, test := range []struct {
		in    string
		limit int
		want  string
		more  int
	}{
		{"abc", 3, "abc", 0},
		{"abc", 2, "ab", 1},
		{"aé", 2, "a", 2},
		{"", 0, "", 0},
		{"\x80\x80\x80\x80\x80\x80", 5, "\x80", 5},
	} {
		got, more := clip(test.in, test.limit)
		if got != test.want || more != test.more {
			t.Errorf("clip(%q, %d) = %q, %d, expected %q, %d", test.in, test.limit, got, more, test.want, test.more)
		}
	}
}

func BenchmarkEscapeClean(b *testing.B) {
	s := strings.Repeat("a", 4096)
	for b.Loop() {
		Escape(s)
	}
}
