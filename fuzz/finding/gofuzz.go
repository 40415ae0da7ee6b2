//go:build gofuzz

package finding

// FuzzMutants is what go-fuzz runs for [Measure].
func FuzzMutants(octets []byte) int {
	target, err := targetOfEnvironment()
	if err != nil {
		panic(err)
	}
	target.try(octets)
	return 0
}
