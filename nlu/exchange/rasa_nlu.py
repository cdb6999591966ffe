"""Training sentences of Rasa: the `nlu` part of its YAML, and the JSON of its first versions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from nlu.exchange.annotations import AnnotationUnreadable, read_annotated
from nlu.exchange.bot import Annotation, ImportedExample, Place
from nlu.exchange.characters import is_storable_tree
from nlu.exchange.errors import ExchangeInvalid
from nlu.exchange.found import Found
from nlu.exchange.yaml_tree import Items, Node, Scalar, fields_of, items_of, lines_of, text_of

_BLANK = "\n\r "


def read_nlu(file: str, node: Node | None, found: Found, *, is_test: bool) -> None:
    """The list under `nlu:`."""
    for item in items_of(node):
        fields = fields_of(item)
        place = Place(file, item.line)
        if "intent" in fields:
            intent = text_of(fields["intent"])
            for line, written in _written(file, fields.get("examples"), found):
                add_example(found, Place(file, line), intent, written, is_test=is_test)
        elif not is_test and (kind := next((name for name in ("synonym", "lookup", "regex") if name in fields), None)):
            name = fields[kind]
            given = fields.get("examples", fields.get("elements"))
            found.vocabulary(kind, name.value if isinstance(name, Scalar) else "", _words(file, given, found), place)
        elif not is_test:
            found.notices.add(place, "nlu_item_unknown", keys=", ".join(fields) or "-")


def add_example(found: Found, place: Place, intent: str, written: str, *, is_test: bool) -> None:
    """One sentence with its markup."""
    if not intent or not written.strip():
        found.notices.add(place, "example_empty", intent=intent or "-")
        return
    try:
        text, annotations = read_annotated(written)
    except AnnotationUnreadable as error:
        found.notices.add(place, "annotation_unreadable", text=str(error))
        text, annotations = written, ()
    example = ImportedExample(text, intent, place, annotations)
    (found.test_examples if is_test else found.examples).append(example)


def read_legacy_json(file: str, text: str, found: Found, *, is_test: bool) -> None:
    """`{"rasa_nlu_data": {"common_examples": [...], ...}}`. Raises ExchangeInvalid."""
    data = _object(read_json(file, text)).get("rasa_nlu_data")
    whole = Place(file)
    position, line = 0, 1
    for item in _objects(_object(data), ("common_examples", "intent_examples", "entity_examples")):
        sentence, intent = str(item.get("text", "")), str(item.get("intent") or "")
        at = text.find(json.dumps(sentence, ensure_ascii=False), position)
        if at >= 0:
            position, line = at, line + text.count("\n", position, at)
        place = Place(file, line)
        if not sentence.strip() or not intent:
            found.notices.add(place, "example_empty", intent=intent or "-")
            continue
        annotations = tuple(_legacy_entities(sentence, item, place, found))
        (found.test_examples if is_test else found.examples).append(
            ImportedExample(sentence, intent, place, annotations)
        )
    if is_test:
        return
    for item in _objects(_object(data), ("entity_synonyms",)):
        found.vocabulary("synonym", str(item.get("value", "")), _texts(item.get("synonyms")), whole)
    for item in _objects(_object(data), ("regex_features",)):
        found.vocabulary("regex", str(item.get("name", "")), _texts([item.get("pattern")]), whole)
    for item in _objects(_object(data), ("lookup_tables",)):
        elements = item.get("elements")
        words = found.lookup_file(file, elements) if isinstance(elements, str) else _texts(elements)
        found.vocabulary("lookup", str(item.get("name", "")), words, whole)


def read_json(file: str, text: str) -> object:
    """Any JSON. Raises ExchangeInvalid with the line at fault."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        reason = error.msg
        raise ExchangeInvalid(
            file, error.lineno, f"this is not valid JSON: {reason}", f"不是有效的 JSON：{reason}"
        ) from error
    except (RecursionError, ValueError) as error:
        raise ExchangeInvalid(file, 0, "this JSON is nested too deeply", "JSON 嵌套层数过多") from error
    if not is_storable_tree(data):
        raise ExchangeInvalid(file, 0, "this holds a character that cannot be kept", "内容中含有无法保存的字符")
    return data


def _written(file: str, node: Node | None, found: Found) -> Iterator[tuple[int, str]]:
    """Line and sentence, of a block of "- " lines or of a list."""
    if isinstance(node, Items):
        for item in node.nodes:
            text = fields_of(item).get("text", item)
            if isinstance(text, Scalar):
                yield text.line, text.value.strip(_BLANK)
        return
    for line, written in lines_of(node):
        if written.startswith("-"):
            yield line, written[1:].strip(_BLANK)
        elif written.strip() and not written.lstrip().startswith("#"):
            found.notices.add(Place(file, line), "example_no_dash", text=written)


def _words(file: str, node: Node | None, found: Found) -> tuple[str, ...]:
    if isinstance(node, Scalar) and "\n" not in node.value.strip() and not node.value.lstrip().startswith("-"):
        return found.lookup_file(file, node.value.strip())
    return tuple(written for _, written in _written(file, node, found) if written)


def _legacy_entities(sentence: str, item: Mapping[str, object], place: Place, found: Found) -> Iterator[Annotation]:
    for entity in _objects(item, ("entities",)):
        start, end, name = entity.get("start"), entity.get("end"), entity.get("entity")
        if not (isinstance(start, int) and isinstance(end, int) and isinstance(name, str)):
            found.notices.add(place, "annotation_unreadable", text=str(entity))
        elif not 0 <= start < end <= len(sentence):
            found.notices.add(place, "annotation_outside", entity=name, text=sentence)
        else:
            value = str(entity.get("value") or sentence[start:end])
            yield Annotation(name, start, end, value, str(entity.get("role") or ""), str(entity.get("group") or ""))


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _objects(data: Mapping[str, object], keys: tuple[str, ...]) -> Iterator[Mapping[str, object]]:
    for key in keys:
        given = data.get(key)
        if isinstance(given, list):
            yield from (item for item in given if isinstance(item, dict))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str) and item) if isinstance(value, list) else ()
