package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/fuzz"
	"github.com/mimifuzz/mimifuzz/fuzz/campaign"
	"github.com/mimifuzz/mimifuzz/fuzz/conform"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
	"github.com/mimifuzz/mimifuzz/reports"
)

func replayCommand() *cobra.Command {
	var (
		mutantID string
		asJSON   bool
	)
	c := &cobra.Command{
		Use:   "replay FILE [-- COMMAND [ARGS...]]",
		Short: "Check one kept case again",
		Long: `Checks the case in FILE again: one that a run wrote beside its report, a finding that a
campaign kept, or one of the corpus. Without --mutant the reference models are asked,
under the readings that the case names. What they are asked and what they answer is
told step by step.

A case of mimifuzz conform is asked of COMMAND, an adapter, as conform --replay does, which
has more flags for it.

Exit status: 0 the property holds for the case, 1 the case refutes it, 2 could not run.`,
		Example: `  mimifuzz replay reports/latest/findings/messageid-injective-sender-room-boundary-reference.content-07-3fb1a26c.json
  mimifuzz replay --mutant messageid/length-wraps corpus/cases/mutants/messageid/length-wraps.json
  mimifuzz replay fuzz/conform/adapters/case.json -- go run ./fuzz/conform/adapters/go`,
		Args: func(c *cobra.Command, args []string) error {
			if c.ArgsLenAtDash() >= 0 {
				args = args[:c.ArgsLenAtDash()]
			}
			return cobra.ExactArgs(1)(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			data, err := os.ReadFile(args[0])
			if err != nil {
				return fmt.Errorf("cannot read the case: %w", err)
			}
			asked, ofConform := conform.ParseCase(data)
			switch command := args[1:]; {
			case ofConform == nil && len(command) == 0:
				return fmt.Errorf("%s is a case of mimifuzz conform, which is asked of an adapter: add -- COMMAND [ARGS...], such as -- python3 adapter.py", args[0])
			case ofConform == nil && mutantID != "":
				return errors.New("--mutant: a case of mimifuzz conform is asked of an adapter: expected -- go run ./cmd/mimifuzz adapter --mutant " + quoteWord(mutantID))
			case ofConform == nil:
				return (&conformFlags{asJSON: asJSON}).replayCase(c, command, asked, data)
			case len(command) > 0:
				return fmt.Errorf("%s is no case of mimifuzz conform, and only these are asked of an adapter: leave out -- %s", args[0], quoteWords(command))
			}
			kept, err := parseCase(data)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			impl, err := properties.WithReadings(kept.Readings)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if mutantID != "" {
				mutant, err := mutants.ByID(mutantID)
				if err != nil {
					return fmt.Errorf("--mutant: %w", err)
				}
				impl = mutant.Plant().Implementation
			}
			outcome, refutation, steps, more, err := fuzz.ReplaySteps(impl, &kept)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			result := replayed{Property: kept.Property, Statement: statementOf(kept.Property), Draft: kept.Draft.String(), Steps: steps, MoreSteps: more, Outcome: outcome.String()}
			if refutation != nil {
				result.Class, result.Detail = refutation.Class, refutation.Detail
			}
			if asJSON {
				err = printJSON(c.OutOrStdout(), result)
			} else {
				err = result.write(c.OutOrStdout(), &kept)
			}
			if err == nil && outcome == properties.Refuted {
				return exitStatus(exitFound)
			}
			return err
		},
	}
	c.Flags().StringVar(&mutantID, "mutant", "", "ask this mutant instead of the reference models")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// parseCase reads a case: by itself, or as part of a finding that a campaign
// kept.
func parseCase(data []byte) (properties.Case, error) {
	var kept campaign.Kept
	if err := json.Unmarshal(data, &kept); err == nil && len(kept.Finding.Case) > 0 {
		data = kept.Finding.Case
	}
	return properties.ParseCase(data)
}

// statementOf returns what a property says, or what a fuzz target is about.
func statementOf(id string) string {
	if p, err := properties.ByID(id); err == nil {
		return p.Text
	}
	for _, t := range fuzz.Targets() {
		if t.Property() == id {
			return t.About
		}
	}
	return ""
}

// write writes what replay prints for a reader.
func (r *replayed) write(w io.Writer, kept *properties.Case) error {
	if _, err := fmt.Fprintf(w, "%s under %s: %s\n  %s\n", reports.Escape(r.Property), r.Draft, r.Outcome, r.Statement); err != nil {
		return err
	}
	shown := reports.Finding{Case: []byte(kept.String()), Notations: fuzz.Notations(kept.Input)}
	if err := shown.WriteInput(w); err != nil {
		return err
	}
	if err := r.writeSteps(w); err != nil {
		return err
	}
	closing := "It does not reproduce: the property holds for this input."
	switch r.Outcome {
	case properties.Refuted.String():
		closing = fmt.Sprintf("It reproduces. %s: %s", reports.Escape(r.Class), reports.Escape(r.Detail))
	case properties.Skipped.String():
		closing = "The property says nothing about this input."
	}
	_, err := fmt.Fprintln(w, closing)
	return err
}

// writeSteps writes what the implementation was asked, a step at a time.
func (r *replayed) writeSteps(w io.Writer) error {
	if len(r.Steps) == 0 {
		return nil
	}
	fmt.Fprintln(w, "  steps")
	for i, step := range r.Steps {
		fmt.Fprintf(w, "%4d. %s\n      -> %s\n", i+1, reports.Escape(step.Question), reports.Escape(step.Answer))
	}
	if r.MoreSteps > 0 {
		fmt.Fprintf(w, "      and %d more\n", r.MoreSteps)
	}
	_, err := fmt.Fprintln(w)
	return err
}

// replayed is what replay prints.
type replayed struct {
	Property  string            `json:"property"`
	Statement string            `json:"statement"`
	Draft     string            `json:"draft"`
	Steps     []properties.Step `json:"steps,omitempty"`     // what the implementation was asked
	MoreSteps int               `json:"moreSteps,omitempty"` // that are left out
	Outcome   string            `json:"outcome"`
	Class     string            `json:"class,omitempty"`
	Detail    string            `json:"detail,omitempty"`
}
