"""The pages of the admin UI, their session, the files they load and the widget."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, JsonValue

from chatbot.accounts.sign_in.sign_in import SessionAccess, SignInDesk
from chatbot.edge.dependencies import client_address, part, parts_of
from chatbot.foundation.errors import AppError, Forbidden, NotFound, RateLimited, Unauthenticated
from chatbot.foundation.rate_limit import RateLimiter
from chatbot.foundation.settings import Settings
from web.assets import load_assets
from web.notation import NotationInvalid, read_definition, write_definition
from web.pages import PAGES, Page, Viewer, render_login, render_notice, render_page
from web.responses import ASSET_HEADERS, language_of, page_response, remember_language
from web.same_site import path_within_admin, sent_by_our_pages
from web.widget_bundle import widget_script

router = APIRouter(include_in_schema=False)

SESSION_COOKIE: Final = "chatbot_admin"
_LONGEST_FIELD: Final = 1000


class WrittenDefinition(BaseModel):
    text: str


class GivenDefinition(BaseModel):
    definition: dict[str, JsonValue]


Accounts = Annotated[SignInDesk, part(SignInDesk)]
SettingsPart = Annotated[Settings, part(Settings)]
PageHandler = Callable[[Request, SignInDesk, Settings], Awaitable[Response]]


async def _session(request: Request, accounts: SignInDesk) -> SessionAccess:
    """Raises Unauthenticated without a session that is still good."""
    return await accounts.session_access(request.cookies.get(SESSION_COOKIE, ""))


def _page_handler(page: Page) -> PageHandler:
    async def show(request: Request, accounts: Accounts, settings: SettingsPart) -> Response:
        language, query = language_of(request), request.query_params.multi_items()
        try:
            access = await _session(request, accounts)
        except Unauthenticated:
            return _to_login(request, language)
        except AppError as error:
            html = render_notice(language, "common.unavailable", query=query)
            return page_response(request, html, status_code=error.status_code)
        profile = access.profile
        if page.scope and page.scope not in profile.scopes:
            return page_response(request, render_notice(language, "common.not_allowed", query=query), status_code=403)
        html = render_page(
            page,
            Viewer(profile.name, profile.email, profile.role, profile.tenant_name, profile.scopes),
            language,
            object_id=str(request.path_params.get("object_id", "")),
            base_url=settings.base_url,
            query=query,
        )
        return page_response(request, html)

    return show


def _to_login(request: Request, language: str) -> Response:
    path = request.url.path
    if request.headers.get("sec-fetch-site") == "cross-site" and "arrived" not in request.query_params:
        # A link on another site: the browser held back the strict cookie. Coming again from here, it sends it.
        html = render_notice(language, "common.one_moment", again=f"{path}?arrived=1")
        return page_response(request, html)
    response = RedirectResponse(f"/admin/login?{urlencode({'next': path})}", status_code=303)
    remember_language(request, response)
    return response


for _page in PAGES:
    router.add_api_route(f"/admin{_page.path}", _page_handler(_page), methods=["GET"], name=f"admin_{_page.name}")


@router.get("/admin/login")
async def login_page(request: Request, wanted: Annotated[str, Query(alias="next")] = "/admin") -> Response:
    """The form."""
    html = render_login(
        language_of(request), next_path=path_within_admin(wanted), query=request.query_params.multi_items()
    )
    return page_response(request, html)


@router.post("/admin/login")
async def login(
    request: Request,
    accounts: Accounts,
    settings: SettingsPart,
    email: Annotated[str, Form(max_length=_LONGEST_FIELD)] = "",
    password: Annotated[str, Form(max_length=_LONGEST_FIELD)] = "",
    wanted: Annotated[str, Form(alias="next", max_length=_LONGEST_FIELD)] = "/admin",
) -> Response:
    """Opens a session: a cookie that scripts cannot read and that other sites cannot make the browser send."""
    next_path = path_within_admin(wanted)

    def refuse(error: str, status_code: int) -> Response:
        html = render_login(language_of(request), email=email, error=error, next_path=next_path)
        return page_response(request, html, status_code=status_code)

    if not sent_by_our_pages(request):
        return refuse("login.foreign", 403)
    try:
        await parts_of(request).get(RateLimiter).check("login", client_address(request))
        token = await accounts.open_session(email, password)
    except Unauthenticated:
        return refuse("login.wrong", 401)
    except RateLimited:
        return refuse("login.limited", 429)
    response = RedirectResponse(next_path, status_code=303)
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=settings.refresh_token_days * 24 * 3600,
        path="/admin",
        httponly=True,
        samesite="strict",
        secure=settings.base_url.startswith("https:"),
    )
    return response


async def _from_our_pages(request: Request, accounts: SignInDesk) -> SessionAccess:
    """Raises Forbidden, Unauthenticated."""
    if not sent_by_our_pages(request):
        raise Forbidden("Only the admin pages may ask for this.")
    return await _session(request, accounts)


@router.post("/admin/token")
async def token(request: Request, accounts: Accounts) -> Response:
    """A short-lived access token for the page's own script, which keeps it in memory alone."""
    access = await _from_our_pages(request, accounts)
    body = {"access_token": access.access_token, "token_type": "bearer", "expires_in": access.expires_in}
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


@router.post("/admin/logout")
async def logout(request: Request, accounts: Accounts) -> Response:
    """Revokes the session, so that a copy of the cookie is worth nothing."""
    if not sent_by_our_pages(request):
        raise Forbidden("Only the admin pages may sign out.")
    await accounts.close_session(request.cookies.get(SESSION_COOKIE, ""))
    response = RedirectResponse("/admin/login", status_code=303)
    response.delete_cookie(SESSION_COOKIE, path="/admin", httponly=True, samesite="strict")
    return response


@router.post("/admin/notation/read")
async def read_notation(request: Request, accounts: Accounts, body: WrittenDefinition) -> Response:
    """YAML or JSON to the JSON that the API takes; 422 with the line at fault."""
    await _from_our_pages(request, accounts)
    try:
        written = await asyncio.to_thread(read_definition, body.text)
    except NotationInvalid as error:
        return JSONResponse({"key": error.key, "line": error.line, "detail": error.detail}, status_code=422)
    return JSONResponse({"definition": written.definition, "lines": written.lines})


@router.post("/admin/notation/write")
async def write_notation(request: Request, accounts: Accounts, body: GivenDefinition) -> Response:
    """And back, as YAML."""
    await _from_our_pages(request, accounts)
    return JSONResponse({"text": await asyncio.to_thread(write_definition, body.definition)})


@router.get("/admin/static/{digest}/{path:path}")
async def static_file(digest: str, path: str) -> Response:
    """Any digest is answered, so that a page of the version before still finds its files while replicas change."""
    bundle = load_assets()
    asset = bundle.assets.get(path)
    if asset is None:
        raise NotFound("file", path)
    headers = ASSET_HEADERS if digest == bundle.digest else {**ASSET_HEADERS, "Cache-Control": "no-store"}
    return Response(asset.content, media_type=asset.media_type, headers=headers)


@router.get("/widget.js")
async def widget(request: Request) -> Response:
    """For any site to load; what it may then do is up to the bot's list of origins."""
    script = widget_script()
    headers = {
        "ETag": script.etag,
        "Cache-Control": "public, max-age=300",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    if script.etag in (request.headers.get("if-none-match") or ""):
        return Response(status_code=304, headers=headers)
    return Response(script.content, media_type="text/javascript; charset=utf-8", headers=headers)


@router.get("/")
@router.get("/admin/")
async def front_door() -> Response:
    return RedirectResponse("/admin", status_code=307)


@router.get("/admin/{_path:path}")
async def no_such_page(request: Request) -> Response:
    """Below every other route."""
    language, query = language_of(request), request.query_params.multi_items()
    return page_response(request, render_notice(language, "common.no_page", query=query), status_code=404)
