package fuzz

import (
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/content"
)

// largestSeed bounds the seeds of the corpus that a fuzzer mutates, in octets.
const largestSeed = 4096

// seedContent adds the cases of the catalog and the examples of the drafts.
func seedContent(f *testing.F) {
	seeds := 0
	for _, c := range content.Cases() {
		if c.Context.Kind == content.KindMessage && len(c.Octets) <= largestSeed {
			f.Add([]byte(c.Octets))
			seeds++
		}
	}
	for _, e := range content.Examples() {
		f.Add([]byte(e.Octets))
		seeds++
	}
	if seeds < 100 {
		f.Fatalf("only %d seeds", seeds)
	}
}

func fuzzOctets(f *testing.F, try func([]byte) error) {
	f.Fuzz(func(t *testing.T, octets []byte) {
		if err := try(octets); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzContentOctets decodes octets.
func FuzzContentOctets(f *testing.F) {
	seedContent(f)
	fuzzOctets(f, TryContent)
}

// FuzzContentBetweenDrafts compares the verdicts of drafts.
func FuzzContentBetweenDrafts(f *testing.F) {
	seedContent(f)
	fuzzOctets(f, TryContentBetweenDrafts)
}

// seedTapes adds the tapes of the corpus that draw for the properties of a model.
func seedTapes(f *testing.F, model string) {
	seeds := 0
	for _, c := range keptCases() {
		if strings.HasPrefix(c.Property, model+"/") && len(c.Tape) > 0 {
			f.Add(c.Tape)
			seeds++
		}
	}
	if seeds == 0 {
		f.Fatal("the corpus has no tapes")
	}
}

// FuzzContentTape draws messages from the fuzzer's octets.
func FuzzContentTape(f *testing.F) {
	seedTapes(f, "content")
	fuzzOctets(f, TryContentTape)
}

// FuzzMessageStatusTape draws reports from the fuzzer's octets.
func FuzzMessageStatusTape(f *testing.F) {
	seedTapes(f, "message-status")
	fuzzOctets(f, TryStatusTape)
}

// FuzzMessageStatusOctets reads octets as message-status reports.
func FuzzMessageStatusOctets(f *testing.F) {
	seeds := 0
	for _, c := range content.Cases() {
		if c.Context.Kind == content.KindStatus {
			f.Add([]byte(c.Octets))
			seeds++
		}
	}
	if seeds == 0 {
		f.Fatal("the catalog has no reports")
	}
	fuzzOctets(f, TryStatus)
}
