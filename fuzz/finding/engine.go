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
	"github.com/mimifuzz/mimifuzz/properties/mutants"
)

// engine is a fuzzing engine, built, and how it is started.
type engine struct {
	approach string
	tape     bool
	from     seeding
	starting time.Duration // what it takes a search to start and end
	// start returns the command that searches with seeds in a folder of its own.
	start func(ctx context.Context, folder string, seed uint64, workers int) *exec.Cmd
}

// groups returns what it searches: on octets each lane on its own, as one writes a
// fuzz target for each kind of input.
func (e *engine) groups() (list []group, err error) {
	for _, g := range groups {
		// The fuzz targets of the project leave out what is costly, but for franking.
		if e.tape && g.costly && g.model != "franking" {
			continue
		}
		if e.tape {
			list = append(list, g)
			continue
		}
		lanes, err := g.lanes()
		if err != nil {
			return nil, err
		}
		list = append(list, lanes...)
	}
	return list, nil
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
	return engine{approach, tape, from, 300 * time.Millisecond, func(ctx context.Context, folder string, seed uint64, workers int) *exec.Cmd {
		c := exec.CommandContext(ctx, binary, "-test.run=^$", "-test.fuzz=^FuzzMutants$", "-test.fuzztime=1000h",
			"-test.fuzzminimizetime=5s", "-test.parallel="+strconv.Itoa(workers), "-test.fuzzcachedir="+filepath.Join(folder, "cache"))
		c.Dir = folder
		c.Env = append(os.Environ(), SeedsVariable+"="+filepath.Join(folder, seedsFolder), "GODEBUG=fuzzseed="+strconv.FormatUint(seed, 10))
		return c
	}}
}

// goFuzzBuilt is go-fuzz and its target. "go tool go-fuzz" would link go-fuzz for
// each search anew, while the time of the search runs.
type goFuzzBuilt struct{ program, archive string }

// buildGoFuzz builds go-fuzz, and the target for it.
func buildGoFuzz(ctx context.Context, source, scratch string) (goFuzzBuilt, error) {
	built := goFuzzBuilt{filepath.Join(scratch, "go-fuzz"), filepath.Join(scratch, "finding-fuzz.zip")}
	for _, args := range [][]string{
		{"build", "-o", built.program, "github.com/dvyukov/go-fuzz/go-fuzz"},
		{"tool", "go-fuzz-build", "-preserve", process.GoFuzzPreserve, "-o", built.archive, "./fuzz/finding"},
	} {
		c := exec.CommandContext(ctx, "go", args...)
		c.Dir = source
		if out, err := c.CombinedOutput(); err != nil {
			return goFuzzBuilt{}, fmt.Errorf("cannot build go-fuzz or its target: %w\n%s", err, out)
		}
	}
	return built, nil
}

// command returns what runs go-fuzz in a folder.
func (b goFuzzBuilt) command(ctx context.Context, folder string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, b.program, append([]string{"-workdir", folder}, args...)...)
	c.Dir, c.Env = folder, os.Environ()
	return c
}

// worker are the flags of a process that runs the target.
func (b goFuzzBuilt) worker(procs int) []string {
	return []string{"-bin", b.archive, "-func", "FuzzMutants", "-procs", strconv.Itoa(procs)}
}

// goFuzz is github.com/dvyukov/go-fuzz. It takes its seed from the clock.
func goFuzz(built goFuzzBuilt) engine {
	return engine{ApproachGoFuzz, false, sameSeeds, 2200 * time.Millisecond, func(ctx context.Context, folder string, _ uint64, workers int) *exec.Cmd {
		return built.command(ctx, folder, built.worker(workers)...)
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

// limits are of the time that a search may take.
type limits struct {
	// all is of the clock, on a machine that does nothing else: the worker gets its
	// share of that, for the rest goes to the engine. On a busy machine a search takes
	// up to patience times as long, so that it is no worse a search.
	all  time.Duration
	each time.Duration // of the processor for each mutant, 0 if there is none
}

const (
	workerShare = 0.7
	patience    = 20
	shortest    = time.Minute // until an engine has started, at worst

	mostRestarts = 5
)

// search lets an engine search a group with one worker, up to its limits, or until
// all mutants that it tries are killed.
func (e *engine) search(ctx context.Context, scratch string, g group, seeds [][]byte, seed uint64, l limits) (*Tally, error) {
	folder, err := os.MkdirTemp(scratch, e.approach+"-"+g.name+"-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if err := e.writeSeeds(folder, seeds, seed); err != nil {
		return nil, err
	}
	file := filepath.Join(folder, tallyFile)
	t, err := createTally(file, len(mutants.All()))
	if err != nil {
		return nil, err
	}
	probe, err := newTarget(g, t)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, max(patience*l.all, shortest))
	defer cancel()
	go l.stop(limited, cancel, probe)
	var output string
	for restarts := 0; limited.Err() == nil; restarts++ {
		c := e.start(limited, folder, seed, 1)
		c.Env = append(c.Env, g.environment(file))
		if output, err = process.Lines(c, func(string) {}); err == nil || limited.Err() != nil {
			break
		}
		// On a busy machine an engine takes a worker that gets no processor for one
		// that hangs. The search goes on where it stood.
		if restarts == mostRestarts {
			return nil, errors.Join(fmt.Errorf("%s failed on %s: %w\n%s", e.approach, g, err, output), t.Close())
		}
		if err := os.RemoveAll(filepath.Join(folder, "testdata")); err != nil {
			return nil, err
		}
	}
	if t.Executions() == 0 && ctx.Err() == nil {
		return nil, errors.Join(fmt.Errorf("%s tried nothing on %s:\n%s", e.approach, g, output), t.Close())
	}
	return t, nil
}

// stop ends a search when no mutant is left, or no time of the processor.
func (l limits) stop(ctx context.Context, cancel context.CancelFunc, probe *target) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pollInterval):
		}
		least, left := probe.leastSpent()
		if !left || l.each > 0 && least >= l.each || float64(probe.pool.tally.load(wordProcessor)) > workerShare*float64(l.all) {
			cancel()
			return
		}
	}
}
