package program

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/mimifuzz/mimifuzz/fuzz/process"
)

// restrict keeps a program from writing core files.
func restrict(pid int) {
	_ = unix.Prlimit(pid, unix.RLIMIT_CORE, &unix.Rlimit{}, nil) // fails if it has ended
}

// bound lets a program allocate so many octets more than it has.
func bound(pid int, more uint64) {
	_, data := process.Memory(pid)
	if data == 0 {
		return // it has ended
	}
	limit := uint64(data) + more
	_ = unix.Prlimit(pid, unix.RLIMIT_DATA, &unix.Rlimit{Cur: limit, Max: limit}, nil)
}

// peak returns the most resident memory that a process that has ended ever had,
// in octets, 0 if it cannot be told: Linux counts in what this process had when
// it started the other.
func peak(state *os.ProcessState) uint64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	var own syscall.Rusage
	if !ok || syscall.Getrusage(syscall.RUSAGE_SELF, &own) != nil || usage.Maxrss <= own.Maxrss {
		return 0
	}
	return uint64(usage.Maxrss) << 10
}
