from hypothesis import given
from hypothesis import strategies as st

from iscckit.algorithms.hamming import equal_bits
from iscckit.render.bits import GLYPHS, Cell, bit_matrix, bit_text


def test_a_matrix_drawn_by_hand() -> None:
    assert [bit_text(row) for row in bit_matrix(b"\xf0", b"\xaa")] == ["█×█××·×·"]


@given(st.binary(max_size=40), st.binary(max_size=40), st.integers(1, 100))
def test_the_matrix_has_one_cell_for_every_common_bit(a: bytes, b: bytes, width: int) -> None:
    rows = bit_matrix(a, b, width=width)
    cells = [cell for row in rows for cell in row]
    assert len(cells) == 8 * min(len(a), len(b))
    assert all(len(row) == width for row in rows[:-1])
    assert sum(cell != Cell.DIFFERENT for cell in cells) == equal_bits(a, b)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_the_matrix_is_the_same_from_both_sides(a: bytes, b: bytes) -> None:
    assert bit_matrix(a, b) == bit_matrix(b, a)


def test_the_three_cells_have_three_shapes() -> None:
    assert len(set(GLYPHS)) == len(GLYPHS) == len(Cell)
