//go:build !gofuzz

package finding

import (
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz/process"
)

// engine is a fuzzing engine, built, and how it is started.
type engine struct {
	approach string
	tape     bool
	from     seeding
	// start returns the command that searches with seeds in a folder of its own.
	start func(ctx context.Context, folder string, seed uint64, workers int) *exec.Cmd
}

const (
	seedsFolder = "seeds"
	tallyFile   = "tally"
)

// buildNative builds the target for the native engine.
func buildNative(ctx context.Context, source, scratch string) (binary string, err error) {
	binary = filepath.Join(scratch, "finding.test")
	c := exec.CommandContext(ctx, "go", "test", "-c", "-fuzz=.", "-o", binary, "./fuzz/finding")
	c.Dir = source
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("cannot build the target for the native engine: %w\n%s", err, out)
	}
	return binary, nil
}

// native is the engine of the Go toolchain. It has a seed.
func native(approach string, tape bool, from seeding, binary string) engine {
	return engine{approach, tape, from, func(ctx context.Context, folder string, seed uint64, workers int) *exec.Cmd {
		c := exec.CommandContext(ctx, binary, "-test.run=^$", "-test.fuzz=^FuzzMutants$", "-test.fuzztime=1h",
			"-test.fuzzminimizetime=5s", "-test.parallel="+strconv.Itoa(workers), "-test.fuzzcachedir="+filepath.Join(folder, "cache"))
		c.Dir = folder
		c.Env = append(os.Environ(), SeedsVariable+"="+filepath.Join(folder, seedsFolder), "GODEBUG=fuzzseed="+strconv.FormatUint(seed, 10))
		return c
	}}
}

// buildGoFuzz builds the target for go-fuzz.
func buildGoFuzz(ctx context.Context, source, scratch string) (archive string, err error) {
	archive = filepath.Join(scratch, "finding-fuzz.zip")
	c := exec.CommandContext(ctx, "go", "tool", "go-fuzz-build", "-preserve", process.GoFuzzPreserve, "-o", archive, "./fuzz/finding")
	c.Dir = source
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("cannot build the target for go-fuzz: %w\n%s", err, out)
	}
	return archive, nil
}

// goFuzz is github.com/dvyukov/go-fuzz. It takes its seed from the clock.
func goFuzz(archive, source string) engine {
	return engine{ApproachGoFuzz, false, sameSeeds, func(ctx context.Context, folder string, _ uint64, workers int) *exec.Cmd {
		c := exec.CommandContext(ctx, "go", "tool", "go-fuzz", "-bin", archive, "-workdir", folder, "-func", "FuzzMutants", "-procs", strconv.Itoa(workers))
		c.Dir = source
		c.Env = os.Environ()
		return c
	}}
}

// writeSeeds writes the seeds of an engine, in an order of the seed's.
func (e *engine) writeSeeds(folder string, seeds [][]byte, seed uint64) error {
	name := seedsFolder
	if e.approach == ApproachGoFuzz {
		name = "corpus"
	}
	if err := os.MkdirAll(filepath.Join(folder, name), 0o755); err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(seed, seed))
	for i, at := range random.Perm(len(seeds)) {
		file := filepath.Join(folder, name, fmt.Sprintf("%06d-%x", i, sha1.Sum(seeds[at])))
		if err := os.WriteFile(file, seeds[at], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// pollInterval is how often it is looked whether mutants and time are left.
const pollInterval = 100 * time.Millisecond

// A search is to take some time on a machine that does nothing else: its workers
// get half of that, for the rest goes to the engine. On a busy machine it takes up
// to patience times as long, so that it is no worse a search.
const (
	patience = 20
	shortest = time.Minute // until an engine has started, at worst

	mostRestarts = 5
)

// search lets an engine search a group for about a time, or until all mutants that
// it tries are killed.
func (e *engine) search(ctx context.Context, scratch string, g group, seeds [][]byte, seed uint64, workers int, d time.Duration) (*Tally, error) {
	folder, err := os.MkdirTemp(scratch, e.approach+"-"+g.name+"-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if err := e.writeSeeds(folder, seeds, seed); err != nil {
		return nil, err
	}
	all, err := subjects()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(folder, tallyFile)
	t, err := createTally(file, len(all))
	if err != nil {
		return nil, err
	}
	probe, err := newTarget(g, e.tape, t)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, max(patience*d, shortest))
	defer cancel()
	go stopWhenDone(limited, cancel, probe, d/2)
	form := "octets"
	if e.tape {
		form = "tape"
	}
	var output string
	for restarts := 0; limited.Err() == nil; restarts++ {
		c := e.start(limited, folder, seed, workers)
		c.Env = append(c.Env, SearchVariable+"="+g.name+":"+form+":"+file)
		if output, err = process.Lines(c, func(string) {}); err == nil || limited.Err() != nil {
			break
		}
		// On a busy machine an engine takes a worker that gets no processor for one
		// that hangs. The search goes on where it stood.
		if restarts == mostRestarts {
			return nil, errors.Join(fmt.Errorf("%s failed on %s: %w\n%s", e.approach, g.name, err, output), t.Close())
		}
		if err := os.RemoveAll(filepath.Join(folder, "testdata")); err != nil {
			return nil, err
		}
	}
	if t.Executions() == 0 && ctx.Err() == nil {
		return nil, errors.Join(fmt.Errorf("%s tried nothing on %s in %v:\n%s", e.approach, g.name, d, output), t.Close())
	}
	return t, nil
}

// stopWhenDone ends a search when no mutant is left, or no time of the processor.
func stopWhenDone(ctx context.Context, cancel context.CancelFunc, probe *target, budget time.Duration) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pollInterval):
		}
		if probe.done() || time.Duration(probe.pool.tally.load(wordProcessor)) > budget {
			cancel()
			return
		}
	}
}
