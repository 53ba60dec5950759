"""A timestamp authority for tests: a root, a certificate and answers by ``openssl``, and a server.

The configuration leaves ``certs`` out: with it OpenSSL 3.0 writes the certificates unsorted, and
strict readers refuse such tokens.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

Key = Literal["rsa", "ec"]

_KEYS: dict[Key, list[str]] = {
    "rsa": ["-newkey", "rsa:2048"],
    "ec": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
}
_CONFIG = """
[tsa1]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = {digest}
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = 6
ess_cert_id_alg = {ess}
tsa_name = yes
{more}
"""
_CA = """
[ca]
default_ca = ca1
[ca1]
database = {folder}/index.txt
new_certs_dir = {folder}
certificate = {folder}/root.pem
private_key = {folder}/root.key
default_md = sha256
serial = {folder}/ca.serial
policy = any
x509_extensions = extensions
unique_subject = no
[any]
organizationName = optional
commonName = supplied
[extensions]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = {usage}
"""


def run_openssl(*arguments: str, cwd: Path | None = None) -> bytes:
    """Run ``openssl`` and return what it prints; a failure shows what it says."""
    done = subprocess.run(
        ["openssl", *arguments], cwd=cwd, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout


@dataclass(frozen=True)
class Authority:
    """An authority in a folder.

    Attributes:
        folder: Where keys, certificates and configuration are.
        root: The root certificate in DER.
        certificate: The certificate of the authority in DER.
    """

    folder: Path
    root: bytes
    certificate: bytes

    @property
    def command(self) -> str:
        """A command that reads a request from stdin and writes the answer to stdout."""
        config = self.folder / "tsa.cnf"
        return (
            f"openssl ts -reply -queryfile /dev/stdin -out /dev/stdout -config {config}"
            " -section tsa1"
        )

    def answer(self, request: bytes) -> bytes:
        """Return the answer to a request in DER."""
        query, reply = self.folder / "r.tsq", self.folder / "r.tsr"
        query.write_bytes(request)
        run_openssl(
            *("ts", "-reply", "-queryfile", str(query), "-out", str(reply)),
            *("-config", str(self.folder / "tsa.cnf"), "-section", "tsa1"),
        )
        return reply.read_bytes()


def make_root(folder: Path, key: Key = "rsa", name: str = "Test Root") -> None:
    """Write ``root.pem`` and ``root.key``."""
    run_openssl(
        *("req", "-x509", *_KEYS[key], "-nodes", "-days", "3650", "-subj", f"/CN={name}"),
        *("-addext", "basicConstraints=critical,CA:TRUE"),
        *("-keyout", str(folder / "root.key"), "-out", str(folder / "root.pem")),
    )


def to_der(path: Path) -> bytes:
    """Return the certificate of a PEM file in DER."""
    return run_openssl("x509", "-in", str(path), "-outform", "DER")


def make_certificate(
    folder: Path, name: str, key: Key, usage: str, end: datetime | None = None
) -> None:
    """Write ``NAME.pem``, signed by the root of the folder, and ``NAME.key``.

    Args:
        folder: Where ``root.pem`` and ``root.key`` are.
        name: The name of the files.
        key: The kind of its key.
        usage: The extended key usage, as ``openssl`` takes it.
        end: When it expires; in a year by default.
    """
    (folder / "ca.cnf").write_text(_CA.format(folder=folder, usage=usage))
    (folder / "index.txt").write_text("")
    run_openssl(
        *("req", "-new", *_KEYS[key], "-nodes", "-subj", f"/O=Tests/CN=Test {name}"),
        *("-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.csr")),
    )
    last = end or datetime.now(UTC) + timedelta(days=365)
    run_openssl(
        *("ca", "-batch", "-notext", "-config", str(folder / "ca.cnf"), "-rand_serial"),
        *("-startdate", "20200101000000Z", "-enddate", last.strftime("%Y%m%d%H%M%SZ")),
        *("-in", str(folder / f"{name}.csr"), "-out", str(folder / f"{name}.pem")),
    )


def make_authority(
    folder: Path,
    key: Key = "rsa",
    *,
    digest: str = "sha256",
    ess: str = "sha256",
    usage: str = "critical,timeStamping",
    end: datetime | None = None,
    with_chain: bool = False,
) -> Authority:
    """Return a new authority whose files are in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    make_root(folder, key)
    (folder / "serial").write_text("0123")
    make_certificate(folder, "tsa", key, usage, end)
    more = f"certs = {folder}/root.pem" if with_chain else ""
    (folder / "tsa.cnf").write_text(
        _CONFIG.format(folder=folder, digest=digest, ess=ess, more=more)
    )
    return Authority(folder, to_der(folder / "root.pem"), to_der(folder / "tsa.pem"))


@contextmanager
def serve_authority(authority: Authority) -> Iterator[str]:
    """Serve an authority by HTTP on a free port; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        """Answers requests for timestamps."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Type"] != "application/timestamp-query":
                self.send_error(415)
                return
            answer = authority.answer(body)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":  # the tutorial: FOLDER SECONDS prints the command of an authority
    expires = datetime.now(UTC) + timedelta(seconds=float(sys.argv[2]))
    print(make_authority(Path(sys.argv[1]).resolve(), end=expires).command)
