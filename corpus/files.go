//go:build !gofuzz

package corpus

import "embed"

//go:embed messageid franking cases
var files embed.FS
