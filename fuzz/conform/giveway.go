package conform

import (
	"os"
	"runtime"
	"runtime/debug"
)

// gcPercent is for a search: it makes much garbage beside a heap of some 50 MB, and to
// collect it as often as is usual takes the processor from the subject.
const gcPercent = 400

// GiveWay makes a process that does nothing but check leave as many processors to so
// many subjects as there are, but one: on a processor that it shares with the process
// a subject waits for it again and again, and is mostly what there is to wait for. The
// process also collects garbage less often. What GOGC and GOMAXPROCS say in the
// environment stays. It returns what undoes it.
func GiveWay(jobs int) (undo func()) {
	processors, percent := runtime.GOMAXPROCS(0), -1
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(max(1, processors-jobs))
	}
	changesPercent := os.Getenv("GOGC") == ""
	if changesPercent {
		percent = debug.SetGCPercent(gcPercent)
	}
	return func() {
		runtime.GOMAXPROCS(processors)
		if changesPercent {
			debug.SetGCPercent(percent)
		}
	}
}
