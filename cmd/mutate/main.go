// Command mutate changes one token of a package at a time and runs the tests of the
// package: a change that they do not notice shows what they do not test.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// errSurvivors says that what was found is not what is expected.
var errSurvivors = errors.New("the tests and the list of equivalent mutations do not agree with what was found")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := command(os.Stdout, os.Stderr).ExecuteContext(ctx)
	switch {
	case err == nil:
	case errors.Is(err, errSurvivors):
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	}
}

// options are the flags.
type options struct {
	equivalent, out, only, survivors string
	jobs                             int
	long, quick                      bool
	grace                            time.Duration
}

func command(stdout, stderr io.Writer) *cobra.Command {
	var o options
	c := &cobra.Command{
		Use:   "mutate PACKAGE...",
		Short: "Change one token of a package at a time, and see that its tests fail",
		Long: `Mutate makes the changes of github.com/go-gremlins/gremlins (all of its mutators) one
at a time and runs the tests of the package that reach the change. A change that no
test notices is a survivor: a test is missing, the code is dead, or the change
makes no difference. What makes none is listed, with the reason, in a file that
is read with --equivalent; its keys hold no line numbers.

All changes are built into one test binary, and an environment variable tells which
of them is on.

Exit status: 0 every survivor is listed, 1 a survivor is not listed or a listed
mutation did not survive, 2 could not run.`,
		Example: `  go run ./cmd/mutate --equivalent models/equivalent.txt ./models/wire
  go run ./cmd/mutate --only 'writer.go:' --out wire.json ./models/wire
  go run ./cmd/mutate --quick --out wire.json ./models/wire
  go run ./cmd/mutate --survivors wire.json ./models/wire`,
		Args:          cobra.MinimumNArgs(1),
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(c *cobra.Command, args []string) error {
			return o.run(c.Context(), args, stdout, stderr)
		},
	}
	c.SetOut(stdout)
	c.SetErr(stderr)
	c.Flags().StringVar(&o.equivalent, "equivalent", "", "list of the mutations that make no difference")
	c.Flags().StringVar(&o.out, "out", "", "write every mutation and its result to this file, as JSON")
	c.Flags().StringVar(&o.only, "only", "", "try only the mutations whose FILE:LINE or key matches this regular expression")
	c.Flags().StringVar(&o.survivors, "survivors", "", "try only the mutations that survived in this file, written by --out")
	c.Flags().DurationVar(&o.grace, "grace", 5*time.Second, "how much CPU tests may take above five times as long as they take without a mutation")
	c.Flags().IntVar(&o.jobs, "jobs", runtime.NumCPU(), "how many tests run at a time")
	c.Flags().BoolVar(&o.long, "long", false, "run the tests without -short")
	c.Flags().BoolVar(&o.quick, "quick", false, "run only the tests that take up to "+fast.String()+"; try what survives again with --survivors")
	return c
}

func (o *options) run(ctx context.Context, patterns []string, stdout, stderr io.Writer) error {
	list := equivalents{}
	if o.equivalent != "" {
		f, err := os.Open(o.equivalent)
		if err != nil {
			return err
		}
		list, err = readEquivalents(f)
		f.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", o.equivalent, err)
		}
	}
	chosen, err := o.chooser()
	if err != nil {
		return err
	}
	names, err := expand(patterns)
	if err != nil {
		return err
	}
	var all []*Mutation
	agreed := true
	for _, name := range names {
		var mutations []*Mutation
		var whole bool
		mutations, whole, err = o.tryPackage(ctx, name, chosen, stderr)
		all = append(all, mutations...)
		if err != nil {
			break
		}
		agreed = show(stdout, name, mutations, list, whole) && agreed
	}
	if o.out != "" {
		octets, failure := json.MarshalIndent(all, "", "\t")
		if failure == nil {
			failure = os.WriteFile(o.out, append(octets, '\n'), 0o600)
		}
		err = errors.Join(err, failure)
	}
	if err == nil && !agreed {
		return errSurvivors
	}
	return err
}

// chooser returns what says which mutations are tried.
func (o *options) chooser() (func(*Mutation) bool, error) {
	only, err := regexp.Compile(o.only)
	if err != nil {
		return nil, fmt.Errorf("--only: %w", err)
	}
	survived := map[string]bool{}
	if o.survivors != "" {
		octets, err := os.ReadFile(o.survivors)
		if err != nil {
			return nil, err
		}
		var before []*Mutation
		if err := json.Unmarshal(octets, &before); err != nil {
			return nil, fmt.Errorf("%s: %w", o.survivors, err)
		}
		for _, m := range before {
			survived[m.Key] = m.survives()
		}
	}
	return func(m *Mutation) bool {
		if o.survivors != "" && !survived[m.Key] {
			return false
		}
		return only.MatchString(fmt.Sprintf("%s:%d", m.File, m.Line)) || only.MatchString(m.Key)
	}, nil
}

// tryPackage returns the mutations of a package that were tried, and whether these
// are all it has.
func (o *options) tryPackage(ctx context.Context, name string, chosen func(*Mutation) bool, stderr io.Writer) ([]*Mutation, bool, error) {
	s, err := load(name)
	if err != nil {
		return nil, false, err
	}
	var mutations []*Mutation
	for _, m := range s.mutations {
		if chosen(m) {
			mutations = append(mutations, m)
		}
	}
	work, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return nil, false, err
	}
	defer os.RemoveAll(work)
	say := func(format string, args ...any) {
		fmt.Fprintf(stderr, path.Base(name)+": "+format+"\n", args...)
	}
	r := &runner{source: s, work: work, jobs: o.jobs, short: !o.long, quick: o.quick, grace: o.grace, say: say}
	r.report = func(done, of int, m *Mutation) {
		if m.survives() || done%100 == 0 || done == of {
			say("%d of %d: %s:%d:%d %s %s", done, of, m.File, m.Line, m.Column, m.Mutator, m.Result)
		}
	}
	say("%d mutations; the tests are built", len(mutations))
	if err := r.prepare(ctx); err != nil {
		return nil, false, err
	}
	return mutations, len(mutations) == len(s.mutations), r.try(ctx, mutations)
}

// show prints the survivors that are not listed and the totals of a package, and
// reports whether the list says the same.
func show(stdout io.Writer, name string, mutations []*Mutation, list equivalents, whole bool) bool {
	count := map[Result]int{}
	listed, unlisted := 0, 0
	known := map[string]bool{}
	agreed := true
	for _, m := range mutations {
		count[m.Result]++
		known[m.Key] = true
		_, isListed := list[m.Key]
		switch {
		case m.survives() && isListed:
			listed++
		case m.survives():
			unlisted++
			agreed = false
			fmt.Fprintf(stdout, "%s/%s:%d:%d: %s: %s becomes %s\n\t%s\n", name, m.File, m.Line, m.Column, m.Result, m.From, m.To, m.Key)
		case isListed:
			agreed = false
			fmt.Fprintf(stdout, "%s/%s:%d:%d: listed, but %s by %s\n\t%s\n", name, m.File, m.Line, m.Column, m.Result, m.KilledBy, m.Key)
		}
	}
	if whole && len(mutations) > 0 {
		prefix, _, _ := strings.Cut(mutations[0].Key, ".")
		var stale []string
		for key := range list {
			if strings.HasPrefix(key, prefix+".") && !known[key] {
				stale = append(stale, key)
			}
		}
		slices.Sort(stale)
		for _, key := range stale {
			agreed = false
			fmt.Fprintf(stdout, "%s: listed, but there is no such mutation\n\t%s\n", name, key)
		}
	}
	fmt.Fprintf(stdout, "%s: %d mutations: %d killed, %d timed out, %d equivalent, %d survived (%d of all not reached), %d not viable\n",
		name, len(mutations), count[Killed], count[TimedOut], listed, unlisted, count[NotReached], count[NotViable])
	return agreed
}
