package gen

import (
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

var contentDrafts = spec.Between(spec.Content04, spec.Content09)

func checker(t *testing.T, d spec.Draft) *content.Checker {
	t.Helper()
	c, err := content.NewChecker(content.Options{Draft: d})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDrawnContentIsValid(t *testing.T) {
	for _, d := range contentDrafts.List() {
		c := checker(t, d)
		var tape Tape
		for i := range 20_000 {
			if i == 1 {
				tape.Seed(1, uint64(d))
			}
			tape.Clear()
			octets := ValidContent(d, &tape).Octets
			if result := c.Check(octets); result.Verdict != content.Accept {
				t.Fatalf("%x under %s: %v", octets, d, result.Violations)
			}
			if i == 0 && len(octets) > 80 {
				t.Errorf("a tape of zeros gives %d octets", len(octets))
			}
		}
	}
}

func BenchmarkContent(b *testing.B) {
	for name, draw := range map[string]func(*Tape) []byte{
		"valid":   func(t *Tape) []byte { return ValidContent(spec.Content09, t).Octets },
		"broken":  func(t *Tape) []byte { return OneRuleBroken(spec.Content09, t).Octets },
		"hostile": func(t *Tape) []byte { return Hostile(spec.Content09, t).Octets },
	} {
		b.Run(name, func(b *testing.B) {
			var tape Tape
			tape.Seed(1, 1)
			b.ReportAllocs()
			octets := 0
			for b.Loop() {
				tape.Clear()
				octets += len(draw(&tape))
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
			b.ReportMetric(float64(octets)/float64(b.N), "octets/message")
		})
	}
}

// TestOneRuleIsBroken confirms by the model that each flaw breaks its rule and
// no other, and nothing under the drafts that do not have the rule.
func TestOneRuleIsBroken(t *testing.T) {
	for _, d := range contentDrafts.List() {
		c := checker(t, d)
		for i := range flaws {
			f := &flaws[i]
			rule := content.RuleByID(f.rule)
			if rule == nil {
				t.Fatalf("no rule %s", f.rule)
			}
			if !slices.Contains(anyFlaw[d], f) {
				continue
			}
			var tape Tape
			tape.Seed(2, uint64(i))
			for range 300 {
				tape.Clear()
				octets := f.draw(d, &tape)
				found := false
				for _, v := range c.Check(octets).Violations {
					found = found || v.Rule == rule
					if v.Rule != rule && v.Rule.Level != spec.Should {
						t.Fatalf("flaw %d of %s under %s breaks %s as well: %x", i, f.rule, d, v.Rule.ID, octets)
					}
				}
				if found != rule.Drafts.Has(d) {
					t.Fatalf("flaw %d of %s under %s: broken %v: %x", i, f.rule, d, found, octets)
				}
			}
		}
	}
}

// TestContextIsJudged confirms by the model that each situation breaks its rule
// and no other.
func TestContextIsJudged(t *testing.T) {
	for _, d := range contentDrafts.List() {
		for i, f := range contextFlawsIn[d] {
			var tape Tape
			tape.Seed(6, uint64(i))
			for range 100 {
				tape.Clear()
				c := f.inContext(d, &tape)
				violations, err := c.Judge()
				if err != nil {
					t.Fatalf("%s under %s: %v", f.rule, d, err)
				}
				rule := content.RuleByID(f.rule)
				broken := rule != nil && rule.Drafts.Has(d)
				if len(violations) > 1 || broken != (len(violations) == 1) || broken && violations[0].Rule != rule {
					t.Fatalf("%q under %s: %v\n%+v", f.rule, d, violations.Err(), c)
				}
			}
		}
	}
}

// TestEveryVisibleRuleHasAFlaw holds that each rule that a check of a message
// can see, by itself or in a context, can be broken by a drawn message.
func TestEveryVisibleRuleHasAFlaw(t *testing.T) {
	drawn := make(map[string]bool)
	for i := range flaws {
		drawn[flaws[i].rule] = true
	}
	for i := range contextFlaws {
		drawn[contextFlaws[i].rule] = true
	}
	for _, c := range content.Cases() {
		switch c.Context.Kind {
		case content.KindMessage, content.KindHistory, content.KindReferences:
			if c.Side == content.Broken && !drawn[c.Rule] {
				t.Errorf("no flaw breaks %s", c.Rule)
			}
		}
	}
}

func TestOddContentIsValid(t *testing.T) {
	for _, d := range contentDrafts.List() {
		c := checker(t, d)
		var tape Tape
		tape.Seed(3, uint64(d))
		for range 3000 {
			tape.Clear()
			if octets := Odd(d, &tape).Octets; c.Check(octets).Verdict != content.Accept {
				t.Fatalf("%x under %s: %v", octets, d, c.Check(octets).Violations)
			}
		}
	}
}

// TestHostileItemsAreOfEveryKind holds that each tag up to 255 and each simple
// value are drawn, and most floats of half precision.
func TestHostileItemsAreOfEveryKind(t *testing.T) {
	var tape Tape
	tape.Seed(5, 5)
	drawn := make(map[string]bool)
	for range 2_000_000 {
		tape.Clear()
		item := hostileItem(&tape)
		switch item[0] >> 5 {
		case majorTag: // without its content
			head := 1
			if info := item[0] & 31; info >= 24 && info <= 27 {
				head += 1 << (info - 24)
			}
			drawn[item[:head]] = true
		default:
			drawn[item] = true
		}
	}
	for n := range 256 {
		simple := []byte{0xe0 | byte(n)}
		if n >= 24 {
			simple = []byte{0xf8, byte(n)}
		}
		if !drawn[string(appendHead(nil, majorTag, n))] || !drawn[string(simple)] {
			t.Errorf("tag %d or simple value %d was not drawn", n, n)
		}
	}
	halves := 0
	for item := range drawn {
		if item[0] == 0xf9 {
			halves++
		}
	}
	if halves < 50_000 {
		t.Errorf("%d floats of half precision were drawn", halves)
	}
	for _, item := range floats {
		if !drawn[item] {
			t.Errorf("%x was not drawn", item)
		}
	}
}

// TestEveryPrefixIsCut counts what comes of a short message and of a long one.
func TestEveryPrefixIsCut(t *testing.T) {
	for _, test := range []struct{ octets, want int }{{0, 0}, {1, 1}, {maxEveryCut, maxEveryCut}, {maxEveryCut + 1, 1}} {
		var tape Tape
		cut := cutAnywhere(&tape, make([]byte, test.octets))
		lengths := make(map[int]bool)
		for prefix := range cut.Prefixes() {
			if len(prefix) >= test.octets {
				t.Errorf("%d of %d octets are no strict prefix", len(prefix), test.octets)
			}
			lengths[len(prefix)] = true
		}
		if len(lengths) != test.want {
			t.Errorf("%d prefixes of %d octets, expected %d", len(lengths), test.octets, test.want)
		}
	}
	followed := make(map[byte]bool)
	for octets := range (&Extended{Octets: []byte{0x80}}).Messages() {
		if len(octets) == 2 && octets[0] == 0x80 {
			followed[octets[1]] = true
		}
	}
	if len(followed) != 256 {
		t.Errorf("%d octets follow", len(followed))
	}
}

// TestBombsAreLarge holds that bombs have the size that they claim, and that
// some of them are valid.
func TestBombsAreLarge(t *testing.T) {
	c := checker(t, spec.Content07)
	accepted := 0
	for _, b := range LargestBombs(spec.Content07) {
		octets := b.Octets()
		if len(octets) > MaxBomb+1024 || len(octets) < MaxBomb/4 || len(octets) > b.size() {
			t.Errorf("%x %d times: %d octets", b.Unit, b.Count, len(octets))
		}
		if c.Check(octets).Verdict == content.Accept {
			accepted++
		}
	}
	if accepted < 10 {
		t.Errorf("%d bombs are accepted", accepted)
	}
	if short := (&Bomb{Unit: []byte{0}, Count: 1 << 40}).Octets(); len(short) != MaxBomb {
		t.Errorf("a bomb of %d octets", len(short))
	}
}

func TestHostileContentIsMostlyRejected(t *testing.T) {
	c := checker(t, spec.Content09)
	var tape Tape
	tape.Seed(4, 4)
	verdicts := make(map[content.Verdict]int)
	for range 20_000 {
		tape.Clear()
		verdicts[c.Check(Hostile(spec.Content09, &tape).Octets).Verdict]++
	}
	if verdicts[content.Accept] < 500 || verdicts[content.Reject] < 10_000 {
		t.Errorf("verdicts %v", verdicts)
	}
}
