"""The peer iscc_crypto without its HTTP client."""

import sys
from importlib.util import find_spec
from types import ModuleType

# iscc_crypto imports niquests, which it needs to fetch documents; no test lets it do so. The
# package brings a fork of urllib3 that replaces the real one for every other package, so it is not
# installed (Makefile).
if find_spec("niquests") is None:
    sys.modules["niquests"] = ModuleType("niquests")
