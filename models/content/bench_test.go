package content

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// sized returns a valid message of about n octets: one large content, or many
// small items in an extension, extensions or parts.
func sized(shape string, n int) []byte {
	m := &Message{
		Salt:       make([]byte, 16),
		NestedPart: NestedPart{Disposition: Render, Body: SinglePart{ContentType: "text/plain;charset=utf-8", Content: []byte("hi")}},
	}
	switch shape {
	case "string":
		m.NestedPart.Body = SinglePart{ContentType: "text/plain;charset=utf-8", Content: bytes.Repeat([]byte("a"), n)}
	case "items":
		value := AppendHead(nil, majorArray, uint64(n/8*2))
		for i := range n / 8 {
			value = appendText(append(value, 0x42, byte(i), 1), "item")
		}
		m.Extensions = []Extension{{IntKey(-1), value}}
	case "map":
		value := AppendHead(nil, majorMap, uint64(n/8))
		for i := range n / 8 {
			value = append(AppendHead(value, majorUint, uint64(i+1<<16)), 0x42, 1, 2)
		}
		m.Extensions = []Extension{{IntKey(-1), value}}
	case "extensions":
		for i := range n / 6 {
			m.Extensions = append(m.Extensions, Extension{IntKey(int64(i + 1<<16)), []byte{1}})
		}
	case "parts":
		m.NestedPart.Body = MultiPart{Semantics: ProcessAll, Parts: textParts(min(n/40, maxParts-1))}
	case "nested":
		var groups []NestedPart
		for range min(n/132, (maxParts-1)/5) {
			inner := NestedPart{Disposition: Render, Body: MultiPart{Semantics: ChooseOne, Parts: textParts(2)}}
			groups = append(groups, NestedPart{Disposition: Render, Body: MultiPart{Semantics: ProcessAll, Parts: append(textParts(1), inner)}})
		}
		m.NestedPart.Body = MultiPart{Semantics: ProcessAll, Parts: groups}
	}
	octets, err := Encode(m, spec.Content09)
	if err != nil {
		panic(err)
	}
	return octets
}

func textParts(n int) []NestedPart {
	return slices.Repeat([]NestedPart{{Disposition: Render, Language: "en", Body: SinglePart{
		ContentType: "text/plain;charset=utf-8", Content: []byte("some text"),
	}}}, n)
}

func benchInputs() []struct {
	name   string
	inputs [][]byte
} {
	var examples [][]byte
	for _, e := range Examples() {
		examples = append(examples, e.Octets)
	}
	return []struct {
		name   string
		inputs [][]byte
	}{
		{"examples", examples},
		{"string-10k", [][]byte{sized("string", 10_000)}},
		{"string-1M", [][]byte{sized("string", 1_000_000)}},
		{"items-10k", [][]byte{sized("items", 10_000)}},
		{"items-1M", [][]byte{sized("items", 1_000_000)}},
		{"map-10k", [][]byte{sized("map", 10_000)}},
		{"map-1M", [][]byte{sized("map", 1_000_000)}},
		{"extensions-10k", [][]byte{sized("extensions", 10_000)}},
		{"extensions-1M", [][]byte{sized("extensions", 1_000_000)}},
		{"parts-10k", [][]byte{sized("parts", 10_000)}},
		{"parts-40k", [][]byte{sized("parts", 1_000_000)}},
		{"nested-10k", [][]byte{sized("nested", 10_000)}},
		{"nested-28k", [][]byte{sized("nested", 1_000_000)}},
	}
}

// BenchmarkMessage sets what is done with a message against hashing it: see the
// figure x-sha256, which needs both in one run.
func BenchmarkMessage(b *testing.B) {
	checker := must(NewChecker(Options{Draft: spec.Content09}))
	library := must(cbor.DecOptions{MaxArrayElements: 1 << 24, MaxMapPairs: 1 << 24}.DecMode())
	for _, in := range benchInputs() {
		total, hashing := 0, 0.0
		for _, octets := range in.inputs {
			total += len(octets)
			if r := checker.Check(octets); r.Verdict != Accept || len(r.Violations) > 0 {
				b.Fatalf("%s is no valid message: %v", in.name, r.Violations.Err())
			}
		}
		for _, op := range []struct {
			name string
			run  func([]byte)
		}{
			{"sha256", func(octets []byte) { sha256.Sum256(octets) }},
			{"check", func(octets []byte) { checker.Check(octets) }},
			{"decode", func(octets []byte) { must(checker.Decode(octets)) }},
			{"wellformed", func(octets []byte) {
				if err := library.Wellformed(octets); err != nil {
					b.Fatal(err)
				}
			}},
			{"any", func(octets []byte) {
				var item any
				if err := library.Unmarshal(octets, &item); err != nil {
					b.Fatal(err)
				}
			}},
			{"recode", func(octets []byte) {
				var item any
				if err := library.Unmarshal(octets, &item); err != nil {
					b.Fatal(err)
				}
				must(valueEncoding.Marshal(item))
			}},
		} {
			b.Run(in.name+"/"+op.name, func(b *testing.B) {
				b.SetBytes(int64(total))
				b.ReportAllocs()
				for b.Loop() {
					for _, octets := range in.inputs {
						op.run(octets)
					}
				}
				took := float64(b.Elapsed()) / float64(b.N)
				if op.name == "sha256" {
					hashing = took
				} else if hashing > 0 {
					b.ReportMetric(took/hashing, "x-sha256")
				}
			})
		}
	}
}

// TestAcceptedMessagesCostNoAllocation holds the promise of Check.
func TestAcceptedMessagesCostNoAllocation(t *testing.T) {
	for _, draft := range []spec.Draft{spec.Content07, spec.Content09} {
		checker := must(NewChecker(Options{Draft: draft}))
		for _, in := range benchInputs() {
			for _, octets := range in.inputs {
				if checker.Check(octets).Verdict != Accept {
					continue // content-07 has a largest extension value
				}
				if n := testing.AllocsPerRun(5, func() { checker.Check(octets) }); n != 0 {
					t.Errorf("%s under %v: %v allocations", in.name, draft, n)
				}
			}
		}
	}
}
