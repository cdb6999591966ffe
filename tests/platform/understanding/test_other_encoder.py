"""The settings name another sentence encoder: versions trained with the old one are made anew, at the next start."""

from __future__ import annotations

from pathlib import Path

import httpx

from chatbot import wiring
from chatbot.main import create_app
from knowledge.embedders.routed import RoutedEmbedder
from tests.conftest import IsolatedSettings
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
    model = OtherPairs()
    parts = wiring.build(settings, embedder=RoutedEmbedder({"zh": model, "en": model}))
    app = create_app(settings, resources=parts)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, client=("203.0.113.7", 4711))
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            again = Workbench(Application(app, parts, client), bench.tenant, bench.owner, bench.bot)
            assert (await again.say("hello"))["metadata"]["action"] in ("refuse", "say"), "it answers meanwhile"
            job = await again.job((await again.get("/nlu"))["training"])
            assert (job["result"]["number"], job["result"]["activated"]) == (2, True)
            assert (await again.post("/nlu/parse", {"text": "will it rain tomorrow"}))["intent"] == "weather"
            old = f"/nlu/versions/{first['version_id']}"
            assert problem_of(await again.call("POST", f"{old}/activate", {}))["code"] == "version_unusable"
