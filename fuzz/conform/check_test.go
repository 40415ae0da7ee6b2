package conform

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
)

// inProcess starts a subject that asks an implementation in this process.
func inProcess(impl properties.Implementation) func() (protocol.Subject, error) {
	return func() (protocol.Subject, error) { return InProcess(impl), nil }
}

// mutant starts a subject that asks a planted fault.
func mutant(t *testing.T, id string) func() (protocol.Subject, error) {
	t.Helper()
	m, err := mutants.ByID(id)
	if err != nil {
		t.Fatal(err)
	}
	return func() (protocol.Subject, error) { return InProcess(m.Plant().Implementation), nil }
}

// decoding are options for content.decode under content-09.
func decoding(cases int, seed uint64) Options {
	return Options{Ops: []protocol.Op{protocol.ContentDecode}, Drafts: spec.DraftsOf(spec.Content09), Cases: cases, Seed: seed}
}

func TestReferenceHasNoBugs(t *testing.T) {
	result, err := Check(t.Context(), inProcess(properties.Reference{}), Options{Cases: 5_000, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for i := range result.Bugs {
		t.Errorf("%s: %s", result.Bugs[i].Signature(), result.Bugs[i].Detail)
	}
	if !result.Complete || result.Directed < 10_000 || result.Cases != result.Directed+5_000 {
		t.Errorf("%d cases, %d of them directed, complete: %v (%s)", result.Cases, result.Directed, result.Complete, result.Stopped)
	}
	for _, op := range protocol.Ops() {
		for _, d := range op.Drafts().List() {
			if result.asked[opDraft{op, d}] == 0 {
				t.Errorf("%s was not asked under %s", op, d)
			}
		}
	}
}

// TestSameSeedSameResult holds that neither time nor luck changes what is found.
func TestSameSeedSameResult(t *testing.T) {
	run := func() *Result {
		result, err := Check(t.Context(), mutant(t, "content/salt-length-unchecked"), decoding(4000, 7))
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	first, second := run(), run()
	if !reflect.DeepEqual(first.Table, second.Table) {
		t.Errorf("other tables:\n%v\n%v", first.Table, second.Table)
	}
	if a, b := mustJSON(first.Bugs), mustJSON(second.Bugs); string(a) != string(b) {
		t.Errorf("other bugs:\n%s\n%s", a, b)
	}
}

func TestBugsAreSmallAndStable(t *testing.T) {
	for seed := range uint64(3) {
		result, err := Check(t.Context(), mutant(t, "content/salt-length-unchecked"), decoding(2000, seed))
		if err != nil {
			t.Fatal(err)
		}
		if len(result.Bugs) != 1 || result.Bugs[0].Signature() != "content.decode:accepts-forbidden:content/salt-length:salt" {
			t.Fatalf("with seed %d: %+v", seed, result.Bugs)
		}
		b := &result.Bugs[0]
		if message := b.Case.Request.Input.(*protocol.ContentInput).Message; len(message) > 13 {
			t.Errorf("with seed %d the smallest message is %x", seed, message)
		}
		if b.Count < 5 || b.After < 1 || b.Case.Bug != b.Signature() || b.Case.Expected.OK || !b.Case.Got.Answer.OK {
			t.Errorf("with seed %d: %+v, %+v", seed, b, b.Case)
		}
	}
}

func TestSeveralSubjectsAtATime(t *testing.T) {
	o := decoding(3000, 1)
	o.Jobs = 3
	result, err := Check(t.Context(), mutant(t, "content/salt-length-unchecked"), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Bugs) != 1 || result.Cases != result.Directed+3000 {
		t.Errorf("%d cases, %d of them directed: %+v", result.Cases, result.Directed, result.Bugs)
	}
}

// TestStoppedCheckKeepsWhatItFound holds that the end of the context costs
// nothing that was found.
func TestStoppedCheckKeepsWhatItFound(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	o := Options{Ops: []protocol.Op{protocol.ContentDecode}, Drafts: spec.DraftsOf(spec.Content09), Cases: 1 << 30}
	o.Progress = func(stage string, _ int) {
		if stage == "searching" {
			stop()
		}
	}
	result, err := Check(ctx, mutant(t, "content/salt-length-unchecked"), o)
	if err != nil {
		t.Fatal(err)
	}
	if result.Complete || len(result.Bugs) != 1 || result.Bugs[0].Case == nil || result.Cases < result.Directed {
		t.Errorf("%+v", result)
	}
	if _, err := (Expectations{}).Update(result); err == nil {
		t.Error("expectations were made of part of a run")
	}
}

// gone is a subject that cannot be asked any more after some requests.
type gone struct {
	protocol.Subject
	left int
}

func (g *gone) Ask(ctx context.Context, requests []*protocol.Request) ([]protocol.Reply, error) {
	if g.left -= len(requests); g.left < 0 {
		return nil, context.DeadlineExceeded
	}
	return g.Subject.Ask(ctx, requests)
}

func TestSubjectThatIsGoneEndsTheCheck(t *testing.T) {
	start := func() (protocol.Subject, error) {
		return &gone{InProcess(properties.Reference{}), 2000}, nil
	}
	result, err := Check(t.Context(), start, decoding(10_000, 1))
	if err != nil {
		t.Fatal(err)
	}
	if result.Complete || result.Stopped == "" || result.Cases == 0 {
		t.Errorf("complete: %v, stopped: %q, %d cases", result.Complete, result.Stopped, result.Cases)
	}
}

func TestReplay(t *testing.T) {
	result, err := Check(t.Context(), mutant(t, "content/salt-length-unchecked"), decoding(500, 1))
	if err != nil {
		t.Fatal(err)
	}
	kept, err := ParseCase(mustJSON(result.Bugs[0].Case))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]Outcome{"content/salt-length-unchecked": Accepts, "content/trailing-ignored": Agrees} {
		subject, err := mutant(t, id)()
		if err != nil {
			t.Fatal(err)
		}
		replayed, err := Replay(t.Context(), subject, kept)
		if err != nil || replayed.Outcome != want || (want == Agrees) != (len(replayed.Details) == 0) {
			t.Errorf("%s: %+v, %v", id, replayed, err)
		}
	}
	for _, text := range []string{"", "{}", `{"request":{"id":1,"op":"content.decode","draft":"protocol-06","message":""}}`, `{"request":null}`, `{"surprise":1}`} {
		if c, err := ParseCase([]byte(text)); err == nil {
			t.Errorf("%s is read as %+v", text, c)
		}
	}
}

// batches is a subject that remembers how many requests it was asked at a time.
type batches struct {
	protocol.Subject
	sizes []int
}

func (b *batches) Ask(ctx context.Context, requests []*protocol.Request) ([]protocol.Reply, error) {
	b.sizes = append(b.sizes, len(requests))
	return b.Subject.Ask(ctx, requests)
}

// TestAsManyCasesAsWanted holds that a search asks as many cases as it is to, also
// where batches of large ones are cut short.
func TestAsManyCasesAsWanted(t *testing.T) {
	const cases = 20_000
	for seed := uint64(10); seed <= 30; seed++ {
		c := newChecker(t.Context(), decoding(cases, seed))
		subject := &batches{Subject: InProcess(properties.Reference{})}
		c.subjects = []*asker{{subject: subject}}
		if err := c.prepare(); err != nil {
			t.Fatal(err)
		}
		c.search()
		if asked := c.number.Load(); asked != cases {
			t.Errorf("seed %d: %d cases are asked, expected %d", seed, asked, cases)
		}
		c.close()
		if slices.ContainsFunc(subject.sizes[:len(subject.sizes)-1], func(n int) bool { return n < batchCases }) {
			return
		}
	}
	t.Error("no batch was cut short: this tests nothing")
}
