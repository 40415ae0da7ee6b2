//go:build !unix

package program

import "os"

func signalOf(*os.ProcessState) string { return "" }
