package program

import (
	"os"

	"golang.org/x/sys/unix"
)

// pipeSize is how much a pipe holds, in octets, if the system allows it.
const pipeSize = 1 << 20

// widen lets a pipe hold more, so that its ends need not wait for each other as often.
func widen(pipe *os.File) {
	if raw, err := pipe.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeSize) })
	}
}
