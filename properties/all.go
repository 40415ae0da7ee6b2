package properties

import (
	"fmt"
	"slices"
	"strings"
)

var all = slices.Concat(messageIDProperties, contentProperties)

// All returns every property, in the order in which they are reported.
func All() []*Property { return all }

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
