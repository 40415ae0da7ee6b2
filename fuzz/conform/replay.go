package conform

import (
	"context"
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
)

// Replayed is what came of a case that was asked again.
type Replayed struct {
	Outcome  Outcome          `json:"outcome"`
	Details  []string         `json:"details,omitempty"` // what differs
	Expected *protocol.Answer `json:"expected"`          // of the reference, under the readings of the subject
	Got      *Got             `json:"got"`
}

// Replay asks a subject a case again. It fails if the subject has no such op or
// draft, or cannot be asked.
func Replay(ctx context.Context, subject protocol.Subject, c *Case) (*Replayed, error) {
	hello := subject.Hello()
	if !slices.Contains(hello.Ops, c.Request.Op()) || !slices.Contains(hello.Drafts, c.Request.Draft) {
		return nil, fmt.Errorf("%s cannot be asked %s under %s", hello.Name, c.Request.Op(), c.Request.Draft)
	}
	j, err := newJudge(hello)
	if err != nil {
		return nil, err
	}
	asker := asker{subject: subject}
	reply, err := asker.one(ctx, c.Request)
	if err != nil {
		return nil, err
	}
	e := j.expect(c.Request)
	r := &Replayed{Outcome: j.compare(c.Request, &e, &reply), Expected: j.answer(c.Request), Got: newGot(&reply)}
	for i, s := range j.sightings(c.Request, &e, &reply) {
		if i == 0 {
			r.Outcome = s.outcome
		}
		r.Details = append(r.Details, s.detail)
	}
	return r, nil
}
