"""Which format some files are in, and what the bot in them becomes here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from chatbot.exchange.content import MOST_EXAMPLES, BotContent
from chatbot.exchange.conversion import convert
from chatbot.exchange.files import BotUnreadable
from chatbot.exchange.own_json import FORMAT as OWN
from chatbot.exchange.own_json import is_own, read_content
from chatbot.foundation.errors import InvalidInput
from nlu.bilingual import Text
from nlu.exchange.bot import ImportedBot, Place
from nlu.exchange.dialogflow_cx import read_dialogflow_cx
from nlu.exchange.dialogflow_es import read_dialogflow_es
from nlu.exchange.errors import ExchangeInvalid
from nlu.exchange.found import decoded
from nlu.exchange.rasa_project import read_rasa
from nlu.exchange.report import Notices
from nlu.exchange.tables import read_csv, read_jsonl

Reader = Callable[[Mapping[str, bytes], Notices], ImportedBot]
READERS: dict[str, Reader] = {
    "rasa": read_rasa,
    "csv": read_csv,
    "jsonl": read_jsonl,
    "dialogflow_es": read_dialogflow_es,
    "dialogflow_cx": read_dialogflow_cx,
}
FORMATS = ("auto", OWN, *READERS)


@dataclass(frozen=True, slots=True)
class ReadBot:
    """`found` counts what the files hold; `notices` say what of it is not in `content`, or is changed."""

    format: str
    found: Mapping[str, int]
    content: BotContent
    notices: Notices


def read_bot(files: Mapping[str, bytes], format_: str, notices: Notices, *, language: str = "en") -> ReadBot:
    """Raises BotUnreadable, worded in the language."""
    try:
        name = detect(files) if format_ == "auto" else format_
        if name == OWN:
            file, data = _only(files)
            content = read_content(file, decoded(file, data))
            return ReadBot(name, content.counts(), content, notices)
        if name not in READERS:
            raise InvalidInput(f"The format is one of {', '.join(FORMATS)}.", field="format")
        bot = READERS[name](files, notices)
        if len(bot.examples) > MOST_EXAMPLES:
            raise InvalidInput(f"A bot may be brought with {MOST_EXAMPLES} examples.", field="file")
        return ReadBot(name, bot.counts(), convert(bot, notices), notices)
    except ExchangeInvalid as error:
        raise BotUnreadable(error.message(language), field="file") from error


def detect(files: Mapping[str, bytes]) -> str:
    """By what the files are called, and by what stands in one that is JSON. Raises ExchangeInvalid."""
    names = {PurePosixPath(name) for name in files}
    suffixes = {name.suffix.lower() for name in names}
    if PurePosixPath("agent.json") in names:
        folders = {name.parts[0] for name in names if len(name.parts) > 1}
        return "dialogflow_cx" if "flows" in folders else "dialogflow_es"
    if len(files) == 1:
        ((file, data),) = files.items()
        suffix = PurePosixPath(file).suffix.lower()
        if suffix in (".csv", ".tsv"):
            return "csv"
        if suffix in (".jsonl", ".ndjson"):
            return "jsonl"
        if suffix == ".json":
            return OWN if is_own(decoded(file, data)) else "rasa"
    if suffixes & {".yml", ".yaml", ".md", ".json"}:
        return "rasa"
    known = Text(", ".join(FORMATS[1:]), "、".join(FORMATS[1:]))
    no_bot = Text("no bot is in there; known formats: {known}", "没有找到机器人；支持的格式：{known}")
    raise ExchangeInvalid(Place(""), no_bot.format(known=known))


def _only(files: Mapping[str, bytes]) -> tuple[str, bytes]:
    if len(files) != 1:
        raise ExchangeInvalid(Place(""), Text("one JSON file is expected", "应为一个 JSON 文件"))
    return next(iter(files.items()))
