package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// instrument returns the files of the package with all mutations in them, each
// behind a test of its number, so that one build serves them all. A mutation that
// cannot be written so is marked as alone.
//
// The octets of a subexpression stay as they are, with calls around them:
//
//	a < b      mutationOn(7) != mutationLess(6, a, b)
//	a && b     ((a != mutationOn(8)) && (b != mutationOn(8))) != mutationOn(8)
//	i++        i += mutationOne[int](9)
func (s *source) instrument() (map[string][]byte, error) {
	for {
		overlay := map[string][]byte{}
		for _, f := range s.files {
			w := &writer{source: s, file: f, parents: parents(f.syntax)}
			overlay[f.path] = []byte(w.node(f.syntax))
		}
		overlay[filepath.Join(filepath.Dir(s.files[0].path), runtimeFile)] = []byte(runtimeSource(s.pkg.Name, switching))
		pkg, err := check(s.pkg.PkgPath, overlay)
		if err != nil {
			return nil, err
		}
		if len(pkg.Errors) == 0 {
			return overlay, nil
		}
		// What does not compile so is tried alone. Errors come in the order of
		// the source, and one may hide others.
		found := false
		for _, e := range pkg.Errors {
			for _, id := range s.near(overlay, e.Pos) {
				found = found || !s.mutations[id-1].alone
				s.mutations[id-1].alone = true
			}
		}
		if !found {
			return nil, fmt.Errorf("instrumented: %w", pkg.Errors[0])
		}
	}
}

var numbered = regexp.MustCompile(`mutation[A-Z]\w*(?:\[[^\]]*\])?\((\d+)`)

// near returns the mutations in the line of an error, FILE:LINE:COLUMN.
func (s *source) near(overlay map[string][]byte, pos string) []int {
	parts := strings.Split(pos, ":")
	if len(parts) < 2 {
		return nil
	}
	line, err := strconv.Atoi(parts[1])
	lines := strings.Split(string(overlay[parts[0]]), "\n")
	if err != nil || line < 1 || line > len(lines) {
		return nil
	}
	// An expression may go over several lines: the nearest before the error.
	for i := line - 1; i >= 0; i-- {
		var ids []int
		for _, m := range numbered.FindAllStringSubmatch(lines[i], -1) {
			id, _ := strconv.Atoi(m[1])
			ids = append(ids, id)
		}
		if ids != nil {
			return ids
		}
	}
	return nil
}

func parents(root ast.Node) map[ast.Node]ast.Node {
	found := map[ast.Node]ast.Node{}
	var stack []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if len(stack) > 0 {
			found[n] = stack[len(stack)-1]
		}
		stack = append(stack, n)
		return true
	})
	return found
}

// writer writes the instrumented text of a file.
type writer struct {
	source  *source
	file    *file
	parents map[ast.Node]ast.Node
}

func (w *writer) offset(pos token.Pos) int { return w.source.pkg.Fset.Position(pos).Offset }

func (w *writer) start(n ast.Node) int {
	if _, ok := n.(*ast.File); ok {
		return 0
	}
	return w.offset(n.Pos())
}

func (w *writer) end(n ast.Node) int {
	if _, ok := n.(*ast.File); ok {
		return len(w.file.text)
	}
	return w.offset(n.End())
}

// node returns the text of a node, instrumented below it.
func (w *writer) node(root ast.Node) string {
	var out strings.Builder
	from := w.start(root)
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil || n == root {
			return true
		}
		text, ok := w.replaced(n)
		if ok {
			out.WriteString(w.file.text[from:w.start(n)])
			out.WriteString(text)
			from = w.end(n)
		}
		return !ok
	})
	out.WriteString(w.file.text[from:w.end(root)])
	return out.String()
}

// replaced returns what stands in place of a node, if it is not its own text.
func (w *writer) replaced(n ast.Node) (string, bool) {
	if e, ok := n.(ast.Expr); ok {
		if value := w.source.pkg.TypesInfo.Types[e]; value.Value != nil {
			return w.constant(e, value.Type)
		}
	}
	switch n := n.(type) {
	case *ast.BinaryExpr:
		return w.binary(n)
	case *ast.UnaryExpr:
		return w.negative(n)
	case *ast.IncDecStmt:
		return w.step(n)
	case *ast.AssignStmt:
		return w.assignment(n)
	case *ast.BranchStmt:
		return w.branch(n)
	}
	return "", false
}

// mutations returns those of a token that are not alone.
func (w *writer) mutations(pos token.Pos) []*Mutation {
	var all []*Mutation
	for _, m := range w.file.at[pos] {
		if !m.alone {
			all = append(all, m)
		}
	}
	return all
}

func alone(all []*Mutation) {
	for _, m := range all {
		m.alone = true
	}
}

// typeName writes a type as the file would.
func (w *writer) typeName(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == w.source.pkg.Types {
			return ""
		}
		for _, spec := range w.file.syntax.Imports {
			if name, _ := strconv.Unquote(spec.Path.Value); name == p.Path() && spec.Name != nil {
				return spec.Name.Name
			}
		}
		return p.Name()
	})
}

// constant offers each mutation of a constant beside the constant.
func (w *writer) constant(e ast.Expr, t types.Type) (string, bool) {
	var all []*Mutation
	ast.Inspect(e, func(n ast.Node) bool {
		if n != nil {
			if pos, _, changes := changesOf(n); changes != nil {
				all = append(all, w.mutations(pos)...)
			}
		}
		return true
	})
	if len(all) == 0 {
		return "", false
	}
	if w.mustBeConstant(e) {
		alone(all)
		return "", false
	}
	start, end := w.start(e), w.end(e)
	out := w.file.text[start:end]
	name := w.typeName(types.Default(t))
	for _, m := range all {
		out = fmt.Sprintf("mutationPick[%s](%d, %s, %s)", name, m.ID,
			w.file.text[start:m.offset]+m.To+w.file.text[m.offset+len(m.From):end], out)
	}
	return out, true
}

// mustBeConstant reports whether an expression stands where only a constant may.
func (w *writer) mustBeConstant(e ast.Expr) bool {
	child := ast.Node(e)
	for n := w.parents[child]; n != nil; child, n = n, w.parents[n] {
		switch n := n.(type) {
		case *ast.GenDecl:
			return n.Tok != token.VAR
		case *ast.ArrayType:
			return n.Len == child
		case *ast.KeyValueExpr:
			if n.Key == child {
				return true
			}
		case *ast.FuncDecl:
			return false
		}
	}
	return false
}

func (w *writer) binary(n *ast.BinaryExpr) (string, bool) {
	all := w.mutations(n.OpPos)
	if len(all) == 0 {
		return "", false
	}
	a, b := w.operand(n.X), w.operand(n.Y)
	switch n.Op {
	case token.EQL, token.NEQ:
		return fmt.Sprintf("((%s %s %s) != mutationOn(%d))", a, n.Op, b, all[0].ID), true
	case token.LAND, token.LOR:
		on := fmt.Sprintf("mutationOn(%d)", all[0].ID)
		return fmt.Sprintf("((((%s) != %s) %s ((%s) != %s)) != %s)", a, on, n.Op, b, on, on), true
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		name := map[token.Token]string{token.LSS: "Less", token.LEQ: "LessEqual", token.GTR: "Greater", token.GEQ: "GreaterEqual"}[n.Op]
		boundary, negation := 0, 0
		for _, m := range all {
			if m.Mutator == ConditionalsBoundary {
				boundary = m.ID
			} else {
				negation = m.ID
			}
		}
		out := fmt.Sprintf("mutation%s[%s](%d, %s, %s)", name, w.typeOf(n.X, n.Y), boundary, a, b)
		if negation != 0 {
			out = fmt.Sprintf("(%s != mutationOn(%d))", out, negation)
		}
		return out, true
	}
	name, ok := map[token.Token]string{
		token.ADD: "Add", token.SUB: "Subtract", token.MUL: "Multiply", token.QUO: "Divide", token.REM: "Remainder",
		token.AND: "And", token.OR: "Or", token.XOR: "Xor", token.AND_NOT: "AndNot", token.SHL: "ShiftLeft", token.SHR: "ShiftRight",
	}[n.Op]
	if !ok {
		alone(all)
		return "", false
	}
	// The type of the result is that of the operands; of a shift, of the left one.
	return fmt.Sprintf("mutation%s[%s](%d, %s, %s)", name, w.typeOf(n), all[0].ID, a, b), true
}

// operand returns the text of an expression, with what it is replaced by.
func (w *writer) operand(e ast.Expr) string {
	if text, ok := w.replaced(e); ok {
		return text
	}
	return w.node(e)
}

// typeOf names the type of the first expression that is no constant, or of the
// last one.
func (w *writer) typeOf(all ...ast.Expr) string {
	var t types.Type
	for _, e := range all {
		value := w.source.pkg.TypesInfo.Types[e]
		t = value.Type
		if value.Value == nil {
			break
		}
	}
	return w.typeName(types.Default(t))
}

func (w *writer) negative(n *ast.UnaryExpr) (string, bool) {
	all := w.mutations(n.OpPos)
	if len(all) == 0 {
		return "", false
	}
	return fmt.Sprintf("mutationNegative[%s](%d, %s)", w.typeOf(n), all[0].ID, w.operand(n.X)), true
}

func (w *writer) step(n *ast.IncDecStmt) (string, bool) {
	all := w.mutations(n.TokPos)
	if len(all) == 0 {
		return "", false
	}
	return fmt.Sprintf("%s %c= mutationOne[%s](%d)", w.operand(n.X), n.Tok.String()[0], w.typeOf(n.X), all[0].ID), true
}

// ofStatement returns the mutations at the token of a statement: none, since they
// stand alone, if it is in no list of statements, where an if may take its place.
func (w *writer) ofStatement(n ast.Stmt, at token.Pos) []*Mutation {
	all := w.mutations(at)
	switch w.parents[n].(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
		return all
	}
	alone(all)
	return nil
}

func (w *writer) assignment(n *ast.AssignStmt) (string, bool) {
	all := w.ofStatement(n, n.TokPos)
	if len(all) == 0 {
		return "", false
	}
	a, b := w.operand(n.Lhs[0]), w.operand(n.Rhs[0])
	var out strings.Builder
	for _, m := range all {
		fmt.Fprintf(&out, "if mutationOn(%d) { %s %s %s } else ", m.ID, a, m.To, b)
	}
	fmt.Fprintf(&out, "{ %s %s %s }", a, n.Tok, b)
	return out.String(), true
}

func (w *writer) branch(n *ast.BranchStmt) (string, bool) {
	all := w.ofStatement(n, n.TokPos)
	if len(all) == 0 {
		return "", false
	}
	label := ""
	if n.Label != nil {
		label = " " + n.Label.Name
	}
	return fmt.Sprintf("if mutationOn(%d) { %s%s }; %s%s", all[0].ID, all[0].To, label, n.Tok, label), true
}
