"""Sentence vectors from an ONNX model and its tokenizer, on the CPU: what the default install runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from tokenizers import Encoding, Tokenizer

from knowledge.embedders.unit_length import to_unit_length
from knowledge.embedders.weights import file_digest
from knowledge.errors import EmbeddingError
from knowledge.retrieval import Vectors

# Padded tokens run at once. On one thread a passage alone is faster than a batch of eight (75 against 58 a second) and
# takes a fifth of the memory, since its activations stay in the processor's cache; only short texts gain from company.
_TOKENS_AT_ONCE = 256

TokenStates = tuple[npt.NDArray[np.int64], Vectors]


@dataclass(frozen=True, slots=True)
class OnnxRecipe:
    """How a model wants to be used.

    `asked` names a file beside this one that turns vectors of texts into those of questions: an affine map, (dimension
    and a row for the constant, dimension), fitted by `benchmarks/fit_asked.py` on what the model gives when the
    instruction that it was trained with stands before a question. To run that instruction costs more than the question.
    """

    name: str
    pooling: str  # "mean" over the tokens, or "cls" (the first one)
    max_tokens: int
    asked: str = ""
    lower_case: bool = False


class OnnxEmbedder:
    """Runs `model.onnx` with `tokenizer.json` from a folder. Thread-safe; each call computes on its caller's thread."""

    def __init__(self, recipe: OnnxRecipe, folder: Path) -> None:
        """Reads the weights (a tenth of a second); raises `EmbeddingError` when they are missing or unreadable."""
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # its thread pool would not survive a fork
        model = folder / "model.onnx"
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session = one_thread_session(str(model))
            digest = file_digest(model)
            self._asked = _affine_map(recipe.asked) if recipe.asked else None
        except Exception as error:  # both libraries raise bare or private exception classes
            raise EmbeddingError(f"cannot load the model {recipe.name} from {folder}: {error}") from error
        self._tokenizer.enable_truncation(recipe.max_tokens)
        self._tokenizer.no_padding()
        self.recipe = recipe
        self._inputs = {declared.name for declared in self._session.get_inputs()}
        self._output = self._session.get_outputs()[0].name
        self.space = f"{recipe.name}@{digest[:12]}"
        self.dimension = int(self._session.get_outputs()[0].shape[-1])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text."""
        return self.as_questions(self._encode(texts))

    def as_questions(self, vectors: Vectors) -> Vectors:
        """What `encode_queries` gives for texts of which `encode_passages` gives these."""
        if self._asked is None:
            return vectors
        return to_unit_length(vectors @ self._asked[:-1] + self._asked[-1])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text; what exceeds the model's window is not seen."""
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        encodings = self._tokens(texts)
        for batch in _batches(encodings):
            vectors[batch] = self._pooled(*self._run([encodings[index] for index in batch]))
        return to_unit_length(vectors)

    def token_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """For each text its tokens' (n, 2) offsets in characters and the model's last states, (n, dimension)."""
        return self.read(texts)[0]

    def read(self, texts: Sequence[str]) -> tuple[list[TokenStates], Vectors]:
        """What `token_states` and `encode_passages` give, of one run."""
        encodings = self._tokens(texts)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        found: list[TokenStates] = [(np.zeros((0, 2), np.int64), np.zeros((0, self.dimension), np.float32))] * len(
            texts
        )
        for batch in _batches(encodings):
            states, mask = self._run([encodings[index] for index in batch])
            vectors[batch] = self._pooled(states, mask)
            for row, index in enumerate(batch):
                places = np.array(encodings[index].offsets, np.int64).reshape(-1, 2)
                found[index] = (places, states[row, : len(places)])
        return found, to_unit_length(vectors)

    def _tokens(self, texts: Sequence[str]) -> list[Encoding]:
        # A lone surrogate cannot be written as UTF-8, which is what the tokenizer takes.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return self._tokenizer.encode_batch([text.lower() for text in clean] if self.recipe.lower_case else clean)

    def _pooled(self, states: Vectors, mask: npt.NDArray[np.int64]) -> Vectors:
        if self.recipe.pooling == "cls":
            return states[:, 0]
        weights = mask[:, :, None].astype(np.float32)
        pooled: Vectors = (states * weights).sum(axis=1) / weights.sum(axis=1)
        return pooled

    def _run(self, encodings: Sequence[Encoding]) -> tuple[Vectors, npt.NDArray[np.int64]]:
        """States (texts, tokens, dimension), and which of the tokens are no padding."""
        width = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(encodings), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        run = self._session.run([self._output], {name: feed[name] for name in self._inputs})
        return np.asarray(run[0], dtype=np.float32), mask


def _affine_map(name: str) -> Vectors:
    with files("knowledge.embedders").joinpath(name).open("rb") as stream:
        return np.asarray(np.load(stream, allow_pickle=False), dtype=np.float32)


def one_thread_session(model: str | bytes) -> ort.InferenceSession:
    """It computes on its caller's thread. Raises bare and private exception classes of the library."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _batches(encodings: Sequence[Encoding]) -> list[list[int]]:
    """Indexes grouped so that texts of like length share a run and no run exceeds the budget, a long text excepted."""
    batches: list[list[int]] = []
    for index in sorted(range(len(encodings)), key=lambda i: len(encodings[i].ids)):
        width = len(encodings[index].ids)
        if batches and (len(batches[-1]) + 1) * width <= _TOKENS_AT_ONCE:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches
