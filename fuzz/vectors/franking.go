package vectors

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/asked"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// frankingTags makes inputs of HMAC-SHA256 at the boundaries of its blocks.
func frankingTags(c *collection) {
	add := func(id, title string, salt, data []byte, flags ...Flag) {
		c.add(Vector{ID: "franking/tag/" + id, Rule: &franking.RuleTag, Title: title, Flags: flags, Input: &protocol.TagInput{Salt: salt, ApplicationData: data}}, protocol.FrankingTag.Drafts())
	}
	for _, n := range []int{0, 1, 15, 16, 17, 31, 32, 33, 55, 63, 64, 65, 128} {
		add(fmt.Sprintf("salt-length/%d", n), fmt.Sprintf("The salt has %d octets.", n), secret("salt", n), []byte("application_data"), Boundary)
	}
	for _, n := range []int{0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 1000, 65536} {
		for _, salt := range []int{16, 32} {
			if n > 1000 && salt == 32 {
				continue
			}
			add(fmt.Sprintf("data-length/%d/salt-of-%d", n, salt), fmt.Sprintf("The application_data has %d octets, the salt %d.", n, salt), secret("salt", salt), counted(0, n), Boundary)
		}
	}
	for _, d := range protocol.FrankingTag.Drafts().List() {
		for _, framing := range []bool{false, true} {
			f := frankedMessage(d, franking.X25519AES128Ed25519, "text", framing)
			c.add(Vector{
				ID: fmt.Sprintf("franking/tag/content/%s/framing-%t", d, framing), Rule: &franking.RuleTag, Title: "The tag of a content message as it is sent; with framing, that of an ApplicationFraming around it where the draft has that.",
				Flags: []Flag{Franked}, Input: &protocol.TagInput{Salt: f.content.Salt, ApplicationData: f.data},
			}, spec.DraftsOf(d))
		}
	}
}

// frankingAnswers takes the known answers in.
func frankingAnswers(c *collection) {
	for _, d := range protocol.FrankingVerify.Drafts().List() {
		for n, known := range corpus.FrankingAnswers(d) {
			id := fmt.Sprintf("franking/known/%s/%d", d, n+1)
			steps := map[string][]byte{"frankingTag": known.FrankingTag, "context": known.Context, "serverFrank": known.ServerFrank, "hubKey": known.HubKey}
			if len(known.PrivateKey) > 0 {
				steps["frankingPrivateKey"] = known.PrivateKey
			}
			// The content of that of protocol-03 lacks an element of content-05.
			var readings map[string]string
			if d == spec.Protocol03 {
				readings = map[string]string{"franking/content-validity": "readable"}
			}
			add := func(role string, input protocol.Input, tag []byte) {
				c.add(Vector{
					ID: id + "/" + role, Title: "A message with everything that franking makes of it, as another implementation worked it out.", Flags: []Flag{KnownAnswer}, Input: input, Steps: steps,
					claims: []claim{{draft: d, accepted: true, frankingTag: tag, readings: readings}},
				}, spec.DraftsOf(d))
			}
			if scheme, err := franking.NewScheme(franking.Options{Draft: d}); err == nil {
				if claims, err := scheme.Claims(known.ApplicationData); err == nil {
					add("tag", &protocol.TagInput{Salt: claims.Salt, ApplicationData: known.ApplicationData}, known.FrankingTag)
				}
			}
			add("receiver", asked.ReceiverInput(&franking.Delivery{
				ApplicationData: known.ApplicationData, AuthenticatedData: known.AuthenticatedData, Frank: known.Frank, Timestamp: known.AcceptedTimestamp,
				Suite: known.Suite, Agent: known.Agent, IntegritySecret: known.IntegritySecret, SenderURI: []byte(known.SenderURI), RoomURI: []byte(known.RoomURI),
			}), nil)
			hub := &franking.Hub{
				RoomURI: []byte(known.RoomURI), Participants: [][]byte{[]byte(known.SenderURI)}, Reporters: [][]byte{[]byte(known.SenderURI)},
				HubKeys: []franking.HubKey{{Key: known.HubKey, NotAfter: known.AcceptedTimestamp}}, Suite: known.Suite, IntegritySecret: known.IntegritySecret,
			}
			if agent, err := franking.ReadFrankingAgentData(known.Agent); err == nil {
				hub.PublicKeys = []franking.PublicKey{{Suite: known.Suite, Key: agent.SignatureKey}}
			}
			add("hub", asked.HubInput(hub, &franking.Reporting{Report: known.AbuseReport, Source: "b.example"}), nil)
		}
	}
}

// frankedMessages makes messages and reports that are right, and others that
// fail at one step, under every draft and with every suite.
func frankedMessages(c *collection) {
	for _, d := range protocol.FrankingVerify.Drafts().List() {
		for _, suite := range franking.CipherSuites() {
			if d == spec.Protocol03 && suite != franking.X25519AES128Ed25519 {
				continue // it has no signatures
			}
			f := frankedMessage(d, suite, "hello", false)
			addFranked(c, f, fmt.Sprintf("%s/suite-%d", d, suite), SignatureSuite)
			flaws := signatureFlaws
			if suite == franking.X25519AES128Ed25519 {
				addFranked(c, frankedMessage(d, suite, "", false), d.String()+"/empty", Franked)
				addFranked(c, frankedMessage(d, suite, "hello", true), d.String()+"/framing", Franked)
				flaws = append(append(flaws[:len(flaws):len(flaws)], receiverFlaws...), hubFlaws...)
			}
			for i := range flaws {
				flaws[i].add(c, f)
			}
		}
	}
}

// addFranked adds what an honest message comes to, at the receiver and the hub.
// It is asked under every draft, as most are not of another.
func addFranked(c *collection, f *franked, id string, flags ...Flag) {
	claims := []claim{{draft: f.draft, accepted: true}}
	c.add(Vector{ID: "franking/receiver/" + id, Title: fmt.Sprintf("A message that was franked honestly under %s with suite %s.", f.draft, f.suite),
		Flags: flags, Input: f.received(), Steps: f.steps(), claims: claims}, franking.Drafts)
	c.add(Vector{ID: "franking/hub/" + id, Title: fmt.Sprintf("An honest report of a message that was franked under %s with suite %s.", f.draft, f.suite),
		Flags: flags, Input: f.reported(nil), Steps: f.steps(), claims: claims}, franking.Drafts)
}

// frankingFlaw makes of an honest message one that fails at a step.
type frankingFlaw struct {
	name   string
	title  string
	step   franking.Step // that fails; none if none does
	drafts spec.Drafts   // in which it can be made; all if none
	suites []franking.CipherSuite
	// One of them returns the input, nil if there is none.
	receiver func(f *franked, in *protocol.ReceiverInput)
	report   func(f *franked, report *franking.AbuseReport)
	hub      func(f *franked, in *protocol.HubInput)
	open     bool // whether the step that fails depends on the draft
}

func (w *frankingFlaw) add(c *collection, f *franked) {
	if w.drafts != 0 && !w.drafts.Has(f.draft) {
		return
	}
	if w.suites != nil && !slices.Contains(w.suites, f.suite) {
		return
	}
	role := "hub"
	var input protocol.Input
	if w.receiver != nil {
		role = "receiver"
		in := f.received()
		w.receiver(f, in)
		input = in
	} else {
		in := f.reported(func(report *franking.AbuseReport) {
			if w.report != nil {
				w.report(f, report)
			}
		})
		if w.hub != nil {
			w.hub(f, in)
		}
		input = in
	}
	id := fmt.Sprintf("franking/%s/%s/%s", role, w.name, f.draft)
	if f.suite != franking.X25519AES128Ed25519 {
		id += fmt.Sprintf("/suite-%d", f.suite)
	}
	v := Vector{ID: id, Title: w.title, Input: input, Flags: []Flag{StepFails}, Rule: w.step.Rule()}
	switch {
	case w.step == 0 && !w.open:
		v.Flags = []Flag{Oddity}
		v.claims = []claim{{draft: f.draft, accepted: true}}
	case w.step != 0:
		v.claims = []claim{{draft: f.draft, rule: w.step.Rule().ID}}
	}
	c.add(v, spec.DraftsOf(f.draft))
}
