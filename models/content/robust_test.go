package content

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// secondOpinion is the library in its widest settings: what it calls
// malformed is so for a reason and not for a limit.
var secondOpinion = must(cbor.DecOptions{
	MaxNestedLevels: 65535, MaxArrayElements: 1<<31 - 1, MaxMapPairs: 1<<31 - 1,
	UTF8: cbor.UTF8RejectInvalid, DupMapKey: cbor.DupMapKeyEnforcedAPF, BignumTag: cbor.BignumTagAllowed,
	IntDec: cbor.IntDecConvertNone, TimeTag: cbor.DecTagIgnored,
}.DecMode())

// seeds returns what mutation starts from.
func seeds() [][]byte {
	var list [][]byte
	for _, e := range Examples() {
		list = append(list, e.Octets)
	}
	for _, c := range Cases() {
		if len(c.Octets) < 2000 {
			list = append(list, c.Octets)
		}
	}
	return list
}

// mutate changes an input a little: flips, cuts, inserts and repeats.
func mutate(r *rand.Rand, octets []byte) []byte {
	b := slices.Clone(octets)
	for range 1 + r.IntN(3) {
		if len(b) == 0 {
			return b
		}
		i := r.IntN(len(b))
		switch r.IntN(6) {
		case 0:
			b[i] ^= 1 << r.IntN(8)
		case 1:
			b[i] = byte(r.Uint32())
		case 2:
			b = slices.Delete(b, i, min(len(b), i+1+r.IntN(3)))
		case 3:
			b = slices.Insert(b, i, byte(r.Uint32()))
		case 4:
			heads := []byte{0x5f, 0x7f, 0x9f, 0xbf, 0xff, 0x18, 0x38, 0x58, 0x78, 0x98, 0xb8, 0xd8, 0xf8, 0xf9, 0xfa, 0xfb, 0xc2, 0xc3, 0xd8, 0xf7}
			b = slices.Insert(b, i, heads[r.IntN(len(heads))])
		case 5:
			j := min(len(b), i+1+r.IntN(8))
			b = slices.Insert(b, i, slices.Clone(b[i:j])...)
		}
	}
	return b
}

// encodingOnly judges nothing but the encoding of items.
var encodingOnly = sync.OnceValue(func() *Checker {
	c := &Checker{}
	for r := encWellformed; r <= encNestedDuplicate; r++ {
		c.force[r] = true
	}
	return c
})

// compare holds the verdicts on well-formedness and on deterministic encoding
// against the library.
func compare(t *testing.T, octets []byte) {
	t.Helper()
	w := walker{c: encodingOnly(), b: octets, inExtensions: true}
	ok := w.item(1)
	ours := ok && w.pos == len(octets)
	err := secondOpinion.Wellformed(octets)
	var deep *cbor.MaxNestedLevelError
	if errors.As(err, &deep) {
		return // a limit of the library
	}
	if ours != (err == nil) {
		t.Fatalf("%x is well-formed: %v, the library says %v", octets, ours, err)
	}
	if !ours {
		return
	}
	var item any
	if err := secondOpinion.Unmarshal(octets, &item); err != nil {
		return // invalid though well-formed: text that is no UTF-8, keys of other types, duplicates
	}
	again, err := valueEncoding.Marshal(item)
	if err != nil {
		return
	}
	same := bytes.Equal(again, octets)
	clean := len(w.violations) == 0
	if same == clean {
		return
	}
	// Known differences, each from a reading or a limit of the library. They
	// are looked for among the heads of the items, not among all octets.
	var nan, tag, undefined bool
	for pos := 0; pos < len(octets); {
		h, next, _ := peek(octets, pos)
		pos = next
		switch h.major {
		case majorBytes, majorText:
			if !h.indefinite() {
				pos += int(h.arg)
			}
		case majorTag:
			tag = true
		case majorSimple:
			undefined = undefined || h.info == 23
			nan = nan || isNaN(h)
		}
	}
	switch {
	case clean && nan:
		// The library turns every NaN into f97e00. That is a rule on values
		// (content/ext-nan), not one on encoding.
	case clean && tag:
		// The library reads the content of tags 2 and 3 as an integer, and
		// of some others into types of Go, which it may write otherwise.
	case clean && undefined:
		// The library decodes undefined as null.
	case clean && cap(w.stack) > 0:
		// Below level 16 the order of keys is not judged.
	case same && onlyBignums(w.violations):
		// The library keeps some bignums as they are.
	default:
		t.Fatalf("%x is deterministic: %v, the library encodes it as %x\n%v", octets, clean, again, w.violations.Err())
	}
}

func isNaN(h head) bool {
	switch h.info {
	case 25:
		return h.arg&0x7c00 == 0x7c00 && h.arg&0x3ff != 0
	case 26:
		return h.arg&0x7f800000 == 0x7f800000 && h.arg&0x7fffff != 0
	case 27:
		return h.arg&(0x7ff<<52) == 0x7ff<<52 && h.arg&(1<<52-1) != 0
	}
	return false
}

func onlyBignums(violations spec.Violations) bool {
	for _, v := range violations {
		if v.Rule != &ruleTable[encBignumReduce] && v.Rule != &ruleTable[encBignumLeadingZero] {
			return false
		}
	}
	return true
}

func TestSecondOpinion(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	changes := 300
	if testing.Short() {
		changes = 60
	}
	for _, seed := range seeds() {
		compare(t, seed)
		for range changes {
			compare(t, mutate(r, seed))
		}
	}
}

// holds checks what must be true of any input.
func holds(t *testing.T, octets []byte) {
	t.Helper()
	for _, draft := range allDrafts.List() {
		checker := must(NewChecker(Options{Draft: draft, NowMs: 1, MoreExtensions: true}))
		result := checker.Check(octets)
		if wellformed := secondOpinion.Wellformed(octets) == nil; !wellformed && result.Verdict != Reject {
			t.Fatalf("%x is malformed, and %s under %v", octets, result.Verdict, draft)
		}
		for i, v := range result.Violations {
			if v.Offset < 0 || v.Offset > len(octets) {
				t.Fatalf("%x: %v is outside the input", octets, v)
			}
			if i > 0 && v.Offset < result.Violations[i-1].Offset {
				t.Fatalf("%x: violations out of order", octets)
			}
			if !v.Rule.Drafts.Has(draft) {
				t.Fatalf("%x: %s is not in force under %v", octets, v.Rule.ID, draft)
			}
		}
		if secondOpinion.Wellformed(octets) != nil {
			continue
		}
		if verdict := checker.Check(append(slices.Clip(octets), 0)).Verdict; verdict != Reject {
			t.Fatalf("%x with an octet behind it is %s under %v", octets, verdict, draft)
		}
		m, err := checker.Decode(octets)
		if (err == nil) != (result.Verdict == Accept) {
			t.Fatalf("%x: %s under %v, decoding says %v", octets, result.Verdict, draft, err)
		}
		if err != nil || draft < spec.Content08 {
			continue
		}
		if again, err := checker.Encode(m); err != nil || !bytes.Equal(again, octets) {
			t.Fatalf("%x under %v came back as %x, %v", octets, draft, again, err)
		}
	}
}

func TestWhateverComes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	changes := 20
	if testing.Short() {
		changes = 5
	}
	for _, seed := range seeds() {
		for range changes {
			holds(t, mutate(r, seed))
		}
	}
	for _, e := range Examples() {
		for n := range e.Octets {
			if result, _ := Check(e.Octets[:n], Options{Draft: spec.Content09}); result.Verdict != Reject {
				t.Errorf("%s cut to %d octets: %s", e.Name, n, result.Verdict)
			}
		}
	}
}

func FuzzCheck(f *testing.F) {
	list := seeds()
	if len(list) == 0 {
		f.Fatal("no seeds")
	}
	for _, seed := range list {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, octets []byte) {
		if len(octets) > 1<<16 {
			return
		}
		compare(t, octets)
		holds(t, octets)
	})
}

// hostile returns inputs that declare or nest more than they hold.
func hostile(n int) map[string][]byte {
	prefix := slices.Clone(Examples()[0].Octets[:22]) // up to the extensions
	with := func(parts ...[]byte) []byte { return slices.Concat(append([][]byte{prefix}, parts...)...) }
	m := map[string][]byte{}
	for _, head := range []string{"\x5b", "\x7b", "\x9b", "\xbb", "\xdb"} {
		m["lying head "+head] = with([]byte(head+"\x7f\xff\xff\xff\xff\xff\xff\xff"), bytes.Repeat([]byte{0}, n/8))
	}
	for _, unit := range []string{
		"\x81", "\x9f", "\xa1\x00", "\xbf\x00", "\xc1", "\xd8\x50", "\x5f", "\x7f", "\x85\x01\x60\x03\x00\x82", "\x18\x00", "\x7f\x61\xff\xff",
		"\xa2\x02\x00\x01", "\xf9\x7e\x01", "\x5f\xff", "\x82\x9f", "\x7f\x61\x61\x61\x62\xff", "\xb8\x01\x61\xff", "\x9f\x9f\xff",
	} {
		body := bytes.Repeat([]byte(unit), n/len(unit))
		m["bare "+unit] = body
		m["value "+unit] = with([]byte("\xa1\x20"), body)
		m["array "+unit] = with([]byte("\xa1\x20\x9f"), body, []byte("\xff"), Examples()[0].Octets[22:])
		m["part "+unit] = with([]byte("\xa0"), body)
		m["map "+unit] = with([]byte("\xbf"), body, []byte("\xff"))
	}
	keys := []byte{0xbf}
	for i := n / 5; i > 0; i-- {
		keys = append(AppendHead(keys, majorUint, uint64(i)), 0)
	}
	m["unsorted keys"] = with(append(keys, 0xff), []byte("\x83\x01\x60\x00"))

	// What only the drafts before content-08 accept.
	body := []byte("\x85\x01\x60\x01\x60\x40")
	numbers, texts, chunks := []byte{0xbf}, []byte{0xbf}, []byte{0xbf}
	for i := range n / 6 {
		numbers = append(AppendHead(numbers, majorUint, uint64(i+300)), 0)
		key := string(binary.BigEndian.AppendUint32(nil, uint32(n-i)&0x7f7f7f7f))
		texts = append(appendText(texts, key), 0)
		chunks = append(appendText(append(chunks, 0x7f), key), 0xff, 0)
	}
	m["indefinite numbers"] = with(append(numbers, 0xff), body)
	m["indefinite texts"] = with(append(texts, 0xff), body)
	m["indefinite chunks"] = with(append(chunks, 0xff), body)
	for _, part := range []string{
		string(body), "\x85\x01\x61i\x01\x60\x40", "\x9f\x01\x60\x01\x60\x5f\xff\xff", "\x85\x01\x67i-klingon\x01\x63a/b\x40",
		"\x8f\x01\x60\x02\x60\x60\x00\x00\x00\x40\x40\x40\x00\x40\x60\x60",
	} {
		parts := bytes.Repeat([]byte(part), min(n/len(part), maxParts-1))
		m["indefinite parts "+part] = with([]byte("\xa0\x85\x01\x60\x03\x00\x9f"), parts, []byte("\xff"))
	}
	for _, unit := range []string{"\xa2\xa2\x01\x00\x00\x00\x00", "\xa2\x18\x01\x00\x01\x00", "\xbf\x01\x00\x00"} {
		m["keys "+unit] = with([]byte("\xa1\x20\xbf"), bytes.Repeat([]byte(unit+"\x00"), n/len(unit)), []byte("\xff"), body)
	}
	m["towers of keys"] = with([]byte("\xa1\x20\xbf"), bytes.Repeat([]byte(strings.Repeat("\xa2\x01\x00", 6)+"\x00\x00"+strings.Repeat("\x00", 7)), n/27), []byte("\xff"), body)
	return m
}

func TestMemoryIsBounded(t *testing.T) {
	sizes := []int{100, 10_000, 1 << 20}
	if testing.Short() {
		sizes = sizes[:2]
	}
	for _, n := range sizes {
		for name, octets := range hostile(n) {
			for _, draft := range []spec.Draft{spec.Content04, spec.Content07, spec.Content09} {
				checker := must(NewChecker(Options{Draft: draft, NowMs: 1}))
				limit := uint64(64<<10 + 32*len(octets))
				for operation, run := range map[string]func(){
					"check":  func() { checker.Check(octets) },
					"decode": func() { checker.Decode(octets) },
				} {
					var before, after runtime.MemStats
					runtime.ReadMemStats(&before)
					run()
					runtime.ReadMemStats(&after)
					if got := after.TotalAlloc - before.TotalAlloc; got > limit {
						t.Errorf("%s of %q of %d octets under %v: %d octets allocated, at most %d allowed", operation, name, len(octets), draft, got, limit)
					}
				}
			}
		}
	}
}
