package roompolicy

import (
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// enumFields visits fields to find enums with a value that the draft does not
// give them.
type enumFields struct {
	way
	c *structure
}

func (e *enumFields) enum(name string, value *uint8, names []string) {
	if int(*value) >= len(names) || names[*value] == "" {
		known := strings.Join(strings.Fields(strings.Join(names, " ")), ", ")
		e.c.breaks(ruleEnumKnown, number(*value), known, "%s", e.to(name))
	}
}

func (e *enumFields) structure(name string, visit func()) {
	e.enter(step{name, -1})
	visit()
	e.leave()
}

func (e *enumFields) elements(name string, have int, _ bool, visit func(i int)) {
	e.enter(step{name, 0})
	for i := range have {
		e.way[len(e.way)-1].index = i
		visit(i)
	}
	e.leave()
}

func (e *enumFields) optional(_ string, present *bool, visit func()) {
	if *present {
		visit()
	}
}

func (e *enumFields) only(_ spec.Drafts, visit func())      { visit() }
func (e *enumFields) arm(_ bool, visit func())              { visit() }
func (e *enumFields) whole(_ string, is bool) bool          { return is }
func (e *enumFields) codec() *Codec                         { return nil }
func (e *enumFields) reading() bool                         { return false }
func (e *enumFields) need(...string)                        {}
func (e *enumFields) refuse(string, string)                 {}
func (e *enumFields) uint8(string, *uint8)                  {}
func (e *enumFields) uint16(string, *uint16)                {}
func (e *enumFields) uint32(string, *uint32)                {}
func (e *enumFields) uint64(string, *uint64)                {}
func (e *enumFields) boolean(string, *bool)                 {}
func (e *enumFields) number(string, *uint16, registryNames) {}
func (e *enumFields) opaque(string, *string)                {}
func (e *enumFields) octets(string, *string)                {}
func (e *enumFields) fixed(string, *string, int)            {}
func (e *enumFields) dictionary(string, *AppDataDictionary) {}
