package serve

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/properties"
)

// Serve answers the lines of a reader as an adapter around an implementation
// does, until the reader ends. A line that cannot be read is answered as well:
// see [protocol.AppendNotAnswered]. Answers are written as soon as no further
// line is waiting. Serve fails if reading or writing does, and with the error of
// the context; a read that still waits then is abandoned. It does not recover
// from panics of the implementation.
func Serve(ctx context.Context, impl properties.Implementation, r io.Reader, w io.Writer) error {
	return ServeAs(ctx, Hello(impl), impl, r, w)
}

// ServeAs is [Serve] with another hello than that of [Hello].
func ServeAs(ctx context.Context, hello *protocol.Hello, impl properties.Implementation, r io.Reader, w io.Writer) error {
	lines := protocol.NewLineReader(newInterruptible(ctx, r), protocol.MaxLine)
	out := bufio.NewWriterSize(w, 1<<16)
	var answer []byte
	for {
		if !lines.Waiting() {
			if err := out.Flush(); err != nil {
				return err
			}
		}
		line, err := lines.Next()
		switch {
		case errors.Is(err, io.EOF):
			return out.Flush()
		case errors.Is(err, protocol.ErrLineTooLong):
			answer = protocol.AppendNotAnswered(answer[:0], nil, fmt.Sprintf("a line of more than %d octets", protocol.MaxLine))
		case err != nil:
			return err
		case len(bytes.TrimSpace(line)) == 0:
			continue
		default:
			answer, err = reply(answer[:0], hello, impl, line)
			if err != nil {
				return err
			}
		}
		if _, err := out.Write(answer); err != nil {
			return err
		}
	}
}

// reply appends the answer to one line.
func reply(dst []byte, hello *protocol.Hello, impl properties.Implementation, line []byte) ([]byte, error) {
	message, id, err := protocol.ParseMessage(line)
	if err != nil {
		var lineError *protocol.LineError
		if errors.As(err, &lineError) {
			lineError.Line = "" // who wrote it knows it
		}
		return protocol.AppendNotAnswered(dst, id, err.Error()), nil
	}
	if asked := message.Hello; asked != nil {
		if asked.Protocol != protocol.Version {
			reason := fmt.Sprintf("protocol %d: this speaks protocol %d", asked.Protocol, protocol.Version)
			return protocol.AppendNotAnswered(dst, nil, reason), nil
		}
		return protocol.AppendHello(dst, hello)
	}
	answer := Answer(impl, message.Request)
	return protocol.AppendAnswer(dst, message.Request.Op(), &answer)
}

// interruptible is a reader whose Read ends with the context.
type interruptible struct {
	ctx    context.Context
	r      io.Reader
	buffer []byte // of the read that goes on; an abandoned one keeps it
	chunks chan chunk
}

type chunk struct {
	octets []byte
	err    error
}

func newInterruptible(ctx context.Context, r io.Reader) *interruptible {
	return &interruptible{ctx: ctx, r: r, buffer: make([]byte, 1<<16), chunks: make(chan chunk)}
}

func (i *interruptible) Read(p []byte) (int, error) {
	part := i.buffer[:min(len(p), len(i.buffer))]
	go func() {
		n, err := i.r.Read(part)
		select {
		case i.chunks <- chunk{part[:n], err}:
		case <-i.ctx.Done():
		}
	}()
	select {
	case c := <-i.chunks:
		return copy(p, c.octets), c.err
	case <-i.ctx.Done():
		return 0, i.ctx.Err()
	}
}
