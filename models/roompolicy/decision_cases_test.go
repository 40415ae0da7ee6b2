package roompolicy

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// judgeCase decides a case; rule is the one that decided.
func judgeCase(c *DecisionCase) (allowed bool, rule, reason string) {
	if c.Commit == nil {
		d := c.Judge.Decide(c.Policy, c.State, c.Action)
		return d.Allowed, d.Rule.ID, d.String()
	}
	_, err := c.Judge.Apply(c.Policy, c.State, c.Commit)
	var refused *CommitError
	if errors.As(err, &refused) {
		return false, refused.Rule.ID, err.Error()
	}
	return err == nil, "", "accepted"
}

func TestEachCaseIsDecidedByItsRule(t *testing.T) {
	if len(DecisionCases()) < 200 {
		t.Fatalf("%d cases, expected at least 200", len(DecisionCases()))
	}
	for i := range DecisionCases() {
		c := &DecisionCases()[i]
		allowed, rule, reason := judgeCase(c)
		if allowed != c.Allowed || !allowed && rule != c.Rule.ID {
			t.Errorf("%s\n\t%s", c, reason)
		}
	}
}

func TestCasesAreNamed(t *testing.T) {
	state := &State{Participants: []Participant{{User: "a", Role: 3, Clients: 1}}}
	for want, c := range map[string]DecisionCase{
		"room-policy/kick/denied: a=3+: a kick b":                                                          {Rule: &spec.Rule{ID: "room-policy/kick"}, State: state, Action: Action{Actor: "a", Kind: ActionKick, Target: "b"}},
		`room-policy/kick/allowed: a=3+: {"committer":"a","external":false,"join_code":"","proposals":[]}`: {Rule: &spec.Rule{ID: "room-policy/kick"}, Allowed: true, State: state, Commit: &Commit{Committer: "a"}},
	} {
		if c.String() != want {
			t.Errorf("%s, expected %s", &c, want)
		}
	}
}

// onMessages reports whether a rule is shown by cases of messages, in
// message_test.go.
func onMessages(id string) bool {
	name := strings.TrimPrefix(id, "room-policy/")
	return slices.ContainsFunc([]string{"message-", "preview-", "expire-", "media-", "asset-upload", "asset-local", "asset-max"},
		func(prefix string) bool { return strings.HasPrefix(name, prefix) }) && name != "message-use"
}

func TestEachDecisionRuleHasCasesOnBothSides(t *testing.T) {
	type side struct {
		rule    string
		allowed bool
	}
	seen := map[side]bool{}
	for _, c := range DecisionCases() {
		seen[side{c.Rule.ID, c.Allowed}] = true
	}
	for _, rule := range DecisionRules() {
		if onMessages(rule.ID) || rule == ruleParentCascade {
			continue
		}
		for _, allowed := range []bool{true, false} {
			if !seen[side{rule.ID, allowed}] {
				t.Errorf("%s has no case that is allowed: %v", rule.ID, allowed)
			}
		}
	}
}
