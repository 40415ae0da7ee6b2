//go:build unix

package finding

import (
	"fmt"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// createTally makes the file of a tally for some mutants.
func createTally(file string, mutants int) (*Tally, error) {
	if err := os.WriteFile(file, make([]byte, 8*tallyWords(mutants)), 0o600); err != nil {
		return nil, err
	}
	return openTally(file, mutants)
}

// openTally shares the tally of a file.
func openTally(file string, mutants int) (*Tally, error) {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	size := 8 * tallyWords(mutants)
	if info, err := f.Stat(); err != nil || info.Size() != int64(size) {
		return nil, fmt.Errorf("the tally %s does not have %d octets: %v", file, size, err)
	}
	memory, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("the tally %s cannot be shared: %w", file, err)
	}
	return &Tally{
		words: unsafe.Slice((*uint64)(unsafe.Pointer(&memory[0])), tallyWords(mutants)),
		close: func() error { return unix.Munmap(memory) },
	}, nil
}

// processorTime returns the time that this process has had of the processor.
func processorTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
