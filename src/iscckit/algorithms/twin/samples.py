"""Inputs for which the self-test and the tests compare the kernel with its readable twin.

They are pseudo-random, constant, two-symbol and periodic values, at lengths around the boundaries
of blocks and vectors, where kernels tend to fail.
"""

from random import Random

__all__ = [
    "byte_strings",
    "digest_lists",
    "feature_lists",
    "frame_lists",
    "make_framed",
    "pictures",
    "planes",
    "texts",
    "word_lists",
]


def byte_strings(*sizes: int) -> list[bytes]:
    """Return random, constant, two-symbol and periodic bytes of each size."""
    random = Random(24138)
    patterns = (b"\0", b"\xff", b"ab", bytes(range(251)))
    return [
        data
        for size in sizes
        for data in (
            random.randbytes(size),
            *((pattern * (size // len(pattern) + 1))[:size] for pattern in patterns),
        )
    ]


def texts() -> list[str]:
    """Return texts in several scripts, at lengths around one window and one block."""
    random = Random(3)
    alphabets = (
        "abc XYZ.,\n",
        "äöüßÀÉ e\u0301",
        "ΑΣΩσς ",
        "猫である。ｶﾞ",
        "한국어 각",
        "①ﬁ½㎒👩\u200d",
    )
    texts = ["", " ", "a", "abcdefghijklm", "abcdefghijklmn", "ΟΔΥΣΣΕΥΣ ΣΑΣ", "⑴ ㎒ ¨ ﬁ ① ℀"]
    for size in (12, 13, 14, 63, 64, 65, 300):
        texts += ["".join(random.choices(alphabet, k=size)) for alphabet in alphabets]
        texts.append("".join(random.choices("".join(alphabets), k=size)))
    return texts


def digest_lists() -> list[list[bytes]]:
    """Return lists of random digests of 4, 8 and 32 bytes."""
    random = Random(4)
    counts = (1, 2, 3, 14, 15, 16, 30, 31, 32, 33, 255, 256, 257)
    return [
        [random.randbytes(width) for _ in range(count)] for count in counts for width in (4, 8, 32)
    ]


def feature_lists() -> list[list[int]]:
    """Return lists of 32-bit numbers, including the largest and the smallest one."""
    random = Random(5)
    counts = (1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 200)
    lists = [[random.getrandbits(32) for _ in range(count)] for count in counts]
    return [*lists, [0], [2**32 - 1], [0, 2**32 - 1, 2**31]]


def word_lists() -> list[list[int]]:
    """Return lists of signed 32-bit numbers, including an empty list."""
    random = Random(6)
    counts = (0, 1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65, 300)
    lists = [[random.randrange(-(2**31), 2**31) for _ in range(count)] for count in counts]
    return [*lists, [-(2**31), 2**31 - 1, 0, -1], [5] * 20]


def frame_lists() -> list[list[list[int]]]:
    """Return lists of frame signatures, one of them with repetitions."""
    random = Random(7)
    lists = [[random.choices((0, 1, 2), k=380) for _ in range(n)] for n in (1, 2, 3, 8, 9)]
    return [*lists, [[0] * 380], [*lists[2], lists[2][0], lists[2][0]]]


def pictures() -> list[list[int]]:
    """Return flat, smooth, symmetric and random grey pictures of 32 x 32 pixels."""
    random = Random(8)
    shapes = [
        [0] * 1024,
        [255] * 1024,
        [8 * (k % 32) for k in range(1024)],
        [255 * ((k + k // 32) % 2) for k in range(1024)],
        [200 * (8 <= k % 32 < 24 and 12 <= k // 32 < 20) for k in range(1024)],
    ]
    return shapes + [list(random.randbytes(1024)) for _ in range(10)]


def make_framed() -> list[tuple[int, int, int, bytes]]:
    """Return the width, height, orientation and RGB bytes of small pictures with a border."""
    random = Random(9)
    pictures = []
    for width, height in ((1, 1), (5, 3), (20, 20), (33, 34), (33, 35), (50, 40), (20, 90)):
        rows = [
            random.randbytes(3) if 2 <= x < width - 3 and 2 <= y < height - 2 else b"\x10\x12\x14"
            for y in range(height)
            for x in range(width)
        ]
        pictures.append((width, height, random.randint(1, 8), b"".join(rows)))
    return pictures


def planes() -> list[tuple[int, int, bytes]]:
    """Return the width, height and bytes of luma planes, some with sides that 32 divides."""
    random = Random(10)
    sizes = ((32, 32), (33, 32), (64, 48), (97, 131), (176, 144))
    planes = [(w, h, random.randbytes(w * h)) for w, h in sizes]
    return [*planes, (40, 50, bytes(2000)), (40, 50, b"\xff" * 2000)]
