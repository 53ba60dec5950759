"""Buckets that fill again."""

import pytest

from iscckit.server.http.problems import Problem
from iscckit.server.http.rate_limit import BURST, Rates, client_of, kind_of


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_let_through_and_then_one_a_moment() -> None:
    clock = Clock()
    rates = Rates({"work": 2.0}, clock)
    for _ in range(int(2 * BURST)):
        rates.take("work", "a")
    with pytest.raises(Problem) as refused:
        rates.take("work", "a")
    assert refused.value.headers["Retry-After"] == "1"
    clock.now += 0.5
    rates.take("work", "a")
    with pytest.raises(Problem):
        rates.take("work", "a")


def test_clients_and_kinds_are_counted_apart() -> None:
    rates = Rates({"work": 0.2, "search": 0.2}, Clock())
    rates.take("work", "a")
    rates.take("work", "b")
    rates.take("search", "a")
    with pytest.raises(Problem):
        rates.take("work", "a")


def test_asking_what_is_left_counts_nothing() -> None:
    clock = Clock()
    rates = Rates({"tokens": 0.4}, clock)
    for _ in range(10):
        rates.check("tokens", "a")
        rates.check("unlimited", "a")
    rates.take("tokens", "a")
    rates.take("tokens", "a")
    for _ in range(2):
        with pytest.raises(Problem) as refused:
            rates.check("tokens", "a")
        assert refused.value.headers["Retry-After"] == "3"
    rates.check("tokens", "b")
    clock.now += 2.5
    rates.check("tokens", "a")


def test_no_rate_is_no_limit_and_says_nothing() -> None:
    rates = Rates({"work": 0.0}, Clock())
    assert all(rates.take("work", "a") == [] for _ in range(1000))


def test_many_clients_are_forgotten_again() -> None:
    clock = Clock()
    rates = Rates({"work": 1.0}, clock)
    for number in range(30_000):
        rates.take("work", str(number))
    assert len(rates._buckets) <= 10_001
    clock.now += 100
    rates.take("work", "late")
    assert rates.take("work", "0")[1] == (b"ratelimit", b'"work";r=4;t=1')


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, "local"),
        ("no: address", "no: address"),
    ],
)
def test_an_ipv6_network_is_one_client(address: str | None, client: str) -> None:
    assert client_of({"client": address and (address, 1)}) == client


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/open", "work"),
        ("POST", "/api/v1/iscc", "work"),
        ("POST", "/api/v1/reports/compare", "work"),
        ("GET", "/api/v1/library/clusters", "search"),
        ("POST", "/api/v1/compare", "light"),
        ("GET", "/compare", "light"),
        ("GET", "/healthz", None),
        ("GET", "/problems/timeout", None),
    ],
)
def test_what_costs_work_is_counted_as_work(method: str, path: str, kind: str | None) -> None:
    assert kind_of(method, path) == kind
