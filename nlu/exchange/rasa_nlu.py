"""Training sentences of Rasa: the `nlu` part of its YAML, and the JSON of its first versions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain

from nlu.exchange.bot import Annotation, ImportedExample, Place
from nlu.exchange.found import Found
from nlu.exchange.json_tree import mapping, mappings, read_json, texts
from nlu.exchange.yaml_tree import Items, Node, Scalar, fields_of, items_of, lines_of, text_of

_BLANK = "\n\r "
_EXAMPLES = ("common_examples", "intent_examples", "entity_examples")


def read_nlu(file: str, node: Node | None, found: Found, *, is_test: bool) -> None:
    """The list under `nlu:`."""
    for item in items_of(node):
        fields = fields_of(item)
        place = Place(file, item.line)
        if "intent" in fields:
            intent = text_of(fields["intent"])
            for line, written in _written(file, fields.get("examples"), found):
                found.example(Place(file, line), intent, written, is_test=is_test)
        elif not is_test and (kind := next((name for name in ("synonym", "lookup", "regex") if name in fields), None)):
            name = fields[kind]
            given = fields.get("examples", fields.get("elements"))
            found.vocabulary(kind, name.value if isinstance(name, Scalar) else "", _words(file, given, found), place)
        elif not is_test:
            found.notices.add(place, "nlu_item_unknown", keys=", ".join(fields) or "-")


def read_legacy_json(file: str, text: str, found: Found, *, is_test: bool) -> None:
    """`{"rasa_nlu_data": {"common_examples": [...], ...}}`. Raises ExchangeInvalid."""
    data = mapping(mapping(read_json(file, text)).get("rasa_nlu_data"))
    whole = Place(file)
    position, line = 0, 1
    for item in chain.from_iterable(mappings(data.get(key)) for key in _EXAMPLES):
        sentence, intent = str(item.get("text", "")), str(item.get("intent") or "")
        at = text.find(json.dumps(sentence, ensure_ascii=False), position)
        if at >= 0:
            position, line = at, line + text.count("\n", position, at)
        place = Place(file, line)
        if not sentence.strip() or not intent:
            found.notices.add(place, "example_empty", intent=intent or "-")
            continue
        annotations = tuple(_legacy_entities(sentence, item, place, found))
        examples = found.test_examples if is_test else found.examples
        examples.append(ImportedExample(sentence, intent, place, annotations))
    if is_test:
        return
    for item in mappings(data.get("entity_synonyms")):
        spelled = item.get("synonyms")
        words = texts(spelled) if isinstance(spelled, list) else ()
        found.vocabulary("synonym", str(item.get("value", "")), words, whole)
    for item in mappings(data.get("regex_features")):
        found.vocabulary("regex", str(item.get("name", "")), texts([item.get("pattern")]), whole)
    for item in mappings(data.get("lookup_tables")):
        elements = item.get("elements")
        words = found.lookup_file(file, elements) if isinstance(elements, str) else texts(elements)
        found.vocabulary("lookup", str(item.get("name", "")), words, whole)


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
    for entity in mappings(item.get("entities")):
        start, end, name = entity.get("start"), entity.get("end"), entity.get("entity")
        if not (isinstance(start, int) and isinstance(end, int) and isinstance(name, str)):
            found.notices.add(place, "annotation_unreadable", text=str(entity))
        elif not 0 <= start < end <= len(sentence):
            found.notices.add(place, "annotation_outside", entity=name, text=sentence)
        else:
            value = str(entity.get("value") or sentence[start:end])
            yield Annotation(name, start, end, value, str(entity.get("role") or ""), str(entity.get("group") or ""))
