"""The benchmark harness compares before it times, and says what it found."""

from functools import partial

import pytest
from benchmarks.harness import Case

from benchmarks import harness, report, service


def test_every_program_is_timed_and_the_best_peer_named() -> None:
    slow = partial(sum, range(20_000))
    case = Case("sum", partial(sum, [199990000]), {"iscc-lib": slow, "iscc-core": slow}, key=int)
    row = harness.run(case, seconds=0.01)
    assert row.best_peer in row.peers
    assert row.ratio == row.peers[row.best_peer] / row.ours
    assert row.met is None


def test_a_different_result_is_refused() -> None:
    case = Case("sum", partial(sum, [1]), {"iscc-lib": partial(sum, [2])}, key=int)
    with pytest.raises(AssertionError, match="sum: "):
        harness.run(case, seconds=0.01)


def test_the_report_marks_a_missed_goal_and_gives_the_reason() -> None:
    peers = {"iscc-lib": 2.0, "Pillow": 3.0}
    row = harness.Row("Text", 1.0, peers, "iscc-lib", 2.0, 30, 12, False, "1 MB/s", "x is slow")
    bound = report.Limit("import", 20.0, 15, "ms")
    text = report.markdown({"cores": "2"}, [row], [bound])
    assert "| Text |  | 2 s |  | Pillow 3 s | 1 s | 1 MB/s | 2.0x | 30x | 12x | **no** |" in text
    assert "| import | 20.0 ms | 15 ms | **no** |" in text
    assert "- Text: x is slow" in text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(2.5, "2.5 s"), (0.0123, "12.3 ms"), (4.567e-6, "4.57 us"), (2e-8, "20 ns")],
)
def test_durations_read_well(seconds: float, text: str) -> None:
    assert report.duration(seconds) == text


def test_the_service_is_measured_with_and_without_wrk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "WRK", None)
    with service.serving(core=None) as (port, pid, first):
        assert first > 0
        assert service._resident(pid) > 10
        count, took = service._by_python(port, "/api/v1/compare", service.BODY, 0.2)
        assert count > 0
        assert took > 0
        assert service._processor(pid) > 0
