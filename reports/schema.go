package reports

import (
	"bytes"
	_ "embed"
)

//go:embed run.schema.json
var runSchema []byte

// RunSchema returns the JSON Schema (2020-12) of [Record] as it is written.
func RunSchema() []byte { return bytes.Clone(runSchema) }
