package conform

import (
	"bytes"
	"testing"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// TestDeterministic holds that what is accepted where a draft is said to accept one
// encoding only is encoded again as it came, under each reading.
func TestDeterministic(t *testing.T) {
	oracles := map[string]*oracle{}
	for _, a := range properties.Ambiguities() {
		for _, reading := range a.Readings {
			if documentOf(a.ID) == spec.Content {
				under, err := newOracle(map[string]string{a.ID: reading.Name})
				if err != nil {
					t.Fatal(err)
				}
				oracles[a.ID+"="+reading.Name] = under
			}
		}
	}
	generators := []func(spec.Draft, *gen.Tape) gen.Content{
		gen.ValidContent, gen.Hostile, gen.Odd,
		func(d spec.Draft, tape *gen.Tape) gen.Content {
			return gen.Content{Octets: gen.OneRuleBroken(d, tape).Octets}
		},
		func(d spec.Draft, tape *gen.Tape) gen.Content {
			return gen.Content{Octets: gen.Reencodable(d, tape).Octets}
		},
	}
	var tape gen.Tape
	tape.Seed(1, 1)
	accepted, otherwise := 0, false
	for n := range 5000 {
		for _, d := range protocol.ContentDecode.Drafts().List() {
			tape.Clear()
			message := bytes.Clone(generators[n%len(generators)](d, &tape).Octets)
			for name, under := range oracles {
				m, err := under.checkers[d].Decode(message)
				if err != nil {
					continue
				}
				accepted++
				again, err := under.checkers[d].Encode(m)
				if same := err == nil && bytes.Equal(again, message); !same && deterministic(d) {
					t.Fatalf("%s under %s: %x is encoded again as %x: %v", name, d, message, again, err)
				} else if !same {
					otherwise = true
				}
			}
		}
	}
	if accepted < 100_000 || !otherwise {
		t.Errorf("%d messages were accepted, and before content-08 none in another encoding", accepted)
	}
}
