package conform

import (
	"errors"
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/reports"
)

const saltBug = "content.decode:accepts-forbidden:content/salt-length:salt"

func TestExpectationsRoundTrip(t *testing.T) {
	list, err := ParseExpectations([]byte("# of a parser\n\n" + saltBug + "  # we take any salt\ncontent.decode:rejects-allowed:-\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := (Expectations{{saltBug, "we take any salt"}, {"content.decode:rejects-allowed:-", ""}}); !slices.Equal(list, want) {
		t.Errorf("%+v", list)
	}
	again, err := ParseExpectations(list.Format("a\nparser"))
	if err != nil || !slices.Equal(again, list) {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestExpectationsThatAreNone(t *testing.T) {
	for text, line := range map[string]int{
		"\nsalt":                            2,
		"content.sing:crash:-":              1,
		"content.decode:explodes:-":         1,
		"content.decode:crash:- and more":   1,
		saltBug + "\n#\n" + saltBug + " # ": 3,
	} {
		_, err := ParseExpectations([]byte(text))
		var wrong *ExpectationError
		if !errors.As(err, &wrong) || wrong.Line != line {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestExpectationsAreCompared(t *testing.T) {
	result, err := Check(t.Context(), mutant(t, "content/salt-length-unchecked"), decoding(500, 1))
	if err != nil {
		t.Fatal(err)
	}
	const (
		goneBug    = "content.decode:accepts-forbidden:content/enc-trailing"
		untriedBug = "message-id.compute:other-message-id:content/msgid-size"
		// Under content-09 no message breaks this rule.
		otherDraft = "content.decode:accepts-forbidden:content/part-index-04:nestedPart.partIndex"
	)
	if c := (Expectations{}).Compare(result); len(c.Unexpected) != 1 || c.Unexpected[0].Signature() != saltBug || c.Gone != nil || c.Untried != nil {
		t.Errorf("%+v", c)
	}
	expected := Expectations{{saltBug, "known"}, {goneBug, ""}, {untriedBug, ""}, {otherDraft, ""}}
	c := expected.Compare(result)
	if c.Unexpected != nil || !slices.Equal(c.Gone, []Expectation{{goneBug, ""}}) || !slices.Equal(c.Untried, []Expectation{{untriedBug, ""}, {otherDraft, ""}}) {
		t.Errorf("%+v", c)
	}
	record := result.Record("parser", expected, "mimifuzz conform --replay FILE -- parser")
	if len(record.New()) != 0 || len(record.NotFound) != 3 || len(record.Findings) != 1 || !record.Findings[0].Expected || record.Findings[0].Explanation != "known" {
		t.Errorf("%+v", record)
	}
	if record = result.Record("parser", nil, ""); len(record.New()) != 1 || record.Properties[0].Outcome != reports.OutcomeRefuted {
		t.Errorf("%+v", record.Findings)
	}

	// Only content.decode under content-09 was asked.
	var partial *PartialError
	if _, err := expected.Update(result); !errors.As(err, &partial) {
		t.Errorf("%v", err)
	}
	result.Restricted = false
	updated, err := expected.Update(result)
	if err != nil || !slices.Equal(updated, Expectations{{saltBug, "known"}}) {
		t.Errorf("%+v, %v", updated, err)
	}
	if updated, err = (Expectations{}).Update(result); err != nil || len(updated) != 1 || updated[0].Comment == "" {
		t.Errorf("%+v, %v", updated, err)
	}
}

func TestInformationNeedsNoExpectation(t *testing.T) {
	result, err := Check(t.Context(), alter(func(_ *protocol.Request, reply *protocol.Reply) {
		if slices.Equal(reply.Answer.Rules, []string{"content/salt-length"}) {
			reply.Answer.Rules = []string{"content/enc-utf8"}
		}
	}), decoding(500, 1))
	if err != nil {
		t.Fatal(err)
	}
	if c := (Expectations{}).Compare(result); len(result.Bugs) == 0 || c.Unexpected != nil {
		t.Errorf("%+v, %+v", result.Bugs, c)
	}
	if record := result.Record("parser", nil, ""); len(record.Findings) == 0 || len(record.New()) != 0 {
		t.Errorf("%+v", record.Findings)
	}
}
