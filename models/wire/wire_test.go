package wire

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sample has one field of each kind, and vectors in a vector.
type sample struct {
	kind  uint8
	suite uint16
	id    uint32
	time  uint64
	frank []byte // 4 octets
	key   []byte
	note  string
	actor *uint16
	roles []role
	inner uint8
}

type role struct {
	index        uint32
	capabilities []uint16
}

func (s *sample) read(r *Reader) {
	s.kind = r.Enum8("kind", 1, 2)
	s.suite = r.Enum16("suite", 1, 2, 0x0a0a)
	s.id = r.Uint32("id")
	s.time = r.Uint64("time")
	r.Struct("mark", func() { s.frank = r.Octets("frank", 4) })
	s.key = r.Opaque("key")
	s.note = string(r.Text("note"))
	if r.Optional("actor") {
		actor := r.Uint16("actor")
		s.actor = &actor
	}
	for range r.Elements("roles") {
		role := role{index: r.Uint32("role_index")}
		for range r.Elements("role_capabilities") {
			role.capabilities = append(role.capabilities, r.Uint16(""))
		}
		s.roles = append(s.roles, role)
	}
	r.Nested("data", func() { s.inner = r.Uint8("inner") })
}

func (s *sample) write(w *Writer) {
	w.Uint8(s.kind)
	w.Uint16(s.suite)
	w.Uint32(s.id)
	w.Uint64(s.time)
	w.Struct("mark", func() { w.Octets("frank", s.frank, 4) })
	w.Opaque("key", s.key)
	w.Text("note", s.note)
	w.Optional(s.actor != nil)
	if s.actor != nil {
		w.Uint16(*s.actor)
	}
	w.Vector("roles", func() {
		for _, role := range s.roles {
			w.Uint32(role.index)
			w.Vector("role_capabilities", func() {
				for _, c := range role.capabilities {
					w.Uint16(c)
				}
			})
		}
	})
	w.Vector("data", func() { w.Uint8(s.inner) })
}

func readSample(octets []byte) (*sample, error) {
	s := new(sample)
	r := NewReader("Sample", octets)
	s.read(r)
	return s, r.Done()
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	octets, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

const sampleHex = `02 0a0a 00000007 000001977420dc7b 01020304 03 aabbcc 04 c3a96f6b 01 0102
	10 00000001 04 00010002 00000002 02 0009 01 ff`

func wantSample() *sample {
	actor := uint16(0x0102)
	return &sample{
		kind: 2, suite: 0x0a0a, id: 7, time: 1750000000123, frank: []byte{1, 2, 3, 4}, key: []byte{0xaa, 0xbb, 0xcc},
		note: "éok", actor: &actor, roles: []role{{1, []uint16{1, 2}}, {2, []uint16{9}}}, inner: 0xff,
	}
}

func TestSample(t *testing.T) {
	octets := unhex(t, sampleHex)
	s, err := readSample(octets)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantSample(), s, cmp.AllowUnexported(sample{}, role{})); diff != "" {
		t.Error(diff)
	}
	w := NewWriter("Sample", []byte("before"))
	s.write(w)
	written, err := w.Done()
	if err != nil || !bytes.Equal(written, append([]byte("before"), octets...)) {
		t.Errorf("written as %x, %v", written, err)
	}
}

func TestErrors(t *testing.T) {
	octets := unhex(t, sampleHex)
	change := func(at int, with string) []byte {
		changed := bytes.Clone(octets)
		copy(changed[at:], unhex(t, with))
		return changed
	}
	for _, test := range []struct {
		name   string
		octets []byte
		want   Error
		text   string
	}{
		{"empty", nil, Error{Field: "kind", Problem: Truncated, Found: 1}, "Sample.kind at octet 0: 1 octet needed, 0 left"},
		{"enum8", change(0, "03"), Error{Field: "kind", Problem: UnknownValue, Found: 3, Known: []uint64{1, 2}}, "Sample.kind at octet 0: unknown value 3, expected one of 1 2"},
		{"enum16", change(1, "0003"), Error{Field: "suite", Offset: 1, Problem: UnknownValue, Found: 3, Known: []uint64{1, 2, 0x0a0a}}, ""},
		{"number cut", octets[:10], Error{Field: "time", Offset: 7, Problem: Truncated, Found: 8, Limit: 3}, "Sample.time at octet 7: 8 octets needed, 3 left"},
		{"fixed cut", octets[:18], Error{Field: "mark.frank", Offset: 15, Problem: Truncated, Found: 4, Limit: 3}, ""},
		{"no length", octets[:19], Error{Field: "key", Offset: 19, Problem: Truncated, Found: 1}, ""},
		{"length cut", append(bytes.Clone(octets[:19]), 0x40), Error{Field: "key", Offset: 19, Problem: Truncated, Found: 2, Limit: 1}, ""},
		{"reserved prefix", change(19, "c0"), Error{Field: "key", Offset: 19, Problem: LengthPrefix, Found: 0xc0}, "Sample.key at octet 19: the length begins with 0xc0: the prefix 11 is reserved"},
		{"length not minimal", change(19, "4003"), Error{Field: "key", Offset: 19, Problem: LengthNotMinimal, Found: 3, Limit: 1}, "Sample.key at octet 19: the length 3 takes more than the 1 octet that it needs"},
		{"length of 4 not minimal", change(19, "80003fff"), Error{Field: "key", Offset: 19, Problem: LengthNotMinimal, Found: 16383, Limit: 2}, ""},
		{"length beyond the end", change(19, "bfffffff"), Error{Field: "key", Offset: 19, Problem: LengthBeyondEnd, Found: MaxLength, Limit: uint64(len(octets) - 23)}, ""},
		{"text", change(24, "c3c3"), Error{Field: "note", Offset: 23, Problem: InvalidText}, "Sample.note at octet 23: no UTF-8 from octet 0 of the text on"},
		{"presence", change(28, "02"), Error{Field: "actor", Offset: 28, Problem: PresenceOctet, Found: 2}, "Sample.actor at octet 28: presence octet 2, expected 0 or 1"},
		{"element cut", change(31, "0f"), Error{Field: "roles[1].role_capabilities", Offset: 45, Problem: LengthBeyondEnd, Found: 2, Limit: 1}, ""},
		{"number cut by its vector", change(36, "03"), Error{Field: "roles[0].role_capabilities[1]", Offset: 39, Problem: ElementCut, Found: 2, Limit: 1}, "Sample.roles[0].role_capabilities[1] at octet 39: 2 octets needed, 1 left in the vector"},
		{"nested trailing", append(bytes.Clone(octets[:48]), 2, 0xff, 0xff), Error{Field: "data", Offset: 50, Problem: TrailingOctets, Found: 1}, ""},
		{"trailing", append(bytes.Clone(octets), 9, 9), Error{Offset: 50, Problem: TrailingOctets, Found: 2}, "Sample at octet 50: 2 octets behind the end"},
	} {
		test.want.Struct = "Sample"
		_, err := readSample(test.octets)
		var got *Error
		if !errors.As(err, &got) {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if diff := cmp.Diff(&test.want, got); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
		if test.text != "" && err.Error() != test.text {
			t.Errorf("%s: %s", test.name, err)
		}
	}
}

func TestStrictPrefixesAreRefused(t *testing.T) {
	octets := unhex(t, sampleHex)
	for n := range octets {
		if _, err := readSample(octets[:n]); err == nil {
			t.Errorf("the first %d of %d octets were read", n, len(octets))
		}
	}
}

func TestLengths(t *testing.T) {
	for n, want := range map[int]string{
		0: "00", 1: "01", 63: "3f", 64: "4040", 16383: "7fff", 16384: "80004000", MaxLength: "bfffffff",
	} {
		octets, err := AppendLength(nil, n)
		if err != nil || hex.EncodeToString(octets) != want {
			t.Errorf("%d: %x, %v; expected %s", n, octets, err, want)
		}
		r := NewReader("Length", append(octets, make([]byte, min(n, 1<<15))...))
		length, head, ok := r.length("")
		if n <= 1<<15 && (!ok || length != n || head != len(octets)) {
			t.Errorf("%s: read as %d in %d octets, %v", want, length, head, r.Err())
		}
	}
	for _, n := range []int{-1, MaxLength + 1} {
		var problem *Error
		octets, err := AppendLength([]byte{7}, n)
		if !errors.As(err, &problem) || problem.Problem != LengthTooGreat || !bytes.Equal(octets, []byte{7}) {
			t.Errorf("%d: %x, %v", n, octets, err)
		}
	}
}

func TestWriterErrors(t *testing.T) {
	for _, test := range []struct {
		name  string
		write func(*Writer)
		want  Error
	}{
		{"fixed length", func(w *Writer) { w.Octets("frank", make([]byte, 3), 4) }, Error{Field: "a.frank", Offset: 1, Problem: LengthNotAllowed, Found: 3, Limit: 4}},
		{"text", func(w *Writer) { w.Text("note", "ok\xff") }, Error{Field: "a.note", Offset: 1, Problem: InvalidText, Found: 2}},
	} {
		w := NewWriter("Sample", []byte{1, 2})
		w.Uint8(0)
		w.Struct("a", func() { test.write(w) })
		w.Octets("later", nil, 1)
		octets, err := w.Done()
		test.want.Struct = "Sample"
		var got *Error
		if !errors.As(err, &got) || !cmp.Equal(got, &test.want) || !bytes.Equal(octets, []byte{1, 2}) {
			t.Errorf("%s: %x, %v", test.name, octets, err)
		}
	}
}

func TestElementsWithoutOctetsAreRefused(t *testing.T) {
	r := NewReader("Sample", []byte{2, 0, 0})
	turns := 0
	for range r.Elements("none") {
		turns++
	}
	var problem *Error
	if err := r.Done(); turns != 1 || !errors.As(err, &problem) || problem.Problem != ElementEmpty {
		t.Errorf("%d turns, %v", turns, err)
	}
}

func TestLoopLeftEarly(t *testing.T) {
	r := NewReader("Sample", []byte{3, 1, 2, 3, 9})
	for range r.Elements("list") {
		if r.Uint8("") == 2 {
			break
		}
	}
	if next := r.Uint8("next"); next != 9 || r.Done() != nil {
		t.Errorf("read %d, %v", next, r.Done())
	}
}

func TestCallersProblem(t *testing.T) {
	r := NewReaderAt("List", []byte{2, 5, 4}, 100)
	last := uint8(0)
	for range r.Elements("ids") {
		start := r.Offset()
		id := r.Uint8("")
		if id <= last {
			r.Fail("", start, ElementOutOfOrder, uint64(id), uint64(last))
		}
		last = id
	}
	if err := r.Done(); err == nil || err.Error() != "List.ids[1] at octet 102: 4 comes after 5" {
		t.Errorf("%v", err)
	}
	if r.Left() != 0 || r.Uint8("") != 0 || r.Opaque("") != nil || r.Optional("") {
		t.Error("something was read after an error")
	}
}

func TestPathsDeeperThanNear(t *testing.T) {
	r := NewReader("Deep", []byte{1})
	var down func(n int)
	down = func(n int) {
		if n == 0 {
			r.Uint16("x")
			return
		}
		r.Struct(fmt.Sprint("s", n), func() { down(n - 1) })
	}
	down(nearSteps + 2)
	if err := r.Done(); err == nil || !strings.HasPrefix(err.Error(), "Deep.s8.s7.s6.s5.s4.s3.s2.s1.x at octet 0") {
		t.Errorf("%v", err)
	}
	if r.path.depth != 0 || len(r.path.far) != 0 {
		t.Errorf("%d steps were not left", r.path.depth)
	}
}

func TestWalk(t *testing.T) {
	octets := unhex(t, sampleHex)
	fields, err := Walk("Sample", octets, new(sample).read)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range fields {
		lines = append(lines, fmt.Sprintf("%d+%d %s = %s", f.Offset, f.Length(), f.Path, f.Value()))
	}
	want := []string{
		"0+1 Sample.kind = 2", "1+2 Sample.suite = 2570", "3+4 Sample.id = 7", "7+8 Sample.time = 1750000000123",
		"15+4 Sample.mark.frank = 01020304", "19+4 Sample.key = aabbcc", `23+5 Sample.note = "éok"`,
		"28+1 Sample.actor = present", "29+2 Sample.actor = 258", "31+17 Sample.roles = 16 octets",
		"32+4 Sample.roles[0].role_index = 1", "36+5 Sample.roles[0].role_capabilities = 4 octets",
		"37+2 Sample.roles[0].role_capabilities[0] = 1", "39+2 Sample.roles[0].role_capabilities[1] = 2",
		"41+4 Sample.roles[1].role_index = 2", "45+3 Sample.roles[1].role_capabilities = 2 octets",
		"46+2 Sample.roles[1].role_capabilities[0] = 9", "48+2 Sample.data = ff", "49+1 Sample.data.inner = 255",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	fields, err = Walk("Sample", octets[:18], new(sample).read)
	if err == nil || len(fields) != 4 {
		t.Errorf("%d fields, %v", len(fields), err)
	}
}

// What is cut inside a vector is told from what is cut behind it.
func TestCutInAndBehindVectors(t *testing.T) {
	for _, test := range []struct {
		name string
		read func(*Reader)
		want Problem
	}{
		{"in an element", func(r *Reader) {
			for range r.Elements("all") {
				r.Uint16("e")
			}
		}, ElementCut},
		{"behind the elements", func(r *Reader) {
			for range r.Elements("all") {
				r.Uint8("e")
			}
			r.Uint16("last")
		}, Truncated},
		{"in a struct", func(r *Reader) { r.Nested("data", func() { r.Uint16("e") }) }, ElementCut},
		{"behind a struct", func(r *Reader) {
			r.Nested("data", func() { r.Uint8("e") })
			r.Uint16("last")
		}, Truncated},
	} {
		r := NewReader("Sample", []byte{1, 7, 9})
		test.read(r)
		var wrong *Error
		if !errors.As(r.Done(), &wrong) || wrong.Problem != test.want {
			t.Errorf("%s: %v, expected: %s", test.name, r.Err(), test.want)
		}
	}
}

func TestLeft(t *testing.T) {
	r := NewReader("Sample", []byte{1, 2, 3})
	if r.Uint8("a"); r.Left() != 2 {
		t.Errorf("%d octets are left, expected 2", r.Left())
	}
	if octets := r.Octets("none", 0); len(octets) != 0 || r.Err() != nil || r.Left() != 2 {
		t.Errorf("no octets read as %x, %v", octets, r.Err())
	}
	if r.Uint32("b"); r.Err() == nil || r.Left() != 0 {
		t.Errorf("%d octets are left after %v", r.Left(), r.Err())
	}
}

func TestVectorTooLongToWrite(t *testing.T) {
	w := NewWriter("Sample", nil)
	w.Uint16(7)
	w.Vector("all", func() { w.octets = make([]byte, MaxLength+3) }) // never touched
	octets, err := w.Done()
	var wrong *Error
	if !errors.As(err, &wrong) || wrong.Problem != LengthTooGreat || wrong.Found != MaxLength+1 || len(octets) != 0 {
		t.Errorf("%d octets, %v", len(octets), err)
	}
}

func TestEveryProblemIsNamed(t *testing.T) {
	for _, none := range []Problem{0, problemEnd} {
		if none.String() != "no problem" {
			t.Errorf("problem %d is called %q", uint8(none), none)
		}
	}
	seen := map[string]bool{}
	for p := Problem(1); p < problemEnd; p++ {
		name, detail := p.String(), (&Error{Problem: p}).detail()
		if name == "" || seen[name] || detail == name {
			t.Errorf("problem %d: %q, %q", p, name, detail)
		}
		seen[name] = true
	}
}

func TestReadingAllocatesNothing(t *testing.T) {
	octets := unhex(t, sampleHex)
	if n := testing.AllocsPerRun(100, func() {
		if err := skim(octets); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// skim reads a sample and keeps nothing.
func skim(octets []byte) error {
	r := NewReader("Sample", octets)
	r.Enum8("kind", 1, 2)
	r.Enum16("suite", 1, 2, 0x0a0a)
	r.Uint32("id")
	r.Uint64("time")
	r.Struct("mark", func() { r.Octets("frank", 4) })
	r.Opaque("key")
	r.Text("note")
	if r.Optional("actor") {
		r.Uint16("actor")
	}
	for range r.Elements("roles") {
		r.Uint32("role_index")
		for range r.Elements("role_capabilities") {
			r.Uint16("")
		}
	}
	r.Nested("data", func() { r.Uint8("inner") })
	return r.Done()
}

// FuzzReader holds that what is read is written back as it was.
func FuzzReader(f *testing.F) {
	f.Add(unhex(f, sampleHex))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, octets []byte) {
		s, err := readSample(octets)
		if err != nil {
			var problem *Error
			if !errors.As(err, &problem) || problem.Offset < 0 || problem.Offset > len(octets) {
				t.Errorf("%v", err)
			}
			return
		}
		w := NewWriter("Sample", nil)
		s.write(w)
		if written, err := w.Done(); err != nil || !bytes.Equal(written, octets) {
			t.Errorf("%x was written back as %x, %v", octets, written, err)
		}
	})
}

func BenchmarkReader(b *testing.B) {
	octets := unhex(b, sampleHex)
	b.ReportAllocs()
	b.SetBytes(int64(len(octets)))
	for b.Loop() {
		if err := skim(octets); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWriter(b *testing.B) {
	s := wantSample()
	octets := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		w := NewWriter("Sample", octets)
		s.write(w)
		if _, err := w.Done(); err != nil {
			b.Fatal(err)
		}
	}
}
