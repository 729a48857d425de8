# Needs python3 >= 3.11 with pip and make, nothing else.
V := .venv
PIP := $(V)/bin/pip --disable-pip-version-check -q
PYTHON ?= python3

.PHONY: help demo test check bench docs clean lock
.DEFAULT_GOAL := help

help:
	@echo "make demo    simulated hub -> collected -> lake -> measures -> demo/report.html"
	@echo "make test    the whole test suite"
	@echo "make check   lint, format, types, layering"
	@echo "make bench   the benchmark table"

$(V)/bin/python:
	$(PYTHON) -m venv $(V) || { $(PYTHON) -m pip install --user virtualenv && $(PYTHON) -m virtualenv $(V); }

$(V)/.base: requirements/base.lock pyproject.toml | $(V)/bin/python
	$(PIP) install --require-hashes -r requirements/base.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(V)/.test: requirements/test.lock $(V)/.base
	$(PIP) install --require-hashes -r requirements/test.lock
	@touch $@

$(V)/.bench: requirements/bench.lock $(V)/.base
	$(PIP) install --require-hashes -r requirements/bench.lock
	@touch $@

demo: $(V)/.base
	$(V)/bin/hubwatch demo --out demo

test: $(V)/.test
	$(V)/bin/pytest -n auto

check: $(V)/.test
	$(V)/bin/ruff check .
	$(V)/bin/ruff format --check .
	$(V)/bin/mypy
	$(V)/bin/pytest tests/test_layers.py

bench: $(V)/.bench
	$(V)/bin/python -m benchmarks

clean:
	rm -rf $(V) demo

# Makes the lock files again; needs uv. No registry's address may end up in them.
LOCK = uv pip compile --universal -p 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-header --no-annotate -c requirements/constraints.txt
lock:
	for set in base test bench spark docs train; do $(LOCK) requirements/$$set.in -o requirements/$$set.lock || exit 1; done

# The generated reference pages, and the site in site/.
docs: $(V)/.docs
	$(V)/bin/python docs/generate.py
	$(V)/bin/mkdocs build --quiet

$(V)/.docs: requirements/docs.lock $(V)/.base
	$(PIP) install --require-hashes -r requirements/docs.lock
	@touch $@
