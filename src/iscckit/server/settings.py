"""What whoever starts the service may choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from iscckit.records.options import Semantics
from iscckit.workers.sandbox_mode import Sandbox

__all__ = ["Allowance", "Settings"]

_NO_MODELS: Final = Semantics("", "cpu")


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one request, one client and the whole service may use up.

    Attributes:
        upload_bytes: Largest size of one file.
        client_bytes: Largest size of all files of one client that are kept at a time.
        spool_bytes: Largest size of all files that are kept at a time.
        disk_reserve: Bytes of the disk that stay free.
        uploads: Files that may arrive at a time; one more is refused. One client may have half of
            the places that others leave.
        least_rate: Bytes a second of an arriving file while at least half of the places are taken.
        pace_seconds: Time of an arriving file for which its rate is not looked at.
        spool_seconds: How long a file is kept after it was last used, and a result.
        stall_seconds: How long an upload may pause.
        text_characters: Largest length of a text in a request.
        json_bytes: Largest request body that is not a file.
        job_seconds: Longest time of work on one file.
        job_memory: Bytes of a worker.
        workers: Files that are worked on at a time.
        queue: Jobs that may wait; one more is refused.
        rate: Requests a second of one client that cost work, and the same number of searches;
            bursts may be five times as many. 0 sets no limit.
        light_rate: Requests a second of one client for pages, codes and everything else.
        header_bytes: Largest size of the header of a request.
        header_seconds: How long a client may take to send it.
    """

    upload_bytes: int = 4 << 30
    client_bytes: int = 8 << 30
    spool_bytes: int = 16 << 30
    disk_reserve: int = 1 << 28
    uploads: int = 64
    least_rate: int = 4096
    pace_seconds: float = 10.0
    spool_seconds: float = 3600.0
    stall_seconds: float = 30.0
    text_characters: int = 1_000_000
    json_bytes: int = 1 << 23
    job_seconds: float = 600.0
    job_memory: int = 2 << 30
    workers: int = 2
    queue: int = 64
    rate: float = 100.0
    light_rate: float = 5000.0
    header_bytes: int = 1 << 16
    header_seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Settings:
    """How the service runs.

    Attributes:
        host: Address it listens on.
        port: Port it listens on; 0 takes a free one.
        token: What clients must show; None lets everybody in who reaches the address.
        hosts: Names under which browsers may ask for it, beside those of the loopback.
        library: Folder of the library.
        roots: Folders whose files may be named by path; none by default.
        spool: Folder for uploaded files; None makes one that goes with the service.
        allowance: Limits.
        sandbox: Whether workers are confined: where the system can (``auto``), or else the
            service does not start (``require``).
        origins: Other origins whose pages may use the interface.
        proxies: Addresses of proxies that say in X-Forwarded-For who asks.
        semantic: The models for Semantic-Codes; of an empty folder there are none.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    token: str | None = None
    hosts: tuple[str, ...] = ()
    library: str = ""
    roots: tuple[str, ...] = ()
    spool: str | None = None
    allowance: Allowance = field(default_factory=Allowance)
    sandbox: Sandbox = "auto"
    origins: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    semantic: Semantics = _NO_MODELS

    @property
    def is_local(self) -> bool:
        """Whether only this computer reaches the address."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")
