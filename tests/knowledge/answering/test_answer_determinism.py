"""The same question and passages give the same answer in every process, whatever its seed for hashing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
from knowledge.answering import ExtractiveAnswerer
from knowledge.answering.answerability import fitted_answerability
from knowledge.retrieval import Passage

texts = [
    "Ask the help desk about passes. Ask the front desk about passes. Visitor passes are asked about at the desk.",
    "The desk gives out passes to visitors. Passes for visitors are given out by the desk.",
    "访客证由前台发放。前台发放访客证。访客证在前台领取。",
]
found = [
    Passage(f"c{n}", f"d{n}", "Guide", text, {}, "zh" if n == 2 else "en", 0.8) for n, text in enumerate(texts)
]
for question, language in (("Where do visitors ask about passes at the desk?", "en"), ("访客证前台发放吗", "zh")):
    ranked = fitted_answerability().rank(question, found, language=language)
    answer = ExtractiveAnswerer().answer(question, ranked, language=language, threshold=0.01)
    print(answer.text, answer.confidence.hex(), [one.snippet for one in answer.citations])
"""


def printed(seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
        timeout=120,
        encoding="utf-8",
    )
    return done.stdout


@pytest.fixture(scope="module")
def usual() -> str:
    return printed("0")


@pytest.mark.parametrize("seed", ["1", "7", "42", "4294967295"])
def test_the_sentence_chosen_does_not_depend_on_the_seed_of_hashing(usual: str, seed: str) -> None:
    assert "[1]" in usual
    assert printed(seed) == usual
