package gen

import (
	"bytes"
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/framing"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// MessageIDPair is two inputs, the second derived from the first.
type MessageIDPair struct {
	First  messageid.Input `json:"first"`
	Second messageid.Input `json:"second"`
}

// URILengths are lengths of the two URIs in octets, each at least that of
// [ShortestURI].
type URILengths struct {
	Sender int `json:"senderOctets"`
	Room   int `json:"roomOctets"`
}

// HashChoice is an input with the algorithm asked for.
type HashChoice struct {
	Algorithm messageid.HashAlgorithm `json:"hashAlg"`
	Input     messageid.Input         `json:"input"`
}

// Framed is an input whose URIs are of the named domain.
type Framed struct {
	Domain string          `json:"domain"`
	Input  messageid.Input `json:"input"`
}

// Encodings are a message as the draft's encoder writes it, and the same
// message in other octets.
type Encodings struct {
	Sender    []byte `json:"sender"`
	Room      []byte `json:"room"`
	Canonical []byte `json:"canonical"`
	Received  []byte `json:"received"`
}

// IDTriple is three message IDs, the later ones derived from the first.
type IDTriple [3]messageid.ID

// hosts are what URIs are drawn with. The last cannot stand in a path.
var hosts = [...]string{"a", "b", "a.example", "A.example", "xn--a.example", "[::1]"}

// userPath and roomPath tell users from rooms in the path of a URI.
const (
	userPath = "/u/"
	roomPath = "/r/"
)

// appendURI appends a mimi URI with one path segment of unreserved characters.
func appendURI(dst []byte, t *Tape, path string) []byte {
	return appendURIWithHost(dst, t, hosts[:], path)
}

func appendURIWithHost(dst []byte, t *Tape, hosts []string, path string) []byte {
	dst = append(dst, "mimi://"...)
	dst = append(dst, hosts[t.Choose(len(hosts))]...)
	dst = append(dst, path...)
	dst = append(dst, 'a'+byte(t.Choose(26)))
	n := t.Choose(4)
	if t.OneIn(8) {
		n += t.Choose(maxName)
	}
	for ; n > 0; n-- {
		dst = append(dst, unreserved[t.Choose(len(unreserved))])
	}
	return dst
}

// appendNearURI appends a URI that differs from the given one in one octet, at
// the end or close to it, or spells its last octet with a percent sign, which
// RFC 3986 takes for the same and a hash does not.
func appendNearURI(dst []byte, t *Tape, uri []byte) []byte {
	dst = append(dst, uri...)
	last := unreserved[t.Choose(len(unreserved))]
	switch t.Choose(4) {
	case 3:
		return fmt.Appendf(dst[:len(dst)-1], "%%%02X", dst[len(dst)-1])
	case 0:
		return append(dst, last)
	case 1:
		dst[len(dst)-1] = last
	default:
		dst[len(dst)-1] ^= 'a' ^ 'A' // in most names the other case of a letter
		if bytes.IndexByte([]byte(unreserved), dst[len(dst)-1]) < 0 {
			dst[len(dst)-1] = last
		}
	}
	return dst
}

const unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"

// maxName bounds how much longer than usual a name may be drawn, in octets.
const maxName = 80

// maxURI is more than appendURI and appendNearURI append, in octets.
const maxURI = 40 + maxName

// Input draws two URIs of the form mimi://HOST/u/NAME and mimi://HOST/r/NAME,
// and a message.
func Input(d spec.Draft, t *Tape) messageid.Input {
	sender := appendURI(t.Octets(maxURI), t, userPath)
	room := appendURI(t.Octets(maxURI), t, roomPath)
	var m message
	m.draw(t, sender, room)
	return messageid.Input{Sender: sender, Room: room, Message: m.append(t.Octets(m.size()), d)}
}

// Pair draws an input and derives another from it: it moves the boundary
// between the URIs, swaps them, or changes one thing. All URIs are valid mimi
// URIs. The two may come out equal.
func Pair(d spec.Draft, t *Tape) MessageIDPair {
	var m message
	how := t.Choose(10)
	sender := appendURI(t.Octets(maxURI), t, userPath)
	if how == 0 { // A room URI whose path is a URI again: the boundary can go before either.
		room := appendURIWithHost(t.Octets(maxURI), t, hosts[:len(hosts)-1], roomPath)
		inner := appendURIWithHost(t.Octets(maxURI), t, hosts[:len(hosts)-1], roomPath)
		m.draw(t, nil, nil)
		first := messageid.Input{Sender: sender, Room: concat(t, room, inner), Message: m.append(t.Octets(m.size()), d)}
		return MessageIDPair{First: first, Second: messageid.Input{Sender: concat(t, sender, room), Room: inner, Message: first.Message}}
	}
	room := appendURI(t.Octets(maxURI), t, roomPath)
	if how == 1 { // The boundary anywhere, wherever that leaves two mimi URIs.
		m.draw(t, sender, room)
		first := messageid.Input{Sender: sender, Room: room, Message: m.append(t.Octets(m.size()), d)}
		both := concat(t, sender, room)
		cut := t.Choose(len(both) + 1)
		second := messageid.Input{Sender: both[:cut], Room: both[cut:], Message: first.Message}
		if !framing.MIMI.Contains(framing.Sender, second.Sender) || !framing.MIMI.Contains(framing.Room, second.Room) {
			second = messageid.Input{Sender: room, Room: sender, Message: first.Message}
		}
		return MessageIDPair{First: first, Second: second}
	}
	m.draw(t, sender, room)
	first := messageid.Input{Sender: sender, Room: room, Message: m.append(t.Octets(m.size()), d)}
	second := first
	switch how {
	case 2:
		second.Sender, second.Room = first.Room, first.Sender
	case 3:
		second.Sender = appendURI(t.Octets(maxURI), t, userPath)
	case 4:
		second.Room = appendURI(t.Octets(maxURI), t, roomPath)
	case 8:
		second.Sender = appendNearURI(t.Octets(len(sender)+1), t, sender)
	case 9:
		second.Room = appendNearURI(t.Octets(len(room)+1), t, room)
	case 5:
		m.drawSalt(t)
		second.Message = m.append(t.Octets(m.size()), d)
	case 6:
		m.content = append(t.Octets(len(m.content)+1), m.content...)
		m.content = append(m.content, byte(t.Choose(256)))
		second.Message = m.append(t.Octets(m.size()), d)
	case 7: // The message carried by another, with the same salt.
		m.content, m.plainText = first.Message, false
		second.Message = m.append(t.Octets(m.size()), d)
	}
	return MessageIDPair{First: first, Second: second}
}

func concat(t *Tape, a, b []byte) []byte {
	return append(append(t.Octets(len(a)+len(b)), a...), b...)
}

// lengthBoundaries are lengths at which length fields and heads change, in
// octets.
var lengthBoundaries = [...]int{0, 23, 24, 127, 128, 255, 256, 257, 16383, 16384, 32767, 32768, 65534, 65535, 65536, 65537, 65560, 131071, 131072, 131100}

// ShortestURI is the shortest length that [PaddedURI] makes, in octets.
const ShortestURI = len("mimi://a/u/a")

// PaddedURI returns a mimi URI of the given length in octets.
func PaddedURI(path string, octets int) []byte {
	uri := append(make([]byte, 0, octets), "mimi://a"+path...)
	for len(uri) < octets {
		uri = append(uri, 'a')
	}
	return uri
}

// Input returns an input whose URIs have the lengths.
func (l *URILengths) Input(d spec.Draft) messageid.Input {
	var m message
	return messageid.Input{
		Sender:  PaddedURI(userPath, l.Sender),
		Room:    PaddedURI(roomPath, l.Room),
		Message: m.append(nil, d),
	}
}

// Lengths draws lengths of URIs, mostly at boundaries.
func Lengths(_ spec.Draft, t *Tape) URILengths {
	draw := func() int {
		var n int
		if t.OneIn(4) {
			n = t.Choose(1 << 16)
		} else {
			n = lengthBoundaries[t.Choose(len(lengthBoundaries))]
		}
		return max(n, ShortestURI)
	}
	if t.Bool() {
		return URILengths{Sender: ShortestURI, Room: draw()}
	}
	return URILengths{Sender: draw(), Room: ShortestURI}
}

// characters take one to four octets of UTF-8, and one or two units of UTF-16.
var characters = [...]string{"a", "\u00e9", "e\u0301", "\u20ac", "\U0001f600", "%C3%A9"}

// Characters draws an input whose URIs have characters outside ASCII.
func Characters(d spec.Draft, t *Tape) messageid.Input {
	in := Input(d, t)
	extend := func(uri []byte) []byte {
		longer := append(t.Octets(len(uri)+64), uri...)
		for n := t.Choose(4); n > 0; n-- {
			longer = append(longer, characters[t.Choose(len(characters))]...)
		}
		return longer
	}
	in.Sender, in.Room = extend(in.Sender), extend(in.Room)
	return in
}

// Algorithms draws an input and a hash algorithm, registered or not.
func Algorithms(d spec.Draft, t *Tape) HashChoice {
	algorithm := t.Choose(16)
	if t.OneIn(8) {
		algorithm = t.Choose(256)
	}
	return HashChoice{Algorithm: messageid.HashAlgorithm(algorithm), Input: Input(d, t)}
}

// Frames draws an input with URIs of a drawn domain. The messages are those of
// content-06 and later, over which package framing decides.
func Frames(d spec.Draft, t *Tape) Framed {
	d = max(d, spec.Content06)
	if t.OneIn(3) {
		pair := Pair(d, t)
		return Framed{Domain: framing.MIMI.String(), Input: pair.Second}
	}
	return Framed{Domain: framing.MIMIStrict.String(), Input: Input(d, t)}
}

// Reencoded draws a message and another encoding of it: with a longer head
// than needed, or with the array or salt of indefinite length.
func Reencoded(d spec.Draft, t *Tape) Encodings {
	in := Input(d, t)
	e := Encodings{Sender: in.Sender, Room: in.Room, Canonical: in.Message}
	salt := messageid.SaltOctets
	head := 1 // of the salt
	if d == spec.Content05 {
		salt, head = 32, 2
	}
	array, behind := in.Message[0], in.Message[1+head+salt:]
	octets := in.Message[1+head : 1+head+salt]
	received := t.Octets(len(in.Message) + 16)
	switch how := t.Choose(5); how {
	case 0: // one octet more for the array
		received = append(append(received, array&^31|24, array&31), in.Message[1:]...)
	case 1: // two octets more for the array
		received = append(append(received, array&^31|25, 0, array&31), in.Message[1:]...)
	case 2: // two octets for the salt's length
		received = append(append(append(received, array, 0x59, 0, byte(salt)), octets...), behind...)
	case 3: // the array of indefinite length
		received = append(append(append(received, 0x9f), in.Message[1:]...), 0xff)
	case 4: // the salt in two chunks
		received = append(append(append(received, array, 0x5f, 0x41), octets[0], 0x40|byte(salt-1)), octets[1:]...)
		if salt == 32 {
			received = append(append(append(received[:0], array, 0x5f, 0x50), octets[:16]...), 0x50)
			received = append(received, octets[16:]...)
		}
		received = append(append(received, 0xff), behind...)
	}
	e.Received = received
	return e
}

// Triple draws three message IDs that share long beginnings.
func Triple(_ spec.Draft, t *Tape) IDTriple {
	var triple IDTriple
	var m message
	m.drawSalt(t)
	triple[0] = m.salt
	triple[0][0] = byte(messageid.SHA256)
	for i := 1; i < len(triple); i++ {
		triple[i] = triple[i-1]
		switch t.Choose(3) {
		case 1:
			triple[i][t.Choose(messageid.Size)] ^= byte(1 + t.Choose(255))
		case 2:
			triple[i][t.Choose(messageid.Size)] ^= 0x80
		}
	}
	return triple
}
