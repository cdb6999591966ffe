"""The Markdown that Rasa 1 wrote: training sentences, stories, and the answers of retrieval intents."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from nlu.exchange.bot import Place, Response, Step, Story, Variant
from nlu.exchange.found import Found

_SECTION = re.compile(r"^##\s*(intent|synonym|regex|lookup)\s*:(.*)$", re.MULTILINE)
_ITEM = re.compile(r"^\s*[-*]\s+(\S.*)$")
_USER = re.compile(r"^\*\s*(.+)$")
_CHOICE = re.compile(r"^(?P<intent>[\w./-]+)\s*(?P<entities>\{.*\})?\s*(?::\s*(?P<text>.+))?$")
_ACTION = re.compile(r"^[\w./-]+(?:\{.*\})?$")
_STORY_LINES = re.compile(r"^\*[ \t]*[\w/.-]+.*\n(?:<!--.*\n|\n)*[ \t]+-[ \t]*\S", re.MULTILINE)
_NO_STORIES = ("readme", "changelog", "license", "contributing")


def is_nlu(text: str) -> bool:
    return _SECTION.search(text) is not None


def is_stories(file: str, text: str) -> bool:
    """Documentation has headings and bullets, too; it has no indented actions below an intent."""
    name = file.rsplit("/", 1)[-1].lower()
    return not name.startswith(_NO_STORIES) and _STORY_LINES.search(text) is not None


def read_nlu(file: str, text: str, found: Found, *, is_test: bool) -> None:
    kind = name = ""
    words: list[str] = []
    opened = Place(file)

    def close() -> None:
        if kind in ("synonym", "regex", "lookup") and not is_test:
            found.vocabulary(kind, name, tuple(words), opened)
        words.clear()

    for number, line in _lines(text):
        place = Place(file, number)
        section = _SECTION.match(line)
        item = _ITEM.match(line)
        if section:
            close()
            kind, name, opened = section[1], section[2].strip(), place
        elif line.startswith("#"):
            close()
            kind = ""
        elif item and kind == "intent":
            found.example(place, name, item[1], is_test=is_test)
        elif item and kind:
            words.append(item[1])
        elif line.strip() and kind == "lookup":
            words += found.lookup_file(file, line.strip())
        elif line.strip() and kind:
            found.notices.add(place, "example_no_dash", text=line)
    close()


def read_stories(file: str, text: str, found: Found, *, is_test: bool) -> None:
    """Stories, also with the user's words; sections of retrieval intents hold answers instead of actions."""
    name, opened, steps = "", Place(file), list[Step]()

    def close() -> None:
        if steps:
            story = Story(name, tuple(steps), opened)
            (found.test_stories if is_test else found.stories).append(story)
        steps.clear()

    for number, line in _lines(text):
        place = Place(file, number)
        if line.startswith("##"):
            close()
            name, opened = line.lstrip("#").strip(), place
        elif line.startswith("#") or not line.strip():
            continue
        elif user := _USER.match(line):
            steps += _user(user[1], place, found)
        elif line.startswith(">"):
            steps.append(Step("checkpoint", place, name=line[1:].strip()))
        elif item := _ITEM.match(line) or re.match(r"^\s*-(\S+)\s*$", line):
            _bot(item[1], place, found, steps)
        else:
            found.notices.add(place, "step_unknown", keys=line)
    close()


def _user(written: str, place: Place, found: Found) -> Iterator[Step]:
    choices = [_CHOICE.match(part.strip()) for part in " ".join(written.split()).split(" OR ")]
    intents = tuple(choice["intent"] for choice in choices if choice)
    if not intents:
        found.notices.add(place, "step_unknown", keys=written)
        return
    text = next((choice["text"] for choice in choices if choice and choice["text"]), "")
    yield Step("user", place, intents=intents, text=text.strip())


def _bot(written: str, place: Place, found: Found, steps: list[Step]) -> None:
    intent = steps[-1].intents[0] if steps and steps[-1].intents else ""
    if "/" in intent and not _ACTION.match(written):
        steps.pop()
        found.response(Response(f"utter_{intent}", (Variant(written),), place))
        return
    if not _ACTION.match(written):
        found.notices.add(place, "step_unknown", keys=written)
        return
    kind, _, given = written.partition("{")
    if kind == "slot":
        steps += [Step("slot", place, name=name) for name in _names(given)]
    elif kind in ("form", "active_loop"):
        steps.append(Step("loop", place, name=next(iter(_names(given, values=True)), "")))
    else:
        steps.append(Step("action", place, name=kind))


def _names(given: str, *, values: bool = False) -> list[str]:
    try:
        data = json.loads("{" + given)
    except (ValueError, RecursionError):
        return []
    if not isinstance(data, dict):
        return []
    return [str(value or "") for value in data.values()] if values else [str(name) for name in data]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(_without_comments(text).split("\n"), 1):
        yield number, line.rstrip()


def _without_comments(text: str) -> str:
    """The same lines, without what stands in `<!-- -->`."""
    parts: list[str] = []
    end = 0
    while (start := text.find("<!--", end)) >= 0 and (close := text.find("-->", start)) >= 0:
        parts += (text[end:start], "\n" * text.count("\n", start, close))
        end = close + 3
    return "".join([*parts, text[end:]])
