package program

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/process"
)

const (
	// watchTime is how often a program is looked at, and groupWatches how many
	// of these looks are for each one at the whole group.
	watchTime    = 20 * time.Millisecond
	groupWatches = 10
	// graceTime is for what should come at once: the end of a program that has
	// closed its output, or of the output of one that has ended.
	graceTime = time.Second
)

// run is one run of the adapter. One goroutine asks it and ends it.
type run struct {
	command *exec.Cmd
	stdin   *os.File
	stdout  *os.File
	lines   *protocol.LineReader
	stderr  *os.File
	said    *tail         // the end of standard error
	logged  chan struct{} // closed when standard error has ended
	exited  chan struct{} // closed when the process has ended
	ended   chan struct{} // closed when it is not asked any more
	written chan struct{} // closed when nothing more is written to it

	window    int // requests of a feed in flight
	feeds     chan *feed
	announced []*feed // that are not answered, in order

	// What the watch looks at.
	asked     atomic.Bool   // it owes an answer
	signs     atomic.Uint64 // of life
	patience  atomic.Int64  // how long it may give none while it owes one
	maxMemory uint64
	killed    atomic.Bool
	cause     atomic.Pointer[protocol.Failure] // why the watch killed it
}

// launch starts the adapter, without a word to it yet.
func launch(command []string, o *Options, log io.Writer) (*run, error) {
	p := &run{
		command: exec.Command(command[0], command[1:]...),
		said:    &tail{max: maxSaid}, logged: make(chan struct{}), exited: make(chan struct{}), maxMemory: o.Memory,
		ended: make(chan struct{}), written: make(chan struct{}), window: o.Window, feeds: make(chan *feed, maxFeeds),
	}
	theirStdin, stdin, err1 := os.Pipe()
	stdout, theirStdout, err2 := os.Pipe()
	stderr, theirStderr, err3 := os.Pipe()
	p.stdin, p.stdout, p.stderr = stdin, stdout, stderr
	if err := errors.Join(err1, err2); err == nil {
		widen(stdin)
		widen(stdout)
	}
	p.lines = protocol.NewLineReader(stdout, o.MaxLine)
	p.command.Stdin, p.command.Stdout, p.command.Stderr = theirStdin, theirStdout, theirStderr
	p.command.Env, p.command.Dir, p.command.SysProcAttr = environment(o.Env), o.Dir, process.Attributes()
	err := errors.Join(err1, err2, err3)
	if err == nil {
		err = process.Start(p.command)
	}
	for _, theirs := range []*os.File{theirStdin, theirStdout, theirStderr} {
		theirs.Close()
	}
	if err != nil {
		p.closePipes()
		return nil, err
	}
	restrict(p.command.Process.Pid)
	go func() {
		_, _ = io.Copy(io.MultiWriter(p.said, log), stderr)
		close(p.logged)
	}()
	go func() {
		_ = p.command.Wait() // what it says is in ProcessState as well
		process.KillGroup(p.command.Process)
		close(p.exited)
		// A child that left the group may hold the pipes open for ever.
		time.AfterFunc(graceTime, p.closePipes)
	}()
	go p.watch()
	go p.write()
	return p, nil
}

func (p *run) closePipes() {
	for _, ours := range []*os.File{p.stdin, p.stdout, p.stderr} {
		ours.Close() // closed ones and nil only return an error
	}
}

// expect says that the program owes an answer from now on, or no longer.
func (p *run) expect(owes bool) {
	p.signs.Add(1)
	p.asked.Store(owes)
}

// kill ends the program and its children.
func (p *run) kill() {
	select {
	case <-p.exited:
	default:
		p.killed.Store(true)
		process.KillGroup(p.command.Process)
	}
}

// watch kills the program when it is silent for too long, or takes too much
// memory.
func (p *run) watch() {
	ticker := time.NewTicker(watchTime)
	defer ticker.Stop()
	signs, since := p.signs.Load(), time.Now()
	for looks := 1; ; looks++ {
		select {
		case <-p.exited:
			return
		case <-ticker.C:
		}
		if now := p.signs.Load(); now != signs || !p.asked.Load() {
			signs, since = now, time.Now()
		} else if patience := time.Duration(p.patience.Load()); time.Since(since) > patience {
			p.cause.Store(&protocol.Failure{Kind: protocol.FailureHang, Detail: fmt.Sprintf("no answer within %s", patience)})
			p.kill()
			return
		}
		used, _ := process.Memory(p.command.Process.Pid)
		if looks%groupWatches == 0 {
			used = process.GroupMemory(p.command.Process.Pid)
		}
		if uint64(used) > p.maxMemory {
			p.cause.Store(p.tooMuch(uint64(used)))
			p.kill()
			return
		}
	}
}

func (p *run) tooMuch(memory uint64) *protocol.Failure {
	return &protocol.Failure{Kind: protocol.FailureMemory, Detail: fmt.Sprintf("%d MiB of memory, of at most %d MiB", memory>>20, p.maxMemory>>20)}
}

// next returns the next line of the output. At the end of the output it fails
// with [io.EOF], or with [*halfLineError].
func (p *run) next() ([]byte, error) {
	line, err := p.lines.Next()
	switch {
	case errors.Is(err, os.ErrClosed):
		return nil, io.EOF
	case err != nil:
		return nil, err
	case line[len(line)-1] != '\n':
		return nil, &halfLineError{protocol.Excerpt(line)}
	}
	return line, nil
}

// halfLineError is the end of the output in the middle of a line.
type halfLineError struct{ line string }

func (e *halfLineError) Error() string {
	return fmt.Sprintf("the output ended after half a line: %q", e.line)
}

// end ends the program after what was wrong with its output, and says why the
// request that it owes an answer to has none.
func (p *run) end(wrong error) *protocol.Failure {
	close(p.ended)
	var half *halfLineError
	ended := errors.Is(wrong, io.EOF) || errors.As(wrong, &half)
	if ended { // then it should have ended, or do so now
		select {
		case <-p.exited:
		case <-time.After(graceTime):
		}
	}
	p.kill()
	<-p.exited
	select {
	case <-p.logged:
	case <-time.After(graceTime):
	}
	p.closePipes()
	state := p.command.ProcessState
	f := &protocol.Failure{ExitStatus: -1, Stderr: p.said.String()}
	if !p.killed.Load() {
		f.ExitStatus, f.Signal = state.ExitCode(), signalOf(state)
	}
	cause := p.cause.Load()
	if most := peak(state); cause == nil && most > p.maxMemory { // it was faster than the watch
		cause = p.tooMuch(most)
	}
	switch {
	case cause != nil:
		f.Kind, f.Detail = cause.Kind, cause.Detail
	case !ended:
		f.Kind, f.Detail = protocol.FailureProtocol, wrong.Error()
	case p.killed.Load():
		f.Kind, f.Detail = protocol.FailureEarlyExit, "it closed its standard output and went on running"
	case f.Signal != "":
		f.Kind, f.Detail = protocol.FailureCrash, "ended by a signal: "+f.Signal
	case f.ExitStatus != 0:
		f.Kind, f.Detail = protocol.FailureCrash, fmt.Sprintf("exit status %d", f.ExitStatus)
	case half != nil:
		f.Kind, f.Detail = protocol.FailureProtocol, half.Error()
		return f
	default:
		f.Kind, f.Detail = protocol.FailureEarlyExit, "it ended with exit status 0 before it answered"
	}
	if half != nil {
		f.Detail += "; " + half.Error()
	}
	return f
}

// close ends the program as it should end: with the end of its input.
func (p *run) close() {
	close(p.ended)
	p.stdin.Close()
	select {
	case <-p.exited:
	case <-time.After(graceTime):
	}
	p.kill()
	<-p.exited
	p.closePipes()
}
