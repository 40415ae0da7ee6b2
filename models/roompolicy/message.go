package roompolicy

import (
	"bytes"
	"reflect"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Need is one capability that a message needs.
type Need struct {
	Capability Capability
	Rule       *spec.Rule
	Path       string // of the field or part, such as "nestedPart.parts[1]"
	// Never is set where no capability is enough.
	Never bool
}

// DecideMessage says whether a user may send a message, given the messages
// before it in the room, and what the message needs (room-policy-04 sections 6.3,
// 6.4, 6.8, 8.3 and 8.4). Messages of the user have its name as their sender. The
// message is one that models/content accepts; this does not judge it as such.
func (j Judge) DecideMessage(policy *Policy, state *State, sender User, m *content.Message, history content.History) (Decision, []Need) {
	d := newDecider(j, policy, state, Action{Actor: sender, Kind: ActionUse, Capability: CanSendMessage})
	d.alone = true
	holder := d.acting()
	p := d.actor()
	d.require(p != nil && p.Active(), ruleActorClient, "%s has no client in the group", sender)
	n := needs{decider: d, sender: sender, message: m, history: history}
	n.collect()
	for _, need := range n.list {
		d.require(!need.Never, need.Rule, "nothing allows it")
		if !need.Never {
			d.need(holder, need.Capability, need.Rule)
		}
	}
	n.policies()
	d.grant(n.list[0].Rule) // every message needs something
	return d.decision(), n.list
}

// needs gathers what one message needs.
type needs struct {
	*decider
	sender  User
	message *content.Message
	history content.History
	list    []Need
	parts   []leaf
	linked  bool
	preview bool
}

// leaf is a part without parts of its own.
type leaf struct {
	path string
	part *content.NestedPart
}

func (n *needs) add(capability Capability, rule *spec.Rule, path string) {
	for _, need := range n.list {
		if need.Capability == capability && !need.Never {
			return
		}
	}
	n.list = append(n.list, Need{Capability: capability, Rule: rule, Path: path})
}

func (n *needs) never(rule *spec.Rule, path string) {
	n.list = append(n.list, Need{Rule: rule, Path: path, Never: true})
}

// collect goes through the fields of the message, then through its parts.
func (n *needs) collect() {
	n.parts = leaves(nil, "nestedPart", &n.message.NestedPart)
	if n.message.Replaces != nil {
		n.replacement()
	} else {
		n.fresh()
	}
	// Setting specific fields needs additional capabilities (section 8.3).
	if len(n.list) == 0 || n.readings[messageCapabilities] != messageExclusive {
		n.list = append([]Need{{Capability: CanSendMessage, Rule: ruleSend}}, n.list...)
	}
	n.links()
	n.assets()
}

// leaves lists the parts that have none of their own.
func leaves(list []leaf, path string, part *content.NestedPart) []leaf {
	multi, ok := part.Body.(content.MultiPart)
	if !ok {
		return append(list, leaf{path: path, part: part})
	}
	for i := range multi.Parts {
		list = leaves(list, path+".parts["+itoa(i)+"]", &multi.Parts[i])
	}
	return list
}

// isReaction reports whether a message reacts: by its whole body or by each of
// its parts.
func isReaction(m *content.Message) bool {
	if m.NestedPart.Disposition == content.Reaction {
		return true
	}
	parts := leaves(nil, "", &m.NestedPart)
	for _, l := range parts {
		if l.part.Disposition != content.Reaction {
			return false
		}
	}
	return len(parts) > 0
}

// replacement is what an edit or a delete needs.
func (n *needs) replacement() {
	m := n.message
	target := n.history.Find(m.Replaces)
	if target == nil || target.Message == nil {
		n.never(ruleUnknownReplaced, "replaces")
		return
	}
	first := n.history.First(target)
	own := User(first.Sender) == n.sender
	was := first.Message
	_, deletes := m.NestedPart.Body.(content.NullPart)
	switch {
	case deletes:
		n.deletion(own, isReaction(was))
	case !own:
		n.editOfOther(target.Message)
	case isReaction(was):
		if !isReaction(m) {
			n.never(ruleEditReaction, "nestedPart")
			return
		}
		n.add(CanEditReaction, ruleEditReaction, "replaces")
	default:
		retopics := !bytes.Equal(m.TopicID, was.TopicID)
		if !retopics || !reflect.DeepEqual(m.NestedPart, target.Message.NestedPart) {
			n.add(CanEditOwnMessage, ruleEditOwn, "replaces")
		}
		if retopics {
			n.add(CanEditOwnTopic, ruleEditOwnTopic, "topicId")
		}
	}
}

func (n *needs) deletion(own, reaction bool) {
	switch {
	case own && reaction:
		n.add(CanDeleteOwnReaction, ruleDeleteOwnReaction, "replaces")
	case reaction:
		n.add(CanDeleteOtherReaction, ruleDeleteOtherReaction, "replaces")
	case own:
		n.add(CanDeleteOwnMessage, ruleDeleteOwn, "replaces")
	default:
		n.add(CanDeleteOtherMessage, ruleDeleteOther, "replaces")
	}
}

// editOfOther is what may be done to a message of another user: only its topic
// may change.
func (n *needs) editOfOther(was *content.Message) {
	m := n.message
	if bytes.Equal(m.TopicID, was.TopicID) || !reflect.DeepEqual(m.NestedPart, was.NestedPart) {
		n.never(ruleEditOther, "replaces")
		return
	}
	n.add(CanEditOtherTopic, ruleEditOtherTopic, "topicId")
}

// fresh is what a message that replaces none needs for its reply and its topic.
func (n *needs) fresh() {
	m := n.message
	if isReaction(m) {
		n.add(CanReactToMessage, ruleReact, "inReplyTo")
		return
	}
	target := n.history.Find(m.InReplyTo)
	inTopic := target != nil && target.Message != nil && content.SameTopic(m, target.Message)
	if m.InReplyTo != nil && (!inTopic || n.readings[topicReply] == topicReplyBoth) {
		n.add(CanReplyToMessage, ruleReply, "inReplyTo")
	}
	if len(m.TopicID) == 0 {
		return
	}
	known := n.knownTopic()
	switch {
	case inTopic:
		n.add(CanReplyInTopic, ruleReplyInTopic, "topicId")
	case !known:
		n.add(CanStartTopic, ruleStartTopic, "topicId")
	case target != nil:
		n.never(ruleReplyInTopic, "topicId") // the reply leaves the topic for another one
	case n.readings[topicWithoutReply] != topicUncovered:
		n.add(CanReplyInTopic, ruleReplyInTopic, "topicId")
	}
	if n.readings[topicStart] == topicAny {
		n.add(CanStartTopic, ruleStartTopic, "topicId")
	}
}

// knownTopic reports whether an earlier message has the topic.
func (n *needs) knownTopic() bool {
	for i := range n.history {
		if m := n.history[i].Message; m != nil && content.SameTopic(m, n.message) {
			return true
		}
	}
	return false
}
