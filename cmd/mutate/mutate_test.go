package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sampleResults are the mutations of testdata/sample: LINE TOKEN>TOKEN and what
// becomes of each. A killed one counts as noticed, as on a busy machine the test
// may not end in time.
var sampleResults = []string{
	"5 <<>>> noticed",
	"6 <<>>> not viable",
	"6 ->+ not viable",
	"11 <><= noticed",
	"11 <>>= noticed",
	"11 +=>-= noticed",
	"11 +=>= timed out",
	"12 <><= noticed",
	"12 <>>= noticed",
	"13 ++>-- noticed",
	"21 >>>= survived",
	"21 >><= noticed",
	"28 ==>!= not reached",
	"28 &&>|| not reached",
	"28 !=>== not reached",
	"34 ==>!= survived",
	"35 break>continue survived",
	"36 <><= not reached",
	"36 <>>= noticed",
	"36 ||>&& survived",
	"36 >>>= not reached",
	"36 >><= noticed",
	"37 ->+ not reached",
	"39 +=>-= noticed",
	"39 +=>= noticed",
	"45 ->+ noticed",
}

func execute(args ...string) (stdout string, err error) {
	var out, progress bytes.Buffer
	c := command(&out, &progress)
	c.SetArgs(args)
	err = c.Execute()
	return out.String(), err
}

func TestSample(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.json")
	text, err := execute("--equivalent", "testdata/sample/equivalent.txt", "--out", out, "./testdata/sample")
	if !errors.Is(err, errSurvivors) {
		t.Fatal(err)
	}
	octets, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var mutations []*Mutation
	if err := json.Unmarshal(octets, &mutations); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range mutations {
		result := string(m.Result)
		if m.Result == Killed || m.Result == TimedOut && m.From != "+=" {
			result = "noticed"
		}
		got = append(got, fmt.Sprintf("%d %s>%s %s", m.Line, m.From, m.To, result))
		if noticed := m.Result == Killed || m.Result == TimedOut; noticed != (m.KilledBy != "") {
			t.Errorf("%s: %s by %q", m.Key, m.Result, m.KilledBy)
		}
	}
	if diff := cmp.Diff(sampleResults, got); diff != "" {
		t.Error(diff)
	}
	for _, want := range []string{"sample.Sum CONDITIONALS_BOUNDARY `case n < 0 || n > 100:` #2\n", ": 26 mutations: "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
	if strings.Contains(text, "sample.Greater") {
		t.Errorf("what is listed is told of:\n%s", text)
	}

	// A list that says more than is true is wrong as well.
	list := filepath.Join(t.TempDir(), "equivalent.txt")
	wrong := "sample.Greater CONDITIONALS_NEGATION `if a > b {`\nsample.Gone INVERT_LOGICAL `a && b`\n\tof no use\n"
	if err := os.WriteFile(list, []byte(wrong), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err = execute("--equivalent", list, "--only", "sample.Greater", "./testdata/sample")
	if !errors.Is(err, errSurvivors) || !strings.Contains(text, "listed, but killed by TestGreater") && !strings.Contains(text, "listed, but timed out by TestGreater") {
		t.Errorf("%v\n%s", err, text)
	}
	text, err = execute("--quick", "--only", "sample.(Opposite|Greater CONDITIONALS_NEGATION)", "./testdata/sample")
	if !errors.Is(err, errSurvivors) || !strings.Contains(text, ": not reached: - becomes +\n") || strings.Contains(text, "sample.Greater") {
		t.Errorf("%v\n%s", err, text)
	}
	text, err = execute("--survivors", out, "--equivalent", "testdata/sample/equivalent.txt", "--only", "sample.go:21", "./testdata/sample")
	if err != nil || !strings.Contains(text, ": 1 mutations: 0 killed, 0 timed out, 1 equivalent, 0 survived") {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestErrors(t *testing.T) {
	for name, args := range map[string][]string{
		"no such package":      {"./testdata/none"},
		"no package":           {},
		"no such list":         {"--equivalent", "testdata/none", "./testdata/sample"},
		"a bad expression":     {"--only", "(", "./testdata/sample"},
		"no such record":       {"--survivors", "testdata/none", "./testdata/sample"},
		"a record of no kind":  {"--survivors", "mutate_test.go", "./testdata/sample"},
		"a list that is wrong": {"--equivalent", "mutate_test.go", "./testdata/sample"},
	} {
		if _, err := execute(args...); err == nil || errors.Is(err, errSurvivors) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestShowStale(t *testing.T) {
	var out bytes.Buffer
	mutations := []*Mutation{{Key: "wire.A X `a`", Result: NotReached}}
	list := equivalents{"wire.A X `a`": "true", "wire.Gone X `b`": "was true", "other.B X `c`": "true"}
	if show(&out, "./models/wire", mutations, list, true) || !strings.Contains(out.String(), "wire.Gone") || strings.Contains(out.String(), "other.B") {
		t.Error(out.String())
	}
	if out.Reset(); !show(&out, "./models/wire", mutations, list, false) {
		t.Errorf("a part of the package cannot say what is gone:\n%s", &out)
	}
}

func TestEquivalents(t *testing.T) {
	list, err := readEquivalents(strings.NewReader("# comment\na\nb\n\tone\n  reason\n\nc\n\tanother\n"))
	if diff := cmp.Diff(equivalents{"a": "one reason", "b": "one reason", "c": "another"}, list); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	for name, text := range map[string]string{
		"no reason":    "a\n\twhy\nb\n",
		"no mutation":  "\twhy\n",
		"listed twice": "a\n\twhy\na\n\twhy\n",
	} {
		if list, err := readEquivalents(strings.NewReader(text)); err == nil {
			t.Errorf("%s: %v", name, list)
		}
	}
}
