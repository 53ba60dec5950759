"""``iscc formats`` prints the tables by which the program works."""

from __future__ import annotations

import json

import pytest

from iscckit.cli.main import main
from iscckit.media.base import FORMATS
from iscckit.media.embed.base import WRITERS
from iscckit.media.mediatypes import EXTENSIONS
from iscckit.media.readers.container import DIVISIONS


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["formats", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_every_type_that_has_an_extension_is_listed_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [json.loads(line) for line in lines(capsys, "--json")]
    read = frozenset().union(*(row.mediatypes for row in FORMATS))
    assert sorted(row["mediatype"] for row in rows) == sorted(read & set(EXTENSIONS.values()))
    written = {row["mediatype"] for row in rows if row["embed"]}
    assert written == frozenset().union(*(row.mediatypes for row in WRITERS))
    assert len(lines(capsys)) == len(rows)


def test_every_rule_of_division_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [json.loads(line) for line in lines(capsys, "--mixed", "--json")]
    assert [row["kind"] for row in rows] == [*(row.kind for row in DIVISIONS), "folder"]
    shown = "\n".join(lines(capsys, "--mixed"))
    assert all(row.rule in shown for row in DIVISIONS)
