package fuzz

import (
	"runtime/metrics"
	"time"

	"github.com/mimifuzz/mimifuzz/reports"
)

// Memory returns how many octets of memory this process holds.
func Memory() int64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64())
}

// memoryInterval is the time between two samples of memory.
const memoryInterval = time.Second

// watchMemory samples the memory of a run until stop is called.
func (r *run) watchMemory() (stop func()) {
	ended, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(memoryInterval)
		defer ticker.Stop()
		for {
			select {
			case <-ended:
				return
			case <-ticker.C:
				r.noteMemory()
			}
		}
	}()
	return func() { close(ended); <-done }
}

func (r *run) noteMemory() {
	r.memory = reports.Thin(append(r.memory, reports.MemorySample{AtMS: time.Since(r.started).Milliseconds(), Own: Memory()}))
}
