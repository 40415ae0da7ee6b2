package explain

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

// Keys are what the parties of franking know besides an input. Octets are
// written in hexadecimal. What is missing is unknown to them.
type Keys struct {
	Literal bool `json:"literal"` // make only the checks that the text names

	// The group and the message.
	Suite             franking.CipherSuite `json:"suite"`
	Agent             content.Octets       `json:"agent"`           // FrankingAgentData
	IntegritySecret   content.Octets       `json:"integritySecret"` // in protocol-03
	SenderURI         string               `json:"senderUri"`       // in the leaf of the sender
	RoomURI           string               `json:"roomUri"`
	ApplicationData   content.Octets       `json:"applicationData"`
	AuthenticatedData content.Octets       `json:"authenticatedData"` // a SafeAAD
	Frank             content.Octets       `json:"frank"`
	Timestamp         uint64               `json:"timestamp"` // accepted_timestamp, in milliseconds of the Unix epoch

	// The hub, and who reports.
	HubKeys      []HubKey    `json:"hubKeys"`
	PublicKeys   []PublicKey `json:"publicKeys"`
	Participants []string    `json:"participants"` // user URIs
	Reporters    []string    `json:"reporters"`    // user URIs
	Source       string      `json:"source"`       // the domain of the provider that reports
}

// HubKey is a hub_key with its time in milliseconds of the Unix epoch; it does
// not end if NotAfter is zero.
type HubKey struct {
	Key       content.Octets `json:"key"`
	NotBefore uint64         `json:"notBefore"`
	NotAfter  uint64         `json:"notAfter"`
}

// PublicKey is a franking_signature_key of the hub.
type PublicKey struct {
	Suite franking.CipherSuite `json:"suite"`
	Key   content.Octets       `json:"key"`
}

// ParseKeys reads keys from JSON. It fails on fields that there are not, and
// then says which there are.
func ParseKeys(data []byte) (*Keys, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	keys := new(Keys)
	if err := decoder.Decode(keys); err != nil {
		return nil, fmt.Errorf("not the keys of franking: %w", inWords(err))
	}
	if decoder.More() {
		return nil, fmt.Errorf("not the keys of franking: something follows the object at octet %d", decoder.InputOffset())
	}
	return keys, nil
}

// inWords says what is wrong in JSON without the types of Go.
func inWords(err error) error {
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("there is no JSON")
	case errors.As(err, &mistyped) && mistyped.Field == "":
		return fmt.Errorf("found JSON %s, expected an object", mistyped.Value)
	case errors.As(err, &mistyped):
		expected := map[reflect.Kind]string{
			reflect.Bool: "true or false", reflect.String: "a string", reflect.Slice: "a list", reflect.Struct: "an object",
			reflect.Uint16: "a number from 0 to 65535", reflect.Uint64: "a number from 0 to 18446744073709551615",
		}[mistyped.Type.Kind()]
		if mistyped.Type == reflect.TypeFor[content.Octets]() {
			expected = "octets in hex"
		}
		return fmt.Errorf("found JSON %s as %s, expected %s", mistyped.Value, mistyped.Field, expected)
	case strings.Contains(err.Error(), "unknown field"): // it has no type of its own
		return fmt.Errorf("%s: expected some of %s", strings.TrimPrefix(err.Error(), "json: "), fieldsOf(reflect.TypeFor[Keys]()))
	}
	return err
}

// fieldsOf lists the names of the fields of a struct in JSON, with those of the
// structs in it.
func fieldsOf(t reflect.Type) string {
	var names []string
	for i := range t.NumField() {
		field := t.Field(i)
		name := field.Tag.Get("json")
		if field.Type.Kind() == reflect.Slice && field.Type.Elem().Kind() == reflect.Struct {
			name += " (" + fieldsOf(field.Type.Elem()) + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

func (k *Keys) options(draft spec.Draft, skip []franking.Step) franking.Options {
	o := franking.Options{Draft: draft, Skip: skip}
	if k.Literal {
		o.Mode = franking.Literal
	}
	return o
}

func (k *Keys) delivery() *franking.Delivery {
	return &franking.Delivery{
		ApplicationData: k.ApplicationData, AuthenticatedData: k.AuthenticatedData, Frank: k.Frank, Timestamp: k.Timestamp,
		Suite: k.Suite, Agent: k.Agent, IntegritySecret: k.IntegritySecret, SenderURI: []byte(k.SenderURI), RoomURI: []byte(k.RoomURI),
	}
}

func (k *Keys) hub() *franking.Hub {
	h := &franking.Hub{RoomURI: []byte(k.RoomURI), Suite: k.Suite, Agent: k.Agent, IntegritySecret: k.IntegritySecret}
	for _, uri := range k.Participants {
		h.Participants = append(h.Participants, []byte(uri))
	}
	for _, uri := range k.Reporters {
		h.Reporters = append(h.Reporters, []byte(uri))
	}
	for _, key := range k.HubKeys {
		if key.NotAfter == 0 {
			key.NotAfter = ^uint64(0)
		}
		h.HubKeys = append(h.HubKeys, franking.HubKey{Key: key.Key, NotBefore: key.NotBefore, NotAfter: key.NotAfter})
	}
	for _, key := range k.PublicKeys {
		h.PublicKeys = append(h.PublicKeys, franking.PublicKey{Suite: key.Suite, Key: key.Key})
	}
	return h
}

// StepVerdict is how one step of a party ended.
type StepVerdict struct {
	Path    string           `json:"path,omitempty"` // of the message in a report, such as "messages[0]"
	Step    string           `json:"step"`
	Outcome franking.Outcome `json:"outcome"`
	Reason  string           `json:"reason,omitempty"`

	rule *spec.Rule
}

// everyStep makes the steps of a party again and again, each time without those
// that failed before, and returns how each that begins with a prefix ended.
func everyStep(path, prefix string, draft spec.Draft, run func(skip []franking.Step) (franking.Verdict, error)) ([]StepVerdict, error) {
	failed := make(map[franking.Step]franking.Verdict)
	var skip []franking.Step
	for {
		verdict, err := run(skip)
		if err != nil {
			return nil, err
		}
		if verdict.OK() || slices.Contains(skip, verdict.Step) {
			break
		}
		failed[verdict.Step] = verdict
		skip = append(skip, verdict.Step)
	}
	var list []StepVerdict
	for _, step := range franking.Steps() {
		if !strings.HasPrefix(step.String(), prefix) || !step.Rule().Drafts.Has(draft) {
			continue
		}
		v := StepVerdict{Path: path, Step: step.String(), Outcome: franking.Passed, rule: step.Rule()}
		if verdict, ok := failed[step]; ok {
			v.Outcome, v.Reason = verdict.Outcome, verdict.Reason
		}
		list = append(list, v)
	}
	return list, nil
}

// asFranking judges a struct of franking: whether it can be read, and with keys
// every step that is about it.
func asFranking(structName string, unreadable franking.Step, steps func(draft spec.Draft, octets []byte, keys *Keys) ([]StepVerdict, error)) func(spec.Draft, []byte, *inputs) (judgement, error) {
	return func(draft spec.Draft, octets []byte, in *inputs) (judgement, error) {
		keys := in.keys
		if keys == nil {
			keys = new(Keys)
		}
		scheme, err := franking.NewScheme(keys.options(draft, nil))
		if err != nil {
			return judgement{}, err
		}
		j := judgement{verdict: content.Accept}
		fields, err := scheme.Fields(structName, octets)
		for i := range fields {
			f := &fields[i]
			j.fields = append(j.fields, StructField{Offset: f.Offset, Length: f.Length(), Path: f.Path, Value: f.Value()})
			j.parts = append(j.parts, part{index: f.Offset, level: 1, path: f.Path, text: shownField(f)})
		}
		if err != nil {
			j.verdict = content.Reject
			violation := spec.Violation{Rule: unreadable.Rule(), Found: err.Error()}
			var wrong *wire.Error
			if errors.As(err, &wrong) {
				violation.Offset, violation.Path = wrong.Offset, wrong.Path()
				violation.Found = strings.TrimPrefix(violation.Found, fmt.Sprintf("%s at octet %d: ", wrong.Path(), wrong.Offset))
			}
			j.violations = append(j.violations, violation)
			return j, nil
		}
		if in.keys == nil {
			return j, nil
		}
		if j.steps, err = steps(draft, octets, keys); err != nil {
			return judgement{}, err
		}
		for i := range j.steps {
			if s := &j.steps[i]; s.Outcome != franking.Passed {
				j.verdict = content.Reject
				j.violations = append(j.violations, spec.Violation{Rule: s.rule, Path: s.Path, Found: s.Reason})
			}
		}
		return j, nil
	}
}

// shownOctets is how many octets of a field are shown.
const shownOctets = 64

// shownField returns the value of a field for people: octets that are text as
// text.
func shownField(f *wire.Field) string {
	if f.Kind != wire.Opaque {
		return clipText(f.Value())
	}
	isText := len(f.Octets) > 0 && !bytes.ContainsFunc(f.Octets, func(r rune) bool { return r < ' ' || r > '~' })
	switch {
	case len(f.Octets) == 0:
		return "empty"
	case isText:
		return strconv.Quote(clipText(string(f.Octets)))
	case len(f.Octets) > shownOctets:
		return fmt.Sprintf("%x… (%s in all)", f.Octets[:shownOctets], count(len(f.Octets), "octet"))
	}
	return f.Value()
}

// received makes the steps of a receiver with a delivery in which the input has
// its place.
func received(place func(d *franking.Delivery, octets []byte)) func(spec.Draft, []byte, *Keys) ([]StepVerdict, error) {
	return func(draft spec.Draft, octets []byte, keys *Keys) ([]StepVerdict, error) {
		delivery := keys.delivery()
		place(delivery, octets)
		return everyStep("", "receiver-", draft, func(skip []franking.Step) (franking.Verdict, error) {
			s, err := franking.NewScheme(keys.options(draft, skip))
			if err != nil {
				return franking.Verdict{}, err
			}
			return s.Verify(delivery), nil
		})
	}
}

// reported makes the steps of the hub with a report and each message in it.
func reported(draft spec.Draft, octets []byte, keys *Keys) ([]StepVerdict, error) {
	hub := keys.hub()
	wholeSteps, err := everyStep("", "report-", draft, func(skip []franking.Step) (franking.Verdict, error) {
		s, err := franking.NewScheme(keys.options(draft, skip))
		if err != nil {
			return franking.Verdict{}, err
		}
		return s.ValidateReport(hub, &franking.Reporting{Report: octets, Source: keys.Source}).Report, nil
	})
	if err != nil {
		return nil, err
	}
	ofWhole := func(v StepVerdict) bool {
		return v.Step == franking.ReportFormat.String() || v.Step == franking.ReportReporter.String()
	}
	list := slices.DeleteFunc(wholeSteps, func(v StepVerdict) bool { return !ofWhole(v) })
	s, err := franking.NewScheme(keys.options(draft, nil))
	if err != nil {
		return nil, err
	}
	report, err := s.ReadAbuseReport(octets)
	if err != nil {
		return list, nil // which its steps say
	}
	for i := range report.Messages {
		steps, err := everyStep(fmt.Sprintf("messages[%d]", i), "report-", draft, func(skip []franking.Step) (franking.Verdict, error) {
			s, err := franking.NewScheme(keys.options(draft, skip))
			if err != nil {
				return franking.Verdict{}, err
			}
			return s.ValidateMessage(hub, report, &report.Messages[i]), nil
		})
		if err != nil {
			return nil, err
		}
		list = append(list, slices.DeleteFunc(steps, ofWhole)...)
	}
	return list, nil
}
