package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
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
		matrix          bool
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

With --matrix it takes records of 'mimifuzz conform' and shows the implementations side by
side, rule by rule: as text, as --json, or with --format html as a page, which --out FILE
writes to a file.

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
			case matrix:
				return besideEachOther(c, args, records, formatNames, out, asJSON)
			case asJSON:
				return errors.New("--json goes with --compare and --matrix: the record is JSON already")
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
	c.Flags().BoolVar(&matrix, "matrix", false, "show records of mimifuzz conform side by side")
	c.Flags().BoolVar(&asJSON, "json", false, "print the comparison or the matrix as JSON")
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

// besideEachOther shows records of conform side by side.
func besideEachOther(c *cobra.Command, files []string, records []*reports.Record, formatNames []string, out string, asJSON bool) error {
	beside, err := reports.Beside(records)
	var other *reports.NotConformanceError
	if errors.As(err, &other) {
		return fmt.Errorf("--matrix: %s is not a record of 'mimifuzz conform'", files[other.Index])
	}
	if err != nil {
		return fmt.Errorf("--matrix: %w", err)
	}
	write := beside.WriteText
	switch {
	case asJSON:
		write = func(w io.Writer) error { return printJSON(w, beside) }
	case c.Flags().Changed("format"):
		if !slices.Equal(formatNames, []string{string(reports.HTML)}) {
			return errors.New("--matrix: expected --format html, or none for text")
		}
		write = beside.WriteHTML
	}
	if out == "" || out == "-" {
		return write(c.OutOrStdout())
	}
	var text bytes.Buffer
	if err := write(&text); err != nil {
		return err
	}
	if err := reports.WriteFile(out, text.Bytes()); err != nil {
		return fmt.Errorf("cannot write the matrix: %w", err)
	}
	return nil
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
