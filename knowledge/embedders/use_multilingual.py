"""Google's Universal Sentence Encoder (multilingual, CNN variant): one space for 16 languages.

Y. Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval", arXiv 1907.04307. The weights give the
shape: embeddings of the pieces; three stacks of two convolutions over 2, 3 and 5 of them; their sum over the text,
divided by the root of its length; two residual layers.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from tokenizers import Tokenizer

from knowledge.embedders.onnx_encoder import one_thread_session
from knowledge.embedders.remembered import Remembered
from knowledge.embedders.sentencepiece_model import read_tokenizer
from knowledge.embedders.unit_length import to_unit_length
from knowledge.embedders.use_graph import DIMENSION, STACKS, use_graph
from knowledge.embedders.weights import file_digest
from knowledge.errors import EmbeddingError
from knowledge.retrieval import Vectors

NAME = "use-multilingual-v3"
_CENTRES = "use_multilingual_centres.npy"  # (language, question or passage, dimension), float16
_LANGUAGES = ("en", "zh")
_QUESTION, _PASSAGE = 0, 1
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

    dimension = DIMENSION

    def __init__(self, folder: Path, language_of: Callable[[str], str]) -> None:
        """Raises `EmbeddingError` when the weights are missing."""
        self._folder = folder
        self._language_of = language_of
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
        languages = [_LANGUAGES.index(self._language_of(text)) for text in texts]
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
    scale: Vectors  # of each block
    low: Vectors
    session: ort.InferenceSession

    @classmethod
    def read(cls, folder: Path) -> _Network:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # its thread pool would not survive a fork
        with np.load(folder / "weights.npz", allow_pickle=False) as stored:
            weights = {name: stored[name] for name in stored.files if not name[1:].isdigit() or name[0] != "q"}
            rows = [stored[f"q{block + 1}"] for block in range(len(weights["scale"]))]
        table = np.stack(rows, axis=1).reshape(-1, DIMENSION)  # block b holds the pieces b, b + blocks, ...
        tokenizer = read_tokenizer(folder / "sp.model")
        tokenizer.enable_truncation(_MAX_TOKENS)
        return cls(tokenizer, table, weights["scale"], weights["lo"], one_thread_session(use_graph(weights)))

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
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
        lengths = np.array([len(one) for one in texts])
        starts = np.cumsum(lengths) - lengths
        pieces = np.concatenate(texts)
        block = pieces % len(self.scale)
        root = np.sqrt(lengths.astype(np.float32))[:, None]
        pool = np.zeros((len(texts), len(pieces)), dtype=np.float32)
        pool[np.repeat(np.arange(len(texts)), lengths), np.arange(len(pieces))] = np.repeat(1 / root[:, 0], lengths)
        seen = _neighbours(starts, lengths)
        feed: dict[str, npt.NDArray[np.generic]] = {
            "embedded": self.table[pieces].astype(np.float32) * self.scale[block, None] + self.low[block, None],
            "pool": pool,
            "root": root,
        }
        for width, before in STACKS:
            feed[f"window{width}"] = seen[:, STACKS[-1][1] - before :][:, :width]
        return np.asarray(self.session.run(None, feed)[0], dtype=np.float32)


def _neighbours(starts: Ids, lengths: Ids) -> Ids:
    """For each piece the places of the two before it, itself and the two behind; one past the end beyond its text."""
    total = int(lengths.sum())
    before = STACKS[-1][1]
    places = np.arange(total)[:, None] + np.arange(-before, STACKS[-1][0] - before)
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
