package main

import (
	"bufio"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz/campaign"
)

// kills is how often TestNothingIsLostWhenKilled kills a campaign, unless the
// environment variable MIMIFUZZ_KILLS says otherwise.
const kills = 4

// TestNothingIsLostWhenKilled kills campaigns at random moments. Whatever a
// campaign said it found must be in its state, whole, and the next campaign
// goes on from there.
func TestNothingIsLostWhenKilled(t *testing.T) {
	times := kills
	if text := os.Getenv("MIMIFUZZ_KILLS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("MIMIFUZZ_KILLS: %v", err)
		}
		times = n
	}
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for range times {
		state := filepath.Join(t.TempDir(), "state")
		c := &exec.Cmd{
			Path: binary, Args: []string{"mimifuzz", "fuzz", "--for", "1m", "--state", state},
			Dir: t.TempDir(), // no source tree: only the search in process runs
		}
		stderr, err := c.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		moment := 200*time.Millisecond + time.Duration(rand.Int64N(int64(4*time.Second)))
		kill := time.AfterFunc(moment, func() { _ = c.Process.Kill() })
		announced := announcements(stderr)
		_ = c.Wait() // it was killed
		kill.Stop()
		var warnings []string
		s, err := campaign.OpenState(state, func(w string) { warnings = append(warnings, w) })
		if err != nil {
			t.Fatalf("killed after %v: %v", moment, err)
		}
		if len(warnings) > 0 {
			t.Errorf("killed after %v: %q", moment, warnings)
		}
		for _, signature := range announced {
			lost := true
			for _, k := range s.Findings() {
				if k.Finding.Signature == signature && json.Valid(k.Finding.Case) {
					lost = false
				}
			}
			if lost {
				t.Errorf("killed after %v: %s is lost", moment, signature)
			}
			found++
		}
		s.Close()
	}
	if found == 0 {
		t.Error("no campaign lived long enough to find anything")
	}
	t.Logf("%d kills, %d findings, none lost", times, found)
}

// announcements returns the signatures of the findings that a campaign tells of.
func announcements(stderr io.Reader) (signatures []string) {
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "found "); ok {
			signature, _, _ := strings.Cut(rest, " under ")
			signatures = append(signatures, signature)
		}
	}
	return signatures
}
