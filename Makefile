# devserver: a local Workers-style runtime with a real mTLS certificate binding.

GO          ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
VERSION     ?= $(shell git describe --tags --always --dirty 2>/dev/null)

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show what there is.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build one static binary, ./devserver.
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o devserver ./cmd/devserver

.PHONY: run
run: ## Run the documented example: then open http://localhost:8787.
	$(GO) run ./cmd/devserver --config examples/wrangler.toml

.PHONY: test
test: ## Run the tests. They need Go only, and no network.
	$(GO) test ./...

.PHONY: race
race: ## Run the tests under the race detector. It needs a C compiler.
	$(GO) test -race -short ./...

.PHONY: bench
bench: ## Run the benchmarks.
	$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: peers
peers: ## Compare with other programs: nginx, and workerd if DEVSERVER_WORKERD names its binary. SHORT=-short: less.
	$(GO) test -count=1 -v -timeout 20m $(SHORT) -tags peers ./internal/peers/...

.PHONY: conformance
conformance: ## Run web-platform-tests and data suites, which DEVSERVER_CONFORMANCE names the folder of.
	@test -n "$$DEVSERVER_CONFORMANCE" || { echo "DEVSERVER_CONFORMANCE names no folder with conformance suites"; exit 1; }
	$(GO) test -count=1 -v -timeout 60m -tags conformance ./internal/conformance
	$(GO) test -count=1 ./runtime/...

CROSS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64 freebsd/amd64

.PHONY: cross
cross: ## Build for every system, and vet what differs between them. Nothing of it is run.
	@set -e; for target in $(CROSS); do echo "$$target"; \
	  export CGO_ENABLED=0 GOOS=$${target%/*} GOARCH=$${target#*/}; \
	  $(GO) build -trimpath -o /dev/null ./cmd/devserver; $(GO) vet ./cmd/devserver ./server ./watch ./bindings/mtls; done

.PHONY: lint
lint: ## Check formatting, vet, staticcheck and that go.mod is tidy.
	@test -z "$$(gofmt -l .)" || { echo "gofmt would change:"; gofmt -l .; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	$(GO) run $(STATICCHECK) -tags peers,conformance ./internal/...
	$(GO) mod tidy -diff

.PHONY: check
check: lint test race ## All that CI checks: lint, tests, race detector.
