package properties

import (
	"fmt"
	"slices"
	"strings"
)

var all = slices.Concat(messageIDProperties, contentProperties, betweenDraftsProperties, messageStatusProperties, frankingProperties,
	policyCodecProperties, policyStructureProperties, policyDecisionProperties, policyStateProperties, policySearchProperties, policySecurityProperties,
	functionProperties)

// All returns every property, in the order in which they are reported.
func All() []*Property { return all }

// Models returns the models that have properties, such as "messageid".
func Models() []string {
	var models []string
	for _, p := range all {
		if !slices.Contains(models, p.Model()) {
			models = append(models, p.Model())
		}
	}
	return models
}

// OfModel returns the properties of a model.
func OfModel(model string) ([]*Property, error) {
	var list []*Property
	for _, p := range all {
		if p.Model() == model {
			list = append(list, p)
		}
	}
	if list == nil {
		return nil, fmt.Errorf("unknown model %q: expected one of %s", model, strings.Join(Models(), ", "))
	}
	return list, nil
}

// ByID returns the property with the given ID, such as "messageid/injective".
func ByID(id string) (*Property, error) {
	var ids []string
	for _, p := range all {
		if p.ID == id {
			return p, nil
		}
		ids = append(ids, p.ID)
	}
	return nil, fmt.Errorf("unknown property %q: expected one of %s", id, strings.Join(ids, ", "))
}
