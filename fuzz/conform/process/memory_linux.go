package process

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// restrict keeps a program from writing core files.
func restrict(pid int) {
	_ = unix.Prlimit(pid, unix.RLIMIT_CORE, &unix.Rlimit{}, nil) // fails if it has ended
}

// bound lets a program allocate so many octets more than it has.
func bound(pid int, more uint64) {
	pages, err := readStatm(pid, statmData)
	if err != nil {
		return // it has ended
	}
	limit := pages*uint64(os.Getpagesize()) + more
	_ = unix.Prlimit(pid, unix.RLIMIT_DATA, &unix.Rlimit{Cur: limit, Max: limit}, nil)
}

// The fields of /proc/PID/statm, in pages.
const (
	statmResident = 1
	statmData     = 5
)

func readStatm(pid, field int) (uint64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(text)
	if len(fields) <= field {
		return 0, fmt.Errorf("/proc/%d/statm has %d fields", pid, len(fields))
	}
	return strconv.ParseUint(string(fields[field]), 10, 64)
}

// resident returns the resident memory of a process in octets, 0 if it has
// ended.
func resident(pid int) uint64 {
	pages, _ := readStatm(pid, statmResident)
	return pages * uint64(os.Getpagesize())
}

// groupResident returns the resident memory of all processes of a group in
// octets. What they share is counted for each.
func groupResident(group int) (sum uint64) {
	proc, err := os.Open("/proc")
	if err != nil {
		return 0
	}
	defer proc.Close()
	names, _ := proc.Readdirnames(-1)
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		if its, err := unix.Getpgid(pid); err == nil && its == group {
			sum += resident(pid)
		}
	}
	return sum
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
