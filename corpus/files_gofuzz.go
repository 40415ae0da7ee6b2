//go:build gofuzz

package corpus

import "embed"

// files is empty: go-fuzz-build cannot embed folders, and go-fuzz keeps a
// corpus of its own.
var files embed.FS
