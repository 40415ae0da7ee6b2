package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/reports"
)

func reportCommand() *cobra.Command {
	var (
		formatNames     []string
		out             string
		compare, asJSON bool
	)
	c := &cobra.Command{
		Use:   "report RUN.json...",
		Short: "Render the record of a run again, or compare two",
		Long: `Reads records that 'mimifuzz run' wrote and renders them in other formats: a page
(html), a summary for a CI job or an issue (markdown), and what CI systems read (junit,
sarif). The files lie beside each record unless --out names a directory; several records
then get the directories 1, 2, and so on within it. '--out -' prints.

With --compare it takes an older and a newer record, and tells which findings appeared or
went, and which verdicts changed.

Exit status: 0 rendered, or nothing differs; 1 the two records differ; 2 could not run.`,
		Example: `  mimifuzz report reports/latest/run.json --format markdown --out -
  mimifuzz report reports/latest/run.json --format junit,sarif --out reports/ci
  mimifuzz report --compare reports/latest/run.json reports/latest/run.json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			records, err := readRecords(args)
			if err != nil {
				return err
			}
			switch {
			case compare && len(records) != 2:
				return fmt.Errorf("--compare: expected an older and a newer record, got %d", len(records))
			case compare:
				return compareRecords(c, records[0], records[1], asJSON)
			case asJSON:
				return errors.New("--json goes with --compare: the record is JSON already")
			}
			var formats []reports.Format
			for _, name := range formatNames {
				f, err := reports.ParseFormat(name)
				if err != nil {
					return fmt.Errorf("--format: %w", err)
				}
				formats = append(formats, f)
			}
			if out == "-" {
				if len(records) > 1 || len(formats) > 1 {
					return errors.New("--out -: expected one record and one format")
				}
				return records[0].Write(c.OutOrStdout(), formats[0])
			}
			for i, record := range records {
				dir := out
				switch {
				case out == "":
					dir = filepath.Dir(args[i])
				case len(records) > 1:
					dir = filepath.Join(out, strconv.Itoa(i+1))
				}
				files, err := record.WriteFormats(dir, formats)
				for _, file := range files {
					fmt.Fprintln(c.OutOrStdout(), reports.Escape(file))
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
	names := make([]string, len(reports.Formats()))
	for i, f := range reports.Formats() {
		names[i] = string(f)
	}
	c.Flags().StringSliceVar(&formatNames, "format", []string{string(reports.HTML)}, "formats: "+strings.Join(names, ", "))
	c.Flags().StringVar(&out, "out", "", "directory to write to, - for standard output (default: that of the record)")
	c.Flags().BoolVar(&compare, "compare", false, "compare an older and a newer record")
	c.Flags().BoolVar(&asJSON, "json", false, "print the comparison as JSON")
	return c
}

func compareRecords(c *cobra.Command, old, new *reports.Record, asJSON bool) error {
	comparison := reports.Compare(old, new)
	var err error
	if asJSON {
		err = printJSON(c.OutOrStdout(), comparison)
	} else {
		err = comparison.WriteText(c.OutOrStdout())
	}
	if err == nil && !comparison.Equal() {
		return exitStatus(exitFound)
	}
	return err
}

func readRecords(files []string) ([]*reports.Record, error) {
	var records []*reports.Record
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("cannot read the record: %w", err)
		}
		record, err := reports.ParseRecord(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		records = append(records, record)
	}
	return records, nil
}
