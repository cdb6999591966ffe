"""Examples as tables: CSV (`text,intent[,language]`) and JSON lines (`{"text", "intent", "entities"?}`)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping

from nlu.bilingual import Text
from nlu.exchange.bot import Annotation, ImportedBot, ImportedExample, Place
from nlu.exchange.characters import is_storable_tree
from nlu.exchange.errors import ExchangeInvalid
from nlu.exchange.found import Found
from nlu.exchange.json_tree import mappings, text
from nlu.exchange.report import Notices

# What the columns are called in the tables that people have.
_COLUMNS = {
    "text": ("text", "utterance", "example", "query", "sentence", "question", "文本", "例句", "问题", "说法"),
    "intent": ("intent", "label", "category", "意图", "标签", "类别"),
    "language": ("language", "lang", "语言"),
}
_NO_COLUMNS = Text("the first line must name the columns text and intent", "第一行应为列名，包含 text 和 intent")
_LONGEST_CELL = 100_000


def read_csv(files: Mapping[str, bytes], notices: Notices) -> ImportedBot:
    """Sentences may carry `[北京](city)`. Raises ExchangeInvalid when a table has no column of texts or intents."""
    found = Found(files, notices)
    for file in sorted(files):
        _read_csv(file, found.text(file), found)
    return found.bot("csv")


def read_jsonl(files: Mapping[str, bytes], notices: Notices) -> ImportedBot:
    """Raises ExchangeInvalid with the line that is no JSON."""
    found = Found(files, notices)
    for file in sorted(files):
        for number, line in enumerate(found.text(file).split("\n"), 1):
            if line.strip():
                _read_line(Place(file, number), line, found)
    return found.bot("jsonl")


def _read_csv(file: str, content: str, found: Found) -> None:
    first = content.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(content), delimiter=delimiter)
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
        columns = {
            key: next((header.index(name) for name in names if name in header), -1) for key, names in _COLUMNS.items()
        }
        if columns["text"] < 0 or columns["intent"] < 0:
            raise ExchangeInvalid(Place(file, 1), _NO_COLUMNS)
        start = reader.line_num + 1
        for row in reader:
            place, start = Place(file, start), reader.line_num + 1
            cells = {key: row[index].strip() if 0 <= index < len(row) else "" for key, index in columns.items()}
            if any(cells.values()):
                language = cells["language"].lower()[:2]
                found.example(place, _intent(cells["intent"]), cells["text"], language=language)
    except csv.Error as error:
        said = Text(f"this is not valid CSV: {error}", f"不是有效的 CSV：{error}")
        raise ExchangeInvalid(Place(file, reader.line_num), said) from error


def _intent(written: str) -> str:
    """A name that may stand in a path: no line breaks, no empty part between slashes."""
    plain = " ".join(re.sub(r"[\x00-\x1f]", " ", written).split())
    return "/".join(part.strip() for part in plain.split("/") if part.strip())


def _read_line(place: Place, line: str, found: Found) -> None:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ExchangeInvalid(place, Text("this is not valid JSON", "不是有效的 JSON")) from error
    if not isinstance(item, dict) or not is_storable_tree(item):
        raise ExchangeInvalid(place, Text("an object of plain text is expected", "应为 JSON 对象"))
    sentence = text(item.get("text"))
    intent = _intent(text(item.get("intent")) or text(item.get("label")))
    if not sentence.strip() or not intent:
        found.notices.add(place, "example_empty", intent=intent or "-")
        return
    annotations: list[Annotation] = []
    for entity in mappings(item.get("entities")):
        start, end = entity.get("start"), entity.get("end")
        name = text(entity.get("entity")) or text(entity.get("name"))
        if type(start) is not int or type(end) is not int or not name:
            found.notices.add(place, "annotation_unreadable", text=json.dumps(entity, ensure_ascii=False))
        elif not 0 <= start < end <= len(sentence):
            found.notices.add(place, "annotation_outside", entity=name, text=sentence)
        else:
            value = text(entity.get("value")) or sentence[start:end]
            annotations.append(Annotation(name, start, end, value, text(entity.get("role")), text(entity.get("group"))))
    language = text(item.get("language")).lower()[:2]
    found.examples.append(ImportedExample(sentence, intent, place, tuple(annotations), language))
