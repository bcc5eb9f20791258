# Sheaf. `make help` lists what there is; README.md says what it is for.
#
# Every target may be run twice. What was fetched or built is remembered in build/.cache and build/bin; a step that
# fails ends with one sentence that says what to do.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS   += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

CACHE   := build/.cache
BIN     := build/bin
SHEAF   := $(BIN)/sheaf
DESKTOP := $(BIN)/sheaf-desktop

HEADLESS_TAGS := sqlite_fts5
DESKTOP_TAGS  := desktop production webkit2_41 sqlite_fts5
VERSION := $(shell sed -n 's/^\#\# \[\([0-9][^]]*\)\].*/\1/p' CHANGELOG.md 2>/dev/null | head -n 1)
LDFLAGS := -X github.com/sheafdocs/sheaf/app.Version=$(VERSION)

# What `make run` watches, and where it keeps its index.
FOLDER ?= build/samples
DATA   ?= $(CACHE)/run

# Prints why a step failed and how to get past it, then fails.
or_say = || { echo "make $@: $(1)" >&2; exit 1; }

.PHONY: help setup run test build sheaf desktop frontend models lint soak samples deb clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

setup: ## install what is missing: system packages, npm packages, models
	@build/setup.sh test
	@$(MAKE) frontend/node_modules/.installed models

run: ## watch FOLDER (default build/samples) and show the screens: a window, or an address without a display
	@build/setup.sh run
	@$(MAKE) $$(build/run.sh target)
	@build/run.sh start "$(FOLDER)" "$(DATA)"

test: ## lint, every test, the browser and the real window
	@build/setup.sh test
	@$(MAKE) frontend/node_modules/.installed models
	@python3 build/test.py

build: ## build/bin/sheaf and build/bin/sheaf-desktop
	@build/setup.sh build
	@$(MAKE) sheaf desktop

sheaf: frontend models
	@echo "building $(SHEAF)"
	@go build -tags "$(HEADLESS_TAGS)" -ldflags "$(LDFLAGS)" -o $(SHEAF) . \
	  $(call or_say,the Go build failed; the lines above say where. Go 1.26 or newer and gcc are needed.)

desktop: frontend models
	@echo "building $(DESKTOP)"
	@go build -tags "$(DESKTOP_TAGS)" -ldflags "$(LDFLAGS)" -o $(DESKTOP) . \
	  $(call or_say,the window did not build; run make setup once so that the GTK and WebKit headers are there.)

# The screens. dist/index.html is newer than every source, or is built again.
FRONTEND_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o -type f -print 2>/dev/null)

frontend: frontend/dist/index.html
	@:

frontend/dist/index.html: frontend/node_modules/.installed $(FRONTEND_SOURCES)
	@echo "building the screens"
	@cd frontend && npm run --silent build $(call or_say,the screens did not build; the lines above say where.)
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json
	@echo "installing npm packages"
	@cd frontend && npm ci --no-audit --no-fund --loglevel=error \
	  $(call or_say,npm ci failed; check the network and run it again.)
	@touch $@

# Model weights and native libraries, pinned by version and sha256 in build/models.
models: $(BIN)/lib/.fetched.json
	@:

$(BIN)/lib/.fetched.json: $(wildcard build/models/*.py build/models/*.lock)
	@python3 build/models/fetch.py \
	  $(call or_say,the models could not be fetched; check the network and run it again. Nothing is fetched when Sheaf runs.)
	@touch $@

lint: ## gofmt, go vet, staticcheck, import rules, tsc, eslint, prettier
	@build/setup.sh build
	@$(MAKE) frontend
	@python3 build/test.py lint

soak: models frontend sheaf ## the long checks: crash at random moments, fuzzing, large folders (about an hour)
	@python3 build/test.py soak

samples: ## make the sample folder again from its text
	@go run ./build/samplegen build/samples

deb: build ## build/bin/sheaf_VERSION_ARCH.deb
	@build/packaging/deb.sh "$(VERSION)"

clean: ## remove everything that was built or fetched
	@rm -rf $(BIN) $(CACHE) frontend/node_modules
	@find frontend/dist -mindepth 1 ! -name .gitkeep -delete 2>/dev/null || true
	@echo "Removed what was built. The indexes that make run made were in $(CACHE)."
