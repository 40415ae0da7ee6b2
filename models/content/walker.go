package content

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

const (
	// maxKept is how many violations a result holds; beyond it only the
	// first of each further rule is kept, so that memory stays bounded.
	maxKept = 48
	// maxPath is how deep a path is tracked, and maxPathShown how much of
	// it is printed.
	maxPath      = 48
	maxPathShown = 16
	maxPathText  = 160
	maxKeyShown  = 16 // octets of a text key in a path
	// maxNested is how deep items are walked by calls of functions; what
	// lies deeper is walked by deep, with a stack of its own.
	maxNested = 16
	// maxPartLevels is how deep parts are judged as parts; deeper ones
	// are judged as mere CBOR. The depth itself has been reported then.
	maxPartLevels = 8
)

// walker is one pass over one message.
type walker struct {
	c            *Checker
	b            []byte
	pos          int
	parts        int // parts met so far
	leaves       int // parts met so far that have no parts of their own
	typedArray   int // tags 80 to 87 around
	nested       int // items around that are walked by calls
	depth        int // segments in path
	odd          oddities
	inExtensions bool
	atPart       bool // the next head is that of a part
	badChunk     bool // the last text of indefinite length had invalid UTF-8
	replaces     bool // the message replaces another
	inReplyTo    bool
	stack        []uint64 // of deep
	lastType     []byte   // the content type met last, and what it is
	lastMedia    mediaType
	lastLanguage []byte // the language met last that is in order
	violations   spec.Violations
	dropped      int
	kept         [(int(numRules) + 63) / 64]uint64
	path         [maxPath]segment
}

// segment is one step of a path.
type segment struct {
	kind uint8
	n    int32 // the index, the field, or the offset of the key
}

const (
	segField = iota
	segIndex
	segKey
)

func (w *walker) push(kind uint8, n int) {
	if w.depth < maxPath {
		w.path[w.depth] = segment{kind, int32(n)}
	}
	w.depth++
}

func (w *walker) pop() { w.depth-- }

// step changes the last step of the path.
func (w *walker) step(n int) {
	if w.depth <= maxPath {
		w.path[w.depth-1].n = int32(n)
	}
}

// report adds a violation by the item at an offset, if the rule is in force.
func (w *walker) report(r rule, at int) {
	if w.wanted(r) {
		w.add(r, at, describe(w.b, at))
	}
}

// reportFound is report for what describe does not tell.
func (w *walker) reportFound(r rule, at int, found string) {
	if w.wanted(r) {
		w.add(r, at, found)
	}
}

// wanted reports whether a violation of r is told of and kept. If it is not
// kept it counts as dropped; nothing is spent on describing it.
func (w *walker) wanted(r rule) bool {
	if !w.c.force[r] {
		return false
	}
	if len(w.violations) >= maxKept && w.kept[r/64]>>(r%64)&1 == 1 {
		w.dropped++
		return false
	}
	return true
}

// malformed reports that the input is not well-formed. Nothing behind it can
// be judged: callers stop.
func (w *walker) malformed(at int, found string) bool {
	w.reportFound(encWellformed, at, found)
	return false
}

//go:noinline
func (w *walker) add(r rule, at int, found string) {
	w.kept[r/64] |= 1 << (r % 64)
	w.violations = append(w.violations, spec.Violation{
		Rule: &ruleTable[r], Offset: at, Path: w.pathString(), Found: found, Limit: limits[r],
	})
}

// pathString prints the path, such as nestedPart.parts[2].contentType.
func (w *walker) pathString() string {
	var b strings.Builder
	b.Grow(64)
	for i, s := range w.path[:min(w.depth, maxPathShown)] {
		if b.Len() > maxPathText {
			break
		}
		switch s.kind {
		case segField:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(fieldNames[s.n])
		case segIndex:
			b.WriteString("[" + strconv.Itoa(int(s.n)) + "]")
		case segKey:
			b.WriteString("[" + showKey(w.b, int(s.n)) + "]")
		}
	}
	if w.depth > maxPathShown || b.Len() > maxPathText {
		b.WriteString("…")
	}
	return b.String()
}

// showKey prints a map key for a path.
func showKey(b []byte, at int) string {
	h, start, ok := peek(b, at)
	if !ok {
		return "?"
	}
	switch h.major {
	case majorUint:
		return strconv.FormatUint(h.arg, 10)
	case majorNegint:
		return negative(h.arg)
	case majorText, majorBytes:
		if h.indefinite() || h.arg > uint64(len(b)-start) {
			break
		}
		s := b[start : start+int(min(h.arg, maxKeyShown))]
		more := ""
		if h.arg > maxKeyShown {
			more = "…"
		}
		if h.major == majorText {
			return strconv.QuoteToASCII(string(s)) + more
		}
		return fmt.Sprintf("h'%x'%s", s, more)
	}
	return "?"
}

// negative prints the negative integer with the given argument.
func negative(arg uint64) string {
	if arg == 1<<64-1 {
		return "-18446744073709551616"
	}
	return "-" + strconv.FormatUint(arg+1, 10)
}

// peek reads a head without judging it.
func peek(b []byte, at int) (h head, next int, ok bool) {
	if at >= len(b) {
		return h, at, false
	}
	h = head{at: at, major: b[at] >> 5, info: b[at] & 31, arg: uint64(b[at] & 31)}
	next = at + 1
	if h.info >= 24 && h.info <= 27 {
		width := 1 << (h.info - 24)
		if len(b)-next < width {
			return h, next, false
		}
		h.arg = 0
		for _, c := range b[next : next+width] {
			h.arg = h.arg<<8 | uint64(c)
		}
		next += width
	}
	return h, next, true
}

// describe says in a few words what item stands at an offset.
func describe(b []byte, at int) string {
	h, next, ok := peek(b, at)
	if !ok {
		return "the end of the input"
	}
	n := strconv.FormatUint(h.arg, 10)
	if h.indefinite() {
		n = "indefinite length"
	}
	switch h.major {
	case majorUint:
		return inFull("the integer "+n, next-at)
	case majorNegint:
		return inFull("the integer "+negative(h.arg), next-at)
	case majorBytes:
		return "a byte string of " + octets(n, h.arg)
	case majorText:
		return "a text string of " + octets(n, h.arg)
	case majorArray:
		return "an array of " + n
	case majorMap:
		return "a map of " + n
	case majorTag:
		return "tag " + n
	}
	switch h.info {
	case 20:
		return "false"
	case 21:
		return "true"
	case 22:
		return "null"
	case 23:
		return "undefined"
	case 25, 26, 27:
		return fmt.Sprintf("the float %x", b[at:next])
	case 31:
		return "a break"
	}
	return "the simple value " + n
}

func inFull(what string, octets int) string {
	if octets == 1 {
		return what
	}
	return what + " in " + strconv.Itoa(octets) + " octets"
}

func octets(n string, count uint64) string {
	if n == "indefinite length" {
		return n
	}
	if count == 1 {
		return "1 octet"
	}
	return n + " octets"
}

// value walks the rest of an item whose head has been read. The level is that
// of the innermost array, map or tag around it in the extensions, 0 outside.
func (w *walker) value(h head, level int) bool {
	switch h.major {
	case majorUint, majorNegint:
		w.leaf(h, level)
		return true
	case majorBytes:
		w.leaf(h, level)
		_, ok := w.bytes(h)
		return ok
	case majorText:
		w.leaf(h, level)
		text, ok := w.text(h)
		if ok && !h.indefinite() {
			w.checkUTF8(text, h.at)
		}
		return ok
	case majorSimple:
		w.leaf(h, level)
		w.simple(h)
		return true
	}
	if w.nested >= maxNested {
		return w.deep(h)
	}
	w.nested++
	ok := w.container(h, level)
	w.nested--
	return ok
}

// item walks one item.
func (w *walker) item(level int) bool {
	if w.quick(level) {
		return true
	}
	h, ok := w.head()
	return ok && w.value(h, level)
}

// leaf judges the depth of an item that holds no others, under the reading
// that counts these.
func (w *walker) leaf(h head, level int) {
	if w.c.depthOfLeaves && level == maxExtensionDepth {
		w.report(extDepth, h.at)
	}
}

// container walks an array, a map or a tag.
func (w *walker) container(h head, level int) bool {
	if level > 0 && (h.major != majorTag || !w.c.depthOfLeaves) {
		level++
		if level == maxExtensionDepth {
			w.odd |= 1 << oddDepth
		}
		if level == maxExtensionDepth+1 {
			if h.major == majorTag {
				w.report(extDepthTags, h.at)
			} else {
				w.report(extDepth, h.at)
			}
		}
	}
	switch h.major {
	case majorArray:
		return w.array(h, level)
	case majorMap:
		return w.nestedMap(h, level)
	}
	return w.tag(h, level)
}

// array walks the elements of an array.
func (w *walker) array(h head, level int) bool {
	w.push(segIndex, 0)
	if h.indefinite() {
		w.report(encIndefinite, h.at)
		for i := 0; !w.atBreak(); i++ {
			w.step(i)
			if !w.item(level) {
				return false
			}
		}
		w.pop()
		return true
	}
	plain := !w.c.depthOfLeaves || level != maxExtensionDepth
	for i, n := 0, int(h.arg); i < n; i++ {
		if plain && w.pos < len(w.b) && oneOctet[w.b[w.pos]] {
			w.pos++
			continue
		}
		w.step(i)
		if !w.item(level) {
			return false
		}
	}
	w.pop()
	return true
}

// oneOctet holds the heads that are a whole item which breaks no rule about
// values: small integers, simple values, the empty strings.
var oneOctet = func() (set [256]bool) {
	for _, span := range [][2]int{{0x00, 0x17}, {0x20, 0x37}, {0x40, 0x40}, {0x60, 0x60}, {0xe0, 0xf7}} {
		for i := span[0]; i <= span[1]; i++ {
			set[i] = true
		}
	}
	return set
}()

// quick moves behind an item that breaks no rule, if that can be seen at once.
// Most items are small integers and short strings, and time matters.
func (w *walker) quick(level int) bool {
	if w.c.depthOfLeaves && level == maxExtensionDepth {
		return false
	}
	b := w.b[w.pos:]
	if len(b) == 0 {
		return false
	}
	first := b[0]
	switch {
	case oneOctet[first]:
		w.pos++
		return true
	case first > 0x40 && first < 0x58 && len(b) > int(first-0x40):
		w.pos += 1 + int(first-0x40)
		return true
	case first > 0x60 && first < 0x78 && len(b) > int(first-0x60):
		for _, c := range b[1 : 1+int(first-0x60)] {
			if c >= 0x80 {
				return false
			}
		}
		w.pos += 1 + int(first-0x60)
		return true
	}
	return false
}

// tag walks the content of a tag.
func (w *walker) tag(h head, level int) bool {
	switch {
	case h.arg == 2 || h.arg == 3:
		return w.bignum(level)
	case h.arg >= 80 && h.arg <= 87:
		w.typedArray++
		if w.pos < len(w.b) && w.b[w.pos]>>5 == majorBytes {
			w.odd |= 1 << oddNaN
		}
		ok := w.item(level)
		w.typedArray--
		return ok
	}
	return w.item(level)
}

// bignum walks the content of tag 2 or 3. A bignum that 64 bits hold is to be
// a plain integer, and a longer one has no leading zero (RFC 8949, section
// 3.4.3). What is no byte string is no bignum, about which no rule speaks.
func (w *walker) bignum(level int) bool {
	tag := w.pos - 1
	h, ok := w.head()
	if !ok {
		return false
	}
	if h.major != majorBytes || h.indefinite() {
		return w.value(h, level)
	}
	w.leaf(h, level)
	octets := w.b[w.pos : w.pos+int(h.arg)]
	w.pos += len(octets)
	zeros := 0
	for zeros < len(octets) && octets[zeros] == 0 {
		zeros++
	}
	switch {
	case len(octets)-zeros <= 8:
		w.report(encBignumReduce, tag)
	case zeros > 0:
		w.report(encBignumLeadingZero, h.at)
	default:
		w.odd |= 1 << oddBignum
	}
	return true
}

// The markers in the stack of deep. What is below indefiniteMark is the number
// of items that are left.
const (
	indefiniteArray = ^uint64(0)
	indefiniteKey   = ^uint64(0) - 1 // in a map, a key is next
	indefiniteValue = ^uint64(0) - 2
)

// deep walks a container that lies deeper than functions call each other. It
// judges well-formedness and the encoding of each item, but not the order and
// types of keys. The stack holds 8 octets for each level, and levels take at
// least one octet each, so that it is bounded by the input.
func (w *walker) deep(h head) bool {
	w.stack = w.stack[:0]
	if !w.deepPush(h) {
		return false
	}
	for len(w.stack) > 0 {
		top := &w.stack[len(w.stack)-1]
		switch {
		case *top == 0:
			w.stack = w.stack[:len(w.stack)-1]
			continue
		case *top == indefiniteArray, *top == indefiniteKey:
			if w.atBreak() {
				w.stack = w.stack[:len(w.stack)-1]
				continue
			}
			if *top == indefiniteKey {
				*top = indefiniteValue
			}
		case *top == indefiniteValue:
			*top = indefiniteKey
		default:
			*top--
		}
		h, ok := w.head()
		if !ok {
			return false
		}
		switch h.major {
		case majorArray, majorMap, majorTag:
			if !w.deepPush(h) {
				return false
			}
		case majorBytes:
			if _, ok := w.bytes(h); !ok {
				return false
			}
		case majorText:
			text, ok := w.text(h)
			if !ok {
				return false
			}
			if !h.indefinite() {
				w.checkUTF8(text, h.at)
			}
		case majorSimple:
			w.simple(h)
		}
	}
	return true
}

func (w *walker) deepPush(h head) bool {
	left := h.arg
	switch {
	case h.major == majorTag:
		left = 1
	case h.indefinite() && h.major == majorArray:
		left = indefiniteArray
		w.report(encIndefinite, h.at)
	case h.indefinite():
		left = indefiniteKey
		w.report(encIndefinite1, h.at)
	case h.major == majorMap:
		left *= 2
	}
	w.stackPush(left)
	return true
}

func (w *walker) stackPush(left uint64) {
	if n := len(w.stack); n == cap(w.stack) {
		// It doubles, but never beyond what the input can need.
		grown := make([]uint64, n, min(max(2*n, 64), len(w.b)+1))
		copy(grown, w.stack)
		w.stack = grown
	}
	w.stack = append(w.stack, left)
}

// skip returns the offset behind the well-formed item at an offset. Items of
// definite length are merely counted; only those of indefinite length need the
// stack, for the count around them.
func (w *walker) skip(pos int) int {
	w.stack = w.stack[:0]
	left := uint64(1) // items to go in the innermost item of indefinite length
	for {
		if left == 0 {
			if len(w.stack) == 0 {
				return pos
			}
			if w.b[pos] == octetBreak {
				pos++
				left = w.stack[len(w.stack)-1]
				w.stack = w.stack[:len(w.stack)-1]
				continue
			}
			left = 1
		}
		left--
		h, next, _ := peek(w.b, pos)
		pos = next
		switch {
		case h.major < majorBytes || h.major == majorSimple:
		case h.major == majorTag:
			left++
		case h.indefinite():
			w.stackPush(left)
			left = 0
		case h.major <= majorText:
			pos += int(h.arg)
		case h.major == majorArray:
			left += h.arg
		default:
			left += 2 * h.arg
		}
	}
}
