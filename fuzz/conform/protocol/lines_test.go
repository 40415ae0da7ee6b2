package protocol

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestLinesAreBounded(t *testing.T) {
	const limit = 100 << 10
	long := strings.Repeat("a", limit-1) + "\n" // as long as may be
	input := "first\n" + long + strings.Repeat("b", limit) + "\n" + "\n" + strings.Repeat("c", 10*limit) + "\nhalf"
	l := NewLineReader(iotest.HalfReader(strings.NewReader(input)), limit)
	for i, want := range []string{"first\n", long, "", "\n", "", "half"} {
		line, err := l.Next()
		if want == "" {
			if !errors.Is(err, ErrLineTooLong) {
				t.Errorf("line %d: %.20q, %v", i, line, err)
			}
			continue
		}
		if err != nil || string(line) != want {
			t.Errorf("line %d: %.20q, %v", i, line, err)
		}
	}
	if line, err := l.Next(); err != io.EOF {
		t.Errorf("at the end: %q, %v", line, err)
	}
}

// endless is a line without end.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func TestAnEndlessLineIsNotRead(t *testing.T) {
	source := new(endless)
	l := NewLineReader(source, 1<<20)
	if _, err := l.Next(); !errors.Is(err, ErrLineTooLong) {
		t.Error(err)
	}
	if source.read > 2<<20 || cap(l.long) > 4<<20 {
		t.Errorf("%d octets read, %d kept", source.read, cap(l.long))
	}
}

func TestWaitingIsAWholeLine(t *testing.T) {
	l := NewLineReader(strings.NewReader("one\ntwo\nthr"), 100)
	if l.Waiting() {
		t.Error("nothing was read yet")
	}
	for _, waiting := range []bool{true, false} {
		if _, err := l.Next(); err != nil || l.Waiting() != waiting {
			t.Errorf("waiting: %v, expected %v (%v)", l.Waiting(), waiting, err)
		}
	}
}

func TestReadErrorsAreTold(t *testing.T) {
	l := NewLineReader(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("line\n"))), 100)
	if _, err := l.Next(); !errors.Is(err, iotest.ErrTimeout) {
		t.Error(err)
	}
}
