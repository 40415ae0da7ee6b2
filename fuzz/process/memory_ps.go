//go:build unix

package process

import (
	"bytes"
	"os/exec"
	"strconv"
)

// TellsMemory is whether it can be told here what memory processes hold.
const TellsMemory = true

// groupMemoryByPS is [GroupMemory] by ps(1), for systems without a /proc to read. It
// takes some milliseconds.
func groupMemoryByPS(group int) (sum int64) {
	text, err := exec.Command("ps", "-A", "-o", "pgid=", "-o", "rss=").Output()
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(text) {
		fields := bytes.Fields(line)
		if len(fields) != 2 || string(fields[0]) != strconv.Itoa(group) {
			continue
		}
		resident, _ := strconv.ParseInt(string(fields[1]), 10, 64)
		sum += resident << 10 // it is in KiB
	}
	return sum
}
