# What one types here: `make help` lists it.

PORT ?= 8000
RESET ?=
ARGS ?=
NAME ?=
WORKERS ?= auto
N ?= 100000

VENV := .venv
PYTHON := $(VENV)/bin/python
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test oldest check attack browser gettext format lock messages openapi pictures sbom bench stop

help: ## List what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: $(VENV)/demo ## Run the site on this machine, with its first interview (PORT=8000, RESET=1)
	@DEBUG=0 exec $(PYTHON) manage.py demo --port $(PORT) $(if $(RESET),--reset)

test: $(VENV)/dev ## Run the tests (ARGS="tests/record -k chain")
	$(PYTHON) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

oldest: $(VENV)/dev ## Run the tests of the database on PostgreSQL 15, where its programs are
	$(PYTHON) .ci/oldest_postgres.py $(ARGS)

check: $(VENV)/dev ## Check style, types, layers, templates, migrations and translations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint --quiet templates
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml claims factcheck
	$(PYTHON) manage.py check --settings factcheck.settings.test
	$(PYTHON) manage.py makemigrations --check --dry-run --settings factcheck.settings.test
	$(PYTHON) .ci/sbom.py --check
	$(PYTHON) .ci/check_translations.py

attack: $(VENV)/dev ## Attack the promises at full size, one line of counts each (NAME=canary)
	$(PYTHON) -m bench.attacks $(NAME)

# Programs of the system. As root they are installed; otherwise one is told what to install.

browser: ## Get Chromium for the browser tests, which otherwise say that they did not run
	$(call need,chromium,chromium,The browser tests need)

gettext: ## Get gettext for the translations
	$(call need,gettext,msgfmt,The translations need)

define need
	@command -v $(2) >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $(1) >/dev/null; } || { \
	  echo "$(3) the package $(1): install it so that the command $(2) works, then try again." >&2; \
	  exit 1; }
endef

format: $(VENV)/dev ## Rewrite code and templates in the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	-$(BIN)/djlint --reformat --quiet templates

messages: $(VENV)/dev gettext ## Collect the texts to translate, and compile the translations
	$(PYTHON) manage.py makemessages --locale fr --no-obsolete --add-location file \
	  --ignore $(VENV) --ignore tests --ignore bench --ignore staticfiles
	$(PYTHON) manage.py compilemessages --ignore $(VENV)

pictures: $(VENV)/dev browser ## Take the pictures of the readers' pages anew (ARGS="--only home")
	$(PYTHON) -m bench.pictures $(ARGS)

openapi: $(VENV)/dev ## Describe the read API anew, in claims/api/openapi.json
	$(PYTHON) manage.py spectacular --format openapi-json --file claims/api/openapi.json

bench: $(VENV)/bench ## Measure the speed of a large archive beside other designs (N=100000)
	$(call need,wrk,wrk,The benchmarks need)
	$(call need,nginx-light,nginx,The benchmarks need)
	$(PYTHON) -m bench.speed --claims $(N) $(ARGS)

lock: $(VENV)/dev ## Compile the requirement files (ARGS=--upgrade takes newer versions)
	for set in "" -demo -dev -bench; do \
	  $(BIN)/uv pip compile --universal --python-version 3.12 --generate-hashes \
	    --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet \
	    requirements$$set.in --output-file requirements$$set.txt $(ARGS) || exit 1; \
	done

sbom: $(VENV)/dev ## List what the site is made of, in docs/sbom.cdx.json, after a change of the lock
	$(PYTHON) .ci/sbom.py

stop: ## Stop the database server that the demo or the tests started
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m factcheck.embedded_postgres stop; fi

# The environment. A stamp file for each set of packages: a second run installs nothing.

$(VENV)/bin/python:
	@for name in python3.13 python3.14 python3.12 python3; do \
	  if $$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then \
	    exec $$name -m venv --clear $(VENV); \
	  fi; \
	done; \
	echo "No usable Python was found: install Python 3.12 or newer with its venv module (on Debian and Ubuntu: python3 and python3-venv)." >&2; exit 1

define install
	@echo "Installing $(1) into $(VENV)"
	@if command -v uv >/dev/null; then \
	  uv pip install --quiet --python $(PYTHON) --only-binary :all: --require-hashes -r $(1); \
	else \
	  $(PYTHON) -m pip install -qq --disable-pip-version-check --only-binary :all: --require-hashes -r $(1); \
	fi
	@touch $@
endef

# The larger set contains the smaller one, so `dev` serves the demo too.
$(VENV)/dev: requirements-dev.txt | $(PYTHON)
	$(call install,requirements-dev.txt)
	@touch $(VENV)/demo

$(VENV)/bench: requirements-bench.txt $(VENV)/dev | $(PYTHON)
	$(call install,requirements-bench.txt)

$(VENV)/demo: requirements-demo.txt | $(PYTHON)
	$(call install,requirements-demo.txt)
