package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/fuzz/explain"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

func rulesCommand() *cobra.Command {
	var (
		draftName string
		asJSON    bool
	)
	c := &cobra.Command{
		Use:   "rules",
		Short: "List the rules that the models judge",
		Long: `Lists every rule of the models with its level, section, the drafts in which it is
in force, how many cases show it from each side, and how many mutants there are
that do not check it or whose property rests on it.`,
		Example: `  mimifuzz rules
  mimifuzz rules --draft content-07 --json`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			var draft spec.Draft
			if c.Flags().Changed("draft") {
				var err error
				if draft, err = spec.ParseDraft(draftName); err != nil {
					return fmt.Errorf("--draft: %w", err)
				}
			}
			rules, err := explain.Rules(draft)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), map[string]any{"rules": rules})
			}
			return explain.WriteRules(c.OutOrStdout(), rules)
		},
	}
	c.Flags().StringVar(&draftName, "draft", "", "list the rules in force in this draft only")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
