package protocol

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// MaxLine bounds a line in either direction, in octets.
const MaxLine = 16 << 20

// ErrLineTooLong says that a line has more octets than are read.
var ErrLineTooLong = errors.New("the line is too long")

// LineReader reads lines of bounded length.
type LineReader struct {
	r    *bufio.Reader
	max  int
	long []byte // what is there of a line that is longer than the buffer
	skip bool   // the rest of a line that was too long
}

// NewLineReader returns a reader of lines of at most max octets.
func NewLineReader(r io.Reader, max int) *LineReader {
	return &LineReader{r: bufio.NewReaderSize(r, 1<<16), max: max}
}

// Waiting reports whether a whole line can be read without waiting.
func (l *LineReader) Waiting() bool {
	buffered, _ := l.r.Peek(l.r.Buffered())
	return bytes.IndexByte(buffered, '\n') >= 0
}

// Next returns a line with its end, which only the last one may be without. It
// is valid until the next call. It fails with [ErrLineTooLong] as soon as that
// is known, and then goes on with the next line; and with [io.EOF] at the end.
func (l *LineReader) Next() ([]byte, error) {
	for l.skip {
		_, err := l.r.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
		l.skip = err != nil
	}
	line, err := l.r.ReadSlice('\n')
	if err == nil && len(line) <= l.max {
		return line, nil
	}
	l.long = l.long[:0]
	for {
		if len(l.long)+len(line) > l.max {
			l.skip = err != nil
			return nil, ErrLineTooLong
		}
		l.long = append(l.long, line...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			line, err = l.r.ReadSlice('\n')
			continue
		case errors.Is(err, io.EOF) && len(l.long) > 0:
			return l.long, nil
		}
		return l.long, err
	}
}
