"""What the drawings say is what the values say, and nothing from outside becomes markup."""

import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from iscckit import MainType, SubType, Unit, compare, explain
from iscckit.errors import InvalidCode
from iscckit.render.bits import bit_svg
from iscckit.render.clusters import FileCard, FileGroup, clusters_html
from iscckit.render.comparison import Party, comparison_html, comparison_page, party_html
from iscckit.render.dissection import dissection_html, error_html, tokens
from iscckit.render.matrix import deciding, matrix_html
from iscckit.render.page import page, standalone, stylesheet

# Rows of the slide "one DOI, several ISCCs" of the ISCC introduction of 2024-11-29.
ROW_1 = "CCDyud5ZWakDR-CTTq25WFQTWaU-CDbUZg6v3qzzM-CRxfuPk2nP3Q"
ROW_2 = "CCDyud5ZWakDR-CTTRs5cQY1D11-CDPqUxrqN7YRx-CRcUmq2SmgN18"
CAT = "ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI"
SMALL = "ISCC:KEC76W25O4E7H5P6WFP6MRSREELV5B6JCVAINJDIVAF2UZTQITEU7XI"
TEXT = "ISCC:KACYLZBIW7CQ3ZWQFQVMQG4YR75XLBAFJCVXOINMADT33LTL5T6H5MQ"
HOSTILE = '</script><img src=x onerror="alert(1)">\'"&<b>'
PLACE = re.compile(r"M([0-9.]+) ([0-9.]+)")
BODIES = st.sampled_from([8, 16, 24, 32]).flatmap(
    lambda n: st.tuples(st.binary(min_size=n, max_size=n), st.binary(min_size=n, max_size=n))
)


class Reader(HTMLParser):
    """Collects the drawings of a page, and refuses what is not closed."""

    VOID = frozenset({"meta", "img", "br", "path", "rect", "link", "input", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.drawings: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append((tag, values))
        if tag == "svg" and "data-a" in values:
            self.drawings.append({"label": values["aria-label"] or ""})
        elif tag == "path" and self.drawings and values.get("class") in {"one", "zero", "differ"}:
            self.drawings[-1][values["class"] or ""] = values["d"] or ""
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def bits_of(drawing: dict[str, str]) -> dict[int, str]:
    """Return what is drawn at the place of each bit."""
    found = {}
    for kind in ("one", "zero", "differ"):
        for x, y in PLACE.findall(drawing.get(kind, "")):
            at = int(float(y)) // 10 * 64 + int(float(x)) // 10
            assert at not in found, "two shapes in one cell"
            found[at] = kind
    return found


def test_one_drawing_by_hand() -> None:
    drawn = bit_svg(b"\xc0", b"\x80", label="two", name="unit")
    assert '<path class="one" d="M1 5h8"/>' in drawn
    assert '<path class="differ" d="M12 2l6 6m0-6l-6 6"/>' in drawn
    assert 'role="img" aria-label="two"' in drawn


@given(BODIES)
def test_the_bits_of_a_drawing_are_those_of_the_units(bodies: tuple[bytes, bytes]) -> None:
    a, b = (Unit(MainType.CONTENT, SubType.AUDIO, body) for body in bodies)
    pair = compare(a, b).units[0]
    drawing = read(comparison_html(compare(a, b))).drawings[0]
    bits = bits_of(drawing)
    assert sorted(bits) == list(range(pair.bits))
    assert sum(kind == "differ" for kind in bits.values()) == pair.bits - pair.equal
    for at, kind in bits.items():
        values = {body[at // 8] >> (7 - at % 8) & 1 for body in bodies}
        assert kind == ("differ" if len(values) == 2 else "one" if values == {1} else "zero")
    assert drawing["label"] == f"Content-Code Audio: {pair.equal} of {pair.bits} bits equal"


@pytest.mark.parametrize(
    ("equal", "percent", "correlation"),
    [(54, "84.38 %", "+0.69"), (34, "53.12 %", "+0.06"), (64, "100.00 %", "+1.00")],
)
def test_the_figures_of_the_introduction_are_shown(
    equal: int, percent: str, correlation: str
) -> None:
    body = ((1 << 64 - equal) - 1).to_bytes(8)
    found = compare(Unit(MainType.META, 0, bytes(8)), Unit(MainType.META, 0, body))
    html = comparison_html(found)
    assert f"{equal} of 64" in html
    assert f"<strong>{percent}</strong>" in html
    assert f'data-label="Correlation">{correlation}<' in html


def test_the_codes_of_the_introduction_give_its_figures() -> None:
    html = comparison_html(compare(ROW_1, ROW_2))
    assert "<strong>84.38 %</strong>" in html
    assert "<strong>100.00 %</strong>" in html
    assert "Content-ID Text: 54 of 64 bits equal" in html
    assert "Left out: " in html  # the last component of the slide has lost a character


def test_an_instance_code_has_no_figure() -> None:
    one, other = (Unit(MainType.INSTANCE, 0, bytes([n]) * 32) for n in (1, 3))
    for pair, answer in ((other, "no match"), (one, "match")):
        html = comparison_html(compare(one, pair))
        assert f"<strong>{answer}</strong>" in html
        assert f"Instance-Code: {answer}, 256 bits compared as a whole" in html
        assert "%" not in re.sub(r"<details>.*</details>", "", html)
        assert "data-label" not in html


def test_what_cannot_be_compared_is_drawn_from_one_side_with_the_reason() -> None:
    found = compare(CAT, TEXT)
    html = comparison_html(found)
    assert "Content-Code Image: only in A, 64 bits" in html
    assert "not compared: the other side has Content-Code Image" in html
    drawings = read(html).drawings
    assert len(drawings) == len(found.units) + len(found.unpaired)
    assert all("differ" not in each for each in drawings if "only in" in each["label"])


@pytest.mark.parametrize("bits", [64, 128, 192, 256])
def test_of_different_lengths_the_shorter_is_drawn(bits: int) -> None:
    long = Unit(MainType.DATA, 0, bytes(range(32)))
    short = Unit(MainType.DATA, 0, bytes(range(bits // 8)))
    drawing = read(comparison_html(compare(long, short))).drawings[0]
    assert len(bits_of(drawing)) == bits
    assert drawing["label"] == f"Data-Code: {bits} of {bits} bits equal"


def test_each_verdict_says_which_rule_decided() -> None:
    html = comparison_html(compare(CAT, SMALL))
    assert 'data-verdict="near"' in html
    assert "The first rule that holds decides: near." in html
    assert "needs 70 % of equal bits" in html
    assert "No rule holds" in comparison_html(compare(CAT, TEXT))


def test_a_page_needs_nothing_but_itself_and_holds_its_values() -> None:
    found = compare(CAT, SMALL)
    html = comparison_page(found, Party(HOSTILE, HOSTILE), Party("b"), {"x": HOSTILE})
    reader = read(html)
    assert type(html) is str
    assert not [v for _, v in reader.tags if "src" in v or "href" in v or "style" in v]
    twin = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)
    assert twin is not None
    assert json.loads(twin[1]) == {"x": HOSTILE}
    policy = next(v["content"] for t, v in reader.tags if t == "meta" and "http-equiv" in v)
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


@given(st.text(max_size=40), st.text(max_size=40))
def test_nothing_from_outside_becomes_markup(one: str, other: str) -> None:
    one, other = one + HOSTILE, HOSTILE + other
    plain = read(party_html("A", Party("x", "x", ("x",), ("x",), "x"))).tags
    drawn = read(party_html("A", Party(one, other, (one,), (other,), one))).tags
    assert [tag for tag, _ in drawn] == [tag for tag, _ in plain]
    error = InvalidCode(one, other, position=len(one) // 2)
    assert [tag for tag, _ in read(error_html(error)).tags] == ["div", "p", "pre"]
    groups = [FileGroup(one, 1, [FileCard(one, other, 1), FileCard(other, one, 2, going=True)])]
    assert {tag for tag, _ in read(clusters_html(groups)).tags} == {
        "section", "h2", "ul", "li", "div", "strong", "br", "small",
    }  # fmt: skip
    whole = page(one, Markup("<p>x</p>"), {one: other})
    assert [tag for tag, _ in read(whole).tags][-1] == "script"


@pytest.mark.parametrize(
    "code", [CAT, TEXT, ROW_2, "ISCC:EAASKDNZNYGUUF5A", "ISCC:MEIGFO6WVP2QAAAH"]
)
def test_the_tokens_of_a_code_are_the_code(code: str) -> None:
    found = explain(code)
    parts = tokens(found)
    assert "".join(token.text for token in parts) == found.canonical
    rows = [token.row for token in parts if token.row >= 0]
    assert rows == list(range(len(found.units)))
    html = dissection_html(found)
    read(html)
    assert all(value in html for value in found.encodings.values())


def test_the_tokens_of_a_sequence_are_headers_and_bodies() -> None:
    sequence = explain("ISCC:AAASKDNZNYGUUF5AEAASKDNZNYGUUF5A")
    assert sequence.form == "sequence"
    titles = [token.title for token in tokens(sequence)]
    assert titles == [
        "prefix",
        "header of META-NONE-V0-64",
        "META-NONE-V0-64",
        "header of CONTENT-TEXT-V0-64",
        "CONTENT-TEXT-V0-64",
    ]


def test_a_malformed_code_is_shown_with_a_caret() -> None:
    with pytest.raises(InvalidCode) as caught:
        explain("ISCC:EAASKDNZNYGUUF58")
    shown = error_html(caught.value)
    line, caret = re.search(r"<pre[^>]*>(.*)\n(.*)</pre>", shown).groups()  # type: ignore[union-attr]
    assert line[caret.index("^")] == "8"


def test_a_long_malformed_code_is_shown_around_the_place() -> None:
    with pytest.raises(InvalidCode) as caught:
        explain("ISCC:" + "A" * 500 + "1" + "A" * 500)
    shown = error_html(caught.value)
    line, caret = re.search(r"<pre[^>]*>(.*)\n(.*)</pre>", shown).groups()  # type: ignore[union-attr]
    assert line[caret.index("^")] == "1"
    assert len(line) < 200


def test_a_table_of_many_links_each_pair() -> None:
    pairs = {(0, 1): (compare(CAT, SMALL), "/one?a=1&b=2")}
    html = matrix_html([HOSTILE, "b"], pairs)
    assert html.count('<a href="/one?a=1&amp;b=2">near</a>') == 2
    assert "Content-Code Image 100.00 %" in html
    read(html)


def test_the_deciding_units_are_those_of_the_rule() -> None:
    pair = deciding(compare(CAT, SMALL))
    assert pair is not None
    assert pair.a.maintype == MainType.CONTENT
    assert deciding(compare("ISCC:EAASKDNZNYGUUF5A", "ISCC:EEA3CX7GIZISCF26")) is None


def test_a_part_for_notebooks_brings_its_stylesheet() -> None:
    part = standalone(Markup("<p>x</p>"))
    assert stylesheet() in part
    assert type(part) is str
