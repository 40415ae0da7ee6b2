package conform

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
)

// Case is a request with what the reference answers to it and what a subject
// did, as plain data. Its JSON is the replay file of a [Bug].
type Case struct {
	Bug  string `json:"bug,omitempty"`  // the signature of the one that it shows
	Note string `json:"note,omitempty"` // what it shows
	// Readings are those under which the reference was asked, other than the
	// defaults: the name of a reading by the ID of its ambiguity.
	Readings map[string]string `json:"readings,omitempty"`
	Request  *protocol.Request `json:"request"`
	Expected *protocol.Answer  `json:"expected,omitempty"` // of the reference
	Got      *Got              `json:"got,omitempty"`
}

// Got is what a subject did.
type Got struct {
	Answer  *protocol.Answer  `json:"answer,omitempty"`
	Failure *protocol.Failure `json:"failure,omitempty"`
	// Overwritten is the member of the input that was written into, if one was.
	Overwritten string `json:"overwritten,omitempty"`
}

func newGot(reply *protocol.Reply) *Got {
	g := &Got{Failure: reply.Failure, Overwritten: reply.Overwritten}
	if reply.Failure == nil {
		answer := reply.Answer
		g.Answer = &answer
	}
	return g
}

// ParseCase reads a case from JSON.
func ParseCase(data []byte) (*Case, error) {
	var c Case
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return nil, fmt.Errorf("not a case of mimifuzz conform: %w", err)
	}
	if c.Request == nil || c.Request.Input == nil {
		return nil, fmt.Errorf(`not a case of mimifuzz conform: expected "request"`)
	}
	if !c.Request.Op().Drafts().Has(c.Request.Draft) {
		return nil, fmt.Errorf("not a case of mimifuzz conform: %s cannot be asked under %s: expected one of %s", c.Request.Op(), c.Request.Draft, c.Request.Op().Drafts())
	}
	return &c, nil
}

// newCase writes down what a request shows.
func (j *judge) newCase(b *Bug, e *example, reply *protocol.Reply) *Case {
	request := *e.request
	request.ID = 1
	c := &Case{Bug: b.Signature(), Note: e.detail, Readings: j.readings, Request: &request, Expected: j.answer(&request)}
	if reply != nil {
		c.Got = newGot(reply)
		if c.Got.Answer != nil {
			c.Got.Answer.ID = request.ID
		}
	}
	return c
}

// answer returns what the reference answers.
func (o *oracle) answer(r *protocol.Request) *protocol.Answer {
	e := o.expect(r)
	a := &protocol.Answer{ID: r.ID, OK: e.ok, Reencoded: e.reencoded, MessageID: e.messageID, FrankingTag: e.frankingTag, Policy: e.policy, State: e.state}
	if r.Op() == protocol.PolicyDecide {
		a.OK, a.Allowed = true, &e.ok
		return a
	}
	if !e.ok {
		a.Rules = ruleIDs(e.reasons)
		a.Reason = "refused by the reference"
	}
	return a
}
