package roompolicy

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
