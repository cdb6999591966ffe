"""HTML and asset responses with the headers that keep pages safe: nothing inline runs, nobody frames them."""

from __future__ import annotations

from typing import Final

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from web.languages import LANGUAGE_COOKIE, LANGUAGES, choose_language

_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
PAGE_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Cookie, Accept-Language",
}
ASSET_HEADERS: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}
_ONE_YEAR_S: Final = 365 * 24 * 3600


def language_of(request: Request) -> str:
    return choose_language(
        request.query_params.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
        request.headers.get("accept-language"),
    )


def page_response(request: Request, html: str, *, status_code: int = 200) -> HTMLResponse:
    """Remembers a language that the address asks for."""
    response = HTMLResponse(html, status_code=status_code, headers=dict(PAGE_HEADERS))
    remember_language(request, response)
    return response


def remember_language(request: Request, response: Response) -> None:
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, asked, max_age=_ONE_YEAR_S, samesite="lax", httponly=True)
