package process

import "syscall"

// attributes put a program into a process group of its own, and end it with
// this one.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
