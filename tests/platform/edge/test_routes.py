"""No route is open by accident."""

from __future__ import annotations

import pytest

from chatbot.foundation.database import Database
from chatbot.foundation.security import SCOPES, VISITOR_SCOPES
from chatbot.models import Tenant
from tests import factories
from tests.platform.edge.application import Application, problem_of
from tests.platform.edge.routes import Route, all_routes, described_app, filled, openapi

# Open to anyone, each for a reason. Whoever adds a line here explains it in review.
PUBLIC = {
    "GET /health",  # orchestrators
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",  # Prometheus; kept inside the network
    "POST /auth/token",  # signing in is how one gets a credential
    "POST /auth/refresh",  # the refresh token is the credential
    "POST /auth/logout",
    "POST /v1/widget/sessions",  # the widget key and the origin are checked instead
}
PUBLIC_PAGES = ("/admin", "/widget.js", "/demo", "/static", "/favicon.ico")  # sessions of their own, or files
ORIGIN = "https://www.example.com"
GUARDED = [route for route in all_routes() if route.scopes is not None]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind is enough: the database is not the subject here."""
    return sqlite_url


def is_public(route: Route) -> bool:
    return str(route) in PUBLIC or route.path == "/" or route.path.startswith(PUBLIC_PAGES)


def test_every_route_has_an_auth_dependency_or_is_listed_as_public() -> None:
    assert [str(route) for route in all_routes() if route.scopes is None and not is_public(route)] == []


def test_the_list_of_public_routes_names_no_route_that_is_gone_or_guarded() -> None:
    assert PUBLIC - {str(route) for route in all_routes() if route.scopes is None} == set()


def test_every_documented_route_is_among_those_that_are_checked() -> None:
    documented = {
        f"{method.upper()} {path}" for path, operations in openapi()["paths"].items() for method in operations
    }
    assert documented <= {str(route) for route in all_routes()}


def test_the_application_has_no_routes_besides_its_routers_and_the_docs() -> None:
    besides = {getattr(route, "path", "") for route in described_app().routes}
    assert {path for path in besides if path} == {"/openapi.json", "/docs", "/docs/assets"}


def test_routes_ask_for_scopes_that_exist() -> None:
    for route in GUARDED:
        assert route.scopes is not None
        assert route.scopes <= SCOPES, str(route)


def test_the_document_says_which_routes_need_a_credential() -> None:
    for route in all_routes():
        operation = openapi()["paths"].get(route.path, {}).get(route.method.lower())
        if operation is not None:
            expected: list[dict[str, list[str]]] = [] if route.scopes is None else [{"bearer": []}, {"api_key": []}]
            assert operation.get("security", []) == expected, str(route)


async def test_a_guarded_route_answers_401_without_a_credential(application: Application) -> None:
    for route in GUARDED:
        response = await application.client.request(route.method, filled(route.path), json={})
        assert response.status_code == 401, f"{route}: {response.text}"
        assert response.headers["www-authenticate"] == "Bearer"
        assert problem_of(response)["code"] == "unauthenticated"


async def test_a_visitors_token_is_useless_on_routes_that_are_not_chat(
    application: Application, tenant: Tenant
) -> None:
    bot = await factories.make_bot(application.parts.get(Database), tenant.id, allowed_origins=(ORIGIN,))
    for number, route in enumerate(GUARDED):
        if route.scopes and route.scopes <= VISITOR_SCOPES:
            continue
        headers = application.as_visitor(tenant.id, bot.id, origin=ORIGIN, visitor_id=f"{number:032x}")
        response = await application.client.request(route.method, filled(route.path), headers=headers, json={})
        assert response.status_code == 403, f"{route}: {response.text}"


async def test_a_user_without_the_scope_is_refused_everywhere(application: Application, tenant: Tenant) -> None:
    viewer = await factories.make_user(application.parts.get(Database), tenant.id, role="viewer")
    allowed = {"knowledge:read", "bots:read", "conversations:read"}
    for route in GUARDED:
        if route.scopes and not route.scopes <= allowed:
            response = await application.client.request(
                route.method, filled(route.path), headers=application.as_user(viewer), json={}
            )
            assert response.status_code == 403, f"{route}: {response.text}"
