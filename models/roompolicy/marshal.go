package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// The structs, and a claim, have the same JSON form within other JSON:
// encoding/json calls what follows. MarshalJSON fails like [EncodeJSON] and
// UnmarshalJSON like [DecodeJSON], with offsets within the value.

func unmarshalJSON[T any, P interface {
	*T
	Struct
}](value P, text []byte) error {
	read, err := DecodeJSON[T, P](text)
	if err != nil {
		return err
	}
	*value = *read
	return nil
}

func (c *Claim) describe() (string, spec.Drafts) { return "Claim", allDrafts }

func (c *Claim) fields(f fields) { claimFields(f, c) }

func (s AppDataDictionary) MarshalJSON() ([]byte, error)        { return EncodeJSON(&s) }
func (s AppDataUpdate) MarshalJSON() ([]byte, error)            { return EncodeJSON(&s) }
func (s AssetPolicy) MarshalJSON() ([]byte, error)              { return EncodeJSON(&s) }
func (s BaseRoomPolicy) MarshalJSON() ([]byte, error)           { return EncodeJSON(&s) }
func (s BotPolicy) MarshalJSON() ([]byte, error)                { return EncodeJSON(&s) }
func (s HistoryPolicy) MarshalJSON() ([]byte, error)            { return EncodeJSON(&s) }
func (s JoinLinkPolicy) MarshalJSON() ([]byte, error)           { return EncodeJSON(&s) }
func (s JoinLinksData) MarshalJSON() ([]byte, error)            { return EncodeJSON(&s) }
func (s JoinLinksUpdate) MarshalJSON() ([]byte, error)          { return EncodeJSON(&s) }
func (s LinkPreviewPolicy) MarshalJSON() ([]byte, error)        { return EncodeJSON(&s) }
func (s LoggingPolicy) MarshalJSON() ([]byte, error)            { return EncodeJSON(&s) }
func (s MessageExpiration) MarshalJSON() ([]byte, error)        { return EncodeJSON(&s) }
func (s OperationalParameters) MarshalJSON() ([]byte, error)    { return EncodeJSON(&s) }
func (s ParticipantListData) MarshalJSON() ([]byte, error)      { return EncodeJSON(&s) }
func (s ParticipantListUpdate) MarshalJSON() ([]byte, error)    { return EncodeJSON(&s) }
func (s Policy) MarshalJSON() ([]byte, error)                   { return EncodeJSON(&s) }
func (s PreAuthData) MarshalJSON() ([]byte, error)              { return EncodeJSON(&s) }
func (s Role) MarshalJSON() ([]byte, error)                     { return EncodeJSON(&s) }
func (s RoleData) MarshalJSON() ([]byte, error)                 { return EncodeJSON(&s) }
func (s RoomMetaData) MarshalJSON() ([]byte, error)             { return EncodeJSON(&s) }
func (s StatusNotificationPolicy) MarshalJSON() ([]byte, error) { return EncodeJSON(&s) }
func (s Claim) MarshalJSON() ([]byte, error)                    { return EncodeJSON(&s) }

func (s *AppDataDictionary) UnmarshalJSON(text []byte) error        { return unmarshalJSON(s, text) }
func (s *AppDataUpdate) UnmarshalJSON(text []byte) error            { return unmarshalJSON(s, text) }
func (s *AssetPolicy) UnmarshalJSON(text []byte) error              { return unmarshalJSON(s, text) }
func (s *BaseRoomPolicy) UnmarshalJSON(text []byte) error           { return unmarshalJSON(s, text) }
func (s *BotPolicy) UnmarshalJSON(text []byte) error                { return unmarshalJSON(s, text) }
func (s *HistoryPolicy) UnmarshalJSON(text []byte) error            { return unmarshalJSON(s, text) }
func (s *JoinLinkPolicy) UnmarshalJSON(text []byte) error           { return unmarshalJSON(s, text) }
func (s *JoinLinksData) UnmarshalJSON(text []byte) error            { return unmarshalJSON(s, text) }
func (s *JoinLinksUpdate) UnmarshalJSON(text []byte) error          { return unmarshalJSON(s, text) }
func (s *LinkPreviewPolicy) UnmarshalJSON(text []byte) error        { return unmarshalJSON(s, text) }
func (s *LoggingPolicy) UnmarshalJSON(text []byte) error            { return unmarshalJSON(s, text) }
func (s *MessageExpiration) UnmarshalJSON(text []byte) error        { return unmarshalJSON(s, text) }
func (s *OperationalParameters) UnmarshalJSON(text []byte) error    { return unmarshalJSON(s, text) }
func (s *ParticipantListData) UnmarshalJSON(text []byte) error      { return unmarshalJSON(s, text) }
func (s *ParticipantListUpdate) UnmarshalJSON(text []byte) error    { return unmarshalJSON(s, text) }
func (s *Policy) UnmarshalJSON(text []byte) error                   { return unmarshalJSON(s, text) }
func (s *PreAuthData) UnmarshalJSON(text []byte) error              { return unmarshalJSON(s, text) }
func (s *Role) UnmarshalJSON(text []byte) error                     { return unmarshalJSON(s, text) }
func (s *RoleData) UnmarshalJSON(text []byte) error                 { return unmarshalJSON(s, text) }
func (s *RoomMetaData) UnmarshalJSON(text []byte) error             { return unmarshalJSON(s, text) }
func (s *StatusNotificationPolicy) UnmarshalJSON(text []byte) error { return unmarshalJSON(s, text) }
func (s *Claim) UnmarshalJSON(text []byte) error                    { return unmarshalJSON(s, text) }
