package roompolicy

import (
	_ "embed"
	"encoding/json"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Side is the side of a rule on which a case stands.
type Side string

// The sides.
const (
	Broken Side = "broken" // breaks the rule, and no other
	Right  Side = "right"  // breaks none, and is near to breaking the rule
)

// StructureCase is a room on one side of a rule on structure. It is plain data,
// kept in structure_cases.json.
type StructureCase struct {
	Rule  string            `json:"rule"`
	Name  string            `json:"name,omitempty"` // what is special, where a rule has several cases
	Side  Side              `json:"side"`
	Draft spec.Draft        `json:"draft"`
	Room  AppDataDictionary `json:"room"`
}

//go:embed structure_cases.json
var structureCasesJSON []byte

var readStructureCases = sync.OnceValue(func() []StructureCase {
	var cases []StructureCase
	if err := json.Unmarshal(structureCasesJSON, &cases); err != nil {
		panic("the embedded cases: " + err.Error())
	}
	return cases
})

// StructureCases returns the cases that show each rule of [StructureRules] from
// both sides. They are shared: do not change them.
func StructureCases() []StructureCase { return readStructureCases() }
