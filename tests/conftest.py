"""What all tests share."""

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

# How long examples take says nothing about right or wrong, and machines are shared.
TIMELESS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("iscckit", TIMELESS)
# For tools/fuzz.py: other examples in every run, and ten times as many.
settings.register_profile("fuzz", TIMELESS, derandomize=False, max_examples=1000)
settings.load_profile("iscckit")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let ``make fuzz`` choose which damaged files are tried."""
    parser.addoption(
        "--damage-seed", type=int, default=100, help="first seed of the tests marked fuzz"
    )


def pytest_configure() -> None:
    """Listen to Ctrl-C even where the tests run as a background job.

    Shells start those with SIGINT ignored, programs that the tests start would inherit that, and
    the tests of Ctrl-C would wait for ever.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def environment() -> None:
    """Undo what the command line sets for its workers: fixtures and tests call it in their process.

    Programs that a test starts would not find the packages of tests and tools.
    """
    os.environ.pop("PYTHONSAFEPATH", None)
