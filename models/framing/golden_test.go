package framing

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"math"
	"math/bits"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the golden files anew")

const goldenFile = "testdata/verdicts.txtar"

// golden compares a text with that of a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	compareLines(t, name, got, string(want))
}

// compareLines tells which lines of a text are not as wanted.
func compareLines(t *testing.T, name, got, want string) {
	t.Helper()
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// goldenLayouts are small: each takes a fraction of a second in all domains.
var goldenLayouts = []string{
	"sender room message",
	"sender room message salt",
	"message sender room salt",
	"salt sender room message",
	"len16(sender) len16(room) message salt",
	"cbor(sender) cbor(room) cbor(message) cbor(salt)",
	"sender 0x00 room message salt",
	`sender "|" room message salt`,
	`sender "/" room message`,
	`sender "%" room message`,
	"len16(sender) room message salt",
	"sender message room",
	"room sender message",
	"message sender len8(room)",
	"len8(sender) room sender message",
	"message len8(sender) len8(room)",
	"sender len8(room) message",
	"sender len32(room) message salt",
	"sender room len16(message)",
	"cbor(sender) room len32(message) salt",
	"len32(sender) len32(room) message salt",
	"varint(sender) len32(room) message salt",
	"message cbor(room) sender varint(sender)",
	"sender room salt message",
	"sender salt message room",
	"sender len8(salt) message room",
	"message salt",
	"sender message salt",
	"sender room",
	"0x00",
}

// TestGoldenVerdicts compares all of what is said of layouts, and how much was
// looked at before it was said, with what is kept: a proof that takes more pairs
// of readings, or a search that takes more pairs of shapes, is no slip that only
// a clock shows.
func TestGoldenVerdicts(t *testing.T) {
	archive, err := txtar.ParseFile(goldenFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	want := map[string]string{}
	if archive != nil {
		for _, f := range archive.Files {
			want[f.Name] = string(f.Data)
		}
	}
	written := &txtar.Archive{Comment: []byte("What the analyser says of layouts, and after how much. Written by go test ./models/framing -run Golden -update.\n")}
	for _, layout := range goldenLayouts {
		t.Run(layout, func(t *testing.T) {
			got := accounts(MustParse(layout))
			written.Files = append(written.Files, txtar.File{Name: layout, Data: []byte(got)})
			if !*update {
				compareLines(t, goldenFile, got, want[layout])
			}
		})
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(goldenFile, txtar.Format(written), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// accounts tells of a layout in all domains.
func accounts(l Layout) string {
	var out strings.Builder
	at := map[string]string{}
	for _, bound := range []bool{false, true} {
		for _, d := range Domains() {
			name := d.String()
			if bound {
				name += ", bound"
			}
			got := account(l, d, bound)
			if first, ok := at[got]; ok {
				fmt.Fprintf(&out, "# %s: as in %s\n", name, first)
				continue
			}
			at[got] = name
			fmt.Fprintf(&out, "# %s: %s", name, got)
		}
	}
	return out.String()
}

// account tells of a verdict and of what was looked at for it.
func account(l Layout, d Domain, bound bool) string {
	var out strings.Builder
	v := Analyse(l, d, bound)
	fmt.Fprintf(&out, "%s: %s\n", v.Outcome, v.Reason)
	for _, step := range v.Argument {
		fmt.Fprintf(&out, "- %s\n", step)
	}
	writeWitness(&out, v.Witness)
	if v.Wrap != nil {
		fmt.Fprintf(&out, "wrapping: %s: %s\n", v.Wrap.Outcome, v.Wrap.Reason)
		writeWitness(&out, v.Wrap.Witness)
	}
	for _, wrap := range []bool{false, true} {
		if wrap && v.Wrap == nil {
			continue
		}
		z := newPuzzle(l, d, bound, wrap, math.MaxUint64)
		if _, missing := z.missing(); missing {
			continue
		}
		x := z.explore()
		fmt.Fprintf(&out, "wrap %v: %d pieces, %d octets, %d pairs in step and %d apart, escaped %v, measured %v\n",
			wrap, len(z.pieces), len(x.joint), x.pairsInStep(), x.pairsApart(), x.escaped, x.measured)
		if !x.escaped {
			continue
		}
		for _, s := range z.searches() {
			s.run()
			fmt.Fprintf(&out, "empty %v, ahead %v, rich %v: %d checks and %d octets left, found %v\n", s.empty, s.ahead, s.rich, s.checks, s.work, s.best != nil)
			if s.best != nil {
				break
			}
		}
	}
	return out.String()
}

func (x *explorer) pairsInStep() (n int) {
	for _, v := range x.inStep {
		n += len(v)
	}
	return n
}

func (x *explorer) pairsApart() (n int) {
	for _, rows := range x.apart {
		for _, row := range rows {
			for _, word := range row {
				n += bits.OnesCount64(word)
			}
		}
	}
	return n
}

func writeWitness(out *strings.Builder, w *[2]Tuple) {
	if w == nil {
		return
	}
	fmt.Fprint(out, "- SHA-256 of the tuples:")
	for i := range w {
		t := &w[i]
		fmt.Fprintf(out, " %.8x", sha256.Sum256(bytes.Join([][]byte{t.Sender, t.Room, t.Message, t.Salt}, nil)))
	}
	fmt.Fprintln(out)
}
