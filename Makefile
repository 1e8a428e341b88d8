# mailticket: every target does its own set-up. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?=
SOURCES := mailticket tests

.PHONY: help venv demo test maillint lint types bench soak pictures corpus fuzz wheel packages clean

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

# The environment is made once for each set of dependencies: the stamp is younger than pyproject.toml and constraints.txt.
$(VENV)/demo.stamp: pyproject.toml constraints.txt .ci/venv
	@.ci/venv "$(PYTHON)" "$(VENV)" demo
	@touch $@

$(VENV)/dev.stamp: pyproject.toml constraints.txt .ci/venv
	@.ci/venv "$(PYTHON)" "$(VENV)" dev
	@touch $@ $(VENV)/demo.stamp

venv: $(VENV)/dev.stamp  ## set up .venv for working on the code (PYTHON=python3.12 chooses another)

demo: $(VENV)/demo.stamp  ## run the desk on embedded servers and sample mails (ARGS=--once ends by itself)
	@$(BIN)/mailticket demo $(ARGS)

packages:  ## install Dovecot, PostgreSQL, Postfix and Chromium for the tests (root only)
	@.ci/packages

test: $(VENV)/dev.stamp packages  ## run the whole suite, two files at a time
	@.ci/maillint build/maillint
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

maillint: $(VENV)/dev.stamp  ## hold every mail against what Outlook, Gmail and Apple Mail can show (takes Node)
	@.ci/maillint build/maillint
	@$(BIN)/python -m pytest tests/test_maillint.py $(ARGS)
	@[ ! -d build/maillint/node_modules ] || $(BIN)/python -m tests.test_maillint

lint: $(VENV)/dev.stamp  ## ruff
	@$(BIN)/ruff check $(SOURCES)

types: $(VENV)/dev.stamp  ## mypy --strict
	@$(BIN)/mypy

bench: $(VENV)/dev.stamp packages  ## measure, as ratios to a floor of the same run
	@$(BIN)/python -m tests.bench $(ARGS)

soak: $(VENV)/dev.stamp  ## the long checks: the calendar against a minute counter, the desk under attack, a simulated month (ARGS=desk for one)
	@$(BIN)/python -m tests.soak $(ARGS)

pictures: $(VENV)/dev.stamp packages  ## render every mail of the desk to pictures in build/pictures
	@$(BIN)/python -m tests.bench.pictures build/pictures

corpus: $(VENV)/dev.stamp  ## how the reader does on the corpus of real mails (CORPUS=../shared/corpus), as a table with bars
	@$(BIN)/python -m tests.bench.corpus $(ARGS)

fuzz: $(VENV)/dev.stamp  ## mutated mails through the reader, and the table of hostile shapes (N=200000 SEED=1)
	@$(BIN)/python -m tests.bench.hostile
	@$(BIN)/python -m tests.bench.fuzz --n $(or $(N),200000) --seed $(or $(SEED),1) $(ARGS)

wheel: $(VENV)/dev.stamp  ## build the wheel
	@$(BIN)/python -m build --wheel --no-isolation

clean:  ## remove what was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
