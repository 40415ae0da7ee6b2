package protocol

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Version is the version of the protocol.
const Version = 1

// HelloOp is the op of the first request.
const HelloOp Op = "hello"

// HelloRequest is the first line that an adapter reads.
type HelloRequest struct {
	Op       Op  `json:"op"` // HelloOp
	Protocol int `json:"protocol"`
}

// Hello is the first line that an adapter writes: what it is and what it can
// be asked.
type Hello struct {
	Protocol int          `json:"protocol"`
	Name     string       `json:"name"`
	Version  string       `json:"version"`
	Drafts   []spec.Draft `json:"drafts"`
	Ops      []Op         `json:"ops"`
	Detail   Detail       `json:"detail"`
	// Readings are those that the implementation follows, where it does not
	// follow the defaults: the name of a reading by the ID of its ambiguity.
	Readings map[string]string `json:"readings,omitempty"`
}

// Difference tells what another hello says differently, "" if it says the same.
func (h *Hello) Difference(other *Hello) string {
	var parts []string
	was, is := reflect.ValueOf(h).Elem(), reflect.ValueOf(other).Elem()
	for _, f := range fieldsOf(was.Type()) {
		a, b := was.Field(f.index).Interface(), is.Field(f.index).Interface()
		if !reflect.DeepEqual(a, b) {
			parts = append(parts, fmt.Sprintf("%s is %v, and was %v", f.name, b, a))
		}
	}
	return strings.Join(parts, "; ")
}

// Detail says how much an adapter tells of what it refuses.
type Detail string

// The details.
const (
	DetailVerdict Detail = "verdict" // that it refuses
	DetailRule    Detail = "rule"    // by which rules as well
)
