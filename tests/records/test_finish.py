"""Records are made of drafts, each complete and in the order of the drafts."""

from pathlib import Path

from iscckit.codec.code import composite
from iscckit.records.draft import read_draft
from iscckit.records.finish import finish_records
from iscckit.records.options import Options, Semantics
from iscckit.records.run_context import RunContext

SAMPLES = Path(__file__).parents[2] / "samples"


def test_records_have_their_composite_and_the_order_of_their_drafts() -> None:
    options = Options(bits=256, units=True, granular=True)
    paths = [str(SAMPLES / name) for name in ("gettysburg-hay.txt", "cat.jpg", "README.md")]
    drafts = [read_draft(path, RunContext(options)) for path in paths]
    records = finish_records(drafts, options)
    assert [record.path for record in records] == paths
    for draft, record in zip(drafts, records, strict=True):
        assert record.iscc == composite(record.units)
        assert record.units == (draft.metadata.unit, draft.content.unit, *draft.file.units)
        assert record.features == (*draft.content.features, *draft.chunks)
        assert record.show_units
    assert finish_records([], options) == []


def test_reasons_for_missing_units_have_the_order_of_the_steps(tmp_path: Path) -> None:
    path = tmp_path / "marks.txt"
    path.write_text("?!")
    options = Options(name="A title", semantic=Semantics(str(tmp_path)))
    (record,) = finish_records([read_draft(path, RunContext(options))], options)
    assert list(record.missing) == ["content", "meta"]
    path.write_text("Ships")
    (record,) = finish_records([read_draft(path, RunContext(options))], options)
    assert list(record.missing) == ["semantic"]
