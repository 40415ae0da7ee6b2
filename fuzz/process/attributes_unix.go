//go:build unix && !linux

package process

import "syscall"

// Attributes put a program into a process group of its own.
func Attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
