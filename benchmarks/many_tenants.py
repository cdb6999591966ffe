"""Memory of one process that serves many tenants, each with a knowledge base of its own that has been asked.

    python -m benchmarks.many_tenants [--tenants 1000] [--chunks 200]

Tenants, keys and chunks are written into the database as the platform writes them, each chunk with a vector in either
space. Then every tenant asks its knowledge base two questions over HTTP, with its own key.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import synthetic_knowledge
from benchmarks.installation import Product, product
from benchmarks.knowledge_rows import write_document
from benchmarks.open_sets import default_embedder
from chatbot.foundation.database import Database
from chatbot.foundation.security.keys import new_api_key
from chatbot.models import ApiKey, KnowledgeBase, Tenant, new_id


@dataclass(frozen=True, slots=True)
class Customer:
    """A tenant as an integrator sees it."""

    knowledge_base_id: str
    secret: str


def main(arguments: Sequence[str] | None = None) -> int:
    """1 when a tenant's question failed or found nothing."""
    parser = argparse.ArgumentParser(prog="benchmarks.many_tenants", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tenants", type=int, default=1_000)
    parser.add_argument("--chunks", type=int, default=200, help="of each tenant")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="chatbot-tenants-") as folder, product(Path(folder)) as running:
        customers = asyncio.run(_fill(Path(folder), options.tenants, options.chunks))
        idle = running.server.resident_mib()
        unanswered, milliseconds = _ask(running, customers, options.chunks)
        print(
            f"{options.tenants:,} tenants of {options.chunks} chunks: {running.server.resident_mib():.0f} MiB, "
            f"{idle:.0f} before the first question; median ms of a tenant's first question "
            f"{milliseconds[0]:.1f}, of its second {milliseconds[1]:.1f}; {unanswered} unanswered"
        )
    return 1 if unanswered else 0


async def _fill(data: Path, tenants: int, chunks: int) -> list[Customer]:
    database = Database(f"sqlite+aiosqlite:///{data / 'chatbot.db'}")
    piece = next(synthetic_knowledge.pieces(chunks, default_embedder(), per_document=chunks))
    customers = []
    for number in range(tenants):
        tenant_id, knowledge_base_id, key = new_id(), new_id(), new_api_key()
        async with database.write("*") as session:
            session.add(Tenant(id=tenant_id, slug=f"customer-{number}", name=f"Customer {number}"))
            await session.flush()
            session.add(KnowledgeBase(id=knowledge_base_id, tenant_id=tenant_id, name="Handbook"))
            session.add(
                ApiKey(
                    tenant_id=tenant_id,
                    name="CRM",
                    prefix=key.prefix,
                    secret_hash=key.digest,
                    scopes=["knowledge:read"],
                    created_by=None,
                )
            )
        await write_document(database, tenant_id, knowledge_base_id, piece)
        customers.append(Customer(knowledge_base_id, key.secret))
    await database.close()
    return customers


def _ask(running: Product, customers: Sequence[Customer], chunks: int) -> tuple[int, list[float]]:
    """How many answers were not there, and the median milliseconds of each round."""
    unanswered, medians = 0, []
    for question in synthetic_knowledge.questions(chunks, 2):
        times = []
        for one in customers:
            began = time.perf_counter()
            answer = running.http.post(
                f"/v1/knowledge-bases/{one.knowledge_base_id}/search",
                json={"question": question, "language": "en"},
                headers={"X-API-Key": one.secret},
            )
            times.append(1000 * (time.perf_counter() - began))
            unanswered += not (answer.is_success and answer.json()["items"])
        medians.append(sorted(times)[len(times) // 2])
    return unanswered, medians


if __name__ == "__main__":
    sys.exit(main())
