package conform

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/asked"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
)

// opsOfModel are the ops that ask what the mutants of a model do wrong.
var opsOfModel = map[string][]protocol.Op{
	"content":        {protocol.ContentDecode},
	"messageid":      {protocol.MessageIDCompute},
	"message-status": {protocol.StatusDecode},
	"franking":       {protocol.FrankingVerify},
	"roompolicy":     {protocol.PolicyDecide, protocol.PolicyApply},
}

// unseen are the mutants that agree with the reference in every answer to an
// adapter's request, and why. Those whose properties ask what no op asks, such as
// to frank a message, are not listed.
var unseen = map[string]string{
	"messageid/short-hash-padded":         "IDs are asked for by SHA-256 only",
	"messageid/always-sha-256":            "IDs are asked for by SHA-256 only",
	"content/node-for-each-level":         "memory in this process is not watched",
	"content/length-trusted":              "memory in this process is not watched",
	"franking/missing-frank-unfranked":    "it refuses as unfranked what it should refuse as failed",
	"franking/other-reading-other-checks": "it does so under another reading than the default",
	"franking/no-tag-franked":             "it does so when it accepts a message, which no op asks for",
	"franking/any-source":                 "it does so when it accepts a message, which no op asks for",
	"franking/any-participant":            "it does so when it accepts a message, which no op asks for",
	"content/result-is-the-input":         "whose memory an answer is in does not show through a pipe",
	"content/result-beside-error":         "what comes beside an error is no part of an answer",
	"message-status/result-is-the-input":  "whose memory an answer is in does not show through a pipe",
	"message-status/result-beside-error":  "what comes beside an error is no part of an answer",
	"roompolicy/room-beside-error":        "what comes beside an error is no part of an answer",
	"roompolicy/own-client-unchecked":     "it follows the default reading, which is right",
	"roompolicy/commit-ignores-readings":  "it follows the default reading, which is right",
}

// broken are the mutants that refuse every plain case under their draft.
var broken = []string{"content/layout-of-05-in-06"}

// asksOps reports whether a property asks nothing but ops.
func asksOps(t *testing.T, id string) bool {
	t.Helper()
	p, err := properties.ByID(id)
	if err != nil {
		t.Fatal(err)
	}
	return p.Able(asked.Only{})
}

// TestMutantsDiffer holds that every planted fault that an adapter could show is
// found as a difference, by the directed cases or by a search.
func TestMutantsDiffer(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	found, searched := 0, 0
	for _, m := range mutants.All() {
		model, _, _ := strings.Cut(m.ID, "/")
		o := Options{Ops: opsOfModel[model], Drafts: spec.DraftsOf(m.Draft), Cases: 4000, Seed: 1}
		if m.ID == "roompolicy/limits-in-02" {
			o.Drafts = spec.DraftsOf(spec.RoomPolicy03) // where the fault lies
		}
		c := newChecker(t.Context(), o)
		c.subjects = []*asker{{subject: InProcess(m.Plant().Implementation)}}
		err := c.prepare()
		if err == nil {
			err = c.smoke()
		}
		var adapter *BrokenAdapterError
		if errors.As(err, &adapter) != slices.Contains(broken, m.ID) {
			t.Errorf("%s: %v", m.ID, err)
		}
		if err != nil {
			continue
		}
		c.directed()
		if len(c.found.groups) == 0 && unseen[m.ID] == "" && asksOps(t, m.Property) {
			searched++
			c.search()
			t.Logf("%s is found by the search", m.ID)
		}
		switch {
		case len(c.found.groups) > 0:
			found++
			if unseen[m.ID] != "" {
				t.Errorf("%s is found, though %s", m.ID, unseen[m.ID])
			}
		case unseen[m.ID] == "" && asksOps(t, m.Property):
			t.Errorf("%s (%s) is not found", m.ID, m.Fault)
		}
	}
	if found < 190 {
		t.Errorf("only %d mutants were found", found)
	}
	t.Logf("%d mutants found, %d of them by the search", found, searched)
}
