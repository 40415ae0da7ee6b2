package messageid

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// plainMessage is a message of content-06 and later with the text "hi".
var plainMessage = mustDecode("8750000102030405060708090a0b0c0d0e0ff640f6f6a0850160017818746578742f706c61696e3b636861727365743d7574662d38426869")

var plainInput = Input{Sender: []byte("mimi://a.example/u/alice"), Room: []byte("mimi://a.example/r/x"), Message: plainMessage}

func mustDecode(digits string) []byte {
	octets, err := hex.DecodeString(digits)
	if err != nil {
		panic(err)
	}
	return octets
}

// TestHashInputs spells out what is hashed under each draft.
func TestHashInputs(t *testing.T) {
	const sender, room = "mimi://a.example/u/alice", "mimi://a.example/r/x"
	message, salt := string(plainMessage), string(plainMessage[2:18])
	for d, want := range map[spec.Draft]string{
		spec.Content05: sender + room + message,
		spec.Content06: sender + room + message + salt,
		spec.Content07: sender + room + message + salt,
		spec.Content08: "\x00\x18" + sender + "\x00\x14" + room + message + salt,
		spec.Content09: "\x00\x18" + sender + "\x00\x14" + room + message + salt,
	} {
		construction, err := For(d)
		if err != nil {
			t.Fatal(err)
		}
		got, err := construction.AppendHashInput([]byte("before"), &plainInput)
		if err != nil || string(got) != "before"+want {
			t.Errorf("%s hashes %q, %v; expected %q", d, got, err, want)
		}
		id, err := Compute(d, SHA256, &plainInput)
		sum := sha256.Sum256([]byte(want))
		if err != nil || id[0] != 1 || !bytes.Equal(id[1:], sum[:31]) {
			t.Errorf("%s: ID %v, %v", d, id, err)
		}
	}
}

// content-05 hashes no salt beside the message, so it needs none that can be read.
func TestOnlyALayoutWithASaltReadsIt(t *testing.T) {
	in := plainInput
	in.Message = []byte{0xa0}
	var violation *spec.Violation
	for _, d := range Drafts.List() {
		_, err := Compute(d, SHA256, &in)
		switch {
		case d == spec.Content05 && err != nil:
			t.Errorf("%s: %v", d, err)
		case d != spec.Content05 && (!errors.As(err, &violation) || violation.Rule != &RuleSalt):
			t.Errorf("%s without a salt: %v", d, err)
		}
	}
}

// In content-04 a message ID is a value that has a size and an order, but the
// content does not give it.
func TestRulesOfContent04(t *testing.T) {
	for _, rule := range Rules() {
		if got, want := rule.Drafts.Has(spec.Content04), rule == &RuleHashLength || rule == &RuleOrder; got != want {
			t.Errorf("%s is in force in content-04: %v", rule.ID, got)
		}
	}
	for _, rule := range []*spec.Rule{&RuleHashLength, &RuleOrder} {
		if rule.Drafts != spec.Between(spec.Content04, spec.Content09) {
			t.Errorf("%s is in force in %s", rule.ID, rule.Drafts)
		}
	}
}

func TestDraftsWithoutIDs(t *testing.T) {
	for _, d := range append((spec.AllDrafts &^ Drafts).List(), 0) {
		var unsupported *UnsupportedDraftError
		_, err := Compute(d, SHA256, &plainInput)
		if !errors.As(err, &unsupported) || !strings.Contains(err.Error(), "content-09") {
			t.Fatalf("%s: %v", d, err)
		}
		if got := strings.Contains(err.Error(), "ciphertext"); got != (d == spec.Content04) {
			t.Errorf("%s: %v", d, err)
		}
	}
}

func TestURILengths(t *testing.T) {
	for _, test := range []struct {
		draft        spec.Draft
		sender, room int
		broken       string // the field that is too long
	}{
		{spec.Content07, 65536, 65536, ""},
		{spec.Content08, 0, 0, ""},
		{spec.Content08, 65535, 65535, ""},
		{spec.Content08, 65536, 1, "sender"},
		{spec.Content09, 1, 65536, "room"},
	} {
		in := Input{Sender: make([]byte, test.sender), Room: make([]byte, test.room), Message: plainMessage}
		_, err := Compute(test.draft, SHA256, &in)
		var violation *spec.Violation
		switch {
		case test.broken == "" && err != nil:
			t.Errorf("%v: %v", test, err)
		case test.broken != "" && (!errors.As(err, &violation) || violation.Rule != &RuleURILength || violation.Path != test.broken):
			t.Errorf("%v: %v", test, err)
		}
	}
}

func TestHashAlgorithms(t *testing.T) {
	for a := range 256 {
		algorithm := HashAlgorithm(a)
		id, err := Compute(spec.Content08, algorithm, &plainInput)
		var violation *spec.Violation
		switch {
		case !algorithm.Registered():
			if !errors.As(err, &violation) || violation.Rule != &RuleHashAlgorithm {
				t.Errorf("%s: %v", algorithm, err)
			}
		case algorithm.OutputOctets() < 31:
			if !errors.As(err, &violation) || violation.Rule != &RuleHashLength {
				t.Errorf("%s: %v", algorithm, err)
			}
		case err != nil || id[0] != byte(a):
			t.Errorf("%s: %v, %v", algorithm, id, err)
		}
		if back, err := ParseHashAlgorithm(algorithm.String()); algorithm.Registered() && (err != nil || back != algorithm) {
			t.Errorf("%s read back as %v, %v", algorithm, back, err)
		}
	}
	if _, err := HashAlgorithm(0).New(); err == nil || !strings.Contains(err.Error(), "from 1 to 12 ") {
		t.Errorf("%v does not say which identifiers there are", err)
	}
	all := HashAlgorithms()
	for i, algorithm := range all {
		if int(algorithm) != i+1 || !algorithm.Registered() {
			t.Errorf("algorithm %d of the list is %s", i, algorithm)
		}
	}
	if len(all) != 12 {
		t.Errorf("%d algorithms, expected 12", len(all))
	}
	if _, err := ParseHashAlgorithm("md5"); err == nil || !strings.Contains(err.Error(), "sha-512") {
		t.Errorf("%v does not list what is expected", err)
	}
}

func TestSalt(t *testing.T) {
	salt := "000102030405060708090a0b0c0d0e0f"
	for name, test := range map[string]struct {
		message string
		want    string
		offset  int // of the violation, where there is no salt
	}{
		"shortest heads":              {"8750" + salt + "f6", salt, 0},
		"longer heads":                {"98075810" + salt, salt, 0},
		"longest heads":               {"9b00000000000000075b0000000000000010" + salt, salt, 0},
		"array head of 2 octets":      {"980750" + salt, salt, 0},
		"array head of 3 octets":      {"99000750" + salt, salt, 0},
		"array head of 5 octets":      {"9a0000000750" + salt, salt, 0},
		"array head of 9 octets":      {"9b000000000000000750" + salt, salt, 0},
		"indefinite array":            {"9f50" + salt + "ff", salt, 0},
		"salt in chunks":              {"875f48" + salt[:16] + "48" + salt[16:] + "ff", salt, 0},
		"salt of 3 octets":            {"8743010203", "010203", 0},
		"salt of 0 octets":            {"8740", "", 0},
		"empty":                       {"", "", 0},
		"no array":                    {"a0", "", 0},
		"array without elements":      {"80", "", 0},
		"array alone":                 {"87", "", 1},
		"array alone, head of 2":      {"9807", "", 2},
		"array alone, head of 3":      {"990007", "", 3},
		"array alone, head of 5":      {"9a00000007", "", 5},
		"array alone, head of 9":      {"9b0000000000000007", "", 9},
		"array head cut short":        {"98", "", 0},
		"array head of 2 of 3":        {"9900", "", 0},
		"array head of 4 of 5":        {"9a000000", "", 0},
		"array head of 8 of 9":        {"9b00000000000000", "", 0},
		"array head reserved":         {"9c", "", 0},
		"text":                        {"8770" + salt, "", 1},
		"salt cut short":              {"8750" + salt[2:], "", 1},
		"salt head cut short":         {"8759ff", "", 1},
		"salt longer than any memory": {"875bffffffffffffffff00", "", 1},
		"chunks without end":          {"875f4100", "", 4},
		"text chunk":                  {"875f6161ff", "", 2},
		"chunk in a chunk":            {"875f5f4100ffff", "", 2},
	} {
		message := mustDecode(test.message)
		got, err := Salt(message)
		if test.want != "" || strings.HasPrefix(name, "salt of") {
			if err != nil || hex.EncodeToString(got) != test.want {
				t.Errorf("%s: %x, %v", name, got, err)
			}
			continue
		}
		var violation *spec.Violation
		if !errors.As(err, &violation) || violation.Offset != test.offset {
			t.Errorf("%s: %x, %v; expected a violation at octet %d", name, got, err, test.offset)
		}
	}
}

func TestSaltCutShortSaysWhatIsLeft(t *testing.T) {
	_, err := Salt(mustDecode("87500102"))
	if err == nil || !strings.Contains(err.Error(), "16 octets with 2 left") {
		t.Error(err)
	}
}

func TestIDText(t *testing.T) {
	id, err := Compute(spec.Content08, SHA256, &plainInput)
	if err != nil {
		t.Fatal(err)
	}
	text, err := id.MarshalText()
	var back ID
	if err != nil || back.UnmarshalText(text) != nil || back != id || string(text) != id.String() {
		t.Errorf("%v read back as %v", id, back)
	}
	for _, bad := range []string{"", "01", id.String() + "00", "zz" + id.String()[2:]} {
		if err := back.UnmarshalText([]byte(bad)); err == nil || !strings.Contains(err.Error(), "64 hexadecimal digits") {
			t.Errorf("%q was read as an ID: %v", bad, err)
		}
	}
}

func TestHashingAllocatesNothing(t *testing.T) {
	in := plainInput
	in.Message = append(bytes.Clone(plainMessage), make([]byte, 1<<16)...)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := Compute(spec.Content08, SHA256, &in); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations for an ID", n)
	}
}

func FuzzSalt(f *testing.F) {
	f.Add(plainMessage)
	f.Add(mustDecode("9f5f4100ff"))
	f.Fuzz(func(t *testing.T, message []byte) {
		salt, err := Salt(message)
		if (salt == nil) == (err == nil) && len(salt) > 0 {
			t.Errorf("%x, %v", salt, err)
		}
		if len(salt) > len(message) {
			t.Errorf("a salt of %d octets in a message of %d", len(salt), len(message))
		}
	})
}

// BenchmarkID compares an ID with plain SHA-256 of the same octets.
func BenchmarkID(b *testing.B) {
	for _, size := range []int{64, 1 << 10, 64 << 10} {
		in := plainInput
		in.Message = append(bytes.Clone(plainMessage), make([]byte, size-len(plainMessage))...)
		construction, err := For(spec.Content08)
		if err != nil {
			b.Fatal(err)
		}
		octets, err := construction.AppendHashInput(nil, &in)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("plain/message=%d", size), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(octets)))
			for b.Loop() {
				sha256.Sum256(octets)
			}
		})
		b.Run(fmt.Sprintf("id/message=%d", size), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(octets)))
			for b.Loop() {
				if _, err := Compute(spec.Content08, SHA256, &in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
