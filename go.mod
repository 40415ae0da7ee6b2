module github.com/mimifuzz/mimifuzz

go 1.26
