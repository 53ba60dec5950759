import json
from dataclasses import asdict

import pytest
from hypothesis import given
from tests.codec.strategies import codes

from iscckit.codec import code
from iscckit.codec.explain import explain
from iscckit.errors import InvalidCode

WORKED = "ISCC:KEC43HJLPUSHVAZT66YLPUWNVACWYPIV533TRQMWF2IUQYSP5LA4CTY"


def test_the_worked_code_in_every_spelling() -> None:
    found = explain(WORKED.lower())
    assert found.form == "code"
    assert found.canonical == WORKED
    assert (found.maintype, found.subtype, found.version, found.bits) == ("ISCC", "IMAGE", 0, 256)
    assert found.type_id == "ISCC-IMAGE-V0-MCDI"
    assert found.readable == f"ISCC-IMAGE-V0-MCDI-{found.body}"
    assert found.problems == ()
    assert [part.type_id for part in found.units] == [
        "META-NONE-V0-64",
        "CONTENT-IMAGE-V0-64",
        "DATA-NONE-V0-64",
        "INSTANCE-NONE-V0-64",
    ]
    assert found.encodings == {
        "canonical": WORKED,
        "uri": "iscc:kec43hjlpushvazt66ylpuwnvacwypiv533trqmwf2iuqysp5la4cty",
        "hex": "5105cd9d2b7d247a8333f7b0b7d2cda8056c3d15eef738c1962e9148624feac1c14f",
        "base32": WORKED[5:],
        "base32hex": "A42SR79BFKI7L0PJUUOBFKMDL02MOF8LTRRJHGCM5Q8KGOIFTB0S2JO",
        "base58btc": found.encodings["base58btc"],
        "base64url": "UQXNnSt9JHqDM_ewt9LNqAVsPRXu9zjBli6RSGJP6sHBTw",
        "multiformat base16": f"fcc01{found.encodings['hex']}",
        "multiformat base32": "bzqavcbontuvx2jd2qmz7pmfx2lg2qblmhuk655zyyglc5ekimjh6vqobj4",
        "multiformat base32hex": "vpg0l21edjklnq93qgcpvfc5nqb6qg1bc7kauttpoo6b2t4a8c97ulge19s",
        "multiformat base58btc": "z2Yr3BMx3Rj56fyYkNvfa19PCk4SjspQhpVWoLSGg9yXr4vUGsx",
        "multiformat base64url": "uzAFRBc2dK30keoMz97C30s2oBWw9Fe73OMGWLpFIYk_qwcFP",
    }


@pytest.mark.parametrize(
    ("text", "form", "type_id"),
    [
        ("AAAZXZ6OU74YAZIM", "unit", "META-NONE-V0-64"),
        ("ISCC:MEIGC5KN3I6TCUBK", "id", "ID-REALM_1-V1-64"),
        ("ISCC:MEBAVFC6Q7VP4XFEVQBA", "id", "ID-BITCOIN-V0-80"),
        ("ISCC:OAAQC7YOADBZYNF7", "flake", "FLAKE-NONE-V0-64"),
        ("GAAW2PRCRS5LNVZV-IAAUVACQKXE3V44W", "sequence", "DATA-NONE-V0-64 INSTANCE-NONE-V0-64"),
        ("CCDFPFc87MhdT-CR4GZ8SW5a7uc", "legacy", "Meta-ID Instance-ID"),
    ],
)
def test_every_form_is_recognized(text: str, form: str, type_id: str) -> None:
    found = explain(text)
    assert found.form == form
    assert found.type_id == type_id
    assert found.problems == ()
    json.dumps(asdict(found))


@given(codes())
def test_each_spelling_leads_back_to_the_code(canonical: str) -> None:
    found = explain(canonical)
    assert found.canonical == canonical
    assert bytes.fromhex(found.body) == code.decode(canonical).body
    for name, spelling in found.encodings.items():
        if name.startswith("multiformat") or name in ("canonical", "uri", "base32"):
            assert code.normalize(spelling) == canonical


def test_a_sequence_keeps_the_length_of_its_units() -> None:
    long = "AADZXZ6OU4E45RB57GAGKDGHZXV752RFK424V76TRVZ2TKS2K6X5VVA"
    data = code.decompose(long)[0].data * 2
    found = explain("f" + "cc01" + data.hex())
    assert found.bits == 512
    assert [part.bits for part in found.units] == [256, 256]
    assert found.maintype is None


@pytest.mark.parametrize(
    ("text", "problem", "canonical"),
    [
        (
            "ISCC:KED572P4AOF5K6QXQA4T6OJD5UGX7UBPFW2TVQNTHBCKFRFCANCZARQ4K6NSFZQSH4GO",
            "KED572P4AOF5K6QXQA4T6OJD5UGX7UBPFW2TVQNTHBCKFRFCANCZARQ4K6NSFZQSH4GQ?",
            "ISCC:KED572P4AOF5K6QXQA4T6OJD5UGX7UBPFW2TVQNTHBCKFRFCANCZARQ4K6NSFZQSH4GA",
        ),
        (
            "ISCC:KIAFSNZJ4D7UYZFBOZO25YUTXHAD2",
            "SubType contradicts",
            "ISCC:KIAFSNZJ4D7UYZFBOZO25YUTXHAD2",
        ),
        ("ISCC:E4AAAAAAAA", "SubType that its MainType does not have", "ISCC:E4AAAAAAAA"),
    ],
)
def test_a_readable_code_with_a_problem_is_explained(
    text: str, problem: str, canonical: str
) -> None:
    found = explain(text)
    assert problem in found.problems[0]
    assert found.canonical == canonical


def test_a_damaged_component_is_a_problem_of_its_own() -> None:
    found = explain("CCDyud5ZWakDR-CTTq25WFQTWaU-CDbUZg6v3qzzM-CRxfuPk2nP3Q")
    assert len(found.units) == 3
    assert found.problems == ("CRxfuPk2nP3Q: a component of 2019 has 13 characters, this has 12",)


@pytest.mark.parametrize("text", ["", "hello", "ISCC:KUAFSNZJ4D7", "CCDFPFc87Mhd", "zAB"])
def test_what_cannot_be_read_is_an_error(text: str) -> None:
    with pytest.raises(InvalidCode):
        explain(text)


def test_a_long_sequence_is_not_written_in_base58() -> None:
    found = explain("GAAW2PRCRS5LNVZV" * 200)
    assert len(found.units) == 200
    assert "base58btc" not in found.encodings
    assert "multiformat base58btc" not in found.encodings
