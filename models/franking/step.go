package franking

import "github.com/mimifuzz/mimifuzz/models/spec"

// Step is one step of franking that can fail. Each belongs to a party and has
// its rule. The zero value is none.
type Step uint8

// The steps, party by party, in the order in which they are made.
const (
	_ Step = iota

	ClientContent // the content has a salt of the right length, the sender URI and the room URI
	ClientSender  // sendingUri is the sender URI of the content
	ClientRoom    // the room URI of the content is that of the room

	HubEpoch   // the message is of an epoch that the hub takes
	HubSender  // sendingUri is an active participant
	HubSource  // sendingUri is of the provider that submits
	HubAAD     // authenticated_data holds one franking_tag of 32 octets
	HubAgent   // franking_agent is valid, and the hub has its key
	HubContext // the context can be encoded
	HubFanout  // receivers get the timestamp and Frank that the sender's provider got

	ReceiverFrank       // all parts of the frank are there
	ReceiverSuite       // its cipher suite is the one in use
	ReceiverAgent       // the GroupContext has a franking_agent
	ReceiverAgentDomain // its credential is of the hub's domain
	ReceiverAgentKey    // its key is that of its certificate, and binds what is signed
	ReceiverContent     // the salt, the sender URI and the room URI are found in the content
	ReceiverIntegrity   // the integrity check or signature verifies
	ReceiverTag         // franking_tag is that of application_data
	ReceiverSender      // the sender's leaf has the sender URI
	ReceiverRoom        // the room has the room URI

	ReportFormat    // the report can be read
	ReportReporter  // the reporter may report
	ReportContent   // the salt, the sender URI and the room URI are found in the content
	ReportSender    // the content is by the alleged abuser
	ReportRoom      // the content is of the room that the report is sent to
	ReportKey       // the hub has a hub_key for the timestamp
	ReportFrank     // server_frank is the one that the hub makes
	ReportSuite     // the hub has a franking key for the cipher suite
	ReportIntegrity // the integrity check or signature verifies
	stepEnd
)

var (
	since04 = spec.Between(spec.Protocol04, spec.Protocol06)
	since05 = spec.Between(spec.Protocol05, spec.Protocol06)
)

// stepRow is a step as it is written down here.
type stepRow struct {
	name      string
	level     spec.Level // Should where only the default mode asks for it
	section   string
	drafts    spec.Drafts
	statement string
}

var stepRows = [stepEnd]stepRow{
	ClientContent: {"client-content", spec.Must, "5.4.1.1", Drafts,
		"A franked message has a random salt of 16 octets, 32 in protocol-03, and names its sender and its room in its extensions, as text."},
	ClientSender: {"client-sender", spec.Must, "5.4.1.1", Drafts,
		"The sendingUri that goes to the hub is the sender URI in the content, octet for octet."},
	ClientRoom: {"client-room", spec.Must, "5.4.1.1", Drafts,
		"The room URI in the content is that of the room that the message is sent to."},
	HubEpoch: {"hub-epoch", spec.Must, "5.4", Drafts,
		"The hub takes no message of an epoch newer than its own, or older than it allows."},
	HubSender: {"hub-sender", spec.Must, "5.4", Drafts,
		"The sendingUri is the user URI of an active participant of the room."},
	HubSource: {"hub-source", spec.Should, "5.4", Drafts,
		"The domain of sendingUri is that of the provider that submits the message; the text does not ask for it."},
	HubAAD: {"hub-aad", spec.Must, "5.4.1.2", Drafts,
		"The authenticated_data is a SafeAAD whose one frank_aad item is a franking_tag of 32 octets."},
	HubAgent: {"hub-agent", spec.Must, "5.4.1.2", Drafts,
		"The hub franks only with a valid franking_agent in the GroupContext whose private key it holds; in protocol-03 with the secret of the epoch."},
	HubContext: {"hub-context", spec.Syntax, "5.4.1.2", Drafts,
		"The context holds the sender URI, the room URI and the time of acceptance in milliseconds as a number of 8 octets, and from protocol-05 on the lengths of both URIs."},
	HubFanout: {"hub-fanout", spec.Must, "5.4.1.2", Drafts,
		"What is fanned out has the timestamp that was franked and the Frank that the submitter got."},
	ReceiverFrank: {"receiver-frank", spec.Must, "5.4.1.3", Drafts,
		"The receiver verifies a message whose franking_tag and Frank are both there."},
	ReceiverSuite: {"receiver-suite", spec.Must, "5.4.1.3", Drafts,
		"The franking_signature_ciphersuite is the cipher suite in use, a known one; before protocol-05, which brought the field, the suite of the group counts."},
	ReceiverAgent: {"receiver-agent", spec.Must, "5.4.1.3", Drafts,
		"The receiver has the franking_agent of the GroupContext, or in protocol-03 the franking_integrity_secret of the epoch."},
	ReceiverAgentDomain: {"receiver-agent-domain", spec.Must, "5.4.1.3", since04,
		"The domain in the credential of franking_agent is that of the hub."},
	ReceiverAgentKey: {"receiver-agent-key", spec.Must, "5.4.1", since04,
		"The franking_signature_key is a key of the cipher suite; where the text is silent, also that of the certificate beside it, and not of small order."},
	ReceiverContent: {"receiver-content", spec.Must, "5.4.1.3", Drafts,
		"The salt, the sender URI and the room URI are found in the content."},
	ReceiverIntegrity: {"receiver-integrity", spec.Must, "5.4.1.3", Drafts,
		"The integrity check or signature verifies over server_frank and the context, and from protocol-05 on the cipher suite."},
	ReceiverTag: {"receiver-tag", spec.Must, "5.4.1.3", Drafts,
		"The franking_tag is HMAC-SHA256 of the application_data as received, with its salt as the key."},
	ReceiverSender: {"receiver-sender", spec.Must, "5.4.1.3", Drafts,
		"The user in the credential of the sender's leaf is the sender URI in the content."},
	ReceiverRoom: {"receiver-room", spec.Must, "5.4.1.3", Drafts,
		"The room URI in the content is that of the room of the group."},
	ReportFormat: {"report-format", spec.Syntax, "5.9", Drafts,
		"A report is one AbuseReport, with nothing behind it."},
	ReportReporter: {"report-reporter", spec.Should, "5.9", Drafts,
		"The reporting user is of the provider that sends the report and may report abuse; the text does not ask for it."},
	ReportContent: {"report-content", spec.Must, "5.9", Drafts,
		"The hub finds the salt, the sender URI and the room URI in the content that is reported."},
	ReportSender: {"report-sender", spec.Should, "5.9", Drafts,
		"The sender URI in the content is that of the alleged abuser; the text does not ask for it."},
	ReportRoom: {"report-room", spec.Should, "5.9", Drafts,
		"The room URI in the content is that of the room that the report is sent to; the text does not ask for it."},
	ReportKey: {"report-key", spec.Must, "5.9", Drafts,
		"The hub has a hub_key of the time at which the message was accepted."},
	ReportFrank: {"report-frank", spec.Must, "5.9", Drafts,
		"The server_frank is the one that the hub makes of the reported content and timestamp."},
	ReportSuite: {"report-suite", spec.Must, "5.9", since04,
		"The hub has a franking key for the signature algorithm of franking_signature_ciphersuite."},
	ReportIntegrity: {"report-integrity", spec.Must, "5.9", Drafts,
		"The integrity check or signature of the reported frank verifies."},
}

// The rules that belong to no step.
var (
	RuleTag = spec.Rule{
		ID: "franking/tag", Level: spec.Must, Section: "5.4.1.1", Drafts: Drafts,
		Statement: "The franking_tag is HMAC-SHA256 of the very octets of application_data, with the salt of the content as the key.",
	}
	RuleServerFrank = spec.Rule{
		ID: "franking/server-frank", Level: spec.Must, Section: "5.4.1.2", Drafts: Drafts,
		Statement: "The server_frank is HMAC-SHA256 of the franking_tag and the context, with hub_key as the key.",
	}
	RuleContextInjective = spec.Rule{
		ID: "franking/context-injective", Level: spec.Must, Section: "5.4.1.2", Drafts: Drafts,
		Statement: "Two contexts that differ in sender, room or time differ in their octets.",
	}
	RuleIntegrityKey = spec.Rule{
		ID: "franking/integrity-key", Level: spec.Must, Section: "5.4.1", Drafts: since04,
		Statement: "The franking_signature_key is of the signature algorithm of the group's cipher suite.",
	}
	RuleAgentUpdate = spec.Rule{
		ID: "franking/agent-update", Level: spec.Should, Section: "5.4.1", Drafts: since04,
		Statement: "An AppDataUpdate of franking_agent only adds one; a new key comes with a new group by ReInit.",
	}
	RuleStore = spec.Rule{
		ID: "franking/receiver-store", Level: spec.Must, Section: "5.4.1.3", Drafts: Drafts,
		Statement: "The receiver keeps the Frank and the context beside the message, so that it can report it.",
	}
)

var stepRules = func() (rules [stepEnd]spec.Rule) {
	for s := Step(1); s < stepEnd; s++ {
		row := &stepRows[s]
		rules[s] = spec.Rule{ID: "franking/" + row.name, Level: row.level, Section: row.section, Drafts: row.drafts, Statement: row.statement}
	}
	return rules
}()

// Steps returns every step, in order.
func Steps() []Step {
	var list []Step
	for s := Step(1); s < stepEnd; s++ {
		list = append(list, s)
	}
	return list
}

// String returns the name of the step, such as "receiver-suite".
func (s Step) String() string {
	if s == 0 || s >= stepEnd {
		return "no step"
	}
	return stepRows[s].name
}

// Rule returns the rule that a step checks, nil for none.
func (s Step) Rule() *spec.Rule {
	if s == 0 || s >= stepEnd {
		return nil
	}
	return &stepRules[s]
}

// Rules returns the rules that this package implements. They are shared: do
// not change them.
func Rules() []*spec.Rule {
	var list []*spec.Rule
	for _, s := range Steps() {
		list = append(list, s.Rule())
	}
	return append(list, &RuleTag, &RuleServerFrank, &RuleContextInjective, &RuleIntegrityKey, &RuleAgentUpdate, &RuleStore)
}
