//go:build !unix

package process

import (
	"os"
	"syscall"
)

func attributes() *syscall.SysProcAttr { return nil }

// killGroup ends a program, but not its children.
func killGroup(p *os.Process) { _ = p.Kill() }

func signalOf(*os.ProcessState) string { return "" }
