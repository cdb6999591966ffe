"""Any sentence-transformers model, by name or local path. Needs the extra `local-models`."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedders.unit_length import to_unit_length
from knowledge.errors import EmbeddingError
from knowledge.retrieval import Vectors


class SentenceTransformersEmbedder:
    """Loads the model in this process. A local folder never makes the library look at the network."""

    def __init__(self, model: str, *, batch_size: int = 16) -> None:
        """Raises `EmbeddingError` when the extra is not installed or the model cannot be loaded."""
        local = Path(model).is_dir()
        if local:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EmbeddingError("this embedder needs the extra local-models") from error
        try:
            # A model may ask to run its own Python; that is never granted to a name found in settings.
            self._model: Any = SentenceTransformer(model, device="cpu", trust_remote_code=False, local_files_only=local)
        except Exception as error:  # the library lets those of huggingface_hub, safetensors and torch through
            raise EmbeddingError(f"cannot load the model {model}: {error}") from error
        self._batch_size = batch_size
        self._lock = threading.Lock()  # its tokenizers change state while they run
        dimension = self._model.get_embedding_dimension()
        if not dimension:
            raise EmbeddingError(f"{model} does not say the dimension of its vectors")
        self.dimension = int(dimension)
        self.space = f"{Path(model).name if local else model}@{self._fingerprint()}"

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Uses the model's own query prompt where it has one."""
        return self._encode(self._model.encode_query, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Uses the model's own document prompt where it has one."""
        return self._encode(self._model.encode_document, texts)

    def _encode(self, encode: Any, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        try:
            with self._lock:
                found = encode(clean, batch_size=self._batch_size, convert_to_numpy=True, show_progress_bar=False)
        except RuntimeError as error:  # torch: out of memory, an unsupported operation
            raise EmbeddingError(f"the model could not encode: {error}") from error
        return to_unit_length(np.asarray(found, dtype=np.float32))

    def _fingerprint(self) -> str:
        """The weights decide the space, whatever the model is called; samples of each tensor stand for them."""
        digest = hashlib.sha256()
        for name, tensor in sorted(self._model.state_dict().items()):
            flat = tensor.detach().reshape(-1)
            sample = flat[:: max(1, flat.numel() // 512)][:512].float().cpu().numpy()
            digest.update(name.encode() + str(tuple(tensor.shape)).encode() + sample.tobytes())
        return digest.hexdigest()[:12]
