"""Verify an ISCC proof file without iscckit: python verify_proof.py PROOF [FILE] [--root DER]...

A second, independent reader of docs/proof-format.md. It needs the packages cryptography, rfc8785
and blake3, and rfc3161-client where a proof has timestamps. It says what holds and whose key
signed; whether that key is to be trusted is up to you. Exit codes: 0 holds, 3 does not.
"""
# ruff: noqa
# fmt: off

import base64
import contextlib
import hashlib
import json
import pathlib
import re
import sys
import rfc8785
from blake3 import blake3
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MEDIA_TYPE = "application/vnd.iscckit.proof+json;version=0.1"
SCHEMAS = "http://purl.org/iscc/schema/"
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
SMALL = {0, 1, P - 1}  # y of the points of small order, with those of order 8:
SMALL |= {0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826}
SMALL |= {0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7}
B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
NOTE = {"$schema", "iscc_code", "datahash", "nonce", "signature"}
LOG = {"iscc_id", "hub", "checkpoint", "inclusion", "record", "key"}
OTHERS = {"mediaType", "note", "receipt", "binding", "parts", "timestamps", "doi"}
BINDING = {"seed", "identifiers", "license", "creator", "publisher", "tdm", "parts", "salt"}
LEAF = {"type", "simprint", "units", "datahash", "identifier", "codes", "places", "labels"}
SELECTOR = {"offset", "size", "page", "content"}

def need(holds, what):
    if not holds:
        raise ValueError(what)

def members(value, required, optional=(), what="document"):
    need(isinstance(value, dict), f"{what}: not an object")
    need(set(required) <= set(value) <= {*required, *optional}, f"{what}: members")
    return value

def check_values(value, depth=0):
    need(depth <= 64, "JSON: too deep")
    if isinstance(value, str):
        value.encode()  # raises for half a surrogate pair
    elif isinstance(value, int | float):
        need(abs(value) < 2**53, "JSON: number")
    elif isinstance(value, dict):
        check_values([*value, *value.values()], depth)
    elif isinstance(value, list):
        for each in value:
            check_values(each, depth + 1)

def parse(data):
    def once(pairs):
        need(len(dict(pairs)) == len(pairs), "JSON: a name twice")
        return dict(pairs)
    value = json.loads(data.decode(), object_pairs_hook=once, parse_constant=int)
    check_values(value)
    return value

def b64(text):
    data = base64.b64decode(text.encode("ascii"), validate=True)
    need(data and base64.b64encode(data).decode() == text, "base64")
    return data

def multibase(text, size, prefix=b""):
    need(text[:1] == "z" and len(text) < 128, "multibase")
    number, zeros = 0, len(text[1:]) - len(text[1:].lstrip("1"))
    for each in text[1:]:
        number = number * 58 + B58.index(each)
    data = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
    need(len(data) == len(prefix) + size and data.startswith(prefix), "multibase: size or prefix")
    return data[len(prefix) :]

def check_point(point):
    y = int.from_bytes(point, "little") & ~(1 << 255)
    need(y < P and y not in SMALL, "Ed25519: point of small order, or not canonical")
    return point

def public_key(text):
    return check_point(multibase(text, 32, b"\xed\x01"))

def verify(key, message, signature):
    need(len(signature) == 64 and int.from_bytes(signature[32:], "little") < L, "Ed25519: S")
    check_point(signature[:32])
    with contextlib.suppress(InvalidSignature):
        return Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    raise ValueError("Ed25519: signature")

def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def check_inclusion(leaf, index, size, path, root):
    """RFC 9162, 2.1.3.2."""
    need(0 <= index < size, "Merkle: index")
    place, last, node = index, size - 1, leaf
    for each in path:
        need(last > 0 and len(each) == 32, "Merkle: path")
        is_right = place & 1 or place == last
        node = sha(b"\x01", each, node) if is_right else sha(b"\x01", node, each)
        while is_right and not place & 1 and place:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    need(last == 0 and node == root, "Merkle: root")

def root_of(row):
    while len(row) > 1:
        last, pairs = row[len(row) & ~1 :], zip(row[::2], row[1::2])
        row = [sha(b"\x01", *pair) for pair in pairs] + last
    return row[0]

def check_note(note, hub):
    """The form and the signature of a note; its codes are compared, not computed."""
    members(note, NOTE, {"timestamp", "gateway", "metahash", "units"}, "note")
    need(note["$schema"] == SCHEMAS + "iscc-note-0.8.0.json", "note: $schema")
    need(re.fullmatch(r"[0-9a-f]{32}", note["nonce"], re.ASCII), "note: nonce")
    need(hub is None or int(note["nonce"][:3], 16) == hub, "note: nonce of another hub")
    for name in {"datahash", "metahash"} & set(note):
        need(re.fullmatch(r"1e20[0-9a-f]{64}", note[name], re.ASCII), f"note: {name}")
    code = note["iscc_code"].removeprefix("ISCC:")
    body = base64.b32decode(code + "=" * (-len(code) % 8))
    need(base64.b32encode(body).decode().rstrip("=") == code, "note: iscc_code")
    instance = bytes.fromhex(note["datahash"])[2 : 18 if body[0] & 15 == 7 else 10]
    need(body[0] >> 4 == 5 and body[2:].endswith(instance), "note: iscc_code")
    signature = members(note["signature"], {"version", "pubkey", "proof"}, {"controller", "keyid"})
    need(signature["version"] == "ISCC-SIG v1.0", "signature: version")
    need("keyid" not in signature or "controller" in signature, "signature: keyid")
    rest = {name: each for name, each in signature.items() if name != "proof"}
    key, signed = public_key(signature["pubkey"]), rfc8785.dumps({**note, "signature": rest})
    verify(key, signed, multibase(signature["proof"], 64))
    return signature

def check_checkpoint(text, origin, key):
    body, _, lines = text.partition("\n\n")
    said, size, root = body.split("\n")
    found = re.fullmatch("\u2014 (\\S+) (\\S+)\n", lines)  # one signature, of the log
    need(found and said == origin == found[1], "checkpoint: of another log")
    need(re.fullmatch("0|[1-9][0-9]*", size, re.ASCII), "checkpoint: size")
    data = b64(found[2])
    need(data[:4] == sha(origin.encode(), b"\n\x01", key)[:4], "checkpoint: of another key")
    verify(key, body.encode() + b"\n", data[4:])
    return int(size), b64(root)

def check_receipt(receipt, proof, note, did, key):
    signature, place = note["signature"], proof["inclusion"]
    subject = signature.get("controller") or "did:key:" + signature["pubkey"]
    said = {"seq": place["leafIndex"], "iscc_id": proof["iscc_id"], "iscc_note": note}
    members(receipt, {"@context", "type", "issuer", "proof"}, {"evidence"}, "receipt")
    filled = {**receipt, "credentialSubject": {"id": subject, "declaration": said}}
    if filled.setdefault("evidence", {**place, "checkpoint": proof["checkpoint"]}) is None:
        del filled["evidence"]
    options = dict(filled.pop("proof"))
    need(receipt["issuer"] == did, "receipt: of another hub")
    kind = options["type"], options["cryptosuite"], options["proofPurpose"]
    need(kind == ("DataIntegrityProof", "eddsa-jcs-2022", "assertionMethod"), "receipt: proof")
    need(options["verificationMethod"].startswith(did + "#"), "receipt: method")
    value = multibase(options.pop("proofValue"), 64)
    verify(key, sha(rfc8785.dumps(options)) + sha(rfc8785.dumps(filled)), value)

def check_log(proof):
    """Check all that the log says; return the note, its signature, and the claimed time in µs."""
    hub, named = members(proof["hub"], {"domain", "did"}), proof["key"]
    members(named, {"id", "multibase"}, what="key")
    key = public_key(named["multibase"])
    web = "did:web:" + hub["domain"].replace(":", "%3A")
    need(hub["did"] in {web, "did:key:" + named["multibase"]}, "hub: did")
    need(named["id"] == f"{hub['did']}#{named['multibase']}", "key: id")
    record = b64(proof["record"])
    entry = members(parse(record), {"$schema", "iscc_id", "note"}, what="record")
    need(rfc8785.dumps(entry) == record, "record: not canonical")
    need(entry["$schema"] == SCHEMAS + "iscc-log-entry-0.8.0.json", "record: $schema")
    text = proof["iscc_id"]
    need(re.fullmatch(r"ISCC:M[AE]I[A-P][A-Z2-7]{12}", text, re.ASCII), "iscc_id")
    need(entry["iscc_id"] == text, "record: of another ISCC-ID")
    number = int.from_bytes(base64.b32decode(text[5:])[2:])
    signature = check_note(entry["note"], number & 0xFFF)
    place = members(proof["inclusion"], {"type", "treeSize", "leafIndex", "inclusionProof"})
    need(place["type"] == "IsccLogInclusionProof", "inclusion: type")
    need(type(place["treeSize"]) is type(place["leafIndex"]) is int, "inclusion: numbers")
    size, root = check_checkpoint(proof["checkpoint"], hub["domain"] + "/log", key)
    need(size == place["treeSize"], "inclusion: another size than the checkpoint")
    leaf, path = sha(b"\x00", record), map(b64, place["inclusionProof"])
    check_inclusion(leaf, place["leafIndex"], size, path, root)
    if "receipt" in proof:
        check_receipt(proof["receipt"], proof, entry["note"], hub["did"], key)
    return entry["note"], signature, number >> 12

def check_binding(proof, note):
    binding = members(proof.get("binding", {}), (), BINDING, "binding")
    if "binding" in proof:
        need("1e20" + blake3(rfc8785.dumps(binding)).hexdigest() == note.get("metahash"), "binding")
    if "parts" in proof:
        parts, bound = proof["parts"], members(binding["parts"], {"size", "root", "hash"})
        need(bound["hash"] == "rfc6962-sha256", "parts: hash")
        root, hashes = bytes.fromhex(bound["root"]), []
        for leaf in parts["leaves"] if "leaves" in parts else [parts["leaf"]]:
            members(members(leaf, {"selector"}, LEAF)["selector"], {"segment"}, SELECTOR, "leaf")
            hashes.append(sha(b"\x00", rfc8785.dumps(leaf)))
        if "leaves" in parts:
            members(parts, {"leaves"}, what="parts")
            need(len(hashes) == bound["size"] and root_of(hashes) == root, "parts: root")
        else:
            members(parts, {"leaf", "index", "path"}, what="parts")
            need(type(parts["index"]) is int, "parts: index")
            path = map(b64, parts["path"])
            check_inclusion(hashes[0], parts["index"], bound["size"], path, root)
    if "doi" in proof:
        doi = members(proof["doi"], {"id", "fetched", "mediaType", "metadata", "digest"})
        rest = {name: each for name, each in doi.items() if name != "digest"}
        need(doi["digest"] == sha(rfc8785.dumps(rest)).hex(), "doi: digest")
        dois = [x["code"] for x in binding.get("identifiers", []) if x["scheme"] == "doi"]
        need(doi["id"] in [*dois, binding.get("seed", {}).get("doi")], "doi: of another work")

def elements(data):
    """Return tag and content of the DER elements in ``data``."""
    found = []
    while data:
        start = 2 + (data[1] & 0x7F if data[1] & 0x80 else 0)
        size = int.from_bytes(data[2:start]) if data[1] & 0x80 else data[1]
        found.append((data[0], data[start : start + size]))
        data = data[start + size :]
    return found

def check_token(token, digest, root):
    """Return the latest time of a token in µs. CMS leaves versions and an algorithm unsigned."""
    from cryptography.x509 import load_der_x509_certificate
    from rfc3161_client import VerifierBuilder, decode_timestamp_response

    certificate = load_der_x509_certificate(root)
    certificate.verify_directly_issued_by(certificate)
    answer = decode_timestamp_response(token)
    VerifierBuilder(roots=[certificate]).build().verify(answer, digest)
    status, (_, content) = elements(elements(token)[0][1])
    signed = elements(elements(elements(content)[1][1])[0][1])
    info = [each for _, each in elements(elements(signed[-1][1])[0][1])]
    need(status[1] == b"\x02\x01\x00", "token: not granted")
    need(signed[0][1] == b"\x03" and info[0] in {b"\x01", b"\x03"}, "token: version")
    rsa, ecdsa = bytes.fromhex("06092a864886f70d0101"), bytes.fromhex("06082a8648ce3d0403")
    known = {rsa + bytes([n, 5, 0]) for n in (1, 11, 12, 13)}
    known |= {ecdsa + bytes([n]) for n in (2, 3, 4)}
    need(info[4] in known, "token: algorithm")
    late = answer.tst_info.accuracy
    extra = late and (late.seconds or 0) * 10**6 + (late.millis or 0) * 1000 + (late.micros or 0)
    return round(answer.tst_info.gen_time.timestamp() * 10**6) + (extra or 0)

def check_tokens(value, stamped, pinned, claimed):
    roots, tokens, lines, used = list(map(b64, value.get("roots", []))), [], [], set()
    need(len(set(roots)) == len(roots), "timestamps: a root twice")
    for each in members(value, {"tokens"}, {"roots"}, "timestamps")["tokens"]:
        covers = members(each, {"token"}, {"covers"}, "token").get("covers", 0)
        need(type(covers) is int and ("covers" in each) <= covers <= len(tokens), "covers")
        token, times = b64(each["token"]), {}
        digest = sha(stamped, *(sha(earlier) for earlier in tokens[:covers]))
        for root in [*pinned, *roots]:
            with contextlib.suppress(Exception):
                times[root] = check_token(token, digest, root)
        need(times, "token: does not hold, or no root leads to it")
        used |= set(times)
        tokens.append(token)
        time = min(times.values())
        need((claimed or 0) <= time + 60_000_000, "token: earlier than the ISCC-ID")
        lines.append(f"timestamp: not later than {time / 1e6} s since 1970, pinned root: "
                     f"{bool(set(times) & set(pinned))}")
    need(set(roots) <= used, "timestamps: a root that leads to none")
    return lines

def check_proof(data, file=None, roots=()):
    """Return lines that say what holds; an error of any kind says that something does not."""
    proof, lines, claimed = parse(data), [], None
    known = set(proof) == LOG or proof.get("mediaType") == MEDIA_TYPE
    need(set(proof) <= LOG | OTHERS and known, "not a proof file")
    if LOG & set(proof):
        need(set(proof) >= LOG and "note" not in proof, "log: members")
        note, signature, claimed = check_log(proof)
        where = f"{proof['hub']['domain']}, key {proof['key']['multibase']}"
        lines.append(f"log: {where}, which claims the time {claimed / 1e6} s since 1970")
    else:
        need("receipt" not in proof, "receipt: needs a log")
        note, signature = proof["note"], check_note(proof["note"], None)
    lines.append(f"signer: {signature['pubkey']} {signature.get('controller', '')}")
    check_binding(proof, note)
    stamped = rfc8785.dumps(note) if claimed is None else proof["checkpoint"].encode()
    if "timestamps" in proof:
        lines += check_tokens(proof["timestamps"], stamped, roots, claimed)
    same = file is None or "1e20" + blake3(file).hexdigest() == note["datahash"]
    need(same, "content: another file")
    return lines if file is None else [*lines, "content: exact"]
if __name__ == "__main__":
    given = sys.argv[1:]
    pinned = [given.pop(i + 1) for i, x in enumerate(given) if x == "--root"]
    pinned = [pathlib.Path(each).read_bytes() for each in pinned]
    read = [pathlib.Path(each).read_bytes() for each in given if each != "--root"]
    try:
        print("\n".join(check_proof(read[0], *read[1:2] or [None], pinned)))
    except Exception as error:
        sys.exit(print(f"invalid: {type(error).__name__}: {error}", file=sys.stderr) or 3)
