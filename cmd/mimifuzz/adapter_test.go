package main

import (
	"io"
	"regexp"
	"strings"
	"testing"
)

// TestAdapterHelpIsASession feeds the requests in the help, and holds that the
// answers are those that it shows, where … stands for anything.
func TestAdapterHelpIsASession(t *testing.T) {
	help := adapterCommand().Long
	var requests, answers []string
	for _, quoted := range regexp.MustCompile(`'({[^']*})'`).FindAllStringSubmatch(help, -1) {
		requests = append(requests, quoted[1])
	}
	for _, line := range regexp.MustCompile(`(?m)^  ({.*})$`).FindAllStringSubmatch(help, -1) {
		answers = append(answers, line[1])
	}
	var out strings.Builder
	if status := run(t.Context(), []string{"adapter"}, strings.NewReader(strings.Join(requests, "\n")), &out, io.Discard); status != exitNothingNew {
		t.Fatalf("exit status %d", status)
	}
	got := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(got) != len(answers) || len(got) != len(requests) || len(got) < 3 {
		t.Fatalf("%d requests, %d answers in the help, %d answers:\n%s", len(requests), len(answers), len(got), out.String())
	}
	for i, answer := range answers {
		pattern := "^" + strings.ReplaceAll(regexp.QuoteMeta(answer), "…", ".*") + "$"
		if !regexp.MustCompile(pattern).MatchString(got[i]) {
			t.Errorf("answered %s, the help says %s", got[i], answer)
		}
	}
}
