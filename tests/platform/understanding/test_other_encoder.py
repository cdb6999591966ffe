"""Versions made for a sentence encoder that the process does not have are made anew, at the next start."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from chatbot import wiring
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.settings import Settings
from chatbot.main import create_app
from chatbot.models import Bot, Version
from chatbot.understanding.versions.content import pack_version
from knowledge.embedders.routed import RoutedEmbedder
from nlu.intents.model import IntentModel
from nlu.intents.training import train_model
from nlu.vectors import Encoders
from tests.conftest import IsolatedSettings
from tests.nlu.encoders import HashingEncoder
from tests.nlu.examples import shop_examples
from tests.platform.edge.application import BASE_URL, Application, LetterPairs, problem_of, running
from tests.platform.understanding.workbench import Workbench, make_workbench, shop


class OtherPairs(LetterPairs):
    space = "other pairs"


async def test_bots_are_trained_again_for_another_encoder(tmp_path: Path, sqlite_url: str) -> None:
    settings = IsolatedSettings(data_dir=tmp_path / "data", database_url=sqlite_url)
    async with running(settings) as application:
        bench = await make_workbench(application)
        await bench.teach(shop())
        first = await bench.train()
    async with _with_other_pairs(settings) as application:
        await _expect_a_second_version(replace(bench, application=application), str(first["version_id"]))


async def test_bots_whose_encoder_was_tuned_by_an_earlier_release_are_trained_again(
    tmp_path: Path, sqlite_url: str
) -> None:
    settings = IsolatedSettings(data_dir=tmp_path / "data", database_url=sqlite_url)
    async with running(settings) as application:
        bench = await make_workbench(application)
        await bench.teach(shop())
        first = await bench.train()
        async with application.parts.get(Database).write(SYSTEM) as session:
            bot = await session.get_one(Bot, bench.bot.id)
            bot.understanding = {**bot.understanding, "tuning": True}
            version = await session.get_one(Version, first["version_id"])
            version.settings = {**version.settings, "tuning": True}
            version.metrics = {**version.metrics, "tuning": "kept"}
            version.content = _with_layers(train_model(shop_examples(), Encoders(HashingEncoder("tuned"))))
    async with running(settings) as application:
        again = replace(bench, application=application)
        await _expect_a_second_version(again, str(first["version_id"]))
        assert "tuning" not in await again.get("/nlu")
        assert (await again.call("PATCH", "/nlu", {"tuning": True})).status_code == 422


async def _expect_a_second_version(again: Workbench, first: str) -> None:
    assert (await again.say("hello"))["metadata"]["action"] in ("refuse", "say"), "it answers meanwhile"
    job = await again.job((await again.get("/nlu"))["training"])
    assert (job["result"]["number"], job["result"]["activated"]) == (2, True)
    assert (await again.post("/nlu/parse", {"text": "will it rain tomorrow"}))["intent"] == "weather"
    refused = await again.call("POST", f"/nlu/versions/{first}/activate", {})
    assert problem_of(refused)["code"] == "version_unusable"
    assert problem_of(refused)["detail"] == "It was trained with another sentence encoder; train again."
    measured = await again.post("/nlu/evaluate", {"kind": "regression", "version_id": first})
    failed = await again.job(await again.get(f"/nlu/jobs/{measured['job_id']}"))
    assert failed["error"]["message"] == "The version was trained with another encoder; train again."


@asynccontextmanager
async def _with_other_pairs(settings: Settings) -> AsyncIterator[Application]:
    model = OtherPairs()
    parts = wiring.build(settings, embedder=RoutedEmbedder({"zh": model, "en": model}))
    app = create_app(settings, parts=parts)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, client=("203.0.113.7", 4711))
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            yield Application(app, parts, client)


def _with_layers(model: IntentModel) -> bytes:
    """As an earlier release stored it: format 2, whose third part held the layers of the encoder."""
    layers = b"layers"
    empty = (0).to_bytes(8, "big")
    return pack_version(model, None).removesuffix(empty) + len(layers).to_bytes(8, "big") + layers
