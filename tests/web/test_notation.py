"""Definitions as YAML and JSON, as the editor of the admin pages reads and writes them."""

from __future__ import annotations

import pytest

from tests.web.conftest import PASSWORD, Site
from web.notation import LONGEST_TEXT, NotationInvalid, read_definition, write_definition

OURS = {"Sec-Fetch-Site": "same-origin", "Origin": "https://bots.example"}
CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
FLOW = """name: opening_hours
intents: [hours]
slots:
  - name: day
    prompt:
      zh: 哪一天？
      en: Which day?
"""


def test_yaml_and_json_say_the_same() -> None:
    written = read_definition(FLOW)
    assert written.definition["slots"] == [{"name": "day", "prompt": {"zh": "哪一天？", "en": "Which day?"}}]
    assert read_definition('{"name": "a", "n": [1, null, true]}').definition == {"name": "a", "n": [1, None, True]}


def test_every_part_knows_its_line() -> None:
    lines = read_definition(FLOW).lines
    assert (lines["slots[0].prompt"], lines["slots[0].prompt.en"], lines["intents"]) == (5, 7, 2)


def test_what_is_written_reads_back_the_same() -> None:
    definition: dict[str, object] = {
        "name": "x",
        "say": {"zh": "是：好", "en": "yes"},
        "no": "off",
        "when": "2024-05-01",
    }
    assert read_definition(write_definition(definition)).definition == definition
    assert list(read_definition(write_definition(definition)).definition) == list(definition)


def test_words_are_not_taken_for_truths_or_dates() -> None:
    assert read_definition("quick: [yes, no, on]\nday: 2024-05-01").definition == {
        "quick": ["yes", "no", "on"],
        "day": "2024-05-01",
    }


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("name: x\nslots: [", "syntax", 2),
        ("a: &b 1\nc: *b", "anchor", 1),
        ("a: 1\nb: !!python/object/apply:os.system [id]", "tag", 2),
        ("- a", "no_mapping", 1),
        ("", "no_mapping", 1),
        ("1: a", "no_mapping", 1),
        ("a: .nan", "syntax", 0),
        ("a: " + "[" * 40 + "]" * 40, "too_deep", 1),
        ("a" * (LONGEST_TEXT + 1), "too_long", 0),
    ],
)
def test_what_is_no_definition_is_refused_with_its_line(text: str, key: str, line: int) -> None:
    with pytest.raises(NotationInvalid) as refusal:
        read_definition(text)
    assert (refusal.value.key, refusal.value.line) == (key, line)


async def test_the_editor_asks_the_server_and_nobody_else_may(site: Site) -> None:
    body = {"text": FLOW}
    assert (await site.client.post("/admin/notation/read", json=body, headers=OURS)).status_code == 401
    await site.client.post("/admin/login", data={"email": "owner@acme.example", "password": PASSWORD}, headers=OURS)
    assert (await site.client.post("/admin/notation/read", json=body, headers=CROSS_SITE)).status_code == 403
    told = (await site.client.post("/admin/notation/read", json=body, headers=OURS)).json()
    assert told["definition"]["name"] == "opening_hours"
    assert told["lines"]["slots[0].name"] == 4
    refused = await site.client.post("/admin/notation/read", json={"text": "a: ["}, headers=OURS)
    assert refused.status_code == 422
    assert (refused.json()["key"], refused.json()["line"]) == ("syntax", 1)
    answer = await site.client.post("/admin/notation/write", json={"definition": {"zh": "好"}}, headers=OURS)
    assert answer.json() == {"text": "zh: 好\n"}
