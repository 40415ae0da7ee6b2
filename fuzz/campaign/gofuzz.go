package campaign

import (
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz"
	"github.com/mimifuzz/mimifuzz/fuzz/process"
)

// goFuzzEngine is github.com/dvyukov/go-fuzz.
type goFuzzEngine struct {
	state  *State
	source string
}

func (e *goFuzzEngine) name() string { return "go-fuzz" }

func (e *goFuzzEngine) archive() (string, error) {
	return filepath.Abs(e.state.path(binDir, "go-fuzz.zip"))
}

func (e *goFuzzEngine) build(ctx context.Context, source string) error {
	e.source = source
	archive, err := e.archive()
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, "go", "tool", "go-fuzz-build", "-preserve", process.GoFuzzPreserve, "-o", archive, "./fuzz")
	c.Dir = source
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build the targets for go-fuzz: %w\n%s", err, out)
	}
	return nil
}

var goFuzzLine = regexp.MustCompile(`corpus: (\d+) .*execs: (\d+) `)

func (e *goFuzzEngine) search(ctx context.Context, t *fuzz.Target, d time.Duration, workers int, report func(progress)) ([]crasher, error) {
	work, err := filepath.Abs(e.state.path(goFuzzDir, t.Name))
	if err != nil {
		return nil, err
	}
	if err := seedGoFuzz(filepath.Join(work, "corpus"), t); err != nil {
		return nil, err
	}
	archive, err := e.archive()
	if err != nil {
		return nil, err
	}
	skip, err := filepath.Abs(e.state.path(skipFile))
	if err != nil {
		return nil, err
	}
	// It runs until it is told to stop.
	limited, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	c := exec.CommandContext(limited, "go", "tool", "go-fuzz", "-bin", archive, "-workdir", work, "-func", "Fuzz"+t.Name, "-procs", strconv.Itoa(workers))
	c.Dir = e.source
	c.Env = append(os.Environ(), fuzz.SkipFile+"="+skip)
	first := -1
	output, err := process.Lines(c, func(line string) {
		m := goFuzzLine.FindStringSubmatch(line)
		if m == nil {
			return
		}
		var p progress
		p.corpus, _ = strconv.Atoi(m[1]) // digits; more than fit cannot be
		p.executions, _ = strconv.ParseInt(m[2], 10, 64)
		if first < 0 {
			first = p.corpus
		}
		p.newInputs = max(0, p.corpus-first)
		p.memory = process.GroupMemory(c.Process.Pid)
		report(p)
	})
	crashers, collectErr := e.collect(filepath.Join(work, "crashers"))
	if collectErr != nil {
		return crashers, collectErr
	}
	if err != nil && limited.Err() == nil {
		return crashers, fmt.Errorf("go-fuzz failed on %s: %w\n%s", t.Name, err, output)
	}
	return crashers, nil
}

// seedGoFuzz writes the seeds of a target as go-fuzz keeps its corpus.
func seedGoFuzz(dir string, t *fuzz.Target) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, seed := range t.Seeds() {
		path := filepath.Join(dir, fmt.Sprintf("%x", sha1.Sum(seed)))
		if _, err := os.Stat(path); err == nil {
			continue
		}
		if err := os.WriteFile(path, seed, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// interrupted is all that go-fuzz tells of an input that it was trying when its
// time was up.
const interrupted = "signal: interrupt"

// collect returns the inputs at which go-fuzz stopped. They stay where they are,
// for go-fuzz passes over what it has found, and which were let go of is noted.
func (e *goFuzzEngine) collect(dir string) ([]crasher, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []crasher
	for _, entry := range entries {
		if strings.Contains(entry.Name(), ".") {
			continue // .output, .quoted and .taken stand beside the input
		}
		path := filepath.Join(dir, entry.Name())
		if _, err := os.Stat(path + ".taken"); err == nil {
			continue
		}
		octets, err := os.ReadFile(path)
		if err != nil {
			return list, err
		}
		output, err := os.ReadFile(path + ".output")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return list, err
		}
		letGo := func() error { return os.WriteFile(path+".taken", nil, 0o644) }
		if strings.TrimSpace(string(output)) == interrupted {
			if err := letGo(); err != nil {
				return list, err
			}
			continue
		}
		found := crasher{octets: octets, letGo: letGo}
		// The target panics with what is wrong, which names the property.
		if reason := deathOf(string(output)); !strings.Contains(string(output), "panic: (*fuzz.Wrong)") && !strings.Contains(string(output), "fuzz.tryForGoFuzz") {
			found.died = reason
		}
		list = append(list, found)
	}
	return list, nil
}
