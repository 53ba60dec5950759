"""Meta-Codes and metahashes."""

import base64
import json
from collections.abc import Mapping

import blake3
import iscc_core
import iscc_lib
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from iscckit import _kernel
from iscckit.errors import InvalidInput
from iscckit.units.meta import meta_code, meta_dataurl, metahash, normalize_name, prepare

LEVELS = _kernel.levels["meta_digest"]


def dataurl(payload: bytes, mediatype: str = "text/plain") -> str:
    return f"data:{mediatype};base64,{base64.b64encode(payload).decode()}"


@pytest.mark.parametrize(
    ("name", "description", "meta", "code"),
    [
        ("Die Unendliche Geschichte", None, None, "ISCC:AAAZXZ6OU74YAZIM"),
        ("Die Unendliche Geschichte", "Von Michael Ende", None, "ISCC:AAAZXZ6OU4E45RB5"),
        ("Hello", None, {"some": "object"}, "ISCC:AAAWKLHFXN63LHL2"),
        ("!!!", None, None, "ISCC:AAA26E2JXH27TING"),
        ("Hello", "...", None, "ISCC:AAAWKLHFXOXRGSNZ"),
        ("Test", None, {"value": 1.0}, "ISCC:AAAX4GX3RZH2I6QZ"),
    ],
)
def test_codes(
    name: str, description: str | None, meta: Mapping[str, object] | None, code: str
) -> None:
    assert str(meta_code(name, description, meta)) == code


def test_soft_hashes_of_the_specification() -> None:
    digests = {
        None: "652ce5bb3fd7018a8746265cd8a542f41d965472cc38c12e6511ee54a97a67c8",
        "World": "652ce5bb645fb5a43fd7018a9c91ca078746265ca4505992d8a542f4068208be",
        b"World": "652ce5bbcf3f77813fd7018ae9f65ffb8746265cf77fe7efd8a542f4efb6bfee",
    }
    for extra, digest in digests.items():
        assert _kernel.meta_digest("Hello", extra).hex() == digest


def test_vectors_of_iscc_core() -> None:
    path = iscc_core.conformance.__file__.replace("conformance.py", "data.json")
    with open(path, encoding="utf-8") as file:
        cases = json.load(file)["gen_meta_code_v0"]
    assert len(cases) == 20
    for case in cases.values():
        name, description, meta, bits = case["inputs"]
        metadata = prepare(name, description, meta)
        result = {"iscc": str(metadata.code(bits)), "name": metadata.name}
        if metadata.description:
            result["description"] = metadata.description
        if metadata.dataurl:
            result["meta"] = metadata.dataurl
        assert result | {"metahash": metadata.metahash} == case["outputs"]


def test_an_empty_object_counts_as_none() -> None:
    assert meta_code("Name", "Text", {}) == meta_code("Name", "Text")


def test_only_the_cleaned_name_is_looked_at() -> None:
    assert normalize_name(" The\n\tTitle\u200b ") == "The Title"
    with pytest.raises(InvalidInput, match="name is empty"):
        meta_code("\u200b\n")


def test_the_metahash_covers_what_was_given() -> None:
    assert metahash("Name", "Text") == "1e20" + blake3.blake3(b"Name Text").hexdigest()
    assert metahash("Name") == "1e20" + blake3.blake3(b"Name").hexdigest()
    payload = b"\x00\xff raw"
    expected = "1e20" + blake3.blake3(payload).hexdigest()
    assert metahash("Name", "Text", dataurl(payload)) == expected


def test_objects_become_dataurls_in_canonical_json() -> None:
    assert meta_dataurl({"some": "object"}) == (
        "data:application/json;base64,eyJzb21lIjoib2JqZWN0In0="
    )
    assert meta_dataurl({"@context": "x"}).startswith("data:application/ld+json;base64,")
    assert meta_dataurl({"b": 2**53 + 1, "a": 1e20}) == dataurl(
        b'{"a":100000000000000000000,"b":9007199254740992}', "application/json"
    )


@pytest.mark.parametrize(
    "meta",
    [
        "text",
        "data:text/plain,text",
        "data:text/plain;base64,",
        "data:text/plain;base64,SGVsbG8",
        "data:text/plain;base64,SGVs bG8=",
        "data:text/plain;base64,SGVs-_8=",
        {"value": float("nan")},
        {"value": {1, 2}},
        {1: "number as key"},
        {"value": 10**400},
        {"value": "\ud800"},
        ["list"],
    ],
)
def test_refuses_what_is_no_metadata(meta: object) -> None:
    with pytest.raises(InvalidInput):
        meta_code("Name", None, meta)  # type: ignore[arg-type]


def test_an_object_within_itself_is_refused() -> None:
    loop: dict[str, object] = {}
    loop["self"] = loop
    with pytest.raises(InvalidInput):
        meta_code("Name", None, loop)


def test_the_payload_has_a_limit() -> None:
    assert prepare("Name", None, dataurl(bytes(128_000))).payload == bytes(128_000)
    for meta in (dataurl(bytes(128_001)), dataurl(bytes(10**6)), {"a": "x" * 128_000}):
        with pytest.raises(InvalidInput, match="128000"):
            prepare("Name", None, meta)


@pytest.mark.parametrize("bits", [0, 33, 288])
def test_refuses_lengths_that_are_not_offered(bits: int) -> None:
    with pytest.raises(InvalidInput, match="bits"):
        meta_code("Name", bits=bits)


@given(st.text(), st.none() | st.text(max_size=300) | st.binary(max_size=300))
def test_every_level_hashes_like_iscc_core(name: str, extra: str | bytes | None) -> None:
    assume(not isinstance(extra, bytes) or extra)
    # Code points that this Python does not know are left out of both.
    name = iscc_core.text_clean(name)
    extra = iscc_core.text_clean(extra) if isinstance(extra, str) else extra
    expected = iscc_core.soft_hash_meta_v0(name, extra)
    for level in LEVELS:
        assert _kernel.meta_digest(name, extra, level) == expected


@pytest.mark.parametrize("size", [*range(1, 40), 4 * 31, 4 * 32 + 4, 1000, 5000])
@pytest.mark.parametrize("pattern", [b"a", b"ab", bytes(range(256))])
def test_every_level_hashes_alike_at_the_boundaries(size: int, pattern: bytes) -> None:
    extra = (pattern * size)[:size]
    expected = iscc_core.soft_hash_meta_v0("Name", extra)
    for level in LEVELS:
        assert _kernel.meta_digest("Name", extra, level) == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e300, 1e300) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), json_values, min_size=1, max_size=4))
def test_objects_agree_with_iscc_core(meta: dict[str, object]) -> None:
    try:
        expected = iscc_core.gen_meta_code_v0("Name", meta=meta)
    except UnicodeEncodeError:
        assume(False)
    metadata = prepare("Name", None, meta)
    assert (str(metadata.code()), metadata.dataurl, metadata.metahash) == (
        expected["iscc"],
        expected["meta"],
        expected["metahash"],
    )


@given(st.text(min_size=1), st.text())
def test_agrees_with_iscc_lib(name: str, description: str) -> None:
    name, description = iscc_core.text_clean(name), iscc_core.text_clean(description)
    assume(normalize_name(name))
    expected = iscc_lib.gen_meta_code_v0(name, description)
    assert str(meta_code(name, description)) == expected["iscc"]
    assert metahash(name, description) == expected["metahash"]


@pytest.mark.parametrize(
    "size", [0, 1, 63, 64, 65, 1023, 1024, 1025, 2048, 2049, 3072, 5000, 8193, 16384, 128_000]
)
def test_blake3_is_that_of_the_package(size: int) -> None:
    data = bytes(i * i % 251 for i in range(size))
    assert _kernel.multihash(data) == "1e20" + blake3.blake3(data).hexdigest()
