"""Whatever SQLite or its interface raises of a damaged catalog is an error of the library."""

from __future__ import annotations

from pathlib import Path

import pytest

from iscckit.errors import LibraryError
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.schema import NAME


@pytest.mark.parametrize("name", [b"sqlite_autoindex_item_1", b"sqlite_autoindex_setting_1"])
def test_a_message_that_quotes_damaged_bytes_is_an_error_of_the_library(
    tmp_path: Path, name: bytes
) -> None:
    """Python cannot decode such a message, and raises UnicodeDecodeError in its place."""
    folder = str(tmp_path)
    Catalog(folder, write=True).close()
    data = (tmp_path / NAME).read_bytes()
    assert name in data
    (tmp_path / NAME).write_bytes(data.replace(name, name.replace(b"a", b"\xe1")))
    with pytest.raises(LibraryError) as caught:
        list(Catalog(folder).items())
    assert caught.value.reason_code == "library-damaged"
