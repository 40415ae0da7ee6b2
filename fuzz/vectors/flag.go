package vectors

// Flag says what kind of bug a vector catches.
type Flag string

// The flags.
const (
	RuleBroken      Flag = "RuleBroken"
	RuleKept        Flag = "RuleKept"
	Example         Flag = "Example"
	KnownAnswer     Flag = "KnownAnswer"
	Erratum         Flag = "Erratum"
	Oddity          Flag = "Oddity"
	Truncated       Flag = "Truncated"
	Trailing        Flag = "Trailing"
	LongHead        Flag = "LongHead"
	IndefiniteItem  Flag = "IndefiniteItem"
	WrongType       Flag = "WrongType"
	ReservedHead    Flag = "ReservedHead"
	DuplicateKey    Flag = "DuplicateKey"
	KeyOrder        Flag = "KeyOrder"
	HugeLength      Flag = "HugeLength"
	Boundary        Flag = "Boundary"
	Nesting         Flag = "Nesting"
	Hostile         Flag = "Hostile"
	URILength       Flag = "URILength"
	Collision       Flag = "Collision"
	ReceivedOctets  Flag = "ReceivedOctets"
	Franked         Flag = "Franked"
	StepFails       Flag = "StepFails"
	SignatureSuite  Flag = "SignatureSuite"
	Allowed         Flag = "Allowed"
	Denied          Flag = "Denied"
	CommitOfAction  Flag = "CommitOfAction"
	DrawnRoom       Flag = "DrawnRoom"
	PlantedFault    Flag = "PlantedFault"
	Regression      Flag = "Regression"
	OpenText        Flag = "OpenText"
	AgainstTheGrain Flag = "AgainstTheGrain"
)

// flagNotes says of each flag what bug its vectors catch.
var flagNotes = map[Flag]string{
	RuleBroken:      "Breaks one rule of the draft and no other: accepted by who does not check that rule.",
	RuleKept:        "Comes as near to breaking a rule as can be without doing so: refused by who checks too much, or is off by one.",
	Example:         "Is printed in a draft: refused by who read another text than the authors wrote.",
	KnownAnswer:     "Has an answer that was published or worked out by another implementation: shows whether you hash and sign what everyone else does.",
	Erratum:         "Has another answer in print than the text of the same draft gives: shows who made the code fit the example.",
	Oddity:          "Looks wrong and is not: refused by who takes the unknown or unusual for an error.",
	Truncated:       "Ends too early: read beyond its end, waited upon or accepted in part by who trusts the lengths in it.",
	Trailing:        "Has octets behind its end: accepted by who stops reading once there is enough, so that two readers differ on what was signed.",
	LongHead:        "Has a CBOR head that is longer than it need be: accepted by who reads with a general library in a lenient mode.",
	IndefiniteItem:  "Has a CBOR item of indefinite length: accepted by who reads with a general library in a lenient mode, or mishandled where it is allowed.",
	WrongType:       "Has an item of another type in one place: accepted by who converts, or crashes who casts without a check.",
	ReservedHead:    "Has a CBOR head whose value is reserved: accepted by who masks the bits off.",
	DuplicateKey:    "Has a map key twice: accepted by who decodes into a map, where one of the values is lost.",
	KeyOrder:        "Has map keys out of order: accepted by who decodes into a map, which forgets the order.",
	HugeLength:      "Announces more octets or elements than there are: makes who trusts it allocate them, or overflows a signed or 32-bit length.",
	Boundary:        "Stands at, just below or just above a limit: off by one, or a limit that counts something else.",
	Nesting:         "Nests deep: exhausts the stack of who recurses without a limit, or is miscounted.",
	Hostile:         "Is garbage that resembles a message: crashes, hangs or confuses a parser.",
	URILength:       "Has a URI whose length is special: wrong by who writes its length in another width, order or unit.",
	Collision:       "Has the same octets behind one another as another vector, with the boundary elsewhere: shows under which drafts two messages have one ID.",
	ReceivedOctets:  "Has a message that a library would encode otherwise: another ID or tag by who hashes it encoded again instead of as it came.",
	Franked:         "Was franked honestly: refused by who hashes or signs other octets than the draft says.",
	StepFails:       "Passes each step of franking but one: accepted by who leaves that step out.",
	SignatureSuite:  "Is of one of the cipher suites: refused by who has not got its signature algorithm, key form or signature form right.",
	Allowed:         "Is allowed: denied by who asks for more than the draft, or looks in the wrong role.",
	Denied:          "Is denied by one rule: allowed by who leaves that rule out.",
	CommitOfAction:  "Is the commit that does what another vector asks to decide: shows whether decisions and commits agree.",
	DrawnRoom:       "Was drawn at random from a fixed seed, and kept because no other vector has its kind of action decided by its rule.",
	PlantedFault:    "Was found by planting a fault in the reference: its title says which. Fails in who has that fault.",
	Regression:      "Once made a parser go wrong.",
	OpenText:        "Depends on a text that can be read in two ways: the verdict by each reading is given. Tells which reading you follow.",
	AgainstTheGrain: "Goes against a recommendation of the draft and breaks nothing else: both to accept and to refuse it is in order.",
}

// Note says what bug the vectors with a flag catch.
func (f Flag) Note() string { return flagNotes[f] }
