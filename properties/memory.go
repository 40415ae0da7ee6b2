package properties

import (
	"fmt"
	"runtime/metrics"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// What decoding may allocate.
const (
	memoryOctets   = 64 << 10
	memoryPerOctet = 32
	// memoryTries is how often a message is decoded before it counts as too
	// costly: the least of them counts, since the other work of the process
	// is measured with it.
	memoryTries = 16
)

// knownBombs gives one of the largest bombs for each place; drafts have others.
func knownBombs(d spec.Draft) []gen.Bomb {
	var list []gen.Bomb
	for i, b := range gen.LargestBombs(d) {
		if i%13 == int(d) { // each place comes once, and with another unit
			list = append(list, b)
		}
	}
	return list
}

func tryMemory(impl ContentDecoder, d spec.Draft, b *gen.Bomb) (Outcome, *Refutation) {
	octets := b.Octets()
	limit := uint64(memoryOctets + memoryPerOctet*len(octets))
	least := uint64(1<<64 - 1)
	for range memoryTries {
		before := allocated()
		_, _ = impl.DecodeContent(d, octets)
		if least = min(least, allocated()-before); least <= limit {
			return Holds, nil
		}
	}
	return Refuted, &Refutation{Class: "memory", Detail: fmt.Sprintf(
		"%d octets, from %x on, take %d octets of memory; at most %d are allowed", len(octets), shortened(octets), least, limit)}
}

// allocated returns how many octets the process has allocated so far.
func allocated() uint64 {
	sample := [1]metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample[:])
	return sample[0].Value.Uint64()
}
