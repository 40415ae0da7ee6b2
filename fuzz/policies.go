package fuzz

import (
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/reports"
)

// Policies tells of the example policies: how many states there are, and who
// can do what to whom.
func Policies() []reports.PolicyResult {
	var list []reports.PolicyResult
	for _, example := range roompolicy.Examples() {
		room, err := properties.VettedRoom(example.Name, spec.Newest(spec.RoomPolicy))
		if err != nil {
			panic(err) // a test runs this
		}
		report, err := properties.Reference{}.VetRoom(room)
		if err != nil {
			panic(err)
		}
		result := reports.PolicyResult{Name: example.Name, Users: report.Users, States: report.States, Whole: report.Exhausted,
			Cells: report.Matrix.Cells, SVG: string(report.Matrix.SVG())}
		for _, role := range report.Matrix.Roles {
			result.Roles = append(result.Roles, reports.PolicyRole{Index: role.Index, Name: role.Name, Own: role.Own})
		}
		list = append(list, result)
	}
	return list
}
