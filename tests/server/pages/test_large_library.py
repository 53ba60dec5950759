"""What libraries of thousands of files look like in the service, and in a report."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

from starlette.testclient import TestClient

from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.clusters.filter import ClusterFilter
from iscckit.library.clusters.view import ClusterView
from iscckit.library.scan.scan import open_writer
from iscckit.records.probe import make_thumbnail
from iscckit.render.duplicates import SIDE, duplicates_html
from iscckit.server.app import create_app
from iscckit.server.settings import Settings

SAMPLES = Path(__file__).parents[3] / "samples"
CAT = "ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI"


def synthetic(clusters: int, size: int) -> Iterator[Item]:
    """Pictures in clusters: the second is a copy of the first, the others are near it."""
    dice = random.Random(1)
    number = 0
    units: tuple[Unit, ...] = ()
    datahash = b""
    for cluster in range(clusters):
        base = dice.randbytes(32)
        for member in range(size):
            number += 1
            if member != 1:
                content = int.from_bytes(base)
                for at in dice.sample(range(256), dice.randrange(1, 40)):
                    content ^= 1 << at
                instance = dice.randbytes(32)
                datahash = b"\x1e\x20" + instance
                units = (
                    Unit(MainType.META, SubType(0), dice.randbytes(32)),
                    Unit(MainType.CONTENT, SubType.IMAGE, content.to_bytes(32)),
                    Unit(MainType.DATA, SubType(0), dice.randbytes(32)),
                    Unit(MainType.INSTANCE, SubType(0), instance),
                )
            yield Item(
                0,
                f"/photos/{cluster:05}-{member}.jpg",
                Stat(1000 + cluster, number * 10**9, number, 1),
                "present",
                "image",
                "image/jpeg",
                f"photo {number}",
                CAT,
                datahash,
                units,
            )


def test_a_library_of_ten_thousand_files_is_looked_at_quickly(tmp_path: Path) -> None:
    with open_writer(str(tmp_path)) as catalog:
        with catalog.transaction():
            catalog.add_many(synthetic(1000, 10))
        cluster_view = ClusterView(catalog)
        assert len(cluster_view) == 1000
        assert len(cluster_view.select(ClusterFilter(most=0, kinds=("exact",)))) == 1000
        for most in (5, 20, 39):
            for cluster in cluster_view.select(ClusterFilter(most=most)):
                assert len(cluster.members) >= 2
    settings = Settings(library=str(tmp_path))
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        first = client.get("/library.json").json()
        assert (first["clusters"], first["files"], len(first["items"])) == (1000, 10_000, 20)
        assert first["copies"] == 1000
        answer = client.get("/library")
        assert answer.text.count('class="cluster"') == 20
        assert answer.text.count('loading="lazy"') > 100
        assert int(answer.headers["content-length"]) < 40 * 1024  # of the 60 KB of a whole page


def test_a_report_of_five_hundred_clusters_is_one_file_that_can_be_sent(tmp_path: Path) -> None:
    with open_writer(str(tmp_path)) as catalog:
        with catalog.transaction():
            catalog.add_many(synthetic(500, 4))
        clusters = ClusterView(catalog).select(ClusterFilter())
    photo = make_thumbnail(str(SAMPLES / "rocket.jpg"), SIDE)
    assert photo is not None
    assert len(clusters) == 500
    html = duplicates_html(clusters, [], lambda _: photo)
    assert html.count("data:image/webp;base64,") == 2000
    assert len(html.encode()) < 25 << 20
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", html)
