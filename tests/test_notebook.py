"""Values show themselves in notebooks as on the pages of the service."""

from pathlib import Path

import pytest
from IPython.core.formatters import DisplayFormatter

from iscckit import Library, Options, compare, create, errors, explain
from iscckit.notebook import html, load_ipython_extension, unload_ipython_extension

SAMPLES = Path(__file__).parent.parent / "samples"
CAT = "ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI"
SMALL = "ISCC:KEC76W25O4E7H5P6WFP6MRSREELV5B6JCVAINJDIVAF2UZTQITEU7XI"


class Shell:
    def __init__(self) -> None:
        self.display_formatter = DisplayFormatter()


def test_each_kind_of_value_is_drawn(tmp_path: Path) -> None:
    record = create(SAMPLES / "cat.jpg", Options())
    assert "451 × 300 pixels" in html(record)
    assert 'data-verdict="near"' in html(compare(CAT, SMALL))
    assert "ISCC-IMAGE-V0-MCDI" in html(explain(CAT))
    library = Library.open(tmp_path / "library")
    for name in ("cat.jpg", "cat-small.webp"):
        (tmp_path / "files").mkdir(exist_ok=True)
        (tmp_path / "files" / name).write_bytes((SAMPLES / name).read_bytes())
    list(library.add(tmp_path / "files"))
    assert "cat-small.webp" in html(library.clusters()[0])
    assert "cat-small.webp" in html(library.search(SMALL))


def test_a_notebook_shows_values_as_long_as_the_extension_is_loaded() -> None:
    shell, value = Shell(), explain(CAT)
    load_ipython_extension(shell)
    shown, _ = shell.display_formatter.format(value)
    assert shown["text/html"] == html(value)
    unload_ipython_extension(shell)
    shown, _ = shell.display_formatter.format(value)
    assert "text/html" not in shown


def test_what_has_no_drawing_is_refused_by_name() -> None:
    with pytest.raises(errors.InvalidInput, match="int has no drawing"):
        html(3)  # type: ignore[arg-type]
