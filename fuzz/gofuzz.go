//go:build gofuzz

package fuzz

// Fuzz is the entry of go-fuzz: the first octet picks a target, the rest is
// its input. Build it with 'make go-fuzz'.
func Fuzz(data []byte) int {
	if len(data) == 0 {
		return -1
	}
	targets := Targets()
	return tryForGoFuzz(targets[int(data[0])%len(targets)], data[1:])
}

func tryForGoFuzz(t *Target, data []byte) int {
	if err := t.TryUnlessSkipped(data); err != nil {
		panic(err)
	}
	return 0
}
