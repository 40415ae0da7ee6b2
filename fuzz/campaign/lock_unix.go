//go:build unix

package campaign

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// acquire takes the lock of the state, which ends with the process.
func (s *State) acquire() error {
	file, err := os.OpenFile(s.path(lockFile), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return &DirectoryInUseError{Dir: s.dir}
		}
		return err
	}
	s.lock = file
	return nil
}

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
