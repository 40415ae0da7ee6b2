package campaign

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
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

// engine searches one target at a time, following coverage.
type engine interface {
	name() string
	// build makes what search runs.
	build(ctx context.Context, source string) error
	// search spends up to d on a target and calls report with the sums of this
	// search as they grow. It returns the inputs that failed, those too that an
	// earlier search left and nobody let go of. A context that ends is no error.
	search(ctx context.Context, t *fuzz.Target, d time.Duration, workers int, report func(progress)) ([]crasher, error)
}

// progress is how far one search has come.
type progress struct {
	executions int64
	newInputs  int
	corpus     int
	memory     int64 // octets that all its processes hold, 0 if that cannot be told
}

// crasher is an input at which an engine stopped.
type crasher struct {
	octets []byte
	died   string // why the process ended, "" if the target itself told what is wrong

	// letGo takes the input out of the engine's way. Until then it is safe there,
	// so it is for when the input is kept.
	letGo func() error
}

// nativeEngine is the fuzzing engine of the Go toolchain.
type nativeEngine struct{ state *State }

func (e *nativeEngine) name() string { return "go" }

func (e *nativeEngine) binary() string { return e.state.path(binDir, "fuzz.test") }

func (e *nativeEngine) build(ctx context.Context, source string) error {
	binary, err := filepath.Abs(e.binary())
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, "go", "test", "-c", "-fuzz=.", "-o", binary, "./fuzz")
	c.Dir = source
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build the native targets: %w\n%s", err, out)
	}
	return nil
}

var nativeLine = regexp.MustCompile(`execs: (\d+) .*new interesting: (\d+) \(total: (\d+)\)`)

func (e *nativeEngine) search(ctx context.Context, t *fuzz.Target, d time.Duration, workers int, report func(progress)) ([]crasher, error) {
	scratch := e.state.path(scratchDir, t.Name)
	if err := os.MkdirAll(scratch, 0o755); err != nil {
		return nil, err
	}
	// What an earlier campaign found and could not collect.
	left, err := e.collect(ctx, t)
	if err != nil || len(left) > 0 {
		return left, err
	}
	c, err := e.command(ctx, t, scratch, "-test.run=^$", "-test.fuzz=^Fuzz"+t.Name+"$", "-test.fuzztime="+d.String(),
		"-test.fuzzminimizetime=5s", "-test.parallel="+strconv.Itoa(workers))
	if err != nil {
		return nil, err
	}
	output, err := process.Lines(c, func(line string) {
		if m := nativeLine.FindStringSubmatch(line); m != nil {
			var p progress
			p.executions, _ = strconv.ParseInt(m[1], 10, 64) // digits; more than fit cannot be
			p.newInputs, _ = strconv.Atoi(m[2])
			p.corpus, _ = strconv.Atoi(m[3])
			p.memory = process.GroupMemory(c.Process.Pid)
			report(p)
		}
	})
	if ctx.Err() != nil {
		// What it found before it was stopped lies there still.
		return e.collect(context.WithoutCancel(ctx), t)
	}
	crashers, collectErr := e.collect(ctx, t)
	if collectErr != nil {
		return crashers, collectErr
	}
	if err != nil && len(crashers) == 0 && !outOfTime(output) {
		return nil, fmt.Errorf("the native engine failed on %s: %w\n%s", t.Name, err, output)
	}
	return crashers, nil
}

func (e *nativeEngine) command(ctx context.Context, t *fuzz.Target, scratch string, args ...string) (*exec.Cmd, error) {
	var paths [3]string
	for i, path := range []string{e.binary(), e.state.path(corpusDir), e.state.path(skipFile)} {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		paths[i] = absolute
	}
	c := exec.CommandContext(ctx, paths[0], append(args, "-test.fuzzcachedir="+paths[1])...)
	c.Dir = scratch
	c.Env = append(os.Environ(), fuzz.SkipFile+"="+paths[2])
	return c, nil
}

// collect returns the inputs at which the engine stopped, and finds out which of
// them end the process. Each would stop the next search at once.
func (e *nativeEngine) collect(ctx context.Context, t *fuzz.Target) ([]crasher, error) {
	dir := e.state.path(scratchDir, t.Name, "testdata", "fuzz", "Fuzz"+t.Name)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []crasher
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		data, err := os.ReadFile(path)
		if err != nil {
			return list, err
		}
		octets, err := parseNativeInput(data)
		if err != nil {
			e.state.setAside(filepath.Join(scratchDir, t.Name, "testdata", "fuzz", "Fuzz"+t.Name, entry.Name()), err.Error())
			continue
		}
		c, err := e.command(ctx, t, e.state.path(scratchDir, t.Name), "-test.run=^Fuzz"+t.Name+"$/^"+regexp.QuoteMeta(entry.Name())+"$", "-test.timeout=30s")
		if err != nil {
			return list, err
		}
		output, runErr := process.Lines(c, func(string) {})
		found := crasher{octets: octets, letGo: func() error { return os.Remove(path) }}
		if runErr != nil {
			found.died = deathOf(output)
		}
		list = append(list, found)
	}
	return list, nil
}

var deadline = regexp.MustCompile(`(?m)^ +context deadline exceeded$`)

// outOfTime reports whether an engine that failed did so because its time was up
// while a worker was busy, which Go does up to 1.26: go.dev/issue/75804.
func outOfTime(output string) bool { return deadline.MatchString(output) }

var death = regexp.MustCompile(`(?m)^(?:fatal error|panic|runtime): (.*)$`)

// deathOf returns why a process died, "" if a test merely failed.
func deathOf(output string) string {
	if m := death.FindStringSubmatch(output); m != nil {
		return m[1]
	}
	return ""
}

// parseNativeInput reads a file of the native engine with one value of octets.
func parseNativeInput(data []byte) ([]byte, error) {
	first, rest, _ := bytes.Cut(bytes.TrimSpace(data), []byte("\n"))
	if strings.TrimSpace(string(first)) != "go test fuzz v1" {
		return nil, errors.New(`it does not begin with "go test fuzz v1"`)
	}
	expression, err := parser.ParseExprFrom(token.NewFileSet(), "", rest, 0)
	if err != nil {
		return nil, fmt.Errorf("it holds no value: %w", err)
	}
	call, ok := expression.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return nil, errors.New("it holds no value of type []byte")
	}
	_, isSlice := call.Fun.(*ast.ArrayType)
	literal, isLiteral := call.Args[0].(*ast.BasicLit)
	if !isSlice || !isLiteral || literal.Kind != token.STRING {
		return nil, errors.New("it holds no value of type []byte")
	}
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		return nil, fmt.Errorf("its value is damaged: %w", err)
	}
	return []byte(text), nil
}
