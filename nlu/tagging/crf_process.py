"""Trains a conditional random field in a process of its own: CRFsuite keeps Python's lock, and a server has to answer.

`python crf_process.py SENTENCES SETTINGS MODEL`: a JSON line for each sentence ([tags, features of each token, a
feature to its weight]) in, CRFsuite's model out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pycrfsuite


def main(sentences: str, settings: str, model: str) -> None:
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    with Path(sentences).open(encoding="utf-8") as lines:
        for line in lines:
            tags, features = json.loads(line)
            trainer.append(pycrfsuite.ItemSequence(features), tags)
    trainer.set_params(json.loads(settings))
    trainer.train(model)


if __name__ == "__main__":
    main(*sys.argv[1:])
