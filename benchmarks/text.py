"""Text preparation, Text-Code and Meta-Code against iscc-lib and iscc-core."""

from collections.abc import Iterator, Mapping
from functools import partial

import iscc_core
import iscc_lib

from benchmarks.harness import Call, Case
from iscckit.algorithms.text import text_clean, text_collapse
from iscckit.codec.unit import Unit
from iscckit.units.meta import Meta, prepare
from iscckit.units.text import text_code

__all__ = ["cases"]

ENGLISH = (
    "The quick brown fox jumps over the lazy dog, while 12 sphinxes of black quartz judge its "
    "vow; and so on (for ever).\n"
)
# Latin with accents, Greek, Cyrillic, Arabic, Devanagari, Chinese, Japanese, Korean, emoji.
MIXED = ENGLISH + (
    "Größere Übungen für Käufer süßer Äpfel. Où sont passés les élèves? Το ΓΡΗΓΟΡΟ καφέ άλογο. "
    "Съешь же ещё этих мягких французских булок. نص حكيم له سر قاطع. नमस्ते दुनिया। "
    "天地玄黃，宇宙洪荒。いろはにほへと ちりぬるを。키스의 고유조건은 입술끼리. 🦊🐶\n"
)


def text_of(source: str, size: int) -> str:
    """Return ``size`` characters without long repetitions: each line has a number of its own."""
    line, out, length = 0, [], 0
    while length < size:
        out.append(f"{line * line} {source}")
        length += len(out[-1])
        line += 1
    return "".join(out)[:size]


def code_of(result: Unit | Mapping[str, str]) -> str:
    """Return the code of our unit or of a peer's result."""
    return str(result) if isinstance(result, Unit) else result["iscc"]


def meta_of(name: str, description: str | None = None, meta: Meta = None) -> dict[str, str]:
    """Do what the peers do: the code and the metahash."""
    metadata = prepare(name, description, meta)
    return {"iscc": str(metadata.code()), "metahash": metadata.metahash}


def cases(quick: bool) -> Iterator[Case]:
    """Yield the cases; ``quick`` leaves out what takes iscc-core long."""
    sizes = [
        ("1 M ASCII", ENGLISH, 1_000_000, 30, 12),
        ("1 M mixed", MIXED, 1_000_000, 12, 8),
        ("10 k mixed", MIXED, 10_000, 12, 8),
        ("1 k mixed", MIXED, 1000, 8, 6),
    ]
    for label, source, size, goal, goal_other in sizes:
        text = text_of(source, size)
        peers: dict[str, Call] = {"iscc-lib": partial(iscc_lib.gen_text_code_v0, text)}
        if not quick and size < 100_000:
            peers["iscc-core"] = partial(iscc_core.gen_text_code_v0, text)
        unit = ("Mchar", size / 1e6)
        coded = partial(text_code, text)
        yield Case(f"Text-Code, {label}", coded, peers, goal, goal_other, code_of, unit)

    for label, source in (("ASCII", ENGLISH), ("mixed", MIXED)):
        text = text_of(source, 1_000_000)
        peers = {"iscc-lib": partial(iscc_lib.text_clean, text)}
        yield Case(f"text_clean, 1 M {label}", partial(text_clean, text), peers, 5, 4, key=str)
        peers = {"iscc-lib": partial(iscc_lib.text_collapse, text)}
        yield Case(f"text_collapse, 1 M {label}", partial(text_collapse, text), peers, key=str)

    name, description = "The Never Ending Story", text_of(MIXED, 600)
    meta = {"title": name, "year": 1979, "tags": ["novel", "fantasy"], "text": description[:200]}
    for label, args, goals in (
        ("name", (name,), (3, 3)),
        ("name and description of 600 characters", (name, description), (20, 12)),
        ("name and JSON", (name, None, meta), (15, 10)),
    ):
        peers = {
            "iscc-lib": partial(iscc_lib.gen_meta_code_v0, *args),
            "iscc-core": partial(iscc_core.gen_meta_code_v0, *args),
        }
        yield Case(f"Meta-Code, {label}", partial(meta_of, *args), peers, *goals, key=code_of)
