"""The dissection of a code in any spelling: kind, units, encodings and problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from iscckit import _kernel
from iscckit.codec import legacy
from iscckit.codec.bases import Base, encode, encode_multiformat
from iscckit.codec.faults import LENIENT, OPEN, STRICT, to_invalid_code
from iscckit.codec.unit import MainType, Unit, unit_of
from iscckit.errors import InvalidCode

__all__ = ["Explanation", "Form", "Part", "explain", "find_faults", "inspection"]

Form = Literal["unit", "code", "sequence", "id", "flake", "legacy"]

_BASE58_LIMIT: Final = 1024  # bytes; longer sequences are not written in base58btc


class Part(NamedTuple):
    """One unit of a code, or one component of 2019.

    Attributes:
        code: The canonical form of a unit; the 13 characters of a component.
        type_id: The kind, version and length in words.
        bits: The length of the body in bits.
        body: The body in hex.
    """

    code: str
    type_id: str
    bits: int
    body: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The dissection of one code.

    Attributes:
        input: The code in the spelling of the caller.
        form: The form: one unit, an ISCC-CODE, a sequence of units, an ISCC-ID, a Flake-Code, or
            components of 2019.
        canonical: The canonical form; for components of 2019 the readable components.
        maintype: The name of the MainType; None for a sequence and for components.
        subtype: The name of the SubType, or its number where it has no name; None for a sequence
            and for components.
        version: The Version; None for a sequence and for components.
        bits: The length of the body, or of all bodies, in bits.
        body: The body in hex, or all bodies joined.
        type_id: The kind, version and length in words; those of several units joined by spaces.
        readable: The ``type_id`` and the body; for an ISCC-ID its time and hub, or its counter.
        units: The units of the code; for a unit the unit itself.
        encodings: All encodings of the code, by name.
        problems: The reasons why a readable code is not valid; empty for a valid code.
    """

    input: str
    form: Form
    canonical: str
    maintype: str | None
    subtype: str | None
    version: int | None
    bits: int
    body: str
    type_id: str
    readable: str
    units: tuple[Part, ...]
    encodings: dict[str, str]
    problems: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return all attributes in JSON types."""
        return {
            "input": self.input,
            "form": self.form,
            "canonical": self.canonical,
            "maintype": self.maintype,
            "subtype": self.subtype,
            "version": self.version,
            "bits": self.bits,
            "body": self.body,
            "type_id": self.type_id,
            "readable": self.readable,
            "units": [part._asdict() for part in self.units],
            "encodings": dict(self.encodings),
            "problems": list(self.problems),
        }


def find_faults(text: str) -> list[InvalidCode]:
    """Return the faults of a code, each with its place; none for a valid code."""
    try:
        if legacy.looks_legacy(text):
            return list(legacy.parse(text).problems)
        _kernel.codec_units(text, STRICT)
    except InvalidCode as error:
        return [error]
    except ValueError as error:
        return [to_invalid_code(text, error)]
    return []


def inspection(text: str) -> dict[str, Any]:
    """Return the faults and the dissection of a code in JSON types.

    Args:
        text: A code as for ``explain``.

    Returns:
        The members ``input`` and ``errors``, and those of ``Explanation``; for an unreadable code
        only the first two, for a valid code no ``errors``.
    """
    found: dict[str, Any] = {"input": text}
    if wrong := find_faults(text):
        found["errors"] = [
            {
                "code": error.code,
                "reason": error.reason,
                "position": error.position,
                "suggestion": error.suggestion,
            }
            for error in wrong
        ]
    try:
        return found | explain(text).to_dict()
    except InvalidCode:
        return found


def explain(text: str) -> Explanation:
    """Dissect a code in any spelling.

    Args:
        text: A unit, ISCC-CODE, ISCC-ID, Flake-Code, sequence of units or components of 2019.

    Returns:
        The dissection. A readable code that breaks a rule is explained as iscc-core reads it, and
        ``problems`` has the broken rules.

    Raises:
        InvalidCode: The code is unreadable; the error has place, reason and a possible repair.
    """
    if legacy.looks_legacy(text):
        return _explain_legacy(text)
    problems: list[str] = []
    mode = STRICT
    try:
        fields = _kernel.codec_units(text, STRICT)
    except ValueError as error:
        problem = to_invalid_code(text, error)
        mode, fields = _read_leniently(text, problem)
        problems.append(_sentence(problem))
    units = [unit_of(unit) for unit in fields]
    data = _kernel.codec_bytes(text, mode)
    if data[0] >> 4 == MainType.ISCC or len(units) == 1:
        return _explain_one(text, mode, units, tuple(problems))
    return _explain_sequence(text, data, units, tuple(problems))


def _read_leniently(
    text: str, problem: InvalidCode
) -> tuple[int, list[tuple[int, int, bytes, int]]]:
    """Return the strictest mode that reads ``text``, and the units that it reads."""
    for mode in (OPEN, LENIENT):
        try:
            fields = _kernel.codec_units(text, mode)
            _kernel.codec_normalize(text, mode)
            for unit in fields:
                _kernel.unit_canonical(unit)  # iscc-core reads units that cannot be written
        except ValueError:
            continue
        return mode, fields
    raise problem


def _explain_one(text: str, mode: int, units: list[Unit], problems: tuple[str, ...]) -> Explanation:
    maintype, _, version, _, body = _kernel.codec_decode(text, mode)
    canonical = _kernel.codec_normalize(text, mode)
    identifier = _kernel.codec_type_id(text, mode)
    kind = MainType(maintype)
    form: Form = "unit"
    if kind == MainType.ISCC:
        form = "code"
    elif kind == MainType.ID:
        form = "id"
    elif kind == MainType.FLAKE:
        form = "flake"
    return Explanation(
        input=text,
        form=form,
        canonical=canonical,
        maintype=kind.name,
        subtype=identifier.split("-")[1],
        version=version,
        bits=len(body) * 8,
        body=body.hex(),
        type_id=identifier,
        readable=_kernel.codec_explain(text, mode),
        units=_parts(units),
        encodings=_encodings(_kernel.codec_bytes(canonical, mode)),
        problems=problems,
    )


def _explain_sequence(
    text: str, data: bytes, units: list[Unit], problems: tuple[str, ...]
) -> Explanation:
    body = b"".join(unit.body for unit in units)
    return Explanation(
        input=text,
        form="sequence",
        canonical=f"ISCC:{encode(data, Base.BASE32)}",
        maintype=None,
        subtype=None,
        version=None,
        bits=len(body) * 8,
        body=body.hex(),
        type_id=" ".join(unit.type_id for unit in units),
        readable=" ".join(f"{unit.type_id}-{unit.body.hex()}" for unit in units),
        units=_parts(units),
        encodings=_encodings(data),
        problems=problems,
    )


def _explain_legacy(text: str) -> Explanation:
    code = legacy.parse(text)
    written = [legacy.encode(component) for component in code.components]
    body = b"".join(component.body for component in code.components)
    return Explanation(
        input=text,
        form="legacy",
        canonical="-".join(written),
        maintype=None,
        subtype=None,
        version=None,
        bits=len(body) * 8,
        body=body.hex(),
        type_id=" ".join(component.kind for component in code.components),
        readable=" ".join(f"{part.kind} {part.body.hex()}" for part in code.components),
        units=tuple(
            Part(symbols, part.kind, len(part.body) * 8, part.body.hex())
            for symbols, part in zip(written, code.components, strict=True)
        ),
        encodings={},
        problems=tuple(f"{problem.code}: {_sentence(problem)}" for problem in code.problems),
    )


def _parts(units: list[Unit]) -> tuple[Part, ...]:
    return tuple(Part(str(unit), unit.type_id, unit.bits, unit.body.hex()) for unit in units)


def _encodings(data: bytes) -> dict[str, str]:
    """Return all encodings of header and body, by name."""
    base32 = encode(data, Base.BASE32)
    spellings = {
        "canonical": f"ISCC:{base32}",
        "uri": f"iscc:{base32.lower()}",
        "hex": data.hex(),
        "base32": base32,
        "base32hex": encode(data, Base.BASE32HEX),
        "base64url": encode(data, Base.BASE64URL),
    }
    bases = [base for base in Base if base != Base.BASE58BTC or len(data) <= _BASE58_LIMIT]
    if Base.BASE58BTC in bases:
        spellings["base58btc"] = encode(data, Base.BASE58BTC)
    for base in bases:
        spellings[f"multiformat {base.name.lower()}"] = encode_multiformat(data, base)
    return spellings


def _sentence(problem: InvalidCode) -> str:
    where = "" if problem.position is None else f" (position {problem.position + 1})"
    repair = "" if problem.suggestion is None else f"; did you mean {problem.suggestion}?"
    return f"{problem.reason}{where}{repair}"
