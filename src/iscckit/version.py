"""The version of this package, without asking the installer's records, which takes long."""

from typing import Final

__all__ = ["GENERATOR", "VERSION"]

VERSION: Final = "0.1.0"  # as in pyproject.toml; a test compares
GENERATOR: Final = f"iscckit - v{VERSION}"  # how records name the software that made them
