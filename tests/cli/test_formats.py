"""``iscc formats`` prints the tables by which the program works."""

from __future__ import annotations

import json

import pytest

from iscckit.cli.main import main
from iscckit.media.formats.table import FORMATS


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["formats", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_every_type_that_has_an_extension_is_listed_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [json.loads(line) for line in lines(capsys, "--json")]
    read = [row.mediatype for row in FORMATS.rows if row.content and row.extensions]
    assert sorted(row["mediatype"] for row in rows) == sorted(read)
    written = {row["mediatype"] for row in rows if row["embed"]}
    assert written == {row.mediatype for row in FORMATS.rows if row.writer}
    assert len(lines(capsys)) == len(rows)


def test_every_rule_of_division_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [json.loads(line) for line in lines(capsys, "--mixed", "--json")]
    rules = dict.fromkeys(row.division for row in FORMATS.rows if row.division)
    assert [row["kind"] for row in rows] == [*(rule.kind for rule in rules), "folder"]
    shown = "\n".join(lines(capsys, "--mixed"))
    assert all(rule.rule in shown for rule in rules)
