"""A pytest plugin that runs the tests of iscc_core over ``iscckit.compat``.

    python -m pytest -p tools.peer_plugin --peer-outcomes FILE TESTS

``import iscc_core`` and its modules give the names of ``iscckit.compat``, and nothing else;
``pytest.raises`` ignores ``match``, because messages are ours. The outcome of each test is written
to FILE as JSON, by its node id.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from iscckit import compat
from iscckit.codec.bases import MULTICODEC

MODULES: Final = (
    *("__main__", "cdc", "check", "code_content_audio", "code_content_image"),
    *("code_content_mixed", "code_content_text", "code_content_video", "code_data", "code_flake"),
    *("code_instance", "code_meta", "codec", "conformance", "constants", "dct", "iscc_code"),
    *("iscc_id", "minhash", "models", "options", "simhash", "utils", "wtahash"),
)


class Stand(ModuleType):
    """A module that has the names of ``iscckit.compat``."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(compat, name)


def stand_in() -> None:
    """Let ``iscc_core`` and its modules be stands."""
    root = Stand("iscc_core")
    root.__path__ = []
    sys.modules["iscc_core"] = root
    for name in MODULES:
        module = Stand(f"iscc_core.{name}")
        vars(root)[name] = sys.modules[module.__name__] = module
    # Names that tests import and that iscc_core itself does not export.
    vars(sys.modules["iscc_core.constants"])["MC_PREFIX"] = MULTICODEC
    vars(sys.modules["iscc_core.__main__"])["selftest"] = compat.conformance_selftest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the file of outcomes."""
    parser.addoption("--peer-outcomes", required=True, help="the file of outcomes")


def pytest_configure(config: pytest.Config) -> None:
    """Put the stands and ``raises`` in place before a test is imported."""
    stand_in()
    raises = pytest.raises

    def raises_anything(*arguments: Any, match: object = None, **options: Any) -> Any:  # noqa: ANN401
        del match
        return raises(*arguments, **options)

    pytest.raises = raises_anything
    config.pluginmanager.register(Outcomes(Path(config.getoption("--peer-outcomes"))))


class Outcomes:
    """Collects whether each test passed, and writes it at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.passed: dict[str, bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note that a test failed if one of its phases did."""
        name = report.nodeid.rpartition("/")[2]
        self.passed[name] = self.passed.get(name, True) and report.passed

    def pytest_sessionfinish(self) -> None:
        """Write what was noted."""
        self.path.write_text(json.dumps(self.passed, indent=1), encoding="utf-8")
