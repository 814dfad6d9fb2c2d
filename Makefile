# Everything starts here. 'make report' and 'make test' set up what they need in .venv the first time.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL = $(PIP) install
UV := $(VENV)-lock/bin/uv
PIN := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock'
LOCK := $(PIN) pyproject.toml --extra build

.PHONY: help report test tests test-all style types coverage check lab schedulers counts reference docs picture lock clean

help: ## say what each target does
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 10

report: $(VENV)/.run ## set up, run every notebook, write reports/index.html
	$(BIN)/attrition report

test: $(VENV)/.test ## set up, then style, types, import contract, notebook rules and tests
	$(MAKE) --jobs 2 types tests

tests: style $(VENV)/.collected # beside types, which keep one processor busy and not two
	$(BIN)/pytest --numprocesses 3

test-all: $(VENV)/.test schedulers ## the same, and what takes longer: every page in every width and scheme, every notebook in both engines, a thousand examples, all kills, Airflow
	ATTRITION_EVERY=1 $(MAKE) test

style: $(VENV)/.test ## style, import contract and notebook rules alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/attrition check

types: $(VENV)/.test ## types alone
	$(BIN)/mypy

# Once, and not by every process of the tests: what is imported is compiled. Of what changes later there is little.
$(VENV)/.collected: $(VENV)/.test
	@$(BIN)/pytest --collect-only -qq > /dev/null 2>&1 || true  # what is wrong the tests say themselves
	@touch $@

coverage: $(VENV)/.test ## say which lines and branches of analysis/ the tests run through
	$(BIN)/pytest --numprocesses 3 --cov --cov-report term

check: $(VENV)/.run ## hold the notebooks to their rules
	$(BIN)/attrition check

lab: $(VENV)/.lab ## open JupyterLab on a page to start from, with a card for each question
	$(BIN)/attrition lab $(if $(filter 0,$(shell id -u)),--allow-root)

schedulers: $(VENV)-schedulers/.set-up $(VENV)-lab/.lab ## set up Airflow and JupyterLab apart, so that the tests try docs/scheduling/ with them

counts: $(VENV)/.run ## build data/counts/ again from data/published/ and data/examples/
	$(BIN)/python -m analysis.builders.published
	$(BIN)/python -m analysis.builders.bundled stalking_example

reference: $(VENV)/.test ## write docs/api.md, commands.md, columns.md and quality_log.md from what the suite holds
	$(BIN)/python -m docs.api
	$(BIN)/python -m docs.commands
	$(BIN)/python -m docs.columns
	$(BIN)/python -m docs.quality_log

docs: $(VENV)/.test ## build the site of documents in build/site, with the reports that stand in reports/
	$(BIN)/python docs/site.py

picture: $(VENV)/.test ## draw docs/picture.png from the reports that stand in reports/; needs Chromium
	$(BIN)/python docs/picture.py

lock: ## pin every version again, with hashes, from pyproject.toml
	test -x $(UV) || ($(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/pip install --quiet uv)
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra test --constraints requirements.lock --output-file requirements-test.lock
	$(LOCK) --extra lab --constraints requirements.lock --output-file requirements-lab.lock
	$(PIN) --group schedulers --output-file requirements-schedulers.lock

clean: ## remove what was built: the environment, the reports and the drafts
	rm -rf start_here.md build $(VENV) $(VENV)-lock $(VENV)-schedulers $(VENV)-lab .reports-staging drafts .drafts-staging
	find reports -mindepth 1 ! -name README.md -delete

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; '$(PYTHON)' is older. Name another: make PYTHON=python3.12 report"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV): about a minute the first time."
	$(INSTALL) --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.run
	$(INSTALL) --require-hashes --requirement requirements-test.lock
	@touch $@

$(VENV)/.lab: requirements-lab.lock $(VENV)/.run
	$(INSTALL) --require-hashes --requirement requirements-lab.lock
	@touch $@

# Both are compiled as they are used, which is once in a run of the tests.
$(VENV)-lab/.lab: requirements-lab.lock requirements.lock pyproject.toml
	PIP_COMPILE=0 $(MAKE) VENV=$(VENV)-lab $@

# The lock is whole, so that pip need not look for what else is wanted.
$(VENV)-schedulers/.set-up: requirements-schedulers.lock
	$(PYTHON) -m venv $(VENV)-schedulers
	$(VENV)-schedulers/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-compile --require-hashes --requirement $<
	@touch $@
