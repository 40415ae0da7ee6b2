package roompolicy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// State is what decisions need to know of a room beside its policy. It is
// plain data: nothing in it is checked, and decisions fail closed on what makes
// no sense.
type State struct {
	// Participants is the participant list, in its order.
	Participants []Participant
	// Credentials says what the credentials of users claim, listed or not.
	Credentials []Credential
	// JoinCodes are the codes that the hub takes for valid now.
	JoinCodes []JoinCode
	// ExternalSenders are those in the external_senders extension, such as the hub.
	ExternalSenders []User
	// Removing are the users whose removal or ban the hub has accepted and no one
	// has committed yet.
	Removing []User
	// Metadata is the component room_metadata.
	Metadata *RoomMetaData
	// ParentParticipants are the users in the list of the parent room, if there is one.
	ParentParticipants []User
	// Destroyed is set when the room has been destroyed: nothing is allowed any more.
	Destroyed bool
}

// Participant is a user in the participant list, and how many clients it has in
// the MLS group.
type Participant struct {
	User    User
	Role    uint32
	Clients uint32
}

// Credential is what the credential of a user claims, that of the client at
// hand if they differ.
type Credential struct {
	User   User
	Claims []Claim
}

// JoinCode is a join code and the role it refers to.
type JoinCode struct {
	Code string
	Role uint32
}

// Active reports whether the participant has a client in the MLS group.
func (p *Participant) Active() bool { return p.Clients > 0 }

// Participant returns the entry of a user, nil if there is none or more than
// one.
func (s *State) Participant(user User) *Participant {
	var found *Participant
	for i := range s.Participants {
		if s.Participants[i].User != user {
			continue
		}
		if found != nil {
			return nil
		}
		found = &s.Participants[i]
	}
	return found
}

// Lists reports whether a user is in the participant list.
func (s *State) Lists(user User) bool {
	return slices.ContainsFunc(s.Participants, func(p Participant) bool { return p.User == user })
}

// Clients returns how many clients are in the MLS group.
func (s *State) Clients() uint64 {
	var sum uint64
	for i := range s.Participants {
		sum += uint64(s.Participants[i].Clients)
	}
	return sum
}

// Count returns how many participants hold a role, and how many of them are
// active.
func (s *State) Count(role uint32) (participants, active uint64) {
	for i := range s.Participants {
		if p := &s.Participants[i]; p.Role == role {
			participants++
			if p.Active() {
				active++
			}
		}
	}
	return participants, active
}

// Clone returns a copy that shares nothing that changes.
func (s *State) Clone() *State {
	c := *s
	c.Participants = slices.Clone(s.Participants)
	c.Credentials = slices.Clone(s.Credentials)
	c.JoinCodes = slices.Clone(s.JoinCodes)
	c.ExternalSenders = slices.Clone(s.ExternalSenders)
	c.Removing = slices.Clone(s.Removing)
	c.ParentParticipants = slices.Clone(s.ParentParticipants)
	return &c
}

// Claims returns what the credential of a user claims, nothing if it is not
// known.
func (s *State) Claims(user User) []Claim {
	for i := range s.Credentials {
		if s.Credentials[i].User == user {
			return s.Credentials[i].Claims
		}
	}
	return nil
}

// String writes the participants in the form that [ParseState] reads. It leaves
// out everything else.
func (s *State) String() string {
	parts := make([]string, len(s.Participants))
	for i := range s.Participants {
		p := &s.Participants[i]
		parts[i] = quoteWord(string(p.User)) + "=" + strconv.FormatUint(uint64(p.Role), 10)
		if p.Active() {
			parts[i] += "+"
		}
		if p.Clients > 1 {
			parts[i] += strconv.FormatUint(uint64(p.Clients), 10)
		}
	}
	return strings.Join(parts, " ")
}

// ParseState reads participants in a compact form, such as "alice=4+ bob=2+3
// carol=1": alice has role 4 and a client, bob role 2 and three clients, carol
// role 1 and none. Users with blanks or signs in their names are quoted as in
// Go. It fails with [*ParseError].
func ParseState(text string) (*State, error) {
	words, err := splitWords(text)
	if err != nil {
		return nil, err
	}
	state := &State{Participants: []Participant{}}
	for _, w := range words {
		user, rest, ok := w.text[:w.name], "", false
		if w.name < len(w.text) {
			rest, ok = w.text[w.name+1:], true
		}
		role, clients, active := strings.Cut(rest, "+")
		p := Participant{User: User(user)}
		index, err := strconv.ParseUint(role, 10, 32)
		if !ok || err != nil {
			return nil, &ParseError{Text: text, Offset: w.offset, Found: w.text, Expected: "a user, = and a role index"}
		}
		p.Role = uint32(index)
		if active && clients == "" {
			clients = "1"
		}
		if clients != "" {
			n, err := strconv.ParseUint(clients, 10, 32)
			if err != nil {
				return nil, &ParseError{Text: text, Offset: w.offset, Found: w.text, Expected: "a number of clients after +"}
			}
			p.Clients = uint32(n)
		}
		state.Participants = append(state.Participants, p)
	}
	return state, nil
}

// ParseError says what was not understood in a text.
type ParseError struct {
	Text     string
	Offset   int // in octets
	Found    string
	Expected string
}

func (e *ParseError) Error() string {
	if e.Found == "" {
		return fmt.Sprintf("%q ends at octet %d: expected %s", e.Text, e.Offset, e.Expected)
	}
	return fmt.Sprintf("%q at octet %d of %q: expected %s", e.Found, e.Offset, e.Text, e.Expected)
}

// word is a word of a compact text. Its name is what is before the first equals
// sign, or in the quotation marks that it starts with.
type word struct {
	text   string
	name   int // octets
	offset int
}

// splitWords splits a text at its blanks, outside of quotation marks.
func splitWords(text string) ([]word, error) {
	var words []word
	for i := 0; i < len(text); {
		if text[i] == ' ' {
			i++
			continue
		}
		w := word{offset: i, name: -1}
		if text[i] == '"' {
			quoted, err := strconv.QuotedPrefix(text[i:])
			if err != nil {
				return nil, &ParseError{Text: text, Offset: i, Found: text[i:], Expected: "a quoted string"}
			}
			w.text, _ = strconv.Unquote(quoted)
			w.name = len(w.text)
			i += len(quoted)
			if i < len(text) && text[i] != ' ' && text[i] != '=' {
				return nil, &ParseError{Text: text, Offset: i, Found: text[i:], Expected: "a blank or = after a quoted string"}
			}
		}
		end := strings.IndexByte(text[i:], ' ')
		if end < 0 {
			end = len(text) - i
		}
		w.text += text[i : i+end]
		i += end
		if w.name < 0 {
			w.name = len(w.text)
			if sign := strings.IndexByte(w.text, '='); sign >= 0 {
				w.name = sign
			}
		}
		words = append(words, w)
	}
	return words, nil
}

// quoteWord quotes a name that would not come back from [splitWords] as it is.
func quoteWord(name string) string {
	if name == "" || strings.ContainsAny(name, " \"=+") || strconv.Quote(name) != `"`+name+`"` {
		return strconv.Quote(name)
	}
	return name
}

func (s *State) describe() (string, spec.Drafts) { return "State", 0 }

func (s *State) fields(f fields) {
	list(f, "participants", &s.Participants, func(f fields, p *Participant) {
		f.need("user", "role_index")
		f.opaque("user", (*string)(&p.User))
		f.uint32("role_index", &p.Role)
		f.uint32("clients", &p.Clients)
	})
	list(f, "credentials", &s.Credentials, func(f fields, c *Credential) {
		f.need("user", "claims")
		f.opaque("user", (*string)(&c.User))
		list(f, "claims", &c.Claims, claimFields)
	})
	list(f, "join_codes", &s.JoinCodes, func(f fields, c *JoinCode) {
		f.need("code", "role_index")
		f.opaque("code", &c.Code)
		f.uint32("role_index", &c.Role)
	})
	values(f, "external_senders", &s.ExternalSenders, userElement)
	values(f, "removing", &s.Removing, userElement)
	pointer(f, "room_metadata", &s.Metadata)
	values(f, "parent_participants", &s.ParentParticipants, userElement)
	f.boolean("destroyed", &s.Destroyed)
}

func userElement(f fields, user *User) { f.opaque("", (*string)(user)) }

// pointer visits a struct that is not there where the pointer is nil.
func pointer[T any, P interface {
	*T
	Struct
}](f fields, name string, at **T) {
	present := *at != nil
	if !present && !f.reading() {
		return
	}
	f.optional(name, &present, func() {
		if *at == nil {
			*at = new(T)
		}
		f.structure(name, func() { P(*at).fields(f) })
	})
}

// MarshalJSON returns the JSON form. It fails like [EncodeJSON].
func (s State) MarshalJSON() ([]byte, error) { return EncodeJSON(&s) }

// UnmarshalJSON reads the JSON form. It fails like [DecodeJSON].
func (s *State) UnmarshalJSON(text []byte) error { return unmarshalJSON(s, text) }
