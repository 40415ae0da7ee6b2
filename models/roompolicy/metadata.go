package roompolicy

// RoomMetaData is the component room_metadata: what a client shows of a room
// (protocol-06 section 7.6). Its update, RoomMetaUpdate, has the same form and
// replaces it.
type RoomMetaData struct {
	RoomUri          Uri
	RoomName         string
	RoomDescriptions []RichDescription
	RoomAvatar       Uri
	RoomSubject      string
	RoomMood         string
}

// RichDescription is a description of a room in one language and format.
type RichDescription struct {
	MediaType          string // empty for text/plain;charset=utf-8
	LanguageTag        string
	DescriptionContent Octets
}
