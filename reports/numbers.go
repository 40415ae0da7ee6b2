package reports

import (
	"fmt"
	"strconv"
	"time"
)

// number writes n with its thousands apart.
func number[T int | int64 | uint64](n T) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// plural writes a number of things. The word takes an s.
func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return number(n) + " " + word + "s"
}

// duration writes milliseconds for a reader.
func duration(milliseconds int64) string {
	if milliseconds < 0 || milliseconds > int64(24*time.Hour/time.Millisecond)*1000 {
		return number(milliseconds) + " ms"
	}
	d := time.Duration(milliseconds) * time.Millisecond
	switch {
	case milliseconds == 0:
		return "0 s"
	case d < time.Second:
		return strconv.FormatInt(milliseconds, 10) + " ms"
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}
