package main

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/fuzz/finding"
	"github.com/mimifuzz/mimifuzz/reports"
)

func benchCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "bench",
		Short: "Measure the harness itself",
	}
	c.AddCommand(benchFindingCommand(), benchScaleCommand())
	return c
}

func benchFindingCommand() *cobra.Command {
	var (
		options    finding.Options
		approaches string
		out        string
		asJSON     bool
		names      []string
	)
	for _, a := range finding.Approaches() {
		names = append(names, a.Name)
	}
	c := &cobra.Command{
		Use:   "finding",
		Short: "Measure how soon every planted fault is found, by six approaches",
		Long: `Tries to kill every mutant by every approach, from several seeds: by our properties with
our generators, by our generators under the native fuzzing engine, by the same properties
on raw octets under the native engine, from the same seeds and from every known case, and
under go-fuzz, and with plain gopter combinators.
It counts the cases and the seconds to the first kill, and writes a record, a report with
survival curves, and the tests of each pair of approaches.

It needs the Go toolchain and the source tree as working directory. The time is for all of
it but the builds; with --each, it is what each mutant gets of the processor by each engine,
and all takes what it takes. What is not killed within its time is censored, not dropped.`,
		Example: `  mimifuzz bench finding --for 18m --out reports/bench
  mimifuzz bench finding --each 60s --seeds 1 --approach properties,octets --out power
  mimifuzz bench finding --for 10s --seeds 2 --approach properties,combinators --out power`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case options.For < time.Second:
				return fmt.Errorf("--for %v: expected at least 1s", options.For)
			case c.Flags().Changed("each") && options.Each < time.Second:
				return fmt.Errorf("--each %v: expected at least 1s", options.Each)
			case options.Seeds < 1:
				return fmt.Errorf("--seeds %d: expected at least 1", options.Seeds)
			case options.Jobs < 1:
				return fmt.Errorf("--jobs %d: expected at least 1", options.Jobs)
			}
			if approaches != "" {
				options.Approaches = strings.Split(approaches, ",")
			}
			for _, a := range options.Approaches {
				if err := finding.CheckApproach(a); err != nil {
					return fmt.Errorf("--approach: %w", err)
				}
			}
			start := time.Now()
			options.Progress = func(done, total int, last string) {
				fmt.Fprintf(c.ErrOrStderr(), "%4d s  %d of %d  %s\n", int(time.Since(start).Seconds()), done, total, last)
			}
			record, err := finding.Measure(c.Context(), options)
			if err != nil {
				return err
			}
			if err := record.WriteDir(out); err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), record)
			}
			fmt.Fprintf(c.OutOrStdout(), "%s\nThe report lies in %s\n", record.Summary(), filepath.Join(out, "finding.md"))
			return nil
		},
	}
	flags := c.Flags()
	flags.DurationVar(&options.For, "for", 18*time.Minute, "how long all of it takes, but for the builds")
	flags.DurationVar(&options.Each, "each", 0, "time of the processor for each mutant by each engine, instead of --for")
	c.MarkFlagsMutuallyExclusive("for", "each")
	flags.IntVar(&options.Seeds, "seeds", 5, "how often, each time from another seed")
	flags.IntVar(&options.Jobs, "jobs", runtime.NumCPU(), "how much runs at a time")
	flags.StringVar(&approaches, "approach", "", "only these approaches, with commas between: "+strings.Join(names, ", ")+" (default: all)")
	flags.StringVar(&out, "out", filepath.Join("reports", "bench"), "directory of the report")
	flags.BoolVar(&asJSON, "json", false, "print the record instead of the summary")
	return c
}

func benchScaleCommand() *cobra.Command {
	var (
		options finding.ScaleOptions
		out     string
		asJSON  bool
	)
	c := &cobra.Command{
		Use:   "scale",
		Short: "Measure what further workers are worth",
		Long: `Makes the same search for planted faults with each number of workers: in our loop, under the
native engine on a tape, and under go-fuzz with one coordinator and each worker as processes
of their own on the loopback interface. It counts executions and kills. With --out, the numbers
are put into the record of 'mimifuzz bench finding' there, and its report is written again.

It needs the Go toolchain and the source tree as working directory. In our loop a search that
has killed all goes on from another seed.`,
		Example: `  mimifuzz bench scale --for 60s --workers 1,2 --out reports/bench`,
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if options.For < time.Second {
				return fmt.Errorf("--for %v: expected at least 1s", options.For)
			}
			for _, n := range options.Workers {
				if n < 1 {
					return fmt.Errorf("--workers %d: expected at least 1", n)
				}
			}
			var record *reports.FindingPower
			if out != "" {
				var err error
				if record, err = reports.ReadFindingPowerDir(out); err != nil {
					return err
				}
			}
			options.Progress = func(what string) { fmt.Fprintln(c.ErrOrStderr(), what) }
			list, err := finding.MeasureScale(c.Context(), options)
			if err != nil {
				return err
			}
			if record != nil {
				record.Scale = list
				if err := record.WriteDir(out); err != nil {
					return err
				}
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), list)
			}
			for _, s := range list {
				fmt.Fprintf(c.OutOrStdout(), "%-12s %d workers: %.0f executions a second, %.1f kills a minute, %d of %d killed\n",
					s.Engine, s.Workers, float64(s.Executions)/s.Seconds, 60*float64(s.Kills)/s.Seconds, s.Kills, s.Mutants)
			}
			return nil
		},
	}
	flags := c.Flags()
	flags.DurationVar(&options.For, "for", time.Minute, "how long each search takes")
	flags.IntSliceVar(&options.Workers, "workers", []int{1, 2}, "the numbers of workers")
	flags.StringVar(&out, "out", "", "directory of a record to put the numbers into")
	flags.BoolVar(&asJSON, "json", false, "print the numbers as JSON")
	return c
}
