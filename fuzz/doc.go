// Package fuzz runs properties: in a plain loop over fresh and kept cases
// ([Run]), as native fuzz targets (go test -fuzz), and under go-fuzz (the
// function Fuzz, with the build tag gofuzz).
package fuzz
