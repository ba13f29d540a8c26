SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
# Tests start many processes: each would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

PORT ?= 5000
ARGS ?=
PYTHON := .venv/bin/python
CONSULT := $(PYTHON) -m consult.cli
WITH_SETTINGS := set -a && . ./.local.env && set +a &&

# A test that hangs fails after a quarter of an hour and says where, instead of holding all others up.
PATIENCE := -o faulthandler_timeout=900 -o faulthandler_exit_on_timeout=true

.PHONY: help run test test-fast test-postgres test-browser hostile test-docs lint fix lock css pictures messages clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/ready: requirements/dev.txt
	python3 -m venv .venv || { apt-get update -q && apt-get install -yq python3-venv && python3 -m venv .venv; }
	{ .venv/bin/pip install --quiet uv==0.13.9 && .venv/bin/uv pip sync --quiet --compile-bytecode --python $(PYTHON) $<; } \
	  || .venv/bin/pip install --quiet --require-hashes -r $<
	touch $@

.local.env: | .venv/ready
	$(CONSULT) new-env > $@

run: .venv/ready .local.env ## Set up what is missing, migrate, load the demonstration, and serve on loopback
	$(WITH_SETTINGS) $(CONSULT) db upgrade
	$(WITH_SETTINGS) $(CONSULT) demo
	$(WITH_SETTINGS) exec $(CONSULT) run --port $(PORT)

test: lint test-fast test-postgres test-browser ## Everything; installs what is missing (chromium, PostgreSQL) through apt

test-fast: .venv/ready ## Unit and integration tests on SQLite: no browser, no server
	requirements/have-pango
	$(PYTHON) -m pytest $(PATIENCE) -n auto --dist worksteal -m "not browser and not hostile" $(ARGS)

test-postgres: .venv/ready ## The same on a private PostgreSQL cluster
	requirements/have-pango
	requirements/have-postgres
	tests/on-postgres $(PYTHON) -m pytest $(PATIENCE) -n auto --dist worksteal -m "not browser and not hostile and not packaging" \
	  tests/consult $(ARGS)

test-browser: .venv/ready ## Drives Chromium, and Firefox for the ways out; the longest journey on SQLite and on PostgreSQL
	requirements/have-chromium
	requirements/have-firefox
	requirements/have-pango
	requirements/have-postgres
	$(PYTHON) -m pytest $(PATIENCE) -n 2 --dist worksteal -m "browser and not hostile" tests/browser $(ARGS)

hostile: .venv/ready ## The long forms of S1 to S42, fuzzing, faults on purpose, load; ends with a table (an hour and a half)
	requirements/have-hostile
	requirements/have-pango
	requirements/have-chromium
	requirements/have-postgres
	tests/hostile/run $(ARGS)

test-docs: .venv/ready ## Write docs/hostile.md and docs/care.md anew: which test shows which promise
	$(PYTHON) -m tests.hostile.document
	$(PYTHON) -m tests.care.document

lint: .venv/ready ## Every gate: format, rules, layers, types, dependencies, templates
	.venv/bin/ruff format --check --quiet .
	.venv/bin/ruff check --quiet .
	.venv/bin/lint-imports --no-cache > .import-lint.log || { cat .import-lint.log; exit 1; }
	.venv/bin/mypy --no-error-summary
	.venv/bin/deptry . > .deptry.log 2>&1 || { cat .deptry.log; exit 1; }
	.venv/bin/djlint templates --check --lint --quiet

fix: .venv/ready ## Put right what the tools can put right
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .
	.venv/bin/djlint templates --reformat --quiet

lock: .venv/ready ## Pin every dependency anew, with hashes and without addresses
	.venv/bin/uv pip compile --quiet --upgrade pyproject.toml --extra postgres --universal --generate-hashes --no-header \
	  -o requirements/run.txt
	.venv/bin/uv pip compile --quiet --upgrade pyproject.toml --extra postgres --extra themes -c requirements/run.txt --universal \
	  --generate-hashes --no-header -o requirements/themes.txt
	.venv/bin/uv pip compile --quiet --upgrade pyproject.toml --all-extras --group dev -c requirements/themes.txt --universal \
	  --generate-hashes --no-header -o requirements/dev.txt
	.venv/bin/uv pip compile --quiet --upgrade --group hostile -c requirements/dev.txt --universal --generate-hashes \
	  --no-header -o requirements/hostile.txt

css: ## Rebuild the committed stylesheet and third-party scripts (needs npm)
	requirements/css/build.sh

pictures: ## Draw the pictures of easy read anew (needs chromium)
	.venv/bin/python requirements/pictures/draw.py

messages: .venv/ready ## Take the words of the public pages into the Welsh catalogue, and compile it (docs/developer.md)
	mkdir -p build
	.venv/bin/pybabel -q extract -F babel.cfg -k said --no-location --sort-output -o build/messages.pot .
	.venv/bin/pybabel -q update -i build/messages.pot -d consult/translations -l cy --no-fuzzy-matching --no-wrap \
	  --ignore-obsolete --ignore-pot-creation-date
	.venv/bin/pybabel -q compile -d consult/translations -l cy
	@$(PYTHON) -m consult.cli words --missing

clean: ## Remove what was built; the database in var/ stays
	rm -rf .venv .hostile build dist .mypy_cache .ruff_cache .pytest_cache .import-lint.log .deptry.log
