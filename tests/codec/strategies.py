"""Hypothesis strategies for well-formed codes, shared by the tests of the codec."""

from hypothesis import strategies as st

from iscckit.codec.code import compose
from iscckit.codec.unit import NO_SUBTYPE, MainType, SubType, Unit

MODALITIES = [SubType.TEXT, SubType.IMAGE, SubType.AUDIO, SubType.VIDEO, SubType.MIXED]
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def bodies(shortest: int = 1) -> st.SearchStrategy[bytes]:
    return st.integers(shortest, 8).flatmap(lambda n: st.binary(min_size=4 * n, max_size=4 * n))


@st.composite
def units(draw: st.DrawFn, shortest: int = 1) -> Unit:
    maintype = draw(st.sampled_from([m for m in MainType if m <= MainType.INSTANCE]))
    modal = maintype in (MainType.SEMANTIC, MainType.CONTENT)
    subtype = draw(st.sampled_from(MODALITIES)) if modal else NO_SUBTYPE
    return Unit(maintype, subtype, draw(bodies(shortest)))


@st.composite
def any_units(draw: st.DrawFn) -> Unit:
    """Units of every MainType, and of SubTypes and Versions without a name."""
    maintype = draw(st.sampled_from([m for m in MainType if m != MainType.ISCC]))
    fields = st.one_of(st.integers(0, 8), st.sampled_from([71, 72, 583, 584, 4679]))
    if maintype == MainType.ID:
        body = draw(st.integers(8, 12).flatmap(lambda n: st.binary(min_size=n, max_size=n)))
    else:
        body = draw(bodies())
    return Unit(maintype, draw(fields), body, draw(fields))


@st.composite
def families(draw: st.DrawFn, shortest: int = 2) -> list[Unit]:
    """Units that form an ISCC-CODE, in the order of their MainTypes."""
    modality = draw(st.sampled_from(MODALITIES))
    kinds = [
        (MainType.META, NO_SUBTYPE),
        (MainType.SEMANTIC, modality),
        (MainType.CONTENT, modality),
        (MainType.DATA, NO_SUBTYPE),
        (MainType.INSTANCE, NO_SUBTYPE),
    ]
    chosen = [k for k in kinds if k[0] >= MainType.DATA or draw(st.booleans())]
    return [Unit(maintype, subtype, draw(bodies(shortest))) for maintype, subtype in chosen]


def composites() -> st.SearchStrategy[str]:
    wide = families(4).map(lambda family: compose(family[-2:], wide=True))
    return st.one_of(families().map(compose), wide)


def codes() -> st.SearchStrategy[str]:
    return st.one_of(units().map(str), composites())


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A canonical code with one symbol replaced, dropped or added."""
    code = draw(codes())
    at = draw(st.integers(5, len(code) - 1))
    kept = draw(st.sampled_from([at, at + 1]))
    symbol: str = draw(st.sampled_from(["", *BASE32]))
    return code[:at] + symbol + code[kept:]
