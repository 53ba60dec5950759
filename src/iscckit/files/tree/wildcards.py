"""Wildcards of ignore files, matched in a time that grows with the length of the path alone.

A pattern becomes a chain of places. The places that can be reached after some characters of a path
are the bits of one number; a character moves all of them at once by a shift and a few masks. So no
pattern, whoever wrote it, costs more than its length times that of the path, divided by the width
of a machine word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

__all__ = ["Wildcards", "compile_wildcards"]

_STAR: Final = "*"  # any characters of a name, or none
_ANY: Final = "?"  # one character of a name
_DEEP: Final = "**"  # any number of folders
_LONGEST: Final = 1 << 16  # characters that a pattern may ask for; no path of a walk has more


@dataclass(frozen=True, slots=True)
class Wildcards:
    """A pattern for whole paths; each number is a set of places, one bit a place.

    Attributes:
        needle: What every path that matches contains.
        least: The fewest characters of such a path.
        characters: For each character, the places that it leads from to the next one.
        sets: Places that other characters lead from, with the set for each.
        any: Places that any character but ``/`` leads from.
        star: Places where any character but ``/`` may be repeated.
        optional: Places that may be passed without a character.
        folders: Places before any number of folders.
        end: The place at which a path matches that ends there; 0 where none does.
        accept: The place at which every path matches, however it goes on.
    """

    needle: str
    least: int
    characters: dict[str, int]
    sets: tuple[tuple[int, re.Pattern[str]], ...]
    any: int
    star: int
    optional: int
    folders: int
    end: int
    accept: int
    _steps: dict[str, int] = field(default_factory=dict)

    def match(self, path: str) -> bool:
        """Tell whether the pattern matches the whole path."""
        if len(path) < self.least or self.needle not in path:
            return False
        places = self._without_character(1)
        for character in path:
            if places & self.accept:
                return True
            places = self._without_character(self._with_character(places, character))
            if not places:
                return False
        return bool(places & (self.end | self.accept))

    def _without_character(self, places: int) -> int:
        places |= (places & self.folders) << 2
        return places | (places & self.optional) << 1

    def _with_character(self, places: int, character: str) -> int:
        inside = self.folders << 1  # at least one character of the folders was seen
        found = (places & self._step(character)) << 1 | places & inside
        found |= (places & self.folders) << 1
        if character == "/":
            return found | (places & inside) << 1
        return found | places & self.star

    def _step(self, character: str) -> int:
        if character not in self._steps:
            step = self.characters.get(character, 0) | (self.any if character != "/" else 0)
            for place, allowed in self.sets:
                if allowed.match(character):
                    step |= place
            self._steps[character] = step
        return self._steps[character]


class _Builder:
    """Gathers the places of a pattern from left to right."""

    def __init__(self) -> None:
        self.characters: dict[str, int] = {}
        self.sets: list[tuple[int, re.Pattern[str]]] = []
        self.any = self.star = self.optional = self.folders = 0
        self.at = 0
        self.least = 0
        self.needles = [""]

    def add_character(self, character: str) -> None:
        self.characters[character] = self.characters.get(character, 0) | 1 << self.at
        self.needles[-1] += character
        self._advance()

    def add_any(self) -> None:
        self.any |= 1 << self.at
        self.needles.append("")
        self._advance()

    def add_set(self, allowed: re.Pattern[str]) -> None:
        self.sets.append((1 << self.at, allowed))
        self.needles.append("")
        self._advance()

    def _advance(self) -> None:
        self.at += 1
        self.least += 1

    def add_star(self) -> None:
        if self.star & 1 << self.at:
            return  # two stars say no more than one
        self.optional |= 1 << self.at
        self.at += 1
        self.star |= 1 << self.at
        self.needles.append("")

    def add_folders(self) -> None:
        if self.at >= 2 and self.folders & 1 << self.at - 2:
            return  # any folders in any folders
        self.folders |= 1 << self.at
        self.at += 2
        self.needles.append("")

    def finish(self, *, inside: bool, everything: bool) -> Wildcards:
        """Return the pattern.

        Args:
            inside: Whether only what lies below the last name matches.
            everything: Whether any rest of the path matches.
        """
        end = 0 if everything or inside else 1 << self.at
        least = self.least + inside
        if not everything:
            self.characters["/"] = self.characters.get("/", 0) | 1 << self.at
            self.at += 1
        return Wildcards(
            max(self.needles, key=len),
            least,
            self.characters,
            tuple(self.sets),
            self.any,
            self.star,
            self.optional,
            self.folders,
            end,
            1 << self.at,
        )


def compile_wildcards(pattern: str) -> Wildcards | None:
    """Return the matcher of one pattern; None for a pattern that matches nothing.

    Args:
        pattern: A line of an ignore file without its ``!`` and trailing blanks.
    """
    folder = pattern.endswith("/")
    names = pattern.rstrip("/").split("/") if folder else pattern.split("/")
    anchored = len(names) > 1
    if names[0] == "":
        names = names[1:]
    if not anchored:
        names = [_DEEP, *names]
    while len(names) > 1 and names[-1] == _DEEP and folder:
        names.pop()  # "a/**/" says no more than "a/"
    builder = _Builder()
    for number, name in enumerate(names, 1):
        is_last = number == len(names)
        if name == _DEEP and is_last:
            return builder.finish(inside=False, everything=True)
        if name == _DEEP:
            builder.add_folders()
        elif not _add_name(builder, name):
            return None
        elif not is_last:
            builder.add_character("/")
        if builder.least > _LONGEST:
            return None
    return builder.finish(inside=folder, everything=False)


def _add_name(builder: _Builder, name: str) -> bool:
    """Add the wildcards of one name; False for an unfinished escape or a range that runs back."""
    if name == _STAR:
        builder.add_any()  # alone it takes at least one character
    at = 0
    while at < len(name):
        character = name[at]
        at += 1
        if character == "\\":
            if at == len(name):
                return False
            builder.add_character(name[at])
            at += 1
        elif character == _STAR:
            builder.add_star()
        elif character == _ANY:
            builder.add_any()
        elif character == "[" and (end := _end_of_set(name, at)):
            try:
                builder.add_set(_compile_set(name[at:end]))
            except re.error:
                return False
            at = end + 1
        else:
            builder.add_character(character)
        if builder.least > _LONGEST:
            return False
    return True


def _end_of_set(text: str, start: int) -> int:
    """Return where ``[...]`` ends whose content starts at ``start``; 0 if it does not end."""
    negated = start < len(text) and text[start] in "!^"
    return max(0, text.find("]", start + negated + 1))


def _compile_set(text: str) -> re.Pattern[str]:
    """Return a regular expression for one character, which may be ``/`` as in the reference.

    Raises:
        re.error: A range runs backwards, as in ``z-a``; such a set matches nothing.
    """
    negated = text[0] in "!^"
    body = "".join(char if char == "-" else re.escape(char) for char in text[negated:])
    return re.compile(f"[{'^' if negated else ''}{body}]", re.DOTALL)
