package explain

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Options say how inputs are inspected.
type Options struct {
	Kind   *Kind        // what inputs are taken for; see [ParseKind]
	Drafts []spec.Draft // that are judged; see [Kind.Drafts]
	Chosen spec.Draft   // the one of them whose verdict counts
	Sender string       // URI, "" to take that of the message
	Room   string       // URI, "" to take that of the message
	Keys   *Keys        // that the parties of franking have, nil if not known
	Now    time.Time    // zero to judge no rule that compares a date with the present
}

// File is what there is to say about one input.
type File struct {
	Name     string    `json:"file"`
	Verdicts []Verdict `json:"verdicts"`

	octets []byte
	kind   *Kind
	chosen spec.Draft
	parts  []part
}

// Verdict is what one draft says about an input.
type Verdict struct {
	Draft      spec.Draft      `json:"draft"`
	Verdict    content.Verdict `json:"verdict"`
	Violations []Violation     `json:"violations"`
	Dropped    int             `json:"dropped,omitempty"` // violations beyond those that are listed
	MessageID  string          `json:"messageId,omitempty"`
	Fields     []StructField   `json:"fields,omitempty"` // of a struct
	Steps      []StepVerdict   `json:"steps,omitempty"`  // with keys

	noID string // why there is no message ID
}

// Violation is one rule broken at one place.
type Violation struct {
	Rule   string     `json:"rule"`
	Level  spec.Level `json:"level"`
	Offset int        `json:"offset"`
	Path   string     `json:"path"`
	Detail string     `json:"detail"`
}

// StructField is one field of a struct.
type StructField struct {
	Offset int    `json:"offset"` // in octets from the start of the input
	Length int    `json:"length"` // in octets, with that of its own length
	Path   string `json:"path"`
	Value  string `json:"value"` // a decimal number, a quoted text, hex, or how many octets a vector has
}

// part is a part of the body, an entry, or a field, in a few words.
type part struct {
	index, level int
	path, text   string
}

// Inspect judges the octets of an input. The result refers to them.
func Inspect(name string, octets []byte, options Options) (*File, error) {
	f := &File{Name: name, octets: octets, kind: options.Kind, chosen: options.Chosen}
	in := inputs{sender: options.Sender, room: options.Room, keys: options.Keys}
	if !options.Now.IsZero() {
		in.nowMs = options.Now.UnixMilli()
	}
	if f.kind.ids && (in.sender == "" || in.room == "") {
		own := findURIs(octets)
		in.sender, in.room = cmp.Or(in.sender, own.sender), cmp.Or(in.room, own.room)
	}
	for _, draft := range options.Drafts {
		j, err := f.kind.judge(draft, octets, &in)
		if err != nil {
			return nil, err
		}
		v := Verdict{Draft: draft, Verdict: j.verdict, Violations: []Violation{}, Dropped: j.dropped, Fields: j.fields, Steps: j.steps}
		for _, broken := range j.violations {
			v.Violations = append(v.Violations, Violation{
				Rule: broken.Rule.ID, Level: broken.Rule.Level, Offset: broken.Offset, Path: broken.Path, Detail: detail(&broken),
			})
		}
		if f.kind.ids {
			v.MessageID, v.noID = messageID(draft, octets, in.sender, in.room)
		}
		f.Verdicts = append(f.Verdicts, v)
		if j.parts != nil && (draft == options.Chosen || f.parts == nil) {
			// The parts are those of the chosen draft, else of the oldest
			// that accepts the input.
			f.parts = j.parts
		}
	}
	return f, nil
}

// Accepted reports whether the chosen draft accepts the input.
func (f *File) Accepted() bool {
	return slices.ContainsFunc(f.Verdicts, func(v Verdict) bool {
		return v.Draft == f.chosen && v.Verdict == content.Accept
	})
}

// Summary returns the file without its octets and parts, which only text shows.
func (f *File) Summary() *File {
	return &File{Name: f.Name, Verdicts: f.Verdicts, kind: f.kind, chosen: f.chosen}
}

func detail(v *spec.Violation) string {
	switch {
	case v.Found == "":
		return v.Rule.Statement
	case v.Limit == "":
		return "found " + v.Found
	}
	return "found " + v.Found + "; allowed: " + v.Limit
}

// messageID returns the message ID in hex, or why there is none.
func messageID(draft spec.Draft, octets []byte, sender, room string) (id, reason string) {
	if _, err := messageid.For(draft); err != nil {
		return "", "not computed from the content in this draft"
	}
	switch {
	case sender == "" && room == "":
		return "", "neither sender nor room is known: extensions 1 and 2 have no text; use --sender and --room"
	case sender == "":
		return "", "the sender is not known: extension 1 has no text; use --sender"
	case room == "":
		return "", "the room is not known: extension 2 has no text; use --room"
	}
	computed, err := messageid.Compute(draft, messageid.SHA256, &messageid.Input{Sender: []byte(sender), Room: []byte(room), Message: octets})
	var violation *spec.Violation
	switch {
	case errors.As(err, &violation):
		return "", fmt.Sprintf("%s at offset %d: %s", violation.Rule.ID, violation.Offset, detail(violation))
	case err != nil:
		return "", err.Error()
	}
	return hex.EncodeToString(computed[:]), ""
}

func describeParts(m *content.Message, draft spec.Draft) []part {
	var list []part
	searched := 0 // octets of Markdown
	for _, p := range m.Parts() {
		text := p.Part.Disposition.String()
		if p.Part.Language != "" {
			text += ", language " + clipText(p.Part.Language)
		}
		switch body := p.Part.Body.(type) {
		case content.NullPart:
			text += ", null"
		case content.SinglePart:
			text += fmt.Sprintf(", single %s, %s: %s", clipText(body.ContentType), count(len(body.Content), "octet"), clipText(string(body.Content)))
			if content.IsMarkdown(body.ContentType) {
				text += describeTags(body.Content, draft, searched+len(body.Content) <= maxMarkdown)
				searched += len(body.Content)
			}
		case content.ExternalPart:
			text += fmt.Sprintf(", external %s, %d octets, at %s", clipText(body.ContentType), body.Size, clipText(body.URL))
		case content.MultiPart:
			text += fmt.Sprintf(", multi %s, %s", semantics(body.Semantics), count(len(body.Parts), "part"))
		}
		list = append(list, part{index: p.Index, level: p.Level, path: p.Path, text: text})
	}
	return list
}

// describeTags tells of the HTML tags of a Markdown body, which its sender
// should have escaped and its receiver shows as text: they are no reason to
// reject a message.
func describeTags(body []byte, draft spec.Draft, search bool) string {
	if !search {
		return fmt.Sprintf("; not searched for HTML tags, since there are more than %d octets of Markdown", maxMarkdown)
	}
	tags := content.CheckMarkdown(body, draft)
	if len(tags) == 0 {
		return ""
	}
	return fmt.Sprintf("; breaks %s with %s, the first %s at octet %d of the content", tags[0].Rule.ID, count(len(tags), "HTML tag"), clipText(tags[0].Found), tags[0].Offset)
}

func semantics(s content.Semantics) string {
	switch s {
	case content.ChooseOne:
		return "chooseOne"
	case content.SingleUnit:
		return "singleUnit"
	case content.ProcessAll:
		return "processAll"
	}
	return fmt.Sprintf("semantics %d", s)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
