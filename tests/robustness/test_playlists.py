"""Files that point to other files: those are not opened, and nothing goes to the network."""

from __future__ import annotations

import ctypes
import io
import os
import socket
import struct
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import iscc_samples
import pytest
from PIL import Image
from tests.robustness.corpus import files, saved

from iscckit.errors import IsccError
from iscckit.media.content_values import TextContent
from iscckit.records.create import create, create_with_content
from iscckit.records.options import Options
from iscckit.records.probe import find_file_metadata, make_thumbnail

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify tells who opens files")

_IN_OPEN = 0x20
_NONBLOCK = 0x800
SONG = next(path for path in iscc_samples.audios() if path.name == "demo.mp3")

LISTS = {
    "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{0}\n#EXT-X-ENDLIST\n",
    "list.m3u": "#EXTM3U\n#EXTINF:9,Song\n{0}\n",
    "as.mp3": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{0}\n#EXT-X-ENDLIST\n",
    "as.mp4": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{0}\n#EXT-X-ENDLIST\n",
    "as.avi": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXT-X-BYTERANGE:99@0\n#EXTINF:9,\n{0}\n",
    "list.pls": "[playlist]\nNumberOfEntries=1\nFile1={0}\nVersion=2\n",
    "list.ffconcat": "ffconcat version 1.0\nfile '{0}'\n",
    "concat.mp3": "ffconcat version 1.0\nfile '{0}'\n",
    "list.cue": 'FILE "{0}" MP3\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n',
    "session.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
    "m=audio 5004 RTP/AVP 0\na=control:{0}\n",
    "real.mov": "rtsptext\n{0}\n",
    "real.ram": "{0}\n",
    "list.asx": '<asx version="3.0"><entry><ref href="{0}"/></entry></asx>',
    "list.xspf": '<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/">'
    "<trackList><track><location>{0}</location></track></trackList></playlist>",
    "list.mpd": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
    '<Period><AdaptationSet><Representation id="1" bandwidth="1"><BaseURL>{0}</BaseURL>'
    "</Representation></AdaptationSet></Period></MPD>",
    "list.smil": '<smil><body><audio src="{0}"/></body></smil>',
    "entity.xml": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "{0}">]><a>word &e;</a>',
    "dtd.xml": '<?xml version="1.0"?><!DOCTYPE a SYSTEM "{0}"><a>word</a>',
    "parameter.xml": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY % e SYSTEM "{0}"> %e;]><a>w</a>',
    "include.xml": '<?xml version="1.0"?><a xmlns:xi="http://www.w3.org/2001/XInclude">word'
    '<xi:include href="{0}" parse="text"/></a>',
    "style.xml": '<?xml version="1.0"?><?xml-stylesheet href="{0}" type="text/xsl"?><a>word</a>',
    "entity.xhtml": '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e SYSTEM "{0}">]>'
    "<html><body>word &e;</body></html>",
    "page.html": '<html><head><link rel="stylesheet" href="{0}"><base href="{0}"></head><body>'
    'word<img src="{0}"><iframe src="{0}"></iframe></body></html>',
    "entity.svg": '<!DOCTYPE svg [<!ENTITY e SYSTEM "{0}">]><svg width="9" height="9" '
    'xmlns="http://www.w3.org/2000/svg"><text>&e;</text></svg>',
    "image.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="{0}" width="9" height="9"/>'
    '<image href="{0}" width="9" height="9"/><use href="{0}#a"/>'
    '<style>@import url("{0}"); @font-face {{ font-family: f; src: url("{0}") }}</style>'
    '<filter id="f"><feImage href="{0}"/></filter><rect filter="url(#f)" width="5" height="5"/>'
    "</svg>",
    "field.rtf": '{{\\rtf1 word {{\\field{{\\*\\fldinst INCLUDETEXT "{0}"}}}}'
    '{{\\field{{\\*\\fldinst INCLUDEPICTURE "{0}" \\\\d}}}}}}',
}


def drefs(target: str) -> bytes:
    """Return a QuickTime film whose samples stand in another file."""
    data = files()["video/quicktime"][1]
    at = data.index(b"url ") - 4
    place = target.encode() + b"\0"
    entry = struct.pack(">I4sI", 12 + len(place), b"url ", 0) + place
    assert len(entry) > 12
    # The sizes of the boxes around are left too small: readers take the entry by its own size.
    return data[:at] + entry + data[at + 12 :]


def documents(target: str) -> dict[str, bytes]:
    """Return documents with external entities in all their parts, and a picture with such XMP."""
    found = {"dref.mov": drefs(target)}
    entity = f'<!DOCTYPE a [<!ENTITY e SYSTEM "{target}">]>'.encode()
    for name, data in files().values():
        if not name.endswith((".docx", ".odt", ".epub", ".xlsx", ".pptx")):
            continue
        file = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
            for part in old.namelist():
                content = old.read(part)
                if content.startswith(b"<?xml"):
                    start = content.index(b"?>") + 2
                    content = content[:start] + entity + content[start:]
                new.writestr(part, content)
        found[f"entity-{name}"] = file.getvalue()
    xmp = entity + (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-'
        b'rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>'
        b"<rdf:Alt><rdf:li>&e;</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    with Image.open(io.BytesIO(files()["image/png"][1])) as picture:
        found["xmp.jpg"] = saved(picture.convert("RGB"), "JPEG", xmp=xmp)
    return found


class Watch:
    """Who opens files of a folder, as the kernel of Linux tells it."""

    def __init__(self, folder: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._file = libc.inotify_init1(_NONBLOCK)
        assert libc.inotify_add_watch(self._file, os.fsencode(folder), _IN_OPEN) >= 0

    def opened(self) -> bool:
        """Tell whether a file was opened since the last question."""
        with suppress(BlockingIOError):
            return bool(os.read(self._file, 1 << 16))
        return False

    def close(self) -> None:
        os.close(self._file)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "song.mp3").write_bytes(SONG.read_bytes())
    (secret / "text.txt").write_text("the hidden words")
    found = Watch(secret)
    yield found
    found.close()


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def read(path: Path) -> None:
    """Do all that can be done with a file."""
    content = None
    with suppress(IsccError):
        _, content = create_with_content(path, Options(granular=True))
    for function in (
        lambda: create(path, Options(mixed=True)),
        lambda: find_file_metadata(path),
        lambda: make_thumbnail(path, 64),
    ):
        with suppress(IsccError):
            function()
    assert not isinstance(content, TextContent) or "hidden" not in content.text


@pytest.mark.slow
def test_no_file_that_is_pointed_to_is_opened(tmp_path: Path, watch: Watch) -> None:
    secret = tmp_path / "secret"
    for place in (f"{secret}/song.mp3", (secret / "text.txt").as_uri(), "secret/song.mp3"):
        tried = {name: text.format(place).encode() for name, text in LISTS.items()}
        for name, data in (tried | documents(place)).items():
            path = tmp_path / name
            path.write_bytes(data)
            read(path)
            assert not watch.opened(), (name, place)
            path.unlink()
    assert (secret / "text.txt").read_text()
    assert watch.opened()  # the watch sees what is opened


@pytest.mark.slow
def test_nothing_connects_to_an_address(tmp_path: Path, server: socket.socket) -> None:
    port = server.getsockname()[1]
    for scheme in ("http", "rtsp"):
        place = f"{scheme}://127.0.0.1:{port}/song.mp3"
        tried = {name: text.format(place).encode() for name, text in LISTS.items()}
        for name, data in (tried | documents(place)).items():
            (tmp_path / name).write_bytes(data)
            read(tmp_path / name)
            with pytest.raises(BlockingIOError):
                server.accept()
    with socket.create_connection(server.getsockname()), server.accept()[0]:
        pass  # the server sees who connects
