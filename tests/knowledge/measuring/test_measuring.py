"""The retrieval benchmark on sets small enough to count by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.retrieval import measure_retrieval


def write(path: Path, *lines: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tiny = tmp_path / "retrieval" / "tiny"
    write(
        tiny / "corpus.jsonl",
        {"id": "leave", "title": "Annual leave", "text": "Full-time employees get 15 days of paid annual leave."},
        {"id": "password", "title": "Passwords", "text": "Reset your password on the account page."},
        {"id": "年假", "title": "年假", "text": "正式员工每年享有15天带薪年假。"},
    )
    write(
        tiny / "queries.jsonl",
        {"id": "1", "text": "How many days of annual leave do I get?", "relevant": ["leave"]},
        {"id": "2", "text": "reset password", "relevant": ["password", "absent"]},
        {"id": "3", "text": "年假有几天", "relevant": ["年假"]},
        {"id": "4", "text": "not judged", "relevant": []},
    )
    write(tiny / "queries_unanswerable.jsonl", {"id": "5", "text": "What is the capital of France?", "relevant": []})
    write(
        tmp_path / "rerank" / "faq" / "queries.jsonl",
        {
            "text": "怎么重置密码",
            "candidates": [{"text": "食堂几点开饭", "relevant": 0}, {"text": "如何找回并重置密码", "relevant": 1}],
        },
    )
    return tmp_path


def test_recall_is_by_document_and_refusals_are_counted(folder: Path, embedder: object) -> None:
    measured = measure_retrieval(folder, None, ["retrieval/tiny", "rerank/faq"])
    tiny = measured["retrieval/tiny"]
    assert tiny["r@1"] == pytest.approx(83.3, abs=0.1)  # one of the two relevant documents is not there
    assert (tiny["p@1"], tiny["mrr@10"], tiny["refused"], tiny["refused_answerable"]) == (100.0, 100.0, 100.0, 0.0)
    assert measured["rerank/faq"] == {"p@1": 100.0}


def test_the_test_folder_is_measured_where_it_is_given(folder: Path, tmp_path: Path, embedder: object) -> None:
    assert measure_retrieval(tmp_path / "elsewhere", folder, ["rerank/faq"]) == {"rerank/faq": {"p@1": 100.0}}
    assert measure_retrieval(folder, tmp_path / "elsewhere", ["rerank/faq"]) == {}
