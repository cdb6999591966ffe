"""Whether a request that a cookie speaks for was sent by our own pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request


def sent_by_our_pages(request: Request) -> bool:
    """Browsers name the sender in Sec-Fetch-Site or, outside secure contexts, in Origin; scripts name none.

    "same-site" is refused too: another port of the same host is another application.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def path_within_admin(path: str) -> str:
    """Where to go after signing in: a path of the admin pages, never another site."""
    parts = urlsplit(path)
    inside = parts.path == "/admin" or parts.path.startswith("/admin/")
    if parts.scheme or parts.netloc or not inside or "\\" in path or not path.isprintable():
        return "/admin"
    return path
