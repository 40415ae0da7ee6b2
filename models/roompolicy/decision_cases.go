package roompolicy

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// DecisionCase is an action or a commit on one side of a rule: what the rule
// allows, or what it is the first to deny.
type DecisionCase struct {
	Rule    *spec.Rule
	Allowed bool
	Judge   Judge
	Policy  *Policy
	State   *State
	Action  Action
	Commit  *Commit // nil for an action
}

// String names the case by its rule and side.
func (c *DecisionCase) String() string {
	side := "denied"
	if c.Allowed {
		side = "allowed"
	}
	text := c.Rule.ID + "/" + side + ": " + c.State.String() + ": "
	if c.Commit == nil {
		return text + c.Action.String()
	}
	commit, err := EncodeJSON(c.Commit)
	if err != nil {
		return text + err.Error()
	}
	return text + string(commit)
}

//go:embed decision_cases.json
var decisionCasesJSON []byte

// caseFile is the form of decision_cases.json.
type caseFile struct {
	Policies map[string]json.RawMessage `json:"policies"`
	Cases    []caseRow                  `json:"cases"`
}

// caseRow is one case. Policy is the name of an example or of one of
// Policies, which Components changes;
// Room has what State, in its compact form, leaves out.
type caseRow struct {
	Rule       string            `json:"rule"`
	Allowed    bool              `json:"allowed"`
	Draft      spec.Draft        `json:"draft"`
	Readings   Readings          `json:"readings"`
	Policy     string            `json:"policy"`
	Components json.RawMessage   `json:"components"`
	State      string            `json:"state"`
	Room       json.RawMessage   `json:"room"`
	Preauth    map[User][]uint32 `json:"preauth"` // the roles of the entries that match a user, in order
	Action     string            `json:"action"`
	Commit     json.RawMessage   `json:"commit"`
}

var readCaseFile = sync.OnceValue(func() *caseFile {
	var file caseFile
	if err := json.Unmarshal(decisionCasesJSON, &file); err != nil {
		panic("the embedded cases: " + err.Error())
	}
	return &file
})

var readDecisionCases = sync.OnceValue(func() []DecisionCase {
	file := readCaseFile()
	cases := make([]DecisionCase, len(file.Cases))
	for i := range file.Cases {
		if err := file.Cases[i].read(file.Policies, &cases[i]); err != nil {
			panic(fmt.Sprintf("the embedded case %d: %v", i, err))
		}
	}
	return cases
})

// DecisionCases returns the cases that show each rule of [DecisionRules] on
// actions and commits from both sides. They are shared: do not change them.
func DecisionCases() []DecisionCase { return readDecisionCases() }

func (r *caseRow) read(policies map[string]json.RawMessage, c *DecisionCase) (err error) {
	c.Allowed = r.Allowed
	if c.Rule = RuleByID("room-policy/" + r.Rule); c.Rule == nil {
		return fmt.Errorf("no rule %q", r.Rule)
	}
	if r.Draft == 0 {
		r.Draft = spec.Newest(spec.RoomPolicy)
	}
	if c.Judge, err = NewJudge(r.Draft, r.Readings); err != nil {
		return err
	}
	if c.Policy, err = r.policy(policies); err != nil {
		return err
	}
	if c.State, err = r.state(); err != nil {
		return err
	}
	r.preauthorize(c)
	if r.Commit != nil {
		c.Commit, err = DecodeJSON[Commit](r.Commit)
		return err
	}
	c.Action, err = ParseAction(r.Action, c.Policy.Roles)
	return err
}

func (r *caseRow) policy(policies map[string]json.RawMessage) (*Policy, error) {
	var to AppDataDictionary
	if example := ExampleByName(r.Policy); example != nil {
		to.Policy = *example
	} else if text, ok := policies[r.Policy]; !ok {
		return nil, fmt.Errorf("no policy %q", r.Policy)
	} else if policy, err := DecodePolicyJSON(text); err != nil {
		return nil, err
	} else {
		to.Policy = *policy
	}
	if r.Components == nil {
		return &to.Policy, nil
	}
	changed, err := DecodePolicyJSON(r.Components)
	if err != nil {
		return nil, err
	}
	from := AppDataDictionary{Policy: *changed}
	for _, s := range policySlots {
		if s.get(&from) != nil {
			s.move(&to, &from)
		}
	}
	return &to.Policy, nil
}

func (r *caseRow) state() (*State, error) {
	listed, err := ParseState(r.State)
	if err != nil || r.Room == nil {
		return listed, err
	}
	state, err := DecodeJSON[State](r.Room)
	if err != nil {
		return nil, err
	}
	state.Participants = listed.Participants
	return state, nil
}

// preauthorize writes down entries that match one user each, by a claim of its
// name.
func (r *caseRow) preauthorize(c *DecisionCase) {
	if len(r.Preauth) == 0 {
		return
	}
	preauth := &PreAuthData{}
	for user, roles := range r.Preauth {
		claim := Claim{ClaimId: ClaimId{CredentialType: 2, Id: "name"}, ClaimValue: Octets(user)}
		c.State.Credentials = append(c.State.Credentials, Credential{User: user, Claims: []Claim{claim}})
		for _, index := range roles {
			preauth.PreauthorizedEntries = append(preauth.PreauthorizedEntries,
				PreAuthRoleEntry{Claimset: []Claim{claim}, TargetRole: RoleReference{RoleIndex: index}})
		}
	}
	c.Policy.PreAuth = preauth
}
