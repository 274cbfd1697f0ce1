# Two commands matter: `make demo` and `make test`. Both set up what they need.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
SHOP_PORT ?= 8001
READY := .venv/.ready

EXTRACT := $(BIN)/pybabel -q extract -k ngettext:1,2 -k pgettext:1c,2 -k npgettext:1c,2,3 -k mark --no-location --project Tracker

.PHONY: help setup demo demo-reset test faults lint bench shots lock translations clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(READY) ## Make .venv with the locked packages

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tracker needs Python 3.11 or newer; choose one with: make PYTHON=python3.12 setup")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## Run portal, worker and a demo shop (PORT, SHOP_PORT choose the ports)
	@exec $(BIN)/tracker demo --port $(PORT) --shop-port $(SHOP_PORT)

demo-reset: $(READY) ## Forget the demo's data and begin it anew
	@exec $(BIN)/tracker demo --port $(PORT) --shop-port $(SHOP_PORT) --reset

test: $(READY) ## Run the whole suite on SQLite and PostgreSQL
	$(BIN)/pytest -n 2 --dist loadgroup

faults: $(READY) ## Long fault and load runs, with their full counts
	TRACKER_FAULTS=full $(BIN)/pytest tests/faults -s -v -m "faults or not faults" --timeout 3600

lint: $(READY) ## ruff, mypy --strict, import rules, template rules
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.template_lint templates plugins

bench: $(READY) ## Print ratios against a floor, in one run
	$(BIN)/python -m bench

shots: $(READY) ## Take the screenshots of docs/ and README again
	$(BIN)/python -m tools.shots

lock: ## Resolve requirements.lock anew (hashes, no index address)
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -q -o requirements.lock

translations: $(READY) ## Extract messages and update every catalogue
	$(EXTRACT) -F translations/babel.cfg -o translations/messages.pot .
	$(EXTRACT) -F translations/customers.cfg -o translations/customers.pot .
	$(BIN)/pybabel -q update -i translations/messages.pot -d translations -l ko --no-fuzzy-matching --ignore-obsolete
	for code in ar de; do $(BIN)/pybabel -q update -i translations/customers.pot -d translations -l $$code --no-fuzzy-matching --ignore-obsolete; done

clean: ## Remove the environment, caches and the demo's data
	rm -rf .venv instance .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
