package gen

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Component is a struct of a room policy, or of the components around it, on
// the wire.
type Component struct {
	Struct string `json:"struct"` // such as "RoleData"
	Octets []byte `json:"octets"`
}

// SayingComponent is a valid struct with what it says, in the JSON form of
// package roompolicy. Fields that are zero, empty or absent may be left out.
type SayingComponent struct {
	Component
	Says json.RawMessage `json:"says"`
}

// ValidComponent draws a struct that a draft has. A tape of zeros is an empty
// list of roles, or of participants.
func ValidComponent(d spec.Draft, t *Tape) Component {
	w := newComponentWriter(d, t)
	return w.component(w.structs[t.Choose(len(w.structs))])
}

// SaidComponent draws a struct that a draft has, with what it says.
func SaidComponent(d spec.Draft, t *Tape) SayingComponent {
	w := newComponentWriter(d, t)
	w.inside = &said{fields: map[string]any{}}
	fields := w.inside.fields
	c := w.component(w.structs[t.Choose(len(w.structs))])
	says, err := json.Marshal(fields)
	if err != nil {
		panic(err) // maps, lists, texts and numbers can be written
	}
	return SayingComponent{Component: c, Says: says}
}

// componentStruct is one struct and the drafts in which it stands for itself.
type componentStruct struct {
	name   string
	drafts spec.Drafts
	write  func(w *componentWriter)
}

var (
	policyDrafts         = spec.Between(spec.RoomPolicy01, spec.RoomPolicy04)
	policyOneStruct      = spec.Between(spec.RoomPolicy01, spec.RoomPolicy02)
	policyComponents     = spec.Between(spec.RoomPolicy03, spec.RoomPolicy04)
	policySince02        = spec.Between(spec.RoomPolicy02, spec.RoomPolicy04)
	participantsProtocol = spec.Between(spec.Protocol04, spec.Protocol06)
)

// componentStructs are written down from the syntax that the drafts print, with
// the first reading of each ambiguity.
var componentStructs = []componentStruct{
	{"RoleData", policyDrafts, (*componentWriter).roleData},
	{"PreAuthData", policyDrafts, (*componentWriter).preAuthData},
	{"RoomPolicy", policyOneStruct, (*componentWriter).roomPolicy},
	{"BaseRoomPolicy", policyComponents, (*componentWriter).baseRoomPolicy},
	{"StatusNotificationPolicy", policyComponents, (*componentWriter).statusNotificationPolicy},
	{"JoinLinkPolicy", policyComponents, (*componentWriter).joinLinkPolicy},
	{"JoinLinksData", policyComponents, (*componentWriter).joinLinksData},
	{"JoinLinksUpdate", policyComponents, (*componentWriter).joinLinksUpdate},
	{"LinkPreviewPolicy", policyComponents, (*componentWriter).linkPreviewPolicy},
	{"AssetPolicy", policySince02, (*componentWriter).assetPolicy},
	{"LoggingPolicy", policyComponents, (*componentWriter).loggingPolicy},
	{"HistoryPolicy", policyComponents, (*componentWriter).historyPolicy},
	{"BotPolicy", policyComponents, (*componentWriter).allowedBots},
	{"MessageExpiration", policyComponents, (*componentWriter).messageExpiration},
	{"OperationalParameters", policySince02, (*componentWriter).operationalParameters},
	{"ParticipantListData", participantsProtocol, (*componentWriter).participantListData},
	{"ParticipantListUpdate", participantsProtocol, (*componentWriter).participantListUpdate},
	{"RoomMetaData", participantsProtocol, (*componentWriter).roomMetaData},
	{"AppDataUpdate", policyComponents | participantsProtocol, (*componentWriter).appDataUpdate},
	{"AppDataDictionary", policyComponents | participantsProtocol, (*componentWriter).appDataDictionary},
}

var componentStructsOf = func() map[spec.Draft][]*componentStruct {
	of := map[spec.Draft][]*componentStruct{}
	for i := range componentStructs {
		for _, d := range componentStructs[i].drafts.List() {
			of[d] = append(of[d], &componentStructs[i])
		}
	}
	return of
}()

// ComponentStructs returns the names of the structs that a draft has.
func ComponentStructs(d spec.Draft) []string {
	var names []string
	for _, s := range componentStructsOf[d] {
		names = append(names, s.name)
	}
	return names
}

// componentPlace says what stands at a mark.
type componentPlace uint8

const (
	atVector   componentPlace = iota // elements behind their length
	atOpaque                         // octets behind their length
	atData                           // a component in a dictionary, behind its length
	atPresence                       // the octet before an optional value
	atBoolean
	atEnum
	atEntry // a component in a dictionary with its number
)

// componentMark is where something stands: from its length, if it has one, to
// its end.
type componentMark struct {
	place      componentPlace
	start, end int
	head       int // octets of the length
	around     int // the mark of the innermost length around it, -1 for none
	last       int // where the last element of a vector begins, -1 for none
	known      []string
}

// said is a JSON object or array that is written.
type said struct {
	fields map[string]any
	list   []any
}

// componentWriter draws a struct and writes it octet by octet.
type componentWriter struct {
	t       *Tape
	d       spec.Draft // of the room policy
	structs []*componentStruct
	b       []byte
	marks   []componentMark
	around  int
	least   int   // how many elements vectors have, and octets strings
	inside  *said // nil if what the struct says is not wanted
}

func newComponentWriter(d spec.Draft, t *Tape) *componentWriter {
	w := &componentWriter{t: t, d: d, structs: componentStructsOf[d], b: t.Octets(512), marks: make([]componentMark, 0, 48), around: -1}
	if participantsProtocol.Has(d) {
		w.d = spec.RoomPolicy04
	}
	return w
}

func (w *componentWriter) component(s *componentStruct) Component {
	s.write(w)
	return Component{Struct: s.name, Octets: w.b}
}

// before03 reports whether structs are those of room-policy-01 and -02.
func (w *componentWriter) before03() bool { return policyOneStruct.Has(w.d) }

func (w *componentWriter) say(name string, value any) {
	switch {
	case w.inside == nil:
	case name == "":
		w.inside.list = append(w.inside.list, value)
	default:
		w.inside.fields[name] = value
	}
}

// within has the JSON form of some fields in an object of their own.
func (w *componentWriter) within(name string, write func()) {
	outer := w.inside
	if outer == nil {
		write()
		return
	}
	fields, begun := outer.fields[name].(map[string]any)
	if !begun {
		fields = map[string]any{}
	}
	w.inside = &said{fields: fields}
	write()
	w.inside = outer
	if !begun {
		w.say(name, fields)
	}
}

func (w *componentWriter) mark(place componentPlace, start int) *componentMark {
	w.marks = append(w.marks, componentMark{place: place, start: start, end: len(w.b), around: w.around, last: -1})
	return &w.marks[len(w.marks)-1]
}

// behindLength writes something with its length before it.
func (w *componentWriter) behindLength(place componentPlace, write func()) {
	start, index, outer := len(w.b), len(w.marks), w.around
	w.mark(place, start)
	w.around = index
	w.b = append(w.b, 0)
	write()
	w.around = outer
	head := lengthHead(len(w.b) - start - 1)
	if extra := len(head) - 1; extra > 0 {
		w.b = append(w.b, head[:extra]...) // makes room
		copy(w.b[start+len(head):], w.b[start+1:len(w.b)-extra])
		for i := index + 1; i < len(w.marks); i++ {
			w.marks[i].start += extra
			w.marks[i].end += extra
			if w.marks[i].last >= 0 {
				w.marks[i].last += extra
			}
		}
		if w.marks[index].last >= 0 {
			w.marks[index].last += extra
		}
	}
	copy(w.b[start:], head)
	w.marks[index].head, w.marks[index].end = len(head), len(w.b)
}

// lengthHead returns the length of a vector: RFC 9420, section 2.1.2.
func lengthHead(n int) []byte {
	switch {
	case n < 1<<6:
		return []byte{byte(n)}
	case n < 1<<14:
		return binary.BigEndian.AppendUint16(nil, 1<<14|uint16(n))
	}
	return binary.BigEndian.AppendUint32(nil, 2<<30|uint32(n))
}

// vector writes some elements. Those with fields are objects in JSON.
func (w *componentWriter) vector(name string, structs bool, element func()) {
	w.t.Begin()
	defer w.t.End()
	n := max(w.least, w.t.Choose(8)-4)
	if !structs && w.t.OneIn(64) {
		n = 15 + w.t.Choose(20) // to where the length takes another octet
	}
	outer := w.inside
	if outer != nil {
		w.inside = &said{list: []any{}}
	}
	index := len(w.marks)
	w.behindLength(atVector, func() {
		for range n {
			w.t.Begin()
			w.marks[index].last = len(w.b)
			if structs {
				w.within("", element)
			} else {
				element()
			}
			w.t.End()
		}
	})
	if outer != nil {
		list := w.inside.list
		w.inside = outer
		w.say(name, list)
	}
}

func (w *componentWriter) put(name string, value uint64, size int) {
	for i := size - 1; i >= 0; i-- {
		w.b = append(w.b, byte(value>>(8*i)))
	}
	w.say(name, json.Number(strconv.FormatUint(value, 10)))
}

// wireNumbers are where numbers of the wire, of JSON and of languages change.
var wireNumbers = [...]uint64{
	0, 1, 2, 3, 127, 255, 256, 4096, 1<<15 - 1, 1<<16 - 1, 1 << 16, 1<<31 - 1, 1 << 31, 1<<32 - 1, 1 << 32, 0x0102030405060708,
	1<<53 - 1, 1 << 53, 1<<53 + 1, 1<<63 - 1, 1 << 63, 1<<64 - 1,
}

// number draws a number of size octets.
func (w *componentWriter) number(name string, size int) {
	value := wireNumbers[w.t.Choose(len(wireNumbers))]
	w.put(name, value&(1<<(8*size)-1), size)
}

func (w *componentWriter) uint16s(name string) {
	w.vector(name, false, func() { w.number("", 2) })
}

func (w *componentWriter) uint32s(name string) {
	w.vector(name, false, func() { w.number("", 4) })
}

// texts are short; some are no UTF-8, and some hard to write in JSON.
var texts = [...]string{"", "a", "banned", "user", "mimi://a.example/u/é", "\"\\", "<&>\u2028", "\x00", "�", "\xff", "e\xcc", "\xed\xa0\x80", "😀"}

// textLengths are where the length of a string takes another octet.
var textLengths = [...]int{62, 63, 64, 65, 255, 256, 16383, 16384}

func (w *componentWriter) drawText() string {
	switch choice := w.t.Choose(256); {
	case choice == 255:
		return strings.Repeat("t", textLengths[w.t.Choose(len(textLengths))])
	case choice < 128:
		return texts[w.least]
	default:
		return texts[max(choice%len(texts), w.least)]
	}
}

// opaque draws octets that JSON has as text where it can.
func (w *componentWriter) opaque(name string) string {
	text := w.drawText()
	w.putOpaque(text)
	if utf8.ValidString(text) {
		w.say(name, text)
	} else {
		w.say(name, map[string]any{"hex": hex.EncodeToString([]byte(text))})
	}
	return text
}

func (w *componentWriter) putOpaque(text string) {
	w.behindLength(atOpaque, func() { w.b = append(w.b, text...) })
}

// octets draws octets that JSON has in hexadecimal.
func (w *componentWriter) octets(name string) {
	text := w.drawText()
	w.putOpaque(text)
	w.say(name, hex.EncodeToString([]byte(text)))
}

func (w *componentWriter) opaques(name string) {
	w.vector(name, false, func() { w.opaque("") })
}

// enum draws one of the values that have a name.
func (w *componentWriter) enum(name string, known []string) int {
	value := w.t.Choose(len(known))
	for known[value] == "" {
		value++
	}
	w.b = append(w.b, byte(value))
	w.mark(atEnum, len(w.b)-1).known = known
	w.say(name, known[value])
	return value
}

func (w *componentWriter) boolean(name string) bool {
	value := w.t.Choose(2)
	w.b = append(w.b, byte(value))
	w.mark(atBoolean, len(w.b)-1)
	w.say(name, value == 1)
	return value == 1
}

func (w *componentWriter) optional(name string, write func()) {
	w.t.Begin()
	defer w.t.End()
	present := w.t.Bool()
	w.b = append(w.b, 0)
	w.mark(atPresence, len(w.b)-1)
	if present {
		w.b[len(w.b)-1] = 1
		write()
	} else {
		w.say(name, nil)
	}
}

func (w *componentWriter) optional32(name string) {
	w.optional(name, func() { w.number(name, 4) })
}

// registeredNumber is a number of a registry. It has no name if it is unknown.
type registeredNumber struct {
	value uint64
	name  string
}

// capabilityNumbers are some of each range, and some that are unknown.
var capabilityNumbers = [...]registeredNumber{
	{0x0100, "canSendMessage"}, {0x0000, "canAddParticipant"}, {0x0001, "canRemoveParticipant"}, {0x0004, "canOpenJoin"},
	{0x0007, "canCreateJoinCode"}, {0x000a, "canBan"}, {0x000b, "canUnBan"}, {0x000f, "canChangeUserRole"}, {0x0012, ""},
	{0x0111, "canTargetMessage"}, {0x020b, "canCopyLink"}, {0x0304, "canChangeRoomMood"}, {0x0383, "canChangeOwnAvatar"},
	{0x0407, "canViewSharedScreen"}, {0x0503, "canChangeRoleDefinitions"}, {0x0605, "canSendMLSExternalCommit"},
	{0x0606, ""}, {0x7fff, ""}, {0xefff, ""}, {0xf000, ""}, {0xffff, ""},
}

// registered draws a number of 2 octets from a registry.
func (w *componentWriter) registered(name string, registry []registeredNumber) {
	n := registry[w.t.Choose(len(registry))]
	w.put(name, n.value, 2)
	if n.name == "" || w.inside == nil {
		return
	}
	if name == "" {
		w.inside.list = w.inside.list[:len(w.inside.list)-1]
	}
	w.say(name, n.name)
}

// Names of the values of enums.
var (
	optionalityValues     = []string{"optional", "required", "forbidden"}
	membershipStyleValues = []string{"", "ordinary", "fixed-membership", "parent-dependent"}
	uploadLocationValues  = []string{"unspecified", "localProvider", "hub"}
	downloadValues        = []string{"direct", "hubProxy", "ohttp"}
	extTypeValues         = []string{"null", "boolean", "number", "string", "jsonObject"}
	operationValues       = []string{"", "update", "remove"}
	strategyValues        = []string{"unspecified", "immediate_commit", "random_delay", "preferenceWheel", "designatedCommitter"}
)

// forbidden is the value of Optionality that leaves out the fields of a select.
const forbidden = 2
