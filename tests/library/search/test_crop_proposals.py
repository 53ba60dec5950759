"""Which proposals are checked depends on votes, then on datahash and path, never on numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.scan.scan import open_writer
from iscckit.library.search.crop_proposals import _CHECKED, _choose_rows

COUNT = _CHECKED + 12


def chosen_paths(folder: Path, order: list[int]) -> list[str]:
    """Return the paths of the items whose rows are chosen, where items came in this order."""
    items = [
        Item(0, f"/a/{n}", Stat(1, 1, 1, 1), "present", datahash=n.to_bytes(34, "big"))
        for n in order
    ]
    with open_writer(str(folder)) as catalog, catalog.transaction():
        catalog.add_many(items)
    catalog = Catalog(str(folder))
    numbers = {item.path: item.id for item in catalog.items()}
    paths = {number: path for path, number in numbers.items()}
    # Each item has a row of one vote; those of the last three have a second row of more votes.
    rows = [(numbers[f"/a/{n}"], 0, 1) for n in range(COUNT)]
    rows += [(numbers[f"/a/{n}"], 0, 5) for n in range(COUNT - 3, COUNT)]
    rows.sort(key=lambda row: row[0])
    lines = np.zeros((len(rows), 5))
    lines[:, :2] = [row[:2] for row in rows]
    votes = np.array([row[2] for row in rows], np.int64)
    chosen = _choose_rows(lines, votes, catalog.rank_keys)
    catalog.close()
    assert votes[chosen].tolist() == sorted(votes[chosen].tolist(), reverse=True)
    return sorted(paths[int(lines[row, 0])] for row in chosen)


@pytest.mark.parametrize("seed", [1, 2])
def test_ties_do_not_depend_on_the_order_of_items(tmp_path: Path, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(COUNT).tolist()
    wanted = [*range(_CHECKED - 3), *range(COUNT - 3, COUNT)]
    assert chosen_paths(tmp_path / "lib", order) == sorted(f"/a/{n}" for n in wanted)
