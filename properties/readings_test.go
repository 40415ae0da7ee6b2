package properties

import (
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// TestReadingsReachTheContentModel finds a case that one reading of an ambiguity accepts and the
// other refuses, so that the choice is seen to reach the model.
func TestReadingsReachTheContentModel(t *testing.T) {
	const id, other = "content/ext-key-zero", "allowed"
	under, err := WithReadings(map[string]string{id: other})
	if err != nil {
		t.Fatal(err)
	}
	differ := 0
	for _, c := range content.Cases() {
		if c.Context.Kind != content.KindMessage {
			continue
		}
		_, plain := Reference{}.DecodeContent(spec.Content08, c.Octets)
		_, chosen := under.(ContentDecoder).DecodeContent(spec.Content08, c.Octets)
		if (plain == nil) != (chosen == nil) {
			differ++
		}
	}
	if differ == 0 {
		t.Errorf("no case tells %s=%s from the default", id, other)
	}
	if want := "reference(" + id + "=" + other + ")"; under.Name() != want {
		t.Errorf("it is called %q, expected %q", under.Name(), want)
	}
	if got := Readings(under); len(got) != 1 || got[id] != other {
		t.Errorf("its readings are %v", got)
	}
	if _, err := under.(ContentDecoder).DecodeContent(spec.Protocol06, nil); err == nil {
		t.Error("a draft of another document is decoded")
	}
}

func TestReadingsOfEveryModel(t *testing.T) {
	for _, a := range Ambiguities() {
		for _, reading := range a.Readings {
			if _, err := WithReadings(map[string]string{a.ID: reading.Name}); err != nil {
				t.Errorf("%s=%s: %v", a.ID, reading.Name, err)
			}
		}
	}
	for text, want := range map[string]string{
		"content/part-count":           "expected an ambiguity and a reading",
		"content/none=x":               `unknown ambiguity "content/none"`,
		"content/part-count=none":      "expected one of all-parts, leaves",
		"franking/stripped-frank=none": "expected one of failed",
	} {
		if _, _, err := ParseReading(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if impl, err := WithReadings(nil); err != nil || impl != (Reference{}) {
		t.Errorf("no readings: %v, %v", impl, err)
	}
}
