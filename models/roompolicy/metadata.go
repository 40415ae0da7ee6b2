package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

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

func (m *RoomMetaData) describe() (string, spec.Drafts) { return "RoomMetaData", allDrafts }

func (m *RoomMetaData) fields(f fields) {
	f.opaque("room_uri", (*string)(&m.RoomUri))
	f.opaque("room_name", &m.RoomName)
	list(f, "room_descriptions", &m.RoomDescriptions, func(f fields, d *RichDescription) {
		f.opaque("media_type", &d.MediaType)
		f.opaque("language_tag", &d.LanguageTag)
		f.opaque("description_content", (*string)(&d.DescriptionContent))
	})
	f.opaque("room_avatar", (*string)(&m.RoomAvatar))
	f.opaque("room_subject", &m.RoomSubject)
	f.opaque("room_mood", &m.RoomMood)
}
