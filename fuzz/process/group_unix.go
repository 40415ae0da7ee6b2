//go:build unix

package process

import (
	"os"
	"os/exec"
	"syscall"
)

// inGroup puts a command and its children into a process group of their own, so
// that they can be stopped together and get no Ctrl-C of the terminal.
func inGroup(c *exec.Cmd) {
	c.SysProcAttr = Attributes()
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGINT) }
}

// KillGroup ends a program that was started with [Attributes], and what it has left
// running.
func KillGroup(p *os.Process) {
	_ = syscall.Kill(-p.Pid, syscall.SIGKILL) // fails if nothing is left
}
