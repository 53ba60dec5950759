"""Texts to vectors: split into overlapping chunks, tokenised, run, pooled. As iscc-sct 0.2.2."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, MissingDependency
from iscckit.models.device import Device
from iscckit.models.runtime import Session, files_of, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

    from iscckit.models.known import Model

__all__ = ["TextVectors", "pooled", "split", "text_vectors"]

_WINDOW: Final = 128  # tokens of a chunk that a model sees at least, special ones included
_ROWS: Final = 64  # of a batch on a GPU
_PROBE: Final = 10  # characters of a prefix for each token of the capacity
_SPACE: Final = re.compile(r"\s")
_TINY: Final = 1e-9  # divisors are not smaller


@dataclass(frozen=True, slots=True)
class TextVectors:
    """The vectors of one text.

    Attributes:
        vectors: One row of length 1 for each chunk.
        places: Offset and size of each chunk, in characters.
    """

    vectors: NDArray[np.float32]
    places: tuple[tuple[int, int], ...]


def text_vectors(
    texts: Sequence[str], folder: str, model: Model, device: Device = "auto"
) -> list[TextVectors]:
    """Return the vectors of several texts; each is what it would be alone.

    Args:
        texts: None of them empty.
        folder: Of models.
        model: One of that folder, for texts.
        device: Where it runs.

    Raises:
        InvalidInput: An empty text, or a model that does not take tokens.
        MissingDependency: The runtime or the device is not there; likewise VerificationFailed.
    """
    import numpy as np  # noqa: PLC0415 (slow to import)

    if not all(texts):
        raise InvalidInput("an empty text has no meaning")
    session = opened(folder, model, device)
    tokenizers = _tokenizers(files_of(folder, model), model.capacity)
    chunks = [split(text, tokenizers[1], model.capacity, model.overlap) for text in texts]
    rows = _embedded([chunk for each in chunks for _, chunk in each], session, tokenizers[0])
    found, first = [], 0
    for each in chunks:
        places = tuple((at, len(chunk)) for at, chunk in each)
        found.append(TextVectors(np.vstack(rows[first : first + len(each)]), places))
        first += len(each)
    return found


def split(text: str, counter: Tokenizer, capacity: int, overlap: int) -> list[tuple[int, str]]:
    """Return offset, in characters, and text of each chunk.

    Args:
        text: Not empty.
        counter: A tokenizer without truncation and padding.
        capacity: Tokens of a chunk, without special ones.
        overlap: Tokens that two neighbours share at most.
    """
    try:
        from semantic_text_splitter import TextSplitter  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise _missing(error) from error
    # Not from the tokenizer itself: the splitter would copy it, which takes a second.
    size = _sizer(counter, capacity)
    return TextSplitter.from_callback(size, capacity, overlap, trim=False).chunk_indices(text)


def pooled(tokens: NDArray[np.float32], mask: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the mean of the vectors of the tokens that count, of length 1.

    Args:
        tokens: Vectors, of shape (rows, tokens, components).
        mask: 1 for what counts, of shape (rows, tokens).
    """
    import numpy as np  # noqa: PLC0415

    weights = mask[:, :, None].astype(np.float32)
    sums = np.sum(tokens * weights, axis=1)
    means = sums / np.clip(np.sum(weights, axis=1), _TINY, None)
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    return np.asarray(means / np.clip(lengths, _TINY, None), np.float32)


def _embedded(
    chunks: list[str], session: Session, tokenizer: Tokenizer
) -> list[NDArray[np.float32]]:
    """Return one row for each chunk."""
    rows: list[NDArray[np.float32]] = []
    step = 1 if session.device == "cpu" else _ROWS
    for first in range(0, len(chunks), step):
        some = tokenizer.encode_batch(chunks[first : first + step])
        rows.extend(_of_batch(some, session, fixed=session.device != "cpu"))
    return rows


def _of_batch(
    encodings: Sequence[Encoding], session: Session, *, fixed: bool
) -> list[NDArray[np.float32]]:
    """Run one batch; ``fixed`` fills it up to the shape that all batches have."""
    import numpy as np  # noqa: PLC0415

    count, width = len(encodings), max(len(each.ids) for each in encodings)
    shape = (_ROWS, max(_WINDOW, width)) if fixed else (count, width)
    ids, mask, kinds = (np.zeros(shape, np.int64) for _ in range(3))
    for row, each in enumerate(encodings):
        size = len(each.ids)
        ids[row, :size], mask[row, :size], kinds[row, :size] = (
            each.ids,
            each.attention_mask,
            each.type_ids,
        )
    values = {"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds}
    taken = {name: array for name, array in values.items() if name in session.inputs}
    if "input_ids" not in taken:
        raise InvalidInput(f"the model takes {', '.join(session.inputs)}, not tokens")
    tokens = session.run(taken)
    if tokens.ndim == 2 and len(tokens) == shape[0]:  # the model pools by itself
        vectors = tokens / np.clip(np.linalg.norm(tokens, axis=1, keepdims=True), _TINY, None)
    elif tokens.ndim == 3 and tokens.shape[:2] == shape:
        vectors = pooled(tokens, mask)
    else:
        raise InvalidInput(f"the model gives an array of shape {tokens.shape}, not vectors")
    return [vectors[row : row + 1] for row in range(count)]


def _sizer(counter: Tokenizer, capacity: int) -> Callable[[str], int]:
    """Return a function that counts the tokens of long texts only until they are too many.

    The splitter asks for the size of long stretches, where all that counts is that they are
    larger than a chunk: no token reaches over white space, so a prefix that ends there tells.
    """

    def size(text: str) -> int:
        probe = capacity * _PROBE
        if len(text) > 2 * probe:
            ends = [match.start() for match in _SPACE.finditer(text, 0, probe)]
            if ends and ends[-1] > 0:
                count = _count(counter, text[: ends[-1]])
                if count > capacity:
                    return count + len(text) - ends[-1]
        return _count(counter, text)

    return size


def _count(counter: Tokenizer, text: str) -> int:
    return len(counter.encode(text, add_special_tokens=False).ids)


@lru_cache(maxsize=2)
def _tokenizers(
    files: tuple[tuple[str, int, int], ...], capacity: int
) -> tuple[Tokenizer, Tokenizer]:
    """Return the tokenizer as it is stored, without padding, and one that only counts.

    Where it does not say how long its input may be, it is as long as chunks of ``capacity`` are.
    """
    try:
        from tokenizers import Tokenizer  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise _missing(error) from error
    path = files[1][0]
    try:
        whole, counter = Tokenizer.from_file(path), Tokenizer.from_file(path)
    except Exception as error:  # the package raises its base class only
        raise InvalidInput(f"{path}: is no tokenizer: {error}") from error
    if whole.truncation is None:
        special = whole.num_special_tokens_to_add(is_pair=False)
        whole.enable_truncation(_WINDOW if capacity < _WINDOW else capacity + special)
    elif whole.truncation["max_length"] < capacity:
        raise InvalidInput(
            f"{path}: cuts texts after {whole.truncation['max_length']} tokens, but chunks have up "
            f"to {capacity}; add the model again with a smaller capacity"
        )
    whole.no_padding()  # batches are filled up here
    counter.no_truncation()
    counter.no_padding()
    return whole, counter


def _missing(error: ModuleNotFoundError) -> MissingDependency:
    return MissingDependency(
        f"semantic codes of texts need {error.name}: pip install 'iscckit[semantic]'"
    )
