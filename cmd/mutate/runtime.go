package main

import "strings"

// runtimeFile is added to an instrumented package.
const runtimeFile = "mutation_runtime.go"

// The environment of an instrumented test binary.
const (
	numberVariable = "MUTATION"       // the mutation that is on
	cpuVariable    = "MUTATION_CPU"   // the seconds of CPU after which the process is killed
	reachVariable  = "MUTATION_REACH" // the file that the numbers of the mutations that ran are added to
)

// The two ways to ask whether a mutation is on. Both are in the package before any of
// its variables is, as these depend on them.
const (
	switching = `
var mutationNumber = func() int {
	n, _ := strconv.Atoi(os.Getenv("` + numberVariable + `"))
	if n != 0 {
		// A mutation may ask for all the memory there is, or never end. What it
		// may take is CPU and not time, so that a busy machine ends nothing else.
		_ = syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: 4 << 30, Max: 4 << 30})
		if seconds, err := strconv.ParseUint(os.Getenv("` + cpuVariable + `"), 10, 32); err == nil {
			_ = syscall.Setrlimit(syscall.RLIMIT_CPU, &syscall.Rlimit{Cur: seconds, Max: seconds})
		}
	}
	return n
}()

func mutationOn(n int) bool { return n == mutationNumber }
`
	recording = `
var (
	mutationReached [1 << 16]atomic.Bool // tests may count allocations
	mutationFile    = func() *os.File {
		f, err := os.OpenFile(os.Getenv("` + reachVariable + `"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil
		}
		return f
	}()
)

func mutationOn(n int) bool {
	if mutationFile == nil {
		return false
	}
	if !mutationReached[n].Load() && !mutationReached[n].Swap(true) {
		mutationFile.WriteString(strconv.Itoa(n) + "\n")
	}
	return false
}

var _ syscall.Errno
`
)

// runtimeSource returns the file that mutations call.
func runtimeSource(packageName, on string) string {
	imports := "\"os\"\n\t\"strconv\"\n\t\"syscall\""
	if strings.Contains(on, "atomic.") {
		imports += "\n\t\"sync/atomic\""
	}
	return "package " + packageName + "\n\nimport (\n\t\"cmp\"\n\t" + imports + "\n)\n" + on + operations
}

const operations = `
type mutationInteger interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

type mutationNumeric interface {
	mutationInteger | ~float32 | ~float64
}

func mutationPick[T any](n int, a, b T) T {
	if mutationOn(n) {
		return a
	}
	return b
}

// Only where both are equal does the boundary matter.
func mutationLess[T cmp.Ordered](n int, a, b T) bool         { return a < b || a == b && mutationOn(n) }
func mutationLessEqual[T cmp.Ordered](n int, a, b T) bool    { return a <= b && !(a == b && mutationOn(n)) }
func mutationGreater[T cmp.Ordered](n int, a, b T) bool      { return mutationLess(n, b, a) }
func mutationGreaterEqual[T cmp.Ordered](n int, a, b T) bool { return mutationLessEqual(n, b, a) }

func mutationAdd[T mutationNumeric](n int, a, b T) T {
	if mutationOn(n) {
		return a - b
	}
	return a + b
}

func mutationSubtract[T mutationNumeric](n int, a, b T) T {
	if mutationOn(n) {
		return a + b
	}
	return a - b
}

func mutationMultiply[T mutationNumeric](n int, a, b T) T {
	if mutationOn(n) {
		return a / b
	}
	return a * b
}

func mutationDivide[T mutationNumeric](n int, a, b T) T {
	if mutationOn(n) {
		return a * b
	}
	return a / b
}

func mutationRemainder[T mutationInteger](n int, a, b T) T {
	if mutationOn(n) {
		return a * b
	}
	return a % b
}

func mutationAnd[T mutationInteger](n int, a, b T) T {
	if mutationOn(n) {
		return a | b
	}
	return a & b
}

func mutationOr[T mutationInteger](n int, a, b T) T {
	if mutationOn(n) {
		return a & b
	}
	return a | b
}

func mutationXor[T mutationInteger](n int, a, b T) T {
	if mutationOn(n) {
		return a & b
	}
	return a ^ b
}

func mutationAndNot[T mutationInteger](n int, a, b T) T {
	if mutationOn(n) {
		return a & b
	}
	return a &^ b
}

func mutationShiftLeft[T, S mutationInteger](n int, a T, b S) T {
	if mutationOn(n) {
		return a >> b
	}
	return a << b
}

func mutationShiftRight[T, S mutationInteger](n int, a T, b S) T {
	if mutationOn(n) {
		return a << b
	}
	return a >> b
}

func mutationNegative[T mutationNumeric](n int, a T) T {
	if mutationOn(n) {
		return a
	}
	return -a
}

// mutationOne is 1, or the number that takes 1 away where it is added.
func mutationOne[T mutationNumeric](n int) T {
	if mutationOn(n) {
		return -T(1)
	}
	return 1
}
`
