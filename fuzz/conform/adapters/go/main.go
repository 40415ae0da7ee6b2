// Command go is a mimifuzz adapter around github.com/fxamacker/cbor: MIMI
// content as one first writes it down. It reads one JSON object a line and
// answers with one a line. See README.md.
package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"runtime/debug"
	"slices"

	"github.com/fxamacker/cbor/v2"
)

var drafts = []string{"content-08", "content-09"}

// message is a MIMI content message.
type message struct {
	_        struct{} `cbor:",toarray"`
	Salt     []byte
	Replaces []byte // nil for null
	TopicID  []byte
	Expires  *struct {
		_        struct{} `cbor:",toarray"`
		Relative bool
		Time     uint32
	}
	InReplyTo  []byte // nil for null
	Extensions map[any]cbor.RawMessage
	NestedPart part
}

// part is a nested part: an array whose elements depend on its cardinality.
type part []any

func (p *part) UnmarshalCBOR(data []byte) error {
	var elements []cbor.RawMessage
	if err := cbor.Unmarshal(data, &elements); err != nil || len(elements) < 3 {
		return fmt.Errorf("a part with %d elements: %v", len(elements), err)
	}
	var cardinality uint8
	if err := cbor.Unmarshal(elements[2], &cardinality); err != nil {
		return err
	}
	*p = part{new(uint8), new(string), &cardinality} // disposition, language
	switch cardinality {
	case 0:
	case 1: // contentType, content
		*p = append(*p, new(string), new([]byte))
	case 2: // contentType, url, expires, size, encAlg, key, nonce, aad, hashAlg, contentHash, description, filename
		*p = append(*p, new(string), new(string), new(uint32), new(uint64), new(uint16),
			new([]byte), new([]byte), new([]byte), new(uint8), new([]byte), new(string), new(string))
	case 3: // partSemantics, parts
		*p = append(*p, new(uint8), new([]part))
	default:
		return fmt.Errorf("a part with the cardinality %d", cardinality)
	}
	if len(elements) != len(*p) {
		return fmt.Errorf("a part with %d elements", len(elements))
	}
	for i, element := range *p {
		if err := cbor.Unmarshal(elements[i], element); err != nil {
			return err
		}
	}
	return nil
}

var deterministic, _ = cbor.CoreDetEncOptions().EncMode()

// decode reads a message and returns it encoded again.
func decode(octets []byte) ([]byte, error) {
	var m message
	if err := cbor.Unmarshal(octets, &m); err != nil {
		return nil, err
	}
	if len(m.Salt) != 16 || m.Replaces != nil && len(m.Replaces) != 32 || m.InReplyTo != nil && len(m.InReplyTo) != 32 {
		return nil, fmt.Errorf("a salt or a message ID of another length")
	}
	return deterministic.Marshal(&m)
}

func messageID(sender, room, octets []byte) ([]byte, error) {
	var m []cbor.RawMessage
	var salt []byte
	if err := cbor.Unmarshal(octets, &m); err != nil || len(m) == 0 || cbor.Unmarshal(m[0], &salt) != nil {
		return nil, fmt.Errorf("no salt: %v", err)
	}
	var hashed []byte
	for _, uri := range [][]byte{sender, room} {
		hashed = append(binary.BigEndian.AppendUint16(hashed, uint16(len(uri))), uri...)
	}
	sum := sha256.Sum256(slices.Concat(hashed, octets, salt))
	return append([]byte{1}, sum[:31]...), nil
}

type request struct {
	ID                    uint64
	Op, Draft             string
	Sender, Room, Message []byte
}

type object map[string]any

func answer(r *request) object {
	name, result, err := "reencoded", []byte(nil), error(nil)
	switch {
	case r.Op == "hello":
		ops := []string{"content.decode", "message-id.compute"}
		return object{"protocol": 1, "name": "go-fxamacker", "version": "2", "drafts": drafts, "ops": ops, "detail": "verdict"}
	case r.Op == "content.decode" && slices.Contains(drafts, r.Draft):
		result, err = decode(r.Message)
	case r.Op == "message-id.compute" && slices.Contains(drafts, r.Draft):
		name = "messageId"
		result, err = messageID(r.Sender, r.Room, r.Message)
	default:
		return object{"id": r.ID, "unsupported": true}
	}
	if err != nil {
		return object{"id": r.ID, "ok": false, "reason": err.Error()}
	}
	return object{"id": r.ID, "ok": true, name: result}
}

func main() {
	debug.SetGCPercent(400) // the heap is small: it would be collected all the time
	in, out := bufio.NewReaderSize(os.Stdin, 1<<16), bufio.NewWriterSize(os.Stdout, 1<<16)
	encoder := json.NewEncoder(out)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			log.Fatal(err)
		}
		encoder.Encode(answer(&r))
		// Written when nothing more waits to be read.
		if waiting, _ := in.Peek(in.Buffered()); bytes.IndexByte(waiting, '\n') < 0 {
			out.Flush()
		}
	}
}
