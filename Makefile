# Everything that fonds needs, in its own virtual environment. Start with: make demo
SHELL := /bin/sh
VENV ?= .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --quiet --disable-pip-version-check install
DEMO ?= demo
PYTEST_ARGS ?= -n auto
FUZZ_SECONDS ?= 300

.PHONY: help demo test check fuzz bench docs samples clean
.DELETE_ON_ERROR:

help:
	@echo "make demo     install fonds here and convert the sample publication"
	@echo "make test     install what the tests need and run them all"
	@echo "make check    ruff, mypy --strict, import-linter"
	@echo "make fuzz     fuzz every source, FUZZ_SECONDS each ($(FUZZ_SECONDS))"
	@echo "make bench    measure what is claimed about speed"
	@echo "make docs     make the generated files of docs/ again"
	@echo "make samples  make samples/ again"
	@echo "make clean    remove what the others made"

$(PY):
	@sh .ci/venv $(VENV)

# Installed in place, so that only a change of pyproject.toml installs again.
$(VENV)/.run: $(PY) pyproject.toml
	$(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(PY) pyproject.toml
	$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.run

$(VENV)/.fuzz: $(VENV)/.dev
	$(PIP) --editable '.[dev,fuzz]'
	@touch $@

demo: $(VENV)/.run
	@rm -rf $(DEMO)
	$(VENV)/bin/fonds convert samples/export.zip -o $(DEMO)
	@echo
	@echo "The same publication, in the other forms that Medium and its converters emit:"
	@echo
	$(VENV)/bin/fonds inspect samples/pages samples/json samples/graphql samples/feed samples/dom samples/zmedium
	@echo
	@echo "Look at:"
	@echo "  $(DEMO)/posts       the posts, one Markdown file each"
	@echo "  $(DEMO)/responses   answers to other posts"
	@echo "  $(DEMO)/drafts      what was never published"
	@echo "  $(DEMO)/assets      the pictures"
	@echo "  samples/export/posts    what they were made from"
	@echo "Then: $(VENV)/bin/fonds convert YOUR-EXPORT.zip -o my-posts"

# The fuzzer has wheels for some systems only; without it its tests are skipped, and say so.
$(VENV)/.test: $(VENV)/.dev
	@$(PIP) --only-binary atheris --editable '.[dev,fuzz]' || echo "no fuzzer for this Python: fuzzing is left out"
	@touch $@

test: $(VENV)/.test
	$(PY) -m pytest $(PYTEST_ARGS)

check: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy --strict
	$(VENV)/bin/lint-imports

fuzz: $(VENV)/.fuzz
	$(PY) tests/fuzz/fuzz_sources.py all --seconds $(FUZZ_SECONDS)

bench: $(VENV)/.dev
	@set -e; for script in benchmarks/*.py; do \
		case "$$script" in */bench.py) continue;; esac; \
		echo; echo "== $$script"; $(PY) "$$script"; \
	done

docs: $(VENV)/.dev
	$(PY) docs/make_schema.py
	$(PY) -m fonds.cli.reference > docs/commands.md

samples: $(PY)
	$(PY) samples/make.py

clean:
	rm -rf $(VENV) $(DEMO) build dist .fuzz .hypothesis .pytest_cache .mypy_cache .ruff_cache samples/.ruff_cache .import_linter_cache
	find src tests samples benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +
