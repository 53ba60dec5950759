"""Examples that come with the package; examples/README.md has their origin and licences."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["CODES", "EXAMPLES", "Example", "content_of"]

_FOLDER: Final = Path(__file__).parent / "sample_files"


class Example(NamedTuple):
    """Two things to compare.

    Attributes:
        title: In a word or two.
        files: Names of two bundled files; empty for codes.
        codes: Two codes; empty for files.
    """

    title: str
    files: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


EXAMPLES: Final = {
    "image": Example("Image", ("cat.jpg", "cat-small.webp")),
    "text": Example("Text", ("gettysburg-hay.txt", "gettysburg-bliss.md")),
    "document": Example("Document", ("gettysburg-hay.docx", "gettysburg-bliss.pdf")),
    "audio": Example("Audio", ("song.opus", "song.mp3")),
    "video": Example("Video", ("film.mp4", "film.webm")),
    # Two pictures, a text, a song and a film, and versions of the same.
    "mixed": Example(
        "Mixed-Codes",
        codes=(
            "ISCC:EQDSC6AOQJTRTTOSO74OFERGPNAIFMMMYMXBPOAXMABDERMKVFUQNSQ",
            "ISCC:EQDSCMAOQJTRTTKSP74OFFRGPNEYFENMYMUBPGQ74ABDERMCVNUUJKQ",
        ),
    ),
    "unlike": Example("Picture and text", ("cat.jpg", "gettysburg-hay.txt")),
}

# Codes to take apart: what they are, and the code.
CODES: Final = (
    ("ISCC-CODE of a picture", "ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI"),
    ("ISCC-CODE of a text", "ISCC:KACYLZBIW7CQ3ZWQFQVMQG4YR75XLBAFJCVXOINMADT33LTL5T6H5MQ"),
    ("ISCC-SUM", "ISCC:KUAMTKAJ22IHKXBOF75RNDSXNFZF2"),
    (
        "ISCC-SUM, wide",
        "ISCC:K4AMTKAJ22IHKXBOHE34GRNCOBIJ6L73C2HFO2LSLULM5EIP4ACFS4A",
    ),
    ("Meta-Code of 256 bits", "ISCC:AAD6QGTXYEN3WJG2UPM2HUHN7BL7HASVWJ7UBCBCZQVXC5YIOESB6GY"),
    ("Data-Code of 128 bits", "ISCC:GAB4TKAJ22IHKXBOHE34GRNCOBIJ6"),
    ("Multiformat in base58btc", "z2Yr3BMypq96du9MPuj6KK7tmBRcpmfbZyK8ccWBo4HLGjmjArp"),
    (
        "Sequence of four units",
        "ISCC:AAD6QGTXYEN3WJG2UPM2HUHN7BL7HASVWJ7UBCBCZQVXC5YIOESB6GZBA6YV7ZSGKEQROXVM7LNSEMKI4LM2J2"
        "KSG64D2XKCCFS5V2WJIYDW6MAHZGUATVUQOVOC4OJXYNC2E4CQT52R4RQDNBQKNM3YQIFXWTL26XKEABZP7MLI4V3J"
        "OJORNTURB7QAIWLQKVDAVWY54RFQ6VZYN6AUNY4WBI",
    ),
    ("ISCC-ID", "ISCC:MEIGFO6WVP2QAAAH"),
    ("Components of 2019", "CCDyud5ZWakDR-CTTRs5cQY1D11-CDPqUxrqN7YRx-CRcUmq2SmgN18"),
    ("A code with a slip", "ISCC:EAASKDNZNYGUUF58"),
)


def content_of(name: str) -> bytes:
    """Return the content of a bundled file."""
    return (_FOLDER / name).read_bytes()
