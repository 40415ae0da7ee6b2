package fuzz

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

func TestTargetsHoldOnTheirSeeds(t *testing.T) {
	for _, target := range Targets() {
		seeds := target.Seeds()
		if len(seeds) == 0 || target.About == "" {
			t.Errorf("%s has %d seeds and is about %q", target.Name, len(seeds), target.About)
		}
		for _, seed := range seeds {
			if err := target.Try(seed); err != nil {
				t.Errorf("%s: %v", target.Name, err)
			}
		}
	}
}

// faulty is a target that fails on some octets, in several ways.
func faulty() *Target {
	return &Target{Name: "ContentOctets", Drafts: contentDrafts, try: func(octets []byte) error {
		switch text := string(octets); {
		case strings.Contains(text, "panic"):
			var none *spec.Rule
			_ = none.ID
		case strings.Contains(text, "wrong"):
			return &Wrong{Property: "target/ContentOctets", Class: "has-wrong", Draft: spec.Content08, Detail: text}
		}
		return nil
	}}
}

func TestTargetMakesPanicsFindings(t *testing.T) {
	target := faulty()
	err := target.Try([]byte("a panic here"))
	if wrong := (*Wrong)(nil); !errors.As(err, &wrong) || !strings.HasPrefix(wrong.Class, "panic-in-fuzz") {
		t.Errorf("got %v", err)
	}
	if again := target.Try([]byte("panic")); signatureOf(err) != signatureOf(again) {
		t.Errorf("the signature of a panic depends on the input: %s and %s", signatureOf(err), signatureOf(again))
	}
}

func TestTargetShrinks(t *testing.T) {
	target := faulty()
	long := []byte("much goes wrong in here, and there is a panic elsewhere")
	long = append([]byte("so much "), long[:len(long)-20]...)
	signature := signatureOf(target.Try(long))
	if got := string(target.Shrink(long, signature)); got != "wrong" {
		t.Errorf("shrinks to %q", got)
	}
	if got := string(target.Shrink([]byte("fine"), signature)); got != "fine" {
		t.Errorf("what does not fail shrinks to %q", got)
	}
}

// TestTargetShrinksWhatASeedSays holds that what a tape's seed drew is written out
// and made small: a case that is kept needs no seed.
func TestTargetShrinksWhatASeedSays(t *testing.T) {
	target := &Target{Name: "ContentTape", Tape: true, Drafts: contentDrafts,
		try: func(octets []byte) error {
			var tape gen.Tape
			tape.RewindFuzzed(gen.ReadFuzzed(octets))
			for range 20 {
				if tape.Choose(1000) >= 600 {
					return &Wrong{Property: "content/some", Class: "large", Draft: spec.Content08, Case: &properties.Case{Tape: gen.ToOctets(tape.Choices())}}
				}
			}
			return nil
		},
		ofCase: func(c *properties.Case) ([]byte, bool) {
			return gen.Fuzzed{Choices: gen.FromOctets(c.Tape)}.Octets(), true
		},
	}
	octets := gen.Fuzzed{Seed: 12345}.Octets()
	err := target.Try(octets)
	if err == nil {
		t.Fatal("the seed draws no large number")
	}
	small := gen.ReadFuzzed(target.Shrink(octets, signatureOf(err)))
	if small.Seed != 0 || !slices.Equal(small.Choices, []uint16{600}) {
		t.Errorf("shrinks to %+v", small)
	}
}

// TestTapesOfCases holds that the tapes of kept cases draw these again.
func TestTapesOfCases(t *testing.T) {
	for _, target := range Targets() {
		if !target.Tape {
			continue
		}
		property, err := properties.ByID(map[string]string{
			"MessageIDTape": "messageid/injective", "ContentTape": "content/canonical", "MessageStatusTape": "message-status/round-trip",
			"FrankingTape": "franking/codec", "PolicyTape": "roompolicy/decision-table",
		}[target.Name])
		if err != nil {
			t.Fatalf("%s: %v", target.Name, err)
		}
		drafts := property.Drafts.List()
		kept := property.Case(drafts[len(drafts)-1], []uint16{1, 2, 3, 4, 5, 6, 7, 8, 9})
		octets, ok := target.ofCase(&kept)
		fuzzed := gen.ReadFuzzed(octets)
		if !ok || fuzzed.Seed != 0 || !bytes.HasSuffix(octets, kept.Tape) {
			t.Errorf("%s: %x of the tape %x (%v)", target.Name, octets, kept.Tape, ok)
		}
		if err := target.Try(octets); err != nil {
			t.Errorf("%s: %v", target.Name, err)
		}
		kept.Property = "nothing/known"
		if _, ok := target.ofCase(&kept); ok {
			t.Errorf("%s has a tape for a property that it does not check", target.Name)
		}
	}
}

func TestReplayOfTargets(t *testing.T) {
	target := faulty()
	octets := []byte("wrong")
	wrong := (*Wrong)(nil)
	if !errors.As(target.Try(octets), &wrong) {
		t.Fatal("it holds")
	}
	kept := target.Case(wrong, octets)
	again, err := properties.ParseCase(kept.Format())
	if err != nil {
		t.Fatal(err)
	}
	// The real target of that name has no fault with these octets.
	outcome, _, err := Replay(properties.Reference{}, &again)
	if err != nil || outcome != properties.Holds {
		t.Errorf("got %v, %v", outcome, err)
	}
	again.Property = "target/None"
	if _, _, err := Replay(properties.Reference{}, &again); err == nil || !strings.Contains(err.Error(), "unknown target") {
		t.Errorf("got %v", err)
	}
}

func TestSplitInput(t *testing.T) {
	for octets, want := range map[string][3]string{
		"":                     {"", "", ""},
		"\x01":                 {"", "", "\x01"},
		"\x00\x01\x00\x02abcd": {"a", "bc", "d"},
		"\xff\xff\xff\xffabc":  {"abc", "", ""},
		"\x00\x02\xff\xffabc":  {"ab", "c", ""},
	} {
		in := splitInput([]byte(octets))
		if got := [3]string{string(in.Sender), string(in.Room), string(in.Message)}; got != want {
			t.Errorf("%q splits into %q, expected %q", octets, got, want)
		}
	}
}
