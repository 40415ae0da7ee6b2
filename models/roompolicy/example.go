package roompolicy

import (
	_ "embed"
	"sync"
)

// Example is a policy that the draft gives as an example (room-policy-04
// appendix A), with the capabilities that roles take from each other written
// out. It has roles only.
type Example struct {
	Name    string // such as "strict"
	Section string
	Title   string
	Policy  *Policy
}

//go:embed example_cooperative.json
var cooperativeJSON []byte

//go:embed example_strict.json
var strictJSON []byte

//go:embed example_moderated.json
var moderatedJSON []byte

//go:embed example_multi_org.json
var multiOrgJSON []byte

var readExamples = sync.OnceValue(func() []Example {
	read := func(name, section, title string, text []byte) Example {
		policy, err := DecodePolicyJSON(text)
		if err != nil {
			panic("the embedded example " + name + ": " + err.Error())
		}
		return Example{Name: name, Section: section, Title: title, Policy: policy}
	}
	return []Example{
		read("cooperative", "A.1", "a room that its users run together", cooperativeJSON),
		read("strict", "A.2", "a room that administrators run", strictJSON),
		read("moderated", "A.3", "a room with guests, attendees, speakers and moderators", moderatedJSON),
		read("multi-org", "A.4", "a room of three organizations, each with administrators", multiOrgJSON),
	}
})

// Examples returns the example policies. They are shared: do not change them.
//
// Two capabilities of A.1, canRevokeVoice and canGrantVoice, have no value and
// are left out. In A.3 the speaker is said to have the capabilities of the
// speaker, here taken for those of the attendee, and the moderator those of an
// ordinary_user, of which there is none, here taken for those of the speaker.
func Examples() []Example { return readExamples() }

// ExampleByName returns the policy of an example, nil if there is none with the
// name.
func ExampleByName(name string) *Policy {
	for _, e := range Examples() {
		if e.Name == name {
			return e.Policy
		}
	}
	return nil
}
