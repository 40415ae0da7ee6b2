package reports

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Format is a form in which a record can be read.
type Format string

// The formats.
const (
	HTML     Format = "html"     // for a browser
	Markdown Format = "markdown" // for the summary of a CI job or an issue
	JUnit    Format = "junit"    // XML, for CI systems that list tests
	SARIF    Format = "sarif"    // 2.1.0, for code scanning
)

// Formats returns every format.
func Formats() []Format { return []Format{HTML, Markdown, JUnit, SARIF} }

// ParseFormat returns the format of that name.
func ParseFormat(name string) (Format, error) {
	for _, f := range Formats() {
		if string(f) == name {
			return f, nil
		}
	}
	return "", fmt.Errorf("unknown format %q: expected one of %v", name, Formats())
}

// File returns the name under which [Record.WriteFormats] writes the format.
func (f Format) File() string {
	return map[Format]string{HTML: pageFile, Markdown: "summary.md", JUnit: "junit.xml", SARIF: "results.sarif"}[f]
}

// Write writes the record in a format. Nothing is written if that fails.
func (r *Record) Write(w io.Writer, f Format) error {
	switch f {
	case HTML:
		return r.WriteHTML(w)
	case Markdown:
		return r.WriteMarkdown(w)
	case JUnit:
		return r.WriteJUnit(w)
	case SARIF:
		return r.WriteSARIF(w)
	}
	return fmt.Errorf("unknown format %q", string(f))
}

// WriteFormats writes the record to dir, which it makes if need be, in each of
// the formats, and returns the files. Each is whole whenever it is there.
func (r *Record) WriteFormats(dir string, formats []Format) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot write the report: %w", err)
	}
	var files []string
	for _, f := range formats {
		var data bytes.Buffer
		if err := r.Write(&data, f); err != nil {
			return files, err
		}
		path := filepath.Join(dir, f.File())
		if err := WriteFile(path, data.Bytes()); err != nil {
			return files, fmt.Errorf("cannot write the report: %w", err)
		}
		files = append(files, path)
	}
	return files, nil
}

// draftNames lists drafts for a reader.
func draftNames(drafts []spec.Draft) string {
	names := make([]string, len(drafts))
	for i, d := range drafts {
		names[i] = d.String()
	}
	return strings.Join(names, ", ")
}

// draftRows cuts a list of drafts into revisions of one document in a row.
func draftRows(drafts []spec.Draft) (rows [][]spec.Draft) {
	for len(drafts) > 0 {
		n := 1
		for n < len(drafts) && drafts[n] == drafts[n-1]+1 && drafts[n].Document() == drafts[0].Document() {
			n++
		}
		rows, drafts = append(rows, drafts[:n]), drafts[n:]
	}
	return rows
}

// draftRanges lists drafts with those in a row as one, such as "content-05 to 09".
func draftRanges(drafts []spec.Draft) string {
	var parts []string
	for _, row := range draftRows(drafts) {
		part, last := row[0].String(), row[len(row)-1].String()
		switch {
		case len(row) == 2:
			part += ", " + last[strings.LastIndexByte(last, '-')+1:]
		case len(row) > 2:
			part += " to " + last[strings.LastIndexByte(last, '-')+1:]
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}
