"""The pinned Unicode: tables, their digest over all code points, and every interpreter."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from types import ModuleType

import pytest

from iscckit.algorithms.text import UNICODE_VERSION, text_clean, text_collapse
from iscckit.algorithms.twin import text as twin

ROOT = Path(__file__).parent.parent.parent
SCRIPT = Path(__file__).parent / "unicode_digest.py"
OTHERS = [f"3.{minor}" for minor in (11, 12, 13, 14)]


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def interpreter(version: str) -> str | None:
    """Return a Python of that version: this one, one on the path, or one of pyenv."""
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        return sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = shutil.which(f"python{version}")
    for candidate in [found, *sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}"))]:
        # A shim on the path may stand for a version that is not switched on.
        if (
            candidate
            and not subprocess.run([candidate, "-V"], capture_output=True, check=False).returncode
        ):
            return str(candidate)
    return None


def test_the_header_is_what_the_generator_makes_of_the_json() -> None:
    generator = load(ROOT / "tools/generate_unicode.py")
    assert generator.HEADER.read_text("ascii") == generator.render()


def test_the_json_names_its_source_and_version() -> None:
    data = json.loads((ROOT / "src/iscckit/algorithms/twin/unicode16.json").read_text("ascii"))
    assert data["unicode"] == twin.UNICODE_VERSION == UNICODE_VERSION == "16.0.0"
    assert set(data["source"]) >= {"UnicodeData.txt", "SpecialCasing.txt", "PropList.txt"}


def test_every_code_point_becomes_what_the_stored_digest_says() -> None:
    script = load(SCRIPT)
    assert script.unicode_digest(text_clean, text_collapse) == script.DIGEST


@pytest.mark.slow
@pytest.mark.parametrize("version", OTHERS)
def test_the_twin_has_the_same_digest_on_every_interpreter(version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"Python {version} is not installed here, so it was not compared")
    printed = subprocess.run(
        [python, str(SCRIPT)],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed.strip() == load(SCRIPT).DIGEST


def test_the_tables_agree_with_the_interpreter_where_it_knows_the_code_point() -> None:
    categories = twin._tables().category
    spaces = twin._tables().whitespace
    for code in range(0x110000):
        char = chr(code)
        category = unicodedata.category(char)
        if category == "Cn":
            continue
        assert category[0] == categories[code], hex(code)
        assert char.isspace() == (char in spaces), hex(code)
        assert char.lower() == twin.lower(char), hex(code)


def test_normal_forms_agree_with_another_implementation_of_unicode_16() -> None:
    other = pytest.importorskip("unicodedata2", reason="no second source of Unicode 16.0 here")
    if other.unidata_version != UNICODE_VERSION:
        pytest.skip(f"unicodedata2 has Unicode {other.unidata_version}")
    for code in (*range(0xD800), *range(0xE000, 0x32400), *range(0xE0000, 0xE0200)):
        char = chr(code)
        assert other.category(char)[0] == twin._tables().category[code], hex(code)
        text = f"a\u0345{char}\u0323"
        assert other.normalize("NFD", text) == twin.nfd(text), hex(code)
        assert other.normalize("NFKC", text) == twin.nfkc(text), hex(code)
