package content

import (
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

var messageRules = []row{
	{topArray, "content/top-array", spec.Syntax, "4.1", allDrafts, "an array with the elements of the draft: 7, in content-05 8",
		"The message is one array with exactly the elements of its draft: 7, and 8 in content-05."},
	{topUntagged, "content/top-untagged", spec.Syntax, "4.1", allDrafts, "no tag",
		"No tag, not even the self-description tag, stands before the outermost array."},
	{saltLength, "content/salt-length", spec.Syntax, "4.1", since05, "16 octets (32 in content-05)",
		"The salt has 16 octets; content-05 wants 32."},
	{saltType, "content/salt-type", spec.Syntax, "4.1", since05, "a byte string",
		"The salt is a byte string."},
	{saltRandom, "content/salt-random", spec.Must, "4.1", since05, "a fresh salt for each message",
		"Each message has a fresh random salt; what can be seen is that a sender uses one twice."},
	{saltDerivation, "content/salt-derivation", spec.Should, "9.2", since05, "the start of HMAC-SHA256(secret, nonce)",
		"A salt that is derived is the start of the HMAC-SHA256 of a nonce under an exported secret: 16 octets, in content-05 and -06 all 32."},
	shared(msgidSize, &messageid.RuleHashLength, "32 octets"),
	{replacesType, "content/replaces-type", spec.Syntax, "4.1", allDrafts, "null or a message ID",
		"The field replaces is null or a message ID; neither an empty byte string nor undefined says that nothing is replaced."},
	{topicidType, "content/topicid-type", spec.Syntax, "4.1", allDrafts, "a byte string",
		"The topic is a byte string, empty when there is none."},
	{topicidEmptyNone, "content/topicid-empty-none", spec.Must, "4.1", allDrafts, "grouped only under an equal, non-empty topicId",
		"Two messages share a topic only if their topics are equal and not empty."},
	{topicidSelf, "content/topicid-self", spec.Must, "5.11", since05, "another octet string than the ID of the message itself",
		"A message cannot carry its own ID as its topic, because the ID covers the topic."},
	{expiresShape, "content/expires-shape", spec.Syntax, "4.1", since05, "null or an array of 2",
		"The expiry is null or a pair of a boolean and a time."},
	{expiresRelativeBool, "content/expires-relative-bool", spec.Syntax, "4.1", since05, "false or true",
		"The first element of an expiry is a boolean: true for a time that runs from reading."},
	{expiresTimeU32, "content/expires-time-u32", spec.Syntax, "4.1", allDrafts, "an unsigned integer up to 4294967295",
		"The time of an expiry is an unsigned integer of 32 bits."},
	{expiresSemantics, "content/expires-semantics", spec.Must, "4.1", since05, "deleted from its expiry on, and not before",
		"An absolute expiry ends the message at that second of the epoch, a relative one that many seconds after the receiver read it."},
	{inReplyToType, "content/inreplyto-type", spec.Syntax, "4.1", allDrafts, "null or a message ID",
		"The field inReplyTo is null or a message ID; in content-04 null or an array of message ID, hash algorithm and hash."},
	{lastSeenType, "content/lastseen-04-05", spec.Syntax, "4.1", before06, "an array of message IDs",
		"The field lastSeen is an array of message IDs, empty if nothing was seen."},
	{uriSourceAgrees, "content/msgid-uri-source-agrees", spec.Must, "3.3", since06, "the URI that goes into the message ID",
		"The sender and room URIs among the extensions, where present, are the ones that the message ID is computed over."},
}
