package content

import (
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
	stack        stack  // of deep and skip
	types        recent // content types met last
	languages    recent // languages met last
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
	if level <= w.c.quickDepth {
		left := 0
		if left, w.pos = w.quickItems(w.pos, 1, level); left == 0 {
			return true
		}
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
	all := int(h.arg)
	for left := all; ; left-- {
		if level <= w.c.quickDepth {
			left, w.pos = w.quickItems(w.pos, left, level)
		}
		if left == 0 {
			break
		}
		w.step(all - left)
		if h, ok := w.head(); !ok || !w.value(h, level) {
			return false
		}
	}
	w.pop()
	return true
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
