package fuzz

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
	"github.com/mimifuzz/mimifuzz/reports"
)

func compared(r *reports.Record) *reports.Record {
	reports.EmbeddedLedger().Compare(r, func(id string) bool {
		_, err := properties.ByID(id)
		return err == nil
	})
	return r
}

// TestRunFindsWhatIsExpectedAndNothingElse is the main job in small.
func TestRunFindsWhatIsExpectedAndNothingElse(t *testing.T) {
	r := compared(Run(t.Context(), Options{Seed: 1, Cases: 2000, Jobs: 2, Mutants: true}))
	if !r.Complete || len(r.New()) > 0 || len(r.NotFound) > 0 || len(r.Survivors()) > 0 {
		t.Errorf("complete %v, new %v, not found %v, survivors %v", r.Complete, r.New(), r.NotFound, r.Survivors())
	}
	outcomes := make(map[spec.Draft]string)
	for _, p := range r.Properties {
		if p.ID == "messageid/injective" {
			outcomes[p.Draft] = p.Outcome
		}
		if p.Cases == 0 {
			t.Errorf("%s under %s checked nothing", p.ID, p.Draft)
		}
	}
	want := map[spec.Draft]string{
		spec.Content05: reports.OutcomeRefuted, spec.Content06: reports.OutcomeRefuted, spec.Content07: reports.OutcomeRefuted,
		spec.Content08: reports.OutcomeHolds, spec.Content09: reports.OutcomeHolds,
	}
	if diff := cmp.Diff(want, outcomes); diff != "" {
		t.Errorf("messageid/injective (-want +got):\n%s", diff)
	}
	for _, m := range r.Mutants {
		if !m.Reached || !m.Killed || m.Cases == 0 {
			t.Errorf("mutant %+v", m)
		}
	}
}

func TestCasesDoNotDependOnJobs(t *testing.T) {
	results := func(jobs int) (list []reports.PropertyResult, findings []reports.Finding) {
		r := Run(t.Context(), Options{Seed: 42, Cases: 1000, Jobs: jobs})
		for _, p := range r.Properties {
			p.DurationMS = 0
			list = append(list, p)
		}
		return list, r.Findings
	}
	oneList, oneFindings := results(1)
	fourList, fourFindings := results(4)
	if diff := cmp.Diff(oneList, fourList); diff != "" {
		t.Errorf("results (-one job +four jobs):\n%s", diff)
	}
	if diff := cmp.Diff(oneFindings, fourFindings); diff != "" {
		t.Errorf("findings (-one job +four jobs):\n%s", diff)
	}
}

// blind computes message IDs of content-07 as content-08 does: it hides the
// collision that is expected.
type blind struct{ properties.Reference }

func (b blind) MessageID(_ spec.Draft, a messageid.HashAlgorithm, in *messageid.Input) ([]byte, error) {
	return b.Reference.MessageID(spec.Content08, a, in)
}

func TestLostCollisionIsAnError(t *testing.T) {
	r := compared(Run(t.Context(), Options{Implementation: blind{}, Seed: 1, Cases: 500}))
	if !slices.ContainsFunc(r.NotFound, func(e reports.Expected) bool { return e.Property() == "messageid/injective" }) {
		t.Errorf("the collision is lost, but not missed: %v", r.NotFound)
	}
}

func TestMutantIsANewFinding(t *testing.T) {
	m, err := mutants.ByID("messageid/draft-07-as-08")
	if err != nil {
		t.Fatal(err)
	}
	injective, err := properties.ByID(m.Property)
	if err != nil {
		t.Fatal(err)
	}
	r := compared(Run(t.Context(), Options{Implementation: m.Plant().Implementation, Properties: []*properties.Property{injective}, Drafts: spec.DraftsOf(m.Draft), Cases: 500}))
	if len(r.New()) != 1 {
		t.Fatalf("%d new findings", len(r.New()))
	}
	c, err := properties.ParseCase(r.New()[0].Case)
	if err != nil {
		t.Fatal(err)
	}
	if outcome, _, err := injective.Replay(m.Plant().Implementation, &c); err != nil || outcome != properties.Refuted {
		t.Errorf("the finding does not replay: %v, %v", outcome, err)
	}
}

func TestStoppedRunKeepsWhatItFound(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := compared(Run(ctx, Options{Seed: 1, Cases: 1000, Jobs: 2, Found: func(reports.Finding) { cancel() }}))
	cancel()
	if r.Complete {
		t.Error("the record is complete")
	}
	if len(r.Findings) == 0 {
		t.Error("what was found is lost")
	}
	if len(r.NotFound) > 0 {
		t.Errorf("a run that was stopped misses %v", r.NotFound)
	}
}

// A run that is stopped begins nothing more, and says nothing of what it did not
// try.
func TestStoppedRunBeginsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := Run(ctx, Options{Seed: 1, Mutants: true})
	if r.Complete || r.Cases() != 0 || len(r.Mutants) != 0 || len(r.Findings) != 0 || r.Attacks != nil || r.Policies != nil {
		t.Errorf("complete %t, %d cases, %d mutants, %d findings", r.Complete, r.Cases(), len(r.Mutants), len(r.Findings))
	}
	for _, p := range r.Properties {
		if p.Outcome != reports.OutcomeUntried {
			t.Errorf("%s under %s: %s", p.ID, p.Draft, p.Outcome)
		}
	}
}
