package gomls

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"
)

// libraries is where the panics of the libraries under test come from.
const libraries = "github.com/cisco/"

// Panic is a panic in a library under test.
type Panic struct {
	Where string // the innermost function of the library, such as "go-mls.Credential.Identity"
	What  string // what the panic says, with N for its numbers
}

// Error gives the panic's signature, which is the same for the same defect.
func (p *Panic) Error() string { return p.Where + ": " + p.What }

var numbers = regexp.MustCompile(`\b[0-9]+\b`)

// Guard calls f and returns its error, or a [*Panic] when it panics within a
// library under test. Other panics go on.
func Guard(f func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			where := innermost()
			if where == "" {
				panic(value)
			}
			err = &Panic{Where: where, What: numbers.ReplaceAllString(fmt.Sprint(value), "N")}
		}
	}()
	return f()
}

// innermost names the function of the libraries that a panic began in, or
// nothing when it began elsewhere. It is called by the deferred function that
// recovers.
func innermost() string {
	callers := make([]uintptr, 512)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	where := ""
	for {
		frame, more := frames.Next()
		name, ours := strings.CutPrefix(frame.Function, libraries)
		switch {
		case frame.Function == "runtime.gopanic":
			// What a deferred function panics with again comes before what
			// panicked first.
			where = ""
		case ours && where == "":
			where = name
		}
		if !more {
			return where
		}
	}
}

// panicked returns the panic that err is, or nil.
func panicked(err error) *Panic {
	var p *Panic
	errors.As(err, &p)
	return p
}
