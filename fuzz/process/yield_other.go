//go:build !linux

package process

import "os/exec"

// Yield does nothing: there is no such policy here.
func Yield() (undo func()) { return func() {} }

// Start starts a program.
func Start(c *exec.Cmd) error { return c.Start() }
