# winnow: `make run` shows what it does, `make test` tests it. Both install the Debian packages they need.
SHELL := /bin/bash
SWIFT_FLAGS := --explicit-target-dependency-import-check error
ARTICLE := Fixtures/articles/en-01.txt

.DEFAULT_GOAL := build
.PHONY: setup build run test rules folds format lint install clean

setup:
	@./.ci/setup

build: setup
	swift build -c release $(SWIFT_FLAGS)

run: build
	@echo; echo "== winnow explain $(ARTICLE)"; echo
	@.build/release/winnow explain $(ARTICLE)
	@echo; echo "== winnow --stats $(ARTICLE) > clean.txt"; echo
	@.build/release/winnow --stats $(ARTICLE) > /dev/null

test: setup
	swift build --build-tests $(SWIFT_FLAGS)
	swift test --skip-build

# Compiles Sources/WinnowStages/Rules/*.yml into the binary's phrase table.
folds: setup
	swift build --product fold-compiler
	.build/debug/fold-compiler Sources/CKernels/folds.c

rules: setup
	swift build --product rules-compiler
	.build/debug/rules-compiler Sources/CRules/rules.c Sources/WinnowStages/Rules/*.yml

format:
	swift format format --in-place --recursive Package.swift Sources Tests

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

PREFIX ?= /usr/local
install: build
	install -D -m 755 .build/release/winnow $(DESTDIR)$(PREFIX)/bin/winnow

clean:
	rm -rf .build
