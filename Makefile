# The commands of the project. Go is all they need, but for the adapters.
GO       ?= go
BUDGET   ?= 30m
FUZZTIME ?= 30s
PACKAGE  ?= ./models/...
# go-mls is in a module of its own, which go test ./... does not enter.
GOMLS    := fuzz/gomls
X448     := git.schwanenlied.me/yawning/x448.git

.PHONY: run test nightly fuzz bench lint go-fuzz mutate

run: ## check every property, and try the mutants
	$(GO) run ./cmd/mimifuzz run --mutants

test:
	$(GO) test ./...
	$(GO) -C $(GOMLS) test ./...

# What CI does every night. Its exit status is the last of them that is not 0.
nightly: ## a run with mutants, then a campaign of BUDGET, reported in reports/nightly/run and campaign
	$(GO) build -o reports/mimifuzz ./cmd/mimifuzz
	@worst=0; \
	reports/mimifuzz run --mutants --out reports/latest || worst=$$?; \
	reports/mimifuzz fuzz --for $(BUDGET) --state reports/campaign || worst=$$?; \
	for one in run=reports/latest campaign=reports/campaign/report; do \
		reports/mimifuzz report $${one#*=}/run.json --format html,markdown,junit,sarif --out reports/nightly/$${one%%=*} || worst=$$?; \
	done; \
	exit $$worst

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

# About 18 minutes on two cores, and the builds: every mutant by every approach.
# The report is reports/bench/finding.md. BENCHTIME=1m measures less.
BENCHTIME ?= 18m
.PHONY: bench-finding
bench-finding: ## how soon planted faults are found
	$(GO) run ./cmd/mimifuzz bench finding --for $(BENCHTIME) --out reports/bench

# What throughput rests on: the decoders of the models, the generators, a decision.
BENCH    ?= ^Benchmark(Message|Content|Decide|Apply|DecodeRoles|Verify|ID)$$
BENCHED  ?= ./models/content ./models/roompolicy ./models/franking ./models/messageid ./properties/gen
COUNT    ?= 6
.PHONY: bench-record bench-compare
bench-record: ## the benchmarks of throughput, as benchstat reads them
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem -benchtime 100ms -count $(COUNT) $(BENCHED) >reports/bench/throughput.txt

# Compares two commits. Their benchmarks take turns, so that both meet the same machine:
#   make bench-compare OLD=main NEW=HEAD BENCHED=./models/roompolicy BENCH=Decide
OLD      ?= HEAD~1
NEW      ?= HEAD
bench-compare:
	@set -e; scratch=$$(mktemp -d); \
	trap 'for side in old new; do git worktree remove --force '$$scratch'/$$side 2>/dev/null || true; done; rm -rf '$$scratch EXIT; \
	git worktree add -q --detach $$scratch/old $(OLD); git worktree add -q --detach $$scratch/new $(NEW); \
	for turn in $$(seq $(COUNT)); do for side in old new; do \
		echo "turn $$turn of $(COUNT): $$side" >&2; \
		$(GO) -C $$scratch/$$side test -run '^$$' -bench '$(BENCH)' -benchmem -benchtime 200ms $(BENCHED) >>$$scratch/$$side.txt; \
	done; done; \
	$(GO) tool benchstat $(OLD)=$$scratch/old.txt $(NEW)=$$scratch/new.txt

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...
	$(GO) -C $(GOMLS) test -run '^$$' -bench . -benchmem ./...

lint:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not formatted: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) vet -tags gofuzz ./fuzz ./fuzz/finding
	$(GO) tool staticcheck ./...
	$(GO) tool actionlint -shellcheck= -pyflakes=
	$(GO) -C $(GOMLS) vet ./... $(X448)
	staticcheck=$$($(GO) tool -n staticcheck) && cd $(GOMLS) && "$$staticcheck" ./... $(X448)

# One package takes a minute or two, all of them an hour and more.
mutate: ## one token of PACKAGE changed at a time: its tests must notice, or the change is listed
	$(GO) run ./cmd/mutate --equivalent models/equivalent.txt $(PACKAGE)

# Builds messageid-fuzz.zip. Run it with
#   go tool go-fuzz -bin messageid-fuzz.zip -workdir fuzz/workdir
go-fuzz:
	$(GO) tool go-fuzz-build -preserve crypto/internal/fips140/bigmod -o messageid-fuzz.zip ./fuzz

# Checks JUnit XML against its schema, in a test: xmllint, for node.
XMLLINT := reports/testdata/xmllint
.PHONY: xmllint
xmllint: $(XMLLINT)/node_modules/.package-lock.json

# Adapters for examples, and where cargo keeps what it built for other clones.
ADAPTERS := fuzz/conform/adapters
CACHE    ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/mimifuzz

# Installs and builds the adapters whose languages are here.
.PHONY: adapters
adapters:
	@for one in python3:python/.venv/installed npm:javascript/node_modules/.package-lock.json cargo:rust/target/release/adapter; do \
		if command -v $${one%%:*} >/dev/null; then $(MAKE) -s $(ADAPTERS)/$${one#*:} || exit 1; \
		else echo "no $${one%%:*} here: $(ADAPTERS)/$${one#*:} is not made"; fi; \
	done

$(ADAPTERS)/python/.venv/installed: $(ADAPTERS)/python/requirements.txt
	python3 -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --ignore-scripts --no-audit --no-fund
	touch $@

$(ADAPTERS)/rust/target/release/adapter: $(addprefix $(ADAPTERS)/rust/,Cargo.toml Cargo.lock src/main.rs)
	cargo build --release --locked --manifest-path $< --target-dir $(CACHE)/rust
	mkdir -p $(@D) && cp $(CACHE)/rust/release/adapter $@
