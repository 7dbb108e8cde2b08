# Three commands for readers (tutorial, lab, test); each sets itself up on a fresh machine.
PYTHON ?= python3
VENV   ?= .venv
# What make lab and make tutorial take: the course in English, or with NOTEBOOKS=notebooks/zh in Chinese.
NOTEBOOKS ?= notebooks
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
UV     := $(BIN)/uv pip install --quiet --python $(BIN)/python
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help tutorial lab dashboard test check types style bench lock clean

help: ## Show what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "expected Python 3.11 or newer, found %d.%d. Name another with: make PYTHON=python3.12" % v[:2])'
	@echo "Setting up $(VENV) (once, about a minute) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "expected a Python with venv. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PIP) uv
	@$(UV) --no-deps --compile-bytecode --requirement requirements.lock 2>/dev/null \
	  || $(PIP) --no-deps --requirement requirements.lock
	@$(UV) --no-deps --editable . 2>/dev/null || $(PIP) --no-deps --editable .
	@$(BIN)/python -m compileall -q karmada_nb
	@touch $@

tutorial: $(READY) ## Run the whole tutorial: clusters, Karmada, every notebook
	@$(BIN)/karmada-nb tutorial --notebooks-dir $(NOTEBOOKS)

# The clusters start while JupyterLab does. binder/labconfig: long lines wrap, and nobody is asked about news.
lab: $(READY) ## Open JupyterLab on the course (in Chinese: NOTEBOOKS=notebooks/zh)
	@$(BIN)/karmada-nb up --clusters-only >/dev/null 2>&1 & \
	  space=$$($(BIN)/karmada-nb workspace --course $(NOTEBOOKS) --root notebooks) && \
	  JUPYTER_CONFIG_PATH=$(CURDIR)/binder$${JUPYTER_CONFIG_PATH:+:$$JUPYTER_CONFIG_PATH} \
	  exec $(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) \
	  --ServerApp.root_dir=$(CURDIR)/notebooks --LabApp.default_url=/lab/workspaces/$$space

dashboard: $(READY) ## Open the dashboard as a page of its own
	@$(BIN)/voila notebooks/pages/dashboard.ipynb

test: $(READY) check ## Run all tests
	@$(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

check: $(READY) ## Check style, types and the direction of imports
	@$(MAKE) --no-print-directory --jobs=2 --keep-going types style

types: $(READY)
	@$(BIN)/mypy

style: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

bench: $(READY) ## Measure speed and size
	@$(BIN)/python -m benchmarks

# Left out: jsonschema uses rfc3987-syntax where it is there, and building its grammar costs every program that imports
# jsonschema, such as Jupyter Server, two seconds. lark is what it is built with.
lock: $(READY) ## Bring requirements.lock up to pyproject.toml; what it pins already stays
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra test --no-emit-index-url --no-header \
	  --no-annotate --no-emit-package rfc3987-syntax --no-emit-package lark --output-file requirements.lock pyproject.toml

clean: ## Remove the environment and all results
	rm -rf $(VENV) results .pytest_cache .mypy_cache .ruff_cache .hypothesis
