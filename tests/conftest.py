"""What all tests share."""

import signal

from hypothesis import settings

# How long one example takes says nothing about right or wrong, and machines are shared.
settings.register_profile("iscckit", deadline=None)
settings.load_profile("iscckit")


def pytest_configure() -> None:
    """Listen to Ctrl-C even where the tests run as a background job.

    Shells start those with SIGINT ignored, programs that the tests start would inherit that, and
    the tests of Ctrl-C would wait for ever.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
