"""`chatbot eval`: the same work from the command line."""

from __future__ import annotations

import argparse

import pytest

from chatbot.cli import main
from chatbot.foundation.database import Database
from chatbot.foundation.errors import TenantNotFound
from chatbot.foundation.settings import Settings
from chatbot.lab.command import evaluate
from chatbot.lab.repository import LabSetNotFound
from chatbot.models import Tenant
from tests.platform.edge.application import build_parts
from tests.platform.lab.lab_client import LabClient


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def calibrate(tenant: str, base: str, language: str = "en") -> argparse.Namespace:
    return argparse.Namespace(
        action="calibrate", tenant=tenant, knowledge_base=base, wrong_answer_rate=0.1, language=language
    )


async def test_calibrate_prints_both_curves_and_keeps_the_outcome(
    lab: LabClient, settings: Settings, tenant: Tenant
) -> None:
    for language, word in (("en", "threshold"), ("zh", "阈值")):
        text = await evaluate(build_parts(settings), calibrate(tenant.slug, lab.base, language))
        assert text.startswith(word)
        assert "raw" in text and "off_topic" in text
    current = (await lab.call("GET", "/calibration")).json()["current"]
    assert current["wrong_answer_rate"] == 0.1


async def test_run_prints_the_measures_and_keeps_the_run(lab: LabClient, settings: Settings, tenant: Tenant) -> None:
    test_set = await lab.new_set()
    await lab.ask_for(test_set, "When does the canteen on the ground floor open?", "canteen")
    options = argparse.Namespace(action="run", tenant=tenant.slug, test_set=test_set.rsplit("/", 1)[1])
    text = await evaluate(build_parts(settings), options)
    assert "recall_at_1  1.0" in text
    (run,) = (await lab.call("GET", f"{test_set}/runs")).json()["items"]
    assert run["status"] == "done" and run["id"] in text


async def test_unknown_names_are_told(
    settings: Settings, database: Database, tenant: Tenant, other_tenant: Tenant, lab: LabClient
) -> None:
    with pytest.raises(TenantNotFound):
        await evaluate(build_parts(settings), calibrate("nobody", lab.base))
    test_set = await lab.new_set()
    options = argparse.Namespace(action="run", tenant=other_tenant.slug, test_set=test_set.rsplit("/", 1)[1])
    with pytest.raises(LabSetNotFound):
        await evaluate(build_parts(settings), options)


@pytest.mark.parametrize("rate", ["0", "0.9", "much"])
def test_a_rate_out_of_range_is_refused(rate: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["eval", "calibrate", "--tenant", "a", "--knowledge-base", "b", "--wrong-answer-rate", rate])
    assert ended.value.code == 2
    assert "wrong-answer-rate" in capsys.readouterr().err
