package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how far long work has come: a bar on a terminal, a plain line
// now and then elsewhere.
type progress struct {
	w     io.Writer
	what  string
	bar   *progressbar.ProgressBar // nil if w is no terminal
	next  time.Time
	start time.Time
}

// plainInterval is the time between plain lines. Short work prints none.
const plainInterval = 5 * time.Second

func newProgress(w io.Writer, what string) *progress {
	now := time.Now()
	return &progress{w: w, what: what, start: now, next: now.Add(plainInterval)}
}

func (p *progress) set(done, total int) {
	if !isTerminal(p.w) {
		if now := time.Now(); now.After(p.next) {
			p.next = now.Add(plainInterval)
			fmt.Fprintf(p.w, "%s: %d of %d cases after %d s\n", p.what, done, total, int(now.Sub(p.start).Seconds()))
		}
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(p.w), progressbar.OptionSetDescription(p.what), progressbar.OptionShowCount(),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30))
	}
	_ = p.bar.Set(done) // a terminal that cannot be written to shows no progress
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
