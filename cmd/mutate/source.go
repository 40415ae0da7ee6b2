package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// Mutation is one change of one token of a package.
type Mutation struct {
	ID       int     `json:"id"` // from 1, in the order of the source
	Key      string  `json:"key"`
	File     string  `json:"file"`
	Line     int     `json:"line"`
	Column   int     `json:"column"`
	Mutator  Mutator `json:"mutator"`
	From     string  `json:"from"`
	To       string  `json:"to"`
	Text     string  `json:"text"` // of the line
	Result   Result  `json:"result"`
	KilledBy string  `json:"killed_by,omitempty"` // a test

	offset int  // of the token, in octets from the start of the file
	alone  bool // it needs a build of its own
}

// Result is what became of a mutation.
type Result string

// The results.
const (
	Killed     Result = "killed"      // a test failed
	TimedOut   Result = "timed out"   // a test did not end: killed
	Survived   Result = "survived"    // every test that runs the token passed
	NotReached Result = "not reached" // no test runs the token with values for which the change matters
	NotViable  Result = "not viable"  // the change does not compile
)

// survives reports whether nothing noticed the mutation.
func (m *Mutation) survives() bool { return m.Result == Survived || m.Result == NotReached }

// source is a package whose mutations are found.
type source struct {
	pkg       *packages.Package
	files     []*file
	mutations []*Mutation
}

type file struct {
	path   string
	syntax *ast.File
	text   string
	at     map[token.Pos][]*Mutation // by position of the token
}

// expand returns the import paths of the packages that patterns stand for.
func expand(patterns []string) ([]string, error) {
	found, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedFiles}, patterns...)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, pkg := range found {
		if len(pkg.GoFiles) == 0 {
			return nil, errors.Join(fmt.Errorf("%s: no Go files", pkg.PkgPath), asError(pkg.Errors))
		}
		all = append(all, pkg.PkgPath)
	}
	return all, nil
}

// load reads a package and finds its mutations.
func load(pattern string) (*source, error) {
	pkg, err := check(pattern, nil)
	if err != nil {
		return nil, err
	}
	if len(pkg.Errors) > 0 {
		return nil, fmt.Errorf("%s: %w", pattern, pkg.Errors[0])
	}
	s := &source{pkg: pkg}
	for i, name := range pkg.CompiledGoFiles {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		f := &file{path: name, syntax: pkg.Syntax[i], text: string(text), at: map[token.Pos][]*Mutation{}}
		s.files = append(s.files, f)
		s.find(f)
	}
	return s, nil
}

// check parses and type-checks a package, some of whose files may be replaced.
func check(pattern string, overlay map[string][]byte) (*packages.Package, error) {
	found, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedExportFile,
		Overlay: overlay,
	}, pattern)
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%s is %d packages, expected one", pattern, len(found))
	}
	return found[0], nil
}

func asError(all []packages.Error) error {
	var errs []error
	for _, e := range all {
		errs = append(errs, e)
	}
	return errors.Join(errs...)
}

// find lists the mutations of a file.
func (s *source) find(f *file) {
	lines := strings.Split(f.text, "\n")
	seen := map[string]int{}
	for _, decl := range f.syntax.Decls {
		ast.Inspect(decl, func(n ast.Node) bool {
			pos, tok, changes := changesOf(n)
			for _, c := range changes {
				if s.isType(n) || s.isText(n) && (c.to == token.SUB || c.to == token.SUB_ASSIGN) {
					continue // types have a union only, and strings a sum
				}
				at := s.pkg.Fset.Position(pos)
				m := &Mutation{
					File: filepath.Base(f.path), Line: at.Line, Column: at.Column, Mutator: c.mutator,
					From: tok.String(), To: c.to.String(), Text: strings.TrimSpace(lines[at.Line-1]), offset: at.Offset,
				}
				m.Key = fmt.Sprintf("%s.%s %s `%s`", path.Base(s.pkg.PkgPath), holder(decl, n), m.Mutator, m.Text)
				f.at[pos] = append(f.at[pos], m)
				s.mutations = append(s.mutations, m)
			}
			return true
		})
	}
	slices.SortStableFunc(s.mutations, func(a, b *Mutation) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.offset - b.offset
	})
	for i, m := range s.mutations {
		m.ID = i + 1
		if m.File != filepath.Base(f.path) {
			continue
		}
		if seen[m.Key]++; seen[m.Key] > 1 {
			m.Key = fmt.Sprintf("%s #%d", m.Key, seen[m.Key])
		}
	}
}

// isType reports whether a node is a union of types.
func (s *source) isType(n ast.Node) bool {
	e, ok := n.(ast.Expr)
	return ok && s.pkg.TypesInfo.Types[e].IsType()
}

// isText reports whether the operands of a node are strings.
func (s *source) isText(n ast.Node) bool {
	var operand ast.Expr
	switch n := n.(type) {
	case *ast.BinaryExpr:
		operand = n.X
	case *ast.AssignStmt:
		operand = n.Lhs[0]
	default:
		return false
	}
	basic, ok := s.pkg.TypesInfo.TypeOf(operand).Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsString != 0
}

// changesOf returns the token of a node, and what may become of it.
func changesOf(n ast.Node) (token.Pos, token.Token, []change) {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		return n.OpPos, n.Op, binaryChanges[n.Op]
	case *ast.UnaryExpr:
		return n.OpPos, n.Op, unaryChanges[n.Op]
	case *ast.IncDecStmt:
		return n.TokPos, n.Tok, statementChanges[n.Tok]
	case *ast.AssignStmt:
		return n.TokPos, n.Tok, statementChanges[n.Tok]
	case *ast.BranchStmt:
		return n.TokPos, n.Tok, statementChanges[n.Tok]
	}
	return token.NoPos, token.ILLEGAL, nil
}

// holder names what a node stands in: a function, a method or the names of a
// declaration.
func holder(decl ast.Decl, n ast.Node) string {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Recv == nil {
			return decl.Name.Name
		}
		receiver := decl.Recv.List[0].Type
		if star, ok := receiver.(*ast.StarExpr); ok {
			receiver = star.X
		}
		if index, ok := receiver.(*ast.IndexExpr); ok {
			receiver = index.X
		}
		return fmt.Sprintf("%s.%s", receiver, decl.Name.Name)
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			if n.Pos() < spec.Pos() || n.End() > spec.End() {
				continue
			}
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				return spec.Names[0].Name
			case *ast.TypeSpec:
				return spec.Name.Name
			}
		}
	}
	return "?"
}

// mutated returns the text of the file of a mutation, with the mutation made.
func (s *source) mutated(m *Mutation) (name, text string) {
	for _, f := range s.files {
		if filepath.Base(f.path) == m.File {
			return f.path, f.text[:m.offset] + m.To + f.text[m.offset+len(m.From):]
		}
	}
	panic("a mutation of no file")
}
