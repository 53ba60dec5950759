"""Declarations for the tests of exports."""

from __future__ import annotations

from iscckit.json_types import JsonValue
from iscckit.trust.declarations.export_metadata import Declared

CODE = "ISCC:KACYPXW445FTYNJ3CYSXHAFJMA2HUWULUNRFE3BLHRSCXYH2M5AEGQY"
SEED: dict[str, JsonValue] = {
    "doi": "10.5555/abc",
    "resource_type": "JournalArticle",
    "title": "On Quasilinear <Forms> & more",
    "publisher": "Meridian Academic Press",
    "pubyear": 2020,
    "version_type": "VoR",
    "container_title": "Journal of Applied Analysis",
    "issn": "1234-5679",
}
FULL = Declared(
    iscc_code=CODE,
    iscc_id="ISCC:MAIGG6O2AW3AAAAB",
    url="https://hub.example.org/ISCC:MAIGG6O2AW3AAAAB",
    datahash="1e20" + "ab" * 32,
    binding={
        "seed": SEED,
        "identifiers": [{"scheme": "doi", "code": "10.5555/abc"}],
        "license": "CC-BY-4.0",
        "creator": ["0000-0002-1825-0097"],
        "publisher": ["https://ror.org/05gq02987"],
        "tdm": {"train": "reserved", "policy": "https://example.org/tdm"},
    },
)
PLAIN = Declared(
    iscc_code=CODE,
    binding={
        "seed": {
            name: SEED[name] for name in ("doi", "title", "publisher", "pubyear", "resource_type")
        }
        | {"resource_type": "ReviewArticle"}
    },
)
OTHER = Declared(
    iscc_code=CODE,
    url="https://example.org/proof",
    binding={
        **FULL.binding,
        "license": "all rights reserved",
        "seed": {**SEED, "version_type": "P"},
    },
)
