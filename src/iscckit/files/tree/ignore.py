"""Patterns of ignore files: the syntax of gitignore as TREEWALK uses it.

The package that iscc-sum uses for this is under the Mozilla Public License. This project depends
only on permissive licences at run time, and so has this matcher. It follows all ways through a
pattern at once, each as one bit of a number. Its time grows with the length of the path; that of a
backtracking matcher grows exponentially with the number of stars.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from iscckit.files.tree.wildcards import Wildcards, compile_wildcards

__all__ = ["Rules", "parse"]


@dataclass(frozen=True, slots=True)
class _Pattern:
    wildcards: Wildcards
    ignores: bool  # False for a pattern that includes paths again


@dataclass(frozen=True, slots=True)
class Rules:
    """Patterns in reading order; the last one that matches decides."""

    patterns: tuple[_Pattern, ...] = ()

    def __add__(self, other: Rules) -> Rules:
        return Rules(self.patterns + other.patterns)

    def ignore(self, path: str) -> bool:
        """Tell whether ``path`` is ignored.

        Args:
            path: Relative to the root of the walk, with ``/`` between names.
        """
        # As in the reference, each path is tried as a file and as a folder.
        return self._decide(path) or self._decide(path + "/")

    def _decide(self, path: str) -> bool:
        for pattern in reversed(self.patterns):
            if pattern.wildcards.match(path):
                return pattern.ignores
        return False


def parse(lines: Iterable[str]) -> Rules:
    """Parse the lines of an ignore file.

    Source:
        https://git-scm.com/docs/gitignore, section "Pattern format".
    """
    patterns = []
    for line in lines:
        text = _strip(line)
        ignores = not text.startswith("!")
        if not ignores:
            text = text[1:]
        if not text or line.startswith("#") or text == "/":
            continue
        wildcards = compile_wildcards(text)
        if wildcards is not None:
            patterns.append(_Pattern(wildcards, ignores))
    return Rules(tuple(patterns))


def _strip(line: str) -> str:
    """Remove the line break and trailing blanks, except a blank that a backslash quotes."""
    line = line.rstrip("\r\n")
    bare = line.rstrip()
    quoted = len(bare) - len(bare.rstrip("\\"))
    return line[: len(bare) + 1] if quoted % 2 and len(line) > len(bare) else bare
