//go:build unix

package program

import (
	"os"
	"syscall"
)

// signalOf returns the name of the signal that ended a process, "" if none did.
func signalOf(state *os.ProcessState) string {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return status.Signal().String()
	}
	return ""
}
