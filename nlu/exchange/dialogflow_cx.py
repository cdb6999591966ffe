"""The JSON package that Dialogflow CX exports: intents/, entityTypes/, and flows/ with their pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nlu.exchange.bot import Button, ImportedBot, Place, Variant
from nlu.exchange.dialogflow_parts import (
    OUTSIDE,
    Parameter,
    add_answer,
    add_entity,
    add_example,
    agent,
    chips,
    entity_name,
    language_of,
    variants,
)
from nlu.exchange.found import Found
from nlu.exchange.json_tree import mapping, mappings, text, texts
from nlu.exchange.report import Notices


def read_dialogflow_cx(files: Mapping[str, bytes], notices: Notices) -> ImportedBot:
    """Raises ExchangeInvalid for a file that is no JSON, or without agent.json."""
    found = Found(files, notices)
    about = agent(found)
    default = text(about.get("defaultLanguageCode")) or "en"
    found.name = text(about.get("displayName"))
    found.languages += [language_of(code) for code in (default, *texts(about.get("supportedLanguageCodes")))]
    for folder in _folders(files, "entityTypes"):
        _read_entity_type(folder, found)
    for folder in _folders(files, "intents"):
        _read_intent(folder, found, default)
    answered: set[str] = set()
    for folder in _folders(files, "flows"):
        _read_flow(folder, found, default, answered)
    return found.bot("dialogflow_cx")


def _folders(files: Mapping[str, bytes], kind: str) -> list[str]:
    """ "intents/order.status" for each object of a kind that has a file of its own name."""
    paths = (file.split("/") for file in sorted(files))
    return [
        f"{kind}/{path[1]}" for path in paths if len(path) == 3 and path[0] == kind and path[2] == f"{path[1]}.json"
    ]


def _own_file(folder: str) -> str:
    return f"{folder}/{folder.rsplit('/', 1)[1]}.json"


def _below(found: Found, folder: str, part: str) -> Iterator[str]:
    prefix = f"{folder}/{part}/"
    yield from (file for file in sorted(found.files) if file.startswith(prefix) and file.endswith(".json"))


def _read_entity_type(folder: str, found: Found) -> None:
    own = _own_file(folder)
    described = mapping(found.json(own))
    entries = [
        entry
        for file in _below(found, folder, "entities")
        for entry in mappings(mapping(found.json(file)).get("entities"))
    ]
    entries += mappings(described.get("entities"))
    name = text(described.get("displayName")) or folder.rsplit("/", 1)[1]
    add_entity(found, name, Place(own), entries, is_pattern=described.get("kind") == "KIND_REGEXP")


def _read_intent(folder: str, found: Found, default: str) -> None:
    own = _own_file(folder)
    described = mapping(found.json(own))
    name = text(described.get("displayName")) or folder.rsplit("/", 1)[1]
    if described.get("isFallback") is True or name == "Default Negative Intent":
        name = OUTSIDE
    else:
        found.declare("intent", name, Place(own))
    types = {
        text(parameter.get("id")): entity_name(found, text(parameter.get("entityType")))
        for parameter in mappings(described.get("parameters"))
    }
    for file in [own, *_below(found, folder, "trainingPhrases")]:
        language = default if file == own else file.rsplit("/", 1)[1].removesuffix(".json")
        for phrase in mappings(mapping(found.json(file)).get("trainingPhrases")):
            parts = (
                (text(part.get("text")), types.get(text(part.get("parameterId")), ""), text(part.get("parameterId")))
                for part in mappings(phrase.get("parts"))
            )
            add_example(found, Place(file), name, text(phrase.get("languageCode")) or language, parts)


def _read_flow(folder: str, found: Found, default: str, answered: set[str]) -> None:
    own = _own_file(folder)
    pages = {
        text(page.get("displayName")) or file.rsplit("/", 1)[1].removesuffix(".json"): (file, page)
        for file in _below(found, folder, "pages")
        for page in [mapping(found.json(file))]
    }
    groups = {
        text(group.get("displayName")): group
        for file in _below(found, folder, "transitionRouteGroups")
        for group in [mapping(found.json(file))]
    }
    flow = mapping(found.json(own))
    for handler in mappings(flow.get("eventHandlers")):
        said = _said([mapping(handler.get("triggerFulfillment"))], default)
        if said and text(handler.get("event")).startswith("sys.no-match") and OUTSIDE not in answered:
            answered.add(OUTSIDE)
            add_answer(found, Place(own), OUTSIDE, said, [])
        elif said:
            found.notices.add(Place(own), "event_left", event=text(handler.get("event")))
    sources = [(own, flow, False), *((file, page, True) for file, page in pages.values())]
    for file, described, in_context in sources:
        routes = list(mappings(described.get("transitionRoutes")))
        for group in texts(described.get("transitionRouteGroups")):
            routes += mappings(groups.get(group, {}).get("transitionRoutes"))
        for route in routes:
            intent = text(route.get("intent"))
            if intent and intent not in answered:
                answered.add(intent)
                _read_route(Place(file), intent, route, pages, found, default, in_context=in_context)
            elif intent:
                found.notices.add(Place(file), "route_left", intent=intent)


def _read_route(
    place: Place,
    intent: str,
    route: Mapping[str, object],
    pages: Mapping[str, tuple[str, Mapping[str, object]]],
    found: Found,
    default: str,
    *,
    in_context: bool,
) -> None:
    condition = text(route.get("condition"))
    if condition and condition != "true":
        found.notices.add(place, "condition_left", intent=intent, condition=condition)
    fulfillments = [mapping(route.get("triggerFulfillment"))]
    _, page = pages.get(text(route.get("targetPage")), ("", {}))
    parameters = list(_parameters(page, found, default))
    if parameters:
        fulfillments = [mapping(each.get("triggerFulfillment")) for each in _final(page)]
        fulfillments += [
            mapping(pages[target][1].get("entryFulfillment"))
            for each in _final(page)
            if (target := text(each.get("targetPage"))) in pages
        ]
        if _said([mapping(route.get("triggerFulfillment")), mapping(page.get("entryFulfillment"))], default):
            found.notices.add(place, "lead_left", form=text(route.get("targetPage")), actions=intent)
    else:
        fulfillments.append(mapping(page.get("entryFulfillment")))
    webhook = next((each for each in fulfillments if text(each.get("webhook"))), {})
    program = " ".join(filter(None, [text(webhook.get("webhook")), text(webhook.get("tag"))]))
    add_answer(found, place, intent, _said(fulfillments, default), parameters, program=program, in_context=in_context)


def _final(page: Mapping[str, object]) -> list[Mapping[str, object]]:
    """Routes without an intent: taken once the form is filled."""
    return [route for route in mappings(page.get("transitionRoutes")) if not text(route.get("intent"))][:1]


def _parameters(page: Mapping[str, object], found: Found, default: str) -> Iterator[Parameter]:
    for parameter in mappings(mapping(page.get("form")).get("parameters")):
        prompt = mapping(mapping(parameter.get("fillBehavior")).get("initialPromptFulfillment"))
        if text(parameter.get("displayName")):
            prompts = tuple(_said([prompt], default))
            yield Parameter(
                text(parameter["displayName"]), entity_name(found, text(parameter.get("entityType"))), prompts
            )


def _said(fulfillments: Sequence[Mapping[str, object]], default: str) -> list[Variant]:
    messages = (message for each in fulfillments for message in mappings(each.get("messages")))
    return list(variants(messages, default, key="languageCode", words=_words, buttons=_buttons))


def _words(message: Mapping[str, object]) -> tuple[str, ...]:
    return texts(mapping(message.get("text")).get("text"))


def _buttons(message: Mapping[str, object]) -> tuple[Button, ...]:
    return chips(message.get("payload"))
