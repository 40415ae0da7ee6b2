//go:build !unix

package process

import (
	"os"
	"os/exec"
	"syscall"
)

// Attributes returns none: there are no process groups here.
func Attributes() *syscall.SysProcAttr { return nil }

func inGroup(*exec.Cmd) {}

// KillGroup ends a program, but not its children.
func KillGroup(p *os.Process) {
	_ = p.Kill() // fails if nothing is left
}
