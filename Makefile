# Every target builds the environment first when it is missing or stale.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.built
ADVISORIES := $(VENV)/advisories.json
FOLDERS := app evals graph models prompts store tools

.DEFAULT_GOAL := help
.PHONY: help demo test check types dev chat eval bench clean

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Handrail needs Python 3.11 or newer; set PYTHON=/path/to/python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

demo: $(STAMP) ## Play the demo conversations, then CSAT by path (no key, no server)
	@$(BIN)/handrail demo

chat: $(STAMP) ## Talk to the agent in the terminal
	@$(BIN)/handrail chat --explain

test: $(STAMP) ## Run the tests
	$(BIN)/python -m pytest -q

types: $(STAMP) ## Check types (mypy strict)
	@mkdir -p .types/handrail
	@for folder in $(FOLDERS); do ln -sfn ../../$$folder .types/handrail/$$folder; done
	$(BIN)/mypy

check: $(STAMP) types ## Lint, types, security, import direction, drawing and README in step
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive $(FOLDERS)
	@rm -f $(ADVISORIES)
	@$(BIN)/pip-audit --requirement constraints.txt --no-deps --disable-pip --progress-spinner off \
		--timeout 15 --format json --output $(ADVISORIES) >/dev/null 2>&1 || true
	$(BIN)/python .ci/advisories.py $(ADVISORIES)
	$(BIN)/python -m pytest -q tests/house

dev: $(STAMP) ## Serve the graph for Studio and the LangGraph API on http://127.0.0.1:2024
	HANDRAIL_DEV=$${HANDRAIL_DEV:-1} $(BIN)/langgraph dev --no-browser --host 127.0.0.1

eval: $(STAMP) ## Measure routing and guards on ../shared/data (or DATA=folder), with a report
	$(BIN)/handrail eval $(if $(DATA),--data $(DATA))

bench: $(STAMP) ## Time a turn against an empty graph of the same shape, in one run
	$(BIN)/python -m handrail.evals.bench

clean: ## Remove the environment and everything built
	rm -rf $(VENV) .types .handrail .langgraph_api .mypy_cache .ruff_cache .pytest_cache *.egg-info build dist
