package conform

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// judge tells what came of a case. It may be used by several goroutines at a
// time, but not while a reading is dismissed.
type judge struct {
	*oracle
	detail       protocol.Detail
	alternatives []alternative
}

// alternative is another permitted reading of one ambiguity.
type alternative struct {
	ambiguity *spec.Ambiguity
	reading   string
	oracle    *oracle
	dismissed bool // the subject does not follow it
}

// newJudge makes a judge of a subject that says hello.
func newJudge(hello *protocol.Hello) (*judge, error) {
	base, err := newOracle(hello.Readings)
	if err != nil {
		return nil, err
	}
	j := &judge{oracle: base, detail: hello.Detail}
	for _, a := range properties.Ambiguities() {
		followed := a.Readings[0].Name
		if name, ok := hello.Readings[a.ID]; ok {
			followed = name
		}
		for _, reading := range a.Readings {
			if reading.Name == followed {
				continue
			}
			readings := map[string]string{a.ID: reading.Name}
			for id, name := range hello.Readings {
				if id != a.ID {
					readings[id] = name
				}
			}
			under, err := newOracle(readings)
			if err != nil {
				return nil, err
			}
			j.alternatives = append(j.alternatives, alternative{ambiguity: a, reading: reading.Name, oracle: under})
		}
	}
	return j, nil
}

// concerns reports whether an ambiguity may matter to a request.
func (a *alternative) concerns(r *protocol.Request) bool {
	return !a.dismissed && a.ambiguity.Drafts.Has(r.Draft) && documentOf(a.ambiguity.ID) == r.Draft.Document()
}

// documentOf returns the document whose drafts an ambiguity or a rule is about.
func documentOf(id string) spec.Document {
	model, _, _ := strings.Cut(id, "/")
	if model == "franking" {
		return spec.Protocol
	}
	return spec.Document(model)
}

// sighting is one difference that a case shows.
type sighting struct {
	op      protocol.Op // "" for that of the request
	outcome Outcome
	level   Level
	rule    string // ID, "" if none is known
	place   string
	words   string // of the subject, reduced: they tell causes apart that rule and place do not
	detail  string // what was expected and what was found
}

// key is what raw sightings are grouped by.
type key struct {
	op      protocol.Op
	outcome Outcome
	rule    string
	place   string
	words   string
}

func (s *sighting) key(op protocol.Op) key {
	return key{cmp.Or(s.op, op), s.outcome, s.rule, s.place, s.words}
}

// compare returns what came of a case.
func (j *judge) compare(r *protocol.Request, e *expectation, reply *protocol.Reply) Outcome {
	a := &reply.Answer
	switch {
	case reply.Failure != nil:
		return failureOutcome(reply.Failure.Kind)
	case a.Unsupported:
		return Unsupported
	}
	ok := a.OK
	if ok && r.Op() == protocol.PolicyDecide {
		if a.Allowed == nil {
			return Protocol
		}
		ok = *a.Allowed
	}
	switch {
	case ok && !e.ok:
		return Accepts
	case !ok && e.ok:
		return Rejects
	case !ok:
		return j.compareReasons(e, a)
	}
	return compareResults(r, e, a)
}

// compareReasons compares why a request is refused. A subject that names no
// rules, or names one that is broken, agrees.
func (j *judge) compareReasons(e *expectation, a *protocol.Answer) Outcome {
	if j.detail != protocol.DetailRule || len(a.Rules) == 0 || len(e.reasons) == 0 {
		return Agrees
	}
	for i := range e.reasons {
		if rule := e.reasons[i].rule; rule != nil && slices.Contains(a.Rules, rule.ID) {
			return Agrees
		}
	}
	return WrongReason
}

func compareResults(r *protocol.Request, e *expectation, a *protocol.Answer) Outcome {
	switch in := r.Input.(type) {
	case *protocol.ContentInput, *protocol.StatusInput:
		switch {
		case a.Reencoded == nil:
			return Protocol
		case !bytes.Equal(a.Reencoded, e.reencoded):
			return Reencodes
		}
	case *protocol.MessageIDInput:
		switch {
		case a.MessageID == nil:
			return Protocol
		case !bytes.Equal(a.MessageID, e.messageID):
			return OtherID
		}
	case *protocol.TagInput:
		switch {
		case a.FrankingTag == nil:
			return Protocol
		case !bytes.Equal(a.FrankingTag, e.frankingTag):
			return WrongResult
		}
	case *protocol.ApplyInput:
		policy := a.Policy
		if policy == nil {
			policy = in.Policy
		}
		switch {
		case a.State == nil:
			return Protocol
		case !sameJSON(a.State, e.state) || !sameJSON(policy, e.policy):
			return WrongResult
		}
	}
	return Agrees
}

// formOf returns the JSON form of a policy or state, null for what has none.
func formOf(s roompolicy.Struct) []byte {
	form, err := roompolicy.EncodeJSON(s)
	if err != nil {
		return []byte("null")
	}
	return form
}

func sameJSON(a, b roompolicy.Struct) bool { return bytes.Equal(formOf(a), formOf(b)) }

// sightings returns the differences that a case shows, none if it agrees or
// was not answered.
func (j *judge) sightings(r *protocol.Request, e *expectation, reply *protocol.Reply) []sighting {
	var list []sighting
	if outcome := j.compare(r, e, reply); outcome != Agrees && outcome != Unsupported {
		if alt := j.otherReading(outcome, r, reply, nil); alt != nil {
			list = []sighting{alt.sighting()}
		} else {
			list = j.differences(outcome, r, e, reply)
		}
	}
	return append(list, beside(reply)...)
}

// beside returns what a reply shows whatever the answer is.
func beside(reply *protocol.Reply) (list []sighting) {
	if reply.Overwritten != "" {
		list = append(list, sighting{outcome: Overwrites, level: Must, place: reply.Overwritten, detail: fmt.Sprintf("it writes into %q of the input that it is given", reply.Overwritten)})
	}
	if reply.OtherHello != "" {
		list = append(list, sighting{op: protocol.HelloOp, outcome: Protocol, level: Must, place: "changed", detail: "after a restart it says another hello: " + reply.OtherHello})
	}
	return list
}

// otherReading returns the other permitted reading that the subject follows in a
// case with such an outcome, nil if there is none. It looks at the likely one first.
func (j *judge) otherReading(outcome Outcome, r *protocol.Request, reply *protocol.Reply, likely *alternative) *alternative {
	switch outcome {
	case Crash, Hang, Memory, Protocol, EarlyExit, WrongReason:
		return nil
	}
	if likely != nil && j.follows(likely, r, reply) {
		return likely
	}
	for i := range j.alternatives {
		if alt := &j.alternatives[i]; alt != likely && j.follows(alt, r, reply) {
			return alt
		}
	}
	return nil
}

// follows reports whether a subject answers a request as it should under an
// alternative.
func (j *judge) follows(alt *alternative, r *protocol.Request, reply *protocol.Reply) bool {
	if !alt.concerns(r) {
		return false
	}
	if in, ok := r.Input.(*protocol.ContentInput); ok && !reply.Answer.OK && alt.oracle.accepts(r.Draft, in.Message) {
		return false // without the encoding, which is dear where a message is large
	}
	under := alt.oracle.expect(r)
	return j.compare(r, &under, reply) == Agrees
}

// sighting is that of a case in which the subject follows the alternative.
func (a *alternative) sighting() sighting {
	return sighting{
		outcome: OtherReading, level: Information, rule: a.ambiguity.ID, place: a.reading,
		detail: fmt.Sprintf("it follows the reading %q of %s (%s)", a.reading, a.ambiguity.ID, a.ambiguity.Question),
	}
}

// differences returns the differences that a case with such an outcome shows,
// whatever other readings there are.
func (j *judge) differences(outcome Outcome, r *protocol.Request, e *expectation, reply *protocol.Reply) []sighting {
	switch outcome {
	case Crash, Hang, Memory, Protocol, EarlyExit:
		return []sighting{failed(outcome, reply)}
	}
	list := j.answered(outcome, r, e, &reply.Answer)
	if e.unspecified != "" {
		for i := range list {
			list[i].level, list[i].rule, list[i].place, list[i].words = Information, "", "unspecified", ""
			list[i].detail += "; " + e.unspecified
		}
		return list[:1]
	}
	return list
}

// failed is the sighting of a request without a usable answer.
func failed(outcome Outcome, reply *protocol.Reply) sighting {
	s := sighting{outcome: outcome, level: Must}
	f := reply.Failure
	if f == nil {
		s.place, s.detail = "result-missing", "the answer is ok, but the result of the op is not there"
		return s
	}
	s.detail = f.Error()
	switch outcome {
	case Crash:
		s.place = slug(lastWords(f))
	case Protocol:
		s.place = slug(f.Detail)
	}
	return s
}

// lastWords returns what tells one crash from another: the message of an
// uncaught exception or panic, else how the process ended.
func lastWords(f *protocol.Failure) string {
	if f.ExitStatus == -1 && f.Signal == "" {
		return f.Detail // a panic in this process
	}
	lines := strings.Split(strings.TrimSpace(f.Stderr), "\n")
	for _, line := range lines {
		if text, ok := strings.CutPrefix(line, "panic: "); ok {
			return text
		}
		if strings.Contains(line, "panicked at") {
			return line
		}
	}
	if last := lines[len(lines)-1]; last != "" {
		return last
	}
	if f.Signal != "" {
		return f.Signal
	}
	return f.Detail
}

// answered returns what differs in an answer.
func (j *judge) answered(outcome Outcome, r *protocol.Request, e *expectation, a *protocol.Answer) []sighting {
	op := r.Op()
	switch outcome {
	case Accepts:
		var list []sighting
		for i := range e.reasons {
			s := sighting{outcome: Accepts, level: Must, place: e.reasons[i].place}
			if rule := e.reasons[i].rule; rule != nil {
				s.rule, s.level = rule.ID, levelOf(rule)
				s.detail = fmt.Sprintf("it accepts what breaks %s: %s", rule.ID, rule.Statement)
				if op == protocol.PolicyDecide {
					s.detail = fmt.Sprintf("it allows what %s denies: %s", rule.ID, rule.Statement)
				}
			}
			if !slices.ContainsFunc(list, func(o sighting) bool { return o.rule == s.rule && o.place == s.place }) {
				list = append(list, s)
			}
		}
		if list == nil {
			list = []sighting{{outcome: Accepts, level: Must, detail: "it accepts what the reference refuses"}}
		}
		return list
	case Rejects:
		return []sighting{j.rejection(r, e, a)}
	case WrongReason:
		s := sighting{outcome: WrongReason, level: Information, rule: ruleID(e.reasons), place: a.Rules[0]}
		s.detail = fmt.Sprintf("it refuses for %s, and %s is broken", strings.Join(a.Rules, ", "), strings.Join(ruleIDs(e.reasons), ", "))
		return []sighting{s}
	case Reencodes:
		return []sighting{j.reencoding(r, e, a)}
	case OtherID:
		return []sighting{{outcome: OtherID, level: Must, rule: idRule(r.Draft, a.MessageID), detail: fmt.Sprintf("it computes %x, and the draft %x", a.MessageID, e.messageID)}}
	}
	if op == protocol.FrankingTag {
		return []sighting{{outcome: WrongResult, level: Must, rule: "franking/tag", detail: fmt.Sprintf("it computes %x, and the draft %x", a.FrankingTag, e.frankingTag)}}
	}
	place, detail := firstDifference(e, a)
	return []sighting{{outcome: WrongResult, level: Must, place: place, detail: detail}}
}

// rejection is the sighting of a request that should not be refused.
func (j *judge) rejection(r *protocol.Request, e *expectation, a *protocol.Answer) sighting {
	s := sighting{outcome: Rejects, level: Must, words: slug(a.Reason), detail: "it refuses what the draft allows"}
	if a.Reason != "" {
		s.detail += fmt.Sprintf(": it says %q", clip(a.Reason))
	}
	switch in := r.Input.(type) {
	case *protocol.DecideInput:
		s.rule, s.place, s.words = ruleID(e.reasons), string(in.Action.Kind), ""
		s.detail = "it denies what " + s.rule + " allows"
	case *protocol.ReceiverInput:
		s.place = in.Role
	case *protocol.HubInput:
		s.place = in.Role
	}
	if j.detail == protocol.DetailRule && len(a.Rules) > 0 {
		s.rule, s.words = a.Rules[0], ""
	}
	return s
}

// reencoding is the sighting of a message that comes back in other octets.
// Where the draft does not ask for a deterministic encoding, one of the same
// meaning is no error.
func (j *judge) reencoding(r *protocol.Request, e *expectation, a *protocol.Answer) sighting {
	s := sighting{outcome: Reencodes, level: Must, place: firstOther(r, e.reencoded, a.Reencoded)}
	s.detail = fmt.Sprintf("it encodes the message again as %s, expected %s", hex(a.Reencoded), hex(e.reencoded))
	if !deterministic(r.Draft) {
		if same := j.expect(withOctets(r, a.Reencoded)); same.ok && bytes.Equal(same.reencoded, e.reencoded) {
			s.level, s.place = Information, "same-meaning"
			s.detail += "; both mean the same, and the draft asks for no encoding"
		}
	}
	return s
}

// firstOther returns the place at which two encodings differ first.
func firstOther(r *protocol.Request, expected, got []byte) string {
	a, b := traitsOf(withOctets(r, expected)), traitsOf(withOctets(r, got))
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			return string(a[i])
		}
	}
	if len(a) == len(b) {
		// The shapes are the same: it is a value that differs.
		at := 0
		for at < min(len(expected), len(got)) && expected[at] == got[at] {
			at++
		}
		return placeAt(r, expected, at)
	}
	return ""
}

// placeAt returns the trait of the innermost item at an offset in octets, if a
// request like r had them.
func placeAt(r *protocol.Request, octets []byte, offset int) string {
	traits := traitsOf(withOctets(r, octets[:min(offset+1, len(octets))]))
	if len(traits) == 0 {
		return ""
	}
	place, _, _ := strings.Cut(string(traits[len(traits)-1]), "=")
	return place
}

// firstDifference returns where the result of a commit differs first.
func firstDifference(e *expectation, a *protocol.Answer) (place, detail string) {
	parts := []struct {
		name          string
		expected, got roompolicy.Struct
	}{{"state", e.state, a.State}}
	if a.Policy != nil {
		parts = append(parts, struct {
			name          string
			expected, got roompolicy.Struct
		}{"policy", e.policy, a.Policy})
	}
	for _, part := range parts {
		expected, got := formOf(part.expected), formOf(part.got)
		if bytes.Equal(expected, got) {
			continue
		}
		var x, y any
		if json.Unmarshal(expected, &x) == nil && json.Unmarshal(got, &y) == nil {
			place = part.name + differsAt(x, y)
		}
		return place, fmt.Sprintf("the %s after the commit is %s, expected %s", part.name, clip(string(got)), clip(string(expected)))
	}
	return "policy", "it returns no policy, though the commit changes it"
}

// differsAt returns the path of the first difference, without indices.
func differsAt(a, b any) string {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok {
			return ""
		}
		for _, name := range sortedKeys(a, b) {
			if formA, formB := mustJSON(a[name]), mustJSON(b[name]); !bytes.Equal(formA, formB) {
				return "." + name + differsAt(a[name], b[name])
			}
		}
	case []any:
		b, ok := b.([]any)
		if !ok {
			return ""
		}
		for i := range min(len(a), len(b)) {
			if !bytes.Equal(mustJSON(a[i]), mustJSON(b[i])) {
				return differsAt(a[i], b[i])
			}
		}
	}
	return ""
}

func sortedKeys(a, b map[string]any) []string {
	var names []string
	for _, m := range []map[string]any{a, b} {
		for name := range m {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func mustJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // it was read from JSON
	}
	return text
}

// idRule returns the ID of the rule that an ID breaks which is not the right one.
func idRule(d spec.Draft, id []byte) string {
	switch {
	case len(id) != messageid.Size:
		return "content/msgid-size"
	case id[0] != byte(messageid.SHA256):
		return "content/msgid-hash-alg-octet"
	}
	for _, rule := range messageid.Rules() {
		if strings.HasPrefix(rule.ID, "content/msgid-construction-") && rule.Drafts.Has(d) {
			return rule.ID
		}
	}
	return ""
}

func levelOf(rule *spec.Rule) Level {
	switch rule.Level {
	case spec.Should, spec.Legit:
		return Should
	case spec.Nonsense:
		return Nonsense
	}
	return Must
}

// ruleID returns the ID of the first rule, "" if there is none.
func ruleID(reasons []reason) string {
	if ids := ruleIDs(reasons); len(ids) > 0 {
		return ids[0]
	}
	return ""
}

func ruleIDs(reasons []reason) []string {
	var ids []string
	for i := range reasons {
		if rule := reasons[i].rule; rule != nil && !slices.Contains(ids, rule.ID) {
			ids = append(ids, rule.ID)
		}
	}
	return ids
}

// largestShown is how many octets of a value a detail shows.
const largestShown = 160

func clip(text string) string {
	if len(text) <= largestShown {
		return text
	}
	return strings.ToValidUTF8(text[:largestShown], "") + "…"
}

func hex(octets []byte) string {
	if len(octets) > largestShown/2 {
		return fmt.Sprintf("%x… (%d octets)", octets[:largestShown/2], len(octets))
	}
	return fmt.Sprintf("%x", octets)
}
