package properties

import (
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// TestLargestBombs holds the bound on memory with every bomb, under the loosest
// draft and the strictest.
func TestLargestBombs(t *testing.T) {
	for _, d := range []spec.Draft{spec.Content07, spec.Content09} {
		for _, b := range gen.LargestBombs(d) {
			if _, refutation := tryMemory(Reference{}, d, &b); refutation != nil {
				t.Errorf("%x %d times, keys %q, behind %x, under %s: %s", b.Unit, b.Count, b.Keys, b.Before, d, refutation.Detail)
			}
		}
	}
}

// hoarding allocates something with each message.
type hoarding struct {
	Reference
	octets int
	kept   []byte
}

func (h *hoarding) DecodeContent(d spec.Draft, message []byte) ([]byte, error) {
	h.kept = make([]byte, h.octets)
	return nil, nil
}

// TestMemoryIsMeasured holds that the bound is neither wide nor narrow.
func TestMemoryIsMeasured(t *testing.T) {
	for _, n := range []int{0, 1000, 100_000} {
		b := gen.Bomb{Unit: []byte{0}, Count: n}
		limit := memoryOctets + memoryPerOctet*n
		for _, test := range []struct {
			octets int
			want   Outcome
		}{{limit / 2, Holds}, {2 * limit, Refuted}} {
			if outcome, refutation := tryMemory(&hoarding{octets: test.octets}, spec.Content09, &b); outcome != test.want {
				t.Errorf("%d octets for a message of %d: %v, %v", test.octets, n, outcome, refutation)
			}
		}
	}
}
