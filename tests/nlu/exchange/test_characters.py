"""What escapes can write and no database keeps."""

from __future__ import annotations

import pytest

from nlu.exchange.annotations import AnnotationUnreadable, read_annotated
from nlu.exchange.bot import Place
from nlu.exchange.characters import is_storable_tree, storable
from nlu.exchange.errors import ExchangeInvalid
from nlu.exchange.json_tree import read_json
from nlu.exchange.report import Notices
from nlu.exchange.tables import read_jsonl
from nlu.exchange.yaml_tree import read_yaml

HALF = "\\ud83d"
NUL = "\\u0000"


@pytest.mark.parametrize("escape", [NUL, "\\0"])
def test_a_nul_in_yaml_is_refused_with_its_line(escape: str) -> None:
    with pytest.raises(ExchangeInvalid) as caught:
        read_yaml("a.yml", f'a: 1\nb: "{escape}"\n', Notices())
    assert caught.value.place.line in (0, 2)


@pytest.mark.parametrize("escape", [NUL, HALF])
def test_such_characters_are_refused_wherever_they_stand_in_json(escape: str) -> None:
    for text in (f'"{escape}"', f'{{"{escape}": 1}}', f'[[{{"a": ["{escape}"]}}]]'):
        with pytest.raises(ExchangeInvalid):
            read_json("a.json", text)
    with pytest.raises(ExchangeInvalid):
        read_jsonl({"a.jsonl": f'{{"text": "{escape}", "intent": "a"}}'.encode()}, Notices())
    with pytest.raises(AnnotationUnreadable):
        read_annotated(f'[a]{{"entity": "x", "value": "{escape}"}}')


def test_whole_surrogate_pairs_and_other_scripts_are_kept() -> None:
    assert read_json("a.json", '"\\ud83d\\ude00 中"') == "😀 中"
    assert is_storable_tree({"a": ["😀", {"中": None}], "b": 1.5})


def test_notices_never_carry_them_on() -> None:
    notices = Notices()
    notices.add(Place("a"), "example_empty", intent="a\x00\ud800")
    assert storable("a\x00\ud800") in notices.sorted()[0].text.en
    notices.sorted()[0].text.en.encode()
