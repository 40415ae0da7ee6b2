package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestContentScripts runs the commands about message content.
func TestContentScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/content"})
}
