package program

import (
	"strings"
	"sync"
)

// tail keeps the end of what is written to it.
type tail struct {
	mu     sync.Mutex
	max    int
	octets []byte
	cut    bool // something was written before
}

// Write implements [io.Writer]. It never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.octets = append(t.octets, p...)
	if over := len(t.octets) - t.max; over > 0 {
		t.octets = t.octets[:copy(t.octets, t.octets[over:])]
		t.cut = true
	}
	return len(p), nil
}

// String returns what is kept, as UTF-8.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.ToValidUTF8(string(t.octets), "\uFFFD")
	if t.cut {
		text = "…" + text
	}
	return text
}
