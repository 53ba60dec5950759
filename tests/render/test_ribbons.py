"""Ribbons: what is drawn is what was found, and what comes from outside is escaped."""

import re

from iscckit.comparison.alignment import Alignment, Segment
from iscckit.render.ribbons import COLOURS, clock, colour_of, measure_shared, ribbons_svg, sizes_svg
from iscckit.units.simprint import Simprint


def test_a_band_goes_from_its_place_in_a_to_its_place_in_b() -> None:
    found = Alignment("second", 100, 50, (Segment((10, 20), (0, 20), 93.5),))
    drawn = str(ribbons_svg(found))
    assert "1 segments agree: 20.00 % of A and 40.00 % of B are covered" in drawn
    assert re.search(r"M100\.0 0H300\.0V18L400\.0 108V126H0\.0V108L100\.0 18Z", drawn)
    assert "0:10.0 to 0:30.0 in A, 0:00.0 to 0:20.0 in B, 93.50 %" in drawn


def test_weak_agreement_has_another_outline() -> None:
    found = Alignment("byte", 10, 10, (Segment((0, 5), (0, 5), 80), Segment((5, 5), (5, 5), 100)))
    assert re.findall(r'class="band (\w+)"', str(ribbons_svg(found))) == ["weak", "strong"]


def test_an_empty_alignment_is_two_bars() -> None:
    assert str(ribbons_svg(Alignment("byte", 0, 0, ()))).count("<rect") == 2
    assert "0 chunks" in sizes_svg([])


def test_the_same_digest_has_the_same_colour_and_widths_fill_the_strip() -> None:
    places = ((0, 10), (10, 30), (40, 60))
    chunks = [Simprint(bytes([k]) * 32, *place) for k, place in enumerate(places)]
    assert all(0 <= colour_of(each) < COLOURS for each in chunks)
    assert colour_of(chunks[1]) == colour_of(chunks[1]._replace(offset=99))
    widths = [float(each) for each in re.findall(r'width="([\d.]+)" height', sizes_svg(chunks))]
    assert widths == [99.0, 299.0, 599.0]


def test_what_two_chunks_share_is_drawn_once_and_hatched() -> None:
    places = ((0, 60), (40, 60), (90, 10))
    chunks = [Simprint(bytes([k]) * 32, *place) for k, place in enumerate(places)]
    assert measure_shared(chunks) == [0, 20, 10]
    drawn = str(sizes_svg(chunks))
    assert re.findall(r'<rect class="c\d+" x="([\d.]+)"', drawn) == ["0.00", "400.00", "900.00"]
    hatched = re.findall(r'class="shared" x1="([\d.]+)" x2="([\d.]+)"', drawn)
    assert hatched == [("400.00", "600.00"), ("900.00", "1000.00")]


def test_times_read_as_players_show_them() -> None:
    assert [clock(0), clock(59.96), clock(61.25), clock(3600)] == [
        "0:00.0",
        "1:00.0",
        "1:01.2",
        "60:00.0",
    ]
