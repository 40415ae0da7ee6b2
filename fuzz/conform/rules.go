package conform

import (
	"slices"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

var rulesByID = sync.OnceValue(func() map[string]*spec.Rule {
	rules := map[string]*spec.Rule{}
	for _, r := range slices.Concat(messageid.Rules(), content.Rules(), franking.Rules(), roompolicy.Rules()) {
		rules[r.ID] = r
	}
	return rules
})

// ruleByID returns the rule with the given ID, nil if there is none.
func ruleByID(id string) *spec.Rule { return rulesByID()[id] }
