//go:build unix

package campaign

import (
	"errors"
	"os"
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
