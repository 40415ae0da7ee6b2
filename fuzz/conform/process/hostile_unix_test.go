//go:build unix

package process

import "syscall"

func leaveGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
