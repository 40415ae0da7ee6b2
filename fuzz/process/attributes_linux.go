package process

import "syscall"

// Attributes put a program into a process group of its own, and end it with this
// one. The system ends it with the thread that starts it.
func Attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
