//go:build unix

package program

import "syscall"

func leaveGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
