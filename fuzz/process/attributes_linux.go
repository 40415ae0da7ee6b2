package process

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// processAttributes also ends the child when its parent is killed.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// GroupMemory returns how many octets are resident of the processes of a group,
// 0 if that cannot be told. What several of them share counts for each.
func GroupMemory(group int) int64 {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0
	}
	var sum int64
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		// The name of the program stands in parentheses and may hold anything.
		fields := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:])
		const groupField, residentField = 2, 21 // proc_pid_stat(5), from the state on
		if len(fields) <= residentField || string(fields[groupField]) != strconv.Itoa(group) {
			continue
		}
		pages, err := strconv.ParseInt(string(fields[residentField]), 10, 64)
		if err == nil {
			sum += pages * int64(os.Getpagesize())
		}
	}
	return sum
}
