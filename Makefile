# mailticket: every target does its own set-up. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(firstword $(foreach p,python3.13 python3.12 python3.11 python3.14 python3,$(shell command -v $(p) 2>/dev/null)))
SOURCES := mailticket tests

.PHONY: help demo test lint types bench pictures wheel packages clean

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

# The environment is made once for each set of dependencies: the stamp is younger than pyproject.toml and constraints.txt.
$(VENV)/demo.stamp: pyproject.toml constraints.txt .ci/venv
	@.ci/venv "$(PYTHON)" "$(VENV)" demo
	@touch $@

$(VENV)/dev.stamp: pyproject.toml constraints.txt .ci/venv
	@.ci/venv "$(PYTHON)" "$(VENV)" dev
	@touch $@ $(VENV)/demo.stamp

demo: $(VENV)/demo.stamp  ## run the desk on embedded servers and sample mails (ARGS=--once ends by itself)
	@$(BIN)/mailticket demo $(ARGS)

packages:  ## install Dovecot, PostgreSQL, Postfix and Chromium for the tests (root only)
	@.ci/packages

test: $(VENV)/dev.stamp packages  ## run the whole suite
	@$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/dev.stamp  ## ruff
	@$(BIN)/ruff check $(SOURCES)

types: $(VENV)/dev.stamp  ## mypy --strict
	@$(BIN)/mypy

bench: $(VENV)/dev.stamp packages  ## measure, as ratios to a floor of the same run
	@$(BIN)/python -m tests.bench $(ARGS)

pictures: $(VENV)/dev.stamp packages  ## render every mail of the desk to pictures in build/pictures
	@$(BIN)/python -m tests.bench.pictures build/pictures

wheel: $(VENV)/dev.stamp  ## build the wheel
	@$(BIN)/python -m build --wheel

clean:  ## remove what was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
