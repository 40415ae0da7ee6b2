package roompolicy

import (
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// messageCase is a message on one side of a rule. The sender "a" has the
// capabilities.
type messageCase struct {
	rule         *spec.Rule
	allowed      bool
	judge        Judge
	capabilities []Capability
	components   Policy
	message      content.Message
	history      content.History
}

func text(body string) content.NestedPart { return typed("text/markdown;variant=GFM-MIMI", body) }

func typed(contentType, body string) content.NestedPart {
	return content.NestedPart{Disposition: content.Render, Body: content.SinglePart{ContentType: contentType, Content: []byte(body)}}
}

func external(disposition content.Disposition, contentType string, size uint64) content.NestedPart {
	return content.NestedPart{Disposition: disposition, Body: content.ExternalPart{ContentType: contentType, URL: "https://files.a.example/1", Size: size}}
}

func reaction(body string) content.NestedPart {
	part := typed("text/plain;charset=utf-8", body)
	part.Disposition = content.Reaction
	return part
}

func several(parts ...content.NestedPart) content.NestedPart {
	return content.NestedPart{Body: content.MultiPart{Semantics: content.ProcessAll, Parts: parts}}
}

var nothing = content.NestedPart{Body: content.NullPart{}}

// earlier is what was said before: texts and reactions of two users, with and
// without a topic.
var earlier = content.History{
	{ID: content.MessageID{1}, Sender: "a", Message: &content.Message{NestedPart: text("mine")}},
	{ID: content.MessageID{2}, Sender: "b", Message: &content.Message{NestedPart: text("theirs")}},
	{ID: content.MessageID{3}, Sender: "a", Message: &content.Message{NestedPart: reaction("+1")}},
	{ID: content.MessageID{4}, Sender: "b", Message: &content.Message{NestedPart: reaction("-1")}},
	{ID: content.MessageID{5}, Sender: "b", Message: &content.Message{TopicID: []byte("cats"), NestedPart: text("on cats")}},
	{ID: content.MessageID{6}, Sender: "b", Message: &content.Message{TopicID: []byte("dogs"), NestedPart: text("on dogs")}},
}

func messageCases(t *testing.T) []messageCase {
	var cases []messageCase
	judge := func(readings string) Judge {
		t.Helper()
		r, err := ParseReadings(readings)
		if err != nil {
			t.Fatal(err)
		}
		return Judge{draft: spec.RoomPolicy04, readings: r}
	}
	id := func(n byte) *content.MessageID { return &content.MessageID{n} }
	add := func(rule *spec.Rule, readings string, m content.Message, allowed []Capability, denied ...[]Capability) {
		if allowed != nil {
			cases = append(cases, messageCase{rule: rule, allowed: true, judge: judge(readings), capabilities: allowed, message: m, history: earlier})
		}
		for _, capabilities := range denied {
			cases = append(cases, messageCase{rule: rule, judge: judge(readings), capabilities: capabilities, message: m, history: earlier})
		}
	}
	caps := func(list ...Capability) []Capability { return append([]Capability{}, list...) }
	send := caps(CanSendMessage)
	with := func(list ...Capability) []Capability { return append(list, CanSendMessage) }

	add(ruleSend, "", content.Message{NestedPart: text("hello")}, send, caps(CanReplyToMessage))
	reply := content.Message{InReplyTo: id(2), NestedPart: text("yes")}
	add(ruleReply, "", reply, with(CanReplyToMessage), with(CanReactToMessage))
	add(ruleSend, "", reply, nil, caps(CanReplyToMessage))
	add(ruleReply, "message-capabilities=exclusive", reply, caps(CanReplyToMessage), send)
	add(ruleReact, "", content.Message{InReplyTo: id(2), NestedPart: reaction("+1")}, with(CanReactToMessage), with(CanReplyToMessage))
	add(ruleReact, "", content.Message{InReplyTo: id(2), NestedPart: several(reaction("+1"), reaction("!"))}, with(CanReactToMessage), send)
	add(ruleSend, "", content.Message{NestedPart: several()}, send, caps(CanReactToMessage)) // no part is no reaction
	add(ruleEditReaction, "", content.Message{Replaces: id(3), NestedPart: reaction("!")}, with(CanEditReaction), with(CanEditOwnMessage))
	add(ruleEditReaction, "", content.Message{Replaces: id(3), NestedPart: text("!")}, nil, Capabilities())
	add(ruleDeleteOwnReaction, "", content.Message{Replaces: id(3), NestedPart: nothing}, with(CanDeleteOwnReaction), with(CanDeleteOwnMessage))
	add(ruleDeleteOtherReaction, "", content.Message{Replaces: id(4), NestedPart: nothing}, with(CanDeleteOtherReaction), with(CanDeleteOtherMessage))
	add(ruleEditOwn, "", content.Message{Replaces: id(1), NestedPart: text("ours")}, with(CanEditOwnMessage), with(CanEditOwnTopic))
	add(ruleEditOwn, "", content.Message{Replaces: id(1), NestedPart: text("mine")}, with(CanEditOwnMessage), send) // as it was
	add(ruleEditOther, "", content.Message{Replaces: id(2), NestedPart: text("ours")}, nil, Capabilities())
	add(ruleEditOther, "", content.Message{Replaces: id(4), NestedPart: reaction("+1")}, nil, Capabilities())
	add(ruleDeleteOwn, "", content.Message{Replaces: id(1), NestedPart: nothing}, with(CanDeleteOwnMessage), with(CanDeleteOtherMessage))
	add(ruleDeleteOther, "", content.Message{Replaces: id(2), NestedPart: nothing}, with(CanDeleteOtherMessage), with(CanDeleteOwnMessage))
	add(ruleUnknownReplaced, "", content.Message{Replaces: id(9), NestedPart: nothing}, nil, Capabilities())
	newTopic := content.Message{TopicID: []byte("birds"), NestedPart: text("new")}
	add(ruleStartTopic, "", newTopic, with(CanStartTopic), with(CanReplyInTopic))
	inTopic := content.Message{TopicID: []byte("cats"), InReplyTo: id(5), NestedPart: text("too")}
	add(ruleReplyInTopic, "", inTopic, with(CanReplyInTopic), with(CanReplyToMessage))
	add(ruleReply, "reply-in-topic=both", inTopic, with(CanReplyInTopic, CanReplyToMessage), with(CanReplyInTopic))
	add(ruleStartTopic, "start-topic=any-topic", inTopic, with(CanReplyInTopic, CanStartTopic), with(CanReplyInTopic))
	loose := content.Message{TopicID: []byte("cats"), NestedPart: text("also")}
	add(ruleReplyInTopic, "", loose, with(CanReplyInTopic), with(CanStartTopic))
	add(ruleSend, "topic-without-reply=uncovered", loose, send)
	add(ruleReplyInTopic, "", content.Message{TopicID: []byte("dogs"), InReplyTo: id(5), NestedPart: text("no")}, nil, Capabilities())
	add(ruleEditOwnTopic, "", content.Message{Replaces: id(1), TopicID: []byte("cats"), NestedPart: text("mine")}, with(CanEditOwnTopic), with(CanEditOwnMessage))
	add(ruleEditOwnTopic, "", content.Message{Replaces: id(1), TopicID: []byte("cats"), NestedPart: text("ours")}, with(CanEditOwnTopic, CanEditOwnMessage), with(CanEditOwnMessage))
	add(ruleEditOtherTopic, "", content.Message{Replaces: id(2), TopicID: []byte("cats"), NestedPart: text("theirs")}, with(CanEditOtherTopic), with(CanEditOwnTopic))
	add(ruleEditOther, "", content.Message{Replaces: id(2), TopicID: []byte("cats"), NestedPart: text("ours")}, nil, Capabilities())

	for _, part := range []content.NestedPart{
		text("see [this](https://x.example)"), text("see <https://x.example>"), text("see https://x.example"),
		typed("text/plain", "see www.x.example"), typed("", "see https://x.example"), typed("text/html", `<a href="https://x.example">this</a>`),
		several(text("no"), text("see https://x.example")), several(external(content.Icon, "image/png", 1), text("see https://x.example")),
		text("dear [Bob](mimi://b.example/u/bob), see [this](https://x.example)"), text("dear <mimi://b.example/u/bob>, see <https://x.example>"),
		text("dear mimi://b.example/u/bob, see https://x.example"), typed("text/html", `dear <a href="mimi://b.example/u/bob">Bob</a>, see <a href="https://x.example">this</a>`),
	} {
		add(ruleSendLink, "", content.Message{NestedPart: part}, with(CanSendLink), send)
	}
	mention := content.Message{NestedPart: text("dear [Bob](mimi://b.example/u/bob)")}
	add(ruleSendLink, "", mention, send)
	add(ruleSendLink, "mention-links=links", mention, with(CanSendLink), send)
	preview := typed("text/plain", "a page")
	preview.Disposition = content.Preview
	previewed := content.Message{NestedPart: several(text("see https://x.example"), preview)}
	add(ruleSendLinkPreview, "", previewed, with(CanSendLink, CanSendLinkPreview), with(CanSendLink))
	add(ruleSendLink, "", previewed, nil, with(CanSendLinkPreview))

	for contentType, capability := range map[string]Capability{"image/png": CanUploadImage, "Audio/ogg": CanUploadAudio, "video/mp4;codecs=x": CanUploadVideo} {
		for _, disposition := range []content.Disposition{content.Render, content.Inline, 99} {
			add(ruleUpload, "", content.Message{NestedPart: external(disposition, contentType, 1)}, with(capability), with(CanUploadAttachment))
		}
	}
	add(ruleUpload, "inline-assets=uncovered", content.Message{NestedPart: external(content.Inline, "image/png", 1)}, send)
	add(ruleUpload, "", content.Message{NestedPart: external(content.Icon, "image/png", 1)}, send)
	add(ruleUpload, "", content.Message{NestedPart: typed("image/png", "x")}, send)
	add(ruleUpload, "uploads=all-parts", content.Message{NestedPart: typed("image/png", "x")}, with(CanUploadImage), send)
	add(ruleUploadAttachment, "", content.Message{NestedPart: external(content.Attachment, "image/png", 1)}, with(CanUploadAttachment), with(CanUploadImage))
	session := content.Message{NestedPart: external(content.Session, "application/x", 1)}
	add(ruleSession, "", session, with(CanStartCall), with(CanJoinCall))
	add(ruleSession, "session=uncovered", session, send)
	picture := external(content.Render, "image/png", 1)
	add(ruleUpload, "", content.Message{NestedPart: several(text("a picture"), picture)}, with(CanUploadImage), send)
	add(ruleUpload, "", content.Message{NestedPart: several(session.NestedPart, picture)}, with(CanStartCall, CanUploadImage), with(CanStartCall))
	add(ruleUpload, "", content.Message{NestedPart: several(external(content.Attachment, "image/png", 1), picture)},
		with(CanUploadAttachment, CanUploadImage), with(CanUploadAttachment))

	policy := func(rule *spec.Rule, readings string, allowed bool, components Policy, m content.Message) {
		cases = append(cases, messageCase{rule: rule, allowed: allowed, judge: judge(readings), capabilities: Capabilities(), components: components, message: m, history: earlier})
	}
	linked := content.Message{NestedPart: text("see https://x.example")}
	for _, use := range []struct {
		send        Optionality
		previewed   bool
		linkedAlone bool
	}{{OptionalUse, true, true}, {Forbidden, false, true}, {Required, true, false}} {
		components := Policy{LinkPreview: &LinkPreviewPolicy{SendLinkPreviews: use.send}}
		policy(rulePreviewSend, "", use.previewed, components, previewed)
		policy(rulePreviewSend, "", use.linkedAlone, components, linked)
	}
	expires := func(seconds uint32) content.Message {
		return content.Message{Expires: &content.Expiration{Relative: true, Seconds: seconds}, NestedPart: text("soon gone")}
	}
	plain := content.Message{NestedPart: text("hello")}
	expiration := func(use Optionality) Policy {
		return Policy{Expiration: &MessageExpiration{ExpiringMessages: use, MinExpirationDuration: 60, MaxExpirationDuration: 3600}}
	}
	policy(ruleExpireForbidden, "", true, expiration(Forbidden), plain)
	policy(ruleExpireForbidden, "", false, expiration(Forbidden), expires(60))
	policy(ruleExpireRequired, "", true, expiration(Required), expires(60))
	policy(ruleExpireRequired, "", false, expiration(Required), plain)
	policy(ruleExpireRequired, "", true, expiration(Required), content.Message{Replaces: id(1), NestedPart: nothing})
	for seconds, allowed := range map[uint32]bool{59: false, 60: true, 3600: true, 3601: false} {
		policy(ruleExpireRange, "", allowed, expiration(OptionalUse), expires(seconds))
	}
	image := func(size uint64) content.Message {
		return content.Message{NestedPart: external(content.Render, "image/png", size)}
	}
	assets := func(a AssetPolicy) Policy { return Policy{Assets: &a} }
	gif := []MediaType{{MediaType: "image/GIF"}}
	limits := assets(AssetPolicy{MaxImage: 10, MaxAttachment: 20, ForbiddenMediaTypes: gif})
	policy(ruleMediaForbidden, "", true, limits, image(1))
	policy(ruleMediaForbidden, "", false, limits, content.Message{NestedPart: external(content.Render, "image/gif", 1)})
	permitted := assets(AssetPolicy{MaxImage: 10, PermittedMediaTypes: Some([]MediaType{{MediaType: "text/markdown"}})})
	policy(ruleMediaPermitted, "", true, permitted, plain)
	policy(ruleMediaPermitted, "", false, permitted, image(1))
	policy(ruleMediaPermitted, "", true, permitted, content.Message{Replaces: id(1), NestedPart: nothing})
	policy(ruleMediaPermitted, "", false, permitted, content.Message{NestedPart: several(nothing, image(1).NestedPart)})
	for size, allowed := range map[uint64]bool{0: true, 10: true, 11: false} {
		policy(ruleAssetSize, "", allowed, limits, image(size))
	}
	policy(ruleAssetSize, "", false, limits, content.Message{NestedPart: several(text("a picture"), image(11).NestedPart)})
	policy(ruleAssetSize, "", true, limits, content.Message{NestedPart: external(content.Session, "image/png", 99)})
	attached := content.Message{NestedPart: external(content.Attachment, "image/png", 11)}
	policy(ruleAssetSize, "", true, limits, attached)
	policy(ruleAssetSize, "asset-size-class=media-type", false, limits, attached)
	place := func(location AssetUploadLocation, provider, destination DomainName) Policy {
		return assets(AssetPolicy{MaxImage: 10, AssetUploadLocation: location,
			UploadDomains: []ProviderAssetUploadDomains{{Provider: provider, AssetUploadDestinations: []DomainName{destination}}}})
	}
	policy(ruleUploadDomain, "", true, place(Hub, "h.example", "Files.A.example"), image(1))
	policy(ruleUploadDomain, "", false, place(Hub, "h.example", "a.example"), image(1))
	policy(ruleUploadDomain, "", false, place(Hub, "h.example", "a.example"), content.Message{NestedPart: several(text("a picture"), image(1).NestedPart)})
	policy(ruleUploadDomain, "", true, place(UnspecifiedLocation, "h.example", "a.example"), image(1))
	policy(ruleLocalProvider, "", true, place(LocalProvider, "a.example", "files.a.example"), image(1))
	policy(ruleLocalProvider, "", false, place(LocalProvider, "b.example", "files.a.example"), image(1))
	return cases
}

// decideMessageCase decides for a sender at a.example, who is the user "a" of
// the history.
func decideMessageCase(c *messageCase) (Decision, []Need) {
	const sender = User("mimi://a.example/u/a")
	policy := c.components
	policy.Roles = &RoleData{Roles: []Role{{RoleIndex: 2, RoleName: "user", RoleCapabilities: c.capabilities}}}
	history := slices.Clone(c.history)
	for i := range history {
		if history[i].Sender == "a" {
			history[i].Sender = string(sender)
		}
	}
	state := &State{Participants: []Participant{{User: sender, Role: 2, Clients: 1}}}
	return c.judge.DecideMessage(&policy, state, sender, &c.message, history)
}

func TestEachMessageCaseIsDecidedByItsRule(t *testing.T) {
	seen := map[string]map[bool]bool{}
	for i, c := range messageCases(t) {
		d, needs := decideMessageCase(&c)
		if d.Allowed != c.allowed || !d.Allowed && d.Rule != c.rule {
			t.Errorf("case %d of %s, allowed %v (%s): %s\n\tneeds %v", i, c.rule.ID, c.allowed, c.judge.Readings(), d, needs)
		}
		if seen[c.rule.ID] == nil {
			seen[c.rule.ID] = map[bool]bool{}
		}
		seen[c.rule.ID][c.allowed] = true
	}
	seen[ruleStatusForbidden.ID] = map[bool]bool{}
	for _, c := range statusCases(t) {
		if d := decideStatusCase(&c); d.Rule == ruleStatusForbidden {
			seen[d.Rule.ID][d.Allowed] = true
		}
	}
	for _, rule := range DecisionRules() {
		never := rule == ruleEditOther || rule == ruleUnknownReplaced
		if onMessages(rule.ID) && (!seen[rule.ID][false] || !never && !seen[rule.ID][true]) {
			t.Errorf("%s lacks a case: %v", rule.ID, seen[rule.ID])
		}
	}
}

// A size of zero is unknown, and compared with nothing.
func TestUnknownSizes(t *testing.T) {
	c := messageCase{judge: Judge{draft: spec.RoomPolicy04}, capabilities: Capabilities(), components: Policy{Assets: &AssetPolicy{MaxImage: 10}}}
	for size, want := range map[uint64]int{0: 0, 1: 1} {
		c.message = content.Message{NestedPart: external(content.Render, "image/png", size)}
		if d, _ := decideMessageCase(&c); !d.Allowed || len(d.Constraints) != want {
			t.Errorf("size %d: %s", size, d)
		}
	}
}

// Who has no client in the group sends nothing, and no report either, even where it
// may propose from outside.
func TestReportsOfThoseWhoAreNotThere(t *testing.T) {
	policy, state := casePolicy(t, "all"), stateOf(t, "S=3+ idle=3")
	state.ExternalSenders = []User{"S", "idle", "x"}
	state.Credentials = []Credential{{"x", []Claim{claimOf("x")}}}
	policy.PreAuth = &PreAuthData{PreauthorizedEntries: []PreAuthRoleEntry{{Claimset: []Claim{claimOf("x")}, TargetRole: RoleReference{RoleIndex: 3}}}}
	policy.Roles = &RoleData{Roles: slices.Clone(policy.Roles.Roles)}
	for i := range policy.Roles.Roles {
		policy.Roles.Roles[i].RoleCapabilities = Capabilities()
	}
	for sender, allowed := range map[User]bool{"S": true, "idle": false, "x": false} {
		d := judgeOf(t, spec.RoomPolicy04, "").DecideStatus(policy, state, sender, nil)
		m, _ := judgeOf(t, spec.RoomPolicy04, "").DecideMessage(policy, state, sender, &content.Message{NestedPart: text("hello")}, nil)
		if d.Allowed != allowed || m.Allowed != allowed || !allowed && (d.Rule != ruleActorClient || m.Rule != ruleActorClient) {
			t.Errorf("%s: a report is %s, a message %s", sender, d, m)
		}
	}
}

func TestMessagesOfThoseWhoAreNotThere(t *testing.T) {
	policy := ExampleByName("cooperative")
	m := &content.Message{NestedPart: text("hello")}
	for sender, allowed := range map[User]bool{"S": true, "idle": false, "x": false, "nobody": false} {
		d, _ := Judge{draft: spec.RoomPolicy04}.DecideMessage(policy, stateOf(t, "S=4+ idle=2 x=1"), sender, m, nil)
		if d.Allowed != allowed {
			t.Errorf("%s: %s", sender, d)
		}
	}
}

func TestBareAddressesThatAreNotDetected(t *testing.T) {
	c := messageCase{judge: Judge{draft: spec.RoomPolicy04}, capabilities: []Capability{CanSendMessage},
		components: Policy{LinkPreview: &LinkPreviewPolicy{AutodetectHyperlinksInText: Forbidden}}}
	for _, test := range []struct {
		part    content.NestedPart
		allowed bool
	}{
		{text("see https://x.example"), true},
		{text("see [x](https://x.example)"), false},
		{text("dear <mimi://b.example/u/bob>, see <https://x.example>"), false},
		{typed("text/html", `dear <a href="mimi://b.example/u/bob">Bob</a>, see <a href="https://x.example">x</a>`), false},
	} {
		c.message = content.Message{NestedPart: test.part}
		if d, _ := decideMessageCase(&c); d.Allowed != test.allowed {
			t.Errorf("%v: %s", test.part.Body, d)
		}
	}
}

func TestNeedsHavePaths(t *testing.T) {
	c := messageCase{judge: Judge{draft: spec.RoomPolicy04}, capabilities: Capabilities(),
		message: content.Message{NestedPart: several(text("x"), several(external(content.Render, "image/png", 1), text("y")))}}
	_, needs := decideMessageCase(&c)
	if len(needs) != 2 || needs[1].Capability != CanUploadImage || !strings.HasSuffix(needs[1].Path, "parts[1].parts[0]") {
		t.Errorf("needs %v", needs)
	}
}

// statusCase is a report on one side of what the room says of it.
type statusCase struct {
	judge        Judge
	capabilities []Capability
	policy       StatusNotificationPolicy
	status       content.Status
	allowed      bool
}

func statusCases(t *testing.T) []statusCase {
	t.Helper()
	free, err := ParseReadings("status-report=no-message")
	if err != nil {
		t.Fatal(err)
	}
	judge, send := Judge{draft: spec.RoomPolicy04}, []Capability{CanSendMessage}
	silent := StatusNotificationPolicy{DeliveryNotifications: Forbidden, ReadReceipts: Required}
	unread := StatusNotificationPolicy{ReadReceipts: Forbidden}
	return []statusCase{
		{judge, send, silent, content.StatusDelivered, false},
		{judge, send, silent, content.StatusRead, true},
		{judge, send, silent, content.StatusHidden, true},
		{judge, send, unread, content.StatusDelivered, true},
		{judge, send, unread, content.StatusRead, false},
		{judge, nil, unread, content.StatusDelivered, false},
		{Judge{draft: spec.RoomPolicy04, readings: free}, nil, unread, content.StatusDelivered, true},
	}
}

func decideStatusCase(c *statusCase) Decision {
	policy := &Policy{StatusNotifications: &c.policy, Roles: &RoleData{Roles: []Role{{RoleIndex: 2, RoleCapabilities: c.capabilities}}}}
	state := &State{Participants: []Participant{{User: "a", Role: 2, Clients: 1}}}
	return c.judge.DecideStatus(policy, state, "a", []content.StatusEntry{{Status: c.status}})
}

func TestStatusReports(t *testing.T) {
	for i, c := range statusCases(t) {
		if d := decideStatusCase(&c); d.Allowed != c.allowed {
			t.Errorf("case %d, %s: %s", i, c.status, d)
		}
	}
}
