package reports

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// fixture returns a small record with something of everything in it.
func fixture() *Record {
	const injective, order = "messageid/injective", "messageid/order"
	b64 := base64.StdEncoding.EncodeToString
	message := []byte("\x87\x50\x5e\xed\x94\x06\xc2\x54\x55\x47\xab\x6f\x09\xf2\x0a\x18\xb0\x03\xf6\x40\xf6\xf6\xa0\x85\x01\x60\x00\x60\x60")
	pair := fmt.Sprintf(`{"first":{"sender":%q,"room":%q,"message":%q},"second":{"sender":%q,"room":%q,"message":%q}}`,
		b64([]byte("mimi://a/u/a")), b64([]byte("mimi://a/r/amimi://a/r/b")), b64(message),
		b64([]byte("mimi://a/u/amimi://a/r/a")), b64([]byte("mimi://a/r/b")), b64(message))
	r := &Record{
		Version: RecordVersion, Seed: 42, Started: time.Date(2026, 11, 23, 1, 2, 3, 0, time.UTC), DurationMS: 12345, Complete: true,
	}
	for d := spec.Content05; d <= spec.Content09; d++ {
		p := PropertyResult{
			ID: injective, Draft: d, Implementation: "reference", Source: "draft-ietf-mimi-content, section 3.3", Rule: "content/msgid-injective",
			Statement: "Two messages that differ in sender, room or content have different IDs.",
			Outcome:   OutcomeHolds, Cases: 1234567, Skipped: 12, Known: 14, DurationMS: 900,
		}
		if d <= spec.Content07 {
			p.Outcome = OutcomeRefuted
		}
		r.Properties = append(r.Properties, p)
	}
	for d := spec.Content07; d <= spec.Content09; d++ {
		p := PropertyResult{
			ID: order, Draft: d, Implementation: "reference", Source: "draft-ietf-mimi-content, section 5.11", Rule: "content/msgid-order",
			Statement: "Messages of one timestamp are in the total order of their IDs as strings of octets.",
			Outcome:   OutcomeHolds, Cases: 1000, DurationMS: 10,
		}
		if d == spec.Content09 {
			p.Outcome = OutcomeRefuted
		}
		r.Properties = append(r.Properties, p)
	}
	for d := spec.Content05; d <= spec.Content07; d++ {
		signature := Signature(injective, "sender-room-boundary", "reference")
		r.Findings = append(r.Findings, Finding{
			Signature: signature, Property: injective, Draft: d, Implementation: "reference", Rule: "content/msgid-injective",
			Class: "sender-room-boundary", Detail: "both have the ID 0107", FoundAfter: 7, Refutations: 1000,
			Case: json.RawMessage(fmt.Sprintf(`{"property":%q,"draft":%q,"input":%s,"tape":"AAAB"}`, injective, d, pair)), Repeat: "mimifuzz replay reports/latest/" + CaseFile(signature, d),
		})
	}
	signature := Signature(order, "not-total", "reference")
	r.Findings = append(r.Findings, Finding{
		Signature: signature, Property: order, Draft: spec.Content09, Implementation: "reference", Rule: "content/msgid-order", Class: "not-total",
		Detail: `neither is first: "\x1b[31m"`, FoundAfter: 1, Refutations: 1,
		Case:   json.RawMessage(`{"property":"messageid/order","draft":"content-09","input":{"name":"original","octets":"G1szMW0gPHNjcmlwdD4=","empty":"","n":3}}`),
		Repeat: "mimifuzz replay reports/latest/" + CaseFile(signature, spec.Content09),
	})
	ledger := Ledger{
		{
			Signature: Signature(injective, "sender-room-boundary", "reference"), Drafts: []spec.Draft{spec.Content05, spec.Content06, spec.Content07},
			Explanation: "The sender URI and the room URI are hashed one right after the other, so nothing says where one ends and the other begins.",
			Fix:         "Hash the length of each URI before it, as content-08 does.", FirstSeen: "2026-11-23",
		},
		{
			Signature: Signature(order, "wrong-end", "reference"), Drafts: []spec.Draft{spec.Content08, spec.Content09},
			Explanation: "The last octet is compared first.", Fix: "Compare the first octet first.", FirstSeen: "2026-11-22",
		},
	}
	ledger.Compare(r, func(string) bool { return true })
	witness := []Tuple{
		{Sender: []byte("a"), Room: []byte("bc"), Message: message, Salt: message[2:18]},
		{Sender: []byte("ab"), Room: []byte("c"), Message: message, Salt: message[2:18]},
	}
	r.Layouts = []LayoutResult{
		{Name: "content-05", Layout: "sender room message", Verdicts: []LayoutVerdict{
			{URI: "octets", Verdict: "ambiguous", Reason: "Nothing ends the sender.", Argument: []string{"Take a sender.", "Move its last octet."}, Witness: witness},
			{URI: "mimi-strict", Verdict: "injective", Reason: "A sender ends before the second mimi:."},
			{URI: "octets", Bound: true, Verdict: "undecided", Reason: "It would take a parser."},
		}},
		{Name: "content-08, content-09", Layout: "len16(sender) len16(room) message salt", Verdicts: []LayoutVerdict{
			{URI: "octets", Verdict: "injective", Reason: "Lengths.", Wraps: &WrapVerdict{Verdict: "ambiguous", Reason: "65536 wraps to 0.", Witness: witness}},
			{URI: "mimi-strict", Verdict: "injective", Reason: "Lengths."},
		}},
	}
	r.Mutants = []MutantResult{
		{ID: "messageid/sender-twice", Fault: "Hashes the sender in the room's place.", Property: injective, Draft: spec.Content08, Reached: true, Killed: true, Cases: 3},
		{ID: "messageid/no-salt", Fault: "Leaves the salt out.", Property: "messageid/salt-repeated", Draft: spec.Content08, Reached: true, Cases: 100000},
		{ID: "messageid/wraps", Fault: "Lets the length wrap.", Property: "messageid/uri-length-bounds", Draft: spec.Content09, Cases: 20},
	}
	r.Targets = []TargetResult{
		{Name: "ContentOctets", About: "any octets as a message", Engine: "go", Executions: 1234567, NewInputs: 89, Corpus: 345, Crashes: 1, DurationMS: 60000,
			Samples: []Sample{{AtMS: 30000, Executions: 600000, Corpus: 200}, {AtMS: 90000, Executions: 1234567, Corpus: 345}}},
		{Name: "ContentTape", About: "messages from a tape", Engine: "go", Executions: 1000, DurationMS: 30000, Samples: []Sample{{AtMS: 60000, Executions: 1000}}},
	}
	r.Policies = []PolicyResult{{Name: "strict", Users: 3, States: 85, Whole: true,
		Roles: []PolicyRole{{Index: 2, Name: "member", Own: []string{"leave"}}, {Index: 3, Name: "admin"}},
		Cells: [][][]string{{nil, nil}, {{"kick", "remove"}, nil}},
		SVG:   `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"><rect x="1" y="1" width="7" height="7"/></svg>`}}
	r.Rules = []RuleResult{
		{ID: "content/salt-length", Level: "MUST", Section: "4.1", Drafts: []spec.Draft{spec.Content08, spec.Content09}, Statement: "The salt has 16 octets.", Broken: 4, Right: 2, Mutants: 3, Killed: 3},
		{ID: "content/mention", Level: "SHOULD", Section: "5.2", Drafts: []spec.Draft{spec.Content09}, Statement: "A mention is a link."},
	}
	r.Attacks = []AttackResult{
		{Attacker: "nobody", Moves: "none", About: "everyone is honest", Draft: spec.Protocol05, Mode: "default", Receiver: "passed", Hub: "passed"},
		{Attacker: "nobody", Moves: "none", About: "everyone is honest", Draft: spec.Protocol05, Mode: "literal", Receiver: "passed", Hub: "passed"},
		{Attacker: "follower", Moves: "strips", About: "the follower takes the Frank off", Draft: spec.Protocol06, Mode: "default", Receiver: "failed at receiver-frank", Hub: "no report"},
		{Attacker: "follower", Moves: "strips", About: "the follower takes the Frank off", Draft: spec.Protocol06, Mode: "literal", Receiver: "unfranked at receiver-frank", Hub: "no report", Breaks: []string{"franking/context-integrity"}},
	}
	r.Conformance = &Conformance{
		Implementation: "parser", Version: "1.2", Detail: "rule", Readings: map[string]string{"content/part-count": "leaves"}, Cases: 1500, Directed: 500, Stopped: "it is gone", Further: 2,
		Rows: []ConformanceRow{
			{Rule: "", Level: "MUST", Outcome: "agrees", Cases: 1000},
			{Rule: "content/salt-length", Level: "MUST", Outcome: "accepts-forbidden", Cases: 400},
			{Rule: "content/salt-length", Level: "MUST", Outcome: "agrees", Cases: 90},
			{Rule: "content/ext-nan", Level: "nonsense", Outcome: "unsupported", Cases: 10},
		},
		Bugs: []ConformanceBug{
			{Signature: "content.decode:accepts-forbidden:content/salt-length:salt", Op: "content.decode", Outcome: "accepts-forbidden", Level: "MUST", Rule: "content/salt-length", Place: "salt",
				Drafts: []spec.Draft{spec.Content07, spec.Content08, spec.Content09}, Cases: 400, Detail: "it accepts what breaks content/salt-length"},
			{Signature: "content.decode:rejects-allowed:-", Op: "content.decode", Outcome: "rejects-allowed", Level: "SHOULD", Drafts: []spec.Draft{spec.Content09}, Cases: 4, Expected: true, Detail: "it refuses"},
			{Signature: "content.decode:other-reading:content/part-count:leaves", Op: "content.decode", Outcome: "other-reading", Level: "information", Rule: "content/part-count", Place: "leaves", Drafts: []spec.Draft{spec.Content05, spec.Content09}, Cases: 1, Detail: "it follows another reading"},
		},
	}
	r.Earlier = []EarlierRun{
		{Started: time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC), DurationMS: 60000, Cases: 100, Executions: 200, Corpus: 30, Findings: 4},
		{Started: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC), DurationMS: 60000, Cases: 100, Executions: 200, Corpus: 36, Findings: 5},
	}
	r.Findings[3].Mending = []MendingReading{{Ambiguity: "content/order-ends", Section: "5.11", Question: "From which end are IDs compared?",
		Found: "From the first octet.", Name: "last", Statement: "From the last octet."}}
	r.Memory = []MemorySample{{AtMS: 1000, Own: 60 << 20}, {AtMS: 4000, Own: 64 << 20, Engine: 200 << 20}, {AtMS: 8000, Own: 62 << 20, Engine: 202 << 20}, {AtMS: 12000, Own: 63 << 20, Engine: 201 << 20}}
	r.Findings[3].Notations = []Notation{{Path: "octets", Text: "0  1b  27\n1  5b33  ...\n"}}
	return r
}

// filled returns the fixture with s in place of every string and octet string
// in it, and in its cases as names, words and octets.
func filled(s string) *Record {
	r := fixture()
	fill(reflect.ValueOf(r), s)
	octets := base64.StdEncoding.EncodeToString([]byte(s))
	word, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	for i := range r.Findings {
		r.Findings[i].Case = json.RawMessage(fmt.Sprintf(
			`{"property":%s,"draft":%s,"input":{%s:{"a":%s,"b":%s},"name":%s,"c":[%s,%s,true,null,1e3]},"tape":%s}`,
			word, word, word, word, `"`+octets+`"`, word, word, `"`+octets+`"`, word))
	}
	return r
}

func fill(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem(), s)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), s)
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[[]byte]() || v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.SetBytes([]byte(s))
			return
		}
		for i := range v.Len() {
			fill(v.Index(i), s)
		}
	case reflect.String:
		v.SetString(s)
	}
}

// hostile are strings that want to be more than text.
var hostile = map[string]string{
	"script":     `<script>alert(1)</script>`,
	"attribute":  `" onmouseover="alert(1)" x='`,
	"end tags":   `</code></pre></dd></dl></details></article></main></body></html><img src=x onerror=alert(1)>`,
	"style":      `</style><style>*{display:none}</style>`,
	"comment":    `<!-- --!> ]]> <![CDATA[ <?xml ?>`,
	"title":      `</title><svg/onload=alert(1)>`,
	"link":       `javascript:alert(1)//findings/x-00000000.json`,
	"template":   `{{.}}{{define "x"}}`,
	"entity":     `&lt;script&gt; &#x1b; &zwnj;`,
	"terminal":   "\x1b[2J\x1b]0;title\x07\x1b[31mred\x9b31m\u009b31m\x7f\x00\r\n\b",
	"bidi":       "a\u202eb\u202dc\u2066d\u2069e\u200ef\u200fg\u061ch",
	"zero width": "a\u200bb\ufeffc\u00add\u2060e\u3164f\ufe0fg\u2028h\u2029i\U000e0041",
	"marks":      "\u0301\u0489 a\u0301",
	"not UTF-8":  "a\xff\xfe\xc0\xafb\xed\xa0\x80\xf4\x90\x80\x80",
	"backslash":  `\x1b \u{202e} \`,
	"long":       "mimi://" + repeat("a", 1<<20),
	"long mixed": repeat("<b>\x1b\u202e\xff", 20000),
}
