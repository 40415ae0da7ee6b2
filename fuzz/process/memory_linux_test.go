package process

import (
	"syscall"
	"testing"
)

func TestGroupMemory(t *testing.T) {
	if held := GroupMemory(syscall.Getpgrp()); held < 1<<20 {
		t.Errorf("the group of this process holds %d octets", held)
	}
	const none = 1 << 30 // more than any process has
	if held := GroupMemory(none); held != 0 {
		t.Errorf("a group that there is not holds %d octets", held)
	}
}
