package process

import (
	"os"
	"os/exec"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// TestYield looks at the policies of all threads, and of a program that is started.
func TestYield(t *testing.T) {
	usual := policies(t)
	if len(usual) != 1 || usual[unix.SCHED_NORMAL] == 0 {
		t.Skipf("the threads are scheduled in another way: %v", usual)
	}
	undo := Yield()
	defer undo()
	for range 100 { // threads that start later are no other
		done := make(chan struct{})
		go func() { defer close(done); unix.Nanosleep(&unix.Timespec{Nsec: 1000}, nil) }()
		<-done
	}
	if now := policies(t); len(now) != 1 || now[unix.SCHED_BATCH] == 0 {
		t.Errorf("the threads have the policies %v", now)
	}
	c := exec.Command("sleep", "60")
	if err := Start(c); err != nil {
		t.Skip(err)
	}
	defer func() { c.Process.Kill(); c.Wait() }()
	if its, err := unix.SchedGetAttr(c.Process.Pid, 0); err != nil || its.Policy != unix.SCHED_NORMAL {
		t.Errorf("the program has the policy %v (%v)", its, err)
	}
	if now := policies(t); len(now) != 1 || now[unix.SCHED_BATCH] == 0 {
		t.Errorf("after the start the threads have the policies %v", now)
	}
	undo()
	if now := policies(t); len(now) != 1 || now[unix.SCHED_NORMAL] == 0 {
		t.Errorf("undone, the threads have the policies %v", now)
	}
}

// policies counts the threads of each policy.
func policies(t *testing.T) map[uint32]int {
	t.Helper()
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Skip(err)
	}
	counts := map[uint32]int{}
	for _, thread := range threads {
		id, _ := strconv.Atoi(thread.Name())
		if its, err := unix.SchedGetAttr(id, 0); err == nil {
			counts[its.Policy]++
		}
	}
	return counts
}
