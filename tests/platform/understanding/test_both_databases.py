"""The whole way once on each database: teach, train, activate, measure, watch, learn, go back."""

from __future__ import annotations

from datetime import timedelta

from chatbot.foundation.database import Database
from chatbot.foundation.settings import Settings
from chatbot.models import utc_now
from tests.platform.edge.application import running
from tests.platform.understanding.said import heard
from tests.platform.understanding.workbench import make_workbench, shop

QUESTIONS = [
    "send me an invoice",
    "I need an invoice",
    "an invoice please",
    "invoice for my purchase",
    "get an invoice",
    "please send me an invoice",
    "I need an invoice please",
    "send an invoice please",
]


async def test_a_bot_is_taught_measured_watched_and_taken_back(settings: Settings, database: Database) -> None:
    """`database` is another connection to the same database, which it empties afterwards."""
    async with running(settings) as application:
        bench = await make_workbench(application)
        await bench.teach(shop())
        first = await bench.train()
        await heard(bench, QUESTIONS, utc_now() - timedelta(days=1))
        for path in ("/nlu/drift", "/nlu/clusters"):
            assert (await bench.job(await bench.post(path)))["status"] == "done"
        assert (await bench.get("/nlu/drift"))["items"][0]["report"]["note"] == "too_few_messages"
        (cluster,) = (await bench.get("/nlu/clusters"))["items"]
        await bench.post(f"/nlu/clusters/{cluster['id']}/assign", {"action": "new_intent", "intent": "invoice"})
        second = await bench.train(activate=True)
        assert (first["number"], second["number"], second["activated"]) == (1, 2, True)
        evaluation = await bench.post("/nlu/evaluate", {"kind": "regression"})
        assert (await bench.job(await bench.get(f"/nlu/jobs/{evaluation['job_id']}")))["status"] == "done"
        await bench.patch("/nlu", {"shadow_version_id": first["version_id"]})
        hop = await bench.understood(await bench.say("I need an invoice"))
        assert (hop["version"], hop["intent"], hop["shadow"]["version"]) == (2, "invoice", 1)
        assert (await bench.post("/nlu/rollback"))["number"] == 1
