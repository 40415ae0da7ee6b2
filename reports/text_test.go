package reports

import (
	"bytes"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

func text(t *testing.T, r *Record, o TextOptions) string {
	t.Helper()
	var out bytes.Buffer
	if err := r.WriteText(&out, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTextGolden(t *testing.T) {
	const file = "testdata/summary.txt"
	got := text(t, fixture(), TextOptions{ReportPath: "reports/latest/index.html"})
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nexpected\n%s\nto accept it: go test ./reports -run TestTextGolden -update", got, want)
	}
}

func TestTextIsHarmlessAndNarrow(t *testing.T) {
	for name, s := range hostile {
		got := text(t, filled(s), TextOptions{ReportPath: s})
		checkHarmless(t, name, got)
		if len(got) > 200000 && !strings.HasPrefix(name, "long") {
			t.Errorf("%s: %d octets", name, len(got))
		}
		for _, line := range strings.Split(got, "\n") {
			if columns(line) > textColumns && !strings.HasPrefix(line, "  repeat") && !strings.HasPrefix(line, "The report") {
				t.Errorf("%s: %d columns: %.120s", name, columns(line), line)
			}
		}
	}
}

func TestTextColour(t *testing.T) {
	plain := text(t, fixture(), TextOptions{})
	colour := text(t, fixture(), TextOptions{Color: true})
	if plain == colour {
		t.Error("there is no colour")
	}
	if got := regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(colour, ""); got != plain {
		t.Errorf("without its colours it is\n%s\nexpected\n%s", got, plain)
	}
}

func TestTextOfEmptyRecord(t *testing.T) {
	got := text(t, &Record{Version: RecordVersion}, TextOptions{})
	if !strings.HasSuffix(got, "\nNothing was checked.\n") {
		t.Errorf("got\n%s", got)
	}
}

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		in   string
		want []string
	}{
		{"", []string{""}},
		{"a b", []string{"a b"}},
		{"abcde fghij k", []string{"abcde", "fghij k"}},
		{"abcdefghijklmnopqrst", []string{"abcdefghij", "klmnopqrst"}},
		{"a  b", []string{"a  b"}},
		{"日本日本日本", []string{"日本日本日", "本"}},
	} {
		if got := wrap(test.in, 10); strings.Join(got, "|") != strings.Join(test.want, "|") {
			t.Errorf("wrap(%q) = %q, expected %q", test.in, got, test.want)
		}
	}
}
