package content

// The indexes of the rules, in the order of the tables that describe them.
const (
	// The elements of a message: messageRules.
	topArray rule = iota
	topUntagged
	saltLength
	saltType
	saltRandom
	saltDerivation
	msgidSize
	replacesType
	topicidType
	topicidEmptyNone
	topicidSelf
	expiresShape
	expiresRelativeBool
	expiresTimeU32
	expiresSemantics
	inReplyToType
	lastSeenType
	uriSourceAgrees

	// The extensions: extensionRules.
	extensionsMap
	extKeyType
	extKeyTextLength
	extKeyTextEmpty
	extKeyIntRange
	extKeyIntRangeNeg
	extKeyZeroReserved
	extKeyPrivateUse
	extKeyDuplicate
	extSenderURI
	extRoomURI
	extURIs
	extValueAny
	extValueSize
	extNestedKeyType
	extNestedIntKeyRange
	extDepth
	extDepthTags
	extNaN
	extFloatDiscouraged

	// The encoding: encodingRules.
	encWellformed
	encTrailing
	encShortestInt
	encShortestInt1
	encShortestInt2
	encShortestInt3
	encShortestInt4
	encShortestInt5
	encShortestLength
	encShortestLength1
	encShortestLength2
	encShortestLength3
	encShortestLength4
	encShortestLength5
	encShortestTag
	encShortestFloat
	encShortestFloatDouble
	encBignumReduce
	encBignumLeadingZero
	encIndefinite
	encIndefinite1
	encIndefinite2
	encIndefinite3
	encIndefinite4
	encIndefinite5
	encMapOrder
	encMapOrderNotLengthFirst
	encMapOrderMixed
	encMapOrderNested
	encNestedDuplicate
	encUTF8
	encUTF8Overlong
	encUTF8Surrogate
	encRoundtrip

	// The body: partRules.
	partArray
	partDispositionRange
	partDispositionNames
	partLanguageType
	partLanguageGrammar
	partLanguageEmptyItem
	partCardinality
	nullPartArity
	singlePartArity
	singleContentType
	singleContentBstr
	contentTypeGrammar
	textContentUTF8
	multiPartArity
	multiPartsArray
	multiMinTwo
	partDepth
	partIndex
	cidForm
	cidTarget
	partsProcessOnce
	chooseOne
	singleUnit
	processAll
	nullPartRootNeedsReplaces
	nullPartNested
	reactionOnePerPart
	reactionSingle

	// External parts: externalRules.
	externalPartArity
	externalContentType
	externalURL
	externalURLTagged
	externalExpires
	externalSize
	externalEncAlg
	externalKey
	externalNonce
	externalAAD
	externalHashAlg
	externalContentHash
	externalDescription
	externalFilename
	externalNoEncEmpty
	externalAEADSizes
	externalHashLength
	externalAADDefault
	externalAES128GCM
	externalSchemes

	// What to log and discard: nonsenseRules.
	msgidFirstOctetKnown
	msgidFirstOctetKnownReply
	msgidDuplicate
	topicidMax
	topicOutside04
	expiresYearFuture
	expiresYearPast
	lastSeenEmptyNotFirst
	multiSemantics
	partDepthNonsense
	partCount
	bodyTooLarge
	partIndex04
	senderMember
	timestampFuture
	timestampBeforeSyntax
	timestampBeforeRoom

	// What is not malicious: legitRules.
	refUnknownLegit
	lastSeenLegit
	extValueUnlimited
	extUnknownIgnored
	extDepthDraftExample
	extNaNTypedArray
	extBigintOptional
	partDispositionUnknownLegit
	partLanguageUnknownLegit
	contentTypeUnknownLegit

	// What happens between messages: behaviourRules.
	deleteForm
	unlikeForm
	editForm
	replacesFirstInstance
	editAuthorization
	editOnlyNestedPart
	editIndicated
	editAfterDelete
	replyLoop
	replyCurrentVersion
	sortOrder
	sortTiebreak
	acceptedTimestamp
	derivedValues
	derivedTimestamp

	// Media types and Markdown: mediaRules.
	mediaRequired
	mediaRecommended
	gfmNoHTMLSend
	gfmNoHTMLReceive
	gfmExtensions
	gfmPlainOK
	linkWarning

	// Message status reports: statusRules.
	statusReportArray
	statusEntryArity
	statusEntryMessageID
	statusCodeRange
	statusCodes
	statusUnknownCode
	statusUpdate
	statusTransitions
	statusSameRoom
	statusMediaType
	statusExample

	// The extensions of another document: moreExtensionRules.
	moreSenderTimestamp
	moreExternalMessageID
	moreSubject
	moreLastSeen

	numRules
)
