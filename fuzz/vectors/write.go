package vectors

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
)

//go:embed folder.md
var folderReadme []byte

const readmeName = "README.md"

// ForeignFileError says that a directory holds something that is not of
// vectors.
type ForeignFileError struct{ Dir, Name string }

func (e *ForeignFileError) Error() string {
	return fmt.Sprintf("%s holds %s, which is no file of vectors", e.Dir, e.Name)
}

// Write writes files to a directory, which it makes if need be, with the schema
// and a README. Files of vectors that were there before are replaced or removed.
// It fails with [*ForeignFileError], before it writes anything, if the directory
// holds something else and force is not set; with force that is left alone, but
// for a README.
func Write(dir string, files []File, force bool) error {
	ours := map[string][]byte{readmeName: folderReadme, SchemaName: schema}
	for _, op := range protocol.Ops() {
		ours[string(op)+".json"] = nil
	}
	for _, f := range files {
		ours[f.Name] = f.JSON
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !force {
		if err := checkForeign(dir, entries, ours); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	names := make([]string, 0, len(ours))
	for name := range ours {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		path := filepath.Join(dir, name)
		if ours[name] != nil {
			err = os.WriteFile(path, ours[name], 0o644)
		} else if err = os.Remove(path); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkForeign fails if a directory holds a file that is not one that this
// package writes. A README is foreign unless the schema is beside it.
func checkForeign(dir string, entries []os.DirEntry, ours map[string][]byte) error {
	hasSchema := slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == SchemaName })
	for _, e := range entries {
		if _, ok := ours[e.Name()]; !ok || e.IsDir() || e.Name() != SchemaName && !hasSchema {
			return &ForeignFileError{Dir: dir, Name: e.Name()}
		}
	}
	return nil
}
