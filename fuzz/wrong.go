package fuzz

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/reports"
)

// Wrong is what a fuzz target found wrong with the reference.
type Wrong struct {
	Property string // or "target/" and the name of the target
	Class    string // tells defects of one property apart
	Draft    spec.Draft
	Detail   string
	Case     *properties.Case // nil if the octets of the target are all there is
}

// Error says what was refuted, and ends with the case.
func (w *Wrong) Error() string {
	text := fmt.Sprintf("%s under %s: %s: %s", w.Property, w.Draft, w.Class, w.Detail)
	if w.Case != nil {
		text += "\ncase: " + w.Case.String()
	}
	return text
}

// Signature names the defect as [reports.Signature] does.
func (w *Wrong) Signature() string {
	return reports.Signature(w.Property, w.Class, properties.Reference{}.Name())
}

// signatureOf returns the signature of what a target found, "" if it has none.
func signatureOf(err error) string {
	if wrong := (*Wrong)(nil); errors.As(err, &wrong) {
		return wrong.Signature()
	}
	return ""
}

// targetPrefix is what the name of a target has before it where a property is
// named.
const targetPrefix = "target/"

// guard makes a panic of check a [*Wrong], so that one search goes on after it.
func guard(target string, d spec.Draft, check func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &Wrong{Property: targetPrefix + target, Class: panicClass(), Draft: d, Detail: fmt.Sprint(value)}
		}
	}()
	return check()
}

var unnamed = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// panicClass names a panic by the function of the project that it came through
// first, which stays the same while an input shrinks.
func panicClass() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs[:])])
	panicked := false
	for {
		frame, more := frames.Next()
		if panicked && strings.Contains(frame.Function, "mimifuzz/") {
			return "panic-in-" + unnamed.ReplaceAllString(frame.Function[strings.LastIndex(frame.Function, "mimifuzz/")+len("mimifuzz/"):], "-")
		}
		panicked = panicked || strings.HasPrefix(frame.Function, "runtime.gopanic") || strings.HasPrefix(frame.Function, "runtime.panic") || strings.HasPrefix(frame.Function, "runtime.sigpanic")
		if !more {
			return "panic"
		}
	}
}
