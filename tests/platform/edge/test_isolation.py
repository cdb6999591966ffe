"""No tenant reaches another's objects: asked of every operation, for every id in path, query and body.

Generated from the OpenAPI document, so that a new route is covered the day it appears.
"""

from __future__ import annotations

import pytest

from chatbot.foundation.database import Database
from chatbot.foundation.security.secret_box import SecretBox
from tests.platform.edge.application import Application
from tests.platform.edge.estate import Estate, make_estate, snapshot
from tests.platform.edge.requests_by_schema import Operation, Place, is_not_found, kind_of, operations
from tests.platform.edge.routes import openapi

OPERATIONS = tuple(operations(openapi()))
OPERATOR_ALONE = "/v1/tenants/{tenant_id}"  # 403 to anyone else, whatever the id


@pytest.fixture
async def ours(application: Application, database: Database) -> Estate:
    return await make_estate(database, application.parts.get(SecretBox))


@pytest.fixture
async def theirs(application: Application, database: Database) -> Estate:
    return await make_estate(database, application.parts.get(SecretBox))


def all_of(operation: Operation, estate: Estate) -> dict[Place, str]:
    """A value of the estate at every place of the path, and nowhere else."""
    return {place: estate.ids[kind_of(place)] for place in operation.places if place[0] == "path"}


def credentials(application: Application, estate: Estate) -> tuple[dict[str, str], ...]:
    return application.as_user(estate.owner), estate.key_headers


def test_there_is_an_object_for_every_id_that_a_request_can_name() -> None:
    known = {
        "tenant_id",
        "slug",
        "user_id",
        "api_key_id",
        "bot_id",
        "connection_id",
        "knowledge_base_id",
        "document_id",
        "chunk_id",
        "faq_id",
        "source_id",
        "test_set_id",
        "question_id",
        "run_id",
        "conversation_id",
        "message_id",
        "task_id",
        "session_id",
        "intent",
        "example_id",
        "entity_id",
        "flow_id",
        "version_id",
        "shadow_version_id",
        "job_id",
        "evaluation_id",
        "regression_id",
        "cluster_id",
    }
    unknown = {
        f"{operation}: {place}" for operation in OPERATIONS for place in operation.places if kind_of(place) not in known
    }
    assert unknown == set(), "make one in estate.py"


async def test_another_tenants_ids_are_not_found_and_show_nothing(
    application: Application, database: Database, ours: Estate, theirs: Estate
) -> None:
    before = await snapshot(database, theirs.tenant.id)
    failures: list[str] = []
    for operation in OPERATIONS:
        attacks = [
            {**all_of(operation, ours), place: theirs.ids[kind_of(place)]}
            for place in operation.places
            if not operation.is_label(place)
        ]
        if len(all_of(operation, theirs)) > 1:
            attacks.append(all_of(operation, theirs))
        for values in attacks:
            for headers in credentials(application, ours):
                response = await application.client.request(**operation.request(values), headers=headers)
                right = response.status_code == 403 if operation.path == OPERATOR_ALONE else is_not_found(response)
                shown = theirs.shows_in(response.text, besides=frozenset(values.values()))
                if not right or shown:
                    failures.append(f"{operation} {values}: {response.status_code} {response.text[:300]} {shown}")
    assert not failures, "\n".join(failures)
    assert await snapshot(database, theirs.tenant.id) == before


async def test_the_same_requests_work_with_ones_own_ids(application: Application, database: Database) -> None:
    """So that the 404s above are for whose the objects are, and not for a mistake in the request."""
    failures: list[str] = []
    for operation in OPERATIONS:
        for place in operation.places:
            if operation.path == OPERATOR_ALONE or operation.is_label(place):
                continue
            estate = await make_estate(database, application.parts.get(SecretBox))
            values = {**all_of(operation, estate), place: estate.ids[kind_of(place)]}
            response = await application.client.request(
                **operation.request(values), headers=application.as_user(estate.owner)
            )
            if response.status_code >= 400 and response.status_code not in (409, 422):
                failures.append(f"{operation} {values}: {response.status_code} {response.text[:300]}")
            elif response.status_code == 422 and "Check these fields" in response.text:
                failures.append(f"{operation}: the generated request is not valid: {response.text[:300]}")
    assert not failures, "\n".join(failures)


async def test_another_tenants_words_and_cursors_bring_nothing_of_it(
    application: Application, database: Database, ours: Estate, theirs: Estate
) -> None:
    before = await snapshot(database, theirs.tenant.id)
    words = {"user_id": f"customer {theirs.mark}", "session_id": f"session {theirs.mark}"}
    failures: list[str] = []
    for operation in OPERATIONS:
        labels = {place: words[kind_of(place)] for place in operation.places if operation.is_label(place)}
        requests = [operation.request({**all_of(operation, ours), **labels})] if labels else []
        if operation.has_pages:
            for cursor in theirs.ids.values():
                request = operation.request({**all_of(operation, ours), **labels})
                requests.append({**request, "params": {**request["params"], "cursor": cursor}})
        for request in requests:
            response = await application.client.request(**request, headers=application.as_user(ours.owner))
            said = frozenset(map(str, [*words.values(), *request["params"].values()]))
            text = response.text
            for word in said:
                text = text.replace(word, "")
            if response.status_code >= 500 or theirs.shows_in(text, besides=said):
                failures.append(f"{request}: {response.status_code} {response.text[:300]}")
    assert not failures, "\n".join(failures)
    assert await snapshot(database, theirs.tenant.id) == before


async def test_lists_show_ones_own_objects_alone(application: Application, ours: Estate, theirs: Estate) -> None:
    failures: list[str] = []
    for operation in OPERATIONS:
        if operation.method != "get":
            continue
        for headers in credentials(application, ours):
            response = await application.client.request(**operation.request(all_of(operation, ours)), headers=headers)
            if theirs.shows_in(response.text):
                failures.append(f"{operation}: {response.text[:300]}")
    assert not failures, "\n".join(failures)
