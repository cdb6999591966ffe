"""Memory that was freed goes back to the system."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

import pytest

from chatbot.foundation import freed_memory
from chatbot.foundation.freed_memory import FreedMemory

# Many small pieces, every hundredth of which is kept: what lies between them is free, and the allocator keeps it.
HOARD = """
import asyncio, psutil
from chatbot.foundation.freed_memory import FreedMemory

def held() -> float:
    return psutil.Process().memory_info().rss / 2**20

def hoard() -> list[bytearray]:
    return [bytearray(2_000) for _ in range(100_000)][::100]

async def main() -> None:
    memory = FreedMemory(every_s=0.2)
    await memory.start()
    kept = await asyncio.to_thread(hoard)
    before = held()
    while not before - held() > 100:
        sum(range(10**6))
        await asyncio.sleep(0.05)
    await memory.stop()
    print(len(kept))

asyncio.run(asyncio.wait_for(main(), 60))
"""


@pytest.mark.skipif(freed_memory.returning() is None, reason="only glibc's allocator can be asked")
def test_a_process_that_freed_much_holds_less_soon_after() -> None:
    ended = subprocess.run([sys.executable, "-c", HOARD], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "1000\n"), ended.stderr


async def test_an_idle_process_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []
    monkeypatch.setattr(freed_memory, "WORTH_S", 0.3)
    memory = FreedMemory(lambda: given.append(time.monotonic()), every_s=0.02)
    await memory.start()
    await asyncio.sleep(0.1)
    first = len(given)  # for what the process did before
    await asyncio.sleep(0.3)
    assert len(given) == first
    busy_until = time.process_time() + 0.4
    while time.process_time() < busy_until:
        sum(range(10_000))
    await asyncio.sleep(0.2)
    await memory.stop()
    assert len(given) == first + 1
