//go:build !unix

package process

// TellsMemory is whether it can be told here what memory processes hold.
const TellsMemory = false

// Memory returns 0: it cannot be told here.
func Memory(int) (resident, data int64) { return 0, 0 }

// GroupMemory returns 0: it cannot be told here.
func GroupMemory(int) int64 { return 0 }
