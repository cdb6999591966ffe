"""Rerankers: the contract of every registered kind, what goes wrong with a server, and what becomes of the scores."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import RerankingError
from knowledge.rerankers import RERANKERS, RerankerSettings, create_reranker
from knowledge.rerankers.endpoint import RerankEndpoint
from knowledge.rerankers.ordering import handed_out, in_order_of
from knowledge.retrieval import Passage, Reranker
from tests.rerank_server import RerankServer, rerank_server

ODD = ["", " ", "\ud800 lone surrogate", "😀🎉", "x" * 6000, "年假" * 3000, "\x00", "mixed 中英 text"]


@pytest.fixture
def server() -> Iterator[RerankServer]:
    with rerank_server() as server:
        yield server


def asking(server: RerankServer, *, timeout_s: float = 2.0, api_key: str = "") -> RerankEndpoint:
    return RerankEndpoint(
        base_url=server.base_url, model="rerank-1", api_key=api_key, timeout_s=timeout_s, pause_s=0.01
    )


@pytest.fixture(scope="session")
def tiny_cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder made here, with random weights."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from torch import manual_seed
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "annual", "leave", "password", "days"]
    words_model = Tokenizer(WordLevel({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
    words_model.pre_tokenizer = Whitespace()
    made: Any = PreTrainedTokenizerFast  # its constructor is untyped
    tokenizer = made(
        tokenizer_object=words_model, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    manual_seed(5)
    shape = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
    )
    shape.num_labels = 1
    model = BertForSequenceClassification(shape)
    folder = tmp_path_factory.mktemp("cross-encoder")
    model.save_pretrained(folder)
    tokenizer.model_max_length = 64
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(params=sorted(RERANKERS))
def any_reranker(request: pytest.FixtureRequest, server: RerankServer) -> Reranker:
    kind = str(request.param)
    if kind == "endpoint":
        server.liked = ("leave", "days")
        return create_reranker(kind, RerankerSettings(model="m", base_url=server.base_url, timeout_s=20))
    return create_reranker(kind, RerankerSettings(model=str(request.getfixturevalue("tiny_cross_encoder"))))


def test_every_text_gets_a_figure_from_0_to_1_whatever_the_text(any_reranker: Reranker) -> None:
    assert any_reranker.score("annual leave", []) == []
    for question in ("annual leave", *ODD[:4]):
        scores = any_reranker.score(question, ODD)
        assert len(scores) == len(ODD)
        assert all(0 <= score <= 1 for score in scores)


def test_a_text_gets_the_same_figure_alone_and_in_company(any_reranker: Reranker) -> None:
    texts = ["annual leave days", "password", "leave leave leave", "days"]
    together = any_reranker.score("annual leave", texts)
    alone = [any_reranker.score("annual leave", [text])[0] for text in texts]
    assert together == pytest.approx(alone, abs=1e-4)
    assert len(set(together)) > 1


def test_threads_may_share_a_reranker_and_it_has_a_name(any_reranker: Reranker) -> None:
    texts = [f"annual leave {'days ' * count}" for count in range(12)]
    alone = [any_reranker.score("leave", [text])[0] for text in texts]
    with ThreadPoolExecutor(4) as pool:
        shared = list(pool.map(lambda text: any_reranker.score("leave", [text])[0], texts))
    assert shared == pytest.approx(alone, abs=1e-4)
    assert any_reranker.name


def test_an_unregistered_kind_a_missing_model_and_a_wrong_address_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(RerankingError, match=r"no reranker 'colbert'; there are cross-encoder, endpoint"):
        create_reranker("colbert", RerankerSettings())
    with pytest.raises(RerankingError, match="cannot load the model"):
        create_reranker("cross-encoder", RerankerSettings(model=str(tmp_path)))
    for address in ("", "file:///etc/passwd", "rerank.example/v1"):
        with pytest.raises(RerankingError, match="http or https address"):
            create_reranker("endpoint", RerankerSettings(base_url=address))
    assert "s3cret" not in repr(RerankerSettings(api_key="s3cret"))


def test_a_server_is_asked_once_for_all_with_the_key(server: RerankServer) -> None:
    server.liked = ("leave",)
    with asking(server, api_key="k") as reranker:
        assert reranker.score("How much leave?", ["parking", "annual leave"]) == [0.0, 1.0]
    (asked,) = server.asked
    assert asked == {
        "model": "rerank-1",
        "query": "How much leave?",
        "documents": ["parking", "annual leave"],
        "top_n": 2,
    }
    assert server.authorizations == ["Bearer k"]


def test_a_busy_server_is_asked_once_more(server: RerankServer) -> None:
    server.failures = [503]
    assert asking(server).score("q", ["a"]) == [0.0]
    assert len(server.asked) == 2


@pytest.mark.parametrize(("failures", "asked"), [([500, 500], 2), ([401], 1), ([307], 1)])
def test_a_server_that_goes_on_failing_or_refuses_is_an_error(
    failures: list[int], asked: int, server: RerankServer
) -> None:
    server.failures = list(failures)
    with pytest.raises(RerankingError, match=f"status {failures[-1]}"):
        asking(server).score("q", ["a"])
    assert len(server.asked) == asked


@pytest.mark.parametrize("trickles", [False, True])
def test_a_slow_server_costs_no_more_than_the_timeout(server: RerankServer, *, trickles: bool) -> None:
    server.trickles = trickles
    server.delay_s = 0.0 if trickles else 1.0
    started = time.monotonic()
    with pytest.raises(RerankingError):
        asking(server, timeout_s=0.3).score("q", ["a"])
    assert time.monotonic() - started < 5  # were there no deadline, the trickle would take longer than this
    server.trickles, server.delay_s = False, 0.0


def test_a_server_nobody_runs_is_an_error() -> None:
    with pytest.raises(RerankingError, match="ConnectError"):
        RerankEndpoint(base_url="http://127.0.0.1:9", model="m", pause_s=0).score("q", ["a"])


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        "text",
        {"results": None},
        {"results": [{"index": 0, "relevance_score": 1.0}]},
        {"results": [{"index": place, "relevance_score": 1.0} for place in (0, 2)]},
        {"results": [{"index": place, "relevance_score": 1.0} for place in (0, -1)]},
        {"results": [{"index": 0, "relevance_score": 1.0}] * 2},
        {"results": [{"index": place, "relevance_score": math.nan} for place in (0, 1)]},
        {"results": [{"index": place, "relevance_score": "high"} for place in (0, 1)]},
        {"results": [{"index": str(place), "relevance_score": 1.0} for place in (0, 1)]},
    ],
)
def test_an_answer_that_is_not_one_score_for_each_text_is_refused(body: object, server: RerankServer) -> None:
    server.body = body
    with pytest.raises(RerankingError, match="score"):
        asking(server).score("q", ["a", "b"])


def test_log_odds_become_figures_from_0_to_1_in_the_same_order(server: RerankServer) -> None:
    server.body = {"results": [{"index": 1, "relevance_score": 4.5}, {"index": 0, "relevance_score": -3.0}]}
    first, second = asking(server).score("q", ["a", "b"])
    assert 0 < first < 0.1 < 0.9 < second < 1


def passage(name: str, score: float) -> Passage:
    return Passage(name, name, name, "text", {}, "en", score)


def test_the_order_is_the_rerankers_and_each_passage_keeps_its_score() -> None:
    found = [passage("a", 0.8), passage("b", 0.5), passage("c", 0.3), passage("unread", 0.2)]
    after = in_order_of([0.1, 0.1, 0.9], found)
    assert [(one.chunk_id, one.score, one.relevance) for one in after] == [
        ("c", 0.3, 0.9),
        ("a", 0.8, 0.1),
        ("b", 0.5, 0.1),
        ("unread", 0.2, None),
    ]
    assert in_order_of([], []) == []


def test_once_judged_the_scores_are_handed_out_from_the_best_down() -> None:
    judged = [
        replace(passage("b", 0.9), relevance=0.4),
        replace(passage("a", 0.7), relevance=0.9),
        passage("unread", 0.5),
        replace(passage("c", 0.1), relevance=0.4),
    ]
    after = handed_out(judged)
    assert [(one.chunk_id, one.score) for one in after] == [("a", 0.9), ("b", 0.7), ("c", 0.1), ("unread", 0.5)]
    plain = [passage("a", 0.8), passage("b", 0.5)]
    assert handed_out(plain) == plain
