"""Fits `bge_small_zh_asked.npy`: what the model's instruction for questions does to a vector, as an affine map.

    python -m benchmarks.fit_asked FOLDER

FOLDER is laid out as for `benchmarks/quality.py`: Chinese sentences of its intents, slots and matching sets are read
with and without the instruction; a ridge regression takes one to the other. Prints the mean cosine to the real thing,
plain and mapped, of the questions of retrieval sets, which stay out of the fit.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.open_sets import default_embedder, lines
from knowledge.embedders.onnx_encoder import OnnxEmbedder
from knowledge.embedders.unit_length import to_unit_length
from knowledge.retrieval import Vectors
from nlu.language import detect_language

INSTRUCTION = "为这个句子生成表示以用于检索相关文章："  # of the model's publisher
FITTED_ON = ("intents", "matching", "slots")
PENALTY = 0.1
MOST_TEXTS = 40_000
LONGEST = 120
PATH = Path(__file__).resolve().parent.parent / "knowledge" / "embedders" / "bge_small_zh_asked.npy"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    model = default_embedder().embedder("zh")
    if not isinstance(model, OnnxEmbedder):
        raise TypeError("the model of Chinese is not run here")
    texts = sorted({text for part in FITTED_ON for text in _sentences(options.folder / part)})
    np.random.default_rng(0).shuffle(texts)
    plain = _with_constant(model.encode_passages(texts[:MOST_TEXTS]))
    asked = model.encode_passages([INSTRUCTION + text for text in texts[:MOST_TEXTS]])
    fitted = np.linalg.solve(plain.T @ plain + PENALTY * np.eye(plain.shape[1]), plain.T @ asked)
    np.save(PATH, fitted.astype(np.float16), allow_pickle=False)
    others = sorted(set(_sentences(options.folder / "retrieval")))
    held_out, wanted = model.encode_passages(others), model.encode_passages([INSTRUCTION + text for text in others])
    mapped = to_unit_length((_with_constant(held_out) @ fitted).astype(np.float32))
    print(f"{min(len(texts), MOST_TEXTS)} sentences; of {len(others)} others, mean cosine to the real thing:")
    print(f"  as they are {_agreement(held_out, wanted):.3f}, mapped {_agreement(mapped, wanted):.3f}")
    return 0


def _sentences(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.jsonl")):
        if path.stem == "corpus":
            continue
        for line in lines(path):
            for name in ("text", "a", "b"):
                text = line.get(name)
                if isinstance(text, str) and 2 < len(text) < LONGEST and detect_language(text) == "zh":
                    yield text


def _with_constant(vectors: Vectors) -> np.ndarray:
    return np.column_stack([vectors.astype(np.float64), np.ones(len(vectors))])


def _agreement(one: Vectors, other: Vectors) -> float:
    return float((one * other).sum(axis=1).mean())


if __name__ == "__main__":
    raise SystemExit(main())
