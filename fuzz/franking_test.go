package fuzz

import (
	"bytes"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestPartsAreJoined(t *testing.T) {
	want := [][]byte{[]byte("ab"), nil, []byte("c"), []byte("def")}
	got := parts(joined(want...), 4)
	for i := range want {
		if !bytes.Equal(got[i], want[i]) {
			t.Errorf("part %d is %q, expected %q", i, got[i], want[i])
		}
	}
	for octets, first := range map[string]string{"": "", "\x00": "", "\xff\xffab": "ab", "\x00\x01abc": "a"} {
		if got := parts([]byte(octets), 2); string(got[0]) != first {
			t.Errorf("the first part of %q is %q, expected %q", octets, got[0], first)
		}
	}
}

// TestFrankSeedsAreVerified holds that the search for franks starts at some that
// receivers verify.
func TestFrankSeedsAreVerified(t *testing.T) {
	seeds := frankVerificationSeeds()
	for i, d := range franking.Drafts.List() {
		mode := franking.Default
		if d == spec.Protocol03 {
			mode = franking.Literal // its known answer is no valid content
		}
		part := parts(seeds[i], 4)
		if verdict := verifyParts(d, mode, part); !verdict.OK() {
			t.Errorf("%s: %v", d, verdict)
		}
	}
	others := seeds[len(franking.Drafts.List()):]
	if len(others) != 4 {
		t.Errorf("%d seeds of other algorithms, expected 4", len(others))
	}
	for _, seed := range others {
		if verdict := verifyParts(spec.Protocol06, franking.Default, parts(seed, 4)); !verdict.OK() {
			t.Errorf("%x: %v", seed, verdict)
		}
	}
}
