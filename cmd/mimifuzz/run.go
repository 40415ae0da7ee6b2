package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/fuzz"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/reports"
)

func runCommand() *cobra.Command {
	var (
		options             fuzz.Options
		draftNames          []string
		propertyIDs         []string
		models              []string
		readings            []string
		out                 string
		asJSON, seedIsGiven bool
	)
	c := &cobra.Command{
		Use:   "run",
		Short: "Check every property under every draft (the main job)",
		Long: `Checks every property of every model under every draft it is claimed for, against
the reference models: known answers and kept cases first, then fresh cases.

It prints what was checked, what holds, and what was refuted by which witness, and
writes run.json (the record), index.html (to read) and each finding's case (to replay)
to the directory of the report.

With --reading the reference models follow another reading of an ambiguous text than the
default. The ledger tells of the defaults only: what else is found is new.

A finding that is known and explained is expected: it does not fail the run, but its
loss does. Exit status: 0 nothing new, 1 something new was found, 2 could not run or
was stopped early, 3 an expected finding was not found or a mutant survived.`,
		Example: `  mimifuzz run
  mimifuzz run --mutants
  mimifuzz run --for 2s --model messageid
  mimifuzz run --property messageid/injective --draft content-07 --cases 1000 --seed 1`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			seedIsGiven = c.Flags().Changed("seed")
			if err := chooseWhatToRun(&options, draftNames, models, propertyIDs, seedIsGiven); err != nil {
				return err
			}
			implementation, err := referenceUnder(readings)
			if err != nil {
				return err
			}
			options.Implementation = implementation
			bar := newProgress(c.ErrOrStderr(), "checking")
			options.Progress = bar.set
			record := fuzz.Run(c.Context(), options)
			bar.finish()
			reports.EmbeddedLedger().Compare(record, isProperty)
			// What was found is shown even if the report cannot be written.
			page, writeErr := filepath.Join(out, "index.html"), record.WriteDir(out)
			if writeErr != nil {
				page = ""
			}
			if err := errors.Join(printRecord(c.OutOrStdout(), record, asJSON, page), writeErr); err != nil {
				return err
			}
			return verdictOf(c.ErrOrStderr(), record)
		},
	}
	flags := c.Flags()
	flags.Uint64Var(&options.Seed, "seed", 0, "start of the pseudo-random choices, below 2^53; the same seed gives the same cases (default: a fresh one)")
	flags.IntVar(&options.Cases, "cases", fuzz.DefaultCases, "fresh cases for each property and draft, fewer where one is costly")
	flags.DurationVar(&options.For, "for", 0, "go on with further cases until so long after the start, such as 10m")
	flags.IntVar(&options.Jobs, "jobs", runtime.NumCPU(), "how many properties to check at a time; the cases do not depend on it")
	flags.StringSliceVar(&draftNames, "draft", nil, "only these drafts, such as content-07 (default: all)")
	flags.StringSliceVar(&models, "model", nil, "only the properties of these models: "+strings.Join(properties.Models(), ", ")+" (default: all)")
	flags.StringSliceVar(&propertyIDs, "property", nil, "only these properties, such as messageid/injective (default: all)")
	flags.StringArrayVar(&readings, "reading", nil, "ask the reference under another reading of an ambiguity, such as content/part-count=leaves")
	flags.BoolVar(&options.Mutants, "mutants", false, "also try whether each planted fault is found")
	flags.StringVar(&out, "out", filepath.Join("reports", "latest"), "directory of the report")
	flags.BoolVar(&asJSON, "json", false, "print the record instead of the summary")
	return c
}

// chooseWhatToRun checks the flags and fills in the options.
func chooseWhatToRun(o *fuzz.Options, draftNames, models, propertyIDs []string, seedIsGiven bool) error {
	if err := chooseSeed(&o.Seed, seedIsGiven); err != nil {
		return err
	}
	if o.Cases < 1 {
		return fmt.Errorf("--cases %d: expected at least 1", o.Cases)
	}
	if o.For < 0 {
		return fmt.Errorf("--for %v: expected no less than 0s", o.For)
	}
	if o.Jobs < 1 {
		return fmt.Errorf("--jobs %d: expected at least 1", o.Jobs)
	}
	var err error
	if o.Drafts, err = parseDrafts(draftNames); err != nil {
		return err
	}
	for _, model := range models {
		ofModel, err := properties.OfModel(model)
		if err != nil {
			return fmt.Errorf("--model: %w", err)
		}
		o.Properties = append(o.Properties, ofModel...)
	}
	for _, id := range propertyIDs {
		p, err := properties.ByID(id)
		if err != nil {
			return fmt.Errorf("--property: %w", err)
		}
		if !slices.Contains(o.Properties, p) {
			o.Properties = append(o.Properties, p)
		}
	}
	chosen := o.Properties
	if chosen == nil {
		chosen = properties.All()
	}
	for _, p := range chosen {
		if o.Drafts == 0 || p.Drafts&o.Drafts != 0 {
			return nil
		}
	}
	return fmt.Errorf("nothing to check: no chosen property is claimed under %s", o.Drafts)
}

// chooseSeed draws a fresh seed, or checks the one that --seed gives.
func chooseSeed(seed *uint64, isGiven bool) error {
	switch {
	case !isGiven:
		*seed = rand.Uint64N(fuzz.MaxSeed + 1)
	case *seed > fuzz.MaxSeed:
		return fmt.Errorf("--seed %d: expected a number from 0 to %d", *seed, uint64(fuzz.MaxSeed))
	}
	return nil
}

// parseDrafts reads the drafts that --draft names, none for no name.
func parseDrafts(names []string) (drafts spec.Drafts, err error) {
	for _, name := range names {
		d, err := spec.ParseDraft(name)
		if err != nil {
			return 0, fmt.Errorf("--draft: %w", err)
		}
		drafts |= spec.DraftsOf(d)
	}
	return drafts, nil
}

// referenceUnder returns the reference models under the readings that flags
// name.
func referenceUnder(flags []string) (properties.Implementation, error) {
	readings := map[string]string{}
	for _, text := range flags {
		id, name, err := properties.ParseReading(text)
		if err != nil {
			return nil, fmt.Errorf("--reading: %w", err)
		}
		readings[id] = name
	}
	return properties.WithReadings(readings)
}

func isProperty(id string) bool {
	_, err := properties.ByID(id)
	return err == nil
}

func printRecord(w io.Writer, record *reports.Record, asJSON bool, page string) error {
	if asJSON {
		return record.WriteJSON(w)
	}
	return record.WriteText(w, reports.TextOptions{Color: isTerminal(w) && os.Getenv("NO_COLOR") == "", ReportPath: page})
}

// verdictOf turns a record into the exit status.
func verdictOf(stderr io.Writer, record *reports.Record) error {
	switch {
	case len(record.New()) > 0:
		return exitStatus(exitFound)
	case !record.Complete:
		fmt.Fprintln(stderr, "mimifuzz: stopped early; what was found so far is in the report")
		return exitStatus(exitCannotRun)
	case len(record.NotFound) > 0 || len(record.Survivors()) > 0:
		return exitStatus(exitNotFound)
	}
	return nil
}
