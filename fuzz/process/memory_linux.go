package process

import (
	"bytes"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Memory returns how many octets of a process are resident, and how many it has for
// data, 0 if that cannot be told, as of one that has ended.
func Memory(pid int) (resident, data int64) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return 0, 0
	}
	const residentField, dataField = 1, 5 // in pages: proc_pid_statm(5)
	fields := bytes.Fields(text)
	if len(fields) <= dataField {
		return 0, 0
	}
	octets := func(field int) int64 {
		pages, _ := strconv.ParseInt(string(fields[field]), 10, 64)
		return pages * int64(os.Getpagesize())
	}
	return octets(residentField), octets(dataField)
}

// GroupMemory returns how many octets are resident of the processes of a group,
// 0 if that cannot be told. What several of them share counts for each.
func GroupMemory(group int) (sum int64) {
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
			resident, _ := Memory(pid)
			sum += resident
		}
	}
	return sum
}
