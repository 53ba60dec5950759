"""Vectors of texts, as iscc-sct 0.2.2 makes them: chunks, tokens, vectors of tokens, their mean."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, MissingDependency
from iscckit.models.device import Device
from iscckit.models.runtime import Session, file_states, open_session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

    from iscckit.models.model_card import Model

__all__ = ["TextVectors", "pool", "split", "text_vectors"]

_WINDOW: Final = 128  # the least input length of a model, in tokens including special ones
_ROWS: Final = 64  # chunks of a batch on a GPU
_PROBE: Final = 10  # characters of a probed prefix for each token of the capacity
_SPACE: Final = re.compile(r"\s")
_TINY: Final = 1e-9  # the smallest divisor


@dataclass(frozen=True, slots=True)
class TextVectors:
    """The vectors of one text.

    Attributes:
        vectors: A vector of length 1 for each chunk, of shape (chunks, components).
        places: The offset and the size of each chunk, in characters.
    """

    vectors: NDArray[np.float32]
    places: tuple[tuple[int, int], ...]


def text_vectors(
    texts: Sequence[str], folder: str, model: Model, device: Device = "auto"
) -> list[TextVectors]:
    """Return the vectors of each text; they do not depend on the other texts.

    Args:
        texts: Texts, none of them empty.
        folder: The folder of models.
        model: A model of that folder, for texts.
        device: The device that runs the model.

    Raises:
        InvalidInput: A text is empty, or the model does not take tokens.
        MissingDependency: A package, the runtime or the device is missing.
        VerificationFailed: A file of the model is missing or has other bytes.
    """
    import numpy as np  # slow to import

    if not all(texts):
        raise InvalidInput("an empty text has no meaning")
    session = open_session(folder, model, device)
    tokenizers = _load_tokenizers(file_states(folder, model), model.capacity)
    chunks = [split(text, tokenizers[1], model.capacity, model.overlap) for text in texts]
    rows = _embed([chunk for each in chunks for _, chunk in each], session, tokenizers[0])
    found, first = [], 0
    for each in chunks:
        places = tuple((at, len(chunk)) for at, chunk in each)
        found.append(TextVectors(np.vstack(rows[first : first + len(each)]), places))
        first += len(each)
    return found


def split(text: str, counter: Tokenizer, capacity: int, overlap: int) -> list[tuple[int, str]]:
    """Return the offset, in characters, and the text of each chunk.

    Args:
        text: A text that is not empty.
        counter: A tokenizer without truncation and padding.
        capacity: The most tokens of a chunk, without special ones.
        overlap: The most tokens that two neighbours share.

    Raises:
        MissingDependency: The package semantic-text-splitter is missing.
    """
    try:
        from semantic_text_splitter import TextSplitter
    except ModuleNotFoundError as error:
        raise _missing_package(error) from error
    # The splitter gets a function, since it would copy a tokenizer, which takes a second.
    size = _make_sizer(counter, capacity)
    return TextSplitter.from_callback(size, capacity, overlap, trim=False).chunk_indices(text)


def pool(tokens: NDArray[np.float32], mask: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the mean of the vectors of the unmasked tokens, scaled to length 1.

    Args:
        tokens: The vectors of tokens, of shape (rows, tokens, components).
        mask: 1 for a token that counts and 0 for padding, of shape (rows, tokens).
    """
    import numpy as np

    weights = mask[:, :, None].astype(np.float32)
    sums = np.sum(tokens * weights, axis=1)
    means = sums / np.clip(np.sum(weights, axis=1), _TINY, None)
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    return np.asarray(means / np.clip(lengths, _TINY, None), np.float32)


def _embed(chunks: list[str], session: Session, tokenizer: Tokenizer) -> list[NDArray[np.float32]]:
    """Return the vector of each chunk, of shape (1, components)."""
    rows: list[NDArray[np.float32]] = []
    step = 1 if session.device == "cpu" else _ROWS
    for first in range(0, len(chunks), step):
        some = tokenizer.encode_batch(chunks[first : first + step])
        rows.extend(_embed_batch(some, session, fixed=session.device != "cpu"))
    return rows


def _embed_batch(
    encodings: Sequence[Encoding], session: Session, *, fixed: bool
) -> list[NDArray[np.float32]]:
    """Return the vectors of one batch; ``fixed`` pads it to the shape that all batches have."""
    import numpy as np

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
    if tokens.ndim == 2 and len(tokens) == shape[0]:  # the model has pooled the tokens
        vectors = tokens / np.clip(np.linalg.norm(tokens, axis=1, keepdims=True), _TINY, None)
    elif tokens.ndim == 3 and tokens.shape[:2] == shape:
        vectors = pool(tokens, mask)
    else:
        raise InvalidInput(f"the model gives an array of shape {tokens.shape}, not vectors")
    return [vectors[row : row + 1] for row in range(count)]


def _make_sizer(counter: Tokenizer, capacity: int) -> Callable[[str], int]:
    """Return a function that gives the tokens of a text, or too large a number for a long text.

    The splitter asks for the size of long stretches, of which it only needs to know that they are
    larger than a chunk. No token extends over white space, so a prefix that ends there shows it.
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
def _load_tokenizers(
    files: tuple[tuple[str, int, int], ...], capacity: int
) -> tuple[Tokenizer, Tokenizer]:
    """Return the stored tokenizer without padding, and a second one without truncation.

    A tokenizer without a stated length of input truncates after a chunk of ``capacity`` tokens.
    """
    try:
        from tokenizers import Tokenizer
    except ModuleNotFoundError as error:
        raise _missing_package(error) from error
    path = files[1][0]
    try:
        whole, counter = Tokenizer.from_file(path), Tokenizer.from_file(path)
    except Exception as error:  # the package raises its base class only
        raise InvalidInput(f"{path}: cannot be read as a tokenizer: {error}") from error
    if whole.truncation is None:
        special = whole.num_special_tokens_to_add(is_pair=False)
        whole.enable_truncation(_WINDOW if capacity < _WINDOW else capacity + special)
    elif whole.truncation["max_length"] < capacity:
        raise InvalidInput(
            f"{path}: cuts texts after {whole.truncation['max_length']} tokens, but chunks have up "
            f"to {capacity}",
            reason_code="model-window-short",
            model=os.path.basename(os.path.dirname(path)),
        )
    whole.no_padding()  # ``_embed_batch`` pads
    counter.no_truncation()
    counter.no_padding()
    return whole, counter


def _missing_package(error: ModuleNotFoundError) -> MissingDependency:
    return MissingDependency(
        f"Semantic-Codes of texts need {error.name}, which the extra 'semantic' installs",
        reason_code="extra-missing",
        package=error.name,
        extra="semantic",
    )
