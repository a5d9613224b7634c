# Two commands matter: `make site` (the main job, into ./public) and `make test` (everything that keeps it true).
# Both set up what they need in .venv; nothing else is asked or installed.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
KEYS   := .attest/keys
FRESH  := controls/evidence/files/collected
# A file of tests stays on one core, so that what it sets up once is set up once.
ABREAST := -n auto --dist loadfile

export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true

.PHONY: help site test quick lint evidence serve bench wheel lock clean

help:
	@echo "make site    check, build, sign and publish the reference trust center into ./public, and verify it"
	@echo "make test    every test and check"
	@echo "make quick   the fast tests alone"
	@echo "make serve   preview in the browser, rebuilt at every change"
	@echo "make lint    ruff, mypy and the import contracts"
	@echo "make bench   measure, and compare with a limit in the same run"
	@echo "make wheel   what a release of Attest consists of, into ./dist: the wheel, verify.py, their digests"
	@echo "make lock    resolve requirements.txt anew from pyproject.toml"
	@echo "make clean   remove what can be made again (never keys, never releases)"

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "attest: error: Python 3.11 or newer is needed; name one with: make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) (once)" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Fresh evidence of this project itself: it must not rot, so it is made anew each time and never committed.
evidence: $(READY)
	@mkdir -p $(FRESH)
	@$(BIN)/python .ci/collect.py $(FRESH)

# A first release where there is none yet, else the next one. Keys without a passphrase: this is the reference site of a fictional company.
site: evidence
	@test -e $(KEYS)/statement.pem || $(BIN)/attest keys new --keys $(KEYS) --no-passphrase
	@$(BIN)/attest publish public --keys $(KEYS) $$(test -L public || grep -qs '"release":[1-9]' $(KEYS)/highwater.json || echo --first)
	@$(BIN)/attest verify public --key $(KEYS)/statement.pub

test: evidence lint
	@$(BIN)/pytest $(ABREAST)

quick: $(READY)
	@$(BIN)/pytest -m "not slow" $(ABREAST)

lint: $(READY)
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

serve: evidence
	@$(BIN)/attest serve

bench: $(READY)
	@for each in bench/*.py; do echo "== $$each"; $(BIN)/python $$each || exit 1; done

wheel: $(READY)
	@rm -rf dist
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist
	@cp attest/theme/verify.py dist/
	@cd dist && sha256sum *.whl verify.py > SHA256SUMS

lock: $(READY)
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --all-extras --group dev --group collect --group properdocs pyproject.toml -o requirements.txt

clean:
	rm -rf $(VENV) dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache tests/interop/node_modules
