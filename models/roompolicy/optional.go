package roompolicy

// Optional is a value that may be absent, an optional<T> of RFC 9420 section
// 2.1.1. The value is zero where it is not present.
type Optional[T any] struct {
	Present bool
	Value   T
}

// Some returns a value that is present.
func Some[T any](value T) Optional[T] { return Optional[T]{Present: true, Value: value} }
