# winnow: `make run` shows what it does, `make test` tests it. Both install the Debian packages they need.
SHELL := /bin/bash
SWIFT_FLAGS := --explicit-target-dependency-import-check error
ARTICLE := Fixtures/articles/en-01.txt

.DEFAULT_GOAL := build
.PHONY: setup build run test bench-test bench bench-guard rules folds train vote quality format lint install clean

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
	.build/debug/rules-compiler Sources/CRules/rules.c docs/rule-packs-coverage.md Sources/WinnowStages/Rules/*.yml

# Makes the line classifier's model anew from labelled pages: `make train DATA=FOLDER`, or one of your own from pages of your own:
# `make train PAGES=FOLDER MODEL=FILE`, `make vote HTML=FOLDER PAGES=FOLDER` (Training/README.md).
TRAINING := .build/training
MODEL ?= $(if $(PAGES),my-lines.model,Sources/CLineModel/lines.model)
TWINS := $(sort $(wildcard Fixtures/clean/[a-z][a-z][a-z]*.txt)) $(patsubst %,Fixtures/articles/%-02.txt,en pl ru)
train: build
	@test -n "$(DATA)$(PAGES)" || { echo "make train DATA=FOLDER or PAGES=FOLDER: see Training/README.md"; exit 2; }
	test -x $(TRAINING)/bin/python3 || $(PYTHON) -m venv $(TRAINING)
	$(TRAINING)/bin/pip install --quiet --disable-pip-version-check -r Training/requirements.txt
	$(TRAINING)/bin/python3 Training/train.py --winnow .build/release/winnow $(if $(DATA),--data $(DATA)) $(if $(PAGES),--pages $(PAGES)) \
		--articles Fixtures/articles --work $(TRAINING)/pages --out $(MODEL) $(if $(PAGES),,--figures Training/figures.txt)
	$(if $(PAGES),,$(TRAINING)/bin/python3 Training/twin.py $(MODEL) Fixtures/classifier/scores.tsv $(TWINS))

# Labels the lines of web pages by a vote of three extractors.
VOTE := .build/vote
vote:
	@test -n "$(HTML)" -a -n "$(PAGES)" || { echo "make vote HTML=FOLDER PAGES=FOLDER: see Training/README.md"; exit 2; }
	test -x $(VOTE)/bin/python3 || $(PYTHON) -m venv $(VOTE)
	$(VOTE)/bin/pip install --quiet --disable-pip-version-check --no-deps -r Training/requirements-vote.txt
	$(VOTE)/bin/python3 Training/vote.py $(HTML) $(PAGES)

# Scores the judging half of the labelled articles; fails where a figure of Benchmarks/quality/figures.txt has fallen.
# `make quality UPDATE='reason'` writes them anew.
quality: build
	$(PYTHON) Benchmarks/quality/quality.py --winnow .build/release/winnow --articles Fixtures/articles \
		--figures Benchmarks/quality/figures.txt $(if $(UPDATE),--update "$(UPDATE)")

# Benchmarks/README.md tells what these measure. `make bench BENCH_MEDIUM=5 BENCH_LARGE=50 BENCH_RUNS=1` is a quick look.
BENCH_SMALL ?= 1
BENCH_MEDIUM ?= 20
BENCH_LARGE ?= 200
BENCH_RUNS ?= 3
BENCH_SEED ?= 1
PYTHON ?= python3
BENCH := Benchmarks/.build/release/winnow-bench
BENCH_WORK := .build/bench
BENCH_TOOLS := $(addprefix $(BENCH_WORK)/bin/,measure alloc-count.so icu-filter)
C_WARNINGS := -Wall -Wextra -Werror

$(BENCH_WORK)/bin/measure: Benchmarks/measure/measure.c
	@mkdir -p $(@D)
	gcc -O2 $(C_WARNINGS) $< -o $@

$(BENCH_WORK)/bin/alloc-count.so: Benchmarks/alloc-count/alloc_count.c
	@mkdir -p $(@D)
	gcc -O2 $(C_WARNINGS) -shared -fPIC $< -o $@

$(BENCH_WORK)/bin/icu-filter: Benchmarks/peers/icu_filter.cpp
	@mkdir -p $(@D)
	g++ -O3 -std=c++17 $(C_WARNINGS) $< -o $@ -licuuc

# Measures speed, memory and growth beside other tools, and writes docs/performance.md with its chart.
bench: build $(BENCH_TOOLS)
	swift build -c release --package-path Benchmarks
	$(BENCH) run --winnow .build/release/winnow --tools $(BENCH_WORK)/bin --peers Benchmarks/peers --words Benchmarks/words \
		--work $(BENCH_WORK) --python $(PYTHON) --small $(BENCH_SMALL) --medium $(BENCH_MEDIUM) --large $(BENCH_LARGE) \
		--runs $(BENCH_RUNS) --seed $(BENCH_SEED) --results $(BENCH_WORK)/results.json
	$(BENCH) report $(BENCH_WORK)/results.json docs/performance.md docs/performance.svg

# Compares counts of instructions with those in Benchmarks/guard.json; UPDATE=1 writes them anew.
bench-guard: build
	@./.ci/setup valgrind
	swift build -c release --package-path Benchmarks
	@mkdir -p $(BENCH_WORK)/bin
	@strip -o $(BENCH_WORK)/bin/winnow .build/release/winnow   # Valgrind stumbles over Swift's debug information
	@$(BENCH) guard --winnow $(BENCH_WORK)/bin/winnow --words Benchmarks/words --work $(BENCH_WORK) \
		--figures Benchmarks/guard.json --update "$(UPDATE)"

bench-test: setup
	swift test --package-path Benchmarks

SWIFT_CODE := Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources Benchmarks/Tests

format:
	swift format format --in-place --recursive $(SWIFT_CODE)

lint:
	swift format lint --strict --recursive $(SWIFT_CODE)

PREFIX ?= /usr/local
install: build
	install -D -m 755 .build/release/winnow $(DESTDIR)$(PREFIX)/bin/winnow

clean:
	rm -rf .build Benchmarks/.build
