package main

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/fuzz/finding"
)

func benchCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "bench",
		Short: "Measure the harness itself",
	}
	c.AddCommand(benchFindingCommand())
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
		Short: "Measure how soon every planted fault is found, by five approaches",
		Long: `Tries to kill every mutant by every approach, from several seeds: by our properties with
our generators, by our generators under the native fuzzing engine, by the same properties
on raw octets under the native engine and under go-fuzz, and with plain gopter combinators.
It counts the cases and the seconds to the first kill, and writes a record, a report with
survival curves, and the tests of each pair of approaches.

It needs the Go toolchain and the source tree as working directory. The time is for all of
it but the builds; what is not killed within its part of it is censored, not dropped.`,
		Example: `  mimifuzz bench finding --for 18m --out reports/bench
  mimifuzz bench finding --for 10s --seeds 2 --approach properties,combinators --out power`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case options.For < time.Second:
				return fmt.Errorf("--for %v: expected at least 1s", options.For)
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
	flags.IntVar(&options.Seeds, "seeds", 5, "how often, each time from another seed")
	flags.IntVar(&options.Jobs, "jobs", runtime.NumCPU(), "how much runs at a time")
	flags.StringVar(&approaches, "approach", "", "only these approaches, with commas between: "+strings.Join(names, ", ")+" (default: all)")
	flags.StringVar(&out, "out", filepath.Join("reports", "bench"), "directory of the report")
	flags.BoolVar(&asJSON, "json", false, "print the record instead of the summary")
	return c
}
