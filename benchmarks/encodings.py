"""Undeclared encodings of real texts: how many are decoded character by character.

    python -m benchmarks.encodings            our rules
    python -m benchmarks.encodings --peers    the detectors alone as well

The texts are translated messages of the programs on this machine (``/usr/share/locale``), joined
to 1,500 characters and more, and pieces of documentation with 1 to 20 letters of Windows-1252.
Peers that are not installed are left out.
"""

from __future__ import annotations

import gettext
import gzip
import random
import sys
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast

from iscckit.media.encoding.decode import decode

__all__ = ["main", "mostly_ascii", "texts"]

LOCALES: Final = Path("/usr/share/locale")
DOCUMENTS: Final = (Path("/usr/share/doc"), Path("/usr/share/man"), Path("/usr/share/perl"))
COUNT: Final = 50  # texts of an encoding
SIZE: Final = 1500  # characters of a text, at least
_LEAST: Final = 60  # characters above U+007F in it
_LONGEST: Final = 400_000  # bytes of a document

# Python's codec, and the languages of the texts.
ENCODINGS: Final = {
    "gb18030": "zh_CN",
    "big5": "zh_TW",
    "cp932": "ja",
    "euc_jp": "ja",
    "iso2022_jp": "ja",
    "cp949": "ko",
    "cp1251": "ru uk bg be sr",
    "koi8_r": "ru",
    "koi8_u": "uk",
    "iso8859_5": "ru bg",
    "cp866": "ru",
    "mac_cyrillic": "ru uk",
    "cp1253": "el",
    "iso8859_7": "el",
    "cp1254": "tr",
    "cp1255": "he",
    "iso8859_8": "he",
    "cp1256": "ar fa",
    "iso8859_6": "ar",
    "cp874": "th",
    "cp1258": "vi",
    "cp1250": "cs pl hu sk sl hr ro",
    "iso8859_2": "cs pl hu sk sl hr",
    "cp852": "cs pl hu",
    "cp1257": "lt lv et",
    "iso8859_13": "lt lv",
    "iso8859_4": "lv et",
    "cp1252": "fr de es pt sv da fi it nl",
    "iso8859_15": "fr de fi",
    "mac_roman": "fr de es sv",
    "cp850": "fr de es sv pt",
    "cp437": "fr de",
    "utf_16_le": "ru zh_CN de en_GB",
    "utf_16_be": "ru zh_CN de",
}

Detector = Callable[[bytes], str | None]


def texts(codec: str) -> list[str]:
    """Return up to 50 texts that ``codec`` encodes, the same ones on each run."""
    chance = random.Random(codec)
    pools = [pool for name in ENCODINGS[codec].split() if (pool := list(_messages(name)))]
    found: list[str] = []
    for turn in range(6 * COUNT):
        if not pools or len(found) == COUNT:
            break
        catalogs = pools[turn % len(pools)]
        text = _join(catalogs[chance.randrange(len(catalogs))], codec, chance)
        if len(text) >= SIZE and sum(char > "\x7f" for char in text) >= _LEAST:
            found.append(text)
    return found


def _messages(language: str) -> Iterator[list[str]]:
    for path in sorted((LOCALES / language / "LC_MESSAGES").glob("*.mo")):
        with path.open("rb") as file:
            try:
                catalog = vars(gettext.GNUTranslations(file))["_catalog"]
            except (OSError, UnicodeError, ValueError):
                continue
        yield [
            each
            for key, each in catalog.items()
            if key and isinstance(each, str) and len(each) > 25
        ]


def _join(messages: list[str], codec: str, chance: random.Random) -> str:
    start, taken, length = chance.randrange(max(len(messages), 1)), [], 0
    for message in messages[start:] + messages[:start]:
        text = _compose_vietnamese(message) if codec == "cp1258" else message
        if _holds(codec, text):
            taken.append(text)
            length += len(text) + 1
        if length > SIZE:
            break
    return "\n".join(taken)


def _holds(codec: str, text: str) -> bool:
    try:
        return text.encode(codec).decode(codec) == text
    except UnicodeError:
        return False


def _compose_vietnamese(text: str) -> str:
    """Return letters with their tone behind them, as Windows-1258 has them."""
    return "".join(
        char if _holds("cp1258", char) else _split_tone(unicodedata.normalize("NFD", char))
        for char in text
    )


def _split_tone(parts: str) -> str:
    letter = "".join(each for each in parts if each not in "\u0300\u0301\u0303\u0309\u0323")
    tones = "".join(each for each in parts if each in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", letter) + tones


def mostly_ascii(count: int = 500) -> list[bytes]:
    """Return pieces of documentation in Windows-1252 with 1 to 20 bytes above 0x7F."""
    chance, found = random.Random(7), list[bytes]()
    for text in _documents():
        places = [at for at, char in enumerate(text) if char > "\x7f"]
        chance.shuffle(places)
        for place in places[:3]:
            size = chance.choice((400, 1500, 4000))
            start = max(0, place - chance.randrange(size))
            try:
                data = text[start : start + size].encode("cp1252")
            except UnicodeError:
                continue
            if len(data) >= 300 and 1 <= sum(byte > 0x7F for byte in data) <= 20:
                found.append(data)
    chance.shuffle(found)
    return found[:count]


def _documents() -> Iterator[str]:
    for path in sorted(path for top in DOCUMENTS for path in top.rglob("*")):
        try:
            if not path.is_file() or path.stat().st_size > _LONGEST:
                continue
            data = path.read_bytes()
            data = gzip.decompress(data) if path.suffix == ".gz" else data
            if not data.isascii():
                yield data.decode("utf-8")
        except (OSError, EOFError, UnicodeError):
            continue


def _as_before(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _ask_chardet(module: Any, data: bytes) -> str | None:  # noqa: ANN401
    return cast("str | None", module.detect(data)["encoding"])


def _ask_chardetng(module: Any, data: bytes) -> str | None:  # noqa: ANN401
    detector = module.EncodingDetector()
    detector.feed(data, last=True)
    return str(detector.guess(tld=None, allow_utf8=True))


def _ask_normalizer(module: Any, data: bytes) -> str | None:  # noqa: ANN401
    match = module.from_bytes(data).best()
    return cast("str", match.encoding) if match else None


_PEERS: Final[dict[str, Callable[[Any, bytes], str | None]]] = {
    "chardet": _ask_chardet,
    "chardetng_py": _ask_chardetng,
    "charset_normalizer": _ask_normalizer,
}


def _peers() -> dict[str, Detector]:
    found: dict[str, Detector] = {}
    for name, ask in _PEERS.items():
        try:
            found[name] = partial(ask, import_module(name))
        except ImportError:
            continue
    return found


def _reads(detector: Detector, data: bytes, text: str) -> bool:
    try:
        return data.decode(detector(data) or "") == text
    except (LookupError, UnicodeError):
        return False


def main() -> None:
    """Print a table in Markdown."""
    peers = _peers() if "--peers" in sys.argv[1:] else {}
    print(
        "| encoding | texts | iscckit | wrong without a flag |", *(f" {name} |" for name in peers)
    )
    total = right = 0
    for codec in ENCODINGS:
        given = texts(codec)
        results = [(decode(text.encode(codec)), text) for text in given]
        good = sum(result.text == text for result, text in results)
        silent = sum(result.text != text and not result.guessed for result, text in results)
        others = [
            sum(_reads(peer, text.encode(codec), text) for text in given) for peer in peers.values()
        ]
        print(
            f"| {codec} | {len(given)} | {good} | {silent} |",
            *(f" {each} |" for each in others),
            flush=True,
        )
        total, right = total + len(given), right + good
    print(f"all: {right} of {total}")
    pieces = mostly_ascii()
    worse = sum(decode(data).text != _as_before(data) for data in pieces)
    print(f"Windows-1252 with 1 to 20 letters: {worse} of {len(pieces)} read otherwise than before")


if __name__ == "__main__":
    main()
