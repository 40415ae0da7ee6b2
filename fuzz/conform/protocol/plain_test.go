package protocol

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// plainAnswers are lines that adapters in several languages write.
var plainAnswers = []string{
	`{"id":7,"ok":true,"reencoded":"gIA="}`,
	`{"id": 7, "ok": true, "reencoded": "gIA="}`,
	" {\t\"ok\" :true ,\"reencoded\":\"\" , \"id\":7 } \r\n",
	`{"id":7,"ok":true,"messageId":"AQ=="}`,
	`{"id":7,"ok":true,"frankingTag":"AQ=="}`,
	`{"id":7,"ok":false,"reason":"no"}`,
	`{"id":7,"ok":false,"reason":"\"no\" \u00e4 \\ \ud83d\ude00"}`,
	`{"id":7,"ok":false,"reason":"ä","rules":["content/salt-length"]}`,
	`{"id":7,"ok":false,"rules":["a" , "b\"]"],"reason":"]"}`,
	`{"id":7,"ok":false,"reason":"","rules":[ ]}`,
}

func TestMostAnswersAreReadFast(t *testing.T) {
	for _, line := range plainAnswers {
		read := false
		for _, r := range someRequests(t) {
			if _, ok := parsePlainAnswer([]byte(line), r); ok {
				read = true
			}
		}
		if !read {
			t.Errorf("%s is not read", line)
		}
	}
}

func TestMostRequestsAreReadFast(t *testing.T) {
	for _, r := range someRequests(t) {
		line, err := AppendRequest(nil, r)
		if err != nil {
			t.Fatal(err)
		}
		hot := r.Op() == ContentDecode || r.Op() == MessageIDCompute || r.Op() == StatusDecode
		if _, ok := parsePlainRequest(line); ok != hot {
			t.Errorf("%s is read fast: %v, expected %v", line, ok, hot)
		}
	}
}

// checkAnswerReaders holds that what the fast reader reads, the strict one
// reads as well, and that the line that it makes is read again.
func checkAnswerReaders(t *testing.T, line []byte, r *Request) {
	fast, ok := parsePlainAnswer(line, r)
	strict, err := parseAnswer(line, r)
	if ok && err != nil {
		t.Fatalf("%q is read as %+v, but is refused: %v", line, fast, err)
	}
	if ok && !cmp.Equal(fast, strict) {
		t.Fatalf("%q: %s", line, cmp.Diff(fast, strict))
	}
	if err != nil {
		return
	}
	again, err := AppendAnswer(nil, r.Op(), &strict)
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	back, err := ParseAnswer(again, r)
	if err != nil || !cmp.Equal(strict, back, cmpopts.EquateEmpty()) {
		t.Fatalf("%q comes back as %+v, %v", again, back, err)
	}
}

// checkMessageReaders is [checkAnswerReaders] for what adapters read.
func checkMessageReaders(t *testing.T, line []byte) {
	fast, ok := parsePlainRequest(line)
	strict, _, err := parseMessage(line)
	if ok && (err != nil || !cmp.Equal(fast, strict.Request)) {
		t.Fatalf("%q is read as %+v, not as %+v, %v", line, fast, strict.Request, err)
	}
	if err != nil || strict.Request == nil {
		return
	}
	again, err := AppendRequest(nil, strict.Request)
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	back, _, err := ParseMessage(again)
	if err != nil || !cmp.Equal(strict.Request, back.Request, cmpopts.EquateEmpty()) {
		t.Fatalf("%q comes back as %+v, %v", again, back.Request, err)
	}
}

func TestReadersAgree(t *testing.T) {
	lines := plainAnswers
	for _, test := range wrongAnswers {
		lines = append(lines, test.line)
	}
	for _, r := range someRequests(t) {
		for _, line := range lines {
			checkAnswerReaders(t, []byte(line), r)
		}
		line, err := AppendRequest(nil, r)
		if err != nil {
			t.Fatal(err)
		}
		checkMessageReaders(t, line)
	}
	for _, test := range wrongMessages {
		checkMessageReaders(t, []byte(test.line))
	}
}

func FuzzAnswerReaders(f *testing.F) {
	requests := someRequests(f)
	for i := range requests {
		for _, line := range plainAnswers {
			f.Add([]byte(line), uint8(i))
		}
		for _, test := range wrongAnswers {
			f.Add([]byte(test.line), uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, line []byte, which uint8) {
		checkAnswerReaders(t, line, requests[int(which)%len(requests)])
	})
}

func FuzzMessageReaders(f *testing.F) {
	for _, r := range someRequests(f) {
		line, err := AppendRequest(nil, r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(line)
	}
	for _, test := range wrongMessages {
		f.Add([]byte(test.line))
	}
	f.Fuzz(func(t *testing.T, line []byte) { checkMessageReaders(t, line) })
}

// FuzzRequestWriters holds that the requests that are written by hand are those
// that encoding/json writes.
func FuzzRequestWriters(f *testing.F) {
	f.Add(uint64(0), []byte{}, []byte("mimi://a"), []byte{0xff, 0xfe, 0xfd})
	f.Fuzz(func(t *testing.T, id uint64, sender, room, message []byte) {
		for _, r := range []*Request{
			{ID: id, Draft: spec.Content09, Input: &ContentInput{Message: message}},
			{ID: id, Draft: spec.Content08, Input: &MessageIDInput{Sender: sender, Room: room, Message: message}},
			{ID: id, Draft: spec.MessageStatus01, Input: &StatusInput{Report: message}},
		} {
			got, err := AppendRequest(nil, r)
			if err != nil {
				t.Fatal(err)
			}
			head, err := json.Marshal(requestHead{r.ID, r.Op(), r.Draft})
			if err != nil {
				t.Fatal(err)
			}
			input, err := marshal(r.Input)
			if err != nil {
				t.Fatal(err)
			}
			want := append(append(append(head[:len(head)-1], ','), input[1:]...), '\n')
			if !bytes.Equal(got, want) {
				t.Errorf("%s, expected %s", got, want)
			}
		}
	})
}

func BenchmarkAppendRequest(b *testing.B) {
	r := &Request{ID: 12345, Draft: spec.Content09, Input: &ContentInput{Message: make([]byte, 100)}}
	var line []byte
	b.Run("by-hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			line, _ = AppendRequest(line[:0], r)
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = json.Marshal(r.Input)
		}
	})
}

func BenchmarkParseAnswer(b *testing.B) {
	r := &Request{ID: 12345, Draft: spec.Content09, Input: &ContentInput{}}
	line, err := AppendAnswer(nil, ContentDecode, &Answer{ID: r.ID, OK: true, Reencoded: make([]byte, 100)})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("fast", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := parsePlainAnswer(line, r); !ok {
				b.Fatal("not read")
			}
		}
	})
	b.Run("strict", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := parseAnswer(line, r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var a Answer
			if err := json.Unmarshal(line, &a); err != nil {
				b.Fatal(err)
			}
		}
	})
}
