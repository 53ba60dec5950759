"""Each version of the rules names the files that it may read otherwise."""

from __future__ import annotations

import pytest
from tools.planted import SAMPLES

from iscckit.media.formats.table import FORMATS
from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.records.rules import REVISIONS, RULES, equal_rules, is_outdated, record_rules


@pytest.mark.parametrize(
    ("mode", "mediatype", "outdated"),
    [
        ("text", "text/plain", True),
        ("text", "text/html", True),
        ("text", "application/xhtml+xml", True),
        ("text", "application/vnd.oasis.opendocument.text", True),
        ("text", "application/pdf", False),
        ("text", "application/msword", False),
        ("image", "image/png", True),
        ("image", "image/jpeg", True),
        ("image", "image/webp", False),
        ("audio", "audio/mpeg", False),
        ("video", "video/mp4", False),
        (None, "image/webp", True),  # it was damaged: today there may be a code
        (None, "video/mp4", True),
        (None, "application/octet-stream", True),
        (None, None, True),
    ],
)
def test_what_the_first_rules_read_otherwise(
    mode: str | None, mediatype: str | None, outdated: bool
) -> None:
    assert is_outdated(1, mode, mediatype) is outdated
    assert equal_rules(1, mode, mediatype) == (1 if outdated else 2)
    assert not is_outdated(RULES, mode, mediatype)


def test_versions_follow_each_other_up_to_that_of_today() -> None:
    assert [revision.rules for revision in REVISIONS] == list(range(2, RULES + 1))


def test_what_is_named_is_in_the_table_of_formats() -> None:
    known = {row.mediatype for row in FORMATS.rows}
    for revision in REVISIONS:
        assert set(revision.untouched) <= known
        for start in revision.touched:
            assert any(mediatype.startswith(start) for mediatype in known), start


@pytest.mark.parametrize("profile", ["iscckit-1", "sdk-0.9.7", "iso"])
def test_a_record_says_by_which_rules_it_was_made(profile: str) -> None:
    record = create(SAMPLES / "cat.jpg", Options(profile=profile))  # type: ignore[arg-type]
    assert record.to_dict()["properties"]["rules"] == RULES  # type: ignore[index,call-overload]
    assert record_rules(record) == RULES
    assert record_rules(None) is None
