"""Counts and durations in the text format of Prometheus.

Source:
    https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["MEDIATYPE", "Metrics"]

MEDIATYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

_Labels = tuple[tuple[str, str], ...]


class Metrics:
    """What the service counts. One thread changes it: that of the event loop."""

    def __init__(self) -> None:
        self._requests: defaultdict[_Labels, int] = defaultdict(int)
        self._seconds: defaultdict[_Labels, list[int]] = defaultdict(
            lambda: [0] * (len(_BUCKETS) + 1)
        )
        self._sums: defaultdict[_Labels, float] = defaultdict(float)
        self._received = 0
        self.open = 0

    def count_answer(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer.

        Args:
            method: Method of the request.
            route: Pattern of its address, never the address itself.
            status: Status of the response.
            seconds: It took.
        """
        self._requests[("method", method), ("route", route), ("status", str(status))] += 1
        labels = (("route", route),)
        self._seconds[labels][bisect_left(_BUCKETS, seconds)] += 1
        self._sums[labels] += seconds

    def count_bytes(self, count: int) -> None:
        """Count bytes of requests."""
        self._received += count

    def text(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """Return all metrics in the text format of Prometheus.

        Args:
            gauges: Present values by name, each with its meaning.
        """
        lines = [*_head("iscc_requests_total", "counter", "Answers.")]
        lines += _rows("iscc_requests_total", self._requests.items())
        lines += _head("iscc_request_seconds", "histogram", "Time from request to answer.")
        for labels, counts in self._seconds.items():
            lines += self._histogram(labels, counts)
        lines += _head("iscc_received_bytes_total", "counter", "Bytes of all requests.")
        lines.append(f"iscc_received_bytes_total {self._received}")
        lines += _head("iscc_open_requests", "gauge", "Requests that are being answered.")
        lines.append(f"iscc_open_requests {self.open}")
        for name, (meaning, value) in gauges.items():
            lines += [*_head(name, "gauge", meaning), f"{name} {value:g}"]
        return "\n".join(lines) + "\n"

    def _histogram(self, labels: _Labels, counts: list[int]) -> list[str]:
        rows, total = [], 0
        for edge, count in zip((*map(str, _BUCKETS), "+Inf"), counts, strict=True):
            total += count
            rows.append(((*labels, ("le", edge)), total))
        return [
            *_rows("iscc_request_seconds_bucket", rows),
            *_rows("iscc_request_seconds_sum", [(labels, round(self._sums[labels], 6))]),
            *_rows("iscc_request_seconds_count", [(labels, total)]),
        ]


def _head(name: str, kind: str, meaning: str) -> tuple[str, str]:
    return f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"


def _rows(name: str, values: Iterable[tuple[_Labels, float]]) -> list[str]:
    lines = []
    for labels, value in values:
        inner = ",".join(f'{key}="{_escape(text)}"' for key, text in labels)
        lines.append(f"{name}{{{inner}}} {value}")
    return lines


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
