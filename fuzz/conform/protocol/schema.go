package protocol

import (
	"bytes"
	_ "embed"
)

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (2020-12) of the lines of the protocol. Its
// definitions have the names of the messages: helloRequest, hello, request and
// answer, and those of each op, such as contentDecodeAnswer.
func Schema() []byte { return bytes.Clone(schema) }
