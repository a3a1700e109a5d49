# Tasks of everyday work. `make` alone explains them.

PKG ?= ./...
ADDR ?= 127.0.0.1:8300
DATA ?= data
FUZZTIME ?= 30s
BENCH ?= .

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

##@ Run

.PHONY: build run demo
build: ## build the binary bin/slipway, without what only a debugger needs (stack traces keep names and lines)
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/slipway ./cmd/slipway

run: ## serve from the work tree at ADDR (127.0.0.1:8300) with its data in DATA (data)
	go run ./cmd/slipway serve --data $(DATA) --listen $(ADDR)

demo: ## serve the demonstration at ADDR, with a bank that deploys
	go run ./cmd/slipway demo --listen $(ADDR)

##@ Test

.PHONY: test test-all race fuzz-seeds fuzz bench e2e
test: ## test PKG (./...) with Go alone; what needs PostgreSQL or a browser is skipped
	go test $(PKG)

test-all: ## test PKG with a PostgreSQL cluster of its own and a browser; nothing is skipped
	@dir=$$(mktemp -d); chmod 711 $$dir; trap '.ci/postgres stop $$dir/postgres; rm -rf $$dir' EXIT; \
	SLIPWAY_TEST_POSTGRES=$$(.ci/postgres start $$dir/postgres) SLIPWAY_TEST_REQUIRE=postgres,browser .ci/test $(PKG)

race: ## test the packages that are about concurrency with the race detector
	.ci/race

fuzz-seeds: ## run every fuzz target over its seeds
	.ci/fuzz

fuzz: ## search FUZZTIME (30s) in every fuzz target
	.ci/fuzz $(FUZZTIME)

bench: ## run the benchmarks that match BENCH (.) in PKG; each prints its limit beside it
	go test -run '^$$' -bench '$(BENCH)' -benchmem $(PKG)

e2e: ## run the journeys against a PostgreSQL cluster of their own and a browser
	$(MAKE) test-all PKG=./e2e/...

##@ Check

.PHONY: check lint fmt vocabulary drift generate ci
check: lint vocabulary test drift ## everything before a commit: formatting, lint, vocabulary, tests, drift

lint: ## gofmt and golangci-lint over PKG
	.ci/lint $(PKG)

fmt: ## format Go and templ files
	find . -name '.?*' -prune -o -type f -name '*.go' -print0 | xargs -0 -r gofmt -w
	$$(.ci/tools templ) fmt .

vocabulary: ## check structure, size, words and doc comments
	go test ./internal/archtest

drift: ## compare what programs wrote with what they write today
	.ci/drift

generate: ## write templ's Go code, the golden API description and the vocabulary anew
	$$(.ci/tools templ) generate
	go test ./internal/archtest -run Vocabulary -update
	if [ -d internal/app ]; then go test ./internal/app -run OpenAPI -update; fi

ci: ## everything that the continuous integration runs, as it runs it
	.ci/run

##@ Help

.PHONY: help
help: ## print this
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-zA-Z0-9_-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
