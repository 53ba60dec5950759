import pickle

import pytest

from iscckit.errors import ExtractionFailed, InvalidCode, InvalidInput, IsccError, LimitExceeded


@pytest.mark.parametrize(
    "error",
    [
        InvalidCode("AAA0", "not a symbol", position=3, suggestion="AAAO"),
        InvalidInput("no data"),
        ExtractionFailed("a.png", "image/png", "truncated"),
        LimitExceeded("a.png", "pixels", 10),
    ],
)
def test_an_error_survives_the_way_between_processes(error: IsccError) -> None:
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is type(error)
    assert str(copied) == str(error)
    assert vars(copied) == vars(error)


def test_a_malformed_code_is_also_a_value_error() -> None:
    error = InvalidCode("AAA0", "'0' is not a symbol", position=3, suggestion="AAAO")
    assert isinstance(error, ValueError)
    assert str(error) == (
        "'AAA0' is not a valid ISCC: '0' is not a symbol at position 4; did you mean AAAO?"
    )
