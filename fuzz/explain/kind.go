package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Kind is what inputs are taken for. See [Kinds].
type Kind struct {
	Name     string // such as "content"
	What     string // in words, with an article
	Document spec.Document
	Takes    []string // the options besides the drafts: "sender", "room", "now", "keys"

	noun  string // what a whole input is called
	lists string // what [Inspect] lists of an accepted input, the heading
	judge func(draft spec.Draft, octets []byte, in *inputs) (judgement, error)
	ids   bool // whether there is a message ID
	tls   bool // whether it is a struct of the TLS presentation language, and not CBOR
}

// inputs are what is judged besides the octets.
type inputs struct {
	sender, room string // URIs, "" if not known
	nowMs        int64  // of the Unix epoch, 0 to judge no rule on the present
	keys         *Keys  // nil if not known
}

// judgement is what a draft says about an input.
type judgement struct {
	verdict    content.Verdict
	violations spec.Violations
	dropped    int
	parts      []part // nil if the input is not accepted; of a struct those before its flaw
	fields     []StructField
	steps      []StepVerdict
}

// kinds are all of them. The first is the default.
var kinds = []Kind{
	{
		Name: "content", What: "a MIMI content message", Document: spec.Content, Takes: []string{"sender", "room", "now"},
		noun: "message", lists: "Parts", judge: judgeContent, ids: true,
	},
	{
		Name: "status", What: "a message-status report", Document: spec.MessageStatus,
		noun: "report", lists: "Entries", judge: judgeStatus,
	},
	{
		Name: "frank", What: "a Frank", Document: spec.Protocol, Takes: []string{"keys"},
		noun: "Frank", lists: "Fields by offset", tls: true,
		judge: asFranking("frank", franking.ReceiverFrank, received(func(d *franking.Delivery, octets []byte) { d.Frank = octets })),
	},
	{
		Name: "safe-aad", What: "a SafeAAD", Document: spec.Protocol, Takes: []string{"keys"},
		noun: "SafeAAD", lists: "Fields by offset", tls: true,
		judge: asFranking("safe-aad", franking.HubAAD, received(func(d *franking.Delivery, octets []byte) { d.AuthenticatedData = octets })),
	},
	{
		Name: "abuse-report", What: "an AbuseReport", Document: spec.Protocol, Takes: []string{"keys"},
		noun: "report", lists: "Fields by offset", tls: true,
		judge: asFranking("abuse-report", franking.ReportFormat, reported),
	},
}

// Kinds returns the names of the kinds. The first is the default.
func Kinds() []string {
	var names []string
	for i := range kinds {
		names = append(names, kinds[i].Name)
	}
	return names
}

// ParseKind returns the kind with a name.
func ParseKind(name string) (*Kind, error) {
	for i := range kinds {
		if kinds[i].Name == name {
			return &kinds[i], nil
		}
	}
	return nil, fmt.Errorf("unknown kind %q: expected one of %s", name, strings.Join(Kinds(), ", "))
}

// Drafts returns the drafts under which the kind is judged, oldest first.
func (k *Kind) Drafts() []spec.Draft {
	return slices.DeleteFunc(spec.AllDrafts.List(), func(d spec.Draft) bool { return d.Document() != k.Document })
}

// ParseDraft returns the draft of the kind with a name.
func (k *Kind) ParseDraft(name string) (spec.Draft, error) {
	draft, err := spec.ParseDraft(name)
	if err != nil || draft.Document() != k.Document {
		return 0, fmt.Errorf("unknown %s draft %q: expected one of %s", k.Document, name, spec.DraftsOf(k.Drafts()...))
	}
	return draft, nil
}

func judgeContent(draft spec.Draft, octets []byte, in *inputs) (judgement, error) {
	checker, err := content.NewChecker(content.Options{Draft: draft, NowMs: in.nowMs})
	if err != nil {
		return judgement{}, err
	}
	result := checker.Check(octets)
	j := judgement{verdict: result.Verdict, violations: result.Violations, dropped: result.Dropped}
	if m, err := checker.Decode(octets); err == nil {
		j.parts = describeParts(m, draft)
	}
	return j, nil
}

func judgeStatus(draft spec.Draft, octets []byte, _ *inputs) (judgement, error) {
	result, err := content.CheckStatus(octets, draft)
	if err != nil {
		return judgement{}, err
	}
	j := judgement{verdict: result.Verdict, violations: result.Violations, dropped: result.Dropped}
	if entries, err := content.DecodeStatus(octets, draft); err == nil {
		j.parts = describeEntries(entries)
	}
	return j, nil
}

func describeEntries(entries []content.StatusEntry) []part {
	list := []part{}
	for i, e := range entries {
		list = append(list, part{index: i, level: 1, path: fmt.Sprintf("[%d]", i), text: fmt.Sprintf("message %s: %s (%d)", e.ID, e.Status, uint8(e.Status))})
	}
	return list
}
