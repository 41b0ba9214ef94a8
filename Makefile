# `make` or `make help` lists the targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

export CGO_ENABLED := 1

# Tools that stay out of go.mod: see docs/decisions/0006-the-linter-is-golangci-lint-compiled-from-the-module-proxy.md.
GOLANGCI_LINT := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# govulncheck reads a database over the network, so it is not part of `make test`.
GOVULNCHECK := go run golang.org/x/vuln/cmd/govulncheck@v1.9.0

PACKAGES ?= ./...

.PHONY: help
help: ## Lists the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Builds ./foyer.
	go build -trimpath -o foyer .

.PHONY: generate
generate: ## Makes graph/ from schema.graphql, gqlgen.yml and the Go types, and web/src/api.
	go tool gqlgen generate
	scripts/npm-install web
	cd web && ../clients/with-node npm run --silent generate

.PHONY: test
test: setup check ## What CI runs: check, then every test with the race detector. PACKAGES=./inbox/... narrows the tests.
	go test -race -shuffle=on -timeout 20m $(PACKAGES)

.PHONY: soak
soak: ## The tests with their long loops (FOYER_SOAK=1): crashes, races, many clients.
	FOYER_SOAK=1 go test -race -shuffle=on -count=1 -timeout 60m $(PACKAGES)

.PHONY: bench
bench: ## Benchmarks.
	go test -run '^$$' -bench . -benchmem -timeout 30m $(PACKAGES)

.PHONY: vuln
vuln: ## Known vulnerabilities in what the program uses; says so where their database cannot be reached.
	@scripts/vuln $(GOVULNCHECK)

.PHONY: setup
setup: ## Installs what the tests need and this machine lacks.
	@scripts/setup

.PHONY: check
check: format vet lint generated rules ## Everything but the tests: format, vet, lint, generated code, house rules.

.PHONY: format
format:
	@if ! changes=$$(gofmt -d .) || [[ -n $$changes ]]; then echo "$$changes"; echo "run gofmt -w ." >&2; exit 1; fi

.PHONY: vet
vet:
	go vet ./...

.PHONY: lint
lint: ## The linters of .golangci.yml.
	@scripts/again $(GOLANGCI_LINT) version >/dev/null # fetches and compiles it
	$(GOLANGCI_LINT) run ./...

.PHONY: generated
generated:
	scripts/check-generated

.PHONY: rules
rules: ## The house rules: who may import whom, one text per enum in all layers, the shape of the schema.
	go test ./internal/house
