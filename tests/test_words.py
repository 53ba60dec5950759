"""Comments, docstrings and names use plain words, one for each thing (docs/glossary.md)."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PYTHON = [path for room in ("src", "tools", "tests") for path in (ROOT / room).rglob("*.py")]
KERNEL = [path for path in (ROOT / "kernel").rglob("*.[hc]pp") if path.parent.name != "tables"]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")

BANNED = re.compile(
    r"\bof (?:its|their|one's|our) own\b|\banew\b|\blikewise\b|\bSee there\b|what is there twice"
    r"|(?:^|(?<=\w: ))(?-i:Of) "
    r"|(?<!here )\b(?:is|are) no (?!(?:longer|more|other|such)\b)[a-z]",
    re.IGNORECASE,
)
NAMES = {
    word
    for row in re.findall(r"^\|[^|]*\|[^|]*\|([^|]*)\|$", GLOSSARY, re.MULTILINE)[2:]
    for word in re.findall(r"\b[a-z]+\b", re.sub(r"\(.*?\)", "", row))
} & {"catalogue", "shelf", "shelves", "gallery", "glance", "librarian", "guard"}


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the comments and docstrings of a Python file with their lines."""
    text = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(text)):
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        if isinstance(node, kinds) and (said := ast.get_docstring(node)):
            yield node.body[0].lineno, said


def test_comments_and_docstrings_are_plain() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {match[0]}"
        for path in PYTHON
        for line, said in sentences(path)
        for match in [BANNED.search(" ".join(said.split()))]
        if match
    ]
    assert not found, "\n".join(found)


def test_comments_of_the_kernel_are_plain() -> None:
    found = []
    for path in KERNEL:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            said = line.partition("//")[2]
            if match := BANNED.search(said):
                found.append(f"{path.relative_to(ROOT)}:{number}: {match[0]}")
    assert not found, "\n".join(found)


def test_names_of_the_source_are_those_of_the_glossary() -> None:
    assert {"catalogue", "shelf", "gallery", "glance", "guard"} <= NAMES
    found = []
    for path in (ROOT / "src").rglob("*.py"):
        names = {path.stem}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                names.add(node.name)
        for name in names:
            words = set(re.findall(r"[a-z]+", re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()))
            found += [f"{path.relative_to(ROOT)}: {name}"] if words & NAMES else []
    assert not found, "\n".join(found)


PARTICIPLE = re.compile(
    r"_*(?:[a-z]+ed|drawn|found|given|kept|made|sent|shown|sought|taken|told|written)(?:_.*)?"
)
VERBS = {"embed", "feed"}  # their first form ends like a participle
NOUNS = {  # the participle tells what the value is of: a kind of code, of pair or of file
    "_unpaired_json",
    "checked_json",
    "mixed_code",
    "mixed_digest",
    "unpaired_sentence",
    "unrelated_is_sound",
}


def is_participle(name: str) -> bool:
    """Say whether the name of a function begins with a participle instead of a verb."""
    if name in NOUNS or name.strip("_").split("_")[0] in VERBS:
        return False
    return bool(PARTICIPLE.fullmatch(name))


def test_functions_of_the_source_begin_with_verbs() -> None:
    found = []
    names = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names.add(node.name)
                properties = {"property", "cached_property"}
                if {ast.unparse(each) for each in node.decorator_list} & properties:
                    continue
                if is_participle(node.name):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}")
    assert not found, "\n".join(found)
    assert names >= NOUNS, NOUNS - names  # a name that is gone needs no exception


@pytest.mark.parametrize(
    ("name", "banned"),
    [
        ("damaged", True),
        ("_made", True),
        ("found_files", True),
        ("sought", True),
        ("find_damaged", False),
        ("embed_metadata", False),
        ("_feed", False),
        ("founder", False),
    ],
)
def test_the_names_that_are_looked_for(name: str, banned: bool) -> None:
    assert is_participle(name) is banned


@pytest.mark.parametrize(
    ("said", "banned"),
    [
        ("a folder of its own", True),
        ("this is no cursor", True),
        ("there is no cursor", False),
        ("it is no longer there", False),
        ("made anew", True),
        ("Likewise.", True),
        ("a separate folder", False),
        ("Of the file.", True),
        ("size: Of the file.", True),
        ("size: Size of the file.", False),
        ("The size. Of two files the larger one.", False),
    ],
)
def test_the_words_that_are_looked_for(said: str, banned: bool) -> None:
    assert bool(BANNED.search(said)) is banned
