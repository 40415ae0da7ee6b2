# The commands of the project. Go is all they need.
GO       ?= go
FUZZTIME ?= 30s

.PHONY: run test fuzz bench lint go-fuzz

run: ## check every property, and try the mutants
	$(GO) run ./cmd/mimifuzz run --mutants

test:
	$(GO) test ./...

# Native fuzzing takes one target at a time; FUZZTIME is for each.
fuzz:
	@set -e; for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "== $$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5s $$package; \
		done; \
	done

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

lint:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not formatted: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) vet -tags gofuzz ./fuzz
	$(GO) tool staticcheck ./...

# Builds messageid-fuzz.zip. Run it with
#   go tool go-fuzz -bin messageid-fuzz.zip -workdir fuzz/workdir
go-fuzz:
	$(GO) tool go-fuzz-build -o messageid-fuzz.zip ./fuzz
