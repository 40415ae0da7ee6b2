package fuzz

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/reports"
)

// A finding that rests on one reading of an ambiguous text says so.
func TestMending(t *testing.T) {
	p, err := properties.ByID("roompolicy/bounds-kept")
	if err != nil {
		t.Fatal(err)
	}
	r := Run(context.Background(), Options{Seed: 1, Cases: 2000, Properties: []*properties.Property{p}, Drafts: spec.DraftsOf(spec.RoomPolicy04)})
	if len(r.Findings) == 0 {
		t.Fatal("nothing was found")
	}
	for _, f := range r.Findings {
		if f.Class != "ban-passes-maximum" {
			continue
		}
		if !slices.ContainsFunc(f.Mending, func(m reports.MendingReading) bool {
			return m.Ambiguity == "room-policy/ban-maxima" && m.Name == "checked" && m.Found != m.Statement && m.Found != ""
		}) {
			t.Errorf("the readings that mend %s are %+v", f.Signature, f.Mending)
		}
		for _, m := range f.Mending {
			c, err := properties.ParseCase(f.Case)
			if err != nil {
				t.Fatal(err)
			}
			impl, err := properties.WithReadings(map[string]string{m.Ambiguity: m.Name})
			if err != nil {
				t.Fatal(err)
			}
			if outcome, _, err := Replay(impl, &c); err != nil || outcome != properties.Holds {
				t.Errorf("%s=%s: %v, %v", m.Ambiguity, m.Name, outcome, err)
			}
		}
		return
	}
	t.Errorf("ban-passes-maximum is not among %d findings", len(r.Findings))
}

func TestRunNotesItsMemory(t *testing.T) {
	r := &run{started: time.Now()}
	r.noteMemory()
	if len(r.memory) != 1 || r.memory[0].Own < 1<<20 || r.memory[0].Engine != 0 {
		t.Errorf("noted %+v", r.memory)
	}
}
