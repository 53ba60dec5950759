"""Ways out of a worker, each tried from inside."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from tests.workers.test_supervisor import confined, needs_landlock, needs_seccomp, once

from iscckit.workers import seccomp
from iscckit.workers.limits import FILES
from iscckit.workers.supervisor import Broken
from iscckit.workers.system_calls import ALLOWED, ARCHITECTURES, OWN, REFUSED

SPECIAL = {"clone", "prctl", *OWN}

# What takes the system apart, shares memory, watches or reaches others; by x86-64 and ARM64.
UNKNOWN = {
    "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    "inotify_init1": (294, 26), "fanotify_init": (300, 262), "io_uring_setup": (425, 425),
    "userfaultfd": (323, 282), "memfd_create": (319, 279), "keyctl": (250, 219),
    "sethostname": (170, 161), "reboot": (169, 142), "clock_settime": (227, 112),
    "init_module": (175, 105), "swapoff": (168, 225), "kcmp": (312, 272), "truncate": (76, 45),
    "chdir": (80, 49), "clone3": (435, 435), "ioprio_get": (252, 31), "capset": (126, 91),
    "open_by_handle_at": (304, 265), "setuid": (105, 146), "landlock_create_ruleset": (444, 444),
}  # fmt: skip


# uretprobe and uprobe of x86-64, which Linux answers before any filter: with SIGILL, unless the
# kernel itself has put the call there.
_PROBES = {335, 336}


def numbers() -> dict[str, int]:
    return ARCHITECTURES[os.uname().machine].numbers


@needs_seccomp
def test_a_worker_has_the_calls_of_decoders_and_no_others(tmp_path: Path) -> None:
    """Each number that exists, or may one day, is answered; none ends the worker."""
    let_through = {numbers()[name] for name in (*ALLOWED, *SPECIAL) if name in numbers()}
    refused = {numbers()[name] for name in REFUSED if name in numbers()}
    asked = {*range(700), 1 << 30, (1 << 30) + 41} - _PROBES
    tried = sorted(asked - let_through)
    found = once("try_calls", tried, confined(tmp_path))
    assert isinstance(found, list)
    wanted = [errno.EPERM if each in refused else errno.ENOSYS for each in tried]
    assert dict(zip(tried, found, strict=True)) == dict(zip(tried, wanted, strict=True))


@needs_seccomp
def test_what_shares_watches_or_rules_the_system_is_not_there(tmp_path: Path) -> None:
    column = {"x86_64": 0, "aarch64": 1}[os.uname().machine]
    tried = [each[column] for each in UNKNOWN.values()]
    found = once("try_calls", tried, confined(tmp_path))
    assert isinstance(found, list)
    assert dict(zip(UNKNOWN, found, strict=True)) == dict.fromkeys(UNKNOWN, errno.ENOSYS)


@needs_seccomp
@pytest.mark.parametrize("what", ["priority", "affinity"])
def test_a_worker_slows_nobody_down(tmp_path: Path, what: str) -> None:
    with pytest.raises(Broken, match="PermissionError"):
        once("change_parent", what, confined(tmp_path))


@needs_seccomp
@pytest.mark.parametrize(
    ("operation", "value", "wanted"),
    [(1, 0, errno.EPERM), (4, 1, errno.EPERM), (0x59616D61, 1, errno.EPERM), (3, 0, 0)],
)
def test_a_worker_stays_bound_to_its_parent(
    tmp_path: Path, operation: int, value: int, wanted: int
) -> None:
    """It cannot outlive it, be looked into, or be traced."""
    arguments = [numbers()["prctl"], operation, value, 0, 0, 0]
    assert once("call_with", arguments, confined(tmp_path)) == wanted


@pytest.mark.skipif(os.name != "posix" or os.uname().sysname != "Linux", reason="Linux has them")
def test_a_worker_has_no_rights_of_root(tmp_path: Path) -> None:
    assert once("capabilities", "", confined(tmp_path, Path("/proc"))) == "[] no"


@needs_landlock
@needs_seccomp
@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_a_worker_of_root_reads_files_of_others_where_it_may(tmp_path: Path) -> None:
    """``create --mixed FOLDER`` opens what lies in the folder by name."""
    named, other = tmp_path / "named", tmp_path / "other"
    for folder in (named, other):
        folder.mkdir()
        (folder / "file").write_bytes(b"secret")
        for path in (folder / "file", folder):
            path.chmod(0o700 if path.is_dir() else 0o600)
            os.chown(path, 12345, 23456)
    limits = confined(tmp_path, named)
    with pytest.raises(Broken, match="PermissionError"):
        once("read", str(named / "file"), limits)
    allowed = limits._replace(reads_as_root=True)
    assert once("read", str(named / "file"), allowed) == b"secret"
    with pytest.raises(Broken, match="PermissionError"):
        once("read", str(other / "file"), allowed)
    alone = ["CapEff:\t0000000000000004", "CapEff:\t0000000000000002"]
    status = once(
        "read",
        "/proc/thread-self/status",
        confined(tmp_path, Path("/proc"))._replace(reads_as_root=True),
    )
    assert isinstance(status, bytes)
    assert any(each.encode() in status for each in alone)


@needs_landlock
@pytest.mark.parametrize("name", ["make_node", "make_link"])
def test_a_worker_makes_plain_files_only(tmp_path: Path, name: str) -> None:
    made = tmp_path / "scratch" / "made"
    with pytest.raises(Broken, match="PermissionError"):
        once(name, str(made), confined(tmp_path))
    assert not os.path.lexists(made)


@needs_landlock
def test_landlock_alone_refuses_what_is_no_plain_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seccomp, "is_available", lambda: False)
    made = tmp_path / "scratch" / "made"
    for name in ("make_node", "make_link"):
        with pytest.raises(Broken, match="PermissionError"):
            once(name, str(made), confined(tmp_path))


def test_files_in_the_folder_of_a_worker_are_counted(tmp_path: Path) -> None:
    confinement = confined(tmp_path)
    folder = confinement.writable
    assert once("make_files", (folder, FILES, 1), confinement) == FILES
    with pytest.raises(Broken, match=f"made more than {FILES} files") as caught:
        once("make_files", (f"{folder}", 3 * FILES, 1), confinement)
    assert caught.value.why == "memory"


def test_files_in_the_folder_of_a_worker_have_one_size_together(tmp_path: Path) -> None:
    confinement = confined(tmp_path)._replace(file_bytes=1 << 20)
    folder = confinement.writable
    assert once("make_files", (folder, 2, 1 << 18), confinement) == 2
    with pytest.raises(Broken, match="made more than 1 MiB of files"):
        once("make_files", (folder, 8, 1 << 18), confinement)
