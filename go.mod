module github.com/mimifuzz/mimifuzz

go 1.26

require (
	github.com/fxamacker/cbor/v2 v2.10.0
	github.com/google/go-cmp v0.7.0
	github.com/rivo/uniseg v0.4.7
	github.com/yuin/goldmark v1.8.7
)

require github.com/x448/float16 v0.8.4 // indirect
