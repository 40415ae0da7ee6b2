package roompolicy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Action is one thing that one user wants to do. Actions can be compared.
//
// Its text form, read by [ParseAction] and written by [Action.String], is the
// actor, the kind, what the kind asks for, and clients where they matter:
//
//	alice add bob 2 with 1 client
//	alice add-client bob with 2 clients
//	bob add-own-client
//	carol open-join 2
//	carol join-preauthorized
//	carol join-code SECRET
//	alice remove bob
//	bob remove-own-client with 2 clients
//	bob leave
//	alice kick bob
//	alice change-role bob 3
//	bob change-own-role
//	alice ban bob
//	alice unban bob 2
//	alice update roles_list
//	alice remove-component link_preview_policy
//	alice use canChangeRoomName
//
// "with clients" is short for "with 1 client". Roles are indexes, or names
// where the roles are known. Names with blanks or signs are quoted as in Go.
//
// Its JSON form has the fields actor and kind, and of target, role_index,
// clients, code, component and capability those that the kind asks for.
type Action struct {
	Actor  User
	Kind   ActionKind
	Target User
	Role   uint32 // the new role
	// Clients is how many clients come or go. Where it is zero, an addition brings
	// none, a kick takes all, and of an own client there is one.
	Clients    uint32
	Code       string      // of join-code
	Component  ComponentID // of update and remove-component
	Capability Capability  // of use
}

// ActionKind says what an action is.
type ActionKind string

// The kinds of actions. Each membership capability has one; ActionUse stands
// for all capabilities that are nothing but a permission.
const (
	ActionAdd               ActionKind = "add"                // canAddParticipant: another user to the list
	ActionAddClient         ActionKind = "add-client"         // clients of another user who is in the list
	ActionAddOwnClient      ActionKind = "add-own-client"     // canAddOwnClient
	ActionOpenJoin          ActionKind = "open-join"          // canOpenJoin, canAddSelf on role zero
	ActionJoinPreauthorized ActionKind = "join-preauthorized" // canJoinIfPreauthorized, canAddSelf on other roles
	ActionJoinCode          ActionKind = "join-code"          // canUseJoinCode
	ActionRemove            ActionKind = "remove"             // canRemoveParticipant: another user and its clients
	ActionRemoveOwnClient   ActionKind = "remove-own-client"  // canRemoveOwnClient
	ActionLeave             ActionKind = "leave"              // canRemoveSelf
	ActionKick              ActionKind = "kick"               // canKick: clients of another user
	ActionChangeRole        ActionKind = "change-role"        // canChangeUserRole
	ActionChangeOwnRole     ActionKind = "change-own-role"    // canChangeOwnRole
	ActionBan               ActionKind = "ban"                // canBan
	ActionUnban             ActionKind = "unban"              // canUnban
	ActionUpdate            ActionKind = "update"             // the value of a component
	ActionRemoveComponent   ActionKind = "remove-component"   // a component
	ActionUse               ActionKind = "use"                // a capability that changes no state here
)

// operands says what follows a kind in the text form.
type operands struct{ target, role, clients, code, component, capability bool }

var actionOperands = map[ActionKind]operands{
	ActionAdd:               {target: true, role: true, clients: true},
	ActionAddClient:         {target: true, clients: true},
	ActionAddOwnClient:      {clients: true},
	ActionOpenJoin:          {role: true},
	ActionJoinPreauthorized: {},
	ActionJoinCode:          {code: true},
	ActionRemove:            {target: true},
	ActionRemoveOwnClient:   {clients: true},
	ActionLeave:             {},
	ActionKick:              {target: true, clients: true},
	ActionChangeRole:        {target: true, role: true},
	ActionChangeOwnRole:     {},
	ActionBan:               {target: true},
	ActionUnban:             {target: true, role: true},
	ActionUpdate:            {component: true},
	ActionRemoveComponent:   {component: true},
	ActionUse:               {capability: true},
}

// ActionKinds returns every kind of action, ordered by name.
func ActionKinds() []ActionKind {
	kinds := make([]ActionKind, 0, len(actionOperands))
	for kind := range actionOperands {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}

// String writes the text form, with roles by their indexes.
func (a Action) String() string { return a.Describe(nil) }

// Describe writes the text form, with roles by their names where the roles have
// exactly one of that name and it is no number.
func (a Action) Describe(roles *RoleData) string {
	has := actionOperands[a.Kind]
	words := []string{quoteWord(string(a.Actor)), quoteWord(string(a.Kind))}
	if has.target {
		words = append(words, quoteWord(string(a.Target)))
	}
	if has.role {
		words = append(words, roleWord(roles, a.Role))
	}
	if has.code {
		words = append(words, quoteWord(a.Code))
	}
	if has.component {
		words = append(words, a.Component.String())
	}
	if has.capability {
		words = append(words, a.Capability.String())
	}
	if has.clients && a.Clients > 0 {
		words = append(words, "with", plural(uint64(a.Clients), "client"))
	}
	return strings.Join(words, " ")
}

func plural(n uint64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.FormatUint(n, 10) + " " + noun + "s"
}

// roleWord names a role so that parseRole finds it again.
func roleWord(roles *RoleData, index uint32) string {
	number := strconv.FormatUint(uint64(index), 10)
	if roles == nil {
		return number
	}
	role := roles.Role(index)
	if role == nil {
		return number
	}
	if found, ok := parseRole(roles, role.RoleName); !ok || found != index {
		return number
	}
	return quoteWord(role.RoleName)
}

// parseRole reads the index of a role, or the name of one that no other role
// has.
func parseRole(roles *RoleData, text string) (uint32, bool) {
	if index, err := strconv.ParseUint(text, 10, 32); err == nil {
		return uint32(index), true
	}
	found, times := uint32(0), 0
	if roles != nil {
		for i := range roles.Roles {
			if roles.Roles[i].RoleName == text {
				found = roles.Roles[i].RoleIndex
				times++
			}
		}
	}
	return found, times == 1
}

// ParseAction reads the text form of an action. The roles, which may be nil,
// are for names of roles. It fails with [*ParseError].
func ParseAction(text string, roles *RoleData) (Action, error) {
	words, err := splitWords(text)
	if err != nil {
		return Action{}, err
	}
	p := actionParser{text: text, words: words}
	a := Action{Actor: User(p.next("an actor"))}
	a.Kind = ActionKind(p.next("a kind of action"))
	has, known := actionOperands[a.Kind]
	if !known {
		p.fail("a kind of action, such as kick")
	}
	if has.target {
		a.Target = User(p.next("a user"))
	}
	if has.role {
		index, ok := parseRole(roles, p.next("a role"))
		if !ok {
			p.fail("the index or the name of a role")
		}
		a.Role = index
	}
	if has.code {
		a.Code = p.next("a join code")
	}
	if has.component {
		id, ok := parseComponent(p.next("a component"))
		if !ok {
			p.fail("a component, such as roles_list")
		}
		a.Component = id
	}
	if has.capability {
		if a.Capability, err = ParseCapability(p.next("a capability")); err != nil {
			p.fail("a capability, such as canSendMessage")
		}
	}
	if has.clients && p.at < len(words) {
		a.Clients = p.clients()
	}
	if p.err == nil && p.at < len(words) {
		p.at++
		p.fail("the end")
	}
	if p.err != nil {
		return Action{}, p.err
	}
	return a, nil
}

// parseComponent reads the name or the number of a component.
func parseComponent(text string) (ComponentID, bool) {
	if id, ok := componentByName[text]; ok {
		return id, true
	}
	id, err := strconv.ParseUint(text, 0, 16)
	return ComponentID(id), err == nil
}

// actionParser takes the words of an action one by one; its first failure
// stays.
type actionParser struct {
	text  string
	words []word
	at    int
	err   error
}

func (p *actionParser) next(expected string) string {
	if p.at == len(p.words) {
		if p.err == nil {
			p.err = &ParseError{Text: p.text, Offset: len(p.text), Expected: expected}
		}
		return ""
	}
	p.at++
	return p.words[p.at-1].text
}

// fail says that the last word is not what was expected.
func (p *actionParser) fail(expected string) {
	if p.err == nil {
		last := p.words[p.at-1]
		p.err = &ParseError{Text: p.text, Offset: last.offset, Found: last.text, Expected: expected}
	}
}

// clients reads "with clients", "with 1 client" and the like.
func (p *actionParser) clients() uint32 {
	const expected = "with clients, or with a number of clients"
	if p.next(expected) != "with" {
		p.fail(expected)
		return 0
	}
	number := p.next(expected)
	if number == "clients" {
		return 1
	}
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil || n == 0 {
		p.fail(expected)
		return 0
	}
	if noun := p.next("clients"); noun != "client" && noun != "clients" {
		p.fail("clients")
	}
	return uint32(n)
}

func (a *Action) describe() (string, spec.Drafts) { return "Action", 0 }

func (a *Action) fields(f fields) {
	f.need("actor", "kind")
	f.opaque("actor", (*string)(&a.Actor))
	f.opaque("kind", (*string)(&a.Kind))
	has, known := actionOperands[a.Kind]
	if !known {
		f.refuse("kind", "not a kind of action")
	}
	if has.target {
		f.need("target")
		f.opaque("target", (*string)(&a.Target))
	}
	if has.role {
		f.need("role_index")
		f.uint32("role_index", &a.Role)
	}
	if has.code {
		f.need("code")
		f.opaque("code", &a.Code)
	}
	if has.component {
		f.need("component")
		f.number("component", (*uint16)(&a.Component), componentNumbers{})
	}
	if has.capability {
		f.need("capability")
		f.number("capability", (*uint16)(&a.Capability), capabilityNumbers{})
	}
	if has.clients {
		f.uint32("clients", &a.Clients)
	}
}

// MarshalJSON returns the JSON form. It fails like [EncodeJSON].
func (a Action) MarshalJSON() ([]byte, error) { return EncodeJSON(&a) }

// UnmarshalJSON reads the JSON form. It fails like [DecodeJSON].
func (a *Action) UnmarshalJSON(text []byte) error { return unmarshalJSON(a, text) }
