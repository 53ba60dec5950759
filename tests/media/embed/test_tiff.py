"""Metadata is written into TIFF files of either byte order, and all pages stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageSequence, TiffImagePlugin

from iscckit.errors import ExtractionFailed
from iscckit.media.metadata.fields import Metadata
from iscckit.records.embed import embed
from iscckit.records.probe import find_file_metadata

CHANGES = Metadata(name="Two pages", creator="Ann", license="https://example.org/l")


@pytest.mark.parametrize("prefix", [b"II", b"MM"])
@pytest.mark.parametrize("big", [False, True])
def test_all_pages_and_tags_of_a_tiff_stay(tmp_path: Path, prefix: bytes, big: bool) -> None:
    path, out = tmp_path / "a.tif", tmp_path / "b.tif"
    pages = [Image.radial_gradient("L"), Image.linear_gradient("L")]
    tags = TiffImagePlugin.ImageFileDirectory_v2(prefix=prefix)
    tags[270] = "kept"
    pages[0].save(path, save_all=True, append_images=pages[1:], tiffinfo=tags, big_tiff=big)
    embed(path, CHANGES, out=out)
    assert find_file_metadata(out).metadata == CHANGES
    with Image.open(out) as new:
        assert isinstance(new, TiffImagePlugin.TiffImageFile)
        assert new.tag_v2[270] == "kept"
        assert b"Two pages" in new.tag_v2[700]
        assert [page.tobytes() for page in ImageSequence.Iterator(new)] == [
            page.tobytes() for page in pages
        ]
    again = tmp_path / "c.tif"
    embed(out, CHANGES, out=again)
    assert again.read_bytes() == out.read_bytes()


@pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin")
def test_a_tiff_without_directory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(b"II*\0\xff\xff\0\0")
    with pytest.raises(ExtractionFailed):
        embed(path, CHANGES, out=tmp_path / "b.tif")
    assert [each.name for each in tmp_path.iterdir()] == ["a.tif"]
