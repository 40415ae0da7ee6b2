package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// fast is what a test may take to be run with others: a test that takes longer is
// run on its own, after those that take less.
const fast = 200 * time.Millisecond

// unit is a test, or a subtest of one that is slow.
type unit struct {
	pattern string // for -test.run
	name    string
	took    time.Duration
	reaches map[int]bool
}

// runner runs the tests of a package with mutations.
type runner struct {
	source *source
	work   string // a directory of its own, for builds
	jobs   int
	short  bool
	quick  bool // leave slow tests out
	grace  time.Duration
	tests  string // the binary with a switch
	units  []*unit
	report func(done, of int, m *Mutation)
	say    func(format string, args ...any)
}

// prepare builds the tests and finds out which mutations each of them reaches.
func (r *runner) prepare(ctx context.Context) error {
	overlay, err := r.source.instrument()
	if err != nil {
		return err
	}
	r.tests, err = r.build(ctx, "switching", overlay, switching)
	if err != nil {
		return err
	}
	recorder, err := r.build(ctx, "recording", overlay, recording)
	if err != nil {
		return err
	}
	if r.units, err = r.list(ctx); err != nil {
		return err
	}
	if r.quick {
		r.units = slices.DeleteFunc(r.units, func(u *unit) bool { return u.took > fast })
	}
	r.say("%d tests; which mutations each reaches is recorded", len(r.units))
	return r.each(ctx, len(r.units), func(i int) error {
		u := r.units[i]
		record := filepath.Join(r.work, fmt.Sprintf("reach-%d", i))
		if _, out, err := r.run(ctx, recorder, u.pattern, time.Hour, reachVariable+"="+record); err != nil {
			return fmt.Errorf("%s without a mutation: %w\n%s", u.name, err, out)
		}
		u.reaches = map[int]bool{}
		octets, err := os.ReadFile(record)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		for _, line := range strings.Fields(string(octets)) {
			id, err := strconv.Atoi(line)
			if err != nil {
				return err
			}
			u.reaches[id] = true
		}
		return nil
	})
}

// build compiles the tests with some files replaced; on is what the file that is
// added says of mutations.
func (r *runner) build(ctx context.Context, name string, overlay map[string][]byte, on string) (string, error) {
	work, err := os.MkdirTemp(r.work, name)
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	for path, text := range overlay {
		if filepath.Base(path) == runtimeFile {
			text = []byte(runtimeSource(r.source.pkg.Name, on))
		}
		to := filepath.Join(work, filepath.Base(path))
		if err := os.WriteFile(to, text, 0o600); err != nil {
			return "", err
		}
		replace[path] = to
	}
	described, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	description := filepath.Join(work, "overlay.json")
	if err := os.WriteFile(description, described, 0o600); err != nil {
		return "", err
	}
	binary := filepath.Join(work, "tests")
	build := exec.CommandContext(ctx, "go", "test", "-c", "-overlay", description, "-o", binary, r.source.pkg.PkgPath)
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	if _, err := os.Stat(binary); err != nil {
		return "", fmt.Errorf("%s has no tests", r.source.pkg.PkgPath)
	}
	return binary, nil
}

// stuck is how long tests with a mutation may take that use no CPU.
const stuck = 10 * time.Minute

// run runs the tests of a binary that a pattern names, and reports whether they
// ended.
func (r *runner) run(ctx context.Context, binary, pattern string, limit time.Duration, env ...string) (ended bool, out []byte, err error) {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(limited, binary, "-test.run", pattern, "-test.failfast", "-test.v", "-test.timeout", "0", fmt.Sprintf("-test.short=%v", r.short))
	cmd.Dir = filepath.Dir(r.source.files[0].path)
	cmd.Env = append(os.Environ(), env...)
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &text
	cmd.WaitDelay = 10 * time.Second
	err = cmd.Run()
	if ctx.Err() != nil {
		return false, nil, ctx.Err()
	}
	killed := cmd.ProcessState != nil && strings.HasPrefix(cmd.ProcessState.String(), "signal: killed")
	return limited.Err() == nil && !killed, text.Bytes(), err
}

var (
	passed = regexp.MustCompile(`^( *)--- PASS: (\S+) \(([0-9.]+)s\)`)
	begun  = regexp.MustCompile(`(?m)^=== RUN +(\S+)`)
	failed = regexp.MustCompile(`(?m)^ *--- FAIL: (\S+)`)
)

// list runs all tests once, and returns them with what each took, fastest first.
func (r *runner) list(ctx context.Context) ([]*unit, error) {
	_, out, err := r.run(ctx, r.tests, ".", time.Hour)
	if err != nil {
		return nil, fmt.Errorf("without a mutation: %w\n%s", err, out)
	}
	var units []*unit
	var last *unit // a test, before its subtests
	scanner := bufio.NewScanner(bytes.NewReader(out))
	scanner.Buffer(nil, 1<<24)
	for scanner.Scan() {
		found := passed.FindStringSubmatch(scanner.Text())
		if found == nil {
			continue
		}
		seconds, err := strconv.ParseFloat(found[3], 64)
		if err != nil {
			return nil, err
		}
		u := &unit{name: found[2], took: time.Duration(seconds * float64(time.Second))}
		switch len(found[1]) {
		case 0:
			u.pattern = pattern(u.name)
			last = u
			units = append(units, u)
		case 4:
			if last == nil || last.took <= fast {
				continue
			}
			u.pattern = pattern(u.name)
			// The subtests stand in for the test.
			if n := len(units) - 1; units[n] == last {
				units = units[:n]
			}
			units = append(units, u)
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, err
	}
	if len(units) == 0 {
		return nil, errors.New("no test passes")
	}
	slices.SortStableFunc(units, func(a, b *unit) int { return int(a.took - b.took) })
	return units, nil
}

// each calls f with each number below n, on several at a time, until one fails.
func (r *runner) each(ctx context.Context, n int, f func(int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	var group sync.WaitGroup
	for range r.jobs {
		group.Go(func() {
			for i := range next {
				if err := f(i); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	defer group.Wait()
	defer close(next)
	for i := range n {
		select {
		case next <- i:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// try runs the tests with each of some mutations.
func (r *runner) try(ctx context.Context, all []*Mutation) error {
	var lock sync.Mutex
	done := 0
	return r.each(ctx, len(all), func(i int) error {
		err := r.one(ctx, all[i])
		lock.Lock()
		defer lock.Unlock()
		done++
		if err == nil {
			r.report(done, len(all), all[i])
		}
		return err
	})
}

func (r *runner) one(ctx context.Context, m *Mutation) error {
	binary, units := r.tests, r.units
	if m.alone {
		path, text := r.source.mutated(m)
		var err error
		limits := filepath.Join(filepath.Dir(path), runtimeFile)
		binary, err = r.build(ctx, "alone", map[string][]byte{path: []byte(text), limits: nil}, switching)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			m.Result = NotViable
			return nil
		}
		defer os.RemoveAll(filepath.Dir(binary))
	} else {
		units = nil
		for _, u := range r.units {
			if u.reaches[m.ID] {
				units = append(units, u)
			}
		}
	}
	result := NotReached
	for _, batch := range batches(units) {
		ended, out, err := r.run(ctx, binary, batch.pattern, stuck, numberVariable+"="+strconv.Itoa(m.ID),
			fmt.Sprintf("%s=%.0f", cpuVariable, math.Ceil((5*batch.took+r.grace).Seconds())))
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case !ended:
			m.Result, m.KilledBy = TimedOut, batch.name
			if started := begun.FindAllSubmatch(out, -1); started != nil {
				m.KilledBy = string(started[len(started)-1][1])
			}
			return nil
		case err != nil:
			m.Result, m.KilledBy = Killed, batch.name
			if found := failed.FindSubmatch(out); found != nil {
				m.KilledBy = string(found[1])
			}
			return nil
		}
		result = Survived
	}
	m.Result = result // which an interruption leaves open
	return nil
}

// pattern returns the pattern of a test or subtest, which is matched part by part.
func pattern(name string) string {
	parts := strings.Split(name, "/")
	for i := range parts {
		parts[i] = "^" + regexp.QuoteMeta(parts[i]) + "$"
	}
	return strings.Join(parts, "/")
}

// batches joins the fast ones of some units, which are sorted by what they take:
// tests with tests, subtests with those of the same test.
func batches(units []*unit) []*unit {
	var all []*unit
	fastest := map[string]*unit{}
	names := map[*unit][]string{}
	for _, u := range units {
		parent, name := "", u.pattern
		if at := strings.LastIndexByte(u.pattern, '/'); at >= 0 {
			parent, name = u.pattern[:at+1], u.pattern[at+1:]
		}
		batch := fastest[parent]
		if u.took > fast || batch == nil {
			batch = &unit{}
			all = append(all, batch)
			if u.took <= fast {
				fastest[parent] = batch
			}
		}
		names[batch] = append(names[batch], name)
		batch.name = u.name
		batch.pattern = parent + "(" + strings.Join(names[batch], "|") + ")"
		batch.took += u.took
	}
	return all
}
