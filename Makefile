# `make run` and `make test` need Python >= 3.11 and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_FLAGS := --disable-pip-version-check --quiet --require-hashes

.DEFAULT_GOAL := help
.PHONY: help run extras test test-sqlite test-postgres check bench clauses translations lock clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

$(VENV)/.run-ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install $(PIP_FLAGS) -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev-ready: $(VENV)/.run-ready requirements-dev.lock
	$(BIN)/python -m pip install $(PIP_FLAGS) -r requirements-dev.lock
	@touch $@

$(VENV)/.extras-ready: $(VENV)/.run-ready requirements-extras.lock
	$(BIN)/python -m pip install $(PIP_FLAGS) -r requirements-extras.lock
	@touch $@

run: $(VENV)/.run-ready ## set everything up and serve the product with demo data (PORT, DATA_DIR)
	@exec $(BIN)/account-center serve --demo

extras: $(VENV)/.extras-ready ## also install what opens HEIC (GPL parts) and reads text on pictures (about 400 MB)

test: $(VENV)/.dev-ready ## set everything up and run the tests (SQLite, and PostgreSQL where it is found)
	@$(BIN)/python tools/run_tests.py

test-sqlite: $(VENV)/.dev-ready ## the tests on SQLite only
	@$(BIN)/python tools/run_tests.py --only sqlite

test-postgres: $(VENV)/.dev-ready ## the tests on PostgreSQL only, on a private throw-away server
	@$(BIN)/python tools/run_tests.py --only postgres

check: $(VENV)/.dev-ready ## lint, types, architecture, translations, migrations, documentation links
	@$(BIN)/python tools/check.py

bench: $(VENV)/.dev-ready ## measure speed and memory as ratios; prints a table, writes JSON
	@$(BIN)/python -m bench

clauses: $(VENV)/.dev-ready ## which of the 142 clauses have a passing test
	@$(BIN)/python tools/clauses.py

translations: $(VENV)/.dev-ready ## bring the translation file up to date with the source
	@$(BIN)/python tools/translations.py --update

lock: ## write the lock files anew (needs uv)
	@tools/lock

clean: ## remove what the other targets made, never the data in var/
	rm -rf $(VENV) .venv-bench .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
