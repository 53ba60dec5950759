"""From files to proofs and back: declared here, verified elsewhere."""

from __future__ import annotations

import json
import resource
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.trust.authority import Authority, make_authority
from tests.trust.golden import ALICE, ALICE_PUBLIC
from tests.trust.second import check_second
from tools.planted import SAMPLES

from iscckit.errors import InvalidInput, RemoteFailed, UnreadableFile, VerificationFailed
from iscckit.trust.declarations.change_proof import extract_part, stamp_again
from iscckit.trust.declarations.declare import declare, prepare, sign_note, write_proof
from iscckit.trust.declarations.local_log import LocalLog, find_deletion
from iscckit.trust.declarations.private_log import log_folder, open_private_log
from iscckit.trust.declarations.read_files import read_files
from iscckit.trust.declarations.retract import retract
from iscckit.trust.declarations.statement import Statement
from iscckit.trust.keys.signer import make_signer
from iscckit.trust.proof.check_values import Facts, Trust, Verdict
from iscckit.trust.proof.checks import check_proof
from iscckit.trust.proof.parts import Part
from iscckit.trust.proof.proof_file import ProofFile, encode_proof, read_proof
from iscckit.trust.proof.timestamp import make_request

SIGNER = make_signer(ALICE, "alice")
TRUST = Trust(signers={ALICE_PUBLIC: "alice"})
STATEMENT = Statement(
    identifiers=[{"scheme": "doi", "code": "10.5555/abc", "primary": True}],
    license="CC-BY-4.0",
    creator=("0000-0002-1825-0097",),
    tdm={"train": "reserved"},
)
NAMES = ("cat.jpg", "gettysburg-hay.txt", "paper.pdf")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[LocalLog]:
    folders = str(tmp_path / "logs"), str(tmp_path / "pins")
    with open_private_log(*folders, ALICE_PUBLIC, SIGNER.sign) as writer:
        yield LocalLog(writer, SIGNER.sign)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("files")
    return [Path(shutil.copy(SAMPLES / name, folder)) for name in NAMES]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("tsa") / "a", "ec")


def documents(
    files: Sequence[Path], log: LocalLog | None, stamps: Sequence[Any] = ()
) -> list[dict[str, Any]]:
    read = read_files([str(each) for each in files], None, jobs=2, quota=None, sandbox="auto")
    assert [each.error for each in read] == [None] * len(files)
    prepared = [
        prepare(
            each.path, each.record, each.prints, STATEMENT, hub=None if log is None else log.hub
        )
        for each in read
        if each.record is not None
    ]
    signed = [sign_note(each, STATEMENT, SIGNER) for each in prepared]
    made, error = declare(signed, log, stamps)
    assert error is None
    return made


def check(document: dict[str, Any], trust: Trust = TRUST) -> Verdict:
    return check_proof(read_proof(encode_proof(document)), Facts(), trust)


def read(document: dict[str, Any]) -> ProofFile:
    return read_proof(encode_proof(document))


def test_many_files_have_one_checkpoint_and_a_proof_each(files: list[Path], log: LocalLog) -> None:
    made = documents(files, log)
    assert len({each["checkpoint"] for each in made}) == 1
    assert [each["inclusion"]["leafIndex"] for each in made] == [0, 1, 2]
    for path, document in zip(files, made, strict=True):
        assert check(document).state == "trusted"
        assert check(document).check("time").result == "claimed"
        assert "content: exact" in check_second(encode_proof(document), path.read_bytes())


def test_a_proof_takes_at_most_10_kilobytes_without_parts(files: list[Path], log: LocalLog) -> None:
    for document in documents(files, log):
        bare = {name: value for name, value in document.items() if name != "parts"}
        assert len(encode_proof(bare)) <= 10_000


def test_one_part_shows_nothing_else(files: list[Path], log: LocalLog) -> None:
    whole = documents(files[2:], log)[0]
    one = extract_part(read(whole), 7)
    assert check(one).state == "trusted"
    assert isinstance(read(one).parts, Part)
    assert check_second(encode_proof(one))
    bare = {name: value for name, value in whole.items() if name != "parts"}
    assert len(encode_proof(one)) - len(encode_proof(bare)) <= 1500
    with pytest.raises(InvalidInput, match="there is no part"):
        extract_part(read(whole), 9999)
    with pytest.raises(InvalidInput, match="no parts"):
        extract_part(read(bare), 0)


def test_one_token_is_for_all_files(files: list[Path], log: LocalLog, authority: Authority) -> None:
    asked = []

    def stamp(message: bytes) -> tuple[bytes, list[bytes]]:
        asked.append(message)
        return authority.answer(make_request(message)), [authority.root]

    made = documents(files[:2], log, [stamp])
    assert len(asked) == 1
    pinned = Trust(signers=TRUST.signers, roots=(authority.root,))
    for document in made:
        assert check(document).check("time").result == "claimed"
        assert check(document, pinned).check("time").result == "stamped"
        assert any(each.startswith("timestamp") for each in check_second(encode_proof(document)))
    later = stamp_again(read(made[0]), [stamp])
    assert len(asked[-1]) == len(asked[0]) + 32
    assert check(later, pinned).check("time").result == "stamped"
    assert check_second(encode_proof(later))
    swapped = json.loads(json.dumps(later))
    swapped["timestamps"]["tokens"].reverse()
    del swapped["timestamps"]["tokens"][0]["covers"]
    assert check(swapped, pinned).check("time").status == "fails"


def test_an_authority_that_fails_costs_no_proof(files: list[Path], log: LocalLog) -> None:
    def stamp(message: bytes) -> tuple[bytes, list[bytes]]:
        raise RemoteFailed("gone")

    (path,) = read_files([str(files[1])], None, jobs=1, quota=None, sandbox="auto")
    assert path.record is not None
    ready = prepare(path.path, path.record, (), STATEMENT, hub=log.hub)
    made, error = declare([sign_note(ready, STATEMENT, SIGNER)], log, [stamp])
    assert str(error) == "gone"
    assert check(made[0]).state == "trusted"


def test_without_log_there_is_a_signature_only(files: list[Path]) -> None:
    (document,) = documents(files[1:2], None)
    assert check(document).state == "trusted"
    assert check(document).check("log").result == "none"
    assert check_second(encode_proof(document), files[1].read_bytes())


def test_a_retraction_is_a_further_entry(files: list[Path], log: LocalLog, tmp_path: Path) -> None:
    (document,) = documents(files[1:2], log)
    proof = read(document)
    assert proof.log is not None
    with pytest.raises(VerificationFailed, match="only the key"):
        retract(proof, make_signer(bytes(32), "mallory"), log)
    assert retract(proof, SIGNER, log) == 1
    folder = log_folder(str(tmp_path / "logs"), ALICE_PUBLIC)
    deleted = find_deletion(folder, proof.log.iscc_id)
    assert deleted is not None
    assert deleted["seq"] == 1
    assert check_proof(proof, Facts(deleted=deleted), TRUST).state == "invalid"
    with pytest.raises(VerificationFailed) as caught:
        retract(proof, SIGNER, log)
    assert caught.value.reason_code == "declaration-deleted"
    (unlogged,) = documents(files[1:2], None)
    with pytest.raises(InvalidInput, match="in no log"):
        retract(read(unlogged), SIGNER, log)


def test_a_proof_that_would_not_verify_is_not_written(
    files: list[Path], log: LocalLog, tmp_path: Path
) -> None:
    (document,) = documents(files[1:2], log)
    target = tmp_path / "x.iscc-proof.json"
    with pytest.raises(VerificationFailed, match="binding record"):
        write_proof(str(target), {**document, "binding": {"license": "CC0-1.0"}})
    assert not target.exists()
    write_proof(str(target), document)
    before = target.read_bytes()
    with pytest.raises(InvalidInput) as caught:
        write_proof(str(target), document)
    assert caught.value.reason_code == "file-exists"
    write_proof(str(target), document, force=True)
    assert target.read_bytes() == before


def test_a_disk_that_is_full_leaves_no_proof(files: list[Path], tmp_path: Path) -> None:
    (document,) = documents(files[1:2], None)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(UnreadableFile, match="cannot be written"):
            write_proof(str(tmp_path / "x.iscc-proof.json"), document)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes((SAMPLES / "paper.pdf").read_bytes()[:5000])
    found = read_files(
        [str(tmp_path / "x.pdf"), str(tmp_path / "gone")], None, jobs=2, quota=None, sandbox="auto"
    )
    assert [each.record for each in found] == [None, None]
    assert all(each.path in str(each.error) for each in found)


def test_a_statement_that_no_note_can_have_is_refused(files: list[Path]) -> None:
    (one,) = read_files([str(files[1])], None, jobs=1, quota=None, sandbox="auto")
    assert one.record is not None
    statement = Statement(gateway="ftp://example.com")
    ready = prepare(one.path, one.record, (), statement, hub=None)
    with pytest.raises(InvalidInput):
        sign_note(ready, statement, SIGNER)


def test_the_seed_makes_the_meta_code(files: list[Path]) -> None:
    seed = {"doi": "10.5555/abc", "title": "On Forms"}
    paths = [str(files[1])]
    (plain,) = read_files(paths, None, jobs=1, quota=None, sandbox="auto")
    (seeded,) = read_files(paths, seed, jobs=1, quota=None, sandbox="auto")
    assert plain.record is not None
    assert seeded.record is not None
    assert plain.record.datahash == seeded.record.datahash
    assert plain.record.iscc != seeded.record.iscc
