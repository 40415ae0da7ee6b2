//go:build unix && !linux

package process

// Memory returns 0: to ask ps(1) for one process costs as much as for all.
func Memory(int) (resident, data int64) { return 0, 0 }

// GroupMemory returns how many octets are resident of the processes of a group,
// 0 if that cannot be told. What several of them share counts for each.
func GroupMemory(group int) int64 { return groupMemoryByPS(group) }
