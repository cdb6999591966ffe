"""robots.txt and the addresses on pages and in sitemaps."""

from __future__ import annotations

import time

import pytest

from knowledge.web.robots import LONGEST_DELAY_S, Robots
from knowledge.web.site_links import links_of, sitemap_of

RULES = """
User-agent: otherbot
Disallow: /

User-agent: *
User-agent: somebot
Disallow: /private   # not for crawlers
Allow: /private/help
Disallow: /*?session=
Disallow: /*.zip$
Crawl-delay: 2.5
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/private", False),
        ("/private/x", False),
        ("/private/help/a", True),
        ("/page?session=1", False),
        ("/page?other=1", True),
        ("/files/a.zip", False),
        ("/files/a.zip.html", True),
    ],
)
def test_the_longest_pattern_that_fits_decides(path: str, allowed: bool) -> None:
    assert Robots(RULES, "EnterpriseChatbot/1.0").allows(path) is allowed


def test_a_group_of_ones_own_replaces_the_one_for_everyone() -> None:
    text = RULES + "\nUser-agent: enterprisechatbot\nDisallow: /mine\n"
    own = Robots(text, "EnterpriseChatbot/1.0")
    assert own.allows("/private")
    assert not own.allows("/mine")
    assert own.delay_s == 0
    assert not Robots(RULES, "OtherBot/2").allows("/anything")


def test_delays_are_kept_within_reason() -> None:
    assert Robots(RULES, "x").delay_s == 2.5
    assert Robots("User-agent: *\nCrawl-delay: 86400", "x").delay_s == LONGEST_DELAY_S
    assert Robots("User-agent: *\nCrawl-delay: soon", "x").delay_s == 0


def test_an_empty_disallow_and_an_empty_file_forbid_nothing() -> None:
    for text in ("User-agent: *\nDisallow:", "<html>not found</html>", ""):
        assert Robots(text, "x").allows("/") and Robots(text, "x").delay_s == 0


def test_a_pattern_full_of_stars_is_matched_at_once() -> None:
    text = "User-agent: *\nDisallow: /" + "*a" * 200 + "$"
    assert Robots(text, "x").allows("/" + "a" * 190 + "b")


def test_rules_and_paths_may_be_written_in_percent_or_plainly() -> None:
    robots = Robots("\ufeffUser-agent: *\nDisallow: /%E4%BB%B7%E6%A0%BC\nDisallow: /café", "x")
    assert not any(robots.allows(path) for path in ("/价格", "/%e4%bb%b7%E6%A0%BC/2026", "/caf%C3%A9"))
    assert robots.allows("/%E4%BB%B7")


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_a_group_of_thousands_of_names_costs_what_one_costs(end: str) -> None:
    names = end.join(f"User-agent: bot{number}" for number in range(3_000))
    rules = end.join(f"Disallow: /{number}" for number in range(20_000))
    started = time.process_time()
    assert Robots(f"{names}{end}User-agent: *{end}{rules}", "x").allows("/a")
    assert time.process_time() - started < 5


def test_links_are_absolute_and_come_once_without_fragments() -> None:
    page = b"""<base><a href="/a#x">A</a><a href='b?c=1'>B</a><a href="/a">again</a><a href="mailto:x@example.com">m</a>
    <a rel="nofollow" href="/no">n</a><a href="http://[bad">bad</a><a href="javascript:void(0)">j</a><a>none</a>"""
    assert links_of(page, "http://example.com/dir/") == ["http://example.com/a", "http://example.com/dir/b?c=1"]
    assert links_of(b"", "http://example.com/") == []
    assert links_of(b'<meta name="robots" content="noindex, nofollow"><a href="/a">A</a>', "http://example.com/") == []


def test_a_sitemap_lists_pages_and_an_index_lists_sitemaps() -> None:
    space = b'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    pages = b"<urlset %b><url><loc> http://e.com/a </loc></url><url><loc>ftp://e.com/b</loc></url></urlset>" % space
    index = b"<sitemapindex %b><sitemap><loc>http://e.com/s.xml</loc></sitemap></sitemapindex>" % space
    assert sitemap_of(pages) == (["http://e.com/a"], [])
    assert sitemap_of(index) == ([], ["http://e.com/s.xml"])
    assert sitemap_of(b"<html><body>no</body></html>") is None
    assert sitemap_of(b'<!DOCTYPE x [<!ENTITY a "b">]><urlset><url><loc>&a;</loc></url></urlset>') is None
    assert sitemap_of(b"<urlset><url>") is None
