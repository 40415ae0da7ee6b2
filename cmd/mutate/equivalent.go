package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// equivalents are the mutations that no test can tell from the source, by key, with
// the reason.
type equivalents map[string]string

// readEquivalents reads a list: lines with keys, each group followed by an indented
// reason, which may go over several lines. A line that begins with # is a comment.
func readEquivalents(r io.Reader) (equivalents, error) {
	list := equivalents{}
	var keys []string
	explained := true
	scanner := bufio.NewScanner(r)
	for n := 1; scanner.Scan(); n++ {
		line := strings.TrimRight(scanner.Text(), " \t")
		text := strings.TrimSpace(line)
		switch {
		case text == "" || text[0] == '#':
		case text != line:
			if keys == nil {
				return nil, fmt.Errorf("line %d: a reason without a mutation", n)
			}
			for _, key := range keys {
				list[key] = strings.TrimSpace(list[key] + " " + text)
			}
			explained = true
		default:
			if explained {
				keys = nil
			}
			if _, ok := list[text]; ok {
				return nil, fmt.Errorf("line %d: listed twice: %s", n, text)
			}
			list[text] = ""
			keys = append(keys, text)
			explained = false
		}
	}
	if !explained {
		return nil, fmt.Errorf("without a reason: %s", keys[0])
	}
	return list, scanner.Err()
}
