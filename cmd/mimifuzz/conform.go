package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/fuzz"
	"github.com/mimifuzz/mimifuzz/fuzz/conform"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/program"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/process"
	"github.com/mimifuzz/mimifuzz/reports"
)

// conformFlags are the flags of conform as they are given.
type conformFlags struct {
	options            conform.Options
	program            program.Options
	draftNames, ops    []string
	memory             string
	name, expect, out  string
	replay             string
	update, asJSON     bool
	seedIsGiven, forIs bool
}

func conformCommand() *cobra.Command {
	var f conformFlags
	c := &cobra.Command{
		Use:   "conform -- COMMAND [ARGS...]",
		Short: "Find where an implementation, in any language, differs from the drafts",
		Long: `Starts COMMAND, an adapter around an implementation, and asks it what the reference
models are asked: first a few plain cases, so that a broken adapter is not taken for an
implementation that differs; then directed cases, on both sides of each rule; then cases
that are drawn and changed, until the time or the cases are up. An adapter reads one JSON
object a line and answers with one a line; see fuzz/conform/protocol.

What differs is grouped into bugs: by rule, by how it differs, and by where. Each has a
signature, which stays the same from run to run, and one case, as small as it gets, which
--replay asks again. What the drafts only recommend is told apart; what no draft says,
and another permitted reading of an ambiguous text, is for information only.

With --expect FILE the signatures in FILE, one a line with a comment behind a #, are known:
a difference that is not among them fails the run, and so does one of them that is gone or
of which no case was asked. --update-expect writes FILE anew, but not from part of a run.

The adapter is not trusted: it gets a time for each case, a limit of memory, and no
environment but a few names; it is started again when it crashes or hangs. What memory it
takes is watched, closely on Linux and a few times a second on other Unix systems. Each of
--jobs adapters is left a processor of its own, unless GOMAXPROCS is set.

Exit status: 0 nothing new, 1 an unexpected difference, or a replayed case that still
differs, 2 could not run (the adapter is broken, bad flags) or was stopped early, 3 an
expected difference is gone or was never exercised.`,
		Example: `  mimifuzz conform --op message-id.compute --for 5s -- go run ./fuzz/conform/adapters/go
  mimifuzz conform --draft content-09 --cases 20000 --seed 1 -- go run ./cmd/mimifuzz adapter --mutant content/salt-length-unchecked`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("conform: no adapter: expected -- COMMAND [ARGS...], such as: mimifuzz conform -- python3 adapter.py")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			f.seedIsGiven, f.forIs = c.Flags().Changed("seed"), c.Flags().Changed("for")
			if err := f.read(); err != nil {
				return err
			}
			if f.replay != "" {
				return f.replayFile(c, args)
			}
			return f.run(c, args)
		},
	}
	flags := c.Flags()
	flags.SetInterspersed(false)
	flags.StringSliceVar(&f.draftNames, "draft", nil, "only these drafts, such as content-07 (default: all that the adapter has)")
	flags.StringSliceVar(&f.ops, "op", nil, "only these ops, such as content.decode (default: all that the adapter has)")
	flags.DurationVar(&f.options.For, "for", conform.DefaultFor, "how long to search, after the directed cases; with --cases as long as these take")
	flags.IntVar(&f.options.Cases, "cases", 0, "end the search after so many cases; the same seed then gives the same ones")
	flags.Uint64Var(&f.options.Seed, "seed", 0, "start of the pseudo-random choices, below 2^53 (default: a fresh one)")
	flags.IntVar(&f.options.Jobs, "jobs", 1, "how many adapters to ask at a time")
	flags.StringVar(&f.expect, "expect", "", "file of the differences that are known")
	flags.BoolVar(&f.update, "update-expect", false, "write the file of --expect anew")
	flags.StringVar(&f.memory, "memory", "1GiB", "memory that the adapter may take, such as 512MiB")
	flags.DurationVar(&f.program.CaseTime, "timeout", 5*time.Second, "time for one answer")
	flags.StringSliceVar(&f.program.Env, "env", nil, "names in the environment that the adapter gets beside the usual few")
	flags.StringVar(&f.name, "name", "", "name of the implementation in the report (default: as it says)")
	flags.StringVar(&f.out, "out", filepath.Join("reports", "conform"), "directory of the report")
	flags.StringVar(&f.replay, "replay", "", "only ask the case in this file again")
	flags.BoolVar(&f.asJSON, "json", false, "print the record instead of the summary")
	return c
}

// read checks the flags and fills in the options.
func (f *conformFlags) read() error {
	if err := chooseSeed(&f.options.Seed, f.seedIsGiven); err != nil {
		return err
	}
	if f.options.Cases < 0 {
		return fmt.Errorf("--cases %d: expected no less than 0", f.options.Cases)
	}
	if f.options.For < 0 {
		return fmt.Errorf("--for %v: expected no less than 0s", f.options.For)
	}
	if f.options.Cases > 0 && !f.forIs {
		f.options.For = 0
	}
	if f.options.Jobs < 1 || f.options.Jobs > 64 {
		return fmt.Errorf("--jobs %d: expected a number from 1 to 64", f.options.Jobs)
	}
	if f.program.CaseTime <= 0 {
		return fmt.Errorf("--timeout %v: expected more than 0s", f.program.CaseTime)
	}
	if f.update && f.expect == "" {
		return errors.New("--update-expect: expected --expect FILE with it")
	}
	var err error
	if f.program.Memory, err = parseMemory(f.memory); err != nil {
		return fmt.Errorf("--memory: %w", err)
	}
	if f.options.Drafts, err = parseDrafts(f.draftNames); err != nil {
		return err
	}
	for _, name := range f.ops {
		if !slices.Contains(protocol.Ops(), protocol.Op(name)) {
			return fmt.Errorf("--op: unknown op %q: expected one of %v", name, protocol.Ops())
		}
		f.options.Ops = append(f.options.Ops, protocol.Op(name))
	}
	return nil
}

// parseMemory reads a size, such as 512MiB.
func parseMemory(text string) (uint64, error) {
	digits := strings.TrimRight(text, "KMGTiBb")
	units := map[string]uint{"": 0, "B": 0, "KiB": 10, "MiB": 20, "GiB": 30, "TiB": 40}
	shift, ok := units[text[len(digits):]]
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || !ok || n == 0 || n > 1<<62>>shift {
		return 0, fmt.Errorf("%q is no size: expected a number with KiB, MiB or GiB, such as 512MiB", text)
	}
	return n << shift, nil
}

// run checks an adapter and reports what it found.
func (f *conformFlags) run(c *cobra.Command, args []string) error {
	expected, err := f.expectations()
	if err != nil {
		return err
	}
	conform.GiveWay(f.options.Jobs)
	if !process.TellsMemory {
		fmt.Fprintln(c.ErrOrStderr(), "conform: this system does not tell what memory an adapter takes: --memory does nothing")
	}
	show := newStages(c.ErrOrStderr())
	f.options.Progress = show.set
	result, err := conform.Check(c.Context(), func() (protocol.Subject, error) { return f.start(c.Context(), args) }, f.options)
	show.finish()
	if err != nil {
		if c.Context().Err() != nil {
			return errors.New("conform: stopped before anything was asked")
		}
		return fmt.Errorf("conform: %w", err)
	}
	name := f.name
	if name == "" {
		name = result.Hello.Name
	}
	record := result.Record(name, expected, "go run ./cmd/mimifuzz conform --replay "+quoteWord(f.out)+"/FILE -- "+quoteWords(args))
	// What was found is shown even if the report cannot be written.
	page, writeErr := filepath.Join(f.out, "index.html"), record.WriteDir(f.out)
	if writeErr != nil {
		page = ""
	}
	err = errors.Join(printRecord(c.OutOrStdout(), record, f.asJSON, page), writeErr)
	if err != nil {
		return err
	}
	if f.update {
		return f.updateExpectations(c.ErrOrStderr(), expected, result)
	}
	return verdictOf(c.ErrOrStderr(), record)
}

func (f *conformFlags) start(ctx context.Context, args []string) (protocol.Subject, error) {
	subject, err := program.Start(ctx, args, f.program)
	if err != nil {
		return nil, err
	}
	return subject, nil
}

// expectations reads what is expected. A file that is to be written anew need
// not be there.
func (f *conformFlags) expectations() (conform.Expectations, error) {
	if f.expect == "" {
		return nil, nil
	}
	data, err := os.ReadFile(f.expect)
	if f.update && errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("--expect: %w; --update-expect makes the file", err)
	}
	expected, err := conform.ParseExpectations(data)
	if err != nil {
		return nil, fmt.Errorf("--expect: %s: %w", f.expect, err)
	}
	return expected, nil
}

func (f *conformFlags) updateExpectations(stderr io.Writer, old conform.Expectations, result *conform.Result) error {
	updated, err := old.Update(result)
	if err != nil {
		return fmt.Errorf("--update-expect: %w", err)
	}
	if err := reports.WriteFile(f.expect, updated.Format(result.Hello.Name)); err != nil {
		return fmt.Errorf("--update-expect: %w", err)
	}
	fmt.Fprintf(stderr, "mimifuzz: %s expects %d differences\n", reports.Escape(f.expect), len(updated))
	return nil
}

// replayFile asks the case in a file again.
func (f *conformFlags) replayFile(c *cobra.Command, args []string) error {
	data, err := os.ReadFile(f.replay)
	if err != nil {
		return fmt.Errorf("--replay: %w", err)
	}
	kept, err := conform.ParseCase(data)
	if err != nil {
		return fmt.Errorf("--replay: %s: %w", f.replay, err)
	}
	return f.replayCase(c, args, kept, data)
}

// replayCase asks a case again.
func (f *conformFlags) replayCase(c *cobra.Command, args []string, kept *conform.Case, data []byte) error {
	subject, err := f.start(c.Context(), args)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Name(), err)
	}
	defer subject.Close()
	replayed, err := conform.Replay(c.Context(), subject, kept)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Name(), err)
	}
	if f.asJSON {
		err = printJSON(c.OutOrStdout(), replayed)
	} else {
		err = writeReplayed(c.OutOrStdout(), kept, data, replayed)
	}
	if err == nil && replayed.Outcome != conform.Agrees {
		return exitStatus(exitFound)
	}
	return err
}

func writeReplayed(w io.Writer, kept *conform.Case, data []byte, r *conform.Replayed) error {
	request, err := json.Marshal(kept.Request)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "%s under %s: %s\n", kept.Request.Op(), kept.Request.Draft, r.Outcome); err != nil {
		return err
	}
	shown := reports.Finding{Case: data, Notations: fuzz.Notations(request)}
	if err := shown.WriteInput(w); err != nil {
		return err
	}
	closing := "It does not reproduce: the answer is that of the reference.\n"
	if r.Outcome != conform.Agrees {
		closing = "It reproduces.\n"
	}
	for _, detail := range r.Details {
		closing += "  " + reports.Escape(detail) + "\n"
	}
	_, err = io.WriteString(w, closing)
	return err
}

// quoteWords writes words as a shell reads them.
func quoteWords(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quoteWord(word)
	}
	return strings.Join(quoted, " ")
}

func quoteWord(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./=:,+@%", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// stages shows what long work is doing, where it is not known how much there is.
type stages struct {
	w     io.Writer
	bar   *progressbar.ProgressBar // nil if w is no terminal
	stage string
	next  time.Time
	start time.Time
}

func newStages(w io.Writer) *stages {
	now := time.Now()
	return &stages{w: w, start: now, next: now.Add(plainInterval)}
}

func (s *stages) set(stage string, cases int) {
	if !isTerminal(s.w) {
		if now := time.Now(); now.After(s.next) {
			s.next = now.Add(plainInterval)
			fmt.Fprintf(s.w, "%s: %d cases after %d s\n", stage, cases, int(now.Sub(s.start).Seconds()))
		}
		return
	}
	if s.bar == nil {
		s.bar = progressbar.NewOptions(-1, progressbar.OptionSetWriter(s.w), progressbar.OptionShowCount(),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSpinnerType(14))
	}
	if stage != s.stage {
		s.stage = stage
		s.bar.Describe(stage)
	}
	_ = s.bar.Set(cases) // a terminal that cannot be written to shows no progress
}

func (s *stages) finish() {
	if s.bar != nil {
		_ = s.bar.Clear()
	}
}
