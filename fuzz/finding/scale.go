//go:build !gofuzz

package finding

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz/process"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
	"github.com/mimifuzz/mimifuzz/reports"
)

// ScaleOptions are what is measured of the number of workers.
type ScaleOptions struct {
	Workers []int         // numbers of them
	For     time.Duration // of the clock, for each search
	// Progress is called with what is done next. It may be nil.
	Progress func(string)
}

// What is searched: it has the most mutants that take long. On octets it is the
// lane that has most of them.
const (
	scaleGroup    = "content"
	scaleOnOctets = "content/octets"
)

// MeasureScale makes the same search with each number of workers: of our loop, of
// the native engine on a tape, and of go-fuzz with one coordinator and each worker
// as processes of their own that speak on the loopback interface. It needs what
// [Measure] needs. All searches run until their time is up, by the clock.
func MeasureScale(ctx context.Context, o ScaleOptions) ([]reports.ScaleResult, error) {
	source, err := process.Source(ctx)
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp("", "mimifuzz-scale-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	tell := func(format string, args ...any) {
		if o.Progress != nil {
			o.Progress(fmt.Sprintf(format, args...))
		}
	}
	tell("building the targets of the engines")
	binary, err := buildNative(ctx, source, scratch)
	if err != nil {
		return nil, err
	}
	built, err := buildGoFuzz(ctx, source, scratch)
	if err != nil {
		return nil, err
	}
	g, err1 := parseGroup(scaleGroup)
	onOctets, err2 := parseGroup(scaleOnOctets)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	tape := native(ApproachTape, true, sameSeeds, binary)
	var list []reports.ScaleResult
	for _, search := range []struct {
		engine string
		run    func(workers int) (reports.ScaleResult, error)
	}{
		{ApproachProperties, func(workers int) (reports.ScaleResult, error) { return scaleOwn(ctx, g, workers, o.For) }},
		{ApproachTape, func(workers int) (reports.ScaleResult, error) {
			return tape.scale(ctx, scratch, g, o.For, func(ctx context.Context, folder string) []*exec.Cmd {
				return []*exec.Cmd{tape.start(ctx, folder, 1, workers)}
			})
		}},
		{ApproachGoFuzz, func(workers int) (reports.ScaleResult, error) {
			e := goFuzz(built)
			address, err := freeAddress()
			if err != nil {
				return reports.ScaleResult{}, err
			}
			return e.scale(ctx, scratch, onOctets, o.For, func(ctx context.Context, folder string) []*exec.Cmd {
				return built.distributed(ctx, folder, address, workers)
			})
		}},
	} {
		for _, workers := range o.Workers {
			tell("%s with %d", search.engine, workers)
			result, err := search.run(workers)
			if err != nil {
				return nil, err
			}
			result.Engine, result.Workers = search.engine, workers
			list = append(list, result)
		}
	}
	return list, nil
}

// freeAddress returns an address on the loopback interface that is free now.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// distributed are a coordinator of go-fuzz and its workers.
func (b goFuzzBuilt) distributed(ctx context.Context, folder, address string, workers int) []*exec.Cmd {
	list := []*exec.Cmd{b.command(ctx, folder, "-coordinator", address)}
	for range workers {
		list = append(list, b.command(ctx, folder, append([]string{"-worker", address}, b.worker(1)...)...))
	}
	return list
}

// scale lets the commands of an engine search a group for a time of the clock.
func (e *engine) scale(ctx context.Context, scratch string, g group, d time.Duration, commands func(context.Context, string) []*exec.Cmd) (reports.ScaleResult, error) {
	folder, err := os.MkdirTemp(scratch, "scale-")
	if err != nil {
		return reports.ScaleResult{}, err
	}
	file := filepath.Join(folder, tallyFile)
	t, err := createTally(file, len(mutants.All()))
	if err != nil {
		return reports.ScaleResult{}, err
	}
	probe, err := newTarget(g, t)
	if err != nil {
		return reports.ScaleResult{}, err
	}
	seeds, err := seedsOf(probe, e.from)
	if err != nil {
		return reports.ScaleResult{}, err
	}
	if err := e.writeSeeds(folder, seeds, 1); err != nil {
		return reports.ScaleResult{}, err
	}
	limited, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var running sync.WaitGroup
	var mutex sync.Mutex
	var failed error
	start := time.Now()
	for _, c := range commands(limited, folder) {
		c.Env = append(c.Env, g.environment(file))
		running.Go(func() {
			if output, err := process.Lines(c, func(string) {}); err != nil && limited.Err() == nil {
				mutex.Lock()
				defer mutex.Unlock()
				failed = errors.Join(failed, fmt.Errorf("%s failed on %s: %w\n%s", e.approach, g, err, output))
			}
		})
	}
	last := lastKill(limited, t, start)
	running.Wait()
	result := scaleOf(t, probe.mutants(), time.Since(start), last)
	if failed == nil && ctx.Err() == nil && result.Executions == 0 {
		failed = fmt.Errorf("%s tried nothing on %s in %v", e.approach, g, d)
	}
	return result, errors.Join(failed, ctx.Err(), t.Close())
}

// lastKill waits for the end of a search and returns when its last kill was seen.
func lastKill(ctx context.Context, t *Tally, start time.Time) time.Duration {
	last, kills := time.Duration(0), 0
	for {
		if n := t.Kills(); n > kills {
			last, kills = time.Since(start), n
		}
		select {
		case <-ctx.Done():
			return last
		case <-time.After(pollInterval):
		}
	}
}

func scaleOf(t *Tally, mutants int, took, last time.Duration) reports.ScaleResult {
	return reports.ScaleResult{
		Seconds: took.Seconds(), Executions: t.Executions(), Kills: t.Kills(), Mutants: mutants, SecondsToLastKill: last.Seconds(),
	}
}

// scaleOwn hunts the mutants of a group in our loop, as many at a time as there are
// workers, and again from another seed until the time is up.
func scaleOwn(ctx context.Context, g group, workers int, d time.Duration) (reports.ScaleResult, error) {
	limited, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	start := time.Now()
	var sum reports.ScaleResult
	for seed := uint64(1); limited.Err() == nil; seed++ {
		all, err := subjects()
		if err != nil {
			return sum, err
		}
		t := newTally(len(all))
		queue := make(chan *subject, len(all))
		for _, s := range all {
			if g.has(s.property) {
				queue <- s
			}
		}
		close(queue)
		sum.Mutants += len(queue)
		var running sync.WaitGroup
		for range workers {
			running.Go(func() {
				for s := range queue {
					searchOwn(limited, []*subject{s}, seed, t)
				}
			})
		}
		running.Wait()
		sum.Executions += t.Executions()
		sum.Kills += t.Kills()
		sum.SecondsToLastKill = time.Since(start).Seconds()
	}
	sum.Seconds = time.Since(start).Seconds()
	return sum, ctx.Err()
}
