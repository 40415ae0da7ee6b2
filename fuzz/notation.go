package fuzz

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/fuzz/explain"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/reports"
)

// largestNotation bounds the octets that are shown in notation.
const largestNotation = 4 << 10

// Notations shows the CBOR items of at least two octets in the input of a case
// as annotated diagnostic notation. The same octets are shown once.
func Notations(input json.RawMessage) (list []reports.Notation) {
	var value any
	if json.Unmarshal(input, &value) != nil {
		return nil
	}
	var seen []string
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for _, key := range sortedKeys(value) {
				walk(strings.TrimPrefix(path+"."+key, "."), value[key])
			}
		case []any:
			for _, v := range value {
				walk(path, v)
			}
		case string:
			octets, err := base64.StdEncoding.Strict().DecodeString(value)
			if err != nil || len(octets) < 2 || len(octets) > largestNotation || slices.Contains(seen, value) {
				return
			}
			// Text that happens to be base64, and URIs, are no items or simple ones.
			if major := octets[0] >> 5; major < 4 || major > 6 {
				return
			}
			if _, err := content.Diagnose(octets); err != nil {
				return
			}
			seen = append(seen, value)
			list = append(list, reports.Notation{Path: path, Text: explain.Annotate(octets)})
		}
	}
	walk("", value)
	return list
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
