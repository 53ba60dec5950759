"""Patterns of ignore files: the syntax of gitignore as TREEWALK uses it.

The package that iscc-sum uses for this is under the Mozilla Public License. This project depends
only on permissive licences at run time, and so has this matcher.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Rules", "parse"]


@dataclass(frozen=True, slots=True)
class _Pattern:
    regex: re.Pattern[str]
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
            if pattern.regex.match(path):
                return pattern.ignores
        return False


def parse(lines: Iterable[str]) -> Rules:
    """Parse the lines of an ignore file.

    Source:
        https://git-scm.com/docs/gitignore, section "Pattern format".
    """
    patterns = []
    for line in lines:
        pattern = _strip(line)
        ignores = not pattern.startswith("!")
        if not ignores:
            pattern = pattern[1:]
        if not pattern or line.startswith("#") or pattern == "/":
            continue
        regex = _translate(pattern)
        if regex is None:
            continue
        try:
            patterns.append(_Pattern(re.compile(regex, re.DOTALL), ignores))
        except re.error:  # a reversed range, such as [z-a], matches nothing
            continue
    return Rules(tuple(patterns))


def _strip(line: str) -> str:
    """Remove the line break and trailing blanks, except a blank that a backslash quotes."""
    line = line.rstrip("\r\n")
    bare = line.rstrip()
    quoted = len(bare) - len(bare.rstrip("\\"))
    return line[: len(bare) + 1] if quoted % 2 and len(line) > len(bare) else bare


def _translate(pattern: str) -> str | None:
    """Return a regular expression for whole paths, or None for a pattern that matches nothing."""
    folder = pattern.endswith("/")
    names = pattern.rstrip("/").split("/") if folder else pattern.split("/")
    anchored = len(names) > 1
    if names[0] == "":
        names = names[1:]
    if not anchored:
        names = ["**", *names]
    while len(names) > 1 and names[-1] == "**" and folder:
        names.pop()  # "a/**/" means "a/"
    regex = ""
    for name in names[:-1]:
        part = "(?:.+/)?" if name == "**" else _translate_name(name)
        if part is None:
            return None
        regex += part if name == "**" else part + "/"
    if names[-1] == "**":
        return f"{regex}.*\\Z"  # it also matches the folder before it, with its slash
    part = _translate_name(names[-1])
    return part and f"{regex}{part}{'/.*' if folder else '(?:/.*)?'}\\Z"


def _translate_name(name: str) -> str | None:
    """Translate the wildcards of one name; None for an unfinished escape."""
    if name == "*":
        return "[^/]+"
    regex = ""
    at = 0
    while at < len(name):
        char = name[at]
        at += 1
        if char == "\\":
            if at == len(name):
                return None
            regex += re.escape(name[at])
            at += 1
        elif char == "*":
            regex += "[^/]*"
        elif char == "?":
            regex += "[^/]"
        elif char == "[":
            found = _translate_range(name, at)
            if found is None:
                regex += "\\["
            else:
                part, at = found
                regex += part
        else:
            regex += re.escape(char)
    return regex


def _translate_range(name: str, start: int) -> tuple[str, int] | None:
    """Translate ``[...]`` whose first character after the bracket is at ``start``."""
    at = start
    negated = at < len(name) and name[at] in "!^"
    at += negated
    end = name.find("]", at + 1)
    if end < 0:
        return None
    body = "".join(char if char == "-" else re.escape(char) for char in name[at:end])
    return f"[{'^' if negated else ''}{body}]", end + 1
