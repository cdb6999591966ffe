"""Kill -9 in the middle of a training: the job goes on elsewhere, and makes one version."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from chatbot.foundation.jobs import JobQueue
from tests.platform.understanding.workbench import Workbench, shop

ROOT = Path(__file__).parents[3]


async def test_a_training_that_was_killed_is_taken_over_and_makes_one_version(
    bench: Workbench, sqlite_url: str, tmp_path: Path
) -> None:
    jobs = bench.application.parts.get(JobQueue)
    await bench.teach(shop())
    await jobs.stop()
    job = await bench.post("/nlu/train")
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.platform.understanding.slow_trainer", sqlite_url, str(tmp_path), cwd=ROOT
    )
    try:
        async with asyncio.timeout(60):
            while (await bench.get(f"/nlu/jobs/{job['id']}"))["status"] != "running":
                assert worker.returncode is None
                await asyncio.sleep(0.05)
    finally:
        if worker.returncode is None:
            worker.kill()
        await worker.wait()
    assert (await bench.get("/nlu"))["active"] is None
    await jobs.start()
    done = await bench.job(job)
    assert (done["status"], done["result"]["number"], done["result"]["activated"]) == ("done", 1, True)
    assert len((await bench.get("/nlu/versions"))["items"]) == 1
