package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/fuzz/vectors"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

func vectorsCommand() *cobra.Command {
	var (
		dir, draftName, model string
		force, asJSON         bool
	)
	c := &cobra.Command{
		Use:   "vectors --out DIR",
		Short: "Write static test vectors, for implementations in any language",
		Long: `Writes JSON files of test vectors to DIR, one for each thing that an
implementation can be asked, with a JSON Schema and a README that explains them.
A test has an input with one flaw, named after it, and what should come of it
under each draft: valid with the answer, invalid with the rules that are broken,
acceptable (it goes against a recommendation only), or ambiguous with the verdict
by each reading of the draft. Flags say what kind of bug a test catches.

The same version of mimifuzz writes the same octets. Nothing else may be in DIR,
unless --force says so. To run them through an adapter instead, see
'mimifuzz conform --help'.

The models are ` + strings.Join(vectors.Models(), ", ") + `.`,
		Example: `  mimifuzz vectors --out vectors
  mimifuzz vectors --out vectors --draft content-09 --model content
  mimifuzz vectors --out vectors --model franking --json`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			selection := vectors.Selection{Model: model}
			if c.Flags().Changed("draft") {
				var err error
				if selection.Draft, err = spec.ParseDraft(draftName); err != nil {
					return fmt.Errorf("--draft: %w", err)
				}
			}
			if dir == "" {
				return errors.New("no --out: expected a directory, as in '--out vectors'")
			}
			files, err := makeVectors(c.Context(), selection)
			if err != nil {
				return err
			}
			err = vectors.Write(dir, files, force)
			var foreign *vectors.ForeignFileError
			switch {
			case errors.As(err, &foreign):
				return fmt.Errorf("--out: %w: expected an empty or a new directory, or one of vectors, or --force", err)
			case err != nil:
				return fmt.Errorf("cannot write the vectors: %w", err)
			}
			if asJSON {
				summaries := []vectors.Summary{}
				for i := range files {
					summaries = append(summaries, files[i].Summary)
				}
				return printJSON(c.OutOrStdout(), map[string]any{"out": dir, "files": summaries})
			}
			return writeVectorTable(c.OutOrStdout(), dir, files)
		},
	}
	flags := c.Flags()
	flags.StringVar(&dir, "out", "", "the directory to write to")
	flags.StringVar(&draftName, "draft", "", "write what is asked under this draft only, such as content-09")
	flags.StringVar(&model, "model", "", "write the vectors of this model only: "+strings.Join(vectors.Models(), ", "))
	flags.BoolVar(&force, "force", false, "write also to a directory that holds something else")
	flags.BoolVar(&asJSON, "json", false, "print the summary as JSON")
	return c
}

// makeVectors makes the files. It fails if it is interrupted: nothing is
// written then.
func makeVectors(ctx context.Context, selection vectors.Selection) ([]vectors.File, error) {
	type made struct {
		files []vectors.File
		err   error
	}
	done := make(chan made, 1)
	go func() {
		files, err := vectors.Files(selection)
		done <- made{files, err}
	}()
	select {
	case m := <-done:
		return m.files, m.err
	case <-ctx.Done():
		return nil, errors.New("interrupted: nothing was written")
	}
}

// writeVectorTable prints how many vectors and verdicts there are.
func writeVectorTable(w io.Writer, dir string, files []vectors.File) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "model\top\tvectors\t")
	for _, r := range vectors.Results() {
		fmt.Fprintf(table, "%s\t", r)
	}
	fmt.Fprint(table, "KiB\t\n")
	total := vectors.Summary{Verdicts: map[vectors.Result]int{}}
	row := func(s *vectors.Summary) {
		fmt.Fprintf(table, "%s\t%s\t%d\t", s.Model, s.Op, s.Vectors)
		for _, r := range vectors.Results() {
			fmt.Fprintf(table, "%d\t", s.Verdicts[r])
		}
		fmt.Fprintf(table, "%d\t\n", (s.Octets+1023)/1024)
	}
	for i := range files {
		s := &files[i].Summary
		row(s)
		total.Vectors += s.Vectors
		total.Octets += s.Octets
		for r, n := range s.Verdicts {
			total.Verdicts[r] += n
		}
	}
	total.Model = "all"
	row(&total)
	fmt.Fprintf(table, "\n")
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "A vector has one verdict for each draft that it is asked under. Written to %s; its README.md explains the files.\n", dir)
	return err
}
