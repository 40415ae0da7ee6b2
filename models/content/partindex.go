package content

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Part is a part of a message with its place.
type Part struct {
	Index  int // depth-first, from 0 at the root
	Parent int // index of the multi part around it, -1 for the root
	Level  int // 1 for the root
	Path   string
	Part   *NestedPart
}

// Parts returns the parts of a message by their index (section 4.4): each
// before its own parts, multi parts included. A null part has an index too.
func (m *Message) Parts() []Part {
	return appendParts(nil, &m.NestedPart, -1, 1, fieldNames[fieldNestedPart])
}

func appendParts(list []Part, p *NestedPart, parent, level int, path string) []Part {
	index := len(list)
	list = append(list, Part{Index: index, Parent: parent, Level: level, Path: path, Part: p})
	if multi, ok := p.Body.(MultiPart); ok {
		for i := range multi.Parts {
			list = appendParts(list, &multi.Parts[i], index, level+1, fmt.Sprintf("%s.parts[%d]", path, i))
		}
	}
	return list
}

// JudgeIndex judges which part an implementation finds under each index, named
// by path.
func JudgeIndex(m *Message, paths []string) spec.Violations {
	parts := m.Parts()
	for i := range max(len(parts), len(paths)) {
		found := "no part"
		if i < len(paths) {
			found = paths[i]
		}
		if i >= len(parts) || parts[i].Path != found {
			return spec.Violations{violation(partIndex, fmt.Sprintf("index %d", i), found)}
		}
	}
	return nil
}

// Process returns the indexes of the parts that a receiver processes who
// understands the given content types, in order. Of alternatives it takes the
// first that it understands; a unit it takes as a whole or not at all; and a
// part that an earlier one refers to is not processed by itself.
func (c *Checker) Process(m *Message, understood []string) []int {
	p := processor{c: c, parts: m.Parts(), understood: understood}
	chosen, _ := p.choose(0)
	var list []int
	seen := map[int]bool{}
	for _, i := range chosen {
		if seen[i] {
			continue
		}
		list = append(list, i)
		for _, ref := range References(p.parts[i].Part) {
			if target, ok := c.target(ref.URI); ok && c.force[partsProcessOnce] {
				seen[target] = true
			}
		}
	}
	return list
}

type processor struct {
	c          *Checker
	parts      []Part
	understood []string
}

func (p *processor) children(i int) []int {
	var list []int
	for j := i + 1; j < len(p.parts); j++ {
		if p.parts[j].Parent == i {
			list = append(list, j)
		}
	}
	return list
}

// choose returns the parts to process below and at index i, and whether they
// are all that is needed to make sense of it.
func (p *processor) choose(i int) (list []int, understood bool) {
	switch body := p.parts[i].Part.Body.(type) {
	case SinglePart:
		if slices.Contains(p.understood, body.ContentType) {
			return []int{i}, true
		}
	case ExternalPart:
		if slices.Contains(p.understood, body.ContentType) {
			return []int{i}, true
		}
	case MultiPart:
		switch body.Semantics {
		case ChooseOne:
			for _, child := range p.children(i) {
				if list, ok := p.choose(child); ok {
					return list, true
				}
			}
		case SingleUnit:
			for _, child := range p.children(i) {
				below, ok := p.choose(child)
				if !ok {
					return nil, false
				}
				list = append(list, below...)
			}
			return list, true
		case ProcessAll:
			for _, child := range p.children(i) {
				below, _ := p.choose(child)
				list = append(list, below...)
			}
			return list, len(list) > 0
		}
	}
	return nil, false
}

// JudgeProcessing judges which parts an implementation processes. A receiver
// may choose any alternative that it understands.
func (c *Checker) JudgeProcessing(m *Message, understood []string, processed []int) spec.Violations {
	p := processor{c: c, parts: m.Parts(), understood: understood}
	did := map[int]bool{}
	for _, i := range processed {
		if did[i] {
			return spec.Violations{violation(partsProcessOnce, fmt.Sprintf("index %d", i), "processed twice")}
		}
		did[i] = true
	}
	referred := map[int]bool{}
	for _, i := range processed {
		if i < 0 || i >= len(p.parts) {
			return spec.Violations{violation(partIndex, fmt.Sprintf("index %d", i), "no part")}
		}
		if referred[i] && c.force[partsProcessOnce] {
			return spec.Violations{violation(partsProcessOnce, p.parts[i].Path, "processed again by itself")}
		}
		for _, ref := range References(p.parts[i].Part) {
			if target, ok := c.target(ref.URI); ok {
				referred[target] = true
			}
		}
	}
	for i := range p.parts {
		multi, ok := p.parts[i].Part.Body.(MultiPart)
		if !ok {
			continue
		}
		if v := p.judgeMulti(i, multi.Semantics, did, referred); v != nil {
			return v
		}
	}
	return nil
}

// judgeMulti judges what was processed of the parts of the multi part at i.
func (p *processor) judgeMulti(i int, semantics Semantics, did, referred map[int]bool) spec.Violations {
	touched, possible, children := 0, 0, p.children(i)
	for _, child := range children {
		if p.touched(child, did) || referred[child] {
			touched++
		}
		if _, ok := p.choose(child); ok {
			possible++
		}
	}
	if touched == 0 && i > 0 {
		return nil // it was not chosen, or the multi part around it misses it
	}
	found := fmt.Sprintf("%d of %d parts processed, %d understood", touched, len(children), possible)
	switch {
	case semantics == ChooseOne && touched != min(1, possible):
		return spec.Violations{violation(chooseOne, p.parts[i].Path, found)}
	case semantics == SingleUnit && touched > 0 && (possible < len(children) || touched < len(children)):
		return spec.Violations{violation(singleUnit, p.parts[i].Path, found)}
	case semantics == ProcessAll && touched < possible:
		return spec.Violations{violation(processAll, p.parts[i].Path, found)}
	}
	return nil
}

func (p *processor) touched(i int, did map[int]bool) bool {
	if did[i] {
		return true
	}
	return slices.ContainsFunc(p.children(i), func(child int) bool { return p.touched(child, did) })
}
