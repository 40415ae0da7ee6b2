//go:build !linux

package program

import "os"

func restrict(int)                 {}
func bound(int, uint64)            {}
func peak(*os.ProcessState) uint64 { return 0 }
