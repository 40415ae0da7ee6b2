//go:build gofuzz

package fuzz

// Fuzz is the entry of go-fuzz: the first octet picks a target, the rest is
// its input. Build it with 'make go-fuzz'.
func Fuzz(data []byte) int {
	if len(data) == 0 {
		return -1
	}
	var err error
	if data[0]&1 == 0 {
		err = TryTape(data[1:])
	} else {
		in := SplitInput(data[1:])
		err = TryInput(&in)
	}
	if err != nil {
		panic(err)
	}
	return 0
}
