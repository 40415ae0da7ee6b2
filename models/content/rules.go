package content

import (
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// rule is the index of a rule in ruleTable. The constants stand in the files
// rules_*.go next to what they say.
type rule uint8

// row is one rule as it is written down in the files rules_*.go.
type row struct {
	rule      rule
	id        string
	level     spec.Level
	section   string // of the newest draft that has the rule
	drafts    spec.Drafts
	limit     string // what the rule allows, for messages
	statement string
}

// shared is the row of a rule that another model defines.
func shared(r rule, definition *spec.Rule, limit string) row {
	return row{r, definition.ID, definition.Level, definition.Section, definition.Drafts, limit, definition.Statement}
}

// The drafts in which rules are in force. Content09 is the same as Content08
// on the wire.
var (
	allDrafts  = spec.Between(spec.Content04, spec.Content09)
	since05    = spec.Between(spec.Content05, spec.Content09)
	since06    = spec.Between(spec.Content06, spec.Content09)
	since08    = spec.Between(spec.Content08, spec.Content09)
	before08   = spec.Between(spec.Content04, spec.Content07)
	only04     = spec.DraftsOf(spec.Content04)
	before06   = spec.Between(spec.Content04, spec.Content05)
	anyStatus  = spec.Between(spec.MessageStatus00, spec.MessageStatus01)
	onlyStat01 = spec.DraftsOf(spec.MessageStatus01)
)

// ruleTable holds every rule, by its index; limits holds what each allows.
var (
	ruleTable [numRules]spec.Rule
	limits    [numRules]string
)

func init() {
	for _, rows := range [][]row{
		messageRules, extensionRules, encodingRules, partRules, externalRules, nonsenseRules, legitRules,
		behaviourRules, mediaRules, statusRules, moreExtensionRules,
	} {
		for _, r := range rows {
			if ruleTable[r.rule].ID != "" {
				panic("two rules share the index of " + r.id)
			}
			ruleTable[r.rule] = spec.Rule{
				ID: r.id, Level: r.level, Section: r.section, Drafts: r.drafts, Statement: r.statement,
			}
			limits[r.rule] = r.limit
		}
	}
}

// Rules returns every rule that this package judges, ordered by ID. The rules
// are shared: do not change them.
func Rules() []*spec.Rule {
	list := make([]*spec.Rule, 0, numRules)
	for i := range ruleTable {
		list = append(list, &ruleTable[i])
	}
	slices.SortFunc(list, func(a, b *spec.Rule) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// RuleByID returns the rule with the given ID, nil if there is none.
func RuleByID(id string) *spec.Rule {
	for i := range ruleTable {
		if ruleTable[i].ID == id {
			return &ruleTable[i]
		}
	}
	return nil
}

// violation makes a violation of r outside the octets of a message.
func violation(r rule, path, found string) spec.Violation {
	return spec.Violation{Rule: &ruleTable[r], Path: path, Found: found, Limit: limits[r]}
}
