package program

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/process"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// testOptions are generous in time: the machine may be busy.
func testOptions() Options {
	return Options{CaseTime: time.Minute, Memory: 256 << 20, MaxLine: 1 << 20}
}

func start(t testing.TB, mode string, o Options) *Program {
	t.Helper()
	p, err := Start(t.Context(), hostileCommand(t, mode), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// messages returns count requests, with poison in some places.
func messages(count int, poisoned ...int) []*protocol.Request {
	requests := make([]*protocol.Request, count)
	for i := range requests {
		message := fmt.Appendf(nil, "message %d", i)
		if slices.Contains(poisoned, i) {
			message = poison
		}
		requests[i] = &protocol.Request{ID: uint64(i + 1), Draft: spec.Content09, Input: &protocol.ContentInput{Message: message}}
	}
	return requests
}

// checkAnswers holds that all replies are right answers but for some places.
func checkAnswers(t *testing.T, requests []*protocol.Request, replies []protocol.Reply, failing ...int) {
	t.Helper()
	if len(replies) != len(requests) {
		t.Fatalf("%d replies to %d requests", len(replies), len(requests))
	}
	for i, reply := range replies {
		switch message := requests[i].Input.(*protocol.ContentInput).Message; {
		case slices.Contains(failing, i):
			if reply.Failure == nil {
				t.Errorf("request %d: answered %+v, expected a failure", i, reply.Answer)
			}
		case reply.Failure != nil:
			t.Errorf("request %d: %v", i, reply.Failure)
		case reply.Answer.ID != requests[i].ID || !reply.Answer.OK || !bytes.Equal(reply.Answer.Reencoded, message):
			t.Errorf("request %d: answered %+v, expected %q", i, reply.Answer, message)
		}
	}
}

func TestAnswersComeInOrder(t *testing.T) {
	p := start(t, "none", testOptions())
	if hello := p.Hello(); hello.Name != "hostile" || hello.Protocol != protocol.Version {
		t.Errorf("%+v", hello)
	}
	for _, count := range []int{0, 1, 2, 5000} {
		requests := messages(count)
		replies, err := p.Ask(t.Context(), requests)
		if err != nil {
			t.Fatal(err)
		}
		checkAnswers(t, requests, replies)
	}
	if p.Restarts() != 0 {
		t.Errorf("%d restarts", p.Restarts())
	}
}

func TestHostileAdaptersAreFoundOut(t *testing.T) {
	for _, test := range []struct {
		mode   string
		kind   protocol.FailureKind
		status int
		says   string // in the detail or in standard error
	}{
		{"exit status", protocol.FailureCrash, 3, "cannot go on"},
		{"lost answers", protocol.FailureCrash, 3, "cannot go on"},
		{"panic", protocol.FailureCrash, 2, "at the disco"},
		{"hang", protocol.FailureHang, -1, "no answer within 1s"},
		{"lost answers and hang", protocol.FailureHang, -1, "no answer within 1s"},
		{"garbage", protocol.FailureProtocol, -1, "syntax"},
		{"empty line", protocol.FailureProtocol, -1, "empty line"},
		{"half a line", protocol.FailureHang, -1, `half a line: "{\"id\":"`},
		{"half a line and exit", protocol.FailureProtocol, 0, `half a line: "{\"id\":"`},
		{"other id", protocol.FailureProtocol, -1, "the id of the request"},
		{"endless line", protocol.FailureProtocol, -1, "too long"},
		{"closes its output", protocol.FailureEarlyExit, -1, "went on running"},
		{"exit", protocol.FailureEarlyExit, 0, "before it answered"},
		{"memory", protocol.FailureMemory, -1, "of at most 256 MiB"},
		{"memory of a child", protocol.FailureMemory, -1, "of at most 256 MiB"},
		{"child keeps the pipes", protocol.FailureCrash, 6, "exit status 6"},
		{"child leaves the group", protocol.FailureCrash, 6, "exit status 6"},
		{"stderr flood", protocol.FailureCrash, 3, "the end"},
	} {
		t.Run(test.mode, func(t *testing.T) {
			if test.kind == protocol.FailureMemory && !process.TellsMemory {
				t.Skip("SKIPPED: this system does not tell what memory a program takes")
			}
			t.Parallel()
			o := testOptions()
			bad := []int{0, 40, 41, 299}
			switch test.kind {
			case protocol.FailureHang:
				o.CaseTime, bad = time.Second, bad[1:2]
			case protocol.FailureMemory:
				bad = bad[1:2]
			case protocol.FailureEarlyExit:
				bad = bad[1:3]
			}
			if test.mode == "child leaves the group" { // whose end takes long
				bad = bad[1:2]
			}
			p := start(t, test.mode, o)
			requests := messages(300, bad...)
			replies, err := p.Ask(t.Context(), requests)
			if err != nil {
				t.Fatal(err)
			}
			checkAnswers(t, requests, replies, bad...)
			for _, i := range bad {
				f := replies[i].Failure
				if f == nil {
					continue
				}
				if f.Kind != test.kind || f.ExitStatus != test.status || !f.Alone || !strings.Contains(f.Detail+f.Stderr, test.says) {
					t.Errorf("request %d: %+v, expected %s with status %d that says %q", i, f, test.kind, test.status, test.says)
				}
				if len(f.Stderr) > 2*maxSaid {
					t.Errorf("request %d: %d octets of standard error", i, len(f.Stderr))
				}
			}
			if len(p.Log()) > 2*maxLog {
				t.Errorf("%d octets of log", len(p.Log()))
			}
		})
	}
}

func TestFailureThatDependsOnEarlierRequests(t *testing.T) {
	p := start(t, "crash after 100", testOptions())
	requests := messages(350)
	replies, err := p.Ask(t.Context(), requests)
	if err != nil {
		t.Fatal(err)
	}
	failures := 0
	for i, reply := range replies {
		if f := reply.Failure; f != nil {
			failures++
			if f.Kind != protocol.FailureCrash || f.ExitStatus != 7 || f.Alone {
				t.Errorf("request %d: %+v", i, f)
			}
		}
		// Asked alone it was answered.
		if !reply.Answer.OK || reply.Answer.ID != requests[i].ID {
			t.Errorf("request %d: answered %+v", i, reply.Answer)
		}
	}
	if len(replies) != len(requests) || failures < 2 {
		t.Errorf("%d replies, %d failures", len(replies), failures)
	}
}

// TestAnnouncedRequests holds that requests are answered as if they had not been
// announced, and that a failure in those behind is none of those before.
func TestAnnouncedRequests(t *testing.T) {
	for _, mode := range []string{"exit status", "lost answers", "garbage"} {
		for _, poisoned := range [][]int{nil, {0}, {7}, {39}, {0, 1, 39}} {
			p := start(t, mode, testOptions())
			failing := [][]int{nil, poisoned, nil, {49}, nil}
			lists := [][]*protocol.Request{messages(30), messages(40, poisoned...), messages(20), messages(50, 49), messages(1)}
			const ahead = 2
			for _, first := range lists[:ahead] {
				p.Announce(first)
			}
			for i, requests := range lists {
				if i+ahead < len(lists) {
					p.Announce(lists[i+ahead])
				}
				replies, err := p.Ask(t.Context(), requests)
				if err != nil {
					t.Fatal(err)
				}
				checkAnswers(t, requests, replies, failing[i]...)
			}
			// Each failure takes one restart, and another to ask it alone.
			if most := 3 * (len(poisoned) + 1); p.Restarts() > most {
				t.Errorf("%s, %v: %d restarts, expected at most %d", mode, poisoned, p.Restarts(), most)
			}
			_ = p.Close()
		}
	}
}

func TestAnnouncedAndNotAsked(t *testing.T) {
	p := start(t, "none", testOptions())
	for range 3 {
		p.Announce(messages(20))
		requests := messages(5)
		replies, err := p.Ask(t.Context(), requests)
		if err != nil {
			t.Fatal(err)
		}
		checkAnswers(t, requests, replies)
	}
	good, bad := messages(5), messages(5)
	bad[3].Draft = 0
	p.Announce(good)
	p.Announce(bad)
	replies, err := p.Ask(t.Context(), good)
	if err != nil {
		t.Fatal(err)
	}
	checkAnswers(t, good, replies)
	var unknown *spec.UnknownDraftError
	if _, err := p.Ask(t.Context(), bad); !errors.As(err, &unknown) {
		t.Errorf("%v", err)
	}
}

func TestAnotherHelloAfterARestart(t *testing.T) {
	for mode, want := range map[string]string{"other hello": "name is hostile", "exit status": ""} {
		p := start(t, mode, testOptions())
		first := *p.Hello()
		told := 0
		for range 2 {
			replies, err := p.Ask(t.Context(), messages(20, 10))
			if err != nil {
				t.Fatal(err)
			}
			for _, reply := range replies {
				if reply.OtherHello != "" {
					told++
				}
			}
			if want != "" && !strings.HasPrefix(replies[0].OtherHello, want) {
				t.Errorf("%s: it is told that %q", mode, replies[0].OtherHello)
			}
		}
		if want == "" && told > 0 || told > 2 {
			t.Errorf("%s: told %d times", mode, told)
		}
		if first.Difference(p.Hello()) != "" {
			t.Errorf("%s: the hello is now %+v", mode, p.Hello())
		}
	}
}

func TestProgramsThatCannotBeAsked(t *testing.T) {
	for _, test := range []struct {
		command []string
		kind    protocol.FailureKind // "" if it does not start
		says    string
	}{
		{[]string{"no-such-adapter-anywhere"}, "", "no-such-adapter-anywhere"},
		{hostileCommand(t, "silent"), protocol.FailureHang, "must flush"},
		{hostileCommand(t, "banner"), protocol.FailureProtocol, "one JSON object a line"},
		{hostileCommand(t, "ends at once"), protocol.FailureCrash, "no licence"},
		{hostileCommand(t, "other version"), protocol.FailureProtocol, "speaks version 2, this is version 1"},
	} {
		o := testOptions()
		if test.kind == protocol.FailureHang {
			o.StartTime = time.Second
		}
		_, err := Start(t.Context(), test.command, o)
		var failed *StartError
		if !errors.As(err, &failed) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%q: %v, expected that it says %q", test.command, err, test.says)
			continue
		}
		if test.kind == "" != (failed.Failure == nil) || failed.Failure != nil && failed.Failure.Kind != test.kind {
			t.Errorf("%q: %+v, expected %q", test.command, failed.Failure, test.kind)
		}
	}
	if _, err := Start(t.Context(), nil, Options{}); err == nil {
		t.Error("no command was started")
	}
}

func TestRestartsAreBounded(t *testing.T) {
	o := testOptions()
	o.MaxRestarts = 3
	p := start(t, "exit", o)
	requests := messages(10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	replies, err := p.Ask(t.Context(), requests)
	var restarts *RestartsError
	if !errors.As(err, &restarts) || p.Restarts() > 4 {
		t.Errorf("%v after %d restarts", err, p.Restarts())
	}
	if len(replies) == 0 || len(replies) == len(requests) {
		t.Errorf("%d replies", len(replies))
	}
	for i, reply := range replies {
		if reply.Failure == nil || reply.Failure.Kind != protocol.FailureEarlyExit {
			t.Errorf("request %d: %+v", i, reply)
		}
	}
}

func TestAskEndsWithItsContext(t *testing.T) {
	o := testOptions()
	o.CaseTime = time.Hour
	p := start(t, "hang", o)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	requests := messages(20, 10)
	replies, err := p.Ask(ctx, requests)
	if !errors.Is(err, context.Canceled) || len(replies) > 10 {
		t.Errorf("%d replies, %v", len(replies), err)
	}
	// It can be asked again.
	replies, err = p.Ask(t.Context(), requests[:10])
	if err != nil {
		t.Fatal(err)
	}
	checkAnswers(t, requests[:10], replies)
}

func TestARequestThatCannotBeWritten(t *testing.T) {
	p := start(t, "none", testOptions())
	requests := messages(3)
	requests[1].Draft = 0
	var unknown *spec.UnknownDraftError
	if _, err := p.Ask(t.Context(), requests); !errors.As(err, &unknown) {
		t.Errorf("%v", err)
	}
}

func TestSecretsAreNotInherited(t *testing.T) {
	t.Setenv("MIMIFUZZ_SECRET", "s3cret")
	t.Setenv("MIMIFUZZ_WANTED", "yes")
	t.Setenv("LC_ALL", "C")
	env := environment([]string{"MIMIFUZZ_WANTED"})
	for name, want := range map[string]bool{"MIMIFUZZ_SECRET": false, "MIMIFUZZ_WANTED": true, "LC_ALL": true, "PATH": true} {
		got := slices.ContainsFunc(env, func(entry string) bool { return strings.HasPrefix(entry, name+"=") })
		if got != want {
			t.Errorf("%s is inherited: %v, expected %v", name, got, want)
		}
	}
}
