//go:build unix

package process

import (
	"os/exec"
	"syscall"
	"testing"
)

func TestGroupMemory(t *testing.T) {
	ways := map[string]func(int) int64{"the usual way": GroupMemory}
	if _, err := exec.LookPath("ps"); err == nil {
		ways["ps"] = groupMemoryByPS
	} else {
		t.Log("ps is not tried: there is none")
	}
	for name, memory := range ways {
		held, own := memory(syscall.Getpgrp()), int64(1<<20)
		if resident, _ := Memory(syscall.Getpid()); resident > 0 {
			own = resident / 2 // it may shrink meanwhile
		}
		if held < own {
			t.Errorf("by %s the group of this process holds %d octets, of which it alone holds %d", name, held, own)
		}
		const none = 1 << 30 // more than any process has
		if held := memory(none); held != 0 {
			t.Errorf("by %s a group that there is not holds %d octets", name, held)
		}
	}
}
