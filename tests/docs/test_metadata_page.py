"""docs/metadata.md lists the sources of each field as the code ranks them."""

from importlib import import_module
from pathlib import Path

import pytest

from iscckit.media.metadata.found import Precedence
from iscckit.media.metadata.read import READERS

PAGE = Path(__file__).parents[2] / "docs/metadata.md"


def table(precedence: Precedence) -> str:
    rows = [f"| {field} | {', '.join(sources)} |" for field, sources in precedence.items()]
    return "\n".join(["| field | sources, the first one that is there |", "|---|---|", *rows])


@pytest.mark.parametrize("module", [row.module for row in READERS])
def test_the_page_holds_the_table_of_each_reader(module: str) -> None:
    reader = import_module(module)
    tables = [getattr(reader, name) for name in dir(reader) if name.endswith("PRECEDENCE")]
    for precedence in tables:
        expected = table(precedence)
        assert expected in PAGE.read_text(encoding="utf-8"), f"put this there:\n{expected}"


@pytest.mark.parametrize("row", READERS, ids=lambda row: row.module)
def test_the_page_names_each_media_type(row: object) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{mediatype}`" in page for mediatype in row.mediatypes)  # type: ignore[attr-defined]
