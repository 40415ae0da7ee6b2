package vectors

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/asked"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/serve"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
)

var update = flag.Bool("update", false, "write the list of the mutants that survive the vectors")

const survivorsFile = "testdata/survivors.txt"

// reasons are why a mutant cannot be killed by vectors.
var reasons = map[string]string{
	"other-capability": "what it does wrong, no op asks for, though its property can be asked of what the ops ask",
	"permitted":        "it follows a reading that is not the default of an open text, which a vector has to permit",
	"readings":         "it is wrong only where it is asked to follow a reading, which no request does",
	"other-hash":       "it is wrong only with another hash algorithm than SHA-256",
	"history":          "only what it does with several requests is wrong",
	"memory":           "only whose memory its results are in is wrong, or what is beside its errors, or what it does to its input",
	"resources":        "it answers right, and takes too much memory",
	"same-answer":      "what it does wrong comes to the same answer, or needs an input that comes to the same request",
}

// beyondOps reports whether the property of a mutant needs more than the ops
// ask, and no vector was made for it all the same. Such mutants need no place in
// the list.
func beyondOps(t *testing.T, m *mutants.Mutant) bool {
	t.Helper()
	property, err := properties.ByID(m.Property)
	if err != nil {
		t.Fatal(err)
	}
	return !property.Able(asked.Only{}) && !slices.ContainsFunc(All(), func(v Vector) bool { return v.ID == "fault/"+m.ID })
}

// askedOf returns the vectors of the model of a mutant. The one that was made for
// it comes first.
func askedOf(m *mutants.Mutant) []*Vector {
	model, _, _ := strings.Cut(m.ID, "/")
	var list []*Vector
	for i := range All() {
		switch v := &All()[i]; {
		case Model(v.Op()) != model:
		case v.ID == "fault/"+m.ID:
			list = slices.Insert(list, 0, v)
		default:
			list = append(list, v)
		}
	}
	return list
}

// killer returns a vector that kills a mutant under one of the drafts, or "".
func killer(m *mutants.Mutant, drafts spec.Drafts) string {
	planted := m.Plant()
	for _, v := range askedOf(m) {
		for _, d := range (v.Drafts() & drafts).List() {
			if !meets(planted, v.Request(d), v.Expectation(d)) {
				return fmt.Sprintf("%s under %s", v.ID, d)
			}
		}
	}
	return ""
}

// otherReading reports whether a mutant answers some vector as the reference
// does by another reading, and not as it does by default.
func otherReading(m *mutants.Mutant) bool {
	planted := m.Plant()
	return slices.ContainsFunc(askedOf(m), func(v *Vector) bool {
		return slices.ContainsFunc(v.Drafts().List(), func(d spec.Draft) bool {
			e := v.Expectation(d)
			return e.Result == Ambiguous && !meets(planted, v.Request(d), &Expectation{Verdict: e.Verdict, AnyEncoding: e.AnyEncoding})
		})
	})
}

// meets asks an implementation that may panic.
func meets(planted *mutants.Planted, r *protocol.Request, e *Expectation) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	answer := serve.Answer(planted.Implementation, r.Clone())
	return e.Meets(r, &answer)
}

// TestMutantsAreKilledByVectors asks each mutant every vector of its model. Those
// that survive are listed with a reason, and no others.
func TestMutantsAreKilledByVectors(t *testing.T) {
	listed := map[string]string{}
	text, err := os.ReadFile(survivorsFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	for scanner := bufio.NewScanner(bytes.NewReader(text)); scanner.Scan(); {
		fields := strings.Fields(scanner.Text())
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		if len(fields) != 2 || reasons[fields[1]] == "" && !*update {
			t.Fatalf("%s: %q: expected a mutant and one of the reasons", survivorsFile, scanner.Text())
		}
		listed[fields[0]] = fields[1]
	}
	beyond := func(m *mutants.Mutant) bool { return beyondOps(t, m) }
	all := slices.DeleteFunc(slices.Clone(mutants.All()), beyond)
	by := make([]string, len(all))
	inParallel(len(all), func(i int) {
		drafts := spec.AllDrafts
		if listed[all[i].ID] == "other-capability" { // no use in asking it under drafts that it is not for
			drafts = spec.DraftsOf(all[i].Draft)
		}
		by[i] = killer(all[i], drafts)
	})
	survivors := strings.Builder{}
	survivors.WriteString("# The mutants that no vector kills, and why: see reasons in mutants_test.go.\n")
	killed := 0
	for i, m := range all {
		reason, survives := listed[m.ID]
		switch {
		case by[i] != "":
			killed++
			if survives && !*update {
				t.Errorf("%s is killed by %s: strike it off %s", m.ID, by[i], survivorsFile)
			}
		case *update:
			if reason == "" {
				reason = "unexplained"
			}
			fmt.Fprintf(&survivors, "%s %s\n", m.ID, reason)
		case !survives:
			t.Errorf("%s survives: it %s", m.ID, m.Fault)
		case reason == "permitted" && !otherReading(m):
			t.Errorf("%s answers each vector as the reference does by default: it follows no other reading", m.ID)
		}
		delete(listed, m.ID)
	}
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(survivorsFile, []byte(survivors.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	} else {
		for id := range listed {
			t.Errorf("%s lists %s, which is no mutant", survivorsFile, id)
		}
	}
	t.Logf("%d mutants: %d are killed, %d are listed, and the properties of %d need more than the ops ask", len(mutants.All()), killed, len(all)-killed, len(mutants.All())-len(all))
}
