package franking

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

// Claims are the values in a content message that franking needs. The sender
// claims them; whether they are true is not known from the content.
type Claims struct {
	Salt               []byte
	SenderURI, RoomURI []byte
}

// ContentError says which of the claims is not found in a content message.
type ContentError struct {
	Claim  string // "salt", "sender_uri" or "room_uri", "" if the content cannot be read
	Reason string
	Cause  error // what a reader said, if one did
}

func (e *ContentError) Error() string {
	if e.Claim == "" {
		return e.Reason
	}
	return e.Claim + ": " + e.Reason
}

// Unwrap returns the cause.
func (e *ContentError) Unwrap() error { return e.Cause }

// AssertionKey is the extension key of the FrankingAssertion of protocol-03,
// which calls it TBD1: no number was ever registered, and this one is ours.
const AssertionKey = 99

// The extension keys of MIMI content (section 8.3), and the keys of the
// FrankingAssertion of protocol-03, which has them the other way round.
const (
	senderKey = 1
	roomKey   = 2

	assertionRoomKey   = 1
	assertionSenderKey = 2
)

// Extensions returns the extensions with which a client claims a sender and a
// room: protocol-03 to protocol-06, section 5.4.1.1.
func Extensions(draft spec.Draft, senderURI, roomURI string) ([]content.Extension, error) {
	if draft == spec.Protocol03 {
		assertion, err := content.EncodeValue(map[uint64]string{assertionRoomKey: roomURI, assertionSenderKey: senderURI})
		return []content.Extension{{Key: content.IntKey(AssertionKey), Value: assertion}}, err
	}
	sender, err := content.EncodeValue(senderURI)
	if err != nil {
		return nil, err
	}
	room, err := content.EncodeValue(roomURI)
	return []content.Extension{{Key: content.IntKey(senderKey), Value: sender}, {Key: content.IntKey(roomKey), Value: room}}, err
}

// SaltOctets returns the length of the salt.
func SaltOctets(draft spec.Draft) int {
	if draft == spec.Protocol03 {
		return 32
	}
	return 16
}

// Claims finds the salt, the sender URI and the room URI in application_data.
// From protocol-05 on, what does not begin with an array is taken for an
// ApplicationFraming around the content. It fails with a [*ContentError].
func (s *Scheme) Claims(applicationData []byte) (*Claims, error) {
	message, err := s.unframe(applicationData)
	if err != nil {
		return nil, err
	}
	salt, extension, err := s.readContent(message)
	if err != nil {
		return nil, err
	}
	if want := SaltOctets(s.draft); len(salt) != want {
		return nil, &ContentError{Claim: "salt", Reason: fmt.Sprintf("%d octets, expected %d", len(salt), want)}
	}
	sender, room := uint64(senderKey), uint64(roomKey)
	if s.draft == spec.Protocol03 {
		sender, room = assertionSenderKey, assertionRoomKey
		assertion, err := readMap(extension(AssertionKey))
		if err != nil {
			return nil, &ContentError{Claim: "sender_uri", Reason: "no FrankingAssertion map", Cause: err}
		}
		extension = assertion
	}
	claims := &Claims{Salt: salt}
	if claims.SenderURI, err = readText("sender_uri", extension(sender)); err != nil {
		return nil, err
	}
	if claims.RoomURI, err = readText("room_uri", extension(room)); err != nil {
		return nil, err
	}
	return claims, nil
}

// unframe returns the content message in application_data.
func (s *Scheme) unframe(applicationData []byte) ([]byte, error) {
	if s.draft < spec.Protocol05 || len(applicationData) == 0 || applicationData[0]>>5 == 4 {
		return applicationData, nil
	}
	r := wire.NewReader("ApplicationFraming", applicationData)
	r.Struct("media_type", func() {
		r.Opaque("media_type")
		for range r.Elements("parameters") {
			r.Opaque("parameter_name")
			r.Opaque("parameter_value")
		}
	})
	message := r.Opaque("application_content")
	if err := r.Done(); err != nil {
		return nil, &ContentError{Reason: "neither a content message nor an ApplicationFraming: " + err.Error(), Cause: err}
	}
	return message, nil
}

// readContent returns the salt and a function that returns the value of an
// extension, nil if there is none.
func (s *Scheme) readContent(message []byte) (salt []byte, extension func(uint64) []byte, err error) {
	if s.anyContent {
		return readAnyContent(message)
	}
	m, err := s.checker.Decode(message)
	if err != nil {
		return nil, nil, &ContentError{Reason: "no valid content message: " + err.Error(), Cause: err}
	}
	return m.Salt, func(key uint64) []byte {
		value, _ := m.Extension(content.IntKey(int64(key)))
		return value
	}, nil
}

var anyCBOR = func() cbor.DecMode {
	mode, err := cbor.DecOptions{DupMapKey: cbor.DupMapKeyEnforcedAPF}.DecMode()
	if err != nil {
		panic(err)
	}
	return mode
}()

// readAnyContent reads an array that begins with a salt and whose last element
// but one is a map of extensions, as in every revision.
func readAnyContent(message []byte) (salt []byte, extension func(uint64) []byte, err error) {
	var elements []cbor.RawMessage
	if _, err := anyCBOR.UnmarshalFirst(message, &elements); err != nil {
		return nil, nil, &ContentError{Reason: "no array: " + err.Error(), Cause: err}
	}
	if len(elements) < 3 {
		return nil, nil, &ContentError{Reason: fmt.Sprintf("an array of %d elements", len(elements))}
	}
	if elements[0][0]>>5 != 2 {
		return nil, nil, &ContentError{Claim: "salt", Reason: "not a byte string"}
	}
	if err := anyCBOR.Unmarshal(elements[0], &salt); err != nil {
		return nil, nil, &ContentError{Claim: "salt", Reason: err.Error(), Cause: err}
	}
	extension, err = readMap(elements[len(elements)-2])
	if err != nil {
		return nil, nil, &ContentError{Reason: "no extensions: " + err.Error(), Cause: err}
	}
	return salt, extension, nil
}

// readMap returns a function that returns the value of a key, nil if there is
// none.
func readMap(item []byte) (func(uint64) []byte, error) {
	var values map[any]cbor.RawMessage
	if err := anyCBOR.Unmarshal(item, &values); err != nil {
		return nil, err
	}
	return func(key uint64) []byte { return values[key] }, nil
}

func readText(claim string, value []byte) ([]byte, error) {
	if value == nil {
		return nil, &ContentError{Claim: claim, Reason: "not in the extensions"}
	}
	// The decoder would look through a tag.
	if value[0]>>5 != 3 {
		return nil, &ContentError{Claim: claim, Reason: "not a text"}
	}
	var text string
	if err := anyCBOR.Unmarshal(value, &text); err != nil {
		return nil, &ContentError{Claim: claim, Reason: err.Error(), Cause: err}
	}
	return []byte(text), nil
}
