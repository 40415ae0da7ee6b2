//go:build unix && !linux

package campaign

import "syscall"

func processAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func groupMemory(int) int64 { return 0 }
