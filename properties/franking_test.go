package properties

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mimifuzz/mimifuzz/models/framing"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// TestAttacks holds what the known worlds break, and under which drafts.
func TestAttacks(t *testing.T) {
	all, since04, until04, until05 := "03 04 05 06", "04 05 06", "03 04", "03 04 05"
	want := map[string]string{
		"franking/sender-binding#not-reportable-through-follower":                                      all,
		"franking/sender-binding#not-reportable-through-follower-and-member":                           all,
		"franking/sender-binding#not-reportable-through-follower-and-member-literally":                 since04,
		"franking/receiver-binding#never-sent-through-provider":                                        all,
		"franking/receiver-binding#never-sent-through-provider-literally":                              all,
		"franking/receiver-binding#never-sent-through-reporter-and-sender":                             all,
		"franking/receiver-binding#sent-by-another-through-provider-and-reporter-and-sender":           all,
		"franking/receiver-binding#sent-by-another-through-provider-and-reporter-and-sender-literally": all,
		"franking/receiver-binding#sent-by-another-through-reporter-and-sender":                        until04,
		"franking/receiver-binding#other-accused-literally":                                            all,
		"franking/receiver-binding#other-room-literally":                                               all,
		"franking/context-integrity#other-frank-through-follower":                                      all,
		"franking/context-integrity#other-frank-through-follower-and-member":                           "03",
		"franking/context-integrity#other-frank-through-follower-and-member-literally":                 since04,
		"franking/context-integrity#franked-by-another-through-follower-and-member":                    since04,
		"franking/context-integrity#other-signature-through-follower":                                  since04,
		"franking/context-integrity#stripped-through-follower-literally":                               all,
		"franking/receivers-agree#two-readings-of-component-id":                                        until05,
		"franking/receivers-agree#two-readings-of-stripped-frank":                                      since04,
		"franking/receivers-agree#two-readings-of-agent-domain":                                        since04,
		"franking/receivers-agree#two-readings-of-content-validity":                                    all,
		"franking/receivers-agree#two-readings-of-octets-behind-safe-aad":                              all,
	}
	got := make(map[string]string)
	for _, id := range knownRefutations {
		p, err := ByID(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range p.Drafts.List() {
			for _, c := range p.Known(d) {
				outcome, refutation, err := p.Replay(Reference{}, &c)
				switch {
				case err != nil || outcome == Skipped:
					t.Errorf("%v: %v, %v", c, outcome, err)
				case outcome == Refuted:
					name, draft := id+"#"+refutation.Class, strings.TrimPrefix(d.String(), "protocol-")
					if !strings.HasSuffix(got[name], draft) {
						got[name] = strings.TrimSpace(got[name] + " " + draft)
					}
				}
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what attacks break (-want +got):\n%s", diff)
	}
}

// TestWorldsShrink holds that a drawn world that breaks a property shrinks to
// one that is no greater than the known one.
func TestWorldsShrink(t *testing.T) {
	for _, test := range []struct {
		property, class string
		draft           spec.Draft
		moves, messages int
	}{
		{"franking/sender-binding", "not-reportable-through-follower", spec.Protocol03, 1, 2},
		{"franking/sender-binding", "not-reportable-through-follower-and-member", spec.Protocol03, 2, 1},
		{"franking/receiver-binding", "never-sent-through-provider", spec.Protocol06, 1, 1},
		{"franking/receiver-binding", "other-accused-literally", spec.Protocol04, 1, 1},
		{"franking/context-integrity", "stripped-through-follower-literally", spec.Protocol05, 1, 1},
	} {
		t.Run(test.property+"/"+test.class, func(t *testing.T) {
			p, err := ByID(test.property)
			if err != nil {
				t.Fatal(err)
			}
			var tape gen.Tape
			tape.Seed(1, uint64(test.draft))
			for range 20_000 {
				tape.Clear()
				if _, refutation := p.Try(Reference{}, test.draft, &tape); refutation == nil || refutation.Class != test.class {
					continue
				}
				c := p.Case(test.draft, p.Shrink(Reference{}, test.draft, slices.Clone(tape.Choices()), test.class))
				var w gen.FrankingWorld
				if err := json.Unmarshal(c.Input, &w); err != nil {
					t.Fatal(err)
				}
				if len(w.Moves) != test.moves || len(w.Messages) != test.messages || w.Messages[0].Text != "" || w.Rooms != 1 {
					t.Errorf("the smallest world has %d moves and %d messages, expected %d and %d: %s", len(w.Moves), len(w.Messages), test.moves, test.messages, c.Input)
				}
				return
			}
			t.Error("no drawn world breaks it")
		})
	}
}

// TestSeemingIsNoPart holds that who makes a message seem another's is not named
// where it does not matter whose it is.
func TestSeemingIsNoPart(t *testing.T) {
	p, err := ByID("franking/sender-binding")
	if err != nil {
		t.Fatal(err)
	}
	c := Case{Property: p.ID, Draft: spec.Protocol03, Input: json.RawMessage(`{"suite": 1, "users": 3, "rooms": 1,
		"messages": [{"sender": 0, "room": 0}, {"sender": 2, "room": 0}],
		"moves": [{"do": "submits-as", "message": 1, "with": 0}, {"do": "swaps-frank", "message": 0, "with": 1, "user": 1}]}`)}
	outcome, refutation, err := p.Replay(Reference{}, &c)
	if err != nil || outcome != Refuted {
		t.Fatalf("%v, %v", outcome, err)
	}
	if refutation.Class != "not-reportable-through-follower" {
		t.Errorf("the class is %s", refutation.Class)
	}
}

// TestContextLayouts holds what the analyser says of the layouts of the
// contexts.
func TestContextLayouts(t *testing.T) {
	for _, d := range franking.Drafts.List() {
		for _, domain := range framing.Domains() {
			want := framing.Ambiguous
			if d >= spec.Protocol05 {
				want = framing.Injective
			}
			if domain == framing.MIMIStrict {
				want = framing.Injective
			}
			if got := framing.Analyse(franking.ContextLayout(d), domain, false).Outcome; got != want {
				t.Errorf("%s with URIs %s: %s, expected %s", d, domain, got, want)
			}
		}
	}
}

var update = flag.Bool("update", false, "write the golden files anew")

// TestFrankingMatrix holds what every attack comes to.
func TestFrankingMatrix(t *testing.T) {
	const file = "testdata/franking-matrix.txt"
	var got strings.Builder
	title := ""
	for _, cell := range FrankingMatrix(Reference{}, franking.Drafts) {
		if next := cell.Attacker + ": " + cell.Moves; next != title {
			title = next
			fmt.Fprintf(&got, "\n%s\n", title)
		}
		fmt.Fprintf(&got, "  %s %-8s %s / %s", cell.Draft, cell.Mode, cell.Receiver, cell.Hub)
		if len(cell.Breaks) > 0 {
			fmt.Fprintf(&got, "   breaks %s", strings.Join(cell.Breaks, ", "))
		}
		got.WriteString("\n")
	}
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("attacks come to something else (-want +got):\n%s\nto accept it: go test ./properties -run TestFrankingMatrix -update", diff)
	}
}

// TestHostileWorlds plays worlds with numbers that no generator draws.
func TestHostileWorlds(t *testing.T) {
	suites := append(franking.CipherSuites(), 0, 8, 0xffff)
	for i, kind := range gen.FrankingMoves {
		w := gen.FrankingWorld{
			Suite: suites[i%len(suites)], Users: -1, Rooms: 1 << 40, Messages: []gen.FrankedMessage{{Sender: -5, Room: 1 << 50, Before: "nothing"}, {Before: gen.OtherSuite}},
			Moves: []gen.FrankingMove{{Do: kind.Do, Message: -1, With: -1 << 60, User: 77}, {Do: "nothing"}, {Do: "forges-frank", With: 9, User: 1}}, Reading: "nothing",
		}
		for _, d := range franking.Drafts.List() {
			for _, find := range []judge{complete, bindSender, bindReceiver, keepContext, agree} {
				tryWorld[Reference](find)(Reference{}, d, &w)
			}
		}
	}
}

func BenchmarkFrankingWorlds(b *testing.B) {
	for _, d := range franking.Drafts.List() {
		b.Run(d.String(), func(b *testing.B) {
			var tape gen.Tape
			tape.Seed(1, 1)
			b.ReportAllocs()
			for b.Loop() {
				tape.Clear()
				w := gen.AttackedWorld(d, &tape)
				playFranking(Reference{}, d, &w).sendReports()
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "worlds/s")
		})
	}
}
