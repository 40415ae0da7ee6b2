//go:build !gofuzz

package corpus

import "embed"

//go:embed messageid cases
var files embed.FS
