package conform

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/serve"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// Greeter is an implementation that says of itself which ops it has, under which
// drafts, by which readings. Others are asked whatever they have the capability
// for, under every draft.
type Greeter interface {
	Hello() *protocol.Hello
}

const (
	runCases      = 20_000
	runCasesShort = 2_000
	// caseTime is the time that an implementation in the same process has for one
	// case.
	caseTime = 10 * time.Second
)

// Run checks an implementation in its own test, without an adapter: every
// directed case, and some that are drawn, always the same ones. Each bug that is
// not expected is an error with its smallest case; an expected one that is not
// found any more is an error as well.
func Run(t testing.TB, impl properties.Implementation, expected ...Expectation) {
	t.Helper()
	o := Options{Seed: 1, Cases: runCases}
	if testing.Short() {
		o.Cases = runCasesShort
	}
	result, err := Check(t.Context(), func() (protocol.Subject, error) { return InProcess(impl), nil }, o)
	if err != nil {
		t.Fatal(err)
	}
	if result.Stopped != "" {
		t.Errorf("not every case could be asked: %s", result.Stopped)
	}
	comparison := Expectations(expected).Compare(result)
	for i := range comparison.Unexpected {
		b := &comparison.Unexpected[i]
		t.Errorf("%s (%s)\n%s\n%s", b.Signature(), b.Level, b.Detail, mustJSON(b.Case.Request))
	}
	for _, e := range comparison.Gone {
		t.Errorf("%s is expected, and gone", e.Signature)
	}
	for _, e := range comparison.Untried {
		t.Errorf("%s is expected, and no case could show it", e.Signature)
	}
	for i := range result.Bugs {
		if b := &result.Bugs[i]; b.Level == Information {
			t.Logf("for information: %s\n%s", b.Signature(), b.Detail)
		}
	}
}

// InProcess returns a subject that asks an implementation in this process.
func InProcess(impl properties.Implementation) protocol.Subject {
	subject := serve.NewInProcess(impl, caseTime)
	if greeter, ok := impl.(Greeter); ok {
		return &greeted{subject, greeter.Hello()}
	}
	return subject
}

// greeted is a subject with a hello of its own.
type greeted struct {
	protocol.Subject
	hello *protocol.Hello
}

// Hello implements [protocol.Subject].
func (g *greeted) Hello() *protocol.Hello { return g.hello }

// Fuzz makes a native fuzz target of an implementation: the fuzzer's octets are
// the choices of a generator, or the octets of a message or report. The target
// fails at a difference that is not expected; those that inform only are passed
// over.
func Fuzz(f *testing.F, impl properties.Implementation, expected ...Expectation) {
	subject := InProcess(impl)
	j, err := newJudge(subject.Hello())
	if err != nil {
		f.Fatal(err)
	}
	var places []fuzzPlace
	for _, op := range subject.Hello().Ops {
		for _, d := range (op.Drafts() & spec.DraftsOf(subject.Hello().Drafts...)).List() {
			for _, g := range slices.Compact(generatorsOf(op, d)) {
				places = append(places, fuzzPlace{op: op, draft: d, generator: g})
			}
			places = append(places, fuzzPlace{op: op, draft: d})
		}
	}
	if places == nil {
		f.Fatalf("%s can be asked nothing", impl.Name())
	}
	seeds(f, subject.Hello(), places)
	asker := &asker{subject: subject}
	f.Fuzz(func(t *testing.T, place uint16, octets []byte) {
		for _, input := range places[int(place)%len(places)].inputs(octets) {
			r := &protocol.Request{Draft: places[int(place)%len(places)].draft, Input: input}
			reply, err := asker.one(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			e := j.expect(r)
			for _, s := range j.sightings(r, &e, &reply) {
				if signature := signatureOf(r.Op(), s.outcome, s.rule, s.place); s.level != Information && !Expectations(expected).covers(signature) {
					t.Errorf("%s (%s)\n%s\n%s", signature, s.level, s.detail, mustJSON(r))
				}
			}
		}
	})
}

// covers reports whether a difference is expected, wherever it is: a place is
// told exactly only once the case is as small as it gets.
func (l Expectations) covers(signature string) bool {
	op, outcome, rule, _ := cutSignature(signature)
	return slices.ContainsFunc(l, func(e Expectation) bool {
		return strings.HasPrefix(e.Signature+":", signatureOf(op, outcome, rule, "")+":") || e.Signature == signature
	})
}

// fuzzPlace says what the fuzzer's octets are: the choices of a generator, or
// octets to be read.
type fuzzPlace struct {
	op        protocol.Op
	draft     spec.Draft
	generator *generator // nil for octets
}

func (p *fuzzPlace) inputs(octets []byte) []protocol.Input {
	if p.generator != nil {
		var t gen.Tape
		t.RewindFuzzed(gen.ReadFuzzed(octets))
		return p.generator.inputs(p.draft, &t)
	}
	switch p.op {
	case protocol.ContentDecode:
		return []protocol.Input{&protocol.ContentInput{Message: octets}}
	case protocol.StatusDecode:
		return []protocol.Input{&protocol.StatusInput{Report: octets}}
	case protocol.MessageIDCompute:
		return []protocol.Input{&protocol.MessageIDInput{Sender: []byte(plainSender), Room: []byte(plainRoom), Message: octets}}
	}
	return nil
}

// seeds adds the octets of directed cases, and a tape of zeros for each
// generator.
func seeds(f *testing.F, hello *protocol.Hello, places []fuzzPlace) {
	directed := (&asks{ops: map[protocol.Op]bool{protocol.ContentDecode: slices.Contains(hello.Ops, protocol.ContentDecode), protocol.StatusDecode: slices.Contains(hello.Ops, protocol.StatusDecode)},
		drafts: spec.DraftsOf(hello.Drafts...)}).directed()
	if len(places) > 1<<16 {
		panic(fmt.Sprintf("%d places are too many for a number of 16 bits", len(places)))
	}
	for i, p := range places {
		if p.generator != nil {
			f.Add(uint16(i), []byte{})
			continue
		}
		for n, t := range directed {
			if octets := octetsOf(t.request.Input); octets != nil && t.request.Op() == p.op && t.request.Draft == p.draft && n%8 == 0 {
				f.Add(uint16(i), *octets)
			}
		}
	}
}
