"""What the passes of a conversion work on, and what they leave to each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, count

from chatbot.exchange.content import ContentExample, ContentTest
from chatbot.exchange.conversion.names import identifier
from chatbot.exchange.conversion.texts import ResponseTexts, Spoken
from chatbot.exchange.conversion.turns import joined_at_checkpoints, turns_of
from dialogue.flow import Flow, parse_flow
from dialogue.flow_faults import FlowInvalid
from nlu.bilingual import Text
from nlu.exchange.bot import ImportedBot, Mapped, Place
from nlu.exchange.report import Notices
from nlu.language import LANGUAGES, detect_language

OUR_OUTSIDE = "out_of_scope"
OUTSIDE = (OUR_OUTSIDE, "oos", "nlu_fallback")
_ROLE = re.compile(r"(?!\d)\w[\w.-]{0,63}")  # as flows write one


@dataclass(frozen=True, slots=True)
class MadeFlow:
    """`flow` is the `definition`, parsed; `says` are its responses in order, and `form` is what it was made of."""

    definition: Mapping[str, object]
    flow: Flow
    says: tuple[str, ...]
    form: str = ""


class Conversion:
    """The bot that is converted, what was made of it so far, and the report.

    `names` of entities are ours by theirs, `definitions` by our name; `open_class` are known by their examples alone.
    `answered` are intents with what their flow says, `started` with the form that their flow is; `endings` are forms
    with what they say at their end. `steps` are turns that are steps of a flow, `followed` those that the flows do when
    a talk comes there.
    """

    def __init__(self, bot: ImportedBot, notices: Notices) -> None:
        self.bot = bot
        self.notices = notices
        self.language = _main_language(bot)
        self.texts = ResponseTexts(bot, self.language, notices)
        self.rules = [list(turns_of(rule, bot)) for rule in bot.rules]
        self.stories = [list(turns_of(story, bot)) for story in joined_at_checkpoints(bot.stories)]
        self.turns = [turn for turns in (*self.rules, *self.stories) for turn in turns]
        self.names: dict[str, str] = {}
        self.definitions: dict[str, dict[str, object]] = {}
        self.open_class: set[str] = set()
        self.flows: list[MadeFlow] = []
        self.answered: dict[str, tuple[str, ...]] = {}
        self.started: dict[str, str] = {}
        self.endings: dict[str, Spoken | None] = {}
        self.steps: set[Place] = set()
        self.followed: set[Place] = set()
        self.examples: list[ContentExample] = []
        self.tests: list[ContentTest] = []
        self._taught = {example.intent for example in bot.examples}

    def is_free(self, intent: str) -> bool:
        """Whether it wants a flow: nothing answers it yet, and it can be recognised."""
        return intent not in self.answered and intent not in self.started and self.is_known(intent)

    def is_known(self, intent: str) -> bool:
        """Whether the bot is taught it, or is taught nothing."""
        return intent.split("/")[0] not in OUTSIDE and (intent in self._taught or not self._taught)

    def wanted(self, mappings: Iterable[Mapped]) -> str:
        """What a slot of ours asks for, by the first way that names an entity: "city", or "city:to" with its role.

        "" where nothing of the kind came over.
        """
        stated = next((each for each in mappings if each.entity), None)
        ours = self.names.get(stated.entity, "") if stated else ""
        if stated is None or ours not in self.definitions:
            return ""
        return f"{ours}:{stated.role}" if _ROLE.fullmatch(stated.role) else ours

    def of_slot(self, name: str) -> str:
        """What the slot of that name asks for, as `wanted` says it."""
        return self.wanted(self.bot.slots[name].mappings) if name in self.bot.slots else ""

    def flow_name(self, wanted: str) -> str:
        """One that no flow has yet."""
        taken = {made.flow.name for made in self.flows}
        name = identifier(wanted)
        numbered = (f"{name}_{number}" for number in count(2))
        return next(each for each in chain([name], numbered) if each not in taken)

    def add(self, definition: Mapping[str, object], place: Place, *, says: tuple[str, ...] = (), form: str = "") -> str:
        """The name of the flow; one that is refused is reported instead, and has none."""
        try:
            flow = parse_flow(definition)
        except FlowInvalid as error:
            reason = Text(f"{error.path}: {error.message('en')}", f"{error.path}：{error.message('zh')}")
            self.notices.add(place, "flow_refused", name=definition["name"], reason=reason)
            return ""
        self.flows.append(MadeFlow(definition, flow, says, form))
        for intent in flow.intents if not flow.after else ():
            if form:
                self.started[intent] = form
            else:
                self.answered[intent] = says
        return flow.name


def _main_language(bot: ImportedBot) -> str:
    """What most of its sentences are written in."""
    stated = [language for language in bot.languages if language in LANGUAGES]
    said = [variant.text for response in bot.responses.values() for variant in response.variants]
    texts = [example.text for example in bot.examples[:2000]] + said
    counted = Counter(detect_language(text, default=stated[0] if stated else "en") for text in texts)
    return counted.most_common(1)[0][0] if counted else (stated[0] if stated else "zh")
