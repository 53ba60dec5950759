"""docs/metadata.md lists the sources of each field as the code ranks them."""

from importlib import import_module
from pathlib import Path

import pytest

from iscckit.media.formats.table import FORMATS
from iscckit.media.metadata.precedence import Precedence

PAGE = Path(__file__).parents[2] / "docs/metadata.md"
DESCRIBED = [row for row in FORMATS.rows if row.metadata]


def table(precedence: Precedence) -> str:
    rows = [f"| {field} | {', '.join(sources)} |" for field, sources in precedence.items()]
    return "\n".join(["| field | sources, the first one that is there |", "|---|---|", *rows])


@pytest.mark.parametrize("module", sorted({str(row.metadata) for row in DESCRIBED}))
def test_the_page_holds_the_table_of_each_reader(module: str) -> None:
    reader = import_module(module)
    tables = [getattr(reader, name) for name in dir(reader) if name.endswith("PRECEDENCE")]
    for precedence in tables:
        expected = table(precedence)
        assert expected in PAGE.read_text(encoding="utf-8"), f"put this there:\n{expected}"


@pytest.mark.parametrize("mediatype", [row.mediatype for row in DESCRIBED])
def test_the_page_names_each_media_type(mediatype: str) -> None:
    assert f"`{mediatype}`" in PAGE.read_text(encoding="utf-8")
