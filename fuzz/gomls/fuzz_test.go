package gomls

import (
	"slices"
	"testing"
)

// fuzzTarget holds that a target has no panics but those that are known, and
// that go-mls writes what it read.
func fuzzTarget(f *testing.F, name string) {
	targets := Targets()
	i := slices.IndexFunc(targets, func(t *Target) bool { return t.Name == name })
	if i < 0 {
		f.Fatalf("there is no target %s", name)
	}
	seeds, err := targets[i].Seeds()
	if err != nil || len(seeds) == 0 {
		f.Fatalf("%d seeds: %v", len(seeds), err)
	}
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, octets []byte) {
		if err := targets[i].Try(octets); err != nil && !known(err) {
			t.Fatalf("not a known finding: %v", err)
		}
	})
}

func FuzzStructs(f *testing.F)    { fuzzTarget(f, "Structs") }
func FuzzCredential(f *testing.F) { fuzzTarget(f, "Credential") }
func FuzzKeyPackage(f *testing.F) { fuzzTarget(f, "KeyPackage") }
func FuzzHandshake(f *testing.F)  { fuzzTarget(f, "Handshake") }
func FuzzInsider(f *testing.F)    { fuzzTarget(f, "Insider") }
func FuzzCiphertext(f *testing.F) { fuzzTarget(f, "Ciphertext") }
func FuzzPlaintext(f *testing.F)  { fuzzTarget(f, "Plaintext") }
func FuzzWelcome(f *testing.F)    { fuzzTarget(f, "Welcome") }
func FuzzGroupInfo(f *testing.F)  { fuzzTarget(f, "GroupInfo") }
func FuzzVerify(f *testing.F)     { fuzzTarget(f, "Verify") }
func FuzzSign(f *testing.F)       { fuzzTarget(f, "Sign") }
