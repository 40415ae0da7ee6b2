package properties

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// TestRecordingChangesNothing holds that a property says the same of an
// implementation and of its recording.
func TestRecordingChangesNothing(t *testing.T) {
	asked := 0
	for _, file := range corpus.Cases("mutants") {
		c, err := ParseCase(file.JSON)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ByID(c.Property)
		if err != nil {
			t.Fatal(err)
		}
		if p.Alone || p.Cost >= 1000 {
			continue
		}
		want, _, err := p.Replay(Reference{}, &c)
		if err != nil {
			t.Fatal(err)
		}
		recording := Record(Reference{})
		got, _, err := p.Replay(recording, &c)
		if got != want || err != nil {
			t.Errorf("%s: %v, recorded %v, %v", file.Name, want, got, err)
		}
		if len(recording.Steps) > 0 {
			asked++
		}
		for _, step := range recording.Steps {
			if step.Question == "" || step.Answer == "" || strings.ContainsAny(step.Question, "\n") {
				t.Errorf("%s: %q", file.Name, step)
			}
		}
	}
	if asked < 100 {
		t.Errorf("steps of %d cases only", asked)
	}
}

// mute can be asked nothing.
type mute struct{}

func (mute) Name() string { return "mute" }

func TestRecordingAsksTheReferenceForTheRest(t *testing.T) {
	r := Record(mute{})
	_, err := r.DecodeContent(spec.Content09, []byte{0xff})
	var violations spec.Violations
	if !errors.As(err, &violations) || r.Name() != "mute" {
		t.Errorf("%v of %s", err, r.Name())
	}
	if len(r.Steps) != 1 || r.Steps[0].Question != "decode content content-09 h'ff'" || !strings.HasPrefix(r.Steps[0].Answer, "refuses: ") {
		t.Errorf("%q", r.Steps)
	}
}

func TestRecordingIsBounded(t *testing.T) {
	r := Record(Reference{})
	long := bytes.Repeat([]byte{'a'}, 1<<20)
	for range maxSteps + 5 {
		r.CompareMessageIDs(messageid.ID{}, messageid.ID{1})
	}
	if len(r.Steps) != maxSteps || r.More != 5 {
		t.Errorf("%d steps and %d more", len(r.Steps), r.More)
	}
	if text := describe(long); len(text) > 2*maxDescribed || !strings.Contains(text, "(1048576 octets)") {
		t.Errorf("%d octets: %s", len(text), text)
	}
}

func TestDescribe(t *testing.T) {
	var nothing *gen.Earlier
	for _, test := range []struct {
		value any
		want  string
	}{
		{[]byte("mimi://a"), `"mimi://a"`}, {[]byte{0, 1}, "h'0001'"}, {[]byte{}, "h''"}, {spec.Content08, "content-08"},
		{nothing, "none"}, {true, "true"}, {[]string{"a", "b"}, `["a", "b"]`},
		{&messageid.Input{Sender: []byte("a"), Message: []byte{0x80}}, `{Sender: "a", Message: h'80'}`},
	} {
		if got := describe(test.value); got != test.want {
			t.Errorf("got %s, expected %s", got, test.want)
		}
	}
	if parts := slices.Collect(strings.SplitSeq(describe(bytes.Repeat([]byte{0}, 500)), "…")); len(parts) != 2 {
		t.Errorf("%q", parts)
	}
}
