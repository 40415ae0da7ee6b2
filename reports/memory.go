package reports

import (
	"fmt"
	"slices"
)

// memory says how much memory the run held in each half of its time, "" if it
// was too short to say. A run that leaks holds more in the second.
func (r *Record) memory() string {
	const fewest = 4 // samples
	if len(r.Memory) < fewest {
		return ""
	}
	half := len(r.Memory) / 2
	own := func(s MemorySample) int64 { return s.Own }
	text := fmt.Sprintf("%s in the first half of the time, %s in the second, %s at most",
		mebibytes(medianOf(r.Memory[:half], own)), mebibytes(medianOf(r.Memory[half:], own)), mebibytes(largestOf(r.Memory, own)))
	engine := func(s MemorySample) int64 { return s.Engine }
	if largest := largestOf(r.Memory, engine); largest > 0 {
		text += fmt.Sprintf("; the engine %s, %s, %s",
			mebibytes(medianOf(r.Memory[:half], engine)), mebibytes(medianOf(r.Memory[half:], engine)), mebibytes(largest))
	}
	return text
}

// medianOf returns the median of what the samples say that is not 0.
func medianOf(samples []MemorySample, of func(MemorySample) int64) int64 {
	var list []int64
	for _, s := range samples {
		if v := of(s); v > 0 {
			list = append(list, v)
		}
	}
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[len(list)/2]
}

func largestOf(samples []MemorySample, of func(MemorySample) int64) int64 {
	var largest int64
	for _, s := range samples {
		largest = max(largest, of(s))
	}
	return largest
}

// mebibytes writes octets for a reader.
func mebibytes(octets int64) string { return number(octets>>20) + " MiB" }
