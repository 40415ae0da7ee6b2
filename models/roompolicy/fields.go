package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// Struct is a struct that can be read and written, as TLS by a [Codec] and as
// JSON by [DecodeJSON] and [EncodeJSON]: a pointer to one of
//
//	AppDataDictionary, AppDataUpdate, AssetPolicy, BaseRoomPolicy, BotPolicy,
//	Claim, HistoryPolicy, JoinLinkPolicy, JoinLinksData, JoinLinksUpdate,
//	LinkPreviewPolicy, LoggingPolicy, MessageExpiration, OperationalParameters,
//	ParticipantListData, ParticipantListUpdate, Policy, PreAuthData, Role,
//	RoleData, RoomMetaData, StatusNotificationPolicy
//
// or, as JSON only, to one of
//
//	Action, Clients, Commit, State
type Struct interface {
	// describe names the struct as the draft does and says in which drafts it is
	// one of its own.
	describe() (name string, drafts spec.Drafts)
	// fields visits every field in the order of the wire.
	fields(f fields)
}

// fields is what a struct is visited with: one description of its fields serves
// for reading and writing TLS and JSON. A field without a name is the element
// of a list itself.
type fields interface {
	uint8(name string, value *uint8)
	uint16(name string, value *uint16)
	uint32(name string, value *uint32)
	uint64(name string, value *uint64)
	boolean(name string, value *bool)
	enum(name string, value *uint8, names []string)
	number(name string, value *uint16, names registryNames)
	opaque(name string, value *string) // text in JSON where it can be
	octets(name string, value *string) // hexadecimal in JSON
	fixed(name string, value *string, length int)

	// structure visits a struct that is a field.
	structure(name string, visit func())
	// elements visits the elements of a vector of have elements, which are structs
	// or plain values; a reader, which has none, visits as many as there are.
	elements(name string, have int, structs bool, visit func(i int))
	// optional visits a value that may be absent.
	optional(name string, present *bool, visit func())

	// dictionary visits the components of a dictionary by their numbers. It is for
	// TLS only.
	dictionary(name string, d *AppDataDictionary)

	// only visits fields of some drafts.
	only(drafts spec.Drafts, visit func())
	// arm visits the fields that a select has only where chosen is true.
	arm(chosen bool, visit func())
	// whole reports whether a reference to a role is the whole role.
	whole(name string, is bool) bool
	// need names fields that JSON must have; others are zero where they are left out.
	need(names ...string)
	// codec returns the codec of TLS, nil for JSON.
	codec() *Codec
	// reading reports whether values are read.
	reading() bool
	// refuse fails because a field has a value that cannot be written.
	refuse(name, why string)
}

// registryNames turns numbers of a registry into names and back.
type registryNames interface {
	name(value uint16) (string, bool)
	value(name string) (uint16, bool)
}

// list visits a vector of structs.
func list[T any](f fields, name string, items *[]T, visit func(f fields, item *T)) {
	eachOf(f, name, items, true, visit)
}

// values visits a vector of plain values, whose elements have no fields.
func values[T any](f fields, name string, items *[]T, visit func(f fields, item *T)) {
	eachOf(f, name, items, false, visit)
}

func eachOf[T any](f fields, name string, items *[]T, structs bool, visit func(f fields, item *T)) {
	f.elements(name, len(*items), structs, func(i int) {
		if i == len(*items) {
			if i == 0 && !structs {
				*items = make([]T, 0, 8)
			}
			var zero T
			*items = append(*items, zero)
		}
		visit(f, &(*items)[i])
	})
}

// optional visits an optional value.
func optional[T any](f fields, name string, value *Optional[T], visit func(f fields, name string, value *T)) {
	f.optional(name, &value.Present, func() { visit(f, name, &value.Value) })
}

// inOneStruct reports whether the struct RoomPolicy of room-policy-01 and -02 is
// visited, whose parts have no select.
func inOneStruct(f fields) bool {
	c := f.codec()
	return c != nil && before03.Has(c.draft)
}

// uris visits a vector of URIs, or a single URI that is empty where there is
// none.
func uris(f fields, name string, all *[]Uri, single bool) {
	if !single {
		values(f, name, all, uriElement)
		return
	}
	var uri string
	if !f.reading() && len(*all) > 0 {
		if len(*all) > 1 || (*all)[0] == "" {
			f.refuse(name, "several URIs, or one that is empty, where a single one is to be written")
			return
		}
		uri = string((*all)[0])
	}
	f.opaque(name, &uri)
	if f.reading() && uri != "" {
		*all = []Uri{Uri(uri)}
	}
}

// The elements of lists of plain values.

func uint32Element(f fields, value *uint32) { f.uint32("", value) }
func uint16Element(f fields, value *uint16) { f.uint16("", value) }
func uint8Element(f fields, value *uint8)   { f.uint8("", value) }
func uriElement(f fields, value *Uri)       { f.opaque("", (*string)(value)) }

func uint32Field(f fields, name string, value *uint32) { f.uint32(name, value) }

func componentElement(f fields, id *ComponentID) {
	f.number("", (*uint16)(id), componentNumbers{})
}

// The drafts in which a struct or field is there.
var (
	allDrafts = spec.Between(spec.RoomPolicy01, spec.RoomPolicy04)
	before03  = spec.Between(spec.RoomPolicy01, spec.RoomPolicy02)
	since02   = spec.Between(spec.RoomPolicy02, spec.RoomPolicy04)
	since03   = spec.Between(spec.RoomPolicy03, spec.RoomPolicy04)
)
