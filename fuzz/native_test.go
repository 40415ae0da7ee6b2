//go:build !gofuzz

package fuzz

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// natively runs a target under the native engine of Go.
func natively(f *testing.F, name string) {
	target, err := TargetByName(name)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range target.Seeds() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, octets []byte) {
		if err := target.TryUnlessSkipped(octets); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzMessageIDTape(f *testing.F)        { natively(f, "MessageIDTape") }
func FuzzMessageIDOctets(f *testing.F)      { natively(f, "MessageIDOctets") }
func FuzzContentTape(f *testing.F)          { natively(f, "ContentTape") }
func FuzzContentOctets(f *testing.F)        { natively(f, "ContentOctets") }
func FuzzContentBetweenDrafts(f *testing.F) { natively(f, "ContentBetweenDrafts") }
func FuzzMessageStatusTape(f *testing.F)    { natively(f, "MessageStatusTape") }
func FuzzMessageStatusOctets(f *testing.F)  { natively(f, "MessageStatusOctets") }
func FuzzFrankingTape(f *testing.F)         { natively(f, "FrankingTape") }
func FuzzFrankingStructs(f *testing.F)      { natively(f, "FrankingStructs") }
func FuzzFrankVerification(f *testing.F)    { natively(f, "FrankVerification") }
func FuzzReportValidation(f *testing.F)     { natively(f, "ReportValidation") }
func FuzzPolicyTape(f *testing.F)           { natively(f, "PolicyTape") }
func FuzzPolicyOctets(f *testing.F)         { natively(f, "PolicyOctets") }
func FuzzPolicyJSON(f *testing.F)           { natively(f, "PolicyJSON") }

// TestEveryTargetIsNative holds the list of targets against the functions that
// the native engine sees.
func TestEveryTargetIsNative(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "native_test.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var native []string
	for _, declaration := range file.Decls {
		if f, ok := declaration.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Fuzz") {
			native = append(native, strings.TrimPrefix(f.Name.Name, "Fuzz"))
		}
	}
	var names []string
	for _, target := range Targets() {
		names = append(names, target.Name)
	}
	if !slices.Equal(native, names) {
		t.Errorf("native targets %v, targets %v", native, names)
	}
}
