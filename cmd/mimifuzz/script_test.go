package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mimifuzz/mimifuzz/models/framing"
)

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"unhex":     unhex,
			"exits":     exits,
			"witnesses": witnesses,
		},
	})
}

// unhex IN OUT writes the octets that IN holds in hexadecimal.
func unhex(ts *testscript.TestScript, _ bool, args []string) {
	digits := []byte(ts.ReadFile(args[0]))
	octets := make([]byte, len(digits)/2)
	_, err := hex.Decode(octets, digits[:len(digits)/2*2])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), octets, 0o644))
}

// exits STATUS COMMAND... runs a command that must end with the status.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if err != nil {
		exit, ok := err.(interface{ ExitCode() int })
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, expected %d", got, want)
	}
}

// witnesses FILE checks the tuples in the JSON of vet framing: those of an
// ambiguous layout differ and lay out to the same octets.
func witnesses(ts *testscript.TestScript, _ bool, args []string) {
	var report struct {
		Layouts []struct {
			Layout   string
			Verdicts []struct {
				URI     string
				Verdict string
				Reason  string
				Witness []struct{ Sender, Room, Message, Salt string }
			}
		}
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &report))
	checked := 0
	for _, l := range report.Layouts {
		layout, err := framing.Parse(l.Layout)
		ts.Check(err)
		for _, v := range l.Verdicts {
			if (v.Verdict == "ambiguous") != (len(v.Witness) == 2) || v.Reason == "" {
				ts.Fatalf("%s for %s: %+v", l.Layout, v.URI, v)
			}
			if len(v.Witness) == 0 {
				continue
			}
			var octets [2]string
			var tuples [2]framing.Tuple
			for i, w := range v.Witness {
				field := func(s string) []byte {
					octets, err := base64.StdEncoding.DecodeString(s)
					ts.Check(err)
					return octets
				}
				tuples[i] = framing.Tuple{Sender: field(w.Sender), Room: field(w.Room), Message: field(w.Message), Salt: field(w.Salt)}
				laid, err := layout.Append(nil, &tuples[i])
				ts.Check(err)
				octets[i] = string(laid)
			}
			if octets[0] != octets[1] || tuples[0].Equal(&tuples[1]) {
				ts.Fatalf("%s for %s: the witness shows nothing", l.Layout, v.URI)
			}
			checked++
		}
	}
	if checked == 0 {
		ts.Fatalf("no witness to check")
	}
}

// TestClosedOutput holds that a reader who goes away is an error, not a panic.
func TestClosedOutput(t *testing.T) {
	reader, writer := io.Pipe()
	reader.Close()
	if status := run(t.Context(), []string{"vet", "framing"}, nil, writer, io.Discard); status != exitCannotRun {
		t.Errorf("exit status %d", status)
	}
}
