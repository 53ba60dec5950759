"""The latest of what was made."""

from iscckit.server.services.lru_cache import Recent


def test_what_was_asked_for_last_is_kept() -> None:
    kept: Recent[str] = Recent(2)
    kept.put("a", "one")
    kept.put("b", "two")
    assert kept.get("a") == "one"
    kept.put("c", "three")
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == ("one", None, "three")


def test_large_values_take_more_room() -> None:
    kept: Recent[bytes] = Recent(10, len)
    for number in range(5):
        kept.put(number, bytes(4))
    assert [kept.get(number) is not None for number in range(5)] == [False] * 3 + [True] * 2
    kept.put(4, bytes(6))
    assert len(kept) == 2
    kept.put(4, bytes(7))
    assert (len(kept), kept.get(4)) == (1, bytes(7))


def test_the_last_one_is_kept_whatever_its_size() -> None:
    kept: Recent[bytes] = Recent(1, len)
    kept.put("a", bytes(5))
    assert kept.get("a") == bytes(5)
    kept.put("b", b"")
    assert (kept.get("a"), kept.get("b")) == (None, b"")
