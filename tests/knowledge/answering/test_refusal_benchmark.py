"""The refusal benchmark on a corpus small enough to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.refusal import main
from tests.knowledge.measuring.test_measuring import write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(
        tmp_path / "retrieval" / "lohelp_en" / "corpus.jsonl",
        {"id": "leave", "title": "Annual leave", "text": "Full-time employees get 15 days of paid annual leave."},
        {"id": "password", "title": "Passwords", "text": "Reset your password on the account page of the portal."},
        {"id": "canteen", "title": "Canteen", "text": "The canteen on the ground floor opens at noon every day."},
    )
    write(
        tmp_path / "retrieval" / "lohelp_en" / "queries.jsonl",
        {"id": "1", "text": "How many days of annual leave do I get?", "relevant": ["leave"]},
        {"id": "2", "text": "When does the canteen open?", "relevant": ["canteen"]},
    )
    write(
        tmp_path / "retrieval" / "squad2_en" / "queries.jsonl",
        {"id": "3", "text": "When was the Suez canal opened?", "relevant": ["suez"]},
    )
    return tmp_path


def test_every_curve_and_both_thresholds_are_printed(
    folder: Path, embedder: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder), "--only", "lohelp_en"]) == 0
    printed = capsys.readouterr().out
    for curve in ("raw", "judged", "calibrated"):
        assert f"{curve}: calibration error" in printed
    for word in ("squad2_en", "calibrated (", "judged, at 10 % of its own refused"):
        assert word in printed
    before = next(line for line in printed.splitlines() if "by default (0.22)" in line)
    assert "own refused 0.0" in before and "foreign refused 100.0" in before
