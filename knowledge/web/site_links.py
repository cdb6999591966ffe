"""The addresses that a page links to, or that a sitemap lists."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin, urlsplit

from knowledge.errors import DocumentCorrupt
from knowledge.reading.charset import decode_html
from knowledge.reading.markup import children, local, parse_xml

MOST_LINKS = 1000


def links_of(content: bytes, base: str) -> list[str]:
    """Absolute http(s) addresses in the order of the page, each once, without fragments; none for a page that says
    nofollow."""
    from lxml import html  # only crawls pay for loading it

    try:
        root = html.fromstring(decode_html(content))
    except (ValueError, html.etree.ParserError):
        return []
    for meta in root.iter("meta"):
        if (meta.get("name") or "").lower() == "robots" and "nofollow" in (meta.get("content") or "").lower():
            return []
    found: dict[str, None] = {}
    for anchor in root.iter("a"):
        if "nofollow" not in (anchor.get("rel") or "") and (target := _absolute(base, anchor.get("href") or "")):
            found[target] = None
        if len(found) >= MOST_LINKS:
            break
    return list(found)


def sitemap_of(content: bytes) -> tuple[list[str], list[str]] | None:
    """The pages and the further sitemaps that a sitemap lists; None for what is none."""
    if b"<urlset" not in content[:2000] and b"<sitemapindex" not in content[:2000]:
        return None
    try:
        root = parse_xml(content)
    except DocumentCorrupt:
        return None
    listed = [
        (part.text or "").strip()
        for entry in (*children(root, "url"), *children(root, "sitemap"))
        for part in children(entry, "loc")
    ]
    addresses = [urldefrag(one)[0] for one in listed if urlsplit(one).scheme in ("http", "https")]
    return ([], addresses) if local(root) == "sitemapindex" else (addresses, [])


def _absolute(base: str, reference: str) -> str:
    if not reference.strip():
        return ""
    try:
        target = urldefrag(urljoin(base, reference.strip()))[0]
        return target if urlsplit(target).scheme in ("http", "https") and urlsplit(target).hostname else ""
    except ValueError:
        return ""
