"""A text that begins with a signature is text; a file of the format is not."""

from __future__ import annotations

import string

import pytest
from tests.media.encoding.texts import RUSSIAN, TEXTS

from iscckit.media.detect.detect import HEAD_SIZE, detect
from iscckit.media.detect.text import match_text, reads_as_text
from iscckit.media.formats.format import Container, Magic
from iscckit.media.formats.table import FORMATS, select_signatures

PRINTABLE = frozenset(string.printable.encode())
# What the table does not have as bytes: words that functions look for.
OTHERS = {
    *(b"OggS", b"%PDF-", b"%PDF-1.7", b"%!PS", b"{\\rtf", b"SIMPLE  =", b"P2 of 3"),
    *(b"/* XPM */", b"#define a_width 3", b"TTA1", b"riff", b"%!PS\n", b"PK\n"),
    *(b"P6", b"P5 ", b"Pf", b"BM", b"\x0bw", b"The ftyp", b"x" * 60 + b"BOOKMOBI"),
}


def words() -> set[bytes]:
    """Return every printable signature of the table, behind prose where it stands further in."""
    found = set(OTHERS)
    for _, magic in select_signatures(FORMATS, Magic):
        if PRINTABLE.issuperset(magic.magic):
            found.add(b"a tale " * (magic.offset // 7) + b"x" * (magic.offset % 7) + magic.magic)
    for _, inside in select_signatures(FORMATS, Container):
        for each in inside.types:
            forms = {"RIFF": (b"RIFFabcd", b"RF64abcd"), "IFF": (b"FORMabcd",)}.get(inside.kind)
            start = forms or ((b"The ",) if inside.kind == "QuickTime" else (b"The ftyp",))
            if inside.kind in ("RIFF", "IFF", "QuickTime", "ISO"):
                found.update(form + each for form in start)
    return found


PROSE = (
    b" is how such a file begins, says the note.\n",
    b"\nIt goes on for some more lines, so that there are enough letters for a useful code.\n",
    b" budget,2024\ndivers,12\nrangers,30\n",
    b" 1 2 3 and so on until the end of the story, which nobody knows.\n",
    " – Größe, naïve, €, мир, 世界, and more of that kind until the end.\n".encode(),
    b" with \x02bold\x02 and \x1e marks of old terminals, as chat logs have them\n",
)


@pytest.mark.parametrize("word", sorted(words()))
def test_a_signature_followed_by_prose_is_text(word: bytes) -> None:
    for prose in PROSE:
        for times in (1, 3, 200):
            head = (word + prose * times)[:HEAD_SIZE]
            assert detect(head, "").mediatype == "text/plain", head
            assert detect(head, "note.md").mediatype == "text/markdown", head
            assert detect(head, "table.csv").renamed is None, head


@pytest.mark.parametrize("codec", ["cp1251", "koi8-r", "iso8859-5", "cp866", "mac-cyrillic"])
@pytest.mark.parametrize("start", ["яркий", "яблоко", "я\n", "яШя", "ъ"])
def test_an_8_bit_text_is_not_the_sound_that_its_letters_begin_like(codec: str, start: str) -> None:
    head = (start + " " + RUSSIAN).encode(codec)
    assert detect(head, "a.txt").mediatype == "text/plain"
    assert detect(head, "").mode is None  # its name must say that it is text


@pytest.mark.parametrize(
    "head",
    [
        RUSSIAN.encode() + b"\0",
        b"\x02bold\x02 " + RUSSIAN.encode(),
        b'\x1e{"a": 1}\n\x1e{"b": 2}\n',
        RUSSIAN.encode("utf-16-le"),
        RUSSIAN.encode("utf-16-be"),
        (RUSSIAN + "\x02").encode("utf-16"),
    ],
)
def test_control_characters_and_pairs_of_bytes_do_not_make_text_binary(head: bytes) -> None:
    assert detect(head, "a.log").mediatype == "text/plain"
    assert detect(head, "").mode == "text"
    assert match_text(head, FORMATS) is not None


@pytest.mark.parametrize(
    "head",
    [
        b"",
        bytes(64),
        bytes(range(256)),
        b"a\0b\0c\0" * 3 + b"\1",
        RUSSIAN.encode()[:100] + bytes(40),
        b"MAC \x96\x0f\0\0\x34\0\0\0\x18\0\0\0",
        b"ID3\4\0\0\0\0\0\0",
    ],
)
def test_binary_bytes_are_not_text(head: bytes) -> None:
    assert not reads_as_text(head)


def test_a_few_control_characters_yield_to_a_name_that_says_something_else() -> None:
    head = b"plain words with one \x02 in them, as any file without a signature may begin"
    assert detect(head, "").mediatype == "text/plain"
    assert detect(head, "a.pcx").mediatype == "image/x-pcx"
    assert detect(head, "a.vim").mediatype == "text/plain"


def test_text_of_every_language_reads_as_text() -> None:
    for codecs, text in TEXTS.values():
        assert reads_as_text(text.encode())
        assert all(reads_as_text(text.encode(codec)) for codec in codecs.split())
