"""What the calibrated score promises, with the real models: it means the same in one chunk and in ten."""

from __future__ import annotations

import pytest

from knowledge.answering import DEFAULT_THRESHOLD
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.index.fusion import FusionProfile, fitted_fusion
from knowledge.index.lexical import LexicalMix
from tests.knowledge import handbook

ANSWERED = {
    "en": [
        ("How many days of annual leave do employees get?", "Annual leave"),
        ("how do I reset my password", "Passwords"),
        ("When do refunds arrive?", "Refunds"),
        ("Do I need a doctor's note when I am sick?", "Sick leave"),
        ("How much is the daily allowance abroad?", "Travel expenses"),
    ],
    "zh": [
        ("年假有几天?", "年假"),
        ("怎么重置密码", "密码"),
        ("退款多久到账?", "退款"),
        ("病假需要医院证明吗", "病假"),
        ("境外出差一天补贴多少", "差旅报销"),
    ],
}
ELSEWHERE = {
    "en": ["What is the capital of France?", "Who won the world cup in 2018?", "How tall is Mount Everest?"],
    "zh": ["法国的首都是哪里?", "谁赢了2018年世界杯?", "珠穆朗玛峰有多高?"],
}
CASES = [(language, question, subject) for language, cases in ANSWERED.items() for question, subject in cases]


@pytest.mark.parametrize(("language", "question", "subject"), CASES)
def test_a_question_the_handbook_answers_scores_high_whatever_else_is_there(
    embedder: RoutedEmbedder, language: str, question: str, subject: str
) -> None:
    everything = [*handbook.chunks(embedder, "en"), *handbook.chunks(embedder, "zh")]
    for held in (everything, everything[:3] + everything[5:8], handbook.chunks(embedder, language, subject)):
        if not any(chunk.chunk_id == f"{language}-{subject}" for chunk in held):
            continue
        best = handbook.index_of(embedder, held).search(question, language=language, limit=1)[0]
        assert best.chunk_id == f"{language}-{subject}"
        assert best.score > DEFAULT_THRESHOLD


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_question_of_another_subject_scores_low_even_against_a_single_chunk(
    embedder: RoutedEmbedder, language: str
) -> None:
    whole = handbook.chunks(embedder, language)
    for held in (whole, whole[:3], whole[:1]):
        index = handbook.index_of(embedder, held)
        for question in ELSEWHERE[language]:
            assert index.search(question, language=language, limit=1)[0].score < DEFAULT_THRESHOLD


def test_more_evidence_never_lowers_the_score() -> None:
    for language in ("en", "zh"):
        profile = fitted_fusion().profile(language)
        evidence = [profile.dense_evidence(cosine) for cosine in (-0.2, profile.usual_cosine, 0.5, 0.9)]
        assert evidence == sorted(evidence)
        assert evidence[1] == 0.0
        assert profile.across_evidence(0.2) < profile.across_evidence(0.6, own=0.5) < profile.across_evidence(0.6)
        scores = [profile.probability(logit, 100) for logit in (-5.0, 0.0, 5.0, 10.0, 20.0)]
        assert scores == sorted(scores)
        assert all(0.0 < score < 1.0 for score in scores)
        by_size = [profile.probability(5.0, size) for size in (10**6, 5_000, 300, 10)]
        assert by_size == sorted(by_size)  # the best of many is good by chance
        assert by_size[0] == by_size[1]  # and no further than was measured
        assert profile.probability(5.0, 1) == by_size[-1]


def test_an_extreme_logit_is_no_overflow() -> None:
    profile = FusionProfile(1.0, 0.0, 0.0, 1.0, 0.0, 0.0, LexicalMix(1, 1, 1), 0.0, 0.0, 1.0, per_size=0.0, bias=0.0)
    assert profile.probability(-1e6, 1) == pytest.approx(0.0)
    assert profile.probability(1e6, 1) == pytest.approx(1.0)


def test_a_language_without_a_profile_takes_the_fallback() -> None:
    fusion = fitted_fusion()
    assert fusion.profile("fr") == fusion.profile("en")
