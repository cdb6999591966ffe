# One word each: run, test, lint, format, lock, bench, clean. Nothing needs to be installed first but Python 3.11.

SHELL := /bin/bash
PYTHON ?= $(or $(shell command -v python3.11),$(shell command -v python3),python3.11)
BIN := .venv/bin
TRAIN ?=
TEST ?=

.DEFAULT_GOAL := help
.PHONY: help run test lint format lock bench env clean base all

help: ## what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: base ## start the product with two demo tenants on http://127.0.0.1:8000
	@exec $(BIN)/chatbot demo

test: ## run the whole suite, starting what it needs
	@$(PYTHON) -m scripts.system_packages
	@$(MAKE) --no-print-directory all
	@exec $(BIN)/python -m scripts.run_tests $(ARGS)

lint: all ## ruff, formatting, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: all ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: all ## write requirements*.lock from pyproject.toml (UPGRADE=1 takes newer versions)
	@$(BIN)/python -m scripts.lock $(if $(UPGRADE),--upgrade)

bench: all ## load figures; with TRAIN=FOLDER [TEST=FOLDER] quality figures as well
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.ingestion
	$(if $(TRAIN),$(BIN)/python -m benchmarks.quality --train $(TRAIN) $(if $(TEST),--test $(TEST)))

env: ## write .env with fresh secrets, for docker compose
	@$(PYTHON) -m scripts.production_env

clean: ## remove what was installed and cached here; data/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

base all:
	@$(PYTHON) -m scripts.environment $@
