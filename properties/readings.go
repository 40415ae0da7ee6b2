package properties

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
	"github.com/mimifuzz/mimifuzz/properties/rooms"
)

// ReferenceUnder is the reference under other readings of ambiguities than the
// defaults. Make one with [WithReadings].
type ReferenceUnder struct {
	Reference
	readings map[string]string // the name of a reading, by the ID of its ambiguity
	content  content.Readings
	franking map[string]string
	policy   roompolicy.Readings
	checkers map[spec.Draft]*content.Checker
}

// Ambiguities returns the places where a draft of any model can be read in more
// than one way, with the default reading first.
func Ambiguities() []*spec.Ambiguity {
	return slices.Concat(content.Ambiguities(), franking.Ambiguities(), roompolicy.Ambiguities())
}

// WithReadings returns the reference models under readings, each the name of a
// reading by the ID of its ambiguity. Without readings it is [Reference]. It
// fails for an ambiguity or a reading that there is not.
func WithReadings(readings map[string]string) (Implementation, error) {
	if len(readings) == 0 {
		return Reference{}, nil
	}
	r := &ReferenceUnder{readings: maps.Clone(readings), content: content.Readings{}, franking: map[string]string{}, checkers: map[spec.Draft]*content.Checker{}}
	for id, name := range readings {
		if err := checkReading(id, name); err != nil {
			return nil, err
		}
		switch document, _, _ := strings.Cut(id, "/"); document {
		case "content":
			r.content[id] = name
		case "franking":
			r.franking[id] = name
		default:
			policy, err := r.policy.WithReading(id, name)
			if err != nil {
				return nil, err
			}
			r.policy = policy
		}
	}
	for _, d := range spec.Between(spec.Content04, spec.Content09).List() {
		c, err := content.NewChecker(content.Options{Draft: d, Readings: r.content})
		if err != nil {
			return nil, err
		}
		r.checkers[d] = c
	}
	return r, nil
}

// ParseReading takes a text such as "content/part-count=leaves" apart. It fails
// for an ambiguity or a reading that there is not.
func ParseReading(text string) (id, name string, err error) {
	id, name, ok := strings.Cut(text, "=")
	if !ok {
		return "", "", fmt.Errorf("%q: expected an ambiguity and a reading, such as content/part-count=leaves", text)
	}
	return id, name, checkReading(id, name)
}

func checkReading(id, name string) error {
	var ids []string
	for _, a := range Ambiguities() {
		if a.ID != id {
			ids = append(ids, a.ID)
			continue
		}
		var names []string
		for _, reading := range a.Readings {
			if reading.Name == name {
				return nil
			}
			names = append(names, reading.Name)
		}
		return fmt.Errorf("unknown reading %q of %s: expected one of %s", name, id, strings.Join(names, ", "))
	}
	return fmt.Errorf("unknown ambiguity %q: expected one of %s", id, strings.Join(ids, ", "))
}

// Readings returns the readings under which an implementation is asked, none if
// it has the defaults or does not tell.
func Readings(impl Implementation) map[string]string {
	if r, ok := impl.(*ReferenceUnder); ok {
		return maps.Clone(r.readings)
	}
	return nil
}

// Name returns "reference" and the readings.
func (r *ReferenceUnder) Name() string {
	var parts []string
	for _, id := range slices.Sorted(maps.Keys(r.readings)) {
		parts = append(parts, id+"="+r.readings[id])
	}
	return r.Reference.Name() + "(" + strings.Join(parts, ",") + ")"
}

// DecodeContent implements [ContentDecoder].
func (r *ReferenceUnder) DecodeContent(d spec.Draft, message []byte) ([]byte, error) {
	return decodeContent(r.checkers[d], d, message)
}

// PartPaths implements [PartIndexes].
func (r *ReferenceUnder) PartPaths(d spec.Draft, message []byte) ([]string, error) {
	return partPaths(r.checkers[d], d, message)
}

// under adds the readings to the options of a case, whose own go first.
func (r *ReferenceUnder) under(o franking.Options) franking.Options {
	readings := maps.Clone(r.franking)
	maps.Copy(readings, o.Readings)
	o.Readings = readings
	return o
}

// SendFranked implements [FrankClient].
func (r *ReferenceUnder) SendFranked(o franking.Options, sending *franking.Sending) (*franking.Sent, franking.Verdict) {
	return r.Reference.SendFranked(r.under(o), sending)
}

// AcceptFranked implements [FrankHub].
func (r *ReferenceUnder) AcceptFranked(o franking.Options, hub *franking.Hub, submission *franking.Submission, timestamp uint64) (*franking.Accepted, franking.Verdict) {
	return r.Reference.AcceptFranked(r.under(o), hub, submission, timestamp)
}

// VerifyFrank implements [FrankReceiver].
func (r *ReferenceUnder) VerifyFrank(o franking.Options, delivery *franking.Delivery) franking.Verdict {
	return r.Reference.VerifyFrank(r.under(o), delivery)
}

// ValidateReport implements [ReportHub].
func (r *ReferenceUnder) ValidateReport(o franking.Options, hub *franking.Hub, reporting *franking.Reporting) franking.ReportVerdict {
	return r.Reference.ValidateReport(r.under(o), hub, reporting)
}

// underPolicy adds the readings to those of a room, which go first.
func (r *ReferenceUnder) underPolicy(readings roompolicy.Readings) roompolicy.Readings {
	for i, reading := range r.policy {
		if readings[i] == 0 {
			readings[i] = reading
		}
	}
	return readings
}

// DecideAction implements [RoomDecisions].
func (r *ReferenceUnder) DecideAction(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, action roompolicy.Action) (bool, error) {
	return r.Reference.DecideAction(d, r.underPolicy(readings), policy, state, action)
}

// ApplyCommit implements [RoomCommits].
func (r *ReferenceUnder) ApplyCommit(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, commit *roompolicy.Commit) (*roompolicy.Policy, *roompolicy.State, error) {
	return r.Reference.ApplyCommit(d, r.underPolicy(readings), policy, state, commit)
}

// VetRoom implements [RoomVetter].
func (r *ReferenceUnder) VetRoom(room *rooms.Room) (*rooms.Report, error) {
	under := *room
	under.Readings = r.underPolicy(room.Readings)
	return r.Reference.VetRoom(&under)
}

// DecideMessage implements [RoomMessages].
func (r *ReferenceUnder) DecideMessage(d spec.Draft, policy *roompolicy.Policy, state *roompolicy.State, sender roompolicy.User, message []byte, earlier []gen.Earlier) (bool, error) {
	return decideMessage(d, r.policy, policy, state, sender, message, earlier)
}
