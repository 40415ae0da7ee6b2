//go:build !linux

package process

import "os"

func restrict(int)                 {}
func bound(int, uint64)            {}
func resident(int) uint64          { return 0 }
func groupResident(int) uint64     { return 0 }
func peak(*os.ProcessState) uint64 { return 0 }
