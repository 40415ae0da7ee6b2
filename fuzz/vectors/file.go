package vectors

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// FormatVersion is the version of the format of files.
const FormatVersion = 1

// SchemaName is the name of the schema's file.
const SchemaName = "vectors.schema.json"

//go:embed vectors.schema.json
var schema []byte

// Schema returns the JSON Schema (2020-12) of the files of vectors.
func Schema() []byte { return bytes.Clone(schema) }

// Selection says which vectors are wanted. The zero value is all.
type Selection struct {
	Draft spec.Draft // 0 for every draft
	Model string     // "" for every model
}

// Models returns the models that vectors are of.
func Models() []string {
	var names []string
	for _, op := range protocol.Ops() {
		names = append(names, Model(op))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// drafts returns the drafts of an op that are wanted.
func (s *Selection) drafts(op protocol.Op) spec.Drafts {
	switch {
	case s.Model != "" && s.Model != Model(op):
		return 0
	case s.Draft != 0:
		return op.Drafts() & spec.DraftsOf(s.Draft)
	}
	return op.Drafts()
}

// check fails for a model or a draft that there is not, or that go together
// nowhere.
func (s *Selection) check() error {
	if s.Model != "" && !slices.Contains(Models(), s.Model) {
		return fmt.Errorf("unknown model %q: expected one of %v", s.Model, Models())
	}
	for _, op := range protocol.Ops() {
		if s.drafts(op) != 0 {
			return nil
		}
	}
	return fmt.Errorf("no vector of the model %q is asked under %s", s.Model, s.Draft)
}

// File is one file of vectors, those of one op.
type File struct {
	Name    string
	Summary Summary
	JSON    []byte
}

// Summary counts what is in a file.
type Summary struct {
	Model    string         `json:"model"`
	Op       protocol.Op    `json:"op"`
	Vectors  int            `json:"vectors"`
	Verdicts map[Result]int `json:"verdicts"` // a vector has one for each draft
	Octets   int            `json:"octets"`   // of the file
}

// Files makes the files of the vectors that are wanted, each op's by itself.
// The same version makes the same octets. It fails if there are none.
func Files(s Selection) ([]File, error) { return makeAll().files(s) }

func (m *made) files(s Selection) ([]File, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	var files []File
	for _, op := range protocol.Ops() {
		drafts := s.drafts(op)
		if drafts == 0 {
			continue
		}
		f, err := m.file(op, drafts)
		if err != nil {
			return nil, fmt.Errorf("the vectors of %s: %w", op, err)
		}
		files = append(files, *f)
	}
	return files, nil
}

// fileHead is what a file has before its tests.
type fileHead struct {
	Schema           string                   `json:"$schema"`
	Generator        string                   `json:"generator"`
	Version          int                      `json:"version"`
	Model            string                   `json:"model"`
	Op               protocol.Op              `json:"op"`
	Drafts           []spec.Draft             `json:"drafts"`
	NumberOfTests    int                      `json:"numberOfTests"`
	NumberOfVerdicts map[Result]int           `json:"numberOfVerdicts"`
	Digest           string                   `json:"digest"`
	Notes            []string                 `json:"notes"`
	Flags            map[Flag]string          `json:"flags"`
	Rules            map[string]ruleForm      `json:"rules"`
	Ambiguities      map[string]ambiguityForm `json:"ambiguities"`
	LeftOut          []LeftOut                `json:"leftOut"`
}

// ruleForm is a rule in a file.
type ruleForm struct {
	Level     spec.Level   `json:"level"`
	Section   string       `json:"section"` // in the newest draft of its document
	Drafts    []spec.Draft `json:"drafts"`
	Statement string       `json:"statement"`
}

// ambiguityForm is an open text in a file.
type ambiguityForm struct {
	Section  string            `json:"section"`
	Drafts   []spec.Draft      `json:"drafts"`
	Question string            `json:"question"`
	Default  string            `json:"default"`
	Readings map[string]string `json:"readings"`
}

// testForm is a vector in a file.
type testForm struct {
	ID       string            `json:"id"`
	Title    string            `json:"title"`
	Rule     string            `json:"rule,omitempty"`
	Source   string            `json:"source,omitempty"`
	Flags    []Flag            `json:"flags"`
	Input    protocol.Input    `json:"input"`
	Steps    map[string][]byte `json:"steps,omitempty"`
	Expected []expectedForm    `json:"expected"`
}

// expectedForm is what is expected under drafts for which it is the same.
type expectedForm struct {
	Drafts []spec.Draft `json:"drafts"`
	Result Result       `json:"result"`
	verdictForm
	AnyEncoding bool          `json:"anyEncoding,omitempty"`
	Readings    []readingForm `json:"readings,omitempty"`
}

type readingForm struct {
	Readings map[string]string `json:"readings"`
	Result   Result            `json:"result"`
	verdictForm
}

type verdictForm struct {
	Answer *answerForm `json:"answer,omitempty"`
	Rules  []string    `json:"rules,omitempty"`
}

// answerForm is the answer of the op, as of the protocol without what every
// answer has.
type answerForm struct {
	Reencoded   []byte             `json:"reencoded,omitempty"`
	MessageID   []byte             `json:"messageId,omitempty"`
	FrankingTag []byte             `json:"frankingTag,omitempty"`
	Allowed     *bool              `json:"allowed,omitempty"`
	Policy      *roompolicy.Policy `json:"policy,omitempty"`
	State       *roompolicy.State  `json:"state,omitempty"`
}

func (m *made) file(op protocol.Op, drafts spec.Drafts) (*File, error) {
	var list []*Vector
	for i := range m.vectors {
		if v := &m.vectors[i]; v.Op() == op && v.drafts&drafts != 0 {
			list = append(list, v)
		}
	}
	lines := make([][]byte, len(list))
	failures := make([]error, len(list))
	inParallel(len(list), func(i int) { lines[i], failures[i] = list[i].line(drafts) })
	for i, err := range failures {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", list[i].ID, err)
		}
	}
	tests := append([]byte("    "), bytes.Join(lines, []byte(",\n    "))...)
	sum := sha256.Sum256(tests)
	head := m.head(op, drafts, list)
	head.Digest = "sha256:" + hex.EncodeToString(sum[:])
	text, err := encode(head, "  ")
	if err != nil {
		return nil, err
	}
	text = bytes.TrimSuffix(bytes.TrimSpace(text), []byte("\n}"))
	octets := slices.Concat(text, []byte(",\n  \"tests\": [\n"), tests, []byte("\n  ]\n}\n"))
	return &File{
		Name: string(op) + ".json", JSON: octets,
		Summary: Summary{Model: head.Model, Op: op, Vectors: len(list), Verdicts: head.NumberOfVerdicts, Octets: len(octets)},
	}, nil
}

// inParallel does n things on all processors.
func inParallel(n int, do func(int)) {
	var wait sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wait.Wait()
}

func (m *made) head(op protocol.Op, drafts spec.Drafts, list []*Vector) *fileHead {
	h := &fileHead{
		Schema: SchemaName, Generator: "mimifuzz vectors", Version: FormatVersion, Model: Model(op), Op: op, Drafts: drafts.List(), NumberOfTests: len(list),
		NumberOfVerdicts: map[Result]int{}, Notes: notes(op), Flags: map[Flag]string{}, Rules: map[string]ruleForm{}, Ambiguities: map[string]ambiguityForm{}, LeftOut: []LeftOut{},
	}
	rule := func(id string) {
		if _, there := h.Rules[id]; there {
			return
		}
		if r := RuleByID(id); r != nil {
			h.Rules[id] = ruleForm{r.Level, r.Section, r.Drafts.List(), r.Statement}
		}
	}
	verdict := func(v *Verdict) {
		for _, id := range v.Rules {
			rule(id)
		}
	}
	for _, v := range list {
		if v.Rule != nil {
			rule(v.Rule.ID)
		}
		for _, f := range v.flagsUnder(drafts) {
			h.Flags[f] = f.Note()
		}
		for _, d := range (v.drafts & drafts).List() {
			e := v.Expectation(d)
			h.NumberOfVerdicts[e.Result]++
			verdict(&e.Verdict)
			for i := range e.Readings {
				verdict(&e.Readings[i].Verdict)
				for id := range e.Readings[i].Readings {
					h.Ambiguities[id] = formOf(ambiguityByID(id))
				}
			}
		}
	}
	for _, l := range m.leftOut {
		if l.Op == op {
			h.LeftOut = append(h.LeftOut, l)
		}
	}
	return h
}

// notes say what a reader of the file must know to use it.
func notes(op protocol.Op) (list []string) {
	switch op {
	case protocol.ContentDecode, protocol.StatusDecode:
		list = append(list, "Where anyEncoding is set the draft does not ask for one encoding: another encoding of the same items is as good as reencoded.")
	case protocol.FrankingTag:
		list = append(list, "The octets are tagged whatever they are. acceptable is a tag with a salt that the draft does not allow: who refuses it does as well.")
	case protocol.FrankingVerify:
		list = append(list, "The drafts before protocol-06 leave the numbers of the application components open: the vectors have those of protocol-06, 0x0020 and 0x0021, for all.",
			"steps has the keys that an honest message was franked with, and the values on the way. The tests that fail at one step were made of the message with suite 1 or of that with their suite.")
	case protocol.MessageIDCompute:
		list = append(list, "The hash algorithm is SHA-256. acceptable is the ID of octets that are no valid message under the draft: who refuses them does as well.")
	case protocol.PolicyDecide:
		list = append(list, "valid is an action that is allowed, invalid one that is denied.")
	case protocol.PolicyApply:
		list = append(list, "policy is left out of an answer where the commit leaves the policy as it was.")
	}
	return list
}

// RuleByID returns the rule of any model that has the given ID, nil if there is none.
func RuleByID(id string) *spec.Rule { return rulesByID()[id] }

var rulesByID = sync.OnceValue(func() map[string]*spec.Rule {
	rules := map[string]*spec.Rule{}
	for _, r := range slices.Concat(messageid.Rules(), content.Rules(), franking.Rules(), roompolicy.Rules()) {
		rules[r.ID] = r
	}
	return rules
})

func formOf(a *spec.Ambiguity) ambiguityForm {
	form := ambiguityForm{a.Section, a.Drafts.List(), a.Question, a.Readings[0].Name, map[string]string{}}
	for _, r := range a.Readings {
		form.Readings[r.Name] = r.Statement
	}
	return form
}

// line returns the vector as a line of a file.
func (v *Vector) line(drafts spec.Drafts) ([]byte, error) {
	form := testForm{ID: v.ID, Title: v.Title, Flags: protocol.There(v.flagsUnder(drafts)), Input: v.Input, Steps: v.Steps}
	if v.Rule != nil {
		form.Rule, form.Source = v.Rule.ID, source(v.Rule)
	}
	texts := map[string]int{}
	for _, d := range (v.drafts & drafts).List() {
		e := v.Expectation(d)
		expected := expectedForm{Result: e.Result, AnyEncoding: e.AnyEncoding}
		if e.Result != Ambiguous { // else it is that of the first reading
			expected.verdictForm = v.verdictForm(&e.Verdict)
		}
		for i := range e.Readings {
			r := &e.Readings[i]
			expected.Readings = append(expected.Readings, readingForm{r.Readings, r.Result, v.verdictForm(&r.Verdict)})
		}
		text, err := json.Marshal(expected)
		if err != nil {
			return nil, err
		}
		if at, there := texts[string(text)]; there {
			form.Expected[at].Drafts = append(form.Expected[at].Drafts, d)
			continue
		}
		texts[string(text)] = len(form.Expected)
		expected.Drafts = []spec.Draft{d}
		form.Expected = append(form.Expected, expected)
	}
	text, err := encode(form, "")
	return bytes.TrimSpace(text), err
}

// source says where a rule stands: in the newest draft of its document. A few rules
// of message content are in force for status reports as well.
func source(r *spec.Rule) string {
	if strings.HasPrefix(r.ID, "moreext/") {
		return r.Section // the name of a draft that has nothing else
	}
	list := r.Drafts.List()
	last := len(list) - 1
	for list[last].Document() != list[0].Document() {
		last--
	}
	return fmt.Sprintf("%s, section %s", list[last], r.Section)
}

func (v *Vector) verdictForm(verdict *Verdict) verdictForm {
	form := verdictForm{Rules: verdict.Rules}
	a := &verdict.Answer
	if !a.OK || v.Op() == protocol.FrankingVerify {
		return form
	}
	form.Answer = &answerForm{a.Reencoded, a.MessageID, a.FrankingTag, a.Allowed, a.Policy, a.State}
	if in, ok := v.Input.(*protocol.ApplyInput); ok && same(a.Policy, in.Policy) {
		form.Answer.Policy = nil
	}
	return form
}

// encode writes JSON as it is to be read: with <, > and & as they are.
func encode(value any, indent string) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	err := encoder.Encode(value)
	return b.Bytes(), err
}
