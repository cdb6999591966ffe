"""The part of a message's context that narrows what it is answered from."""

from __future__ import annotations

from collections.abc import Mapping

from chatbot.foundation.errors import InvalidInput
from knowledge.retrieval import PassageFilter

FIELD = "context.filters"
MOST = 100
_LISTS = ("document_ids", "tags")


def filter_of(context: Mapping[str, object]) -> PassageFilter:
    """`context.filters`: {document_ids?, tags?, attributes?, language?}. Raises InvalidInput for another form."""
    given = context.get("filters")
    if given is None:
        return PassageFilter()
    if not isinstance(given, Mapping):
        raise InvalidInput("must be an object", field=FIELD)
    unknown = set(given) - {*_LISTS, "attributes", "language"}
    if unknown:
        raise InvalidInput("has fields that are not known", field=FIELD)
    lists: dict[str, tuple[str, ...]] = {}
    for name in _LISTS:
        values = given.get(name, [])
        if not isinstance(values, list) or len(values) > MOST or not all(isinstance(one, str) for one in values):
            raise InvalidInput(f"must be a list of at most {MOST} texts", field=f"{FIELD}.{name}")
        lists[name] = tuple(values)
    attributes = given.get("attributes", {})
    if (
        not isinstance(attributes, Mapping)
        or len(attributes) > MOST
        or not all(isinstance(one, str) for one in attributes.values())
    ):
        raise InvalidInput("must be an object of texts", field=f"{FIELD}.attributes")
    language = given.get("language", "")
    if language not in ("", "zh", "en"):
        raise InvalidInput('must be "zh" or "en"', field=f"{FIELD}.language")
    return PassageFilter(lists["document_ids"], lists["tags"], dict(attributes), str(language))
