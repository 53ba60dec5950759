"""How test generators make the formats that the description names."""

from base64 import b64encode
from functools import partial

from hypothesis import strategies as st

from iscckit.codec.code import compose
from iscckit.codec.unit import MainType, SubType, Unit

__all__ = ["codes", "media_ids", "names"]

_BODY = partial(st.binary)


@st.composite
def _units(draw: st.DrawFn) -> Unit:
    maintype = draw(
        st.sampled_from([MainType.META, MainType.CONTENT, MainType.DATA, MainType.INSTANCE])
    )
    kinds = list(SubType)[:5] if maintype == MainType.CONTENT else [SubType(0)]
    size = 4 * draw(st.integers(2, 8))
    return Unit(
        maintype, draw(st.sampled_from(kinds)), draw(st.binary(min_size=size, max_size=size))
    )


@st.composite
def _composed(draw: st.DrawFn) -> str:
    bodies = [draw(st.binary(min_size=8, max_size=8)) for _ in range(4)]
    kinds = (MainType.META, MainType.CONTENT, MainType.DATA, MainType.INSTANCE)
    return compose([Unit(kind, SubType(0), body) for kind, body in zip(kinds, bodies, strict=True)])


codes = _units().map(str) | _composed()
media_ids = st.text("abcdefghijklmnopqrstuv0123456789", min_size=13, max_size=13)
names = st.text(max_size=40).map(lambda name: b64encode(name.encode()).decode())
