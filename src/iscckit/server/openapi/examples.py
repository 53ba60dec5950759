"""Examples for the description, made by the program itself, so that they are never wrong."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["CODES", "EMBEDDING", "NOTE", "UNITS", "examples"]

# A photograph, and a smaller and brighter copy of it in another format.
CODES: Final = (
    "ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI",
    "ISCC:KEC76W25O4E7H5P6WFP6MRSREELV5B6JCVAINJDIVAF2UZTQITEU7XI",
)
UNITS: Final = (
    "ISCC:AAA6QGTXYEN3WJG2",
    "ISCC:EEA3CX7GIZISCF26",
    "ISCC:GAA4TKAJ22IHKXBO",
    "ISCC:IAAS76YWRZLWS4S5",
)
# In place of a vector of 384 components.
EMBEDDING: Final = tuple((37 * k % 101 - 50) / 100 for k in range(64))


@cache
def examples() -> dict[str, JsonValue]:
    """Return an answer for each operation whose answer does not depend on this service."""
    from iscckit.codec.code import compose, decompose
    from iscckit.codec.explain import inspection
    from iscckit.comparison.matrix import matrix
    from iscckit.comparison.verdict import compare
    from iscckit.compat import units as make
    from iscckit.render.comparison_json import add_sides, side_values
    from iscckit.units.semantic import semantic_image_code, semantic_text_code

    a, b = CODES
    found: dict[str, object] = {
        "health": {"status": "ok"},
        "inspect": inspection(a),
        "compose": {"iscc": compose(UNITS)},
        "decompose": {"units": [str(unit) for unit in decompose(a)]},
        "compare": add_sides(compare(a, b), side_values(a), side_values(b)),
        "compare_matrix": matrix(CODES, "content").to_dict(),
        "meta_code": make.gen_meta_code_v0("Die Unendliche Geschichte", "Von Michael Ende"),
        "text_code": make.gen_text_code_v0("Hello World"),
        "image_code": make.gen_image_code_v0(list(range(256)) * 4),
        "audio_code": make.gen_audio_code_v0([684003877, 683946551, 1749295639]),
        "video_code": make.gen_video_code_v0([[0, 1, 2, 1] * 95]),
        "mixed_code": make.gen_mixed_code_v0(["ISCC:EAASKDNZNYGUUF5A", UNITS[1]]),
        "semantic_text_code": {"iscc": str(semantic_text_code(EMBEDDING))},
        "semantic_image_code": {"iscc": str(semantic_image_code(EMBEDDING))},
        "data_code": make.gen_data_code_v0(b"Hello World"),
        "instance_code": make.gen_instance_code_v0(b"Hello World"),
    }
    return cast("dict[str, JsonValue]", found)


# The first note of the golden chain of the declaration protocol.
NOTE: Final[dict[str, JsonValue]] = {
    "$schema": "http://purl.org/iscc/schema/iscc-note-0.8.0.json",
    "iscc_code": "ISCC:KACWN77F73NA44D6EUG3S3QNJIL2BPPQFMW6ZX6CZNOKPAK23S2IJ2I",
    "datahash": "1e205ca7815adcb484e9a136c11efe69c1d530176d549b5d18d038eb5280b4b3470c",
    "nonce": "00100000000000000000000000000001",
    "signature": {
        "version": "ISCC-SIG v1.0",
        "pubkey": "z6MkpFpVngrAUTSY6PagXa1x27qZqgdmmy3ZNWSBgyFSvBSx",
        "proof": "zcxQSHyyWsRNWtpxDC64gRwn4oQagsmVad6yaLxGT9b4nwGVRpSnq"
        "oPkSYuyhMTKuqL4NJqVp2e4c1mVf1YFhHda",
    },
}
