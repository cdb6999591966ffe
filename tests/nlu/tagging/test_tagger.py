from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pytest

from nlu.errors import ModelCorrupt
from nlu.interpreter import Interpreter
from nlu.tagging.tagger import SpanTagger, _to_spans
from nlu.tagging.token_features import tokenise
from nlu.tagging.token_probe import TokenProbe
from nlu.tagging.training import AnnotatedText, without_needless_beginnings
from tests.nlu.encoders import HashingEncoder, TokenHashingEncoder

DISHES = ["红烧肉", "烤鸭", "麻婆豆腐", "小笼包", "牛肉面", "酸菜鱼"]
SONGS = ["yellow submarine", "blue moon", "halo", "let it be", "imagine", "yesterday once more"]


def annotated(before: str, value: str, after: str, slot: str) -> AnnotatedText:
    return AnnotatedText(before + value + after, ((slot, len(before), len(before) + len(value)),))


EXAMPLES = [
    *(annotated("我想吃", dish, "可以吗", "dish") for dish in DISHES),
    *(annotated("来一份", dish, "", "dish") for dish in DISHES),
    *(annotated("please play ", song, " for me", "song") for song in SONGS),
    *(annotated("play ", song, "", "song") for song in SONGS),
    AnnotatedText("今天几点关门", ()),
    AnnotatedText("what do you do", ()),
]


@pytest.fixture(scope="module")
def tagger() -> SpanTagger:
    return SpanTagger.train(EXAMPLES)


def test_a_value_never_seen_is_found_by_its_surroundings(tagger: SpanTagger) -> None:
    assert tagger.spans("我想吃宫保鸡丁可以吗") == [("dish", 3, 7)]
    assert tagger.spans("please play fernando for me") == [("song", 12, 20)]


def test_a_text_without_values_has_none(tagger: SpanTagger) -> None:
    assert tagger.spans("今天几点关门") == []
    assert tagger.spans("") == []
    assert tagger.spans("😀\ud800") == []


def test_a_stored_tagger_finds_the_same(tagger: SpanTagger) -> None:
    data = tagger.save()
    loaded = SpanTagger.load(data)
    assert loaded.save() == data
    for text in ("来一份水煮鱼", "play dancing queen"):
        assert loaded.spans(text) == tagger.spans(text)


def test_damaged_or_foreign_bytes_are_refused(tagger: SpanTagger) -> None:
    data = tagger.save()
    for bad in (b"", data[:-1], data[:200] + b"\x00" + data[201:], data.replace(b"TAGGER-3", b"TAGGER-9")):
        with pytest.raises(ModelCorrupt):
            SpanTagger.load(bad)


def test_a_tagger_of_another_format_is_named_as_such(tagger: SpanTagger) -> None:
    with pytest.raises(ModelCorrupt, match="format 2 of ECP-SPAN-TAGGER; this program reads format 3: train again"):
        SpanTagger.load(tagger.save().replace(b"TAGGER-3", b"TAGGER-2", 1))


def test_the_same_examples_give_the_same_tagger(tagger: SpanTagger) -> None:
    assert SpanTagger.train(EXAMPLES).save() == tagger.save()


def test_without_examples_nothing_is_tagged() -> None:
    empty = SpanTagger.train([])
    assert empty.spans("play yesterday") == []
    assert SpanTagger.load(empty.save()).spans("play yesterday") == []


def test_tagged_values_stand_beside_built_in_kinds_in_the_users_own_characters(tagger: SpanTagger) -> None:
    interpreter = Interpreter(None, (), HashingEncoder(), tagger=tagger)
    text = "我想吃紅燒肉可以嗎,明天"
    heard = interpreter.parse(text, now=datetime(2026, 11, 20))
    assert [(e.name, e.text, e.source) for e in heard.entities] == [
        ("dish", "紅燒肉", "tagger"),
        ("date", "明天", "date"),
    ]


def test_tokens_are_characters_in_chinese_and_words_elsewhere() -> None:
    text = "play晴天 2x, ok"
    assert [text[a:b] for a, b in tokenise(text)] == ["play", "晴", "天", "2", "x", ",", "ok"]


def test_an_i_that_continues_nothing_begins_a_span_of_its_own() -> None:
    places = [(0, 1), (1, 2), (2, 3), (3, 4)]
    found = _to_spans(["B-a", "O", "I-a", "I-b"], places, [0.9, 1.0, 0.8, 0.7])
    assert found == [(("a", 0, 1), 0.9), (("a", 2, 3), 0.8), (("b", 3, 4), 0.7)]


def test_a_field_of_many_tags_knows_a_beginning_only_where_it_is_needed() -> None:
    tags = ["B-a", "I-a", "B-a", "O", "B-a", "B-b", "I-b"]
    kept = without_needless_beginnings(tags)
    assert kept == ["I-a", "I-a", "B-a", "O", "I-a", "I-b", "I-b"]
    places = [(at, at + 1) for at in range(len(tags))]
    assert _to_spans(kept, places, [1.0] * len(tags)) == _to_spans(tags, places, [1.0] * len(tags))


def test_values_of_one_slot_side_by_side_stay_apart() -> None:
    dishes = [("红烧肉", "烤鸭"), ("烤鸭", "小笼包"), ("牛肉面", "红烧肉"), ("酸菜鱼", "烤鸭"), ("小笼包", "牛肉面")]
    taught = [
        AnnotatedText(f"我要{one}{other}", (("dish", 2, 2 + len(one)), ("dish", 2 + len(one), 2 + len(one + other))))
        for one, other in dishes
    ]
    tagger = SpanTagger.train([*EXAMPLES, *taught, *taught])
    assert tagger.spans("我要酸菜鱼小笼包") == [("dish", 2, 5), ("dish", 5, 8)]


def test_a_learned_value_is_the_one_that_a_list_or_a_rule_gives_the_same_words() -> None:
    trips = [annotated("fly to ", city, " please", "city:destination") for city in ("Oslo", "NYC", "Bern", "Lima")]
    days = [annotated("for ", day, " I guess", "date") for day in ("tomorrow", "Friday", "next Monday", "today")]
    taught = Interpreter(None, (), HashingEncoder(), tagger=SpanTagger.train([*trips, *days]))
    (city,) = taught.parse("fly to NYC please", now=datetime(2026, 11, 20)).entities
    assert (city.source, city.role, city.text, city.value) == ("tagger", "destination", "NYC", "New York")
    (day,) = taught.parse("for tomorrow I guess", now=datetime(2026, 11, 20)).entities
    assert (day.source, day.text, day.value) == ("tagger", "tomorrow", "2026-11-21")


def test_a_slot_with_a_role_gives_an_entity_with_that_role() -> None:
    towns = ["kuala", "mumbo", "timba", "zorro", "brill", "quark"]
    taught = [
        *(annotated("leave ", town, " at once", "town:from") for town in towns),
        *(annotated("reach ", town, " at once", "town:to") for town in towns),
    ]
    found = SpanTagger.train(taught).reader(None).find("reach florin at once", now=datetime(2026, 1, 1), language="en")
    assert [(one.name, one.value, one.role) for one in found] == [("town", "florin", "to")]


def test_things_that_belong_together_are_taught_as_groups() -> None:
    sizes = ["small", "large", "tiny", "huge", "medium", "giant"]
    taught = [
        *(annotated("first a ", size, " pizza please", "size::1") for size in sizes),
        *(annotated("then a ", size, " pizza please", "size::2") for size in sizes),
    ]
    interpreter = Interpreter(None, (), HashingEncoder(), tagger=SpanTagger.train(taught))
    heard = interpreter.parse("then a normal pizza please", now=datetime(2026, 11, 20))
    assert [(e.name, e.text, e.role, e.group) for e in heard.entities] == [("size", "normal", "", "2")]


# One character each, so that only the encoder tells dishes from other things; the last four are for the tests.
KNOWN = [
    *(annotated("给我", dish, "吧", "dish") for _ in range(3) for dish in TokenHashingEncoder.KINDS[0][:-4]),
    *(AnnotatedText(f"给我{other}吧", ()) for _ in range(3) for other in TokenHashingEncoder.KINDS[1][:-4]),
]


@pytest.fixture(scope="module")
def seeing() -> SpanTagger:
    return SpanTagger.train(KNOWN, TokenHashingEncoder())


def test_what_the_encoder_knows_of_a_word_tells_values_of_like_surroundings_apart(seeing: SpanTagger) -> None:
    encoder = TokenHashingEncoder()
    assert [seeing.spans(f"给我{dish}吧", encoder) for dish in encoder.KINDS[0][-4:]] == [[("dish", 2, 3)]] * 4
    assert [seeing.spans(f"给我{other}吧", encoder) for other in encoder.KINDS[1][-4:]] == [[]] * 4


def test_a_tagger_that_reads_with_an_encoder_is_stored_whole(seeing: SpanTagger) -> None:
    encoder = TokenHashingEncoder()
    data = seeing.save()
    loaded = SpanTagger.load(data)
    assert loaded.save() == data
    assert loaded.found("给我蛋吧", encoder) == seeing.found("给我蛋吧", encoder)
    assert SpanTagger.train(KNOWN, encoder).save() == data


def test_an_encoder_that_shows_no_tokens_is_done_without(seeing: SpanTagger) -> None:
    class Mute(TokenHashingEncoder):
        def token_states(self, texts: Sequence[str], *, language: str) -> None:
            return None

    plain = SpanTagger.train(KNOWN)
    assert SpanTagger.train(KNOWN, Mute()).save() == plain.save()
    assert SpanTagger.train(KNOWN, HashingEncoder()).save() == plain.save()
    assert seeing.spans("给我时吧", Mute()) == seeing.spans("给我时吧")


def test_layers_that_do_not_fit_each_other_are_refused(seeing: SpanTagger) -> None:
    arrays = TokenProbe.train([np.ones((3, 4), np.float32)], [[0, 1, 0]], width=2, seed=0).arrays("zh")
    with pytest.raises(ValueError, match="do not fit"):
        TokenProbe.from_arrays(arrays | {"zh.outer": np.zeros((5, 2), np.float32)}, "zh")
    with pytest.raises(KeyError):
        TokenProbe.from_arrays(arrays, "en")


def test_a_message_is_tagged_with_the_encoder_of_its_bot(seeing: SpanTagger) -> None:
    heard = Interpreter(None, (), TokenHashingEncoder(), tagger=seeing).parse("給我糕吧", now=datetime(2026, 11, 20))
    assert [(e.name, e.text) for e in heard.entities] == [("dish", "糕")]
    assert heard.entities[0].confidence < 1
