package corpus

import (
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestKnownAnswers(t *testing.T) {
	for d, want := range map[spec.Draft]int{
		spec.Content05: 4, spec.Content06: 20, spec.Content07: 20, spec.Content08: 20, spec.Content09: 20, spec.Content04: 0,
	} {
		answers := KnownAnswers(d)
		if len(answers) != want {
			t.Errorf("%d known answers of %s, expected %d", len(answers), d, want)
		}
		for _, a := range answers {
			if a.Name == "" || a.Source == "" || len(a.Sender) == 0 || len(a.Room) == 0 || len(a.Message) == 0 || len(a.MessageID) != 32 {
				t.Errorf("%s: %+v lacks a field", d, a)
			}
		}
	}
}

func TestCases(t *testing.T) {
	if all, mutants := Cases(""), Cases("mutants"); len(mutants) == 0 || len(all) < len(mutants) {
		t.Errorf("%d cases in all, %d of mutants", len(all), len(mutants))
	}
	defer func() {
		if recover() == nil {
			t.Error("a folder without cases is no failure")
		}
	}()
	Cases("nothing")
}
