"""Text-Codes and simprints."""

import iscc_core
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.codec.unit import MainType, SubType
from iscckit.errors import InvalidInput
from iscckit.units.simprint import Simprint
from iscckit.units.text import text_code, text_simprints

SENTENCES = " ".join(
    f"Sentence number {i} speaks about topic {i * i % 97} with some detail." for i in range(60)
)


@pytest.mark.parametrize(
    ("text", "bits", "code"),
    [
        ("", 64, "ISCC:EAASL4F2WZY7KBXB"),
        (" \n\t", 64, "ISCC:EAASL4F2WZY7KBXB"),
        ("Hello World", 32, "ISCC:EAACKDNZNY"),
        ("Hello World", 64, "ISCC:EAASKDNZNYGUUF5A"),
        ("Hello World", 256, "ISCC:EADSKDNZNYGUUF5AMFEJLZ5P66CP5YKCOA3X7F36RWE4CIRCBTUWXYY"),
    ],
)
def test_codes(text: str, bits: int, code: str) -> None:
    unit = text_code(text, bits=bits)
    assert str(unit) == code
    assert (unit.maintype, unit.subtype) == (MainType.CONTENT, SubType.TEXT)


@pytest.mark.parametrize("bits", [0, 33, 288])
def test_refuses_lengths_that_are_not_offered(bits: int) -> None:
    with pytest.raises(InvalidInput, match="bits"):
        text_code("text", bits=bits)


def test_case_accents_and_spaces_do_not_count() -> None:
    assert text_code("Crème brûlée, s'il vous plaît!") == text_code("creme BRULEE sil vousplait")


def test_simprints_of_a_short_text() -> None:
    (simprint,) = text_simprints("Hello World")
    assert simprint == (text_code("Hello World", bits=256).body, 0, 11)
    assert simprint.text == "JQ25bg1KF6BhSJXnr_eE_uFCcDd_l36NicEiIgzpa-M"


def test_an_empty_text_has_one_empty_simprint() -> None:
    (simprint,) = text_simprints("")
    assert (simprint.offset, simprint.size) == (0, 0)
    assert simprint.text == "JfC6tnH1BuHFMviS2deReiUuelIIMvWWOozU6afjErU"


def test_simprints_of_several_chunks() -> None:
    simprints = text_simprints(SENTENCES)
    assert [simprint.text for simprint in simprints] == [
        "7x-6qrY_IdAnkIt1y42enPjdg3yd9urRlXNkEY_eqaM",
        "ijw8WMIgnKmOJhEP-dLigxVcH11hYoHk09gI8_EnH9w",
        "ORy7Q1upxF84iIF9jHuRcgBaGnQg51OB3_Ib2gWO1_g",
    ]
    assert [(s.offset, s.size) for s in simprints] == [(0, 1913), (1913, 744), (2657, 863)]


def expected_simprints(text: str, average: int, *, byte_offsets: bool) -> list[Simprint]:
    """Follow spec M.1 with the parts of iscc-core."""
    chunks = [
        bytes(chunk).decode("utf-32-be")
        for chunk in iscc_core.alg_cdc_chunks(text.encode("utf-32-be"), True, 4 * average)
    ]
    if len(chunks) > 1 and len(chunks[-1]) < average / 4:
        del chunks[-1]
    simprints, offset = [], 0
    for chunk in chunks:
        size = len(chunk.encode()) if byte_offsets else len(chunk)
        body = iscc_core.soft_hash_text_v0(iscc_core.text_collapse(chunk))
        simprints.append(Simprint(body, offset, size))
        offset += size
    return simprints


@given(
    st.text("ab é日😀\n", max_size=300)
    | st.builds(str.__mul__, st.text("xyz "), st.integers(0, 30)),
    st.sampled_from([16, 32, 512]),
    st.booleans(),
)
def test_simprints_follow_iscc_core(text: str, average: int, bytewise: bool) -> None:
    expected = expected_simprints(text, average, byte_offsets=bytewise)
    assert text_simprints(text, average=average, byte_offsets=bytewise) == expected


@pytest.mark.parametrize("remainder", [127, 128])
def test_a_short_tail_is_dropped(remainder: int) -> None:
    # No cut point in a run of one letter: chunks of the largest size, 4096 characters.
    sizes = [simprint.size for simprint in text_simprints("a" * (4096 + remainder))]
    assert sizes == ([4096] if remainder < 128 else [4096, 128])


@pytest.mark.parametrize("average", [0, 3, 1 << 20])
def test_refuses_averages_out_of_range(average: int) -> None:
    with pytest.raises(InvalidInput, match="average"):
        text_simprints("text", average=average)
