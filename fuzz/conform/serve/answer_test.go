package serve

import (
	"bytes"
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

func TestReferenceAnswersKnownAnswers(t *testing.T) {
	answers := corpus.KnownAnswers(spec.Content09)
	if len(answers) == 0 {
		t.Fatal("no known answers")
	}
	for _, known := range answers {
		a := Answer(properties.Reference{}, &protocol.Request{ID: 1, Draft: spec.Content09, Input: &protocol.MessageIDInput{Sender: known.Sender, Room: known.Room, Message: known.Message}})
		if !a.OK || !bytes.Equal(a.MessageID, known.MessageID) {
			t.Errorf("%s: %+v, expected %x", known.Name, a, known.MessageID)
		}
	}
}

func TestRefusalsNameTheirRules(t *testing.T) {
	seen := 0
	for _, c := range content.Cases() {
		if c.Rule != "content/salt-length" || c.Side != content.Broken {
			continue
		}
		seen++
		a := Answer(properties.Reference{}, &protocol.Request{ID: 1, Draft: c.Draft, Input: &protocol.ContentInput{Message: c.Octets}})
		if a.OK || !slices.Contains(a.Rules, c.Rule) || a.Reason == "" || a.Reencoded != nil {
			t.Errorf("%s under %s: %+v", c.Rule, c.Draft, a)
		}
	}
	if seen == 0 {
		t.Error("no case")
	}
}

func TestOtherDraftsAreUnsupported(t *testing.T) {
	a := Answer(properties.Reference{}, &protocol.Request{ID: 3, Draft: spec.Protocol06, Input: &protocol.ContentInput{Message: []byte{0x88}}})
	if !a.Unsupported || a.OK || a.ID != 3 {
		t.Errorf("%+v", a)
	}
}
