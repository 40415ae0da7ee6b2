package fuzz

import (
	"sync"

	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/messageid"
)

// Targets returns every fuzz target. Each has a native target of the same name
// behind "Fuzz".
func Targets() []*Target { return allTargets() }

var allTargets = sync.OnceValue(func() []*Target {
	return []*Target{
		tapeTarget("MessageIDTape", "properties of message IDs, drawn from a tape", messageid.Drafts, "messageid"),
		{Name: "MessageIDOctets", About: "any octets for sender, room and message", Drafts: messageid.Drafts, try: tryMessageIDOctets, seeds: messageIDSeeds},
		tapeTarget("ContentTape", "properties of message content, drawn from a tape", contentDrafts, "content"),
		{Name: "ContentOctets", About: "any octets as a message, under every draft", Drafts: contentDrafts, try: tryContentOctets, seeds: contentSeeds},
		{Name: "ContentBetweenDrafts", About: "any octets as a message: verdicts of drafts against each other", Drafts: contentDrafts, try: tryContentBetweenDrafts, seeds: contentSeeds},
		tapeTarget("MessageStatusTape", "properties of message-status reports, drawn from a tape", statusDrafts, "message-status"),
		{Name: "MessageStatusOctets", About: "any octets as a message-status report", Drafts: statusDrafts, try: tryStatusOctets, seeds: statusSeeds},
		choiceTarget("FrankingTape", "properties of franking, with worlds drawn from a tape", franking.Drafts, "franking"),
		{Name: "FrankingStructs", About: "any octets as the structs of franking", Drafts: franking.Drafts, try: tryFrankingStructs, seeds: frankingStructSeeds},
		{Name: "FrankVerification", About: "any octets as what a receiver verifies", Drafts: franking.Drafts, try: tryFrankVerification, seeds: frankVerificationSeeds},
		{Name: "ReportValidation", About: "any octets as a report of abuse", Drafts: franking.Drafts, try: tryReportValidation, seeds: reportSeeds},
		choiceTarget("PolicyTape", "properties of room policies, drawn from a tape", policyDrafts, "roompolicy"),
		{Name: "PolicyOctets", About: "any octets as the structs of room policies", Drafts: policyWires, try: tryPolicyOctets, seeds: policyOctetSeeds},
		{Name: "PolicyJSON", About: "any text as the JSON form of a room's components", Drafts: roomPolicyDrafts, try: tryPolicyJSON, seeds: policyJSONSeeds},
	}
})
