package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/reports"
)

func ledgerCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "ledger",
		Short: "List, explain and edit the findings that are known",
		Long: `The ledger holds every finding that is known and explained. A run fails on a finding
that is not in it, and on an entry that is no longer found.`,
	}
	c.AddCommand(ledgerListCommand(), ledgerExplainCommand(), ledgerAcceptCommand())
	return c
}

func ledgerListCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the entries of the ledger",
		Example: `  mimifuzz ledger list`,
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			ledger := reports.EmbeddedLedger()
			if asJSON {
				return printJSON(c.OutOrStdout(), ledger)
			}
			for _, e := range ledger {
				if _, err := fmt.Fprintf(c.OutOrStdout(), "%s  %v  since %s\n", reports.Escape(e.Signature), e.Drafts, reports.Escape(e.FirstSeen)); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func ledgerExplainCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "explain SIGNATURE",
		Short:   "Tell why an entry is known and what would mend it",
		Example: `  mimifuzz ledger explain messageid/injective#sender-room-boundary@reference`,
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			e, err := reports.EmbeddedLedger().BySignature(args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s\nunder %v, since %s\n\n%s\n\nWhat mends it: %s\n",
				reports.Escape(e.Signature), e.Drafts, reports.Escape(e.FirstSeen), reports.Escape(e.Explanation), reports.Escape(e.Fix))
			return err
		},
	}
}

func ledgerAcceptCommand() *cobra.Command {
	var (
		entry reports.Expected
		file  string
	)
	c := &cobra.Command{
		Use:   "accept RUN.json",
		Short: "Add a finding of a run to the ledger, or bring its drafts up to date",
		Long: `Takes the finding with --signature from the record of a run into the ledger, under the
drafts under which that run found it. A new entry needs --explanation and --fix; one that
is there keeps what it has unless they are given, and loses the drafts under which the run
looked for it in vain; when no draft is left, it goes. A run that was stopped early is
refused: it cannot tell what is no longer found.

The ledger is a file of the project, built into the program: build it again to use it.`,
		Example: `  mimifuzz ledger accept reports/latest/run.json --signature messageid/injective#sender-room-boundary@reference --ledger reports/ledger.json`,
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			records, err := readRecords(args)
			if err != nil {
				return err
			}
			data, err := os.ReadFile(file)
			if err != nil {
				return fmt.Errorf("cannot read the ledger: %w", err)
			}
			ledger, err := reports.ParseLedger(data)
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			ledger, outcome, err := ledger.Accept(records[0], entry)
			if err != nil {
				return err
			}
			if err := ledger.WriteFile(file); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %s\n", reports.Escape(entry.Signature), outcome)
			return err
		},
	}
	c.Flags().StringVar(&entry.Signature, "signature", "", "of the finding, as the report shows it")
	c.Flags().StringVar(&entry.Explanation, "explanation", "", "why it is as it is")
	c.Flags().StringVar(&entry.Fix, "fix", "", "what would mend the draft, or did")
	c.Flags().StringVar(&file, "ledger", filepath.Join("reports", "ledger.json"), "the ledger to edit")
	if err := c.MarkFlagRequired("signature"); err != nil {
		panic(err)
	}
	return c
}
