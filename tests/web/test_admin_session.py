"""Signing in to the admin pages, and what the session is worth."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from chatbot.foundation.database import Database
from chatbot.foundation.security.tokens import Tokens
from chatbot.models import User
from tests.web.conftest import PASSWORD, Site

CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
OURS = {"Sec-Fetch-Site": "same-origin", "Origin": "https://bots.example"}


async def sign_in(site: Site, email: str = "owner@acme.example", **form: str) -> httpx.Response:
    return await site.client.post(
        "/admin/login", data={"email": email, "password": PASSWORD, **form}, headers=OURS, follow_redirects=False
    )


async def test_pages_send_the_stranger_to_the_form_and_back(site: Site) -> None:
    answer = await site.client.get("/admin/knowledge")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/admin/login?next=%2Fadmin%2Fknowledge"
    form = await site.client.get(answer.headers["location"])
    assert 'name="next" value="/admin/knowledge"' in form.text
    assert (await sign_in(site, next="/admin/knowledge")).headers["location"] == "/admin/knowledge"
    page = await site.client.get("/admin/knowledge")
    assert page.status_code == 200
    assert "Acme &lt;b&gt;&amp;&lt;/b&gt; Co" in page.text


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(site: Site) -> None:
    cookie = (await sign_in(site)).headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Secure", "Path=/admin"):
        assert part in cookie


async def test_pages_carry_a_strict_policy_and_are_not_kept(site: Site) -> None:
    await sign_in(site)
    for path in ("/admin", "/admin/login", "/admin/nothing-here"):
        headers = (await site.client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("email", "password"), [("owner@acme.example", "wrong"), ("nobody@acme.example", PASSWORD)])
async def test_a_wrong_password_and_an_unknown_address_look_alike(site: Site, email: str, password: str) -> None:
    answer = await site.client.post("/admin/login?lang=en", data={"email": email, "password": password}, headers=OURS)
    assert answer.status_code == 401
    assert "The e-mail or the password is not right." in answer.text
    assert "chatbot_admin" not in answer.headers.get("set-cookie", "")


async def test_too_many_attempts_are_told_so(site: Site) -> None:
    for _ in range(5):
        await site.client.post("/admin/login", data={"email": "x@y.zz", "password": "no"}, headers=OURS)
    answer = await sign_in(site)
    assert answer.status_code == 429


@pytest.mark.parametrize("path", ["/admin/login", "/admin/token", "/admin/logout"])
async def test_another_site_cannot_speak_for_the_cookie(site: Site, path: str) -> None:
    await sign_in(site)
    form = {"email": "owner@acme.example", "password": PASSWORD}
    answer = await site.client.post(path, data=form, headers=CROSS_SITE)
    assert answer.status_code == 403
    assert "access_token" not in answer.text
    assert (await site.client.post("/admin/token", headers=OURS)).status_code == 200


async def test_the_page_gets_an_access_token_that_the_api_takes(site: Site) -> None:
    assert (await site.client.post("/admin/token", headers=OURS)).status_code == 401
    await sign_in(site)
    answer = await site.client.post("/admin/token", headers=OURS)
    assert answer.headers["cache-control"] == "no-store"
    proven = site.parts.get(Tokens).read_bearer(answer.json()["access_token"])
    assert getattr(proven, "user_id", "") == site.owner.id


async def test_two_tabs_that_renew_at_once_both_stay_signed_in(site: Site) -> None:
    await sign_in(site)
    answers = await asyncio.gather(*(site.client.post("/admin/token", headers=OURS) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert (await site.client.get("/admin")).status_code == 200


async def test_signing_out_makes_a_copied_cookie_worthless(site: Site) -> None:
    await sign_in(site)
    copied = dict(site.client.cookies)
    await site.client.post("/admin/logout", headers=OURS)
    assert not site.client.cookies
    site.client.cookies.update(copied)
    assert (await site.client.post("/admin/token", headers=OURS)).status_code == 401


async def test_the_cookie_and_a_refresh_token_do_not_stand_for_each_other(site: Site) -> None:
    from chatbot.accounts.sign_in.sign_in import SignInDesk
    from chatbot.foundation.errors import Unauthenticated

    accounts = site.parts.get(SignInDesk)
    pair = await accounts.sign_in("owner@acme.example", PASSWORD)
    site.client.cookies.set("chatbot_admin", pair.refresh_token, domain="bots.example", path="/admin")
    assert (await site.client.post("/admin/token", headers=OURS)).status_code == 401
    with pytest.raises(Unauthenticated):
        await accounts.refresh(await accounts.open_session("owner@acme.example", PASSWORD))


async def test_a_disabled_person_is_out_at_once(site: Site) -> None:
    await sign_in(site)
    async with site.parts.get(Database).write(site.owner.tenant_id) as session:
        person = await session.get(User, site.owner.id)
        assert person is not None
        person.is_active = False
    assert (await site.client.get("/admin")).status_code == 303
    assert (await site.client.post("/admin/token", headers=OURS)).status_code == 401


async def test_a_page_beyond_the_role_says_so(site: Site) -> None:
    await sign_in(site, "viewer@acme.example")
    answer = await site.client.get("/admin/users?lang=zh")
    assert answer.status_code == 403
    assert "您的角色无权访问此页面" in answer.text


async def test_a_link_from_another_site_finds_the_session(site: Site) -> None:
    answer = await site.client.get("/admin/bots", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert 'content="0; url=/admin/bots?arrived=1"' in answer.text
    again = await site.client.get("/admin/bots?arrived=1", headers={"Sec-Fetch-Site": "cross-site"})
    assert again.status_code == 303


async def test_the_language_asked_for_is_remembered(site: Site) -> None:
    first = await site.client.get("/admin/login?lang=zh", headers={"Accept-Language": "en"})
    assert "登录" in first.text
    assert "登录" in (await site.client.get("/admin/login", headers={"Accept-Language": "en"})).text


async def test_static_files_are_those_of_the_list_alone(site: Site) -> None:
    page = (await site.client.get("/admin/login")).text
    sheet = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = await site.client.get(sheet)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    folder = sheet.rsplit("/", 2)[0]
    for path in ("/../routes.py", "/%2e%2e/routes.py", "/css/../../pages.py", "/nothing.js", "/css"):
        assert (await site.client.get(folder + path)).status_code == 404


async def test_the_widget_script_is_checked_by_its_tag(site: Site) -> None:
    answer = await site.client.get("/widget.js")
    assert answer.status_code == 200
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    again = await site.client.get("/widget.js", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


async def test_the_front_door_leads_in(site: Site) -> None:
    for path in ("/", "/admin/"):
        assert (await site.client.get(path)).headers["location"] == "/admin"
