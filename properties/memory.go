package properties

import (
	"fmt"
	"runtime/metrics"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// What decoding may allocate. The bound is wider than that of the model, since
// other work of the process is counted with it.
const (
	memoryOctets   = 1 << 20
	memoryPerOctet = 64
	memoryTries    = 12
)

func tryMemory(impl ContentDecoder, d spec.Draft, c *gen.Content) (Outcome, *Refutation) {
	limit := uint64(memoryOctets + memoryPerOctet*len(c.Octets))
	least := uint64(1<<64 - 1)
	for range memoryTries {
		before := allocated()
		_, _ = impl.DecodeContent(d, c.Octets)
		if least = min(least, allocated()-before); least <= limit {
			return Holds, nil
		}
	}
	return Refuted, &Refutation{Class: "memory", Detail: fmt.Sprintf("%d octets, from %x on, take more than %d octets of memory", len(c.Octets), shortened(c.Octets), limit)}
}

// allocated returns how many octets the process has allocated so far.
func allocated() uint64 {
	sample := [1]metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample[:])
	return sample[0].Value.Uint64()
}
