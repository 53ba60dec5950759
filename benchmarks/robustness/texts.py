"""What happens to texts."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Final

from docx import Document
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from benchmarks.robustness.kinds import Variant

__all__ = ["edited", "snippets", "variants"]

LENGTHS: Final = (40, 80, 120, 200, 300, 500)  # characters of a snippet
Change = Callable[[str, random.Random], str]


def edited(text: str, share: float, chosen: random.Random) -> str:
    """Replace, delete or insert a share of the words, each at random.

    What comes in are other words of the same text, so that the vocabulary stays natural.
    """
    words = text.split(" ")
    pool = [word for word in words if word.strip()]
    count = max(1, round(share * len(words)))
    at = set(chosen.sample(range(len(words)), min(count, len(words))))
    out: list[str] = []
    for i, word in enumerate(words):
        if i not in at:
            out.append(word)
            continue
        what = chosen.choice(("replace", "delete", "insert"))
        if what != "delete":
            out.append(chosen.choice(pool))
        if what == "insert":
            out.append(word)
    return " ".join(out)


def _edits(share: float) -> Change:
    return lambda text, chosen: edited(text, share, chosen)


def _reordered(text: str, chosen: random.Random) -> str:
    paragraphs = text.split("\n\n")
    chosen.shuffle(paragraphs)
    return "\n\n".join(paragraphs)


CHANGES: Final[tuple[tuple[str, str, Change], ...]] = (
    ("edit", "1 % of the words", _edits(0.01)),
    ("edit", "5 % of the words", _edits(0.05)),
    ("edit", "10 % of the words", _edits(0.10)),
    ("edit", "25 % of the words", _edits(0.25)),
    ("reorder", "paragraphs shuffled", _reordered),
    ("layout", "upper case", lambda text, _: text.upper()),
    ("layout", "white space", lambda text, _: "\n  ".join(text.split())),
    ("truncate", "to the first 75 %", lambda text, _: text[: 3 * len(text) // 4]),
    ("truncate", "to the first 50 %", lambda text, _: text[: len(text) // 2]),
    ("truncate", "to the last 50 %", lambda text, _: text[len(text) // 2 :]),
)


def _paragraphs(text: str) -> list[str]:
    return [each for each in text.split("\n\n") if each.strip()]


def _html(text: str) -> bytes:
    body = "".join(f"<p>{escape(each)}</p>\n" for each in _paragraphs(text))
    return f"<!DOCTYPE html><html><body>{body}</body></html>".encode()


def _docx(text: str) -> bytes:
    document, data = Document(), io.BytesIO()
    for each in _paragraphs(text):
        document.add_paragraph("".join(c for c in each if c >= " " or c in "\n\t"))
    document.save(data)
    return data.getvalue()


def _pdf(text: str) -> bytes:
    data, style = io.BytesIO(), getSampleStyleSheet()["BodyText"]
    parts = [Paragraph(escape(each), style) for each in _paragraphs(text)]
    SimpleDocTemplate(data).build(parts)
    return data.getvalue()


def _epub(text: str) -> bytes:
    data = io.BytesIO()
    xhtml = _html(text).replace(b"<html>", b'<html xmlns="http://www.w3.org/1999/xhtml">')
    with zipfile.ZipFile(data, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", _CONTAINER)
        book.writestr("book.opf", _PACKAGE)
        book.writestr("text.xhtml", xhtml)
    return data.getvalue()


_CONTAINER: Final = (
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)
_PACKAGE: Final = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>'
    '<item id="t" href="text.xhtml" media-type="application/xhtml+xml"/></manifest>'
    '<spine><itemref idref="t"/></spine></package>'
)
FORMATS: Final = (("HTML", _html), ("DOCX", _docx), ("PDF", _pdf), ("EPUB", _epub))


def snippets(text: str, chosen: random.Random) -> Iterator[Variant]:
    """Yield parts of a text from random places, as they are and with 5 % of the words changed."""
    for length in LENGTHS:
        at = chosen.randrange(max(1, len(text) - length))
        part = text[at : at + length]
        yield Variant("snippet, verbatim", f"{length} characters", None, part, part=True)
        changed = edited(part, 0.05, chosen)
        yield Variant("snippet, 5 % edited", f"{length} characters", None, changed, part=True)


def variants(path: Path, folder: Path, chosen: random.Random) -> Iterator[Variant]:
    """Write each variant of a text into ``folder``, one after the other; then the snippets."""
    text = path.read_text(encoding="utf-8")
    for group, name, change in CHANGES:
        target = folder / f"{chosen.getrandbits(48):012x}.txt"
        target.write_text(change(text, chosen), encoding="utf-8")
        yield Variant(group, name, target)
    for name, form in FORMATS:
        target = folder / f"{chosen.getrandbits(48):012x}.{name.lower()}"
        target.write_bytes(form(text))
        yield Variant("format", name, target)
    yield from snippets(text, chosen)
