package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// OperationalParameters is the component mls_operational_policy: how clients
// run the MLS group (room-policy-04 section 7). Times are in seconds, unless a
// name says otherwise.
type OperationalParameters struct {
	MandatoryCapabilities      ExtendedCapabilities
	DefaultCapabilities        ExtendedCapabilities
	ForbiddenCapabilities      ExtendedCapabilities
	HandshakeFormats           []uint16 // WireFormat
	ExternalProposalAllowed    bool
	ExternalCommitAllowed      bool
	PendingProposalPolicy      PendingProposalPolicy
	LeafNodeUpdateTime         MinDefaultMaxTime
	AppMessagePolicy           AppMessagePolicy
	MaxKpLifetime              uint64
	MaxCredentialLifetime      uint64
	ResumptionPskLifetime      uint64
	SenderNonceKeypairLifetime MinDefaultMaxTime
	MaxKeypairs                uint32
	BufferIncomingMessageTime  MinDefaultMaxTime
	MaxBufferedMessages        uint32
}

// ExtendedCapabilities lists what clients can do, by the numbers of the MLS
// registries.
type ExtendedCapabilities struct {
	Versions     []uint16
	CipherSuites []uint16
	Extensions   []uint16
	Proposals    []uint16
	Credentials  []uint16
	WireFormats  []uint16
	ComponentIds []ComponentID
	SafeAadTypes []ComponentID
	MediaTypes   []MediaType
	ContentTypes []uint8
}

// PendingProposalPolicy says when members commit pending proposals.
type PendingProposalPolicy struct {
	PendingProposalStrategy PendingProposalStrategy
	MinimumDelayMs          uint64 // since room-policy-03, with RandomDelay only
	MaximumDelayMs          uint64 // since room-policy-03, with RandomDelay only

	// IdOfStrategyParams is for the case extension, which no strategy selects.
	IdOfStrategyParams ComponentID
}

// PendingProposalStrategy is a way to commit pending proposals.
type PendingProposalStrategy uint8

// The values of PendingProposalStrategy.
const (
	UnspecifiedStrategy PendingProposalStrategy = 0
	ImmediateCommit     PendingProposalStrategy = 1
	RandomDelay         PendingProposalStrategy = 2
	PreferenceWheel     PendingProposalStrategy = 3 // room-policy-02 only
	DesignatedCommitter PendingProposalStrategy = 4 // room-policy-02 only
)

var pendingProposalStrategyNames = enumNames[PendingProposalStrategy]{
	UnspecifiedStrategy: "unspecified", ImmediateCommit: "immediate_commit", RandomDelay: "random_delay",
	PreferenceWheel: "preferenceWheel", DesignatedCommitter: "designatedCommitter",
}

// String returns the name, such as "random_delay".
func (s PendingProposalStrategy) String() string { return pendingProposalStrategyNames.of(s) }

// MinDefaultMaxTime is a range of times with a default, in seconds.
type MinDefaultMaxTime struct {
	MinimumTime uint64
	DefaultTime uint64
	MaximumTime uint64
}

// AppMessagePolicy says how application messages are padded and how far apart
// they may be.
type AppMessagePolicy struct {
	EpochTolerance          uint8
	PadToSize               uint16 // octets
	MaxGenerationsSkipahead uint32
}

func (o *OperationalParameters) describe() (string, spec.Drafts) {
	return "OperationalParameters", since02
}

func (o *OperationalParameters) fields(f fields) {
	f.structure("mandatory_capabilities", func() { o.MandatoryCapabilities.fields(f) })
	f.structure("default_capabilities", func() { o.DefaultCapabilities.fields(f) })
	f.structure("forbidden_capabilities", func() { o.ForbiddenCapabilities.fields(f) })
	values(f, "handshake_formats", &o.HandshakeFormats, uint16Element)
	f.boolean("external_proposal_allowed", &o.ExternalProposalAllowed)
	f.boolean("external_commit_allowed", &o.ExternalCommitAllowed)
	f.structure("pending_proposal_policy", func() { o.PendingProposalPolicy.fields(f) })
	f.structure("LeafNode_update_time", func() { o.LeafNodeUpdateTime.fields(f) })
	f.structure("app_message_policy", func() {
		f.uint8("epoch_tolerance", &o.AppMessagePolicy.EpochTolerance)
		f.uint16("pad_to_size", &o.AppMessagePolicy.PadToSize)
		f.uint32("max_generations_skipahead", &o.AppMessagePolicy.MaxGenerationsSkipahead)
	})
	f.uint64("max_kp_lifetime", &o.MaxKpLifetime)
	f.uint64("max_credential_lifetime", &o.MaxCredentialLifetime)
	f.uint64("resumption_psk_lifetime", &o.ResumptionPskLifetime)
	f.structure("sender_nonce_keypair_lifetime", func() { o.SenderNonceKeypairLifetime.fields(f) })
	f.uint32("max_keypairs", &o.MaxKeypairs)
	f.structure("buffer_incoming_message_time", func() { o.BufferIncomingMessageTime.fields(f) })
	f.uint32("max_buffered_messages", &o.MaxBufferedMessages)
}

func (c *ExtendedCapabilities) fields(f fields) {
	values(f, "versions", &c.Versions, uint16Element)
	values(f, "cipher_suites", &c.CipherSuites, uint16Element)
	values(f, "extensions", &c.Extensions, uint16Element)
	values(f, "proposals", &c.Proposals, uint16Element)
	values(f, "credentials", &c.Credentials, uint16Element)
	values(f, "wire_formats", &c.WireFormats, uint16Element)
	values(f, "component_ids", &c.ComponentIds, componentElement)
	values(f, "safe_aad_types", &c.SafeAadTypes, componentElement)
	list(f, "media_types", &c.MediaTypes, mediaType)
	values(f, "content_types", &c.ContentTypes, uint8Element)
}

func (p *PendingProposalPolicy) fields(f fields) {
	strategies := pendingProposalStrategyNames
	old := inOneStruct(f)
	if c := f.codec(); c != nil && !old {
		strategies = strategies[:PreferenceWheel]
		if c.syntax.strategyExtension {
			strategies = nil
		}
	}
	f.need("pending_proposal_strategy")
	f.enum("pending_proposal_strategy", (*uint8)(&p.PendingProposalStrategy), strategies)
	f.arm(p.PendingProposalStrategy == RandomDelay || old, func() {
		f.uint64("minimum_delay_ms", &p.MinimumDelayMs)
		f.uint64("maximum_delay_ms", &p.MaximumDelayMs)
	})
	f.arm(!old && p.PendingProposalStrategy > RandomDelay, func() {
		f.number("id_of_strategy_params", (*uint16)(&p.IdOfStrategyParams), componentNumbers{})
	})
}

func (t *MinDefaultMaxTime) fields(f fields) {
	f.uint64("minimum_time", &t.MinimumTime)
	f.uint64("default_time", &t.DefaultTime)
	f.uint64("maximum_time", &t.MaximumTime)
}
