package gen

import (
	"bytes"
	"slices"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/mimifuzz/mimifuzz/models/framing"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestSameSeedSameChoices(t *testing.T) {
	draw := func() []uint16 {
		var tape Tape
		tape.Seed(7, 11)
		for range 50 {
			Pair(spec.Content07, &tape)
		}
		return slices.Clone(tape.Choices())
	}
	if !slices.Equal(draw(), draw()) {
		t.Error("one seed gave two tapes")
	}
	var tape Tape
	tape.Seed(1, 2)
	var got []int
	for range 4 {
		got = append(got, tape.Choose(1000))
	}
	if want := []int{957, 339, 646, 769}; !slices.Equal(got, want) {
		t.Errorf("seed (1, 2) gives %v, expected %v as on every machine", got, want)
	}
}

func TestReleasedTapeGoesOnAsAClearedOne(t *testing.T) {
	var cleared, released Tape
	cleared.Seed(3, 4)
	released.Seed(3, 4)
	for range 100 {
		cleared.Clear()
		released.Release()
		kept := released.Octets(3)
		if a, b := cleared.Choose(1000), released.Choose(1000); a != b || len(kept) != 0 {
			t.Fatalf("drew %d and %d", a, b)
		}
	}
}

func TestTapeDrawsAgain(t *testing.T) {
	var tape, again Tape
	tape.Seed(3, 4)
	for range 1000 {
		tape.Clear()
		first := Pair(spec.Content08, &tape)
		again.Rewind(FromOctets(ToOctets(tape.Choices())))
		second := Pair(spec.Content08, &again)
		if !bytes.Equal(first.Second.Sender, second.Second.Sender) || !bytes.Equal(first.First.Message, second.First.Message) ||
			!slices.Equal(tape.Choices(), again.Choices()) {
			t.Fatalf("drawn %q, drawn again %q", first, second)
		}
	}
}

// TestFuzzedTape holds that what a fuzzer's input says is drawn first, then what its
// seed says, and that the choices alone draw the same again.
func TestFuzzedTape(t *testing.T) {
	draw := func(f Fuzzed) []uint16 {
		var tape Tape
		tape.RewindFuzzed(f)
		for range 8 {
			tape.Choose(1000)
		}
		return slices.Clone(tape.Choices())
	}
	written := []uint16{7, 1001}
	for _, seed := range []uint32{0, 1, 1 << 31} {
		f := Fuzzed{seed, written}
		drawn := draw(f)
		if drawn[0] != 7 || drawn[1] != 1 {
			t.Errorf("seed %d: %d are drawn first", seed, drawn[:2])
		}
		if zeros := slices.Max(drawn[2:]) == 0; zeros != (seed == 0) {
			t.Errorf("seed %d: %d follow", seed, drawn[2:])
		}
		if again := draw(ReadFuzzed(f.Octets())); !slices.Equal(again, drawn) {
			t.Errorf("seed %d: %d is read as %d", seed, drawn, again)
		}
		if again := draw(Fuzzed{Choices: drawn}); !slices.Equal(again, drawn) {
			t.Errorf("seed %d: %d is drawn again as %d", seed, drawn, again)
		}
		picked, rest := f.Pick(5)
		if picked != 2 || rest.Seed != seed || !slices.Equal(rest.Choices, written[1:]) {
			t.Errorf("seed %d: picked %d, left %v", seed, picked, rest)
		}
	}
	if slices.Equal(draw(Fuzzed{Seed: 1}), draw(Fuzzed{Seed: 2})) {
		t.Error("two seeds draw the same")
	}
	for n, want := range map[int]Fuzzed{0: {}, 1: {Seed: 1}, 3: {Seed: 0x030201}, 4: {Seed: 0x04030201}, 5: {0x04030201, []uint16{5}}} {
		if got := ReadFuzzed([]byte{1, 2, 3, 4, 5}[:n]); got.Seed != want.Seed || !slices.Equal(got.Choices, want.Choices) {
			t.Errorf("%d octets are read as %v, expected %v", n, got, want)
		}
	}
	for n := range 100 { // an input of nothing but a seed picks what the seed says
		if picked, rest := (Fuzzed{Seed: uint32(n + 1)}).Pick(3); picked < 0 || picked > 2 || len(rest.Choices) != 0 {
			t.Errorf("seed %d picks %d, leaves %v", n+1, picked, rest)
		}
	}
}

func TestHostileTapeIsBounded(t *testing.T) {
	var tape Tape
	tape.RewindFuzzed(ReadFuzzed(bytes.Repeat([]byte{0xff}, 1<<20)))
	for range MaxChoices + 10 {
		tape.Choose(1 << 16)
	}
	if len(tape.Choices()) != MaxChoices || tape.Choose(9) != 0 {
		t.Errorf("%d choices on the tape", len(tape.Choices()))
	}
}

// TestDrawnInputsAreValid holds the generators to what they promise.
func TestDrawnInputsAreValid(t *testing.T) {
	strict, err := cbor.DecOptions{DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden}.DecMode()
	if err != nil {
		t.Fatal(err)
	}
	sorted, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		t.Fatal(err)
	}
	wellFormed := func(message []byte, d spec.Draft) {
		t.Helper()
		var elements []any
		if err := strict.Unmarshal(message, &elements); err != nil {
			t.Fatalf("%x: %v", message, err)
		}
		want, salt := 7, 16
		if d == spec.Content05 {
			want, salt = 8, 32
		}
		if len(elements) != want || len(elements[0].([]byte)) != salt {
			t.Fatalf("%x has %d elements and a salt of %d octets", message, len(elements), len(elements[0].([]byte)))
		}
	}
	var tape Tape
	tape.Seed(5, 6)
	for range 5000 {
		for _, d := range messageid.Drafts.List() {
			tape.Clear()
			in := Input(d, &tape)
			wellFormed(in.Message, d)
			if !framing.MIMIStrict.Contains(framing.Sender, in.Sender) || !framing.MIMIStrict.Contains(framing.Room, in.Room) {
				t.Fatalf("%q or %q is not mimi-strict", in.Sender, in.Room)
			}
			pair := Pair(d, &tape)
			for _, in := range []messageid.Input{pair.First, pair.Second} {
				wellFormed(in.Message, d)
				if !framing.MIMI.Contains(framing.Sender, in.Sender) || !framing.MIMI.Contains(framing.Room, in.Room) {
					t.Fatalf("%q or %q is not a mimi URI", in.Sender, in.Room)
				}
			}
			e := Reencoded(d, &tape)
			var canonical, received any
			if err := cbor.Unmarshal(e.Canonical, &canonical); err != nil {
				t.Fatal(err)
			}
			if err := cbor.Unmarshal(e.Received, &received); err != nil {
				t.Fatalf("%x: %v", e.Received, err)
			}
			if bytes.Equal(e.Canonical, e.Received) {
				t.Fatalf("%x is no other encoding", e.Received)
			}
			a, _ := sorted.Marshal(canonical)
			b, _ := sorted.Marshal(received)
			if !bytes.Equal(a, b) {
				t.Fatalf("%x and %x are different messages", e.Canonical, e.Received)
			}
		}
	}
}

func TestPaddedURIs(t *testing.T) {
	for _, n := range []int{ShortestURI, ShortestURI + 1, 65535, 65536} {
		uri := PaddedURI(userPath, n)
		if len(uri) != n || !framing.MIMIStrict.Contains(framing.Sender, uri) {
			t.Errorf("PaddedURI of %d octets has %d, or is no URI", n, len(uri))
		}
	}
}

// list is the value of the planted property: optional elements, each in a span.
func drawList(t *Tape) []int {
	var list []int
	for t.Choose(4) != 0 && len(list) < 20 {
		t.Begin()
		list = append(list, t.Choose(1000))
		t.End()
	}
	return list
}

// TestShrinkReachesTheSmallest plants a property that fails if a list has two
// elements of which the later is greater by 300 or more: [0, 300] is smallest.
func TestShrinkReachesTheSmallest(t *testing.T) {
	fails := func(list []int) bool {
		for i := range list {
			for j := i + 1; j < len(list); j++ {
				if list[j] >= list[i]+300 {
					return true
				}
			}
		}
		return false
	}
	reached, draws := 0, 0
	for seed := range uint64(100) {
		var tape Tape
		tape.Seed(seed, 0)
		for {
			tape.Clear()
			if fails(drawList(&tape)) {
				break
			}
		}
		var again Tape
		small := Shrink(tape.Choices(), func(choices []uint16) ([]uint16, []Span, bool) {
			again.Rewind(choices)
			list := drawList(&again)
			draws++
			return again.Choices(), again.Spans(), fails(list)
		})
		again.Rewind(small)
		if slices.Equal(drawList(&again), []int{0, 300}) {
			reached++
		}
	}
	if reached < 95 {
		t.Errorf("the smallest counterexample was reached from %d of 100 seeds, expected at least 95", reached)
	}
	t.Logf("reached from %d of 100 seeds, %d draws each", reached, draws/100)
}

func TestShrinkKeepsWhatDoesNotFail(t *testing.T) {
	given := []uint16{3, 1, 4}
	got := Shrink(given, func(choices []uint16) ([]uint16, []Span, bool) { return choices, nil, false })
	if !slices.Equal(got, given) {
		t.Errorf("got %v", got)
	}
}

// TestLiftShrinksUnderGopter plants a property whose smallest counterexample
// is a list of one element, 500.
func TestLiftShrinksUnderGopter(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(1)
	parameters.MaxShrinkCount = 10000
	result := prop.ForAll1(Lift(drawList), func(v any) (any, error) {
		for _, element := range v.(*Drawn[[]int]).Value {
			if element >= 500 {
				return false, nil
			}
		}
		return true, nil
	}).Check(parameters)
	if result.Passed() {
		t.Fatal("the planted property was not refuted")
	}
	if got := result.Args[0].Arg.(*Drawn[[]int]).Value; !slices.Equal(got, []int{500}) {
		t.Errorf("shrank to %v, expected [500]", got)
	}
}

func FuzzTapeNeverPanics(f *testing.F) {
	for _, d := range messageid.Drafts.List() {
		var tape Tape
		tape.Seed(uint64(d), 0)
		Pair(d, &tape)
		f.Add(byte(d), ToOctets(tape.Choices()))
	}
	f.Fuzz(func(t *testing.T, draft byte, octets []byte) {
		d := messageid.Drafts.List()[int(draft)%5]
		var tape Tape
		tape.Rewind(FromOctets(octets))
		Pair(d, &tape)
		Reencoded(d, &tape)
		Characters(d, &tape)
		Algorithms(d, &tape)
		Triple(d, &tape)
		Lengths(d, &tape)
		Frames(d, &tape)
	})
}
