package vectors

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// policyCases makes a vector of each action and each commit that shows a rule.
func policyCases(c *collection) {
	cases := roompolicy.DecisionCases()
	for i := range cases {
		k := &cases[i]
		v := Vector{Rule: k.Rule, claims: []claim{{draft: k.Judge.Draft(), rule: k.Rule.ID, accepted: k.Allowed, readings: readingsOf(k.Judge.Readings())}}}
		if k.Commit != nil {
			v.Input = &protocol.ApplyInput{Policy: k.Policy, State: k.State, Commit: k.Commit}
		} else {
			v.Input = &protocol.DecideInput{Policy: k.Policy, State: k.State, Action: k.Action}
		}
		v.ID, v.Title = policyCaseID(k, v.Input), policyTitle(k)
		if len(v.claims[0].readings) == 0 {
			v.Flags = []Flag{sideFlag(k.Allowed)}
		}
		c.add(v, v.Op().Drafts())
	}
}

func sideFlag(allowed bool) Flag {
	if allowed {
		return Allowed
	}
	return Denied
}

func policyCaseID(k *roompolicy.DecisionCase, input protocol.Input) string {
	side := "denied"
	if k.Allowed {
		side = "allowed"
	}
	what := "commit"
	if k.Commit == nil {
		what = slug(string(k.Action.Kind))
	}
	return fmt.Sprintf("%s/%s/%s-%s", k.Rule.ID, side, what, fingerprint(input))
}

func policyTitle(k *roompolicy.DecisionCase) string {
	what := "a commit"
	if k.Commit == nil {
		what = k.Action.Describe(k.Policy.Roles)
	}
	return fmt.Sprintf("In the room %s: %s. About: %s", k.State, what, k.Rule.Statement)
}

// readingsOf returns the readings that are not defaults by the IDs of their
// ambiguities.
func readingsOf(readings roompolicy.Readings) map[string]string {
	chosen := map[string]string{}
	for part := range strings.SplitSeq(readings.String(), ",") {
		if id, name, ok := strings.Cut(part, "="); ok {
			chosen["room-policy/"+id] = name
		}
	}
	return chosen
}

// policyCommits makes of each action that is a vector the commit that does it.
func policyCommits(c *collection) {
	cases := roompolicy.DecisionCases()
	for i := range cases {
		k := &cases[i]
		if k.Commit != nil {
			continue
		}
		commit := k.Judge.CommitFor(k.Policy, k.State, k.Action)
		if len(commit.Proposals) == 0 && !commit.External {
			continue
		}
		v := Vector{Rule: k.Rule, Flags: []Flag{CommitOfAction}, Input: &protocol.ApplyInput{Policy: k.Policy, State: k.State, Commit: commit}}
		v.ID, v.Title = policyCaseID(k, v.Input)+"/commit", "The commit of: "+policyTitle(k)
		c.add(v, v.Op().Drafts())
	}
}

// largestRoom bounds the JSON of what is drawn, so that it can be read.
const largestRoom = 4000

// policyDraws draws actions and commits in small rooms, and keeps those that
// are the first to be decided by a rule, actions kind by kind.
func policyDraws(c *collection) {
	const draws = 2000
	seen := map[string]bool{}
	for _, d := range []spec.Draft{spec.RoomPolicy04, spec.RoomPolicy02, spec.RoomPolicy01} {
		for n, kind := range []struct {
			name string
			draw func(*gen.Tape) (protocol.Input, string)
		}{
			{"action", func(t *gen.Tape) (protocol.Input, string) {
				q := gen.AnyRoomAction(d, t)
				return &protocol.DecideInput{Policy: q.Policy, State: q.State, Action: q.Action}, string(q.Action.Kind)
			}},
			{"commit", func(t *gen.Tape) (protocol.Input, string) {
				q := gen.AnyRoomCommit(d, t)
				return &protocol.ApplyInput{Policy: q.Policy, State: q.State, Commit: q.Commit}, proposalKinds(q.Commit)
			}},
			{"list", func(t *gen.Tape) (protocol.Input, string) {
				q := gen.AnyListCommit(d, t)
				return &protocol.ApplyInput{Policy: q.Policy, State: q.State, Commit: q.Commit}, proposalKinds(q.Commit)
			}},
		} {
			var tape gen.Tape
			tape.Seed(7, uint64(d)<<8|uint64(n))
			for range draws {
				tape.Clear()
				input, what := kind.draw(&tape)
				verdict := theDefault.verdict(&protocol.Request{Draft: d, Input: input})
				key := fmt.Sprint(kind.name, verdict.accepts(), verdict.Rules)
				if kind.name == "action" {
					key += what
				}
				if seen[key] {
					continue
				}
				if text, err := json.Marshal(input); err != nil || len(text) > largestRoom {
					continue
				}
				seen[key] = true
				v := Vector{Flags: []Flag{DrawnRoom}, Input: input, Title: "A drawn room: " + what + "."}
				if len(verdict.Rules) > 0 {
					v.Rule = roompolicy.RuleByID(verdict.Rules[0])
				}
				v.ID = fmt.Sprintf("room-policy/drawn/%s/%s", slug(what), fingerprint(input))
				c.add(v, input.Op().Drafts())
			}
		}
	}
}

// proposalKinds names the kinds of proposals in a commit.
func proposalKinds(commit *roompolicy.Commit) string {
	var kinds []string
	for i := range commit.Proposals {
		switch p := &commit.Proposals[i]; {
		case p.ParticipantList != nil && len(p.ParticipantList.ChangedRoleParticipants) > 0:
			kinds = append(kinds, "roles")
		case p.ParticipantList != nil && len(p.ParticipantList.RemovedIndices) > 0:
			kinds = append(kinds, "removals")
		case p.ParticipantList != nil:
			kinds = append(kinds, "additions")
		case p.Add != nil:
			kinds = append(kinds, "add")
		case p.Remove != nil:
			kinds = append(kinds, "remove")
		case p.Replace != nil:
			kinds = append(kinds, "replace")
		}
	}
	slices.Sort(kinds)
	kinds = slices.Compact(kinds)
	if commit.External {
		kinds = append(kinds, "external")
	}
	return strings.Join(kinds, "-and-")
}
