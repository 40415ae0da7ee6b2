package process

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// yielding is whether the threads of this process have what [Yield] gave them.
var yielding atomic.Bool

// Yield makes the threads of this process wait for the processor when they wake,
// rather than interrupt what runs on it: SCHED_BATCH of sched(7). Programs that are
// started with [Start] are scheduled as if it had not been called. It returns what
// undoes it. A process that was given another policy keeps it.
func Yield() (undo func()) {
	if !reschedule(unix.SCHED_NORMAL, unix.SCHED_BATCH) {
		return func() {}
	}
	yielding.Store(true)
	return func() {
		yielding.Store(false)
		reschedule(unix.SCHED_BATCH, unix.SCHED_NORMAL)
	}
}

// reschedule gives all threads of one policy another, and returns whether there was
// any. A thread that starts has the policy of the one that starts it.
func reschedule(from, to uint32) (any bool) {
	for again := true; again; any = any || again {
		again = false
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return any
		}
		for _, thread := range threads {
			id, _ := strconv.Atoi(thread.Name())
			again = rescheduleThread(id, from, to) || again
		}
	}
	return any
}

func rescheduleThread(id int, from, to uint32) bool {
	attributes, err := unix.SchedGetAttr(id, 0)
	if err != nil || attributes.Policy != from {
		return false // it has ended, or is not ours to change
	}
	attributes.Policy = to
	return unix.SchedSetAttr(id, attributes, 0) == nil
}

// Start starts a program, which takes over nothing of what [Yield] did.
func Start(c *exec.Cmd) error {
	if yielding.Load() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if rescheduleThread(unix.Gettid(), unix.SCHED_BATCH, unix.SCHED_NORMAL) {
			defer rescheduleThread(unix.Gettid(), unix.SCHED_NORMAL, unix.SCHED_BATCH)
		}
	}
	return c.Start()
}
