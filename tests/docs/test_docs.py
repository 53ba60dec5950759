"""The documents say what the program does: transcripts are run, Python examples are executed."""

import doctest
import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
transcripts = import_module("transcripts")
sys.path.pop(0)

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
WITH_SESSIONS = [p for p in DOCUMENTS if "```console" in p.read_text(encoding="utf-8")]
WITH_PYTHON = [p for p in DOCUMENTS if "```pycon" in p.read_text(encoding="utf-8")]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", WITH_SESSIONS, ids=name_of)
def test_transcripts_are_what_the_program_prints(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert transcripts.refresh(text) == text, "run make docs"


@pytest.mark.parametrize("path", WITH_PYTHON, ids=name_of)
def test_python_examples_give_what_they_show(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"^```pycon\n(.*?)^```$", path.read_text(encoding="utf-8"), re.M | re.S)
    example = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, path.name, str(path), 0)
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example).failed == 0


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


@pytest.mark.parametrize("page", ["promises.md", "field-tests.md"])
def test_each_row_names_a_test_that_exists(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8").partition("## Beside")[0]
    rows = re.findall(r"^\| (?!promise|condition|-)(.*) \| (.*) \|$", text, re.MULTILINE)
    assert len(rows) > 10
    for said, tests in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", tests)
        assert named, said
        for path, name in named:
            source = (ROOT / path).read_text(encoding="utf-8")
            assert not name or re.search(rf"def {name}\(", source), f"{path}::{name}"
