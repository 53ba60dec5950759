"""A record in words and as a card."""

import io
import zipfile

from iscckit.records.create import create_stream
from iscckit.records.options import Options
from iscckit.render.record import record_html, remarks


def test_a_container_without_decoder_is_said_to_be_divisible_unless_that_was_tried() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "text")
    plain, mixed = (
        create_stream(io.BytesIO(file.getvalue()), Options(mixed=flag), filename="a.zip")
        for flag in (False, True)
    )
    reason = "no Content-Code: no content decoder for application/zip"
    assert remarks(plain) == [reason, "a Mixed-Code of its parts could be made"]
    assert remarks(mixed) == [
        reason,
        "no Mixed-Code: it takes two parts that count, found 0",
    ]
    assert "--mixed" not in record_html(plain)
