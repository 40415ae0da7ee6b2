package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/fuzz"
	"github.com/mimifuzz/mimifuzz/fuzz/campaign"
	"github.com/mimifuzz/mimifuzz/reports"
)

func fuzzCommand() *cobra.Command {
	var (
		options     campaign.Options
		targets     []string
		engine      string
		dir, out    string
		asJSON      bool
		targetNames []string
	)
	for _, t := range fuzz.Targets() {
		targetNames = append(targetNames, t.Name)
	}
	c := &cobra.Command{
		Use:   "fuzz",
		Short: "Search for a given time, following coverage",
		Long: `Divides the time over the fuzz targets, more to those that still reach something new,
and lets a native fuzzing engine search each of them. Beside it, it checks the properties
with fresh cases in process. It goes on after a failure: what is known by its signature is
passed over.

Everything lies in the state directory: corpora, totals, and each finding as soon as it
is made, small and ready to be replayed. The next campaign goes on from there. Ctrl-C
stops within seconds and writes the report.

The engine needs the Go toolchain and the source tree as working directory; elsewhere the
search in process runs alone.

Exit status: 0 nothing new, 1 something new was found (now or by an earlier campaign in
the same state), 2 could not run or was stopped early, 3 an expected finding was not found.`,
		Example: `  mimifuzz fuzz --for 10s
  mimifuzz fuzz --for 2s --target ContentOctets --state reports/campaign --jobs 2`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if options.For < time.Second {
				return fmt.Errorf("--for %v: expected at least 1s", options.For)
			}
			if options.Jobs < 1 {
				return fmt.Errorf("--jobs %d: expected at least 1", options.Jobs)
			}
			switch options.Engine = campaign.Engine(engine); options.Engine {
			case campaign.Native, campaign.GoFuzz:
			default:
				return fmt.Errorf("--engine %q: expected %s or %s", engine, campaign.Native, campaign.GoFuzz)
			}
			for _, name := range targets {
				t, err := fuzz.TargetByName(name)
				if err != nil {
					return fmt.Errorf("--target: %w", err)
				}
				options.Targets = append(options.Targets, t)
			}
			options.Warn = func(s string) { fmt.Fprintln(c.ErrOrStderr(), "mimifuzz: "+reports.Escape(s)) }
			options.Tell = options.Warn
			state, err := campaign.OpenState(dir, options.Warn)
			if err != nil {
				return err
			}
			defer state.Close()
			options.State = state
			if options.Seed == 0 {
				options.Seed = rand.Uint64N(fuzz.MaxSeed) + 1
			}
			options.Found = func(k campaign.Kept) {
				fmt.Fprintf(c.ErrOrStderr(), "found %s under %s: %s\n", reports.Escape(k.Finding.Signature), k.Finding.Draft, reports.Escape(k.Finding.Repeat))
			}
			lines := statusLines{w: c.ErrOrStderr()}
			options.Progress = lines.print
			record, searchErr := campaign.Run(c.Context(), options)
			if record == nil {
				return searchErr
			}
			reports.EmbeddedLedger().Compare(record, isProperty)
			if out == "" {
				out = filepath.Join(dir, "report")
			}
			// What was found is shown even if the report cannot be written.
			page, writeErr := filepath.Join(out, "index.html"), record.WriteDir(out)
			if writeErr != nil {
				page = ""
			}
			if err := errors.Join(printRecord(c.OutOrStdout(), record, asJSON, page), writeErr, searchErr); err != nil {
				return err
			}
			return verdictOf(c.ErrOrStderr(), record)
		},
	}
	flags := c.Flags()
	flags.DurationVar(&options.For, "for", 30*time.Minute, "how long to search")
	flags.StringSliceVar(&targets, "target", nil, "only these targets: "+strings.Join(targetNames, ", ")+" (default: all)")
	flags.IntVar(&options.Jobs, "jobs", runtime.NumCPU(), "how much runs at a time; one of them searches in process")
	flags.StringVar(&engine, "engine", string(campaign.Native), "what follows coverage: go, or go-fuzz (github.com/dvyukov/go-fuzz)")
	flags.StringVar(&dir, "state", filepath.Join("reports", "campaign"), "directory of the state")
	flags.Uint64Var(&options.Seed, "seed", 0, "start of the pseudo-random choices in process, in a fresh state (default: a fresh one)")
	flags.IntVar(&options.Cases, "cases", 0, "cases of a round in process, for each property and draft (default: those of run)")
	flags.StringVar(&out, "out", "", "directory of the report (default: report in that of the state)")
	flags.BoolVar(&asJSON, "json", false, "print the record instead of the summary")
	return c
}

// statusLines shows how far a campaign is, a line now and then.
type statusLines struct {
	w    io.Writer
	next time.Duration
}

// statusInterval is the time between two lines about a campaign.
const statusInterval = 6 * time.Second

func (l *statusLines) print(s campaign.Status) {
	if s.Elapsed < l.next && s.Left > 0 {
		return
	}
	l.next = s.Elapsed + statusInterval
	line := fmt.Sprintf("%s left", s.Left.Round(time.Second))
	if t := s.Totals.Targets[s.Target]; t != nil {
		line += fmt.Sprintf("; %s: %d executions (%.0f/s), %d new inputs, corpus %d, crashes %d", s.Target, t.Executions, s.PerSecond, t.NewInputs, t.Corpus, t.Crashes)
	}
	fmt.Fprintf(l.w, "%s; in process: %d cases, %d MiB; new findings: %d\n", line, s.Totals.Cases, s.Memory.Own>>20, s.Findings)
}
