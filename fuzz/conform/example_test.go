package conform_test

import (
	_ "embed"
	"errors"
	"fmt"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"github.com/mimifuzz/mimifuzz/fuzz/conform"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// parser decodes message-status reports with a CBOR library, as someone might
// who starts.
type parser struct{}

func (parser) Name() string { return "parser" }

// Hello says what the parser can be asked. Without it every draft is asked.
func (parser) Hello() *protocol.Hello {
	return &protocol.Hello{
		Protocol: protocol.Version, Name: "parser", Version: "0.1",
		Drafts: []spec.Draft{spec.MessageStatus01}, Ops: []protocol.Op{protocol.StatusDecode},
	}
}

type entry struct {
	_         struct{} `cbor:",toarray"`
	MessageID []byte
	Status    uint8
}

func (parser) DecodeStatus(_ spec.Draft, report []byte) ([]byte, error) {
	entries := []entry{}
	if err := cbor.Unmarshal(report, &entries); err != nil {
		return nil, err
	}
	for _, e := range entries {
		if len(e.MessageID) != 32 {
			return nil, errors.New("a message ID has not 32 octets")
		}
	}
	return cbor.Marshal(entries)
}

//go:embed testdata/parser.expect
var known []byte

// An implementation in Go is checked in its own tests, without an adapter. What
// is known to differ stands in a file.
func ExampleRun() {
	_ = func(t *testing.T) {
		expected, err := conform.ParseExpectations(known)
		if err != nil {
			t.Fatal(err)
		}
		conform.Run(t, parser{}, expected...)
	}
}

// A native fuzz target has the fuzzer look for further differences.
func ExampleFuzz() {
	_ = func(f *testing.F) {
		expected, err := conform.ParseExpectations(known)
		if err != nil {
			f.Fatal(err)
		}
		conform.Fuzz(f, parser{}, expected...)
	}
}

func ExampleParseExpectations() {
	_, err := conform.ParseExpectations([]byte("content.decode:accepts:content/salt-length:salt  # we take any\n"))
	fmt.Println(err)
	// Output:
	// line 1, "content.decode:accepts:content/salt-length:salt": unknown outcome "accepts": expected one of [agrees accepts-forbidden rejects-allowed re-encodes-differently other-message-id wrong-result crash hang memory protocol-error early-exit overwrites-input wrong-reason other-reading unsupported]
}

// TestParser is what the examples show.
func TestParser(t *testing.T) {
	expected, err := conform.ParseExpectations(known)
	if err != nil {
		t.Fatal(err)
	}
	conform.Run(t, parser{}, expected...)
}

// FuzzParser is what the examples show.
func FuzzParser(f *testing.F) {
	expected, err := conform.ParseExpectations(known)
	if err != nil {
		f.Fatal(err)
	}
	conform.Fuzz(f, parser{}, expected...)
}
