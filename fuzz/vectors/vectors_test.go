package vectors

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/serve"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// leastVectors is how many there are at least.
const leastVectors = 2000

var idPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)+$`)

func TestVectorsAreWhole(t *testing.T) {
	if len(All()) < leastVectors {
		t.Fatalf("%d vectors, expected at least %d", len(All()), leastVectors)
	}
	ids, inputs := map[string]bool{}, map[string]string{}
	used := map[Flag]bool{}
	for i := range All() {
		v := &All()[i]
		if !idPattern.MatchString(v.ID) || ids[v.ID] {
			t.Errorf("%q is not an ID, or that of another vector", v.ID)
		}
		ids[v.ID] = true
		input, err := json.Marshal(v.Input)
		if err != nil {
			t.Fatal(err)
		}
		key := string(v.Op()) + string(input)
		if other := inputs[key]; other != "" {
			t.Errorf("%s has the input of %s", v.ID, other)
		}
		inputs[key] = v.ID
		if v.Title == "" || v.Drafts() == 0 || v.Drafts()&^v.Op().Drafts() != 0 || len(input) > MaxInput {
			t.Errorf("%s lacks a title or drafts, or is too large", v.ID)
		}
		for _, f := range v.flagsUnder(v.Drafts()) {
			used[f] = true
			if f.Note() == "" {
				t.Errorf("%s has the flag %s, which has no note", v.ID, f)
			}
		}
		for d := range spec.Draft(32) {
			if (v.Expectation(d) != nil) != v.Drafts().Has(d) || (v.Request(d) != nil) != v.Drafts().Has(d) {
				t.Errorf("%s: is it asked under %s?", v.ID, d)
			}
		}
	}
	for f := range flagNotes {
		if !used[f] {
			t.Errorf("no vector has the flag %s", f)
		}
	}
}

// TestReferenceMeetsEveryVector replays the vectors through the reference as a
// runner would.
func TestReferenceMeetsEveryVector(t *testing.T) {
	seen := map[protocol.Op]map[Result]int{}
	for i := range All() {
		v := &All()[i]
		if seen[v.Op()] == nil {
			seen[v.Op()] = map[Result]int{}
		}
		for _, d := range v.Drafts().List() {
			r, e := v.Request(d), v.Expectation(d)
			answer := serve.Answer(properties.Reference{}, r)
			if !e.Meets(r, &answer) || !e.meets(r, &e.Verdict, &answer) {
				t.Errorf("%s under %s: the reference answers %+v, expected %+v", v.ID, d, answer, e.Answer)
			}
			seen[v.Op()][e.Result]++
		}
	}
	for _, op := range protocol.Ops() {
		if seen[op][Valid] == 0 || seen[op][Invalid] == 0 && op != protocol.FrankingTag {
			t.Errorf("%s: %v", op, seen[op])
		}
	}
}

// TestOtherAnswersDoNotMeet holds that a vector can fail.
func TestOtherAnswersDoNotMeet(t *testing.T) {
	for i := range All() {
		v := &All()[i]
		for _, d := range v.Drafts().List() {
			r, e := v.Request(d), v.Expectation(d)
			wrong := e.Answer
			switch {
			case e.Result != Valid && e.Result != Invalid:
				continue
			case !wrong.OK:
				wrong.OK = true
			case wrong.Allowed != nil:
				other := !*wrong.Allowed
				wrong.Allowed = &other
			case wrong.State != nil:
				wrong.State = wrong.State.Clone()
				wrong.State.Participants = append(wrong.State.Participants, roompolicy.Participant{User: "another", Role: 2})
			case wrong.Reencoded != nil:
				wrong.Reencoded = append(slices.Clone(wrong.Reencoded), 0)
			case wrong.MessageID != nil:
				wrong.MessageID = flipped(wrong.MessageID, -1)
			case wrong.FrankingTag != nil:
				wrong.FrankingTag = flipped(wrong.FrankingTag, -1)
			default:
				wrong.OK = false
			}
			if e.Meets(r, &wrong) {
				t.Errorf("%s under %s: %+v counts as right", v.ID, d, wrong)
			}
			if unsupported := (protocol.Answer{Unsupported: true}); e.Meets(r, &unsupported) {
				t.Errorf("%s under %s: no answer counts as right", v.ID, d)
			}
		}
	}
}

func TestOpenTextsAreNeverValid(t *testing.T) {
	ambiguous := 0
	for i := range All() {
		v := &All()[i]
		for _, d := range v.Drafts().List() {
			e := v.Expectation(d)
			if (e.Result == Ambiguous) != (len(e.Readings) > 0) {
				t.Errorf("%s under %s: %s with %d readings", v.ID, d, e.Result, len(e.Readings))
			}
			if e.Result != Ambiguous {
				continue
			}
			ambiguous++
			if !e.Verdict.sameAnswer(&e.Readings[0].Verdict) {
				t.Errorf("%s under %s: the first reading is not the default", v.ID, d)
			}
			for _, reading := range e.Readings[1:] {
				impl, err := properties.WithReadings(reading.Readings)
				if err != nil {
					t.Fatalf("%s under %s: %v", v.ID, d, err)
				}
				answer := serve.Answer(impl, v.Request(d))
				if !e.meets(v.Request(d), &reading.Verdict, &answer) || e.Verdict.sameAnswer(&reading.Verdict) {
					t.Errorf("%s under %s: read by %v it is %+v, expected %+v, and not what it is by default", v.ID, d, reading.Readings, answer, reading.Answer)
				}
			}
		}
	}
	if ambiguous == 0 {
		t.Error("no vector depends on a reading")
	}
}

// TestEachCaseIsAVector holds that no rule of a model is left out whose cases
// are inputs of an op.
func TestEachCaseIsAVector(t *testing.T) {
	type side struct {
		rule     string
		accepted bool
	}
	claimed := map[side]bool{}
	steps := map[string]bool{}
	for i := range All() {
		for _, c := range All()[i].claims {
			claimed[side{c.rule, c.accepted}] = true
			if !c.accepted {
				steps[c.rule] = true
			}
		}
	}
	checked := 0
	for _, k := range content.Cases() {
		if rule := content.RuleByID(k.Rule); alone(&k.Context) && k.Side == content.Broken && rule.Level != spec.Should && len(k.Octets) < 1<<17 {
			if checked++; !claimed[side{k.Rule, false}] {
				t.Errorf("no vector breaks %s", k.Rule)
			}
		}
	}
	for _, k := range roompolicy.DecisionCases() {
		if checked++; !claimed[side{k.Rule.ID, k.Allowed}] {
			t.Errorf("no vector shows that %s allows: %v", k.Rule.ID, k.Allowed)
		}
	}
	for _, s := range franking.Steps() {
		if name := s.String(); strings.HasPrefix(name, "receiver-") || strings.HasPrefix(name, "report-") {
			if checked++; !steps[s.Rule().ID] {
				t.Errorf("no vector fails at %s", name)
			}
		}
	}
	if checked < 300 {
		t.Errorf("only %d cases", checked)
	}
}
