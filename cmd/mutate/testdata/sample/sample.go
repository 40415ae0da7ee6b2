// Package sample has mutations that end in every way.
package sample

const (
	limit = 1 << 3
	whole = 1<<64 - 1 // which nothing else fits
)

// Count counts the numbers of a list below the limit, twice as fast as it could.
func Count(list []int) (n int) {
	for i := 0; i < len(list); i += 1 {
		if list[i] < limit {
			n++
		}
	}
	return n
}

// Greater is the greater of two numbers: of two that are the same, either.
func Greater(a, b int) int {
	if a > b {
		return a
	}
	return b
}

// Untested is reached by no test.
func Untested(a, b uint64) bool { return a == b && a != whole }

// Sum adds what is not zero.
func Sum[T int | int64](list []T) (sum T, text string) {
	for _, n := range list {
		switch {
		case n == 0:
			break
		case n < 0 || n > 100:
			return -1, "bad" + "value"
		}
		sum += n
	}
	return sum, text + "sum"
}

// Opposite has a test that takes long.
func Opposite(n int) int { return -n }
