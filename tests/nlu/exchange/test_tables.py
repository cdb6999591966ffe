"""Examples as CSV and as JSON lines."""

from __future__ import annotations

import pytest

from nlu.exchange.bot import Annotation, ImportedBot, Place
from nlu.exchange.errors import ExchangeInvalid
from nlu.exchange.report import Notices
from nlu.exchange.tables import read_csv, read_jsonl


def csv_bot(data: bytes) -> tuple[ImportedBot, list[str]]:
    notices = Notices()
    bot = read_csv({"examples.csv": data}, notices)
    return bot, [f"{notice.place} {notice.code}" for notice in notices.sorted()]


def jsonl_bot(text: str) -> tuple[ImportedBot, list[str]]:
    notices = Notices()
    bot = read_jsonl({"examples.jsonl": text.encode()}, notices)
    return bot, [f"{notice.place} {notice.code}" for notice in notices.sorted()]


@pytest.mark.parametrize(
    "data",
    [
        b'text,intent,language\n"Hello, you",greet,en\n',
        b"\xef\xbb\xbfintent;text;lang\ngreet;Hello, you;EN\n",
        b"Label\tUtterance\tLanguage\r\ngreet\tHello, you\ten-GB\r\n",
    ],
)
def test_tables_as_spreadsheets_write_them_are_read(data: bytes) -> None:
    bot, notices = csv_bot(data)
    assert [(each.text, each.intent, each.language, each.place.line) for each in bot.examples] == [
        ("Hello, you", "greet", "en", 2)
    ]
    assert not notices


def test_a_chinese_table_in_the_encoding_of_chinese_spreadsheets_is_read() -> None:
    bot, _ = csv_bot("文本,意图\n去[北京](city)的票,订票\n".encode("gb18030"))
    assert bot.examples[0].text == "去北京的票"
    assert bot.examples[0].annotations == (Annotation("city", 1, 3, "北京"),)


def test_rows_without_text_or_intent_are_told_and_lines_counted_through_quoted_breaks() -> None:
    bot, notices = csv_bot(b'text,intent\n"two\nlines",a\n,a\nonly text\n\nlast,b\n')
    assert [(each.text, each.place.line) for each in bot.examples] == [("two\nlines", 2), ("last", 7)]
    assert notices == ["examples.csv:4 example_empty", "examples.csv:5 example_empty"]


@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"text,other\n1,2\n", b"text,intent\n\x00,\x00\n", b"\x89PNG\r\n\x1a\n\x00"]
)
def test_what_is_no_table_of_examples_is_refused(data: bytes) -> None:
    with pytest.raises(ExchangeInvalid) as caught:
        csv_bot(data)
    assert caught.value.place.file == "examples.csv"


def test_json_lines_may_carry_entities_with_offsets() -> None:
    bot, notices = jsonl_bot(
        '{"text": "去上海", "intent": "book", "entities": [{"start": 1, "end": 3, "entity": "city", "role": "to"}]}\n'
        "\n"
        '{"text": "hi", "label": "greet", "language": "en"}\n'
        '{"text": "hi", "intent": "greet", "entities": [{"start": 0, "end": 9, "name": "x"}, {"start": "0"}]}\n'
        '{"text": " ", "intent": "greet"}\n'
    )
    assert bot.examples[0].annotations == (Annotation("city", 1, 3, "上海", "to"),)
    assert [(each.intent, each.place) for each in bot.examples[1:]] == [
        ("greet", Place("examples.jsonl", 3)),
        ("greet", Place("examples.jsonl", 4)),
    ]
    assert notices == [
        "examples.jsonl:4 annotation_outside",
        "examples.jsonl:4 annotation_unreadable",
        "examples.jsonl:5 example_empty",
    ]


@pytest.mark.parametrize(
    ("written", "intent"),
    [("a b", "a b"), (" faq / hours ", "faq/hours"), ("/a//b/", "a/b"), ("two\nlines", "two lines")],
)
def test_an_intents_name_is_one_that_may_stand_in_a_path(written: str, intent: str) -> None:
    bot, _ = csv_bot(f'text,intent\nx,"{written}"\n'.encode())
    assert [example.intent for example in bot.examples] == [intent]


@pytest.mark.parametrize("line", ["{", "[1]", '"text"', "nonsense", "[" * 100_000])
def test_a_line_that_is_no_object_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(ExchangeInvalid) as caught:
        jsonl_bot('{"text": "a", "intent": "b"}\n' + line)
    assert caught.value.place.line == 2
