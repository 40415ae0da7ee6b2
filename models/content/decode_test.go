package content

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// TestRoundTrip decodes and encodes whatever the cases and examples hold that
// is accepted. In drafts with deterministic encoding the octets come back.
func TestRoundTrip(t *testing.T) {
	accepted := 0
	check := func(label string, octets []byte, draft spec.Draft) {
		m, err := Decode(octets, draft)
		if err != nil {
			return
		}
		accepted++
		again, err := Encode(m, draft)
		if err != nil {
			t.Errorf("%s under %v: %v", label, draft, err)
			return
		}
		if draft >= spec.Content08 && !bytes.Equal(again, octets) {
			t.Errorf("%s under %v: %x came back as %x", label, draft, short(octets), short(again))
		}
		back, err := Decode(again, draft)
		if err != nil {
			t.Errorf("%s under %v: own encoding %x: %v", label, draft, short(again), err)
			return
		}
		if twice, err := Encode(back, draft); err != nil || !bytes.Equal(again, twice) {
			t.Errorf("%s under %v: own encoding %x came back as %x, %v", label, draft, short(again), short(twice), err)
		}
		if draft >= spec.Content08 {
			if diff := cmp.Diff(m, back); diff != "" {
				t.Errorf("%s under %v: %s", label, draft, diff)
			}
		}
	}
	for _, draft := range allDrafts.List() {
		for _, c := range Cases() {
			if len(c.Octets) < 10_000 {
				check(c.label(), c.Octets, draft)
			}
		}
		for _, e := range Examples() {
			check(e.Name, e.Octets, draft)
		}
	}
	if accepted < 100 {
		t.Errorf("only %d messages were accepted", accepted)
	}
}
