package explain

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
)

func newest() Options { return optionsFor("content") }

// optionsFor returns the options for inputs of a kind, under each of its drafts.
func optionsFor(name string) Options {
	kind, err := ParseKind(name)
	if err != nil {
		panic(err)
	}
	return Options{Kind: kind, Drafts: kind.Drafts(), Chosen: spec.Newest(kind.Document)}
}

// TestCasesAndPrefixes explains every case, whatever it holds, and every prefix
// of the examples.
func TestCasesAndPrefixes(t *testing.T) {
	var inputs [][]byte
	for _, c := range content.Cases() {
		inputs = append(inputs, c.Octets)
	}
	for _, e := range content.Examples() {
		for n := range e.Octets {
			inputs = append(inputs, e.Octets[:n])
		}
	}
	inputs = append(inputs, bytes.Repeat([]byte{0x81}, 1<<16), bytes.Repeat([]byte{0x9f}, 1<<16), bytes.Repeat([]byte{0xff}, 1<<16),
		append([]byte{0x9a, 0, 1, 0, 0}, make([]byte, 1<<16)...))
	for _, name := range Kinds() {
		for _, octets := range inputs {
			explainAll(t, octets, optionsFor(name))
		}
	}
}

func explainAll(t *testing.T, octets []byte, options Options) {
	t.Helper()
	f, err := Inspect("x", octets, options)
	if err != nil {
		t.Fatalf("%x: %v", octets, err)
	}
	var b strings.Builder
	if err := WriteText(&b, f); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' }) {
		t.Errorf("%x: hostile octets in %q", octets, text)
	}
	for _, v := range f.Verdicts {
		if v.Draft != f.chosen || f.kind.tls {
			continue // structs have no octets to mark
		}
		if marks := strings.Count(text, "\n            ^^ "); marks != len(v.Violations) {
			t.Errorf("%.40x: %d marks for %d violations", octets, marks, len(v.Violations))
		}
	}
	if len(text) > 1<<20 {
		t.Errorf("%.40x: %d octets of text", octets, len(text))
	}
}

// TestIDs compares with the IDs that the draft prints, which need the URIs of
// the extensions.
func TestIDs(t *testing.T) {
	found := 0
	for _, e := range content.Examples() {
		f, err := Inspect(e.Name, e.Octets, newest())
		if err != nil {
			t.Fatal(err)
		}
		last := f.Verdicts[len(f.Verdicts)-1]
		if last.MessageID == "" {
			t.Logf("%s: no message ID: %s", e.Name, last.noID)
			continue
		}
		found++
		if last.MessageID != e.ID.String() {
			t.Errorf("%s: message ID %s, want %s", e.Name, last.MessageID, e.ID)
		}
	}
	if found == 0 {
		t.Error("no example has a message ID")
	}
}

func TestGuess(t *testing.T) {
	for _, test := range []struct {
		data string
		want Form
	}{
		{"87 50\n", Hex}, {"8", Raw}, {"h1BAAA==", Base64}, {"h1-_", Base64}, {"\x87\x50", Raw}, {"hello, world", Raw}, {" ", Raw},
	} {
		if got := Guess([]byte(test.data)); got != test.want {
			t.Errorf("Guess(%q) = %s, want %s", test.data, got, test.want)
		}
	}
}

func BenchmarkWriteText(b *testing.B) {
	octets := content.Examples()[0].Octets
	for b.Loop() {
		f, err := Inspect("x", octets, newest())
		if err != nil {
			b.Fatal(err)
		}
		if err := WriteText(io.Discard, f); err != nil {
			b.Fatal(err)
		}
	}
}

// TestRules wants each rule once, and the cases of each rule of the content.
func TestRules(t *testing.T) {
	rules, err := Rules(0)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]Rule{}
	killed := 0
	for _, r := range rules {
		if _, twice := byID[r.ID]; twice {
			t.Errorf("%s is listed twice", r.ID)
		}
		byID[r.ID] = r
		killed += r.Mutants
	}
	if killed == 0 {
		t.Error("no rule has a mutant")
	}
	for _, m := range mutants.All() {
		for _, id := range m.Rules {
			if byID[id].Mutants == 0 {
				t.Errorf("%s does not check %s, of which no mutant is listed", m.ID, id)
			}
		}
	}
	for _, r := range content.Rules() {
		if n := byID[r.ID].Cases; n.Broken == 0 || n.Right == 0 {
			t.Errorf("%s: %+v", r.ID, n)
		}
	}
	for _, r := range messageid.Rules() {
		if _, ok := byID[r.ID]; !ok {
			t.Errorf("%s is not listed", r.ID)
		}
		if own := content.RuleByID(r.ID); own != nil && *own != *r {
			t.Errorf("two definitions of one rule: %+v and %+v", *own, *r)
		}
	}
}
