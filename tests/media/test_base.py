"""The table of formats is data, and it holds."""

from __future__ import annotations

from collections import Counter

import pytest

from iscckit.errors import UnsupportedMedia
from iscckit.media.base import FORMATS, handler_for
from iscckit.media.mediatypes import mode_of


def test_no_media_type_is_claimed_twice() -> None:
    claimed = Counter(mediatype for row in FORMATS for mediatype in row.mediatypes)
    assert max(claimed.values()) == 1


def test_each_row_has_a_handler_and_the_mode_of_its_types() -> None:
    for row in FORMATS:
        for mediatype in row.mediatypes:
            assert mode_of(mediatype) == row.mode
            assert callable(handler_for(mediatype).extract)


def test_an_unknown_type_is_refused_by_name() -> None:
    with pytest.raises(UnsupportedMedia, match="no content decoder for application/zip"):
        handler_for("application/zip")
