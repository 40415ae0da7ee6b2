package vectors

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// MaxInput is the largest input of a vector, as JSON, in octets.
const MaxInput = 200_000

// LeftOut is a vector that is not there, and why.
type LeftOut struct {
	ID     string      `json:"id"`
	Op     protocol.Op `json:"op"`
	Reason string      `json:"reason"`
}

// collection gathers vectors. What comes twice is one vector.
type collection struct {
	list    []*Vector
	byInput map[string]*Vector
	byID    map[string]bool
	leftOut []LeftOut
}

// add takes a vector in, which is asked under the drafts. A vector with an
// input that is there lends it its flags, claims, steps and drafts.
func (c *collection) add(v Vector, drafts spec.Drafts) {
	notNull(v.Input)
	input, err := json.Marshal(v.Input)
	if err != nil {
		panic(fmt.Sprintf("%s: its input does not survive JSON: %v", v.ID, err))
	}
	v.drafts = drafts & v.Op().Drafts()
	key := string(v.Op()) + string(input)
	if there := c.byInput[key]; there != nil {
		there.drafts |= v.drafts
		there.claims = append(there.claims, v.claims...)
		for _, f := range v.Flags {
			there.flag(f)
		}
		if there.Rule == nil {
			there.Rule = v.Rule
		}
		if there.Steps == nil {
			there.Steps = v.Steps
		}
		return
	}
	if c.byID[v.ID] {
		panic("two vectors " + v.ID)
	}
	c.byID[v.ID] = true
	if len(input) > MaxInput {
		c.leftOut = append(c.leftOut, LeftOut{v.ID, v.Op(), fmt.Sprintf("its input is %d octets of JSON, more than %d", len(input), MaxInput)})
		return
	}
	c.byInput[key] = &v
	c.list = append(c.list, &v)
}

// notNull makes octets that are none an empty string, where null is not one.
func notNull(input protocol.Input) {
	switch in := input.(type) {
	case *protocol.ContentInput:
		in.Message = protocol.There(in.Message)
	case *protocol.StatusInput:
		in.Report = protocol.There(in.Report)
	case *protocol.MessageIDInput:
		in.Sender, in.Room, in.Message = protocol.There(in.Sender), protocol.There(in.Room), protocol.There(in.Message)
	case *protocol.TagInput:
		in.Salt, in.ApplicationData = protocol.There(in.Salt), protocol.There(in.ApplicationData)
	}
}

func (v *Vector) flag(f Flag) {
	if !slices.Contains(v.Flags, f) {
		v.Flags = append(v.Flags, f)
	}
}

// made is everything that this package makes.
type made struct {
	vectors []Vector
	leftOut []LeftOut
}

var makeAll = sync.OnceValue(gather)

// gather makes every vector anew.
func gather() *made {
	c := &collection{byInput: map[string]*Vector{}, byID: map[string]bool{}}
	for _, source := range sources {
		source(c)
	}
	m := &made{leftOut: c.leftOut}
	for _, v := range c.list {
		v.expected = map[spec.Draft]func() *Expectation{}
		for _, d := range v.drafts.List() {
			v.expected[d] = sync.OnceValue(func() *Expectation { return v.expect(d) })
		}
		slices.Sort(v.Flags)
		m.vectors = append(m.vectors, *v)
	}
	order := protocol.Ops()
	slices.SortStableFunc(m.vectors, func(a, b Vector) int { return slices.Index(order, a.Op()) - slices.Index(order, b.Op()) })
	return m
}

// sources are where vectors come from. The first to bring an input names it.
var sources = []func(*collection){
	contentCases, contentExamples, contentPlaces, contentCuts, contentHeads, contentValues, contentFields, contentLimits, contentFlaws,
	statusReports, messageIDs, frankingTags, frankedMessages, frankingAnswers, policyCases, policyCommits, policyRooms, policyDraws, keptCases,
}

// All returns every vector, op by op. They are shared: do not change them.
func All() []Vector { return makeAll().vectors }

// NotIncluded returns what would be a vector, were it not too large.
func NotIncluded() []LeftOut { return makeAll().leftOut }

// slug writes a text with lower-case letters, digits and single hyphens.
func slug(text string) string {
	fields := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return strings.Join(fields, "-")
}

// fingerprint tells inputs apart that have no name of their own.
func fingerprint(input protocol.Input) string {
	text, err := json.Marshal(input)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:3])
}
