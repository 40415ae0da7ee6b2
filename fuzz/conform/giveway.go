package conform

import (
	"os"
	"runtime"
	"runtime/debug"

	"github.com/mimifuzz/mimifuzz/fuzz/process"
)

// gcPercent is for a search: it makes much garbage beside a heap of some 50 MB, and to
// collect it as often as is usual takes the processor from the subject.
const gcPercent = 400

// GiveWay makes a process that does nothing but check leave a processor to each of so
// many subjects, and keep one at least: on a processor that it shares with the process
// a subject waits for it again and again, and is mostly what there is to wait for. The
// process also collects garbage less often, and wakes without taking the processor
// from what runs on it, where the system has that. What GOGC and GOMAXPROCS say in the
// environment stays. It returns what undoes it.
func GiveWay(jobs int) (undo func()) {
	processors, percent := runtime.GOMAXPROCS(0), debug.SetGCPercent(gcPercent)
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(max(1, processors-jobs))
	}
	if os.Getenv("GOGC") != "" {
		debug.SetGCPercent(percent)
	}
	undoYield := process.Yield()
	return func() {
		undoYield()
		runtime.GOMAXPROCS(processors)
		debug.SetGCPercent(percent)
	}
}
