"""How often units of unrelated content agree as well, measured on real media.

Random bits do not measure that: pictures, titles and sounds have much in common that random
bits have not. The table below was counted by ``python -m benchmarks.robustness.unrelated``; see
docs/similarity.md.
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["UNRELATED", "Counts", "Unrelated", "agreeing_as_well"]


class Counts(NamedTuple):
    """Unrelated pairs of one kind of unit.

    Attributes:
        pairs: Number of pairs.
        short: How many agree in at least so many of 64 bits: 32, 33, ... 64.
        long: How many agree in at least so many of 256 bits: 128, 132, ... 256.
    """

    pairs: int
    short: tuple[int, ...]
    long: tuple[int, ...]


# table: begin
# fmt: off
UNRELATED: Final[dict[tuple[int, int], Counts]] = {
    (0, 0): Counts(  # META: 807 works
        344827,
        (205406, 173471, 141635, 112170, 85872, 63233, 45079, 31156, 21166, 14076, 9181,
            6027, 3971, 2772, 1967, 1460, 1139, 898, 727, 578, 426, 338, 255, 177, 112, 72,
            37, 19, 9, 4, 2, 2, 2),
        (209896, 150974, 99977, 62590, 38574, 23649, 14715, 9142, 5774, 3791, 2603, 1960,
            1557, 1281, 1065, 918, 744, 612, 483, 401, 313, 225, 139, 65, 30, 14, 8, 5, 3,
            2, 2, 2, 2),
    ),
    (2, 0): Counts(  # TEXT: 412 works
        90087,
        (50518, 41540, 32792, 24799, 17839, 12321, 8021, 4999, 2893, 1564, 798, 394, 185,
            82, 27, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        (48537, 31199, 16723, 7453, 2629, 773, 182, 39, 8, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ),
    (2, 1): Counts(  # IMAGE: 330 works
        54285,
        (35509, 25158, 25158, 15391, 15391, 7964, 7964, 3443, 3443, 1327, 1327, 486, 486,
            220, 220, 113, 113, 74, 74, 44, 44, 16, 16, 9, 9, 3, 3, 1, 1, 0, 0, 0, 0),
        (31562, 20932, 12056, 5769, 2419, 914, 370, 186, 121, 89, 70, 51, 33, 19, 15, 14,
            12, 9, 3, 3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ),
    (2, 2): Counts(  # AUDIO: 59 works
        1711,
        (1476, 1398, 1308, 1212, 1103, 979, 873, 755, 639, 513, 381, 290, 220, 160, 114, 80,
            51, 31, 18, 12, 8, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        (1431, 1326, 1182, 1035, 864, 701, 543, 402, 280, 177, 118, 82, 56, 38, 18, 8, 6, 6,
            3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ),
    (2, 3): Counts(  # VIDEO: 6 works
        111,
        (72, 59, 51, 42, 30, 23, 19, 12, 11, 9, 8, 7, 5, 3, 3, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0),
        (93, 78, 75, 62, 52, 39, 27, 18, 12, 7, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0),
    ),
    (3, 0): Counts(  # DATA: 807 works
        344827,
        (189218, 155133, 122000, 91654, 65908, 45109, 28982, 17814, 10381, 5651, 2807, 1368,
            623, 261, 107, 40, 11, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        (180653, 113881, 59774, 25899, 9146, 2541, 599, 109, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ),
}
# fmt: on
# table: end


class Unrelated(NamedTuple):
    """How many unrelated pairs of a kind agree at least as well as two units.

    Attributes:
        agreeing: Number of these pairs.
        pairs: Number of all pairs that were measured.
    """

    agreeing: int
    pairs: int


def agreeing_as_well(maintype: int, subtype: int, equal: int, bits: int) -> Unrelated | None:
    """Return how many unrelated pairs agree at least as well; None without a measurement.

    Args:
        maintype: MainType of the units.
        subtype: SubType of the units.
        equal: Number of equal bits.
        bits: Number of compared bits. Up to 128 bits are looked up as 64, more as 256: shorter
            codes agree better by chance, so the number is rather too high than too low.
    """
    counts = UNRELATED.get((maintype, subtype))
    if counts is None:
        return None
    column = counts.short if bits <= 128 else counts.long
    place = int(max(0.0, (2 * equal / bits - 1)) * (len(column) - 1))
    if 2 * equal < bits:
        return Unrelated(counts.pairs, counts.pairs)  # less than half: all of them, about
    return Unrelated(column[place], counts.pairs)
