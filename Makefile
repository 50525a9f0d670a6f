# Two commands matter: `make run` and `make test`. The README has the plain lines beneath them.
PYTHON ?= python3
VENV := .venv
IN := $(VENV)/bin/python

# uv when it is there (seconds), pip otherwise; both check every hash.
define install
	test -x $(IN) || $(PYTHON) -m venv $(VENV)
	if command -v uv >/dev/null 2>&1; \
	then uv pip install --quiet --python $(IN) --require-hashes -r $(1); \
	else $(IN) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
	touch $(2)
endef

.PHONY: run test soak check format lock train bench screenshots

run: $(VENV)/service
	$(IN) -m app demo --if-empty
	$(IN) -m app serve

test: $(VENV)/development
	$(IN) -m pytest

# The same tests as in `make test`, at full size: an hour and a half; each prints what it measured.
soak: $(VENV)/development
	$(IN) -m pytest tests/soak --soak

check: $(VENV)/development
	$(IN) -m ruff check .
	$(IN) -m ruff format --check .
	$(IN) -m mypy
	$(VENV)/bin/lint-imports

# Speed and cost, each figure beside a reference of the same run. Some twenty minutes on a quiet machine.
train: $(VENV)/development
	$(IN) -m scoring.training

bench: $(VENV)/development
	$(IN) -m benchmarks.streams
	$(IN) -m benchmarks.memory
	$(IN) -m benchmarks.grading
	$(IN) -m benchmarks.classes
	$(IN) -m benchmarks.prompts

# The pictures of the documents, from a fresh demo in a temporary folder, by Chromium. Look at them before you commit them.
screenshots: $(VENV)/development
	$(IN) docs/screenshots.py

format: $(VENV)/development
	$(IN) -m ruff check --fix .
	$(IN) -m ruff format .

# The locks carry hashes and no address of any registry; `uv.lock` would, so it is not used.
lock:
	uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --group dev --all-extras --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock

$(VENV)/service: requirements.lock
	$(call install,requirements.lock,$@)

$(VENV)/development: requirements-dev.lock
	$(call install,requirements-dev.lock,$@)
