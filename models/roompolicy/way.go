package roompolicy

import (
	"strconv"
)

// step is one step on the way to a field.
type step struct {
	name  string
	index int // -1 for a struct that is no element
}

// way is the way to the field that is visited.
type way []step

func (w *way) enter(s step) { *w = append(*w, s) }
func (w *way) leave()       { *w = (*w)[:len(*w)-1] }

// to returns the way to a field, such as "roles[2].role_name".
func (w way) to(name string) string {
	var path []byte
	for _, s := range append(w[:len(w):len(w)], step{name, -1}) {
		if len(path) > 0 && s.name != "" {
			path = append(path, '.')
		}
		path = append(path, s.name...)
		if s.index >= 0 {
			path = append(path, '[')
			path = strconv.AppendInt(path, int64(s.index), 10)
			path = append(path, ']')
		}
	}
	return string(path)
}
