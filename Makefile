# The commands of the project. Go is all they need.
GO       ?= go
FUZZTIME ?= 30s
# go-mls is in a module of its own, which go test ./... does not enter.
GOMLS    := fuzz/gomls
X448     := git.schwanenlied.me/yawning/x448.git

.PHONY: run test fuzz bench lint go-fuzz

run: ## check every property, and try the mutants
	$(GO) run ./cmd/mimifuzz run --mutants

test:
	$(GO) test ./...
	$(GO) -C $(GOMLS) test ./...

# Native fuzzing takes one target at a time; FUZZTIME is for each.
fuzz:
	@set -e; for module in . $(GOMLS); do \
		for package in $$($(GO) -C $$module list ./...); do \
			for target in $$($(GO) -C $$module test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
				echo "== $$package $$target"; \
				$(GO) -C $$module test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5s $$package; \
			done; \
		done; \
	done

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...
	$(GO) -C $(GOMLS) test -run '^$$' -bench . -benchmem ./...

lint:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not formatted: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) vet -tags gofuzz ./fuzz
	$(GO) tool staticcheck ./...
	$(GO) -C $(GOMLS) vet ./... $(X448)
	staticcheck=$$($(GO) tool -n staticcheck) && cd $(GOMLS) && "$$staticcheck" ./... $(X448)

# Builds messageid-fuzz.zip. Run it with
#   go tool go-fuzz -bin messageid-fuzz.zip -workdir fuzz/workdir
go-fuzz:
	$(GO) tool go-fuzz-build -o messageid-fuzz.zip ./fuzz
