package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/fuzz/seeds"
)

func corpusCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "corpus",
		Short: "List or export the seed corpus of messages, for this or other fuzzers",
	}
	c.AddCommand(corpusListCommand(), corpusExportCommand())
	return c
}

func corpusListCommand() *cobra.Command {
	var all, asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the seeds: for each rule those on both sides, then the drafts' examples",
		Example: `  mimifuzz corpus list
  mimifuzz corpus list --all --json`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			type row struct {
				seeds.Seed
				Length int `json:"length"` // in octets
			}
			rows := []row{}
			for _, s := range seeds.All(all) {
				rows = append(rows, row{s, len(s.Octets)})
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), map[string]any{"seeds": rows})
			}
			for _, r := range rows {
				if _, err := fmt.Fprintf(c.OutOrStdout(), "%7d  %s\n", r.Length, r.Name); err != nil {
					return err
				}
			}
			return nil
		},
	}
	addAll(c, &all)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func corpusExportCommand() *cobra.Command {
	var (
		formatName, dir    string
		all, force, asJSON bool
	)
	c := &cobra.Command{
		Use:   "export --out DIR",
		Short: "Write the seeds as files, one each, named after rule and side",
		Long: `Writes the seeds as files. The formats are:

  raw        a file of octets for each seed
  go         the format of go test, for the folder testdata/fuzz/FuzzX of a target
             with one argument of type []byte
  libfuzzer  octets in DIR/corpus, and a dictionary in DIR/` + seeds.DictionaryName + `
  go-fuzz    the same; DIR is the -workdir of go-fuzz`,
		Example: `  mimifuzz corpus export --format go --out testdata/fuzz/FuzzDecode
  mimifuzz corpus export --format libfuzzer --out seeds`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			format, err := seeds.ParseFormat(formatName)
			if err != nil {
				return fmt.Errorf("--format: %w", err)
			}
			if dir == "" {
				return errors.New("no --out: expected a directory, as in '--out seeds'")
			}
			list := seeds.All(all)
			err = seeds.Export(dir, format, list, force)
			var notEmpty *seeds.NotEmptyError
			switch {
			case errors.As(err, &notEmpty):
				return fmt.Errorf("--out: %w: expected an empty or a new directory, or --force", err)
			case err != nil:
				return fmt.Errorf("cannot export the corpus: %w", err)
			}
			if asJSON {
				return json.NewEncoder(c.OutOrStdout()).Encode(map[string]any{"out": dir, "format": format, "seeds": len(list)})
			}
			_, err = fmt.Fprintf(c.ErrOrStderr(), "%d seeds written\n", len(list))
			return err
		},
	}
	flags := c.Flags()
	flags.StringVar(&formatName, "format", string(seeds.Raw), "raw, go, libfuzzer or go-fuzz")
	flags.StringVar(&dir, "out", "", "the directory to write to")
	flags.BoolVar(&force, "force", false, "write also to a directory that is not empty")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	addAll(c, &all)
	return c
}

func addAll(c *cobra.Command, all *bool) {
	c.Flags().BoolVar(all, "all", false, fmt.Sprintf("also seeds of more than %d octets", seeds.Huge))
}

// noArguments refuses arguments.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s: unexpected argument %q: expected flags only; see '%s --help'", c.CommandPath(), args[0], c.CommandPath())
	}
	return nil
}
