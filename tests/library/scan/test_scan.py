"""A scan reads what is new or changed, and nothing else; nothing that was committed is lost."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from tools.planted import SAMPLES

from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.errors import LibraryError
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.item import Fingerprints, Item, Stat
from iscckit.library.catalog.schema import NAME
from iscckit.library.partitions.key import PartitionKey, UnitKey, parse_file_stem
from iscckit.library.partitions.store import Partitions, rebuild
from iscckit.library.scan.report import Change, ScanProgress
from iscckit.library.scan.scan import ScanOptions, open_writer, scan
from iscckit.workers.limits import Quota

TEXT = "Call me Ishmael. Some years ago, never mind how long precisely. "


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "sub").mkdir(parents=True)
    for name in ("cat.jpg", "gettysburg-hay.txt"):
        shutil.copy2(SAMPLES / name, folder / name)
    (folder / "sub" / "whale.txt").write_text(TEXT * 5)
    return folder


def run(tmp_path: Path, files: Path, **options: object) -> list[tuple[str, str]]:
    """Scan and return what changed, with the name of each file."""
    changes = scan(str(tmp_path / "lib"), [str(files)], ScanOptions(**options))  # type: ignore[arg-type]
    return sorted((change.what, Path(change.path).name) for change in changes)


def states(tmp_path: Path) -> dict[str, str]:
    catalog = Catalog(str(tmp_path / "lib"))
    found: dict[str, str] = {Path(item.path).name: item.state for item in catalog.items()}
    catalog.close()
    return found


def test_only_what_is_new_or_changed_is_read(tmp_path: Path, files: Path) -> None:
    assert run(tmp_path, files) == [
        ("new", "cat.jpg"), ("new", "gettysburg-hay.txt"), ("new", "whale.txt"),
    ]  # fmt: skip
    planned: list[ScanProgress] = []
    folder = str(tmp_path / "lib")
    again = scan(folder, [str(files)], progress=planned.append)
    assert list(again) == []
    assert [(at.files, at.reads) for at in planned if not at.done] == [(3, 0)]
    (files / "sub" / "whale.txt").write_text(TEXT * 6)
    (files / "new.txt").write_text(TEXT * 2)
    assert run(tmp_path, files) == [("changed", "whale.txt"), ("new", "new.txt")]


def test_a_file_that_was_only_touched_has_not_changed(tmp_path: Path, files: Path) -> None:
    run(tmp_path, files)
    os.utime(files / "cat.jpg", (1, 1))
    assert run(tmp_path, files) == []
    assert run(tmp_path, files, verify=True) == []


def hide_a_change(path: Path) -> None:
    """Change a byte of a file and set its time back."""
    stat, data = path.stat(), bytearray(path.read_bytes())
    data[10] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_a_change_is_seen_where_size_and_time_are_as_before(tmp_path: Path, files: Path) -> None:
    run(tmp_path, files)
    hide_a_change(files / "sub" / "whale.txt")
    assert run(tmp_path, files) == [("changed", "whale.txt")]
    assert run(tmp_path, files) == []


def test_verify_sees_what_ctime_may_not_tell(tmp_path: Path, files: Path) -> None:
    run(tmp_path, files)
    hide_a_change(files / "sub" / "whale.txt")
    assert run(tmp_path, files, ignore_ctime=True) == []
    assert run(tmp_path, files) == []  # the time was noted
    assert run(tmp_path, files, verify=True) == [("changed", "whale.txt")]


def test_a_library_without_ctime_is_not_read_again_and_notes_it(
    tmp_path: Path, files: Path
) -> None:
    run(tmp_path, files)
    with sqlite3.connect(tmp_path / "lib" / NAME) as database:
        database.execute("UPDATE item SET ctime = 0")
    database.close()
    counts: list[ScanProgress] = []
    folder = str(tmp_path / "lib")
    list(scan(folder, [str(files)], progress=counts.append))
    assert [at.reads for at in counts] == [0]
    hide_a_change(files / "sub" / "whale.txt")
    assert run(tmp_path, files) == [("changed", "whale.txt")]


def test_what_a_killed_process_has_left_is_not_scanned(tmp_path: Path, files: Path) -> None:
    shutil.copy2(files / "cat.jpg", files / ".iscc-draft-0123456789abcdef.jpg")
    shutil.copy2(files / "cat.jpg", files / ".iscc-ab12_xyz.jpg")
    shutil.copy2(files / "cat.jpg", files / "sub" / ".iscc-aside-0123456789abcdef")
    (files / ".iscc-draft-0123456789abcdef").mkdir()
    shutil.copy2(files / "cat.jpg", files / ".iscc-draft-0123456789abcdef" / "draft.jpg")
    assert not any(name.startswith(".iscc") for _, name in run(tmp_path, files))
    assert not any(name == "draft.jpg" for _, name in run(tmp_path, files))


def test_moved_files_are_recognised_by_place_or_by_content(tmp_path: Path, files: Path) -> None:
    run(tmp_path, files)
    (files / "cat.jpg").rename(files / "sub" / "tom.jpg")
    data = (files / "gettysburg-hay.txt").read_bytes()
    (files / "gettysburg-hay.txt").unlink()
    (files / "speech.txt").write_bytes(data)  # another inode and time
    folder = str(tmp_path / "lib")
    changes = {Path(c.path).name: c for c in scan(folder, [str(files)])}
    assert {name: change.what for name, change in changes.items()} == {
        "tom.jpg": "moved",
        "speech.txt": "moved",
    }
    assert changes["tom.jpg"].detail == str(files / "cat.jpg")
    assert states(tmp_path) == dict.fromkeys(["tom.jpg", "speech.txt", "whale.txt"], "present")


def test_removed_files_are_marked_and_come_back(tmp_path: Path, files: Path) -> None:
    run(tmp_path, files)
    data = (files / "cat.jpg").read_bytes()
    (files / "cat.jpg").unlink()
    assert run(tmp_path, files) == [("removed", "cat.jpg")]
    assert run(tmp_path, files) == []
    assert states(tmp_path)["cat.jpg"] == "missing"
    (files / "cat.jpg").write_bytes(data)
    run(tmp_path, files)
    assert states(tmp_path)["cat.jpg"] == "present"


def test_another_folder_leaves_the_rest_alone(tmp_path: Path, files: Path) -> None:
    run(tmp_path, files)
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text(TEXT)
    assert run(tmp_path, other) == [("new", "a.txt")]
    assert states(tmp_path)["cat.jpg"] == "present"


def test_a_file_that_cannot_be_read_costs_only_itself(tmp_path: Path, files: Path) -> None:
    (files / "slow.txt").write_text(TEXT)
    os.mkfifo(files / "pipe")  # no file: not walked
    folder = str(tmp_path / "lib")
    changes = list(scan(folder, [str(files)], ScanOptions(quota=Quota(memory=1))))
    assert {change.what for change in changes} <= {"failed", "new"}
    assert len(changes) == 4
    assert list(scan(folder, [str(files)])) == []  # a failure is not tried again for nothing
    assert {c.what for c in scan(folder, [str(files)], ScanOptions(verify=True))} <= {"changed"}


def test_odd_names_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in (b"caf\xe9.txt", "日本.txt".encode(), b"line\nbreak.txt"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(TEXT)
    assert len(run(tmp_path, folder)) == 3
    assert run(tmp_path, folder) == []


def test_a_library_inside_a_folder_is_no_content_of_it(files: Path) -> None:
    inside = str(files / "lib")
    assert len(list(scan(inside, [str(files)]))) == 3
    assert list(scan(inside, [str(files)])) == []


def test_one_process_writes_and_others_read(tmp_path: Path, files: Path) -> None:
    run(tmp_path, files)
    folder = str(tmp_path / "lib")
    with open_writer(folder):
        with pytest.raises(LibraryError, match="another process"), open_writer(folder):
            pass
        assert len(list(Catalog(folder).items())) == 3


def test_what_is_no_library_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no library here") as missing:
        Catalog(str(tmp_path))
    assert missing.value.reason_code == "library-missing"
    with sqlite3.connect(tmp_path / "catalogue.sqlite") as database:
        database.execute("CREATE TABLE other (a)")
    database.close()
    with pytest.raises(LibraryError, match="no catalog"):
        Catalog(str(tmp_path))
    (tmp_path / "catalogue.sqlite").write_bytes(b"no database" * 500)
    with pytest.raises(LibraryError):
        Catalog(str(tmp_path))


def test_a_library_of_a_newer_format_is_refused_and_untouched(tmp_path: Path, files: Path) -> None:
    run(tmp_path, files)
    path = tmp_path / "lib" / "catalogue.sqlite"
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    for write in (False, True):
        with pytest.raises(LibraryError, match="99"):
            Catalog(str(tmp_path / "lib"), write=write)


def rows_of(folder: str) -> dict[PartitionKey, list[tuple[int, ...]]]:
    catalog = Catalog(folder)
    partitions = Partitions(catalog)
    found = {}
    for key in partitions.keys():  # noqa: SIM118 (not a mapping)
        planes, items = partitions[key].rows()
        rows = zip(*(plane.tolist() for plane in planes.words), items.tolist(), strict=True)
        found[key] = sorted(rows)
    catalog.close()
    return found


def test_the_index_is_the_same_from_segments_from_a_delta_and_after_damage(
    tmp_path: Path, files: Path
) -> None:
    run(tmp_path, files)
    folder = str(tmp_path / "lib")
    shutil.rmtree(tmp_path / "lib" / "index", ignore_errors=True)
    tails = rows_of(folder)
    with open_writer(folder) as catalog:
        assert rebuild(catalog, force=True)
        assert not rebuild(catalog, force=True)
    assert rows_of(folder) == tails
    (files / "cat.jpg").unlink()
    (files / "sub" / "whale.txt").write_text(TEXT * 7)
    run(tmp_path, files)
    mixed = rows_of(folder)
    assert mixed != tails
    for segment in (tmp_path / "lib" / "index").rglob("*.seg"):
        segment.write_bytes(segment.read_bytes()[:-5])
    assert rows_of(folder) == mixed
    with open_writer(folder) as catalog:
        assert rebuild(catalog, force=True)
        assert catalog.tombstones() == []
    assert rows_of(folder) == mixed


def _scan_forever(folder: str, root: str) -> None:
    for _ in scan(folder, [root]):
        pass


@pytest.mark.slow
def test_a_killed_scan_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    root = tmp_path / "files"
    root.mkdir()
    for i in range(400):
        (root / f"{i}.txt").write_text(f"{i} {TEXT} {i * 7}" * 3)
    folder = str(tmp_path / "lib")
    known = 0
    context = multiprocessing.get_context("spawn")
    for attempt in range(12):
        process = context.Process(target=_scan_forever, args=(folder, str(root)))
        process.start()
        time.sleep(0.4 + 0.13 * attempt)
        process.kill()
        process.join()
        if os.path.exists(os.path.join(folder, "catalogue.sqlite")):
            try:
                catalog = Catalog(folder)
            except LibraryError:
                assert known == 0  # killed before there was anything
                continue
            items = list(catalog.items())
            assert len(items) >= known
            known = len(items)
            assert all(item.units and item.state == "present" for item in items)
            catalog.close()
    _scan_forever(folder, str(root))
    assert len(list(Catalog(folder).items())) == 400
    assert len(rows_of(folder)[parse_file_stem("unit-0-0-0")]) == 400


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done(tmp_path: Path) -> None:
    root = tmp_path / "files"
    root.mkdir()
    for i in range(3000):
        (root / f"{i}.txt").write_text(f"{i} {TEXT} {i * 7}" * 3)
    command = [sys.executable, "-m", "iscckit.cli.main", "scan", "--library"]
    folder = str(tmp_path / "lib")
    process = subprocess.Popen([*command, folder, str(root)], stderr=subprocess.PIPE)
    done = 0
    while not done and process.poll() is None:
        time.sleep(0.05)
        with contextlib.suppress(LibraryError):  # not made yet
            catalog = Catalog(folder)
            done = len(list(catalog.items()))
            catalog.close()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in errors
    done = len(list(Catalog(folder).items()))
    assert done > 0
    rest = [change for change in scan(folder, [str(root)]) if isinstance(change, Change)]
    assert len(rest) == 3000 - done


def _as_nobody(work: Callable[[], object]) -> str:
    """Run as a user who owns nothing, in a separate process if we are root; return the error."""
    if os.geteuid() != 0:
        with pytest.raises(LibraryError) as raised:
            work()
        return str(raised.value)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = "no error"
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            work()
        except LibraryError as error:
            said = str(error)
        except BaseException as error:
            said = repr(error)
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return said


def _open_to_all(place: Path) -> None:
    """Let everybody reach a folder of pytest's, which only its owner may enter."""
    for each in place.parents:
        if each.stat().st_uid == os.geteuid() and each != Path("/"):
            each.chmod(each.stat().st_mode | 0o011)


@pytest.mark.filterwarnings("ignore:This process")  # forks while it has threads
def test_a_read_only_folder_is_a_clean_error(tmp_path: Path, files: Path) -> None:
    place = tmp_path / "closed"
    place.mkdir()
    place.chmod(0o555)
    _open_to_all(place / "lib")
    said = _as_nobody(lambda: list(scan(str(place / "lib"), [str(files)])) and None)
    assert said == f"{place / 'lib'}: Permission denied"
    assert list(place.iterdir()) == []


@pytest.mark.filterwarnings("ignore:This process")
def test_a_library_that_may_only_be_read_is_not_written(tmp_path: Path, files: Path) -> None:
    run(tmp_path, files)
    library = tmp_path / "lib"
    before = {each.name: each.read_bytes() for each in library.iterdir() if each.is_file()}
    for each in library.iterdir():
        each.chmod(0o555 if each.is_dir() else 0o444)
    library.chmod(0o555)
    _open_to_all(library / "lock")
    (files / "new.txt").write_text(TEXT)
    said = _as_nobody(lambda: list(scan(str(library), [str(files)])) and None)
    library.chmod(0o755)
    assert said == f"{library}: Permission denied"
    assert {e.name: e.read_bytes() for e in library.iterdir() if e.is_file()} == before


def _write_forever(folder: str, acknowledged: Connection, start: int) -> None:
    """Commit batches of items as fast as it goes, and say after each how many there are."""
    chosen = random.Random(start)
    with open_writer(folder) as catalog:
        number = start
        while True:
            with catalog.transaction():
                for _ in range(chosen.randint(1, 40)):
                    units = (
                        Unit(MainType.CONTENT, SubType.TEXT, chosen.randbytes(32)),
                        Unit(MainType.DATA, 0, chosen.randbytes(32)),
                    )
                    stat = Stat(number, 0, 0, 0)
                    prints = [Fingerprints("text", chosen.randbytes(800), bytes(400))]
                    item = Item(0, f"/x/{number}", stat, "present", units=units)
                    catalog.add(item, prints=prints)
                    number += 1
            acknowledged.send(number)
            if chosen.random() < 0.1:
                rebuild(catalog, force=True)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:This process")  # forks while it has threads; it only reads
def test_two_hundred_kills_lose_no_acknowledged_item(tmp_path: Path) -> None:
    folder = str(tmp_path / "lib")
    context = multiprocessing.get_context("fork")
    chosen = random.Random(1)
    count = 0
    for _ in range(200):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_write_forever, args=(folder, theirs, count))
        process.start()
        theirs.close()
        assert ours.poll(20)
        time.sleep(chosen.random() * 0.03)
        process.kill()
        process.join()
        acknowledged = count
        with contextlib.suppress(EOFError):
            while ours.poll(0):
                acknowledged = ours.recv()
        catalog = Catalog(folder)
        items = list(catalog.items())
        assert [item.stat.size for item in items] == list(range(len(items)))
        assert len(items) >= acknowledged
        partition = Partitions(catalog)[UnitKey(MainType.CONTENT, SubType.TEXT, 0)]
        assert len(partition) == len(items)
        for item in (items[0], items[-1], chosen.choice(items)):
            assert partition.nearest(item.units[0].body, 1)[0].item == item.id
        catalog.close()
        count = len(items)
    assert count > 200


def test_ready_made_items_are_added_replaced_and_found(tmp_path: Path) -> None:
    folder = str(tmp_path / "lib")
    unit = Unit(MainType.CONTENT, SubType.TEXT, bytes(range(32)))
    other = Unit(MainType.CONTENT, SubType.TEXT, bytes(range(100, 132)))
    items = [Item(0, f"/x/{i}", Stat(i, 0, 0, 0), "present", units=(unit,)) for i in range(5)]
    with open_writer(folder) as catalog, catalog.transaction():
        number = catalog.add(items[0], prints=[Fingerprints("text", bytes(8), bytes(4))])
        catalog.add_many(items)
        catalog.add_many([Item(0, "/x/4", Stat(9, 0, 0, 0), "present", units=(other,))])
        assert catalog.tombstones() == [number, 6]
        assert catalog.fingerprints_of(number) == []
    catalog = Catalog(folder)
    assert [item.path for item in catalog.items()] == [f"/x/{i}" for i in range(5)]
    partition = Partitions(catalog)[UnitKey(MainType.CONTENT, SubType.TEXT, 0)]
    assert len(partition.within(unit.body, 0)) == 4
    assert [found.item for found in partition.within(other.body, 0)] == [7]


@pytest.mark.slow
def test_a_full_disk_is_a_clean_error_and_damages_nothing(tmp_path: Path) -> None:
    root = tmp_path / "files"
    root.mkdir()
    chosen = random.Random(3)
    for i in range(300):
        words = (str(chosen.random()) for _ in range(300))
        (root / f"{i}.txt").write_text(" ".join(words))
    folder = str(tmp_path / "lib")
    program = (
        "import resource, sys; from iscckit.cli.main import main; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)); sys.exit(main())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, "scan", "--library", folder, str(root)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert folder in run.stderr
    kept = len(list(Catalog(folder).items()))
    assert kept < 300
    assert len(list(scan(folder, [str(root)]))) == 300 - kept
    database = sqlite3.connect(os.path.join(folder, "catalogue.sqlite"))
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    assert len(rows_of(folder)[parse_file_stem("unit-2-0-0")]) == 300


def test_a_scan_stopped_while_it_walks_calls_no_file_missing(tmp_path: Path, files: Path) -> None:
    run(tmp_path, files)
    before = states(tmp_path)
    assert run(tmp_path, files, stopped=lambda: True) == []
    assert states(tmp_path) == before == dict.fromkeys(before, "present")


def test_proofs_beside_files_are_not_items(tmp_path: Path, files: Path) -> None:
    (files / "cat.jpg.iscc-proof.json").write_text("{}")
    (files / "cat.jpg.0-9.iscc-range.json").write_text("{}")
    assert run(tmp_path, files) == [
        ("new", "cat.jpg"), ("new", "gettysburg-hay.txt"), ("new", "whale.txt"),
    ]  # fmt: skip
    (files / "cat.jpg").unlink()
    assert run(tmp_path, files) == [("removed", "cat.jpg")]
