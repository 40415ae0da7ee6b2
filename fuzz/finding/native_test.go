//go:build !gofuzz

package finding

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzMutants is what the native engine runs for [Measure]. It fails never: what
// it finds is in the tally.
func FuzzMutants(f *testing.F) {
	target, err := targetOfEnvironment()
	if err != nil {
		f.Fatal(err)
	}
	if target == nil {
		f.Skip("it measures finding power: run 'make bench-finding'")
	}
	seeds := os.Getenv(SeedsVariable)
	names, err := filepath.Glob(filepath.Join(seeds, "*"))
	if err != nil || len(names) == 0 {
		f.Fatalf("no seeds in %q: %v", seeds, err)
	}
	for _, name := range names {
		octets, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(octets)
	}
	f.Fuzz(func(_ *testing.T, octets []byte) { target.try(octets) })
}
