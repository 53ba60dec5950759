"""The structure of tokens: what nothing signs has one value or is refused."""

from pathlib import Path

import pytest
from tests.trust.authority import make_authority

from iscckit.errors import InvalidInput
from iscckit.trust.proof import der
from iscckit.trust.proof.der import SEQUENCE, Element
from iscckit.trust.proof.timestamp import make_request
from iscckit.trust.proof.timestamp_token import LARGEST_TOKEN, parse_token


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder: Path = tmp_path_factory.mktemp("authority")
    return make_authority(folder, "ec").answer(make_request(b"message", 5))


def rebuild(token: bytes, change: "dict[tuple[int, ...], bytes]") -> bytes:
    """Return a token with elements at places exchanged; lengths are made right."""

    def walk(element: Element, place: tuple[int, ...]) -> bytes:
        if place in change:
            return change[place]
        if not any(each[: len(place)] == place for each in change):
            return element.raw
        inner = [
            walk(each, (*place, at)) for at, each in enumerate(der.read_elements(element.content))
        ]
        more = change.get((*place, len(inner)), b"")
        return der.encode_element(element.tag, *inner, more)

    return walk(der.read_element(token), ())


SIGNED_DATA = (1, 1, 0)
SIGNER = (*SIGNED_DATA, 4, 0)


def test_a_token_is_read(token: bytes) -> None:
    parsed = parse_token(token)
    assert parsed.nonce == 5
    assert parsed.digest_hash == "sha256"
    assert len(parsed.certificates) == 1
    assert rebuild(token, {(9,): b""}) == token


@pytest.mark.parametrize(
    ("place", "element"),
    [
        ((*SIGNED_DATA, 0), der.encode_integer(1)),
        ((*SIGNED_DATA, 0), der.encode_integer(4)),
        ((*SIGNER, 0), der.encode_integer(3)),
        ((*SIGNED_DATA, 1), der.encode_element(der.SET)),
        ((*SIGNED_DATA, 5), der.encode_element(0xA1)),
        ((*SIGNER, 6), der.encode_element(0xA1)),
        ((*SIGNED_DATA, 4, 1), der.encode_element(SEQUENCE)),
        ((0, 1), der.encode_element(0x03, b"\0\1")),
        ((2,), der.encode_integer(0)),
    ],
)
def test_a_member_that_nothing_signs_is_refused(
    token: bytes, place: tuple[int, ...], element: bytes
) -> None:
    changed = rebuild(token, {place: element})
    assert changed != token
    with pytest.raises(InvalidInput) as error:
        parse_token(changed)
    assert error.value.reason_code == "malformed-document"


@pytest.mark.parametrize(
    "time",
    [
        b"20260101000000.120Z",
        b"20260101000000.Z",
        b"20260101000000",
        b"20261301000000Z",
        b"20260101000000+0000",
        b"2026010100000Z",
    ],
)
def test_a_time_has_the_form_of_the_standard(token: bytes, time: bytes) -> None:
    info = der.read_element(parse_token(token).content)
    members = info.children(SEQUENCE)
    other = der.encode_element(
        SEQUENCE,
        *(each.raw for each in members[:4]),
        der.encode_element(0x18, time),
        *(each.raw for each in members[5:]),
    )
    place = (*SIGNED_DATA, 2, 1, 0)
    with pytest.raises(InvalidInput, match="time"):
        parse_token(rebuild(token, {place: der.encode_element(der.OCTET_STRING, other)}))


def test_a_token_has_a_largest_size() -> None:
    with pytest.raises(InvalidInput, match=str(LARGEST_TOKEN)):
        parse_token(der.encode_element(SEQUENCE, bytes(LARGEST_TOKEN)))
