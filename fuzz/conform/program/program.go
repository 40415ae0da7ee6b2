package program

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
)

// Options are what a program may take. The zero value of each is its default.
type Options struct {
	CaseTime    time.Duration // for one answer: 5 s
	StartTime   time.Duration // from the start to the hello: 30 s
	Memory      uint64        // resident, of the program and its children, in octets: 1 GiB
	MaxLine     int           // a line that it writes, in octets: protocol.MaxLine
	Window      int           // requests in flight, of each list that is asked or announced: 4096
	MaxRestarts int           // after failures: 1000
	Env         []string      // names in the environment that it gets beside the usual few
	Dir         string        // where it runs: here
}

func (o *Options) setDefaults() {
	o.CaseTime = cmp.Or(o.CaseTime, 5*time.Second)
	o.StartTime = cmp.Or(o.StartTime, 30*time.Second)
	o.Memory = cmp.Or(o.Memory, 1<<30)
	o.MaxLine = cmp.Or(o.MaxLine, protocol.MaxLine)
	o.Window = cmp.Or(o.Window, 4096)
	o.MaxRestarts = cmp.Or(o.MaxRestarts, 1000)
}

const (
	maxSaid   = 4 << 10  // of standard error, in one failure, in octets
	maxLog    = 64 << 10 // of standard error in all
	maxStarts = 3        // one after the other, without a hello
)

// Program asks an adapter that is a program. It implements [protocol.Subject]
// and is not for concurrent use.
type Program struct {
	command  []string
	options  Options
	hello    *protocol.Hello // the first
	running  *run            // nil if it has ended
	restarts int
	log      tail
	queue    [][]*protocol.Request // announced; when it is asked the first of them, it is still here
	early    []protocol.Reply      // to the first of the queue, got before they were asked
	// otherHello says what was different when it was started again, until a reply
	// tells of it.
	otherHello string
}

var _ protocol.Announcer = (*Program)(nil)

// Start starts a program and asks for its hello. It fails with [*StartError], or
// with the error of the context.
func Start(ctx context.Context, command []string, o Options) (*Program, error) {
	if len(command) == 0 || command[0] == "" {
		return nil, errors.New("no command")
	}
	o.setDefaults()
	p := &Program{command: command, options: o, log: tail{max: maxLog}}
	if err := p.start(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

// StartError says why a program could not be asked anything: it could not be
// started, or said no hello.
type StartError struct {
	Command []string
	Err     error             // of the system, if it could not be started
	Failure *protocol.Failure // otherwise
}

func (e *StartError) Error() string {
	command := strings.Join(e.Command, " ")
	if e.Failure == nil {
		return fmt.Sprintf("cannot start %q: %v", command, e.Err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%q says no hello: %s: %s", command, e.Failure.Kind, e.Failure.Detail)
	switch e.Failure.Kind {
	case protocol.FailureHang:
		b.WriteString("; an adapter must flush its output after each answer")
	case protocol.FailureProtocol:
		b.WriteString("; an adapter writes one JSON object a line to its standard output, and all else to its standard error")
	}
	if e.Failure.Stderr != "" {
		fmt.Fprintf(&b, "; its standard error ends with:\n%s", e.Failure.Stderr)
	}
	return b.String()
}

func (e *StartError) Unwrap() error { return e.Err }

// RestartsError says that a program had to be started again too often.
type RestartsError struct{ Restarts int }

func (e *RestartsError) Error() string {
	return fmt.Sprintf("the program failed again after %d restarts: it is not asked any more", e.Restarts)
}

// start starts the program and asks for its hello.
func (p *Program) start(ctx context.Context) error {
	running, err := launch(p.command, &p.options, &p.log)
	if err != nil {
		return &StartError{Command: p.command, Err: err}
	}
	stop := context.AfterFunc(ctx, running.kill)
	defer stop()
	running.patience.Store(int64(p.options.StartTime))
	running.expect(true)
	_, _ = running.stdin.Write(protocol.AppendHelloRequest(nil)) // reading says why it fails
	line, err := running.next()
	var hello *protocol.Hello
	if err == nil {
		hello, err = protocol.ParseHello(line)
	}
	running.expect(false)
	if err != nil {
		failure := running.end(err)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		failure.Alone = true
		return &StartError{Command: p.command, Failure: failure}
	}
	running.patience.Store(int64(p.options.CaseTime))
	bound(running.command.Process.Pid, 2*p.options.Memory)
	p.running = running
	if p.hello == nil {
		p.hello = hello
	}
	if difference := p.hello.Difference(hello); difference != "" {
		p.otherHello = difference
	}
	return nil
}

// restart starts the program again after it has ended.
func (p *Program) restart(ctx context.Context) error {
	if p.restarts++; p.restarts > p.options.MaxRestarts {
		return &RestartsError{p.options.MaxRestarts}
	}
	var err error
	for range maxStarts {
		if err = p.start(ctx); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// Hello implements [protocol.Subject].
func (p *Program) Hello() *protocol.Hello { return p.hello }

// Log returns the end of what the program wrote to its standard error, in all
// its runs.
func (p *Program) Log() string { return p.log.String() }

// Restarts returns how often the program had to be started again.
func (p *Program) Restarts() int { return p.restarts }

// Close ends the program. It does not fail.
func (p *Program) Close() error {
	if p.running != nil {
		p.running.close()
		p.running = nil
	}
	return nil
}

// Ask implements [protocol.Subject]. A program that fails is started again. It
// fails with [*StartError] if that is not possible any more, with
// [*RestartsError], and with the error of the context.
func (p *Program) Ask(ctx context.Context, requests []*protocol.Request) ([]protocol.Reply, error) {
	if len(requests) == 0 {
		return nil, nil
	}
	replies, err := p.ask(ctx, requests)
	if len(replies) > 0 {
		replies[0].OtherHello, p.otherHello = p.otherHello, ""
	}
	return replies, err
}

// Announce implements [protocol.Announcer].
func (p *Program) Announce(requests []*protocol.Request) {
	if len(requests) == 0 {
		return
	}
	p.queue = append(p.queue, requests)
	if len(p.early) == 0 {
		p.feed()
	}
}

// feed announces to the program that is running what it is not told of yet.
func (p *Program) feed() {
	for p.running != nil && len(p.running.announced) < len(p.queue) && p.running.announce(p.queue[len(p.running.announced)]) {
	}
}

// ask is [Program.Ask] for at least one request.
func (p *Program) ask(ctx context.Context, requests []*protocol.Request) (replies []protocol.Reply, err error) {
	if len(p.queue) > 0 && &p.queue[0][0] != &requests[0] {
		p.queue, p.early = nil, nil // something else was announced
		if p.running != nil && len(p.running.announced) > 0 {
			_ = p.Close()
			if err := p.start(ctx); err != nil {
				return nil, err
			}
		}
	}
	replies, p.early = p.early, nil
	for len(replies) < len(requests) {
		if p.running == nil {
			if err := p.restart(ctx); err != nil {
				return replies, err
			}
		}
		rest := requests[len(replies):]
		if len(p.running.announced) == 0 {
			p.running.announce(rest)
		}
		p.feed()
		answered, seen, failure, err := p.askRunning(ctx, rest)
		if replies == nil {
			replies = answered // all of them, mostly
		} else {
			replies = append(replies, answered...)
		}
		if err != nil {
			return replies, err
		}
		if failure != nil {
			found, err := p.search(ctx, seen, failure)
			replies = append(replies, found...)
			if err != nil {
				return replies[:min(len(replies), len(requests))], err
			}
		}
	}
	if len(p.queue) > 0 {
		p.queue = p.queue[1:]
	}
	// More of them came up in the search for what the program had failed in.
	p.early = slices.Clone(replies[len(requests):])
	return replies[:len(requests)], nil
}

// askRunning is [run.ask] until the context ends, of the program that is
// running. After a failure none is.
func (p *Program) askRunning(ctx context.Context, requests []*protocol.Request) (replies []protocol.Reply, seen []*protocol.Request, failure *protocol.Failure, err error) {
	stop := context.AfterFunc(ctx, p.running.kill)
	replies, seen, failure, err = p.running.ask(requests)
	stop()
	if failure != nil {
		p.running = nil
	}
	if err == nil && failure != nil {
		err = ctx.Err() // it was killed for that
	}
	return replies, seen, failure, err
}
