"""Knowledge bases for browser tests, and the way to their pages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, sign_in
from tests.running_demo import RunningDemo

HANDBOOK = """# Staff handbook

## Annual leave

Employees have 27 days of paid leave in every calendar year.

## Parking

Cars are parked behind the north gate; the barrier opens with the staff card.
"""
LONGEST_WAIT_S = 60


@contextmanager
def new_base(demo: RunningDemo) -> Iterator[str]:
    """Deleted at the end."""
    with demo.client(demo.acme) as client:
        made = client.post("/v1/knowledge-bases", json={"name": "Staff"})
        made.raise_for_status()
        base_id = str(made.json()["id"])
        try:
            yield base_id
        finally:
            client.delete(f"/v1/knowledge-bases/{base_id}").raise_for_status()


def open_tab(visit: Visit, demo: RunningDemo, base_id: str, tab: str) -> Page:
    page = sign_in(visit, demo, demo.acme, f"/admin/knowledge/{base_id}/{tab}".rstrip("/"))
    expect(page.locator("h1")).to_have_text("Staff")
    return page


def add_handbook(demo: RunningDemo, base_id: str) -> str:
    """Returns its id once it can be searched."""
    with demo.client(demo.acme) as client:
        path = f"/v1/knowledge-bases/{base_id}/documents"
        file = {"file": ("handbook.md", HANDBOOK.encode(), "text/markdown")}
        made = client.post(path, files=file, data={"title": "Staff handbook"})
        made.raise_for_status()
        document_id = str(made.json()["id"])
        deadline = time.monotonic() + LONGEST_WAIT_S
        while client.get(f"{path}/{document_id}").json()["status"] != "ready":
            assert time.monotonic() < deadline, "the document is not ready"
            time.sleep(0.2)
        return document_id
