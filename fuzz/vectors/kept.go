package vectors

import (
	"fmt"
	"strings"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/asked"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/serve"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
)

// keptCases asks the reference what the kept cases of the corpus ask, and takes
// in what was asked: of a regression everything, of a planted fault the first
// input that shows it by itself.
func keptCases(c *collection) {
	for _, file := range corpus.Cases("regressions") {
		for _, r := range askedBy(&file) {
			c.add(Vector{ID: fmt.Sprintf("%s/%s", file.Name, fingerprint(r.Input)), Title: "An input that once made a parser go wrong.", Flags: []Flag{Regression}, Input: r.Input}, r.Op().Drafts())
		}
	}
	for _, file := range corpus.Cases("mutants") {
		m, err := mutants.ByID(strings.TrimPrefix(file.Name, "mutants/"))
		if err != nil {
			panic(err)
		}
		planted := m.Plant()
		for _, r := range askedBy(&file) {
			if !shows(planted, r) {
				continue
			}
			drafts := r.Op().Drafts()
			if r.Op() == protocol.FrankingVerify {
				drafts = spec.DraftsOf(r.Draft)
			}
			c.add(Vector{ID: "fault/" + m.ID, Title: "Shows an implementation that " + m.Fault + ".", Flags: []Flag{PlantedFault}, Input: r.Input}, drafts)
			break
		}
	}
}

// askedBy returns the requests that a kept case comes to.
func askedBy(file *corpus.File) []*protocol.Request {
	kept, err := properties.ParseCase(file.JSON)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", file.Name, err))
	}
	property, err := properties.ByID(kept.Property)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", file.Name, err))
	}
	var r asked.Recorder
	if !property.Able(&r) {
		return nil
	}
	if _, _, err := property.Replay(&r, &kept); err != nil {
		panic(fmt.Sprintf("%s: %v", file.Name, err))
	}
	return r.Requests
}

// shows reports whether a faulty implementation answers a request in another
// way than is expected.
func shows(planted *mutants.Planted, r *protocol.Request) (wrong bool) {
	defer func() {
		if recover() != nil {
			wrong = true
		}
	}()
	answer, verdict := serve.Answer(planted.Implementation, r), theDefault.verdict(r)
	byDefault := Expectation{Verdict: verdict}
	return !answer.Unsupported && !byDefault.Meets(r, &answer) && !expect(r).Meets(r, &answer)
}
