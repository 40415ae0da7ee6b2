package fuzz

import (
	"testing"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/models/messageid"
)

// FuzzMessageIDTape draws structured inputs from the fuzzer's octets.
func FuzzMessageIDTape(f *testing.F) {
	seeds := 0
	for _, c := range keptCases() {
		if len(c.Tape) > 0 {
			f.Add(c.Tape)
			seeds++
		}
	}
	if seeds == 0 {
		f.Fatal("the corpus has no tapes")
	}
	f.Fuzz(func(t *testing.T, octets []byte) {
		if err := TryTape(octets); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzMessageIDOctets takes the fuzzer's octets as they are.
func FuzzMessageIDOctets(f *testing.F) {
	seeds := 0
	for _, d := range messageid.Drafts.List() {
		for _, answer := range corpus.KnownAnswers(d) {
			f.Add(answer.Sender, answer.Room, answer.Message)
			seeds++
		}
	}
	if seeds == 0 {
		f.Fatal("the corpus has no known answers")
	}
	f.Fuzz(func(t *testing.T, sender, room, message []byte) {
		if err := TryInput(&messageid.Input{Sender: sender, Room: room, Message: message}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestSplitInput(t *testing.T) {
	for octets, want := range map[string][3]string{
		"":             {"", "", ""},
		"\x01":         {"", "", "\x01"},
		"\x01\x02abcd": {"a", "bc", "d"},
		"\xff\xffabc":  {"abc", "", ""},
		"\x02\xffabc":  {"ab", "c", ""},
	} {
		in := SplitInput([]byte(octets))
		if got := [3]string{string(in.Sender), string(in.Room), string(in.Message)}; got != want {
			t.Errorf("%q splits into %q, expected %q", octets, got, want)
		}
	}
}
