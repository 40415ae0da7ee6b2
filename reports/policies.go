package reports

import (
	"encoding/base64"
	"html/template"
	"strings"
)

// PolicyResult is what was found of a room policy, and who can do what to whom
// under it.
type PolicyResult struct {
	Name   string       `json:"name"`
	Users  int          `json:"users"`  // in the search
	States int          `json:"states"` // that the room can reach
	Whole  bool         `json:"whole"`  // whether these are all
	Roles  []PolicyRole `json:"roles"`
	// Cells are what each role can do to users of each: Cells[i][j] is what
	// Roles[i] can do to those of Roles[j].
	Cells [][][]string `json:"cells"`
	SVG   string       `json:"svg"` // the same as a picture
}

// PolicyRole is a role and what its holders can do to themselves.
type PolicyRole struct {
	Index uint32   `json:"index"`
	Name  string   `json:"name"`
	Own   []string `json:"own"`
}

// pagePolicy is a policy as the page shows it.
type pagePolicy struct {
	Result  *PolicyResult
	Roles   []string // escaped
	Rows    []pagePolicyRow
	Picture template.URL
}

type pagePolicyRow struct {
	Role  string   // escaped
	Cells []string // escaped, what it can do to itself first
}

func (p *pageData) addPolicies(policies []PolicyResult) {
	for i := range policies {
		result := &policies[i]
		policy := pagePolicy{Result: result, Picture: template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(result.SVG)))}
		for _, role := range result.Roles {
			policy.Roles = append(policy.Roles, number(uint64(role.Index))+" "+clipName(role.Name, inputName))
		}
		for i, role := range result.Roles {
			row := pagePolicyRow{Role: policy.Roles[i], Cells: []string{clipName(strings.Join(role.Own, ", "), pageName)}}
			for j := range result.Roles {
				cell := ""
				if i < len(result.Cells) && j < len(result.Cells[i]) {
					cell = clipName(strings.Join(result.Cells[i][j], ", "), pageName)
				}
				row.Cells = append(row.Cells, cell)
			}
			policy.Rows = append(policy.Rows, row)
		}
		p.Policies = append(p.Policies, policy)
	}
}
