package rooms

import (
	"fmt"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Matrix says which role can do what to which role, by capabilities and
// authorized role changes alone: bounds and who is there are left out.
type Matrix struct {
	Roles []MatrixRole `json:"roles"` // role zero the first
	// Cells are what each role can do to users of each other, or of its own, role:
	// Cells[i][j] is what Roles[i] can do to Roles[j].
	Cells [][][]string `json:"cells"`
}

// MatrixRole is a role and what its holders can do to themselves.
type MatrixRole struct {
	Index uint32   `json:"index"`
	Name  string   `json:"name"`
	Own   []string `json:"own"`
}

// Matrix returns who can do what to whom.
func (m *Machine) Matrix() *Matrix {
	x := &Matrix{}
	for slot := range m.roles {
		r := &m.roles[slot]
		x.Roles = append(x.Roles, MatrixRole{r.index, r.name, m.own(slot)})
		var row [][]string
		for on := range m.roles {
			row = append(row, m.canDo(slot, on))
		}
		x.Cells = append(x.Cells, row)
	}
	return x
}

// own lists what users of a role can do to themselves; for those in no role,
// how they can join.
func (m *Machine) own(slot int) []string {
	words := []string{}
	r := &m.roles[slot]
	if slot == 0 {
		for _, k := range [...]kind{openJoin, joinCode, joinPreauthorized} {
			var to uint32
			for target := 1; target < len(m.roles); target++ {
				if m.joins(k, target) {
					to |= 1 << target
				}
			}
			if to != 0 {
				words = append(words, string(kinds[k].action)+"→"+m.indexes(to))
			}
		}
		return words
	}
	if r.has(addOwnClient) && r.active {
		words = append(words, "add-client")
	}
	if r.has(removeOwnClient) && r.active {
		words = append(words, "remove-client")
	}
	if r.has(leave) && r.allows(slot, 0) {
		words = append(words, "leave")
	}
	if r.has(changeOwnRole) {
		words = append(words, "change-role if preauthorized")
	}
	return words
}

// canDo lists what users of a role can do to those of another.
func (m *Machine) canDo(slot, on int) []string {
	words := []string{}
	r := &m.roles[slot]
	if slot == 0 {
		return words
	}
	to := r.targets[on]
	banned := uint32(0)
	if m.bannedAt >= 0 {
		banned = 1 << m.bannedAt
	}
	if on == 0 {
		if r.has(add) && to&^1 != 0 {
			words = append(words, "add→"+m.indexes(to&^1))
		}
	} else {
		if roles := to &^ 1 &^ (1 << on); r.has(changeRole) && roles != 0 {
			words = append(words, "role→"+m.indexes(roles))
		}
		if roles := to &^ 1 &^ banned; r.has(unban) && on == m.bannedAt && roles != 0 {
			words = append(words, "unban→"+m.indexes(roles))
		}
		if r.has(kick) && m.roles[on].active {
			words = append(words, "kick")
		}
		if r.has(remove) && to&1 == 1 {
			words = append(words, "remove")
		}
	}
	if r.has(ban) && banned != 0 && on != m.bannedAt && to&banned != 0 && (on != 0 || !m.rules.banListedOnly) {
		words = append(words, "ban")
	}
	return words
}

// indexes lists the indexes of the roles of a mask.
func (m *Machine) indexes(mask uint32) string {
	var words []string
	for ; mask != 0; mask &= mask - 1 {
		words = append(words, fmt.Sprint(m.roles[bits.TrailingZeros32(mask)].index))
	}
	return strings.Join(words, ",")
}

// heading returns how a role is named in the matrix.
func (r *MatrixRole) heading() string {
	if r.Index == 0 {
		return "0 outside"
	}
	return fmt.Sprintf("%d %s", r.Index, plain(r.Name))
}

// table returns the matrix with its headings, each cell as its lines.
func (x *Matrix) table() [][][]string {
	head := [][]string{{"who \\ whom"}, {"itself"}}
	for i := range x.Roles {
		head = append(head, []string{x.Roles[i].heading()})
	}
	table := [][][]string{head}
	for i := range x.Roles {
		row := [][]string{{x.Roles[i].heading()}, x.Roles[i].Own}
		table = append(table, append(row, x.Cells[i]...))
	}
	return table
}

// text writes the matrix as a table, a line for each thing that a cell holds.
func (x *Matrix) text(b *strings.Builder) {
	table := x.table()
	widths := make([]int, len(table[0]))
	total := 0
	for _, row := range table {
		for i, words := range row {
			for _, word := range words {
				widths[i] = max(widths[i], utf8.RuneCountInString(word))
			}
		}
	}
	for _, w := range widths {
		total += w + 2
	}
	for at, row := range table {
		lines := 1
		for _, words := range row {
			lines = max(lines, len(words))
		}
		for line := range lines {
			var text strings.Builder
			for i, words := range row {
				word := ""
				if line < len(words) {
					word = words[line]
				}
				text.WriteString(word + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(word)+2))
			}
			b.WriteString("  " + strings.TrimRight(text.String(), " ") + "\n")
		}
		if at == 0 {
			b.WriteString("  " + strings.Repeat("-", total-2) + "\n")
		}
	}
}
