package seeds

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Format is how a fuzzer wants its corpus.
type Format string

// The formats.
const (
	Raw       Format = "raw"       // a file of octets for each seed
	Go        Format = "go"        // for testdata/fuzz/FuzzX of a target with one []byte
	LibFuzzer Format = "libfuzzer" // octets in corpus/, and a dictionary beside it
	GoFuzz    Format = "go-fuzz"   // the same as a working directory of go-fuzz
)

// DictionaryName is the name of the dictionary's file.
const DictionaryName = "mimi.dict"

// ParseFormat returns the format with the given name.
func ParseFormat(name string) (Format, error) {
	switch f := Format(name); f {
	case Raw, Go, LibFuzzer, GoFuzz:
		return f, nil
	}
	return "", fmt.Errorf("unknown format %q: expected raw, go, libfuzzer or go-fuzz", name)
}

// NotEmptyError says that files would be mixed with others.
type NotEmptyError struct{ Dir string }

func (e *NotEmptyError) Error() string { return fmt.Sprintf("%s is not empty", e.Dir) }

// Export writes seeds to a directory, which it makes if need be. It fails with
// *NotEmptyError, before it writes anything, if the directory holds something
// and force is not set; with force it replaces files of the same names only.
func Export(dir string, format Format, list []Seed, force bool) error {
	if len(list) == 0 {
		return errors.New("no seeds to export")
	}
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case len(entries) > 0 && !force:
		return &NotEmptyError{Dir: dir}
	}
	corpus := dir
	dictionary := format == LibFuzzer || format == GoFuzz
	if dictionary {
		corpus = filepath.Join(dir, "corpus")
	}
	if err := os.MkdirAll(corpus, 0o755); err != nil {
		return err
	}
	for _, s := range list {
		data := s.Octets
		if format == Go {
			data = fmt.Appendf(nil, "go test fuzz v1\n[]byte(%q)\n", s.Octets)
		}
		if err := os.WriteFile(filepath.Join(corpus, s.Name), data, 0o644); err != nil {
			return err
		}
	}
	if dictionary {
		return os.WriteFile(filepath.Join(dir, DictionaryName), Dictionary(), 0o644)
	}
	return nil
}
