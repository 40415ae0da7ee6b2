//go:build unix

package process

import (
	"os/exec"
	"syscall"
)

// inGroup puts a command and its children into a process group of their own, so
// that they can be stopped together and get no Ctrl-C of the terminal.
func inGroup(c *exec.Cmd) {
	c.SysProcAttr = processAttributes()
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGINT) }
}

// killGroup ends what a command has left running.
func killGroup(c *exec.Cmd) {
	if c.Process != nil {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // fails if nothing is left
	}
}
