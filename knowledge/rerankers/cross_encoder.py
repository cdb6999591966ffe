"""A cross-encoder of sentence-transformers, by name or local path. Needs the extra `local-models`."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from knowledge.errors import RerankingError

_MOST_TOKENS = 512


class LocalCrossEncoder:
    """Loads the model in this process. A local folder never makes the library look at the network."""

    def __init__(self, model: str, *, batch_size: int = 8) -> None:
        """Raises `RerankingError` when the extra is not installed or the model cannot be loaded."""
        local = Path(model).is_dir()
        if local:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        try:
            from sentence_transformers import CrossEncoder
            from torch.nn import Sigmoid
        except ImportError as error:
            raise RerankingError("this reranker needs the extra local-models") from error
        try:
            # A model may ask to run its own Python; that is never granted to a name found in settings.
            self._model: Any = CrossEncoder(model, device="cpu", trust_remote_code=False, local_files_only=local)
        except Exception as error:  # the library lets those of huggingface_hub, safetensors and torch through
            raise RerankingError(f"cannot load the model {model}: {error}") from error
        if self._model.num_labels != 1:
            raise RerankingError(f"{model} does not give one score for a pair of texts")
        self._model.max_seq_length = min(self._model.max_seq_length or _MOST_TOKENS, _MOST_TOKENS)
        self._activation = Sigmoid()  # whatever the model's own: its head gives log odds
        self._batch_size = batch_size
        self._lock = threading.Lock()  # its tokenizer changes state while it runs
        self.name = Path(model).name if local else model

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """As `knowledge.retrieval.Reranker`."""
        if not texts:
            return []
        pairs = [(_clean(question), _clean(text)) for text in texts]
        try:
            with self._lock:
                found = self._model.predict(
                    pairs, batch_size=self._batch_size, show_progress_bar=False, activation_fn=self._activation
                )
        except RuntimeError as error:  # torch: out of memory, an unsupported operation
            raise RerankingError(f"the model could not compare: {error}") from error
        scores = [float(one) for one in found]
        if not all(math.isfinite(one) for one in scores):
            raise RerankingError("the model gave scores that are no numbers")
        return scores


def _clean(text: str) -> str:
    # A lone surrogate cannot be written as UTF-8, which is what the tokenizer takes.
    return text.encode("utf-8", "replace").decode("utf-8")
