"""Google's Universal Sentence Encoder (multilingual, CNN variant), computed with numpy: one space for 16 languages.

Y. Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval", arXiv 1907.04307. The weights give the
shape: embeddings of the pieces; three stacks of two convolutions over 2, 3 and 5 of them; their sum over the text,
divided by the root of its length; two residual layers.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it ships no types
from tokenizers import Tokenizer

from knowledge.embedders.remembered import Remembered
from knowledge.embedders.sentencepiece_model import read_tokenizer
from knowledge.embedders.unit_length import to_unit_length
from knowledge.errors import EmbeddingError
from knowledge.language import detect_language
from knowledge.retrieval import Vectors
from knowledge.weights import file_digest

NAME = "use-multilingual-v3"
_CENTRES = "use_multilingual_centres.npy"  # (language, question or passage, dimension), float16
_LANGUAGES = ("en", "zh")
_QUESTION, _PASSAGE = 0, 1
_DIMENSION, _CHANNELS = 512, 256
_STACKS = ((2, 0), (3, 1), (5, 2))  # pieces a convolution sees, and how many of them stand before its place
_BEGIN, _END = 1, 2
_MAX_TOKENS = 510
_REMEMBERED = 64  # texts asked for alone: as a question and as a sentence they differ by a centre only
_TOKENS_AT_ONCE = 384  # of short texts together: the weights are read once for all of them

Ids = npt.NDArray[np.int64]


class UseMultilingualEmbedder:
    """Reads `weights.npz` and `sp.model` from a folder when it is first used: a second, and 210 MB. Thread-safe.

    Vectors are moved by the mean of their language and kind (`use_multilingual_centres.npy`, from open texts), without
    which two texts of one language are nearer than two of one meaning; docs/decisions/0002-embedders.md.
    """

    symmetric = False
    dimension = _DIMENSION

    def __init__(self, folder: Path) -> None:
        """Raises `EmbeddingError` when the weights are missing."""
        self._folder = folder
        self._lock = threading.Lock()
        self._loaded: _Network | None = None
        self._remembered = Remembered(_REMEMBERED)
        centres = files("knowledge.embedders").joinpath(_CENTRES)
        try:
            digest = hashlib.sha256(file_digest(folder / "weights.npz").encode() + centres.read_bytes()).hexdigest()
            with centres.open("rb") as stream:
                self._centres = np.load(stream, allow_pickle=False).astype(np.float32)
            if not (folder / "sp.model").is_file():
                raise FileNotFoundError("sp.model is missing")
        except (OSError, ValueError) as error:
            raise EmbeddingError(f"cannot load the model {NAME} from {folder}: {error}") from error
        self.space = f"{NAME}@{digest[:12]}"

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text."""
        return self._centred(texts, _QUESTION)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text; what exceeds 510 pieces is not seen."""
        return self._centred(texts, _PASSAGE)

    def encode_plain(self, texts: Sequence[str]) -> Vectors:
        """As the network gives them, of whatever language: what the centres are the means of."""
        if len(texts) == 1:
            return self._remembered.get((texts[0],), lambda: self._network().encode(texts))
        return self._network().encode(texts)

    def _centred(self, texts: Sequence[str], kind: int) -> Vectors:
        vectors = self.encode_plain(texts)
        languages = [_LANGUAGES.index(detect_language(text)) for text in texts]
        return to_unit_length(vectors - self._centres[languages, kind]) if texts else vectors

    def _network(self) -> _Network:
        with self._lock:
            if self._loaded is None:
                try:
                    self._loaded = _Network.read(self._folder)
                except (OSError, ValueError, KeyError) as error:
                    raise EmbeddingError(f"cannot load the model {NAME} from {self._folder}: {error}") from error
            return self._loaded


@dataclass(frozen=True, slots=True)
class _Network:
    tokenizer: Tokenizer
    table: npt.NDArray[np.uint8]  # (pieces, dimension); a row is scaled by the figures of its block
    blocks: int
    entry: Vectors  # into all stacks at once
    weights: dict[str, Vectors]

    @classmethod
    def read(cls, folder: Path) -> _Network:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # its thread pool would not survive a fork
        # Each worker computes on its own thread: BLAS threads beside them would only take turns. For the process.
        threadpool_limits(1, user_api="blas")
        with np.load(folder / "weights.npz", allow_pickle=False) as stored:
            weights = {name: stored[name] for name in stored.files if not name[1:].isdigit() or name[0] != "q"}
            blocks = len(weights["scale"])
            rows = [stored[f"q{block + 1}"] for block in range(blocks)]
        table = np.stack(rows, axis=1).reshape(-1, _DIMENSION)  # block b holds the pieces b, b + blocks, ...
        for name in ("proj", "proj_b"):
            weights[name] = np.concatenate([weights.pop(f"{name}{width}") for width, _ in _STACKS], axis=-1)
        tokenizer = read_tokenizer(folder / "sp.model")
        tokenizer.enable_truncation(_MAX_TOKENS)
        return cls(tokenizer, table, blocks, weights.pop("proj"), weights)

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), _DIMENSION), dtype=np.float32)
        if not texts:
            return vectors
        # A lone surrogate cannot be written as UTF-8, which is what the tokenizer takes.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        encoded = self.tokenizer.encode_batch_fast(clean, add_special_tokens=False)
        ids = [np.array([_BEGIN, *one.ids, _END], dtype=np.int64) for one in encoded]
        for start, end in _batches([len(one) for one in ids]):
            vectors[start:end] = self._run(ids[start:end])
        return to_unit_length(vectors)

    def _run(self, texts: Sequence[Ids]) -> Vectors:
        """The texts' pieces stand in one column, so that nothing is padded."""
        weights = self.weights
        lengths = np.array([len(one) for one in texts])
        starts = np.cumsum(lengths) - lengths
        pieces = np.concatenate(texts)
        block = pieces % self.blocks
        embedded = self.table[pieces].astype(np.float32) * weights["scale"][block, None] + weights["lo"][block, None]
        entered: Vectors = np.asarray(embedded @ self.entry + weights["proj_b"], dtype=np.float32)
        seen = _neighbours(starts, lengths)
        parts = [embedded]
        for place, (width, before) in enumerate(_STACKS):
            states = self._normed(
                entered[:, place * _CHANNELS : (place + 1) * _CHANNELS], f"ln_g{width}", f"ln_b{width}"
            )
            window = seen[:, _STACKS[-1][1] - before :][:, :width]
            for layer in ("1", "2"):
                padded = np.concatenate([states, np.zeros((1, _CHANNELS), np.float32)])
                found = padded[window].reshape(len(pieces), -1) @ weights[f"w{layer}_{width}"]
                states = states + np.maximum(found + weights[f"b{layer}_{width}"], 0.0)
            parts.append(states)
        states = self._normed(np.concatenate(parts, axis=1), "ln_g", "ln_b")
        root = np.sqrt(lengths.astype(np.float32))[:, None]
        # The projection is linear, so it is applied to the sum.
        summed = np.add.reduceat(states, starts, axis=0) @ weights["cnn_W"] / root + root * weights["cnn_b"]
        first = np.maximum(summed @ weights["d0"], 0.0)
        first = np.maximum(summed @ weights["p1"] + first @ weights["d1"], 0.0)
        second = np.maximum(first @ weights["d2"], 0.0)
        vectors: Vectors = np.tanh(first @ weights["p3"] + second @ weights["d3"])
        return vectors

    def _normed(self, states: Vectors, scale: str, shift: str) -> Vectors:
        centred = states - states.mean(axis=1, keepdims=True)
        spread = np.einsum("ij,ij->i", centred, centred) / centred.shape[1]
        centred *= (1.0 / np.sqrt(spread + self.weights["eps"]).astype(np.float32))[:, None]
        normed: Vectors = centred * self.weights[scale] + self.weights[shift]
        return normed


def _neighbours(starts: Ids, lengths: Ids) -> Ids:
    """For each piece the places of the two before it, itself and the two behind; one past the end beyond its text."""
    total = int(lengths.sum())
    before = _STACKS[-1][1]
    places = np.arange(total)[:, None] + np.arange(-before, _STACKS[-1][0] - before)
    first, last = np.repeat(starts, lengths)[:, None], np.repeat(starts + lengths, lengths)[:, None]
    return np.where((places >= first) & (places < last), places, total)


def _batches(lengths: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbours that are run together, as (start, end)."""
    batches: list[tuple[int, int]] = []
    start = tokens = 0
    for place, length in enumerate(lengths):
        if place > start and tokens + length > _TOKENS_AT_ONCE:
            batches.append((start, place))
            start, tokens = place, 0
        tokens += length
    batches.append((start, len(lengths)))
    return batches
