# hrd-cases. `make run` and `make test` need python3 (3.11 or newer) with venv, make and git; they fetch the rest themselves.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv --quiet
INSTALL := $(UV) pip install --python $(BIN)/python --require-hashes
LOCK := $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
# Otherwise each of the hundreds of processes that the tests start compiles every module anew.
unexport PYTHONDONTWRITEBYTECODE
COMPILED := $(patsubst %.po,%.mo,$(shell find translations hrd_cases -name '*.po' 2>/dev/null))
CHECKED := hrd_cases wsgi.py migrations tests

.PHONY: help run test bench lint lock clean ready ready-to-test styles

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ready  ## the demonstration: web server, reminders and a mail catcher on this machine (PORT=8000, HRD_HOME=var)
	@exec env $(if $(PORT),HRD_PORT=$(PORT)) $(BIN)/python -m hrd_cases.supervisor

test: ready-to-test lint  ## linters, types, contracts and every test, on SQLite and PostgreSQL (PICTURES=1: with pictures of all pages)
	@$(if $(PICTURES),PICTURES=1 )$(BIN)/python -m pytest -n 2 $(TESTS)

bench: ready-to-test  ## ours against the obvious other way: one table; never fails on time
	@$(BIN)/python -m tests.bench

lint: ready-to-test  ## linters, types and import contracts alone
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy $(CHECKED)
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint templates --lint --quiet

lock: .venv/uv.stamp  ## resolve the dependencies of pyproject.toml anew into requirements*.lock
	echo uv | $(LOCK) --upgrade - -o requirements-uv.lock
	$(LOCK) --upgrade pyproject.toml -o requirements.lock
	$(LOCK) --upgrade pyproject.toml --group build -c requirements.lock -o requirements-build.lock
	$(LOCK) --upgrade pyproject.toml --group build --group test -c requirements-build.lock -o requirements-test.lock

clean:  ## remove what was built and installed here; var/ (the installation's data) stays
	rm -rf .venv assets/build assets/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis screenshots *.egg-info
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +
	find . -name '*.mo' -delete

ready: .venv/run.stamp styles $(COMPILED)  ## everything that running needs, built into .venv (hashes checked)
ready-to-test: .venv/test.stamp styles $(COMPILED)
	@scripts/test-packages

.venv/uv.stamp: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "hrd-cases needs Python 3.11 or newer")'
	@echo 'Making the virtual environment .venv'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo 'Install python3-venv first: apt-get install python3-venv' >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# The project itself is installed as a link to this directory; uv holds the builder, so nothing more is fetched.
.venv/run.stamp: .venv/uv.stamp requirements-build.lock pyproject.toml
	@echo 'Installing the locked dependencies'
	@$(INSTALL) -r requirements-build.lock
	@$(UV) pip install --python $(BIN)/python --offline --no-deps --editable .
	@touch $@

.venv/test.stamp: .venv/run.stamp requirements-test.lock
	@echo 'Installing the locked test tools'
	@$(INSTALL) -r requirements-test.lock
	@touch $@

# it has a stamp of its own
styles: .venv/run.stamp
	@$(BIN)/python assets/build.py

%.mo: %.po | .venv/run.stamp
	@$(BIN)/pybabel --quiet compile -i $< -o $@
