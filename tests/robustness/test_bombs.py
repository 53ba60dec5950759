"""Bombs of many kinds: bounded memory and time, and a record or an error that says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.robustness import bombs
from tests.robustness.trial import broken, outcomes

SECONDS = 60
MEMORY = 1500  # MiB that a process with all these files holds at most


def tried(group: dict[str, bytes], folder: Path, memory: int = MEMORY) -> dict[str, dict[str, Any]]:
    found = outcomes(group, folder, seconds=SECONDS)
    assert broken(found) == {}
    assert max(ends["peak"] for ends in found.values()) < memory
    return found


def test_headers_that_claim_a_thousand_million_pixels(tmp_path: Path) -> None:
    found = tried(bombs.headers(), tmp_path, 400)
    drawn = found.pop("made.svg")
    assert drawn["mode"] == "image"  # drawn at a smaller size, as the reference SDK does
    damaged = {"made.avif", "made.fits"}  # their decoders compare the sizes with the data first
    refused = {name for name, ends in found.items() if ends["failure"] == "LimitExceeded"}
    assert refused == set(found) - damaged
    assert {found[name]["failure"] for name in damaged} == {"ExtractionFailed"}


@pytest.mark.slow
def test_compressed_parts_of_pictures(tmp_path: Path) -> None:
    found = tried(bombs.packed(), tmp_path)
    assert found["drawing.svgz"]["failure"] == "LimitExceeded"


def test_sound_and_films_that_claim_too_much(tmp_path: Path) -> None:
    tried(bombs.movies(), tmp_path)


def test_deep_nesting_and_entities(tmp_path: Path) -> None:
    found = tried(bombs.deep(), tmp_path)
    assert found["lol.xml"]["mode"] == "text"  # the entity is left out
    assert found["lol.svg"]["failure"] == "ExtractionFailed"
    assert found["deep.svg"]["failure"] == "ExtractionFailed"


@pytest.mark.slow
def test_documents_with_deep_nesting_and_entities(tmp_path: Path) -> None:
    tried(bombs.deep_documents(), tmp_path)


@pytest.mark.slow
def test_archives_that_unpack_to_gigabytes_honestly_or_not(tmp_path: Path) -> None:
    found = tried(bombs.documents(), tmp_path)
    documents = {name: ends for name, ends in found.items() if "demo" in name or "made" in name}
    assert len(documents) == 16
    assert {ends["failure"] for ends in documents.values()} == {"LimitExceeded"}


# PDFium ends its process where memory runs out; of these two it wants more than there is.
DEADLY = ("flate.pdf", "form.pdf")


@pytest.mark.slow
def test_endless_and_enormous_structures_of_pdf(tmp_path: Path) -> None:
    papers = {name: data for name, data in bombs.papers().items() if name not in DEADLY}
    found = tried(papers, tmp_path)
    assert found["count.pdf"]["mode"] == "text"
