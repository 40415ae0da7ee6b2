package mutants

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"net/url"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"

	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// messageIDs computes message IDs step by step. Each step can be replaced by a
// faulty one.
type messageIDs struct {
	reached func()

	// input changes what is computed from.
	input func(in messageid.Input) messageid.Input
	// lay lays out what is hashed; the reference's layout if nil.
	lay func(dst []byte, in *messageid.Input) ([]byte, error)
	// sum turns the hash output into the ID.
	sum func(algorithm messageid.HashAlgorithm, output []byte) []byte
	// algorithm replaces the one asked for.
	algorithm func(messageid.HashAlgorithm) messageid.HashAlgorithm
	// claims replaces the draft asked for.
	claims func(spec.Draft) spec.Draft
	// compare orders IDs; as the reference does if nil.
	compare func(a, b messageid.ID) int
}

func (*messageIDs) Name() string { return "mutant" }

func (m *messageIDs) AppendHashInput(dst []byte, d spec.Draft, in *messageid.Input) ([]byte, error) {
	changed := *in
	if m.input != nil {
		m.reached()
		changed = m.input(changed)
	}
	if m.claims != nil {
		m.reached()
		d = m.claims(d)
	}
	if m.lay != nil {
		m.reached()
		return m.lay(dst, &changed)
	}
	return properties.Reference{}.AppendHashInput(dst, d, &changed)
}

func (m *messageIDs) MessageID(d spec.Draft, algorithm messageid.HashAlgorithm, in *messageid.Input) ([]byte, error) {
	asked := algorithm
	if m.algorithm != nil {
		m.reached()
		algorithm = m.algorithm(algorithm)
	}
	h, err := algorithm.New()
	if err != nil {
		return nil, err
	}
	octets, err := m.AppendHashInput(nil, d, in)
	if err != nil {
		return nil, err
	}
	h.Write(octets)
	output := h.Sum(nil)
	if m.sum != nil {
		m.reached()
		return m.sum(asked, output), nil
	}
	return append([]byte{byte(asked)}, output[:31]...), nil
}

func (m *messageIDs) CompareMessageIDs(a, b messageid.ID) int {
	if m.compare == nil {
		return messageid.Compare(a, b)
	}
	m.reached()
	return m.compare(a, b)
}

func mutateMessageIDs(id, fault, property string, d spec.Draft, fill func(*messageIDs)) *Mutant {
	return &Mutant{ID: "messageid/" + id, Fault: fault, Property: "messageid/" + property, Draft: d,
		plant: func(reached func()) properties.Implementation {
			m := &messageIDs{reached: reached}
			fill(m)
			return m
		}}
}

// pieces lays out the prefixes of the URIs, the URIs, the message and the salt.
func pieces(dst, senderLength []byte, in *messageid.Input, roomLength []byte) ([]byte, error) {
	salt, err := messageid.Salt(in.Message)
	if err != nil {
		return dst, err
	}
	return append(prefix(dst, senderLength, in, roomLength), salt...), nil
}

func prefix(dst, senderLength []byte, in *messageid.Input, roomLength []byte) []byte {
	dst = append(append(dst, senderLength...), in.Sender...)
	dst = append(append(dst, roomLength...), in.Room...)
	return append(dst, in.Message...)
}

var errTooLong = errors.New("the URI is too long")

func uint16Length(n int) ([]byte, error) {
	if n > 0xffff {
		return nil, errTooLong
	}
	return binary.BigEndian.AppendUint16(nil, uint16(n)), nil
}

// uint16Lengths returns the lengths of both URIs as content-08 writes them.
func uint16Lengths(in *messageid.Input) (sender, room []byte, err error) {
	if sender, err = uint16Length(len(in.Sender)); err != nil {
		return nil, nil, err
	}
	room, err = uint16Length(len(in.Room))
	return sender, room, err
}

// withLengths lays out content-08 with lengths counted and written otherwise.
func withLengths(length func(uri []byte) ([]byte, error)) func([]byte, *messageid.Input) ([]byte, error) {
	return func(dst []byte, in *messageid.Input) ([]byte, error) {
		sender, err := length(in.Sender)
		if err != nil {
			return dst, err
		}
		room, err := length(in.Room)
		if err != nil {
			return dst, err
		}
		return pieces(dst, sender, in, room)
	}
}

func counting(count func(uri []byte) int) func([]byte, *messageid.Input) ([]byte, error) {
	return withLengths(func(uri []byte) ([]byte, error) { return uint16Length(count(uri)) })
}

var messageIDMutants = []*Mutant{
	mutateMessageIDs("draft-07-as-08", "lays out content-08 without lengths, as content-07 did", "injective", spec.Content08,
		func(m *messageIDs) { m.claims = func(spec.Draft) spec.Draft { return spec.Content07 } }),
	mutateMessageIDs("draft-08-as-07", "lays out content-07 with the lengths of content-08", "known-answers", spec.Content07,
		func(m *messageIDs) { m.claims = func(spec.Draft) spec.Draft { return spec.Content08 } }),
	mutateMessageIDs("room-length-missing", "writes no length before the room URI", "left-inverse", spec.Content08,
		func(m *messageIDs) {
			m.lay = func(dst []byte, in *messageid.Input) ([]byte, error) {
				sender, _, err := uint16Lengths(in)
				if err != nil {
					return dst, err
				}
				return pieces(dst, sender, in, nil)
			}
		}),
	mutateMessageIDs("sender-length-missing", "writes no length before the sender URI", "left-inverse", spec.Content08,
		func(m *messageIDs) {
			m.lay = func(dst []byte, in *messageid.Input) ([]byte, error) {
				_, room, err := uint16Lengths(in)
				if err != nil {
					return dst, err
				}
				return pieces(dst, nil, in, room)
			}
		}),
	mutateMessageIDs("little-endian-length", "writes the least significant octet of a length first", "left-inverse", spec.Content08,
		func(m *messageIDs) {
			m.lay = withLengths(func(uri []byte) ([]byte, error) {
				if len(uri) > 0xffff {
					return nil, errTooLong
				}
				return binary.LittleEndian.AppendUint16(nil, uint16(len(uri))), nil
			})
		}),
	mutateMessageIDs("length-in-characters", "counts the characters of a URI", "uri-length-octets", spec.Content08,
		func(m *messageIDs) { m.lay = counting(utf8.RuneCount) }),
	mutateMessageIDs("length-in-utf16-units", "counts the UTF-16 code units of a URI", "uri-length-octets", spec.Content08,
		func(m *messageIDs) {
			m.lay = counting(func(uri []byte) int { return len(utf16.Encode([]rune(string(uri)))) })
		}),
	mutateMessageIDs("length-wraps", "writes the length of a URI modulo 65536", "uri-length-bounds", spec.Content08,
		func(m *messageIDs) {
			m.lay = withLengths(func(uri []byte) ([]byte, error) {
				return binary.BigEndian.AppendUint16(nil, uint16(len(uri))), nil
			})
		}),
	mutateMessageIDs("length-signed", "refuses URIs of more than 32767 octets", "uri-length-bounds", spec.Content08,
		func(m *messageIDs) {
			m.lay = withLengths(func(uri []byte) ([]byte, error) {
				if len(uri) > 0x7fff {
					return nil, errTooLong
				}
				return uint16Length(len(uri))
			})
		}),
	mutateMessageIDs("limit-off-by-one", "refuses a URI of 65535 octets", "uri-length-bounds", spec.Content08,
		func(m *messageIDs) {
			m.lay = withLengths(func(uri []byte) ([]byte, error) {
				if len(uri) >= 0xffff {
					return nil, errTooLong
				}
				return uint16Length(len(uri))
			})
		}),
	mutateMessageIDs("length-in-four-octets", "writes the length of a URI in four octets", "left-inverse", spec.Content08,
		func(m *messageIDs) {
			m.lay = withLengths(func(uri []byte) ([]byte, error) {
				if len(uri) > 0xffff {
					return nil, errTooLong
				}
				return binary.BigEndian.AppendUint32(nil, uint32(len(uri))), nil
			})
		}),
	mutateMessageIDs("both-lengths-first", "writes both lengths before both URIs", "left-inverse", spec.Content08,
		func(m *messageIDs) {
			m.lay = func(dst []byte, in *messageid.Input) ([]byte, error) {
				sender, room, err := uint16Lengths(in)
				if err != nil {
					return dst, err
				}
				return pieces(dst, append(sender, room...), in, nil)
			}
		}),
	mutateMessageIDs("salt-left-out", "does not hash the salt once more", "salt-repeated", spec.Content08,
		func(m *messageIDs) {
			m.lay = withoutSalt(func(dst, sender []byte, in *messageid.Input, room []byte, _ []byte) []byte {
				return prefix(dst, sender, in, room)
			})
		}),
	mutateMessageIDs("salt-repeated-in-05", "hashes the salt once more in content-05", "salt-repeated", spec.Content05,
		func(m *messageIDs) { m.claims = func(spec.Draft) spec.Draft { return spec.Content06 } }),
	mutateMessageIDs("salt-before-message", "hashes the salt before the message", "salt-repeated", spec.Content08,
		func(m *messageIDs) {
			m.lay = withoutSalt(func(dst, sender []byte, in *messageid.Input, room []byte, salt []byte) []byte {
				dst = append(append(dst, sender...), in.Sender...)
				dst = append(append(dst, room...), in.Room...)
				return append(append(dst, salt...), in.Message...)
			})
		}),
	mutateMessageIDs("salt-with-head", "hashes the salt with its CBOR head", "salt-repeated", spec.Content08,
		func(m *messageIDs) {
			m.lay = withoutSalt(func(dst, sender []byte, in *messageid.Input, room []byte, salt []byte) []byte {
				return append(append(prefix(dst, sender, in, room), 0x50), salt...)
			})
		}),
	mutateMessageIDs("salt-at-fixed-place", "takes octets 2 to 17 for the salt, however its head is written", "received-octets", spec.Content07,
		func(m *messageIDs) {
			m.lay = func(dst []byte, in *messageid.Input) ([]byte, error) {
				if len(in.Message) < 18 {
					return dst, errors.New("the message is too short")
				}
				return append(prefix(dst, nil, in, nil), in.Message[2:18]...), nil
			}
		}),
	mutateMessageIDs("sender-twice", "hashes the sender URI in the place of the room URI, as the generator of content-06's examples did", "injective", spec.Content07,
		func(m *messageIDs) {
			m.input = func(in messageid.Input) messageid.Input {
				in.Room = in.Sender
				return in
			}
		}),
	mutateMessageIDs("uris-swapped", "hashes the room URI before the sender URI", "known-answers", spec.Content08,
		func(m *messageIDs) {
			m.input = func(in messageid.Input) messageid.Input {
				in.Sender, in.Room = in.Room, in.Sender
				return in
			}
		}),
	mutateMessageIDs("uri-lower-cased", "hashes URIs in lower case", "injective", spec.Content08,
		func(m *messageIDs) {
			m.input = func(in messageid.Input) messageid.Input {
				in.Sender, in.Room = bytes.ToLower(in.Sender), bytes.ToLower(in.Room)
				return in
			}
		}),
	mutateMessageIDs("uri-percent-decoded", "hashes URIs with their percent-encoded octets decoded", "injective", spec.Content08,
		func(m *messageIDs) {
			decoded := func(uri []byte) []byte {
				if plain, err := url.PathUnescape(string(uri)); err == nil {
					return []byte(plain)
				}
				return uri
			}
			m.input = func(in messageid.Input) messageid.Input {
				in.Sender, in.Room = decoded(in.Sender), decoded(in.Room)
				return in
			}
		}),
	mutateMessageIDs("uri-cut-at-32-octets", "cuts a URI at 32 octets, the size of its buffer", "injective", spec.Content08,
		func(m *messageIDs) {
			m.input = func(in messageid.Input) messageid.Input {
				in.Sender, in.Room = in.Sender[:min(len(in.Sender), 32)], in.Room[:min(len(in.Room), 32)]
				return in
			}
		}),
	mutateMessageIDs("reencoded", "decodes the message and hashes it as encoded again", "received-octets", spec.Content07,
		func(m *messageIDs) {
			encoder, err := cbor.CoreDetEncOptions().EncMode()
			if err != nil {
				panic(err)
			}
			m.input = func(in messageid.Input) messageid.Input {
				var value any
				if cbor.Unmarshal(in.Message, &value) == nil {
					if octets, err := encoder.Marshal(value); err == nil {
						in.Message = octets
					}
				}
				return in
			}
		}),
	mutateMessageIDs("30-octets-of-hash", "keeps 30 octets of the hash, as a half-open range [0:30] does", "shape", spec.Content08,
		func(m *messageIDs) {
			m.sum = func(a messageid.HashAlgorithm, output []byte) []byte { return append([]byte{byte(a)}, output[:30]...) }
		}),
	mutateMessageIDs("untruncated-hash", "keeps all 32 octets of the hash behind the algorithm", "shape", spec.Content08,
		func(m *messageIDs) {
			m.sum = func(a messageid.HashAlgorithm, output []byte) []byte { return append([]byte{byte(a)}, output...) }
		}),
	mutateMessageIDs("no-algorithm-octet", "makes the ID of 32 octets of hash alone", "shape", spec.Content08,
		func(m *messageIDs) {
			m.sum = func(_ messageid.HashAlgorithm, output []byte) []byte { return output[:32] }
		}),
	mutateMessageIDs("reserved-algorithm-octet", "starts the ID with 0, a reserved identifier", "shape", spec.Content08,
		func(m *messageIDs) {
			m.sum = func(_ messageid.HashAlgorithm, output []byte) []byte { return append([]byte{0}, output[:31]...) }
		}),
	mutateMessageIDs("last-31-octets", "keeps the last 31 octets of the hash", "known-answers", spec.Content08,
		func(m *messageIDs) {
			m.sum = func(a messageid.HashAlgorithm, output []byte) []byte {
				return append([]byte{byte(a)}, output[len(output)-31:]...)
			}
		}),
	mutateMessageIDs("algorithm-octet-hashed", "hashes the algorithm octet as well", "known-answers", spec.Content08,
		func(m *messageIDs) {
			m.lay = func(dst []byte, in *messageid.Input) ([]byte, error) {
				return properties.Reference{}.AppendHashInput(append(dst, 1), spec.Content08, in)
			}
		}),
	mutateMessageIDs("short-hash-padded", "computes SHA-256 for an algorithm whose output is too short", "hash-output-length", spec.Content08,
		func(m *messageIDs) {
			m.algorithm = func(a messageid.HashAlgorithm) messageid.HashAlgorithm {
				if octets := a.OutputOctets(); octets > 0 && octets < 31 {
					return messageid.SHA256
				}
				return a
			}
		}),
	mutateMessageIDs("always-sha-256", "computes SHA-256 whatever algorithm is asked for", "hash-output-length", spec.Content08,
		func(m *messageIDs) {
			m.algorithm = func(a messageid.HashAlgorithm) messageid.HashAlgorithm {
				if a.OutputOctets() >= 31 {
					return messageid.SHA256
				}
				return a
			}
		}),
	mutateMessageIDs("shared-result", "returns every ID in the same buffer", "shape", spec.Content08,
		func(m *messageIDs) {
			buffer := make([]byte, 32)
			m.sum = func(a messageid.HashAlgorithm, output []byte) []byte {
				copy(buffer, append([]byte{byte(a)}, output[:31]...))
				return buffer
			}
		}),
	mutateMessageIDs("order-of-first-octets", "compares only the first 8 octets of IDs", "order", spec.Content08,
		func(m *messageIDs) {
			m.compare = func(a, b messageid.ID) int { return bytes.Compare(a[:8], b[:8]) }
		}),
	mutateMessageIDs("order-of-signed-octets", "compares the octets of IDs as signed numbers", "order", spec.Content08,
		func(m *messageIDs) {
			m.compare = func(a, b messageid.ID) int {
				for i := range a {
					if c := cmp.Compare(int8(a[i]), int8(b[i])); c != 0 {
						return c
					}
				}
				return 0
			}
		}),
	mutateMessageIDs("order-by-first-asked", "says of different IDs that the first one asked about comes first", "order", spec.Content08,
		func(m *messageIDs) {
			m.compare = func(a, b messageid.ID) int {
				if a == b {
					return 0
				}
				return -1
			}
		}),
}

// withoutSalt lays out content-08 with the salt wherever join puts it.
func withoutSalt(join func(dst, senderLength []byte, in *messageid.Input, roomLength, salt []byte) []byte) func([]byte, *messageid.Input) ([]byte, error) {
	return func(dst []byte, in *messageid.Input) ([]byte, error) {
		salt, err := messageid.Salt(in.Message)
		if err != nil {
			return dst, err
		}
		sender, room, err := uint16Lengths(in)
		if err != nil {
			return dst, err
		}
		return join(dst, sender, in, room, salt), nil
	}
}
