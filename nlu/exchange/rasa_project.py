"""A whole Rasa project, of any version: every file is looked at, and what it holds decides what it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nlu.bilingual import Text
from nlu.exchange import rasa_markdown
from nlu.exchange.bot import ImportedBot, Place
from nlu.exchange.errors import ExchangeInvalid
from nlu.exchange.found import Found
from nlu.exchange.rasa_domain import DOMAIN_KEYS, read_domain, read_responses
from nlu.exchange.rasa_nlu import read_legacy_json, read_nlu
from nlu.exchange.rasa_stories import read_stories
from nlu.exchange.report import Notices
from nlu.exchange.yaml_tree import fields_of, read_yaml, text_of

FORMAT = "rasa"
_TESTS = re.compile(r"(^|/)(tests?|test_[^/]*|e2e_tests?)/|(^|/)(test_|conversation_tests)[^/]*$")
_NOT_THE_BOT = re.compile(r"(^|/)(\.[^/]|docker-compose|node_modules/|venv/|results/|models/)")
_NO_PROJECT = Text(
    "no file of a Rasa project is in there (domain, nlu, stories)", "没有找到 Rasa 项目的文件（domain、nlu、stories）"
)
_SECRETS = frozenset({"endpoints", "credentials"})


def read_rasa(files: Mapping[str, bytes], notices: Notices) -> ImportedBot:
    """`files` by path in the project. Raises ExchangeInvalid for one that is broken, or when nothing is a bot's."""
    found = Found(files, notices)
    for file in sorted(files):
        if _NOT_THE_BOT.search(file):
            continue
        _read(file, found)
    if not (found.examples or found.intents or found.responses or found.stories or found.rules):
        raise ExchangeInvalid(Place(""), _NO_PROJECT)
    return found.bot(FORMAT)


def _read(file: str, found: Found) -> None:
    stem, _, suffix = file.rsplit("/", 1)[-1].rpartition(".")
    is_test = _TESTS.search(file) is not None
    if suffix in ("yml", "yaml"):
        if stem in _SECRETS:
            found.notices.add(Place(file), "settings_left")
        else:
            _read_yaml_file(file, found.text(file), found, is_test=is_test)
    elif suffix == "md":
        text = found.text(file)
        if rasa_markdown.is_nlu(text):
            rasa_markdown.read_nlu(file, text, found, is_test=is_test)
        elif rasa_markdown.is_stories(file, text):
            rasa_markdown.read_stories(file, text, found, is_test=is_test)
    elif suffix == "json":
        text = found.text(file)
        if '"rasa_nlu_data"' in text:
            read_legacy_json(file, text, found, is_test=is_test)


def _read_yaml_file(file: str, text: str, found: Found, *, is_test: bool) -> None:
    content = fields_of(read_yaml(file, text, found.notices))
    if "pipeline" in content or "policies" in content or "recipe" in content:
        found.languages += [language] if (language := text_of(content.get("language"))[:2]) else []
        found.notices.add(Place(file), "pipeline_left")
        return
    read_nlu(file, content.get("nlu"), found, is_test=is_test)
    read_stories(file, content.get("stories"), found, key="story", is_test=is_test)
    if is_test:
        return
    read_stories(file, content.get("rules"), found, key="rule", is_test=False)
    if content.keys() & (DOMAIN_KEYS - {"responses"}):
        read_domain(file, content, found)
    else:
        read_responses(file, content.get("responses"), found)
