"""Reports of others on types of files: texts that begin with a signature, and files that hide one.

Sources: whatwg/mimesniff 69, mbeijen/File-MimeInfo 44, google/magika 292, Muraad/Mime-Detective 25,
and probes with chat logs, archives and sound. The texts are made here.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from iscc_core import gen_text_code_v0
from tests.robustness import corpus

from iscckit import Options, create
from iscckit.codec.unit import MainType
from iscckit.media.detect.detect import HEAD_SIZE, detect

REST = (
    "It goes on for some more lines so that there are enough letters for a useful code,\n"
    "and ends with a short remark about the weather on the coast in late summer.\n"
)
# Name and first line: all of them lost their Text-Code.
TEXTS = {
    "mac.txt": "MAC addresses of all machines in the lab",
    "essay.txt": "The wide road to the north, a travel diary in twelve chapters.",
    "id3.md": "ID3 tags and what they hold",
    "fws.csv": "FWS budget,2024",
    "cws.txt": "CWS is the mark of packed films",
    "dds.txt": "DDS is a format for textures",
    "gif89a.txt": "GIF89a was published in 1989",
    "gif87a.txt": "GIF87a was published in 1987",
    "coffee.txt": "caffeine and sleep, a study",
    "otto.txt": "OTTO is a name, and a palindrome",
    "par.txt": "PAR1 files repair others",
    "icns.txt": "icns files hold pictures of programs",
    "midi.txt": "MThd begins a file of MIDI",
    "bzip.txt": "BZh is followed by a digit",
    "ogg.txt": "OggS captures a page",
    "flac.txt": "fLaC begins a stream",
    "qoi.txt": "qoif, the quite OK image format",
    "au.txt": ".snd is the mark of AU files",
    "real.txt": ".RMF is the mark of RealMedia",
    "amr.txt": "#!AMR is the mark of speech",
    "xpm.txt": "/* XPM */ is the first line of a pixmap",
    "fits.txt": "SIMPLE  = the first word of a FITS header",
    "mdat.txt": "Big mdat atoms come last",
    "moov.txt": "Old moov atoms come first",
    "pnot.txt": "The pnot atom is a preview",
    "note.md": "# Notes\n\nA PDF file begins with %PDF-1.7 and ends with a marker.",
    "check.sh": "#!/bin/sh\nhead -c 5 \"$1\" | grep -q '^%PDF-' && echo PDF",
    "rtf.txt": "{\\rtf is how rich text begins",
    "eps.txt": "%!PS is how PostScript begins",
}


def content_of(path: Path) -> tuple[str, bytes | None]:
    record = create(path, Options(bits=256))
    found = [unit.body for unit in record.units if unit.maintype == MainType.CONTENT]
    return record.mediatype, found[0] if found else None


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_begins_with_a_signature_has_its_text_code(name: str, tmp_path: Path) -> None:
    text = f"{TEXTS[name]}\n{REST}"
    (tmp_path / name).write_text(text, encoding="utf-8")
    mediatype, body = content_of(tmp_path / name)
    assert mediatype.startswith("text/")
    record = create(tmp_path / name, Options(bits=256))
    expected = gen_text_code_v0(text, 256)["iscc"]
    assert expected in {f"ISCC:{unit}".replace("ISCC:ISCC:", "ISCC:") for unit in record.units}
    assert body is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(" for", " \x02for\x02").replace(" and", " \x0304and"),
        lambda text: text.replace("It goes", "\x1eIt goes"),
        lambda text: text.replace("useful", "use\0ful"),
    ],
    ids=["chat log", "RFC 7464", "one zero"],
)
def test_control_characters_do_not_make_a_text_binary(
    change: Callable[[str], str], tmp_path: Path
) -> None:
    (tmp_path / "a.log").write_bytes(change(REST * 3).encode())
    (tmp_path / "b.log").write_text(REST * 3, encoding="utf-8")
    codes = [content_of(tmp_path / name)[1] for name in ("a.log", "b.log")]
    assert codes[0] is not None
    assert codes[1] is not None
    equal = 256 - sum((a ^ b).bit_count() for a, b in zip(*codes, strict=True) if codes)
    assert equal >= 230


@pytest.mark.parametrize("front", [0, 40, 1000, 2000])
def test_a_pdf_with_other_bytes_in_front_is_a_pdf(front: int) -> None:
    data = next(data for name, data in corpus._samples().items() if name.endswith("demo.pdf"))
    for junk in (b"x" * front, b"\0" * front, b"line\n" * (front // 5)):
        head = (junk + data)[:HEAD_SIZE]
        assert detect(head, "").mediatype == "application/pdf"


@pytest.mark.parametrize("name", ["a.docx", "a.zip", "a.jar", "a"])
@pytest.mark.parametrize("front", [b"", b"x" * 40, b"\0" * 40])
@pytest.mark.parametrize("sample", ["demo.docx", "demo.odt", "demo.epub"])
def test_a_document_is_known_under_other_names_and_behind_other_bytes(
    name: str, front: bytes, sample: str, tmp_path: Path
) -> None:
    data = corpus._samples()[f"text/{sample}"]
    (tmp_path / sample).write_bytes(data)
    (tmp_path / name).write_bytes(front + data)
    expected, found = content_of(tmp_path / sample), content_of(tmp_path / name)
    assert found[0] == expected[0]
    assert found[1] is not None
    if not front:
        assert found == expected


@pytest.mark.parametrize("sample", ["demo.docx", "demo.epub", "demo.odt"])
def test_a_cut_archive_is_named_as_such(sample: str, tmp_path: Path) -> None:
    data = corpus._samples()[f"text/{sample}"]
    (tmp_path / sample).write_bytes(data[: len(data) // 2])
    record = create(tmp_path / sample)
    assert "end of the archive is missing" in str(record.missing["content"])


@pytest.mark.parametrize("extension", ["w64", "tta"])
def test_sound_is_known_without_a_name(extension: str) -> None:
    data = corpus._sound(*corpus._SOUNDS[extension])
    named = detect(data[:HEAD_SIZE], f"a.{extension}")
    assert named == detect(data[:HEAD_SIZE], "")
    assert named.mode == "audio"


@pytest.mark.parametrize(
    "sync", [b"\x7f\xfe\x80\x01", b"\xfe\x7f\x01\x80", b"\x1f\xff\xe8\0", b"\xff\x1f\0\xe8"]
)
def test_dts_is_known_by_its_sync_words(sync: bytes) -> None:
    assert detect(sync + bytes(range(256)), "").mediatype == "audio/vnd.dts"


@pytest.mark.parametrize("zeros", [1, 700, 5000, 60_000])
def test_an_mp3_behind_zeros_needs_no_name(zeros: int, tmp_path: Path) -> None:
    data = corpus._copied("audio/demo.mp3", "mp3")
    data = bytes(zeros) + data[data.index(b"\xff\xfb") :]
    assert detect(data[:HEAD_SIZE], "", io.BytesIO(data)).mediatype == "audio/mpeg"
    (tmp_path / "sound").write_bytes(data)
    assert content_of(tmp_path / "sound")[1] is not None
