"""Declarations count where browsers see them, and nowhere else."""

from __future__ import annotations

import pytest

from iscckit.media.encoding.declared import find_declared, find_xml_declared


@pytest.mark.parametrize(
    ("data", "codec"),
    [
        (b"<meta charset=x-sjis>", "cp932"),
        (b"<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=gb2312'>", "gb18030"),
        (b"<meta content='a; charset=koi8-r' http-equiv=content-type />", "koi8-r"),
        (b"<meta name=x content='charset=koi8-r'><meta charset='euc-kr'>", "cp949"),
        (b"<!-- <meta charset=koi8-r> --><meta charset=ks_c_5601-1987>", "cp949"),
        (b"<!-- <meta charset=koi8-r>", None),
        (b"<script>x = '<meta charset=koi8-r>'</script><meta charset=big5>", "big5hkscs"),
        (b"<style>/* <meta charset=koi8-r> */</style>", None),
        (b" " * 5000 + b"<meta charset=iso-8859-1>", "windows-1252"),
        (b"<meta charset=no-such><meta charset=utf-8>", "utf-8"),
        (b"<meta charset=utf-16le>", "utf-8"),
        (b"<meta charset=unicode>", "utf-8"),
        (b"<metadata charset=koi8-r>", None),
        (b"<?xml version='1.0' encoding='ISO-8859-2'?><html>", "iso8859-2"),
        (b"<?xml version='1.0'?><meta charset='koi8-u'>", "koi8-u"),
        (b"", None),
    ],
)
def test_declarations_of_pages(data: bytes, codec: str | None) -> None:
    assert find_declared(data) == codec


def test_the_label_of_xml_is_given_as_it_was_written() -> None:
    assert find_xml_declared(b"\n<?xml version='1.0' encoding = \"GB2312\" ?>") == "GB2312"
    assert find_xml_declared(b"<a/><?xml version='1.0' encoding='GB2312'?>") is None
