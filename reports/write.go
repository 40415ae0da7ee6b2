package reports

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// The names of what [Record.WriteDir] writes.
const (
	recordFile  = "run.json"
	pageFile    = "index.html"
	findingsDir = "findings"
)

// caseFile matches the names that [CaseFile] makes, so that nothing else is
// ever removed.
var caseFile = regexp.MustCompile(`^[a-z0-9._-]+-[0-9a-f]{8}(-[0-9]+)?\.json$`)

// CaseFile returns where the case of a finding is written, relative to the
// record, with slashes. It is the same in every run, and any file system takes
// it.
func CaseFile(signature string, d spec.Draft) string {
	kept, _ := clip(strings.ToLower(signature+"."+d.String()), 120)
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '_' {
			return r
		}
		return '-'
	}, kept)
	// The sum tells apart what the lines above made alike.
	sum := sha256.Sum256([]byte(signature + "\x00" + d.String()))
	return fmt.Sprintf("%s/%s-%x.json", findingsDir, strings.TrimLeft(safe, ".-"), sum[:4])
}

// WriteDir writes the record to dir, which it makes if need be: run.json,
// index.html, and the case of each finding under the name of [CaseFile], which
// it notes in Finding.File. Each file is whole whenever it is there, even if
// the machine stops. The cases of an earlier run are removed last, and not at
// all if something could not be written.
func (r *Record) WriteDir(dir string) error {
	if err := r.writeDir(dir); err != nil {
		return fmt.Errorf("cannot write the report to %s: %w", dir, err)
	}
	return nil
}

func (r *Record) writeDir(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, findingsDir), 0o755); err != nil {
		return err
	}
	written := make(map[string]bool)
	for i := range r.Findings {
		f := &r.Findings[i]
		f.File = ""
		if len(f.Case) == 0 {
			continue
		}
		var data bytes.Buffer
		if err := json.Indent(&data, f.Case, "", "  "); err != nil {
			return fmt.Errorf("the case of %s under %s is not JSON: %w", prose(f.Signature), f.Draft, err)
		}
		data.WriteByte('\n')
		file := CaseFile(f.Signature, f.Draft)
		for n := 2; written[file]; n++ {
			file = fmt.Sprintf("%s-%d.json", strings.TrimSuffix(CaseFile(f.Signature, f.Draft), ".json"), n)
		}
		if err := WriteFile(filepath.Join(dir, filepath.FromSlash(file)), harmlessJSON(data.Bytes())); err != nil {
			return err
		}
		written[file] = true
		f.File = file
	}
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{{pageFile, r.WriteHTML}, {recordFile, r.WriteJSON}} {
		var data bytes.Buffer
		if err := file.write(&data); err != nil {
			return err
		}
		if err := WriteFile(filepath.Join(dir, file.name), data.Bytes()); err != nil {
			return err
		}
	}
	return removeOldCases(dir, written)
}

// removeOldCases removes the cases in dir that are not among those written.
func removeOldCases(dir string, written map[string]bool) error {
	entries, err := os.ReadDir(filepath.Join(dir, findingsDir))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || !caseFile.MatchString(e.Name()) || written[findingsDir+"/"+e.Name()] {
			continue
		}
		if err := os.Remove(filepath.Join(dir, findingsDir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// WriteFile replaces a file. It leaves either the old or the new one.
func WriteFile(path string, data []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	// Fails, as it should, once the file has its name.
	defer os.Remove(temporary.Name())
	defer temporary.Close()
	if _, err := temporary.Write(data); err != nil {
		return err
	}
	if err := temporary.Chmod(0o644); err != nil { // a report is for everyone to read
		return err
	}
	if err := temporary.Sync(); err != nil {
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	if err := os.Rename(temporary.Name(), path); err != nil {
		return err
	}
	// The new name is safe once the directory is. Some systems cannot sync
	// one, and the file is there all the same.
	if parent, err := os.Open(filepath.Dir(path)); err == nil {
		_ = parent.Sync()
		parent.Close()
	}
	return nil
}
