"""Measures the centres of the multilingual encoder on open sets and writes `use_multilingual_centres.npy`.

    python -m benchmarks.fit_centres FOLDER

FOLDER is laid out as for `benchmarks/quality.py`. A centre is the mean vector of a language's questions or passages,
each set counting the same; the sets across languages stay out, to be measured on. Other centres are another space, so
every chunk is then indexed anew.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.fit_fusion import RANKED_ON
from benchmarks.open_sets import default_embedder, open_set
from knowledge.embedders.use_multilingual import NAME, UseMultilingualEmbedder
from knowledge.embedders.weights import shared_cache
from knowledge.retrieval import searchable_text
from nlu.language import detect_language

PATH = Path(__file__).resolve().parent.parent / "knowledge" / "embedders" / "use_multilingual_centres.npy"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    embedder = default_embedder()
    encoder = UseMultilingualEmbedder(shared_cache() / NAME, detect_language)
    centres = []
    for language, names in RANKED_ON.items():
        questions, passages = [], []
        for name in names:
            loaded = open_set(options.folder / "retrieval" / name, embedder, spaces=())
            texts = [searchable_text(one.heading, one.text) for one in loaded.chunks if one.language == language]
            passages.append(encoder.encode_plain(texts).mean(axis=0))
            asked = (*loaded.questions, *loaded.unanswerable)
            questions.append(encoder.encode_plain([one.text for one in asked]).mean(axis=0))
        centres.append([np.mean(questions, axis=0), np.mean(passages, axis=0)])
    np.save(PATH, np.array(centres, dtype=np.float16), allow_pickle=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
