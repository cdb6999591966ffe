"""The benchmarks' own arithmetic. They assert nothing about time, and neither does this."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from benchmarks import handbook, quality
from benchmarks.ingestion import pdf, small_documents
from benchmarks.installation import Server
from benchmarks.load import Cell, table
from benchmarks.open_webui import THIS, Taken, summary


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("intents/atis", "slots/atis", "retrieval/help_zh"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


def test_sets_are_found_by_the_folders_that_hold_them(folder: Path) -> None:
    assert quality.available(folder, None) == ["intents/atis", "slots/atis", "retrieval/help_zh"]


def test_a_name_means_every_set_of_that_name_and_a_path_means_one(folder: Path) -> None:
    names = quality.available(folder, None)
    assert quality.chosen(names, ["atis"]) == ["intents/atis", "slots/atis"]
    assert quality.chosen(names, ["slots/atis"]) == ["slots/atis"]
    assert quality.chosen(names, []) == names


def test_an_unknown_name_is_an_error_that_lists_the_known(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert quality.main(["--train", str(folder), "--only", "nothing"]) == 2
    assert "help_zh" in capsys.readouterr().err


def test_metrics_of_one_set_are_joined_and_training_times_added() -> None:
    measured = {"intents/atis": {"accuracy": 0.9, "train_s": 2.0}, "slots/atis": {"span_f1": 0.8, "train_s": 3.0}}
    assert quality.by_set(measured) == {"atis": {"accuracy": 0.9, "span_f1": 0.8, "train_s": 5.0}}


def test_the_table_has_a_dash_where_a_metric_does_not_apply() -> None:
    rows = {"intents/a": {"accuracy": 91.2}, "intents/b": {"accuracy": 50.0, "oos_recall": 25.0}}
    lines = quality.table(rows).splitlines()
    assert lines[0].split() == ["accuracy", "oos_recall"]
    assert lines[1].split() == ["intents/a", "91.2", "-"]
    assert lines[2].split() == ["intents/b", "50.0", "25.0"]


def test_the_handbook_repeats_nothing_and_each_question_has_its_answer_once() -> None:
    sections = handbook.sections(2_000)
    assert len({section.question for section in sections}) == len({section.text for section in sections}) == 2_000
    assert all(section.answer in section.text for section in sections)
    assert {section.language for section in sections} == {"zh", "en"}
    written = "".join(text for _, text in handbook.documents(400))
    assert written.count("\n## ") == 400


def test_documents_to_ingest_have_the_size_that_the_figure_names() -> None:
    documents = small_documents(4)
    assert all(4_690 <= len(content) <= 4_700 for content in documents.values())
    assert len(set(documents.values())) == 4
    assert all(content.isascii() for content in small_documents(4, ["en"]).values())
    assert pdf(3).count(b"/Type /Page\n") == 3


def test_load_is_told_as_a_ratio_to_the_bare_endpoint() -> None:
    bare = Cell("bare FastAPI + JWT", 1, 100, 0, 500, 1, 2, 3, 0.2, 60, 1.0)
    turn = Cell("intent reply", 1, 100, 0, 200, 4, 5, 6, 3.0, 500, 1.0)
    assert "15.0" in table([bare, turn]).splitlines()[2].split()


def test_a_server_s_cpu_time_holds_that_of_the_processes_it_has_waited_for() -> None:
    server = Server(psutil.Process(), 0)
    before = server.cpu_seconds()
    busy = "import time\nwhile time.process_time() < 0.5: pass"
    subprocess.run([sys.executable, "-c", busy], check=True)
    assert server.cpu_seconds() - before >= 0.45


def test_ingestion_beside_another_is_told_over_all_rounds() -> None:
    taken = {
        THIS: [Taken(40, 900, 4, 6), Taken(40, 900, 6, 6)],
        "other": [Taken(40, 800, 30, 24), Taken(40, 800, 10, 36)],
    }
    mine, other = summary(taken)
    assert mine == "this: 8.00 documents a second, 0.15 s CPU and 22.5 chunks a document"
    assert other.startswith("other: 2.00 documents a second, 0.75 s CPU")
    assert "4.0 x as fast, for 1/5.0 of the CPU time" in other
